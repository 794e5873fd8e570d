// Draws the usage over time, and below it the removals of each sweep, on the same time axis.
const reasons = ["expired", "over_limit", "disk_pressure", "requested"];

function timeTicks(from, to) {
  const steps = [10, 30, 60, 300, 600, 1800, 3600, 7200, 14400, 21600].map((seconds) => seconds * 1000);
  const step = steps.find((candidate) => (to - from) / candidate <= 7) ?? 43200000;
  const offset = new Date(from).getTimezoneOffset() * 60000;
  const ticks = [];
  for (let at = Math.ceil((from - offset) / step) * step + offset; at <= to; at += step) ticks.push(at);
  return { ticks, format: step < 60000 ? clock : shortClock };
}

function sweepTitle(sweep) {
  const parts = reasons.filter((reason) => sweep.removed_by_reason[reason])
    .map((reason) => `${count(sweep.removed_by_reason[reason])} ${reasonName(reason)}`);
  const removed = parts.length ? `removed ${parts.join(", ")}; ${bytes(sweep.bytes_freed)} freed` : "removed nothing";
  return `${time(sweep.started)}, ${whySwept(sweep)}: ${removed}` + (sweep.errors ? `; ${plural(sweep.errors, "error", "errors")}` : "");
}

function drawTimeline({ points, limit, sweeps }) {
  const { width, height, root } = canvas("timeline", 282, `Usage since ${time(points[0].at)}: ${bytes(points.at(-1).size)} of ${bytes(limit)} now`);
  const left = 58, right = width - 12, top = 14, floor = 172, bottom = 252;
  const from = points[0].at;
  const to = Math.max(points.at(-1).at, from + 10000);
  const most = Math.max(...points.map((point) => point.size));
  const showsLimit = most === 0 || most > limit * 0.35;
  const ceiling = showsLimit ? Math.max(most * 1.04, limit * 1.08) : niceBytes(most * 1.1);
  const x = (at) => left + ((at - from) / (to - from)) * (right - left);
  const y = (size) => floor - (size / ceiling) * (floor - top);

  for (const part of showsLimit ? [0, limit / 2, limit] : [0, ceiling / 2, ceiling]) {
    root.append(line(left, y(part), right, y(part), "grid"), label(left - 8, y(part) + 4, bytes(part), "end"));
  }
  if (showsLimit) {
    root.append(line(left, y(limit * 0.8), right, y(limit * 0.8), "mark80"), line(left, y(limit * 0.95), right, y(limit * 0.95), "mark95"), line(left, y(limit), right, y(limit), "limit"));
  }
  const { ticks, format } = timeTicks(from, to);
  for (const at of ticks) root.append(label(Math.min(Math.max(x(at), left + 14), right - 22), height - 8, format.format(at), "middle"));

  const path = points.map((point) => `${x(point.at).toFixed(1)} ${y(point.size).toFixed(1)}`).join("L");
  root.append(
    draw("path", { class: "area", d: `M${x(from)} ${floor}L${path}L${x(points.at(-1).at)} ${floor}Z` }),
    draw("path", { class: "line", d: `M${path}` }),
    draw("circle", { class: "now", cx: x(points.at(-1).at), cy: y(points.at(-1).size), r: 4.5 }));

  // The first figures come from the end of the first sweep.
  const begin = (sweep) => new Date(sweep.started).getTime();
  const inView = sweeps.filter((sweep) => begin(sweep) + sweep.duration_seconds * 1000 >= from - 1000);
  const mostRemoved = Math.max(1, ...inView.map((sweep) => sweep.files_removed));
  root.append(line(left, bottom, right, bottom, "grid"), label(left - 8, bottom - 48, count(mostRemoved), "end"), label(left - 8, bottom + 4, "0", "end"), label(left, floor + 17, "Charts removed by each sweep"));
  for (const sweep of inView) root.append(...sweepBars(sweep, x(Math.max(begin(sweep), from)), bottom, mostRemoved));
  addCursor(root, { points, x, left, right, top, bottom });
  return root;
}

function sweepBars(sweep, at, bottom, mostRemoved) {
  const title = sweepTitle(sweep);
  const drawn = [];
  let base = bottom;
  for (const reason of reasons) {
    const files = sweep.removed_by_reason[reason] ?? 0;
    if (!files) continue;
    const height = Math.max((files / mostRemoved) * 52, 2);
    base -= height;
    drawn.push(box(at - 2.5, base, 5, height, reason, title));
  }
  if (!drawn.length && !sweep.errors) drawn.push(box(at - 1, bottom - 4, 2, 4, "nothing", title));
  if (sweep.errors) drawn.push(draw("circle", { class: "failed", cx: at, cy: base - 6, r: 3 }, draw("title", null, title)));
  return drawn;
}

// Shows the figure under the pointer.
function addCursor(root, { points, x, left, right, top, bottom }) {
  const cursor = line(0, top, 0, bottom, "cursor");
  cursor.setAttribute("visibility", "hidden");
  root.append(cursor);
  root.addEventListener("pointermove", (event) => {
    const at = ((event.clientX - root.getBoundingClientRect().left) / root.clientWidth) * root.viewBox.baseVal.width;
    if (at < left || at > right) return;
    const near = points.reduce((best, point) => (Math.abs(x(point.at) - at) < Math.abs(x(best.at) - at) ? point : best));
    cursor.setAttribute("x1", x(near.at));
    cursor.setAttribute("x2", x(near.at));
    cursor.setAttribute("visibility", "visible");
    setText("readout", `${time(near.at)}: ${bytes(near.size)}, ${charts(near.charts)}`);
  });
  root.addEventListener("pointerleave", () => {
    cursor.setAttribute("visibility", "hidden");
    setText("readout", "");
  });
}

function showTimeline(usage, sweeps, stats) {
  const points = usage.points.map((point) => ({ at: new Date(point.at).getTime(), size: point.size_bytes, charts: point.charts }));
  const now = new Date(stats.scanned_at).getTime();
  if (points.length && now > points.at(-1).at) points.push({ at: now, size: stats.total_size_mb * 1048576, charts: stats.total_files });
  if (!points.length) return show("timeline", "none", () => empty("No figures yet", "They begin with the first look at the volume."));
  show("timeline", { points, limit: usage.limit_bytes, sweeps, width: byId("timeline").clientWidth }, drawTimeline);
  const removed = reasons.filter((reason) => sweeps.some((sweep) => sweep.removed_by_reason[reason]));
  show("legend", removed, () => [
    make("li", null, make("i", { class: "key use" }), "all charts"), make("li", null, make("i", { class: "key lim" }), `limit ${bytes(usage.limit_bytes)}`),
    ...removed.map((reason) => make("li", null, make("i", { class: `key ${reason}` }), `removed: ${reasonName(reason)}`))]);
}
