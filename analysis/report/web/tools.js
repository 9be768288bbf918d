// What all parts of the page share: the data, elements, numbers as text, the tooltip, commands.

const data = JSON.parse(document.getElementById("data").textContent);

const byId = (id) => document.getElementById(id);

// element("p", {class: "caption"}, "text", child, ...)
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function number(value, digits = 3) {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) return value.toLocaleString("en").replace("-", "−");
  if (size >= 1000 && size < 1e6) return Math.round(value).toLocaleString("en").replace("-", "−");
  const text =
    size !== 0 && (size < 1e-3 || size >= 1e6)
      ? value.toExponential(digits - 1)
      : String(Number(value.toPrecision(digits)));
  return text.replace("e+", "e").replace("-", "−").replace("e-", "e−");
}

const fixed = (value, digits) => (value === null ? "–" : value.toFixed(digits).replace("-", "−"));

function seconds(value) {
  if (value === null) return "–";
  if (value < 1e-3) return `${number(value * 1e6)} µs`;
  if (value < 1) return `${number(value * 1e3)} ms`;
  if (value < 120) return `${number(value)} s`;
  return value < 7200 ? `${number(value / 60)} min` : `${number(value / 3600)} h`;
}

const plural = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;

// "S_w" as S with an index, for HTML.
function symbol(name) {
  const parts = /^(RD|S)(?:_(\w))?$/.exec(name);
  if (!parts) return document.createTextNode(name.replaceAll("_", " "));
  const node = element("span", {}, parts[1] === "S" ? element("i", {}, "S") : "RD");
  if (parts[2]) node.append(element("sub", {}, parts[2]));
  return node;
}

function list(pairs) {
  const made = element("dl");
  for (const [term, ...texts] of pairs) made.append(element("dt", {}, term), element("dd", {}, ...texts));
  return made;
}

// heads: [text, is a word]
function table(heads, rows) {
  const kind = (i) => (heads[i][1] ? { class: "word" } : {});
  const body = element(
    "tbody",
    {},
    ...rows.map((row) => element("tr", {}, ...row.map((value, i) => element("td", kind(i), value)))),
  );
  const head = element(
    "tr",
    {},
    ...heads.map(([text], i) => element("th", { scope: "col", ...kind(i) }, text)),
  );
  return element("table", {}, element("thead", {}, head), body);
}

function choice(label, names, chosen, changed) {
  const select = element(
    "select",
    { onchange: () => changed(select.selectedIndex) },
    ...names.map((name, i) => {
      const option = element("option", {}, name);
      option.selected = i === chosen;
      return option;
    }),
  );
  return element("label", {}, element("span", { style: "white-space:nowrap" }, label), select);
}

const tip = {
  show(event, ...content) {
    const box = byId("tip");
    box.replaceChildren(...content);
    box.hidden = false;
    const x = Math.min(event.clientX + 14, window.innerWidth - box.offsetWidth - 8);
    const below = event.clientY + 16 + box.offsetHeight < window.innerHeight;
    box.style.left = `${Math.max(8, x)}px`;
    box.style.top = `${below ? event.clientY + 16 : event.clientY - box.offsetHeight - 12}px`;
  },
  hide() {
    byId("tip").hidden = true;
  },
};

// A word for the shell: quoted where it has to be.
const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

function command(text) {
  const copy = element(
    "button",
    {
      type: "button",
      onclick: async () => {
        try {
          await navigator.clipboard.writeText(text);
          copy.textContent = "copied";
        } catch {
          window.getSelection().selectAllChildren(lines);
          copy.textContent = "selected";
        }
        setTimeout(() => {
          copy.textContent = "copy";
        }, 1500);
      },
    },
    "copy",
  );
  const lines = element("pre", {}, text);
  return element("div", { class: "command" }, lines, copy);
}

// The sweep file, to save beside the page.
function sweepLink() {
  const name = `${data.title}.yaml`;
  const link = element("a", { href: "#", download: name }, name);
  link.href = URL.createObjectURL(new Blob([data.yaml], { type: "text/yaml" }));
  return link;
}

// Settings of the store's own command, but for keys that are chosen.
const overridesBut = (keys) => data.overrides.filter((text) => !keys.includes(text.split("=")[0]));

function runCommand(row) {
  const name = `run-${row}`;
  return (
    `dewpoint explain ${quoted(data.store)} ${row} > ${name}.yaml\n` +
    `dewpoint run ${name}.yaml -o ${name}.h5`
  );
}
