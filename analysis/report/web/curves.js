// Curves along training: a line for each group of runs that differ in seeds only.

const curveNames = {
  loss: "training loss",
  loss_test: "test loss",
  rd: "RD",
  rd_w: "RD of w",
  rd_a: "RD of a",
  growth: "growth of the amplitude",
  directions: "directions",
  lines: "lines",
};
let curveShown = "loss";

const groupsWith = (wanted) =>
  !data.groups
    ? []
    : data.groups.filter((group) =>
        wanted.every(([key, value]) => {
          const k = data.group_keys.findIndex((one) => one.key === key);
          return k < 0 || group.values[k] === value;
        }),
      );

// Keys that tell groups apart: as few as will do, those with names first, for in many sweeps one key follows from others.
function tellingKeys(groups) {
  const keys = data.group_keys.map((one, k) => ({
    ...one,
    k,
    values: [...new Set(groups.map((group) => group.texts[k]))],
  }));
  keys.sort(
    (a, b) =>
      b.named - a.named ||
      (a.key === "multiplicity") - (b.key === "multiplicity") ||
      a.values.length - b.values.length,
  );
  const chosen = [],
    told = (some) => new Set(groups.map((group) => some.map((one) => group.texts[one.k]).join("|"))).size;
  for (const key of keys) if (told([...chosen, key]) > told(chosen)) chosen.push(key);
  return chosen;
}

const nameBy = (group, keys) => keys.map((one) => `${one.label} ${group.texts[one.k]}`).join(", ");
const groupName = (group, groups) => nameBy(group, tellingKeys(groups)) || plural(group.runs, "run");

function drawCurves(place, width, groups, quantity) {
  const height = 270,
    lines = groups.map((group) => group.curves[quantity]);
  const values = lines.flatMap((line) => line.middle.filter((v) => v !== null));
  const x = scaleOver(
    lines.flatMap((line) => line.x),
    [52, width - 14],
    false,
  );
  const [least, most] = d3.extent(values.filter((v) => v > 0));
  const yLog = least > 0 && most / least > 30 && values.every((v) => v >= 0);
  const bands = yLog ? [] : lines.flatMap((line) => [...line.low, ...line.high]).filter((v) => v !== null);
  const y = scaleOver([...values, ...bands], [height - 44, 30], yLog);
  const svg = picture(place, width, height, `${curveNames[quantity]} along training`);
  if (!x || !y) return;
  const name = groups[0].curves.x;
  x.domain([0, x.domain()[1]]);
  const layer = axes(svg, { x, y, xLabel: name, yLabel: curveNames[quantity], yLog });
  lines.forEach((line, i) => {
    const ok = (k) => line.middle[k] !== null && (!yLog || line.middle[k] > 0);
    const points = d3.range(line.x.length).filter(ok);
    const clamp = (v) => Math.min(Math.max(y(yLog ? Math.max(v, y.domain()[0]) : v), 30), height - 44);
    layer
      .append("path")
      .attr("fill", series(i))
      .attr("fill-opacity", 0.15)
      .attr(
        "d",
        areaOf(
          (k) => x(line.x[k]),
          (k) => clamp(line.low[k]),
          (k) => clamp(line.high[k]),
        )(points),
      );
    layer
      .append("path")
      .attr("class", "line")
      .attr("stroke", series(i))
      .attr(
        "d",
        lineOf(
          (k) => x(line.x[k]),
          (k) => y(line.middle[k]),
        )(points),
      );
  });
}

function curveParts(groups, place) {
  const kept = groups.filter((group) => group.curves && Object.keys(group.curves).length > 1);
  if (!kept.length) return [];
  const shown = kept.slice(0, 6);
  const names = Object.keys(curveNames).filter((name) => shown.every((group) => group.curves[name]));
  if (!names.length) return [];
  if (!names.includes(curveShown)) curveShown = names[0];
  const chart = element("div", { id: `curves-${place}` });
  const caption = element("p", { class: "caption" });
  const draw = () => {
    const geometric = shown[0].curves[curveShown].geometric;
    caption.textContent =
      (geometric
        ? "Geometric mean over the seeds and one standard deviation of the logarithm."
        : "Mean over the seeds and one standard deviation.") +
      (kept.length > shown.length ? ` The first ${shown.length} of ${kept.length} lines.` : "");
    keepDrawn(chart, (width) => drawCurves(chart, width, shown, curveShown));
  };
  const pick = choice(
    "curve",
    names.map((name) => curveNames[name]),
    names.indexOf(curveShown),
    (i) => {
      curveShown = names[i];
      draw();
    },
  );
  requestAnimationFrame(draw);
  return [
    element("h3", {}, "Along training"),
    element("div", { class: "choices" }, pick),
    chart,
    legend(shown.map((group, i) => [groupName(group, kept), series(i)])),
    caption,
  ];
}

// Curves and neurons of some groups.
const groupParts = (groups, place) => [...curveParts(groups, place), ...neuronParts(groups, place)];

// Groups by themselves, in a store without a phase diagram.
function showGroups() {
  if (!data.groups || !data.groups.length || (data.planes && data.planes.length)) {
    if (data.groups_too_many && !(data.planes && data.planes.length)) {
      byId("groups").hidden = false;
      byId("group").append(
        element(
          "p",
          {},
          "There are too many groups of runs for one page; `dewpoint curves` and " +
            "`dewpoint neurons` show any of them.",
        ),
      );
    }
    return;
  }
  byId("groups").hidden = false;
  // One key gives the lines, the others are chosen.
  const keys = tellingKeys(data.groups);
  const split = (lines) => [
    ...groupBy(data.groups, (group) =>
      nameBy(
        group,
        keys.filter((one) => one !== lines),
      ),
    ).entries(),
  ];
  const oneAxis = ([, groups]) => new Set(groups.map((group) => group.curves && group.curves.x)).size === 1;
  const lines = keys.find(
    (one) => one.key !== "method" && one.values.length <= 6 && split(one).every(oneAxis),
  );
  const combinations = split(lines);
  const show = (i) => {
    const groups = combinations[i][1],
      place = byId("group"),
      row = groups[0].row;
    place.replaceChildren(
      ...groupParts(groups, "group"),
      element("h3", {}, "Train one of them again"),
      command(runCommand(row)),
    );
  };
  if (combinations.length > 1)
    byId("group-choices").replaceChildren(
      choice(
        "runs with",
        combinations.map(([name]) => name),
        0,
        show,
      ),
    );
  show(0);
}
