// Shows the sizes by symbol, and one page of the table of chart sets.
const pageSize = 12;
let setOffset = 0;

function setsTarget() {
  const [sort, order] = byId("sort").value.split(" ");
  const match = encodeURIComponent(byId("match").value.trim());
  return `charts/sets?limit=${pageSize}&offset=${setOffset}&sort=${sort}&order=${order}&match=${match}`;
}

function showSymbols({ symbols, total }, allBytes) {
  setText("symbol-note", total > symbols.length ? `the largest ${symbols.length} of ${count(total)}` : "");
  if (!total) return show("symbols", "none", () => empty("No charts", "Nothing is on the volume."));
  const rest = allBytes - symbols.reduce((sum, symbol) => sum + symbol.size_bytes, 0);
  const rows = symbols.map(({ symbol, size_bytes: size, sets, files }) =>
    ({ name: symbol || "(no symbol)", size, title: `${plural(sets, "set", "sets")}, ${charts(files)}` }));
  if (total > symbols.length && rest > 0) rows.push({ name: "all others", size: rest, others: true });
  show("symbols", rows, drawSymbols);
}

function drawSymbols(rows) {
  const most = Math.max(...rows.filter((row) => !row.others).map((row) => row.size), 1);
  return make("ul", { class: "bars" }, rows.map((row) => {
    const fill = make("span");
    fill.style.width = `${(row.size / most) * 100}%`;
    return make("li", { title: row.title, class: row.others && "others" }, make("span", { class: "name" }, row.name),
      make("span", { class: "track", "aria-hidden": "true" }, !row.others && fill), make("span", { class: "num" }, bytes(row.size)));
  }));
}

function showSets({ sets, total }) {
  setText("page-note", total ? `${count(setOffset + 1)} to ${count(setOffset + sets.length)} of ${count(total)}` : "");
  byId("earlier").disabled = setOffset === 0;
  byId("later").disabled = setOffset + sets.length >= total;
  document.querySelector(".pager").hidden = total <= pageSize;
  if (!sets.length) {
    const searching = byId("match").value.trim();
    return show("sets", ["none", searching], () => searching
      ? empty("No chart set matches", `Nothing is called like “${searching}”.`)
      : empty("No chart sets", "They appear here as soon as the service has written charts."));
  }
  show("sets", sets, () => table([
    { title: "Chart set", class: "name", cell: (set) => set.path ? breakable(set.path) : "(the chart directory itself)" },
    { title: "Charts", class: "num", cell: (set) => count(set.files) },
    { title: "Size", class: "num", cell: (set) => bytes(set.size_bytes) },
    { title: "Oldest", class: "num optional", cell: (set) => time(set.oldest) },
    { title: "Newest", class: "num optional", cell: (set) => time(set.newest) },
    { title: make("span", { class: "hidden" }, "Action"), class: "num", cell: (set) => set.deletable &&
      make("button", { type: "button", class: "small", "aria-label": `Clean ${set.path}`, onclick: () => cleanSet(set) }, "Clean…") },
  ], sets, "Chart sets"));
}
