// Puts the page together.

const systemTheme = window.matchMedia("(prefers-color-scheme: dark)");

function setTheme(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

function showTheme() {
  byId("theme").textContent = isDark() ? "Light" : "Dark";
  byId("theme").setAttribute("aria-label", `Show the page in ${isDark() ? "light" : "dark"} colours`);
}

function switchTheme() {
  setTheme(!isDark());
  showTheme();
  drawAllAgain();
  if (data.planes && data.planes.length) showCaption();
}

function showSummary() {
  const ended = d3.sum(
    data.ends.filter((end) => !["pending", "failed"].includes(end.name)),
    (end) => end.runs,
  );
  byId("title").textContent = data.title;
  const facts = Object.fromEntries(data.facts),
    parts = [`${number(ended)} of ${plural(data.runs, "run")}`];
  if (data.planes && data.planes.length) {
    const p = data.planes[0],
      w = p.widths;
    parts.push(`${number(p.column.length)} cells`);
    if (w.length > 1) parts.push(`widths ${number(w[0])} to ${number(w[w.length - 1])}`);
    parts.push(plural(p.seeds, "seed"));
  }
  parts.push((facts.created || "").slice(0, 10), facts.program);
  byId("summary").textContent = parts.filter((part) => part).join(" · ");
}

setTheme(systemTheme.matches);
showSummary();
if (data.planes && data.planes.length) {
  byId("phase").hidden = false;
  showPlane();
}
showGroups();
showDirections();
showEnds();
showTime();
showOrigin();
showTheme();
byId("theme").addEventListener("click", switchTheme);
systemTheme.addEventListener("change", () => {
  setTheme(systemTheme.matches);
  showTheme();
  drawAllAgain();
});
