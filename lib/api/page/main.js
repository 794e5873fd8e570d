// Polls the daemon and shows the changes. While the page is hidden, it does not poll.
let known = { problems: [] };
let goneSince = null;

// The polling intervals in seconds. During a sweep the page polls more often.
const pace = { usual: 3, sweeping: 1, details: 6, settings: 60 };
const due = { details: 0, settings: 0 };

async function readDetails() {
  const [usage, sweeps, ages] = await Promise.all([ask("charts/usage"), ask("charts/sweeps"), unlessBusy(ask("charts/ages"), "ages")]);
  Object.assign(known, { usage, sweeps, ages });
}

// During a sweep the daemon may refuse some figures. Then the last known ones stay.
const unlessBusy = (answer, name) => answer.catch((error) => {
  if (error instanceof Refused && error.status === 503 && known.stats) return known[name];
  throw error;
});

// Reads the answers that name charts. If the daemon refuses them, the page does without and offers to enter the token.
async function readNames() {
  if (known.refusal && known.refusedToken === token) return;  // a second try would count as guessing
  try {
    const [symbols, sets, removals] = await Promise.all([unlessBusy(ask("charts/sets?group=symbol&limit=9"), "symbols"), unlessBusy(ask(setsTarget()), "sets"), ask("charts/removals?limit=100")]);
    Object.assign(known, { symbols, sets, removals, refusal: null });
    if (!known.config || Date.now() >= due.settings) {
      known.config = await ask("config");
      due.settings = Date.now() + pace.settings * 1000;
    }
  } catch (error) {
    if (!(error instanceof Refused) || error.status === 503) throw error;
    known.refusal = error;
    known.refusedToken = token;
  }
}

function notices() {
  const list = [];
  if (goneSince) list.push({ text: `chart-reaper has not answered since ${time(goneSince)}. The figures are the last known ones; this page goes on by itself.` });
  if (known.trouble && !known.problems.length) list.push({ text: known.trouble });
  list.push(...problemNotices(known.problems));
  if (known.refusal) list.push({ text: known.refusal.wantsToken ? "Names of charts and settings are shown with the token only." : known.refusal.message, mild: true,
    action: known.refusal.wantsToken && { title: "Enter the token", run: async () => { if (await askForToken(known.refusal.message)) await refresh(); } } });
  return list;
}

// Returns null before the first scan has ended, because the figures are null then.
function counted(stats) {
  return stats?.total_files == null ? null : stats;
}

function showEverything() {
  const { usage, sweeps, ages, symbols, sets, removals, config } = known;
  const stats = counted(known.stats);
  if (stats) showUsage(stats, levelOf(known.problems, "over_limit", "usage_critical", "usage_high"));
  showProgress(goneSince ? null : known.stats?.sweep);
  if (sweeps) showNextSweep(sweeps);
  if (usage && sweeps && stats) showTimeline(usage, sweeps.sweeps, stats);
  if (ages) showAges(ages);
  if (sweeps) showSweeps(sweeps);
  if (symbols && usage) showSymbols(symbols, stats ? stats.total_size_mb * 1048576 : 0);
  if (sets) showSets(sets);
  if (removals) showRemovals(removals);
  if (config) showConfig(config);
  showNotices(notices());
  for (const button of document.querySelectorAll("[data-asks]")) button.disabled = goneSince != null;
  byId("content").classList.toggle("stale", goneSince != null);
  if (goneSince) showState("bad", "No answer");
  else if (known.trouble && !known.problems.length) showState("bad", "Volume trouble");
  else showWorst(known.problems, stats != null);
}

async function refresh(everything = true) {
  try {
    known.stats = (await ask("charts/storage/stats")).stats;
    known.problems = known.stats.problems;
    known.trouble = null;
    if (counted(known.stats) && (everything || Date.now() >= due.details)) {
      await Promise.all([readDetails(), readNames()]);
      due.details = Date.now() + pace.details * 1000;
    }
    goneSince = null;
  } catch (error) {
    if (error instanceof Refused) {
      known.trouble = error.message;
      if (error.problems.length) known.problems = error.problems;
      goneSince = null;
    } else goneSince ??= Date.now();
  }
  showEverything();
}

async function refreshForever() {
  if (!document.hidden) await refresh(false);
  const sweeping = known.stats?.sweep && known.stats.sweep.state !== "idle";
  setTimeout(refreshForever, (sweeping ? pace.sweeping : pace.usual) * 1000);
}

async function showSetPage(offset) {
  setOffset = Math.max(offset, 0);
  await refresh();
}

let typing;
byId("match").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => showSetPage(0), 200);
});
byId("set-tools").addEventListener("submit", (event) => event.preventDefault());
byId("sort").addEventListener("change", () => showSetPage(0));
byId("earlier").addEventListener("click", () => showSetPage(setOffset - pageSize));
byId("later").addEventListener("click", () => showSetPage(setOffset + pageSize));
byId("explain").addEventListener("submit", explainChart);
byId("dry-run").addEventListener("click", dryRun);
byId("clean-up").addEventListener("click", cleanUp);
byId("clean-all").addEventListener("click", cleanAll);
new ResizeObserver(() => { if (known.usage) showEverything(); }).observe(byId("content"));
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
refreshForever();
