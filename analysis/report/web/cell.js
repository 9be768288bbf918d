// The cell that is chosen: its numbers, the fit over the widths, its runs, and how to train them again.

// Runs of the table that have these values: [[key, value], ...].
function runsWith(wanted) {
  if (!data.table) return [];
  const tests = wanted
    .filter(([key]) => data.table[key])
    .map(([key, value]) => [data.table[key].place, data.table[key].values.indexOf(value)]);
  return d3.range(data.runs).filter((row) => tests.every(([place, index]) => place[row] === index));
}

const valueAt = (name, row) =>
  data.table[name] && data.table[name].place ? data.table[name].texts[data.table[name].place[row]] : null;

const wantedOf = (p, c) => [
  ...p.at.map((term) => [term.key, term.value]),
  [p.x.key, p.x.values[p.column[c]]],
  [p.y.key, p.y.values[p.row[c]]],
];

function interval(p, name, c) {
  const low = fieldOf(p, `${name}_low`).values[c],
    high = fieldOf(p, `${name}_high`).values[c];
  return low === null ? "" : ` (95 %: ${fixed(low, 3)} to ${fixed(high, 3)})`;
}

function cellFacts(p, c) {
  const value = (name) => (fieldOf(p, name) ? fieldOf(p, name).values[c] : null);
  const facts = [];
  for (const order of p.orders)
    facts.push([symbol(order.slope), `${fixed(value(order.slope), 3)}${interval(p, order.slope, c)}`]);
  const slope = slopeName(p);
  if (slope && value(`${slope}_predicted`) !== null)
    facts.push(["predicted", fixed(value(`${slope}_predicted`), 3)]);
  if (slope && value(`${slope}_drift`) !== null)
    facts.push(["drift", `${fixed(value(`${slope}_drift`), 3)} when only the larger widths are fitted`]);
  if (slope && value(`${slope}_chi2`) !== null)
    facts.push(["χ²", `${number(value(`${slope}_chi2`))} per degree of freedom`]);
  for (const name of ["loss", "loss_test"])
    if (value(name) !== null)
      facts.push([name === "loss" ? "loss" : "test loss", `${number(value(name))} (mean)`]);
  const counts = ["pending", "diverged", "step_limit", "failed", "floor", "loss_rose"]
    .filter((name) => value(name) > 0)
    .map((name) => `${number(value(name))} ${name.replaceAll("_", " ")}`);
  facts.push(["runs", [`${number(value("runs"))} in use`, ...counts].join(", ")]);
  return list(facts);
}

function drawFit(place, width, p, c) {
  const rows = runsWith(wantedOf(p, c)),
    height = 290,
    area = { left: 52, right: width - 14, top: 30, bottom: height - 44 };
  const points = p.orders.map((order) =>
    p.widths.map((m, j) => [m, order.means[j][c]]).filter((d) => d[1] > 0),
  );
  const seeds = p.orders.map((order) =>
    rows
      .filter((row) => data.table.status.column[row] === 1)
      .map((row) => [
        Number(data.table.width ? data.table.width.values[data.table.width.place[row]] : p.widths[0]),
        data.table[order.column] ? data.table[order.column].column[row] : null,
      ])
      .filter((d) => d[1] > 0),
  );
  const all = [...points.flat(), ...seeds.flat()];
  const svg = picture(place, width, height, `Relative distance against width, ${cellText(p, c)}`);
  if (!all.length) {
    svg
      .append("text")
      .attr("x", width / 2)
      .attr("y", height / 2)
      .attr("text-anchor", "middle")
      .text("no run is done here");
    return;
  }
  const x = scaleOver(p.widths, [area.left, area.right], true);
  const y = scaleOver(
    all.map((d) => d[1]),
    [area.bottom, area.top],
    true,
  );
  const layer = axes(svg, {
    x,
    y,
    xLabel: "width m",
    yLabel: "relative distance RD",
    xLog: true,
    yLog: true,
    xTicks: p.widths.length < 7 ? p.widths : null,
  });
  p.orders.forEach((order, o) =>
    drawOrder(layer, { p, c, order, x, y, colour: series(o), points: points[o], seeds: seeds[o] }),
  );
}

function drawOrder(layer, { p, c, order, x, y, colour, points, seeds }) {
  const [u, v] = order.centre[c];
  const slope = fieldOf(p, order.slope).values[c];
  const low = fieldOf(p, `${order.slope}_low`).values[c],
    high = fieldOf(p, `${order.slope}_high`).values[c];
  const ends = [p.widths[0], p.widths[p.widths.length - 1]];
  const along = (s) => (m) => Math.exp(v + s * (Math.log(m) - u));
  if (low !== null && u !== null) {
    const widths = d3.range(0, 21).map((i) => ends[0] * Math.pow(ends[1] / ends[0], i / 20));
    const band = areaOf(
      (m) => x(m),
      (m) => y(Math.min(along(low)(m), along(high)(m))),
      (m) => y(Math.max(along(low)(m), along(high)(m))),
    );
    layer.append("path").attr("d", band(widths)).attr("fill", colour).attr("fill-opacity", 0.16);
  }
  if (slope !== null && u !== null)
    layer
      .append("path")
      .attr("class", "line")
      .attr("stroke", colour)
      .attr(
        "d",
        lineOf(
          (m) => x(m),
          (m) => y(along(slope)(m)),
        )(ends),
      );
  layer
    .append("g")
    .selectAll("circle")
    .data(seeds)
    .join("circle")
    .attr("cx", (d) => x(d[0]))
    .attr("cy", (d) => y(d[1]))
    .attr("r", 2.6)
    .attr("fill", colour)
    .attr("fill-opacity", 0.38);
  layer
    .append("g")
    .selectAll("circle")
    .data(points)
    .join("circle")
    .attr("cx", (d) => x(d[0]))
    .attr("cy", (d) => y(d[1]))
    .attr("r", 4.5)
    .attr("fill", "var(--panel)")
    .attr("stroke", colour)
    .attr("stroke-width", 2)
    .append("title")
    .text((d) => `width ${number(d[0])}: ${order.symbol} ${number(d[1], 4)}`);
}

function cellCommand(p, c) {
  if (!p.settable) return null;
  const keys = wantedOf(p, c).map(([key]) => key);
  const terms = [
    ...p.at.map((term) => `${term.key}=${term.text}`),
    `${p.x.key}=${p.x.named ? p.x.texts[p.column[c]] : p.x.values[p.column[c]]}`,
    `${p.y.key}=${p.y.named ? p.y.texts[p.row[c]] : p.y.values[p.row[c]]}`,
  ];
  const sets = [...overridesBut(keys), ...terms].map((term) => `--set ${quoted(term)}`);
  return ["dewpoint run " + quoted(`${data.title}.yaml`), ...sets, "-o cell.h5"].join(" ");
}

function runsTable(rows) {
  const columns = Object.keys(data.table).filter(
    (name) => data.table[name].place && !["gamma", "gamma_prime"].includes(name),
  );
  const heads = [
    ["run"],
    ...columns.map((name) => [data.table[name].label, data.table[name].named]),
    ["RD of w"],
    ["loss"],
    ["ended by", true],
    ["time"],
  ];
  const shown = rows.slice(0, 400);
  const again = element("div");
  const choose = (row) =>
    again.replaceChildren(element("h3", {}, `Run ${row} again`), command(runCommand(row)));
  const made = table(
    heads,
    shown.map((row) => [
      element(
        "button",
        { type: "button", title: "the command for this run", onclick: () => choose(row) },
        String(row),
      ),
      ...columns.map((name) => valueAt(name, row)),
      number(data.table.rd_w.column[row]),
      number(data.table.loss.column[row]),
      data.statuses[data.table.status.column[row]] === "done"
        ? data.reasons[data.table.stop_reason.column[row]].replaceAll("_", " ")
        : data.statuses[data.table.status.column[row]].replaceAll("_", " "),
      seconds(data.table.wall_time.column[row]),
    ]),
  );
  return [
    element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "runs" }, made),
    rows.length > shown.length
      ? element("p", { class: "caption" }, `The first ${shown.length} of ${number(rows.length)} runs.`)
      : null,
    again,
  ];
}

function commandsFor(rows, text) {
  const parts = [element("h3", {}, "Train it again")];
  if (text)
    parts.push(
      command(text),
      element("p", { class: "caption" }, "The sweep file is in this page: save ", sweepLink(), "."),
    );
  else if (rows.length) parts.push(command(runCommand(rows[0])));
  return parts;
}

function showCell(p, c) {
  const rows = runsWith(wantedOf(p, c)),
    panel = byId("cell"),
    regime = fieldOf(p, "regime");
  const fit = element("div", { id: "fit" });
  const head = element("h3", {}, cellText(p, c), " ");
  if (regime && regime.values[c] !== null)
    head.append(element("span", { class: "regime" }, valueText(regime, c)));
  panel.replaceChildren(head, cellFacts(p, c));
  if (p.orders.length) {
    panel.append(fit, legend(p.orders.map((order, o) => [`${order.symbol}, fit and 95 % band`, series(o)])));
    keepDrawn(fit, (width) => drawFit(fit, width, p, c));
  }
  panel.append(...groupParts(groupsWith(wantedOf(p, c)), "cell"), ...commandsFor(rows, cellCommand(p, c)));
  if (rows.length)
    panel.append(
      element(
        "details",
        {},
        element("summary", {}, `The ${plural(rows.length, "run")} of this cell`),
        ...runsTable(rows).filter((part) => part),
      ),
    );
  else if (!data.table)
    panel.append(
      element(
        "p",
        { class: "caption" },
        `Single runs are left out of this page, as the store has ${number(data.runs)}.`,
      ),
    );
}
