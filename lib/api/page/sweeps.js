// Shows the last sweeps and removals, and the settings.
const triggerNames = { start: "at the start", timer: "by the timer", request: "on request", command: "by command", limit: "limit reached" };

// Limit sweeps that began in the same minute are one entry.
function whySwept(sweep) {
  const why = triggerNames[sweep.trigger] ?? sweep.trigger;
  return sweep.sweeps_folded > 1 ? `${why}, ${plural(sweep.sweeps_folded, "sweep", "sweeps")}` : why;
}

function sweepResult(sweep) {
  if (sweep.problem) return make("span", { class: "bad-text" }, sweep.problem);
  if (!sweep.files_removed && !sweep.errors) return make("span", { class: "quiet" }, "nothing to remove");
  return [
    sweep.files_removed ? `${charts(sweep.files_removed)}, ${bytes(sweep.bytes_freed)}` : "nothing removed",
    sweep.errors ? make("span", { class: "bad-text" }, `, ${plural(sweep.errors, "error", "errors")}`) : null,
  ].filter(Boolean);
}

function showSweeps({ sweeps }) {
  show("sweeps", sweeps.slice(0, 50), (rows) => rows.length
    ? table([
      { title: "Started", cell: (sweep) => time(sweep.started) },
      { title: "Why", class: "optional", cell: whySwept },
      { title: "Removed", cell: sweepResult },
      { title: "Seen", class: "num optional", cell: (sweep) => count(sweep.charts_seen) },
      { title: "Took", class: "num", cell: (sweep) => duration(sweep.duration_seconds) },
    ], rows, "Last sweeps, newest first")
    : empty("No sweep yet", "The first one begins with the program."));
}

const removalTable = (rows, caption) => table([
  { title: "Chart", class: "name", cell: (chart) => breakable(chart.path) },
  { title: "Why", cell: (chart) => reasonTag(chart.reason) },
  { title: "Age", class: "num", cell: (chart) => hours(chart.age_hours) },
  { title: "Size", class: "num optional", cell: (chart) => bytes(chart.size_bytes) },
], rows, caption);

function showRemovals({ removals }) {
  show("removals", removals, (rows) => rows.length
    ? removalTable(rows, "Last removals, newest first")
    : empty("Nothing removed yet", "Charts that go are listed here, with the reason."));
}

function showConfig({ settings }) {
  setText("root-path", settings.find((setting) => setting.variable === "CHART_OUTPUT_DIR")?.value ?? "");
  show("config", settings, (rows) => table([
    { title: "Setting", class: "name", cell: (setting) => breakable(setting.variable) },
    { title: "Value", class: "name", cell: (setting) => setting.value || make("span", { class: "quiet" }, "none") },
    { title: "From", class: "name", cell: (setting) => setting.source },
  ], rows, "Settings in effect"));
}
