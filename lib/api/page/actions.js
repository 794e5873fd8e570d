// Dialogs, and the actions of the buttons.
let closeDialog = () => {};

// Shows a dialog. Resolves to the value of the button that closed it, or to "" if the user cancelled it. Each button
// is {title, value, class}. `guard` is called on every input; the last button is enabled while it returns true.
function openDialog({ title, body, buttons, guard }) {
  setText("dialog-title", title);
  byId("dialog-body").replaceChildren(...[body].flat());
  const made = buttons.map(({ title: text, value, class: name }) =>
    make("button", { value, class: name, type: value ? "submit" : "button", onclick: value ? () => {} : () => byId("dialog").close("") }, text));
  byId("dialog-buttons").replaceChildren(...made);
  if (guard) {
    const check = () => { made.at(-1).disabled = !guard(); };
    byId("dialog-body").oninput = check;
    check();
  }
  const dialog = byId("dialog");
  closeDialog("");
  dialog.returnValue = "";
  dialog.showModal();
  (byId("dialog-body").querySelector("input") ?? made.at(-1)).focus();
  return new Promise((resolve) => {
    closeDialog = resolve;
    dialog.onclose = () => {
      byId("dialog-body").oninput = null;
      resolve(dialog.returnValue);
    };
  });
}

const cancel = { title: "Cancel", value: "" };
const tell = (title, ...body) => openDialog({ title, body: body.flat(), buttons: [{ title: "Close", value: "close", class: "primary" }] });

async function askForToken(why) {
  const input = make("input", { type: "password", autocomplete: "off", id: "token" });
  const answer = await openDialog({
    title: "Token needed",
    body: [make("p", { class: "quiet" }, why), make("label", null, "Bearer token", input)],
    buttons: [cancel, { title: "Use it", value: "use", class: "primary" }],
    guard: () => input.value.trim() !== "",
  });
  if (answer === "use") token = input.value.trim();
  return answer === "use";
}

function summary(stats, done) {
  const what = done ? "removed" : "would be removed";
  const parts = [stats.files_removed ? `${charts(stats.files_removed)} ${what}, ${bytes(stats.bytes_freed)}.` : `Nothing ${done ? "had to be" : "would be"} removed.`];
  const skipped = Object.entries(stats.skipped).filter(([, value]) => value);
  if (skipped.length) parts.push(`Left alone: ${skipped.map(([why, value]) => `${count(value)} ${why.replace("_", " ")}`).join(", ")}.`);
  if (stats.would_fail) parts.push(`${charts(stats.would_fail)} would stay, as they cannot be removed.`);
  if (stats.errors) parts.push(`${plural(stats.errors, "error", "errors")}.`);
  return parts.join(" ");
}

// Returns the errors of an answer as a list element; nothing if there are none.
const errorList = (errors = []) => errors.length
  ? make("ul", { class: "errors" }, ...errors.map(({ operation, path, message }) => make("li", null, breakable([operation, path, message].filter(Boolean).join(" · ")))))
  : [];

// The buttons whose action is running.
const busy = new Set();

// Runs one action and shows its result. The button is busy meanwhile.
async function carryOut(button, target, method, present) {
  if (busy.has(button)) return;
  busy.add(button);
  button.setAttribute("aria-disabled", "true");  // `disabled` would lose the focus
  let outcome;
  try {
    const answer = await askAsAdministrator(target, method);
    outcome = () => present(answer);
    await refresh();
  } catch (error) {
    outcome = () => tell("That did not work", make("p", null, error.message), errorList(error.errors));
  }
  busy.delete(button);
  button.removeAttribute("aria-disabled");
  await outcome();
}

const presentDone = (answer) => tell(answer.message, make("p", null, summary(answer.stats, true)), errorList(answer.errors_list));

function presentDryRun(answer) {
  const shownRows = answer.removals.slice(0, 200);
  return tell("Dry run: nothing was removed", make("p", null, summary(answer.stats, false)), errorList(answer.errors_list),
    shownRows.length ? make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "What would be removed" }, removalTable(shownRows, "What would be removed")) : [],
    answer.stats.files_removed > shownRows.length ? make("p", { class: "quiet" }, `and ${count(answer.stats.files_removed - shownRows.length)} more`) : []);
}

const dryRun = () => carryOut(byId("dry-run"), "charts/cleanup?dry_run=true", "POST", presentDryRun);
const cleanUp = () => carryOut(byId("clean-up"), "charts/cleanup", "POST", presentDone);

async function cleanSet(set) {
  const answer = await openDialog({
    title: `Remove all charts of ${set.path}?`,
    body: make("p", null, `${charts(set.files)}, ${bytes(set.size_bytes)}. Young ones go too; other files stay.`),
    buttons: [cancel, { title: "Remove them", value: "remove", class: "destructive" }],
  });
  if (answer !== "remove") return;
  await carryOut(byId("clean-all"), `charts/${encodeURIComponent(set.symbol)}/${encodeURIComponent(set.interval)}`, "DELETE", presentDone);
}

async function cleanAll() {
  const input = make("input", { autocomplete: "off", spellcheck: "false", id: "confirmation" });
  const answer = await openDialog({
    title: "Remove every chart?",
    body: [make("p", null, `All ${byId("charts").textContent} charts go, ${byId("used").textContent} in all. This cannot be undone.`),
      make("label", null, "Type “delete all charts” to go on", input)],
    buttons: [cancel, { title: "Remove every chart", value: "remove", class: "destructive" }],
    guard: () => input.value.trim() === "delete all charts",
  });
  if (answer === "remove" && input.value.trim() === "delete all charts") await carryOut(byId("clean-all"), "charts/all", "DELETE", presentDone);
}
