// Shows the figures at the top, the state, and the notices.
function showUsage(stats, level) {
  // If directories cannot be read, the figures are lower bounds.
  const atLeast = stats.lower_bound ? "at least " : "";
  setText("used", atLeast + megabytes(stats.total_size_mb));
  const limit = stats.limit_bytes / 1048576;
  const room = limit - stats.total_size_mb;
  setText("of", `of ${megabytes(limit)} · ${stats.usage_percent.toLocaleString("en", { maximumFractionDigits: 1 })} % · ` +
    (room >= 0 ? `room for ${stats.lower_bound ? "at most " : ""}${megabytes(room)}` : `${megabytes(-room)} over the limit`));
  const width = Math.min(stats.usage_percent, 100);
  byId("fill").style.width = `${width}%`;
  setAttribute("fill", "class", `fill ${level}`);
  setAttribute("bar", "aria-valuenow", width);
  setAttribute("bar", "aria-valuetext", `${stats.usage_percent} % of the limit`);
  setText("charts", atLeast + count(stats.total_files));
  setText("set-count", atLeast + count(stats.chart_sets));
  const age = (value) => (value == null ? "none" : hours(value));
  show("oldest", [stats.oldest_file_age_hours, stats.max_age_hours], ([oldest, most]) =>
    [age(oldest), oldest != null && make("small", null, ` of ${hours(most)}`)].filter(Boolean));
  setText("newest", age(stats.newest_file_age_hours));
  setText("role", stats.role);
  setText("free", stats.volume_free_mb == null ? "not known" : megabytes(stats.volume_free_mb));
}

function showProgress(sweep) {
  const texts = {
    scanning: () => `Looking through the volume: ${charts(sweep.scanned)} so far`,
    removing: () => `Removing: ${charts(sweep.removed)} gone, ${bytes(sweep.freed_bytes)} freed`,
  };
  setText("progress", texts[sweep?.state]?.() ?? "");
}

function showNextSweep(sweeps) {
  if (goneSince) return setText("next-sweep", "not known");
  const seconds = sweeps.next_sweep ? (new Date(sweeps.next_sweep) - Date.now()) / 1000 : null;
  setText("next-sweep", seconds == null ? "not planned" : seconds <= 1 ? "now" : `in ${duration(seconds)}`);
}

function showState(level, text) {
  setAttribute("state", "class", `state ${level}`);
  setText("state-text", text);
}

// Shows the notices. Each is {text, mild, action}, the most important first.
function showNotices(notices) {
  byId("notice").hidden = notices.length === 0;
  show("notice", notices.map(({ text, mild, action }) => [text, mild, action?.title]), () =>
    notices.map(({ text, mild, action }) => make("div", { class: mild && "mild" }, make("span", null, text),
      action && make("button", { type: "button", class: "small", onclick: action.run }, action.title))));
}
