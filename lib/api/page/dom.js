// Makes and changes elements. Text is inserted as text, so the name of a chart never becomes markup.
const byId = (id) => document.getElementById(id);

function fillElement(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

const make = (tag, attributes, ...children) => fillElement(document.createElement(tag), attributes, children);

const draw = (tag, attributes, ...children) =>
  fillElement(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

// Changes the page only where data changed, so that nothing flickers, and selections and focus stay.
function setText(id, text) {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

function setAttribute(id, name, value) {
  const element = byId(id);
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

const shown = new Map();

// Puts the result of `build` into the element, unless the data is the same as last time.
function show(id, data, build) {
  const key = JSON.stringify(data);
  if (shown.get(id) === key) return;
  shown.set(id, key);
  byId(id).replaceChildren(...[build(data)].flat());
}

const empty = (title, text) => make("p", { class: "empty" }, make("b", null, title), text);

// Makes a table. A column is {title, class, cell}; `cell` makes its content for one row.
function table(columns, rows, caption) {
  return make("table", null,
    make("caption", { class: "hidden" }, caption),
    make("thead", null, make("tr", null, columns.map((column) =>
      make("th", { scope: "col", class: column.class }, column.title)))),
    make("tbody", null, rows.map((row) =>
      make("tr", null, columns.map((column) => make("td", { class: column.class }, column.cell(row)))))));
}

// Allows line breaks in a long name after `/` and `_`.
const breakable = (text) => text.split(/(?<=[/_])/).flatMap((part, index) => (index ? [make("wbr"), part] : [part]));

const reasonTag = (reason) =>
  make("span", { class: "tag" }, make("i", { class: `key ${reason}`, "aria-hidden": "true" }), reasonName(reason));
