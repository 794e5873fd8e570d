// An empty volume, a stopped daemon, a running sweep, problems, and five thousand chart sets.
import assert from "node:assert/strict";
import { mkdirSync, renameSync } from "node:fs";
import { test } from "node:test";
import { accessibilityProblems, daemonFor, hurry, open, says, untroubled, useBrowser } from "./browser.mjs";

useBrowser();

test("an empty volume is shown as empty", async (t) => {
  const page = await open(t, await daemonFor(t));
  await says(page, "#used", "0 bytes");
  await says(page, "#ages", "No charts");
  await says(page, "#sets", "No chart sets");
  await says(page, "#removals", "Nothing removed yet");
  assert.equal(await page.textContent("#oldest"), "none");
  assert.deepEqual(await accessibilityProblems(page), []);
  untroubled(page);
});

test("when the daemon stops, the last figures stay and the page says so until it is back", async (t) => {
  const daemon = await daemonFor(t, {}, (files) => files.chart("A_1day/x.png", 1));
  const page = await open(t, daemon);
  await says(page, "#sets", "A_1day");
  untroubled(page);
  await daemon.stop();
  await says(page, "#state-text", "No answer");
  await says(page, "#notice", "chart-reaper has not answered since");
  assert.equal(await page.textContent("#charts"), "1");
  assert.ok(await page.locator("#clean-up").isDisabled());
  daemon.chart("B_1day/y.png", 1);
  await daemon.start();
  await says(page, "#state-text", "Within its limits");
  await says(page, "#charts", /^2$/);
  await page.waitForSelector("#notice", { state: "hidden" });
  assert.ok(await page.locator("#clean-up").isEnabled());
});

test("a missing root is shown, and the page recovers with it", async (t) => {
  const daemon = await daemonFor(t, {}, (files) => files.chart("A_1day/x.png", 1));
  const page = await open(t, daemon);
  await says(page, "#charts", /^1$/);
  renameSync(daemon.root, `${daemon.root}.away`);
  await says(page, "#state-text", "Volume trouble");
  await says(page, "#notice", "The chart directory cannot be used");
  mkdirSync(daemon.root);
  await says(page, "#state-text", "Within its limits");
  await says(page, "#charts", /^0$/);
});

test("problems are shown worst first, with advice", async (t) => {
  const page = await open(t, await daemonFor(t));
  await says(page, "#state-text", "Within its limits");
  await page.route("**/charts/storage/stats", async (route) => {
    const answer = await (await route.fetch()).json();
    const problems = [
      { code: "removal_failing", severity: "critical", sentence: "Nothing of what was due could be removed.", advice: "Run it as the owner." },
      { code: "cleanup_disabled", severity: "warning", sentence: "Automatic cleanup is off.", advice: "Set CHART_ENABLE_CLEANUP=true." },
      { code: "not_watched", severity: "info", sentence: "It is not watched.", advice: "Raise the limit." },
    ];
    await route.fulfill({ json: { ...answer, stats: { ...answer.stats, status: "failing", problems } } });
  });
  await hurry(page);
  await says(page, "#state-text", "Charts cannot be removed");
  assert.equal(await page.getAttribute("#state", "class"), "state bad");
  await says(page, "#notice", "Nothing of what was due could be removed. Run it as the owner.");
  const notices = await page.locator("#notice > div").allTextContents();
  assert.equal(notices.length, 2);
  assert.ok(notices[1].includes("CHART_ENABLE_CLEANUP"));
  assert.deepEqual(await accessibilityProblems(page), []);
  untroubled(page);
});

test("figures that are lower bounds are marked", async (t) => {
  const page = await open(t, await daemonFor(t, {}, (files) => files.chart("A_1day/x.png", 1)));
  await page.route("**/charts/storage/stats", async (route) => {
    const answer = await (await route.fetch()).json();
    const stats = { ...answer.stats, lower_bound: true, unreadable_directories: 40 };
    await route.fulfill({ json: { ...answer, stats } });
  });
  await hurry(page);
  await says(page, "#used", "at least ");
  await says(page, "#of", "room for at most ");
  await says(page, "#charts", /^at least 1$/);
  await says(page, "#set-count", /^at least 1$/);
  untroubled(page);
});

test("before the first scan has ended nothing is green and no figure is zero", async (t) => {
  const page = await open(t, await daemonFor(t, {}, (files) => files.chart("A_1day/x.png", 1)));
  await page.route("**/charts/storage/stats", async (route) => {
    const answer = await (await route.fetch()).json();
    const stats = { ...answer.stats, total_files: null, total_size_mb: null, usage_percent: null, complete: false,
      sweep: { state: "scanning", scanned: 3826, removed: 0, freed_bytes: 0 } };
    await route.fulfill({ json: { ...answer, stats } });
  });
  await page.reload();
  await says(page, "#state-text", "First scan is running");
  assert.equal(await page.getAttribute("#state", "class"), "state warn");
  await says(page, "#progress", "Looking through the volume: 3,826 charts so far");
  assert.equal(await page.textContent("#charts"), "–");
  untroubled(page);
});

test("a running sweep is followed", async (t) => {
  const page = await open(t, await daemonFor(t));
  let sweep = { state: "scanning", scanned: 1234, removed: 0, freed_bytes: 0 };
  await page.route("**/charts/storage/stats", async (route) => {
    const answer = await (await route.fetch()).json();
    await route.fulfill({ json: { ...answer, stats: { ...answer.stats, sweep } } });
  });
  await says(page, "#progress", "Looking through the volume: 1,234 charts so far");
  sweep = { state: "removing", scanned: 1234, removed: 56, freed_bytes: 3 * 1024 * 1024 };
  await says(page, "#progress", "Removing: 56 charts gone, 3 MB freed");
  sweep = { state: "idle", scanned: 1234, removed: 56, freed_bytes: 3 * 1024 * 1024 };
  await page.waitForFunction(() => document.getElementById("progress").textContent === "");
  untroubled(page);
});

test("the progress of a real sweep is shown while it runs", async (t) => {
  const daemon = await daemonFor(t, { CHART_MAX_REMOVALS_PER_SECOND: "150" });
  for (let i = 0; i < 600; i += 1) daemon.chart(`OLD_1day/${i}.png`, 30);
  const page = await open(t, daemon);
  await says(page, "#charts", "600");
  await page.click("#clean-up");
  await says(page, "#progress", /Removing: [1-9]\d* charts? gone/);
  await says(page, "#dialog-body", "600 charts removed");
  await says(page, "#progress", /^$/);
  untroubled(page);
});

test("usage above a threshold is also shown in words", async (t) => {
  const daemon = await daemonFor(t, { CHART_MAX_SIZE_MB: "1" }, (files) => files.chart("A_1day/x.png", 1, 0.85 * 1048576));
  const page = await open(t, daemon);
  await says(page, "#state-text", "Above 80 %");
  daemon.chart("B_1day/x.png", 1, 0.12 * 1048576);
  await says(page, "#state-text", "Above 95 %");
  assert.match(await page.getAttribute("#fill", "class"), /bad/);
  assert.deepEqual(await accessibilityProblems(page), []);
});

test("five thousand chart sets are as fast as one", async (t) => {
  const daemon = await daemonFor(t, {}, (files) => {
    for (let i = 0; i < 5000; i += 1) files.chart(`SYM${String(i).padStart(4, "0")}_1day/x.png`, 1, 100 + i);
  });
  const page = await open(t, daemon);
  await says(page, "#page-note", "1 to 12 of 5,000");
  await says(page, "#sets", "SYM4999_1day");
  assert.ok((await page.locator("*").count()) < 1500, "the page holds only what it shows");
  await page.getByRole("button", { name: "Next" }).click();
  await says(page, "#page-note", "13 to 24 of 5,000");
  await page.fill("#match", "sym0042");
  await says(page, "#sets", "SYM0042_1day");
  assert.equal(await page.locator("#sets tbody tr").count(), 1);
  await page.fill("#match", "");
  await page.selectOption("#sort", "name asc");
  await says(page, "#sets tbody tr td", "SYM0000_1day");
  assert.match(await page.textContent("#symbols"), /all others/);
  untroubled(page);
});
