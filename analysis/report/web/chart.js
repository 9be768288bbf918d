// The frame of a line chart, and figures that are drawn again when their width or the colours change.

const drawings = new Map(); // place on the page -> its drawing

// draw(width) fills the element; it is called now, and whenever the element's width changes.
function keepDrawn(place, draw) {
  const again = () => {
    if (place.clientWidth > 0) draw(place.clientWidth);
  };
  if (!drawings.has(place)) new ResizeObserver(() => drawings.get(place)()).observe(place);
  drawings.set(place, again);
  again();
}

function drawAllAgain() {
  for (const [place, again] of drawings) {
    if (place.isConnected) again();
    else drawings.delete(place);
  }
}

// d3 from version 5 on: the event is d3.event there, and an argument later.
const onEvent = (act) =>
  function (first) {
    act.call(this, d3.event || first);
  };

const lineOf = (x, y) => d3.line().x(x).y(y);
const areaOf = (x, low, high) => d3.area().x(x).y0(low).y1(high);

const series = (i) => `var(--series-${i % 6})`;

function picture(place, width, height, label) {
  place.replaceChildren();
  return d3
    .select(place)
    .append("svg")
    .attr("viewBox", `0 0 ${width} ${height}`)
    .attr("height", height)
    .attr("role", "img")
    .attr("aria-label", label);
}

// A log axis with few decades has ticks in between.
function logTicks(scale) {
  const [low, high] = scale.domain();
  const decades = Math.log10(high / low);
  if (decades < 1.2) return scale.ticks().filter((_, i, all) => all.length < 8 || i % 2 === 0);
  const step = Math.ceil(decades / 6);
  return d3
    .range(Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9) + 1, step)
    .map((e) => 10 ** e);
}

const superscript = (value) => String(value).replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);

// Texts of a log axis's ticks, with as many digits as tell them apart.
function logText(ticks) {
  let digits = 2;
  while (digits < 8 && new Set(ticks.map((v) => number(v, digits))).size < ticks.length) digits++;
  return (value) => {
    const exponent = Math.round(Math.log10(value));
    const power = Math.abs(value / 10 ** exponent - 1) < 1e-9;
    return power && (exponent < -2 || exponent > 4) ? `10${superscript(exponent)}` : number(value, digits);
  };
}

// Those of the values whose labels have room beside the one before.
function roomy(scale, values) {
  const kept = [];
  for (const v of values) if (!kept.length || scale(v) - scale(kept.at(-1)) >= 48) kept.push(v);
  return kept;
}

// Axes with grid lines; scales are d3's. Returns the group of the drawing area.
function axes(svg, { x, y, xLabel, yLabel, xLog, yLog, xTicks }) {
  const [left, right] = x.range(),
    [bottom, top] = y.range();
  const xAxis = d3.axisBottom(x).tickSizeOuter(0);
  const yAxis = d3.axisLeft(y).tickSizeOuter(0);
  if (xTicks) xAxis.tickValues(roomy(x, xTicks)).tickFormat((v) => number(v));
  else if (xLog) xAxis.tickValues(logTicks(x)).tickFormat(logText(logTicks(x)));
  else xAxis.ticks(Math.max(3, (right - left) / 80)).tickFormat((v) => number(v));
  if (yLog) yAxis.tickValues(logTicks(y)).tickFormat(logText(logTicks(y)));
  else yAxis.ticks(5).tickFormat((v) => number(v));
  svg
    .append("g")
    .attr("class", "grid")
    .attr("transform", `translate(${left},0)`)
    .call(
      (yLog ? d3.axisLeft(y).tickValues(logTicks(y)) : d3.axisLeft(y).ticks(5))
        .tickSize(left - right)
        .tickFormat(""),
    )
    .call((g) => g.select(".domain").remove());
  svg.append("g").attr("transform", `translate(0,${bottom})`).call(xAxis);
  svg
    .append("g")
    .attr("transform", `translate(${left},0)`)
    .call(yAxis)
    .call((g) => g.select(".domain").remove());
  svg
    .append("text")
    .attr("x", (left + right) / 2)
    .attr("y", bottom + 34)
    .attr("text-anchor", "middle")
    .text(xLabel);
  svg
    .append("text")
    .attr("x", 2)
    .attr("y", top - 10)
    .text(yLabel);
  return svg.append("g");
}

// Scale over values, log where wanted, with some room at the ends.
function scaleOver(values, range, log) {
  const [low, high] = d3.extent(values.filter((v) => v !== null && (!log || v > 0)));
  if (low === undefined) return null;
  if (log) {
    const room = Math.max(Math.pow(high / low, 0.06), 1.08);
    return d3.scaleLog([low / room, high * room], range);
  }
  const room = 0.05 * (high - low || Math.abs(high) || 1);
  return d3.scaleLinear([low - room, high + room], range);
}

function legend(entries) {
  return element(
    "div",
    { class: "legend" },
    ...entries.map(([text, colour, dash]) => {
      const mark = element("span");
      mark.innerHTML = `<svg viewBox="0 0 26 10" aria-hidden="true"><line x1="1" x2="25" y1="5" y2="5" stroke="${colour}"
      stroke-width="2.5" stroke-dasharray="${dash || ""}"/></svg>`;
      mark.append(text);
      return mark;
    }),
  );
}
