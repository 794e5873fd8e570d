// Shared by all diagrams. A diagram is drawn at the width at which it is shown, so that text keeps its size.
function canvas(id, height, label) {
  const width = Math.max(byId(id).clientWidth, 280);
  return { width, height, root: draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label }) };
}

const line = (x1, y1, x2, y2, name) => draw("line", { x1, y1, x2, y2, class: name });
const label = (x, y, text, anchor = "start") => draw("text", { x, y, "text-anchor": anchor }, text);
const box = (x, y, width, height, name, title) =>
  draw("rect", { x, y, width: Math.max(width, 0), height: Math.max(height, 0), class: name, rx: Math.min(2, width / 2) },
    title && draw("title", null, title));

// Returns the smallest round number that is at least `value`.
function niceCeiling(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((step) => step >= value);
}

const niceBytes = (value) => {
  const unit = 1024 ** Math.max(0, Math.floor(Math.log2(Math.max(value, 1)) / 10));
  return niceCeiling(value / unit) * unit;
};
