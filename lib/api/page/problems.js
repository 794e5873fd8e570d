// Shows the problems that the daemon reports, worst first, and the state that follows from them.
const problemNames = {
  root_unusable: "Volume trouble",
  hung: "Volume does not answer",
  removal_failing: "Charts cannot be removed",
  over_limit: "Over the limit",
  limit_unreachable: "Over the limit",
  only_young_charts: "Volume full of young charts",
  no_gain: "Removing frees no space",
  low_space: "Low on free space",
  low_inodes: "Low on free inodes",
  usage_critical: "Above 95 %",
  usage_high: "Above 80 %",
  many_errors: "Errors in the last sweep",
  retention_short: "Charts removed too early",
  unreadable: "Directories cannot be read",
  clock_untrusted: "The clock jumped",
  cleanup_disabled: "Cleanup is off",
  settings_conflict: "Settings conflict",
  memory_short: "Too little memory",
  other_cleaner: "Another program removes charts",
  other_reaper: "Another process holds the lock",
  future_times: "Charts from the future",
};
const levels = { critical: "bad", warning: "warn", info: "" };

// Returns the level of the worst of these problems; empty if there is none.
const levelOf = (problems, ...codes) => levels[problems.find(({ code }) => codes.includes(code))?.severity] ?? "";

const problemNotices = (problems) => problems.filter(({ severity }) => severity !== "info")
  .map(({ severity, sentence, advice }) => ({ text: `${sentence} ${advice}`, mild: severity !== "critical" }));

// Shows green only if there are figures and no warning or critical problem.
function showWorst(problems, hasFigures) {
  const [worst] = problems;
  if (worst && worst.severity !== "info") showState(levels[worst.severity], problemNames[worst.code] ?? worst.code);
  else if (hasFigures) showState("good", "Within its limits");
  else showState("warn", "First scan is running");
}
