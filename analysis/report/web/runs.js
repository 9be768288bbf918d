// How the runs ended, the time they took, and where the store comes from.

const endColours = {
  done: "var(--good)",
  pending: "var(--rule)",
  diverged: "var(--bad)",
  step_limit: "var(--wait)",
  failed: "var(--series-3)",
};

function showEnds() {
  const place = byId("ends"),
    share = (runs) => (100 * runs) / data.runs;
  const words = (name) => name.replaceAll("_", " ");
  place.append(
    element(
      "div",
      {
        class: "bar",
        role: "img",
        "aria-label": data.ends.map((end) => `${end.runs} ${words(end.name)}`).join(", "),
      },
      ...data.ends.map((end) =>
        element("span", { style: `width:${share(end.runs)}%;background:${endColours[end.name]}` }),
      ),
    ),
  );
  place.append(
    table(
      [["status", true], ["runs"], ["share"]],
      data.ends.map((end) => [words(end.name), number(end.runs), `${share(end.runs).toFixed(1)} %`]),
    ),
  );
  if (data.stops.length)
    place.append(
      element("h3", {}, "Ended by"),
      table(
        [["reason", true], ["runs"], ["share"]],
        data.stops.map((stop) => [words(stop.name), number(stop.runs), `${share(stop.runs).toFixed(1)} %`]),
      ),
    );
  const sentences = [...data.troubles];
  if (data.damaged)
    sentences.push(`${plural(data.damaged, "row")} counted as pending because of wrong checksums`);
  if (sentences.length)
    place.append(element("ul", { class: "sentences" }, ...sentences.map((text) => element("li", {}, text))));
  if (data.table) showTroubled(place);
}

// Runs that are no ordinary result, so that they can be looked at.
function showTroubled(place) {
  const rows = d3
    .range(data.runs)
    .filter((row) => ["diverged", "failed"].includes(data.statuses[data.table.status.column[row]]));
  if (rows.length)
    place.append(
      element(
        "details",
        {},
        element("summary", {}, `The ${plural(rows.length, "run")} that diverged or failed`),
        ...runsTable(rows).filter((part) => part),
      ),
    );
}

function showTime() {
  const time = data.time,
    place = byId("time"),
    done = d3.sum(time.widths, (w) => w.runs);
  if (!done) {
    place.append(element("p", {}, "No run has ended yet."));
    return;
  }
  const busiest = d3.max(time.ranks, (rank) => rank.seconds),
    ranks = time.ranks.length;
  place.append(
    element(
      "p",
      {},
      `Training took ${seconds(time.seconds)} of core time for ${plural(done, "run")}, ` +
        `${seconds(time.seconds / done)} a run, ${number(time.evaluations / time.seconds)} passes over a network per second.` +
        (ranks > 1
          ? ` ${plural(ranks, "rank")} trained; together they were busy for ${percent(time.seconds / (ranks * busiest))} of the ` +
            "time of the busiest one."
          : ""),
    ),
  );
  place.append(
    table(
      [["width"], ["runs"], ["core time"], ["a run"], ["share"]],
      time.widths.map((w) => [
        number(w.value),
        number(w.runs),
        seconds(w.seconds),
        seconds(w.seconds / w.runs),
        percent(w.seconds / time.seconds),
      ]),
    ),
  );
}

function showOrigin() {
  const place = byId("origin");
  place.append(list([["store", data.store], ...data.facts]));
  place.append(
    element(
      "details",
      {},
      element("summary", {}, "The sweep file"),
      element("pre", {}, data.yaml),
      data.overrides.length ? element("p", {}, "Set on the command line: ", data.overrides.join(", ")) : null,
      element("p", {}, "Save it: ", sweepLink()),
    ),
  );
}
