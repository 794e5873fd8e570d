// The buttons do what they say, and nothing is removed by accident.
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { daemonFor, open, says, untroubled, useBrowser } from "./browser.mjs";

useBrowser();

const files = async (daemon) => (await daemon.json("/charts/storage/stats")).stats.total_files;

// Starts a daemon with old charts that its first sweep has not seen.
async function withOldCharts(t, settings) {
  const daemon = await daemonFor(t, settings, (made) => made.chart("NIFTY 50_1day/new.png", 1));
  for (let i = 0; i < 3; i += 1) daemon.chart(`OLD_1day/${i}.png`, 30, 2048);
  const page = await open(t, daemon);
  await says(page, "#charts", /^4$/);
  return { daemon, page };
}

test("a dry run lists the charts it would remove and removes none", async (t) => {
  const { daemon, page } = await withOldCharts(t);
  await page.click("#dry-run");
  await says(page, "#dialog-title", "Dry run: nothing was removed");
  await says(page, "#dialog-body", "3 charts would be removed, 6 KB.");
  assert.equal(await page.locator("#dialog-body tbody tr").count(), 3);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("dialog[open]").count(), 0);
  assert.equal(await files(daemon), 4);
  untroubled(page);
});

test("clean up now sweeps once and reports the removed charts", async (t) => {
  const { daemon, page } = await withOldCharts(t);
  await page.click("#clean-up");
  await says(page, "#dialog-body", "3 charts removed, 6 KB.");
  assert.equal(await files(daemon), 1);
  assert.equal((await daemon.json("/charts/sweeps")).sweeps[0].trigger, "request");
  await page.click("#dialog-buttons button");
  await says(page, "#charts", /^1$/);
  untroubled(page);
});

test("a chart set is removed only after confirmation", async (t) => {
  const { daemon, page } = await withOldCharts(t);
  const clean = page.getByRole("button", { name: "Clean NIFTY 50_1day" });
  await clean.click();
  await says(page, "#dialog-title", "Remove all charts of NIFTY 50_1day?");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.waitForSelector("dialog", { state: "hidden" });
  assert.equal(await files(daemon), 4);
  await clean.click();
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "hidden" });
  assert.equal(await files(daemon), 4);
  await clean.click();
  await page.getByRole("button", { name: "Remove them" }).click();
  await says(page, "#dialog-title", "Cleaned up charts for NIFTY 50_1day");
  assert.equal(await files(daemon), 3);
  assert.ok(!existsSync(join(daemon.root, "NIFTY 50_1day")));
  untroubled(page);
});

test("everything is removed only after the words were typed", async (t) => {
  const { daemon, page } = await withOldCharts(t);
  await page.click("#clean-all");
  const remove = page.getByRole("button", { name: "Remove every chart" });
  assert.ok(await remove.isDisabled());
  for (const wrong of ["delete all", "DELETE ALL CHARTS", "delete all charts!"]) {
    await page.fill("#confirmation", wrong);
    assert.ok(await remove.isDisabled(), wrong);
    await page.press("#confirmation", "Enter");
  }
  assert.equal(await files(daemon), 4);
  await page.getByRole("button", { name: "Cancel" }).click();
  assert.equal(await files(daemon), 4);

  await page.click("#clean-all");
  assert.equal(await page.inputValue("#confirmation"), "");
  await page.fill("#confirmation", "delete all charts");
  await remove.click();
  await says(page, "#dialog-title", "All charts cleaned up");
  assert.equal(await files(daemon), 0);
  untroubled(page);
});

test("a refusal is shown", async (t) => {
  const { daemon, page } = await withOldCharts(t);
  await page.route("**/charts/cleanup", (route) => route.fulfill({ status: 503, contentType: "application/problem+json",
    body: JSON.stringify({ status: 503, detail: "The sweep failed: the root is gone." }) }));
  await page.click("#clean-up");
  await says(page, "#dialog-title", "That did not work");
  await says(page, "#dialog-body", "The sweep failed: the root is gone.");
  assert.equal(await files(daemon), 4);
  await page.click("#dialog-buttons button");
  assert.ok(await page.locator("#clean-up").isEnabled());
});

test("the token is requested when needed, and kept", async (t) => {
  const daemon = await daemonFor(t, {}, (made) => {
    made.chart("A_1day/x.png", 1);
    const token = join(made.directory, "token");
    writeFileSync(token, "s3cret", { mode: 0o600 });
    made.settings = { CHART_LISTEN: "0.0.0.0:0", CHART_ADMIN_TOKEN_FILE: token };
  });
  daemon.chart("OLD_1day/x.png", 30);
  const page = await open(t, daemon);
  await says(page, "#charts", /^2$/);
  await says(page, "#notice", "Names of charts and settings are shown with the token only.");
  assert.doesNotMatch(await page.textContent("#content"), /A_1day/);

  await page.click("#clean-up");
  await says(page, "#dialog-title", "Token needed");
  await page.fill("#token", "wrong");
  await page.press("#token", "Enter");
  await says(page, "#dialog-body", "The bearer token is wrong");
  await page.fill("#token", "s3cret");
  await page.press("#token", "Enter");
  await says(page, "#dialog-body", "1 chart removed");
  await says(page, "#sets", "A_1day");
  await page.waitForSelector("#notice", { state: "hidden" });
  // Chromium reports each 401 answer on the console; there must be no other message.
  assert.deepEqual(page.trouble.filter((text) => !text.includes("401")), []);
});

test("the page can be used without a mouse", async (t) => {
  const { daemon, page } = await withOldCharts(t);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the figures");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "dry-run");
  await page.keyboard.press("Enter");
  await says(page, "#dialog-title", "Dry run");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Close");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog", { state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement.id), "dry-run");
  assert.equal(await files(daemon), 4);
});
