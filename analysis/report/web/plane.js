// The phase diagram: a heat map over two coordinates, with contours, a tooltip, and a cell that is chosen.

const plane = { at: 0, field: 0, cell: -1 };
const isDark = () => getComputedStyle(document.documentElement).colorScheme === "dark";

const regimeColours = () =>
  isDark()
    ? {
        linear: "#3f8fd6",
        condensed: "#e8694e",
        critical: "#d8dce2",
        undecided: "#6d7681",
        withheld: "#c9a93c",
        no_slope: "#333a42",
      }
    : {
        linear: "#3b7fc4",
        condensed: "#d2513a",
        critical: "#f3f0e8",
        undecided: "#b4bbc3",
        withheld: "#e2c04f",
        no_slope: "#e9ecef",
      };

// Blue below 0 (linear), red above (condensed), and the page's own ground at 0.
const diverging = () =>
  d3.interpolateRgbBasis(
    isDark()
      ? ["#8cc6ff", "#3f8fd6", "#2a4a6b", "#25292f", "#703a31", "#e8694e", "#ffb199"]
      : ["#174f91", "#3b7fc4", "#a9cbe8", "#f7f6f3", "#f2b9a5", "#d2513a", "#8f1d1a"],
  );

const currentPlane = () => data.planes[plane.at];
const currentField = () => currentPlane().fields[plane.field];
const fieldOf = (p, name) => p.fields.find((field) => field.name === name);
const slopeName = (p) => (p.orders.length ? p.orders[0].slope : null);

// A colour for each value of a field.
function colouring(field) {
  const values = field.values.filter((v) => v !== null);
  if (field.flags) {
    const colours = regimeColours();
    return { flags: true, colour: (v) => colours[field.flags[v]] || "#888" };
  }
  const [low, high] = values.length ? d3.extent(values) : [0, 1];
  const signed = low < 0 && high > 0 && !/error|chi2|r2/.test(field.name);
  if (signed) {
    // One side that reaches much farther than the other does not take all the colours.
    const far = Math.min(Math.max(-low, high), 3 * Math.min(-low, high));
    const scale = d3.scaleSequential([-far, far], diverging()).clamp(true);
    return { scale, low: -far, high: far, colour: scale, cut: far < Math.max(-low, high) };
  }
  const log = low > 0 && high / low > 100;
  const shade = isDark() ? d3.interpolateViridis : (t) => d3.interpolateViridis(1 - t);
  const span = low === high ? [low - 0.5, high + 0.5] : [low, high];
  const scale = log ? d3.scaleSequentialLog(span, shade) : d3.scaleSequential(span, shade);
  return { scale, low: span[0], high: span[1], log, colour: scale };
}

const isRefined = (p) => !!p.between && p.between.length > 0;

// The crossings that a cell covers: its own, and in a plane that was refined those nearer to it than to other cells.
function coverings(p) {
  const own = p.column.map((column, c) => ({ c, column, row: p.row[c] }));
  const [x, y] = [p.x, p.y].map(({ values }) => values.map((v) => v / (values[values.length - 1] - values[0])));
  const far = (a, b) => Math.hypot(x[a.column] - x[b.column], y[a.row] - y[b.row]);
  const between = (p.between || []).map(([column, row]) => {
    const place = { column, row };
    const { c } = own.reduce((best, cell) => (far(cell, place) < far(best, place) ? cell : best));
    return { ...place, c };
  });
  return [...own, ...between];
}

// Places of an axis's values: numbers where they lie if they are evenly enough spaced, or lie so because the plane was
// refined, else one after the other.
function placing(axis, range, refined) {
  const v = axis.values,
    n = v.length;
  const steps = v.slice(1).map((value, i) => value - v[i]);
  const even = !axis.named && (n < 2 || refined || Math.max(...steps) < 4 * Math.min(...steps));
  if (!even) {
    const scale = d3.scaleLinear([-0.5, n - 0.5], range);
    return { scale, edges: (i) => [scale(i - 0.5), scale(i + 0.5)], of: null, count: n };
  }
  const first = n > 1 ? steps[0] : 1,
    last = n > 1 ? steps[n - 2] : 1;
  const bounds = [v[0] - first / 2, ...steps.map((step, i) => v[i] + step / 2), v[n - 1] + last / 2];
  const scale = d3.scaleLinear([bounds[0], bounds[n]], range);
  return { scale, edges: (i) => [scale(bounds[i]), scale(bounds[i + 1])], of: scale, count: n };
}

function axisOf(axis, place, make) {
  const made = make(place.scale).tickSizeOuter(0);
  if (!place.of) {
    const step = Math.ceil(place.count / 12);
    made.tickValues(d3.range(0, place.count, step)).tickFormat((i) => axis.texts[i]);
  } else {
    made.ticks(6).tickFormat((v) => number(v));
  }
  return made;
}

function cellText(p, c) {
  const part = (axis, i) => `${axis.label} = ${axis.texts[i].replace(/^-/, "−")}`;
  return `${part(p.x, p.column[c])}, ${part(p.y, p.row[c])}`;
}

// S_w_low as "S_w low", as a list of choices cannot show an index.
const valueName = (name) => name.replace(/^(S_\w)_/, "$1 ").replace(/(?<!^S)_(?!\w$)/g, " ");

const valueText = (field, c) => {
  const value = field.values[c];
  if (value === null) return "–";
  if (field.flags) return field.flags[value].replaceAll("_", " ");
  return field.unit === "s" ? seconds(value) : number(value, 4);
};

function showTip(event, p, c) {
  const field = currentField(),
    slope = slopeName(p);
  const lines = [
    element("b", {}, cellText(p, c)),
    element("br"),
    symbol(field.name),
    ` ${valueText(field, c)}`,
  ];
  const low = fieldOf(p, `${field.name}_low`),
    high = fieldOf(p, `${field.name}_high`);
  if (low && low.values[c] !== null)
    lines.push(` (${fixed(low.values[c], 2)} to ${fixed(high.values[c], 2)})`);
  if (slope && field.name !== "regime") lines.push(element("br"), valueText(fieldOf(p, "regime"), c));
  const used = fieldOf(p, "runs").values[c];
  lines.push(element("br"), element("span", { class: "quiet" }, `${plural(used, "run")} in use`));
  tip.show(event, ...lines);
}

function drawColours(svg, width, y, field, shade) {
  const left = 46,
    right = width - 8,
    bar = 11;
  if (shade.flags) return;
  const steps = d3.range(0, 64);
  svg
    .append("g")
    .selectAll("rect")
    .data(steps)
    .join("rect")
    .attr("x", (i) => left + (i * (right - left)) / 64)
    .attr("y", y)
    .attr("width", (right - left) / 64 + 0.6)
    .attr("height", bar)
    .attr("fill", (i) =>
      shade.colour(
        shade.log
          ? shade.low * Math.pow(shade.high / shade.low, (i + 0.5) / 64)
          : shade.low + ((shade.high - shade.low) * (i + 0.5)) / 64,
      ),
    );
  const scale = (shade.log ? d3.scaleLog : d3.scaleLinear)([shade.low, shade.high], [left, right]);
  const axis = d3.axisBottom(scale).tickSizeOuter(0);
  if (shade.log) axis.tickValues(logTicks(scale)).tickFormat(logText(logTicks(scale)));
  else axis.ticks(6).tickFormat((v) => number(v));
  svg
    .append("g")
    .attr("transform", `translate(0,${y + bar})`)
    .call(axis)
    .call((g) => g.select(".domain").remove());
  const slope = field.name === slopeName(currentPlane()) && shade.low < 0;
  const more = (sign) => (shade.cut ? ` (all ${sign}${fixed(Math.abs(shade.low), 1)})` : "");
  svg
    .append("text")
    .attr("x", left)
    .attr("y", y - 5)
    .text((slope ? "linear" : "") + more("below −"));
  svg
    .append("text")
    .attr("x", right)
    .attr("y", y - 5)
    .attr("text-anchor", "end")
    .text(slope ? "condensed" : "");
}

function drawOverlays(svg, p, px, py, clip) {
  if (!px.of || !py.of) return;
  const line = lineOf(
    (d) => px.of(d[0]),
    (d) => py.of(d[1]),
  );
  const layer = svg.append("g").attr("clip-path", `url(#${clip})`);
  for (const kind of ["under", ""])
    for (const points of p.contour || [])
      layer.append("path").attr("class", `contour ${kind}`).attr("d", line(points));
  for (const kind of ["under", ""])
    for (const points of p.boundary || [])
      layer.append("path").attr("class", `contour boundary ${kind}`).attr("d", line(points));
  const [x0, x1] = px.of.domain(),
    [y0, y1] = py.of.domain();
  const inside = p.inits.filter((d) => d.x >= x0 && d.x <= x1 && d.y >= y0 && d.y <= y1);
  const places = groupBy(inside, (d) => `${d.x} ${d.y}`);
  for (const named of places.values()) {
    const { x, y } = named[0],
      right = px.of(x) > (px.of(x0) + px.of(x1)) / 1.6;
    svg
      .append("circle")
      .attr("cx", px.of(x))
      .attr("cy", py.of(y))
      .attr("r", 4)
      .attr("fill", "var(--text)")
      .attr("stroke", "var(--halo)")
      .attr("stroke-width", 1.5)
      .attr("pointer-events", "none");
    svg
      .append("text")
      .attr("class", "halo")
      .attr("x", px.of(x) + (right ? -8 : 8))
      .attr("y", py.of(y) - 7)
      .attr("text-anchor", right ? "end" : "start")
      .attr("pointer-events", "none")
      .text(named.map((d) => d.name).join(", "));
  }
}

function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) || []), item]);
  return groups;
}

function drawMap(width) {
  const p = currentPlane(),
    field = currentField(),
    shade = colouring(field);
  const left = 46,
    top = 22,
    inner = width - left - 8;
  const high = Math.min(
    inner,
    Math.max(220, inner * Math.min(1, (1.3 * p.y.values.length) / p.x.values.length)),
  );
  const px = placing(p.x, [left, left + inner], isRefined(p)),
    py = placing(p.y, [top + high, top], isRefined(p));
  const svg = picture(byId("map"), width, top + high + 98, "");
  svg
    .attr("role", "application")
    .attr("tabindex", 0)
    .attr("class", "map-area")
    .attr("aria-label", `Phase diagram over ${p.x.label} and ${p.y.label}. The arrow keys choose a cell.`);
  svg
    .append("clipPath")
    .attr("id", "map-clip")
    .append("rect")
    .attr("x", left)
    .attr("y", top)
    .attr("width", inner)
    .attr("height", high);
  const box = ({ column, row }) => {
    const [x0, x1] = px.edges(column),
      [y1, y0] = py.edges(row);
    return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
  };
  svg
    .append("g")
    .attr("shape-rendering", "crispEdges")
    .selectAll("rect")
    .data(coverings(p))
    .join("rect")
    .attr("class", "cell")
    .attr("data-cell", ({ c }) => c)
    .attr("x", (d) => box(d).x)
    .attr("y", (d) => box(d).y)
    .attr("width", (d) => box(d).width + 0.3)
    .attr("height", (d) => box(d).height + 0.3)
    .attr("fill", ({ c }) => (field.values[c] === null ? "var(--rule)" : shade.colour(field.values[c])))
    .on(
      "mousemove",
      onEvent(function (event) {
        showTip(event, p, cellAt(this));
      }),
    )
    .on("mouseleave", tip.hide)
    .on("click", function () {
      chooseCell(cellAt(this));
    });
  svg
    .append("g")
    .attr("transform", `translate(0,${top + high})`)
    .call(axisOf(p.x, px, d3.axisBottom));
  svg
    .append("g")
    .attr("transform", `translate(${left},0)`)
    .call(axisOf(p.y, py, d3.axisLeft));
  svg
    .append("text")
    .attr("x", left + inner / 2)
    .attr("y", top + high + 33)
    .attr("text-anchor", "middle")
    .text(p.x.label);
  svg
    .append("text")
    .attr("x", left - 6)
    .attr("y", top - 8)
    .attr("text-anchor", "end")
    .text(p.y.label);
  drawOverlays(svg, p, px, py, "map-clip");
  drawColours(svg, width, top + high + 58, field, shade);
  svg.append("rect").attr("class", "chosen-cell under");
  svg.append("rect").attr("class", "chosen-cell top");
  svg.on("keydown", onEvent(moveChoice));
  const mark = () => {
    const shown = plane.cell >= 0;
    svg.selectAll(".chosen-cell").attr("visibility", shown ? "visible" : "hidden");
    if (shown)
      for (const [name, value] of Object.entries(box({ column: p.column[plane.cell], row: p.row[plane.cell] })))
        svg.selectAll(".chosen-cell").attr(name, value);
  };
  plane.mark = mark;
  mark();
}

const cellAt = (node) => Number(node.getAttribute("data-cell"));

function moveChoice(event) {
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  const step = steps[event.key];
  if (!step) return;
  event.preventDefault();
  const p = currentPlane(),
    from = Math.max(plane.cell, 0);
  const most = p.x.values.length + p.y.values.length;
  for (let far = 1, next = -1; far < most && next < 0; far++) {
    const column = p.column[from] + far * step[0],
      row = p.row[from] + far * step[1];
    next = p.column.findIndex((value, c) => value === column && p.row[c] === row);
    if (next >= 0) chooseCell(next);
  }
}

function chooseCell(c) {
  plane.cell = c;
  plane.mark();
  showCell(currentPlane(), c);
  const slope = slopeName(currentPlane());
  byId("announcement").textContent =
    cellText(currentPlane(), c) +
    (slope
      ? `: ${slope} ${valueText(fieldOf(currentPlane(), slope), c)}, ${valueText(fieldOf(currentPlane(), "regime"), c)}`
      : "");
}

function showCaption() {
  const p = currentPlane(),
    field = currentField(),
    caption = byId("map-caption");
  const entries = [];
  const lines = [p.x, p.y].every((axis) => placing(axis, [0, 1], isRefined(p)).of); // else drawOverlays draws none
  if (lines && p.contour && p.contour.length) entries.push([`measured ${slopeName(p)} = 0`, "var(--text)"]);
  if (lines && p.boundary && p.boundary.length) entries.push([p.theory, "var(--text)", "7 5"]);
  if (field.flags) {
    const present = new Set(field.values),
      colours = regimeColours();
    field.flags.forEach((flag, i) => {
      if (present.has(i)) entries.push([flag.replaceAll("_", " "), colours[flag]]);
    });
  }
  caption.replaceChildren(
    legend(entries),
    `${field.meaning[0].toUpperCase()}${field.meaning.slice(1)}. `,
    "A click or the arrow keys choose a cell.",
  );
}

function showPlane() {
  const p = currentPlane();
  plane.field = Math.max(0, Math.min(plane.field, p.fields.length - 1));
  const planes = data.planes.map((one) => one.at.map((term) => `${term.key} ${term.text}`).join(", "));
  const choices = [
    choice(
      "value",
      p.fields.map((field) => valueName(field.name)),
      plane.field,
      (i) => {
        plane.field = i;
        keepDrawn(byId("map"), drawMap);
        showCaption();
      },
    ),
  ];
  if (planes.length > 1)
    choices.unshift(
      choice("runs with", planes, plane.at, (i) => {
        plane.at = i;
        plane.cell = -1;
        showPlane();
      }),
    );
  byId("plane-choices").replaceChildren(...choices);
  keepDrawn(byId("map"), drawMap);
  showCaption();
  chooseCell(plane.cell >= 0 ? plane.cell : firstChoice(p));
}

// The cell that is shown first: the one with the steepest positive slope, else the one in the middle.
function firstChoice(p) {
  const slope = slopeName(p);
  const values = slope ? fieldOf(p, slope).values : [];
  const steepest = values.indexOf(Math.max(...values.filter((v) => v !== null)));
  return steepest >= 0 ? steepest : Math.floor(p.column.length / 2);
}
