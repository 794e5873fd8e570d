// The page shows what the API reports.
import assert from "node:assert/strict";
import { test } from "node:test";
import { daemonFor, open, says, untroubled, useBrowser } from "./browser.mjs";

useBrowser();

const cell = (page, table, row, column) =>
  page.locator(`#${table} tbody tr`).nth(row).locator("td").nth(column).textContent();

test("the figures match the API", async (t) => {
  const daemon = await daemonFor(t, { CHART_MAX_SIZE_MB: "2" }, (files) => {
    for (let i = 0; i < 8; i += 1) files.chart(`S${i}_1day/chart.png`, i + 0.5, (100 + i) * 1024);
    files.chart("OLD_1day/x.png", 25, 3072);
  });
  const page = await open(t, daemon);
  const { stats } = await daemon.json("/charts/storage/stats");
  await says(page, "#charts", String(stats.total_files));
  assert.equal(await page.textContent("#set-count"), "8");
  assert.equal(await page.textContent("#used"), `${Math.round(stats.total_size_mb * 1024)} KB`);
  assert.equal(await page.textContent("#of"),
    `of 2 MB · ${stats.usage_percent.toFixed(1)} % · room for ${(2 - stats.total_size_mb).toFixed(2)} MB`);
  assert.equal(Number(await page.getAttribute("#bar", "aria-valuenow")), stats.usage_percent);
  assert.match(await page.textContent("#oldest"), /^7\.5 h of 24 h$/);

  const { sets } = await daemon.json("/charts/sets?sort=bytes&order=desc");
  await says(page, "#sets", sets[0].path);
  for (const [row, set] of sets.entries()) {
    assert.equal(await cell(page, "sets", row, 0), set.path);
    assert.equal(await cell(page, "sets", row, 1), String(set.files));
    assert.equal(await cell(page, "sets", row, 2), `${Math.round(set.size_bytes / 1024)} KB`);
  }
  assert.equal(await page.locator("#symbols li").count(), 8);

  const { sweeps } = await daemon.json("/charts/sweeps");
  assert.equal(await page.locator("#sweeps tbody tr").count(), sweeps.length);
  assert.match(await cell(page, "sweeps", 0, 2), /1 chart, 3 KB/);
  const { removals } = await daemon.json("/charts/removals");
  assert.equal(await cell(page, "removals", 0, 0), removals[0].path);
  assert.equal(await cell(page, "removals", 0, 1), "too old");

  const { settings } = await daemon.json("/config");
  assert.equal(await page.locator("#config tbody tr").count(), settings.length);
  untroubled(page);
});

test("charts by age match the API", async (t) => {
  const daemon = await daemonFor(t, {}, (files) => {
    for (const hours of [0.5, 0.6, 5.5, 23.5]) files.chart(`A_1day/${hours}.png`, hours);
  });
  const page = await open(t, daemon);
  await page.waitForSelector("#ages svg");
  const titles = await page.locator("#ages .hit title").allTextContents();
  assert.equal(titles.length, 25);
  const { steps, older } = await daemon.json("/charts/ages");
  const counts = titles.map((title) => Number(/: (\d+) charts?,/.exec(title)[1]));
  assert.deepEqual(counts, [...steps, older].map((step) => step.files));
  assert.equal(counts[0], 2);
});

test("the page follows changes without a reload and keeps unchanged elements", async (t) => {
  const daemon = await daemonFor(t, {}, (files) => files.chart("A_1day/x.png", 1));
  const page = await open(t, daemon);
  await says(page, "#charts", /^1$/);
  await page.waitForSelector("#config tbody tr");
  await page.evaluate(() => { document.querySelector("#config tbody").marked = true; });
  daemon.chart("B_1day/y.png", 2);
  daemon.chart("OLD_1day/z.png", 30);
  await says(page, "#charts", /^3$/);
  await daemon.json("/charts/cleanup", { method: "POST" });
  await says(page, "#removals", "OLD_1day/z.png");
  await says(page, "#charts", /^2$/);
  assert.equal(await page.evaluate(() => document.querySelector("#config tbody").marked), true);
  untroubled(page);
});

test("names cannot become markup", async (t) => {
  const name = `<img src=x onerror=alert(1)>_1day`;
  const daemon = await daemonFor(t, {}, (files) => files.chart(`${name}/a"&'<b>.png`, 1));
  const page = await open(t, daemon);
  await says(page, "#sets", name);
  assert.equal(await page.locator("#content img").count(), 0);
  await page.click("#sets button");
  await says(page, "#dialog-title", name);
  await page.click("#dialog-buttons button.destructive");
  await says(page, "#dialog-title", "Cleaned up charts for");
  assert.equal((await daemon.json("/charts/storage/stats")).stats.total_files, 0);
  untroubled(page);
});

test("a chart is explained", async (t) => {
  const daemon = await daemonFor(t, {}, (files) => files.chart("NIFTY 50_1day/a.png", 2));
  const page = await open(t, daemon);
  await page.fill("#path", "NIFTY 50_1day/a.png");
  await page.press("#path", "Enter");
  const { explanation } = await daemon.json("/charts/explain?path=NIFTY%2050_1day%2Fa.png");
  await says(page, "#explanation", explanation);
  await says(page, "#explanation", "rule: within limits");
  await page.fill("#path", "NIFTY 50_1day/b.png");
  await page.press("#path", "Enter");
  await says(page, "#explanation", "There is no chart");
});
