// Draws the ages of the charts, in steps up to the maximum age.
function drawAges({ steps, older, step_seconds: step }) {
  const all = [...steps, older];
  const total = all.reduce((sum, entry) => sum + entry.files, 0);
  const { width, height, root } = canvas("ages", 244, `${charts(total)} by age; ${count(older.files)} older than ${duration(step * steps.length)}`);
  const left = 40, right = width - 6, top = 10, floor = height - 28;
  const most = Math.max(...all.map((entry) => entry.files));
  const ceiling = Math.max(niceCeiling(most), 2);
  const slot = (right - left) / all.length;
  for (const part of [0, ceiling / 2, ceiling]) {
    const y = floor - (part / ceiling) * (floor - top);
    root.append(line(left, y, right, y, "grid"), label(left - 8, y + 4, count(part), "end"));
  }
  all.forEach((entry, index) => {
    const height = entry.files ? Math.max((entry.files / ceiling) * (floor - top), 2) : 0;
    const range = index < steps.length ? `${duration(index * step)} to ${duration((index + 1) * step)}` : `older than ${duration(index * step)}`;
    const title = `${range}: ${charts(entry.files)}, ${bytes(entry.size_bytes)}`;
    const x = left + index * slot;
    root.append(box(x + slot * 0.12, floor - height, slot * 0.76, height, index < steps.length ? "age" : "age old"),
      box(x, top, slot, floor - top, "hit", title));
  });
  for (const part of [0, 6, 12, 18, 24]) root.append(label(left + part * slot, height - 8, part ? duration(part * step) : "now", part ? "middle" : "start"));
  return root;
}

function showAges(ages) {
  const total = ages.steps.reduce((sum, entry) => sum + entry.files, ages.older.files);
  setText("age-note", ages.older.files ? `${charts(ages.older.files)} past the maximum age` : total ? "none past the maximum age" : "");
  if (!total) return show("ages", "none", () => empty("No charts", "Nothing is on the volume."));
  show("ages", { ...ages, as_of: "", width: byId("ages").clientWidth }, drawAges);
}
