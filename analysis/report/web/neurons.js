// Neurons of one run at the start and at the end: angle and amplitude in a plane, or the cosines between all pairs.

function drawOrientations(place, width, points, range, title) {
  const height = 230,
    svg = picture(place, width, height, `Neurons ${title}`);
  const x = d3.scaleLinear([-Math.PI, Math.PI], [52, width - 10]);
  const y = d3.scaleLog(range, [height - 42, 30]);
  const layer = axes(svg, {
    x,
    y,
    xLabel: `orientation, ${title}`,
    yLabel: "amplitude |a| |(w, b)|",
    yLog: true,
    xTicks: [],
  });
  const ticks = [
    [-Math.PI, "−π"],
    [-Math.PI / 2, "−π/2"],
    [0, "0"],
    [Math.PI / 2, "π/2"],
    [Math.PI, "π"],
  ];
  svg
    .append("g")
    .attr("class", "tick")
    .selectAll("text")
    .data(ticks)
    .join("text")
    .attr("x", (d) => x(d[0]))
    .attr("y", height - 26)
    .attr("text-anchor", "middle")
    .text((d) => d[1]);
  layer
    .append("g")
    .selectAll("circle")
    .data(points.filter((d) => d[1] > 0))
    .join("circle")
    .attr("cx", (d) => x(d[0]))
    .attr("cy", (d) => y(d[1]))
    .attr("r", 2.6)
    .attr("fill", "var(--series-0)")
    .attr("fill-opacity", 0.55);
}

// A letter stands for a cosine: '#' is -1, 90 steps to 1.
function drawCosines(place, width, rows, title) {
  const side = Math.min(width, 280),
    n = rows.length;
  const canvas = element("canvas", {
    role: "img",
    "aria-label": `cosines between neurons, ${title}`,
    width: n,
    height: n,
    style: `width:${side}px;height:${side}px;image-rendering:pixelated;border-radius:4px`,
  });
  const context = canvas.getContext("2d"),
    colour = diverging();
  rows.forEach((row, i) =>
    [...row].forEach((letter, j) => {
      context.fillStyle = colour((letter.charCodeAt(0) - 35) / 90);
      context.fillRect(j, n - 1 - i, 1, 1);
    }),
  );
  place.replaceChildren(canvas, element("p", { class: "caption" }, title));
}

function neuronParts(groups, place) {
  const kept = groups.filter((group) => group.neurons);
  if (!kept.length) return [];
  const figures = element("div", { class: "side", id: `neurons-${place}` }),
    note = element("p", { class: "caption" });
  const show = (i) => {
    const n = kept[i].neurons,
      boxes = [element("div"), element("div")];
    figures.replaceChildren(...boxes);
    const all = [...n.first, ...n.last].map((d) => d[1]).filter((v) => v > 0);
    const [low, high] = n.kind === "orientation" && all.length ? d3.extent(all) : [1, 10];
    ["first", "last"].forEach((when, k) => {
      const title = when === "first" ? "at the start" : "at the end";
      keepDrawn(boxes[k], (width) =>
        n.kind === "orientation"
          ? drawOrientations(boxes[k], width, n[when], [low / 1.5, high * 1.5], title)
          : drawCosines(boxes[k], width, n[when], title),
      );
    });
    const part =
      n.shown < n.all ? `${number(n.shown)} of its ${number(n.all)} neurons` : `its ${number(n.all)} neurons`;
    note.textContent =
      n.kind === "orientation"
        ? `Run ${n.row}, ${part}. The angle is that of (w, b), or of w without a bias.`
        : `Run ${n.row}, ${part}: cosines between all pairs of (w, b), blue −1 to red 1, in the order of their leading eigenvector.`;
  };
  requestAnimationFrame(() => show(0));
  const pick =
    kept.length > 1
      ? element(
          "div",
          { class: "choices" },
          choice(
            "neurons of",
            kept.map((group) => groupName(group, kept)),
            0,
            show,
          ),
        )
      : null;
  return [element("h3", {}, "Neurons"), pick, figures, note].filter((part) => part);
}
