// Numbers of directions: at each multiplicity the numbers predicted to the left and those measured to the right.

const panelName = (group) =>
  data.directions.keys
    .slice(1)
    .map((key, k) => `${key} ${group.keys[k + 1]}`)
    .join(", ");
const percent = (share) => (share === null ? "–" : `${(100 * share).toFixed(1)} %`);

function drawDirections(place, width, groups, most) {
  const height = 250,
    left = 36,
    right = width - 8,
    svg = picture(place, width, height, `Directions, ${panelName(groups[0])}`);
  const x = d3.scaleLinear([-0.55, groups.length - 0.45], [left, right]);
  const y = d3.scaleLinear([-0.7, most + 0.7], [height - 44, 30]);
  const every = Math.ceil(most / 8);
  svg
    .append("g")
    .attr("class", "grid")
    .attr("transform", `translate(${left},0)`)
    .call(
      d3
        .axisLeft(y)
        .tickValues(d3.range(0, most + 1, every))
        .tickSize(left - right)
        .tickFormat(""),
    )
    .call((g) => g.select(".domain").remove());
  svg
    .append("g")
    .attr("transform", `translate(0,${height - 44})`)
    .call(
      d3
        .axisBottom(x)
        .tickSizeOuter(0)
        .tickValues(d3.range(groups.length))
        .tickFormat((i) => groups[i].keys[0]),
    );
  svg
    .append("g")
    .attr("transform", `translate(${left},0)`)
    .call(
      d3
        .axisLeft(y)
        .tickSizeOuter(0)
        .tickValues(d3.range(0, most + 1, every))
        .tickFormat(String),
    )
    .call((g) => g.select(".domain").remove());
  svg
    .append("text")
    .attr("x", (left + right) / 2)
    .attr("y", height - 10)
    .attr("text-anchor", "middle")
    .text("multiplicity p");
  svg.append("text").attr("x", 2).attr("y", 18).text("number of directions");
  groups.forEach((group, i) => drawDirectionGroup(svg, group, i, x, y));
}

function drawDirectionGroup(svg, group, i, x, y) {
  const thick = Math.max(2, 0.8 * Math.abs(y(1) - y(0)));
  for (const [side, histogram, colour] of [
    [-1, group.predicted, "var(--series-4)"],
    [1, group.measured, "var(--series-0)"],
  ]) {
    const all = d3.sum(histogram);
    histogram.forEach((runs, n) => {
      if (!runs) return;
      const from = x(i),
        to = x(i + (side * 0.46 * runs) / all);
      svg
        .append("rect")
        .attr("x", Math.min(from, to))
        .attr("y", y(n) - thick / 2)
        .attr("width", Math.abs(to - from))
        .attr("height", thick)
        .attr("fill", colour);
    });
  }
  if (group.bound)
    svg
      .append("line")
      .attr("x1", x(i - 0.46))
      .attr("x2", x(i + 0.46))
      .attr("y1", y(group.bound))
      .attr("y2", y(group.bound))
      .attr("stroke", "var(--text)")
      .attr("stroke-width", 1.6)
      .attr("stroke-dasharray", "4 3");
  const label = `multiplicity ${group.keys[0]}`;
  svg
    .append("rect")
    .attr("class", "direction-group")
    .attr("x", x(i - 0.48))
    .attr("width", x(0.96) - x(0))
    .attr("y", y.range()[1])
    .attr("height", y.range()[0] - y.range()[1])
    .attr("fill", "transparent")
    .attr("tabindex", 0)
    .attr("role", "button")
    .attr("aria-label", `${panelName(group)} ${label}`)
    .style("cursor", "pointer")
    .on("click", () => showDirection(group))
    .on(
      "keydown",
      onEvent((event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        showDirection(group);
      }),
    )
    .on(
      "mousemove",
      onEvent((event) => {
        tip.show(
          event,
          element("b", {}, label),
          element("br"),
          `measured: mean ${number(group.mean)}, most often ${number(group.mode)}`,
          element("br"),
          `predicted: mean ${number(group.predicted_mean)}, most often ${number(group.predicted_mode)}`,
        );
      }),
    )
    .on("mouseleave", tip.hide);
}

function drawJoint(place, width, group) {
  const most = Math.max(
    1,
    d3.max(group.joint, (d) => Math.max(d[0], d[1])),
  );
  const side = Math.min(width, 300),
    svg = picture(place, width, side, "Predicted against measured numbers of directions");
  const scale = d3.scaleLinear([-0.5, most + 0.5], [40, side - 8]);
  const y = d3.scaleLinear([-0.5, most + 0.5], [side - 42, 24]);
  const largest = d3.max(group.joint, (d) => d[2]);
  const ticks = d3.range(0, most + 1, Math.ceil((most + 1) / 9));
  svg
    .append("g")
    .attr("transform", `translate(0,${side - 42})`)
    .call(d3.axisBottom(scale).tickValues(ticks).tickFormat(String));
  svg
    .append("g")
    .attr("transform", "translate(40,0)")
    .call(d3.axisLeft(y).tickValues(ticks).tickFormat(String));
  svg
    .append("line")
    .attr("x1", scale(-0.5))
    .attr("y1", y(-0.5))
    .attr("x2", scale(most + 0.5))
    .attr("y2", y(most + 0.5))
    .attr("stroke", "var(--rule)");
  svg
    .append("g")
    .selectAll("circle")
    .data(group.joint)
    .join("circle")
    .attr("cx", (d) => scale(d[0]))
    .attr("cy", (d) => y(d[1]))
    .attr("r", (d) => 2 + (0.45 * (scale(1) - scale(0)) - 2) * Math.sqrt(d[2] / largest))
    .attr("fill", "var(--series-0)")
    .attr("fill-opacity", 0.75)
    .append("title")
    .text((d) => `predicted ${d[0]}, measured ${d[1]}: ${d[2]} runs`);
  svg
    .append("text")
    .attr("x", (40 + side) / 2)
    .attr("y", side - 8)
    .attr("text-anchor", "middle")
    .text("predicted");
  svg.append("text").attr("x", 4).attr("y", 14).text("measured");
}

function showDirection(group) {
  const share = (name) =>
    group[name] === null
      ? "–"
      : `${percent(group[name])} (95 %: ${percent(group[`${name}_low`])} to ${percent(group[`${name}_high`])})`;
  const per = (name) => number(group[name]);
  const joint = element("div");
  const facts = [
    ["runs", `${number(group.runs)} on ${plural(group.data_sets, "data set")}`],
    ["measured", `mean ${per("mean")}, median ${per("median")}, at most ${per("most")}`],
  ];
  if (group.compared)
    facts.push([
      "predicted",
      `mean ${per("predicted_mean")}, median ${per("predicted_median")}, at most ${per("predicted_most")}`,
    ]);
  if (group.bound) facts.push(["bound 2p", `${per("bound")}, reached by ${share("reach")}`]);
  if (group.compared)
    facts.push(
      ["agree", share("agree")],
      ["missed a run", `${per("faint")} faint, ${per("merged")} merged, ${per("lost")} lost`],
      ["others a run", per("extra")],
    );
  byId("direction").replaceChildren(
    element("h3", {}, [`multiplicity ${group.keys[0]}`, panelName(group)].filter((part) => part).join(", ")),
    list(facts),
  );
  if (group.joint.length) {
    byId("direction").append(element("h3", {}, "Predicted against measured"), joint);
    keepDrawn(joint, (width) => drawJoint(joint, width, group));
  }
}

function showDirections() {
  const d = data.directions;
  if (!d) return;
  byId("directions").hidden = false;
  const panels = [
    ...groupBy(
      d.groups.filter((group) => group.runs > 0),
      panelName,
    ).values(),
  ];
  const most = d3.max(d.groups, (group) =>
    Math.max(group.bound || 0, group.measured.length - 1, group.predicted.length - 1),
  );
  byId("directions-caption").replaceChildren(
    legend([
      ["predicted from the data", "var(--series-4)"],
      ["measured", "var(--series-0)"],
      ["bound 2p", "var(--text)", "4 3"],
    ]),
    `Bars are shares of the runs, counted at a resolution of ${number(d.resolution)}° and a share of ${number(d.share)}.` +
      (d.pooled.length
        ? ` Pooled over ${d.pooled.map((name) => name.replaceAll("_", " ")).join(", ")}.`
        : ""),
  );
  for (const groups of panels) {
    const chart = element("div");
    byId("direction-charts").append(
      element("div", {}, panelName(groups[0]) ? element("h3", {}, panelName(groups[0])) : null, chart),
    );
    keepDrawn(chart, (width) => drawDirections(chart, width, groups, most));
  }
  showDirection(panels[0][Math.min(1, panels[0].length - 1)]);
}
