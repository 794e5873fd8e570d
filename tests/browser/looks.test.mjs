// The page in light and dark, on a desktop and a phone: accessible, small enough, and as shown in the README.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { test } from "node:test";
import { accessibilityProblems, daemonFor, hurry, open, says, untroubled, useBrowser } from "./browser.mjs";
import { waitUntil } from "./daemon.mjs";

useBrowser();

const symbols = ["RELIANCE", "TCS", "INFY", "HDFCBANK", "NIFTY 50", "M&M", "BRK.B", "^NSEI", "SBIN", "ITC", "WIPRO", "TITAN"];
const kinds = ["technical_overview", "pattern_analysis", "volume_analysis", "mtf_comparison"];

// A day of a busy service: most charts are young and some are expired.
function busyDay(daemon) {
  symbols.forEach((symbol, index) => {
    for (const [number, interval] of ["1day", "1hour", "15min"].entries()) {
      kinds.forEach((kind, part) => daemon.chart(`${symbol}_${interval}/${kind}.png`,
        0.2 + ((index * 7 + number * 11) % 29) ** 2 / 36 + part / 50, 300000 + ((index * 37 + part * 101 + number * 53) % 500) * 1000));
    }
  });
}

const settings = { CHART_MAX_SIZE_MB: "128", CHART_CLEANUP_INTERVAL_MINUTES: "60" };

// The README's images need more events, so that the timeline has something to show.
const rounds = process.env.CHART_REAPER_IMAGES ? 16 : 2;

// Waits for the next point: the timeline has at most one per second.
async function nextPoint(daemon) {
  const points = async () => (await daemon.json("/charts/usage")).points.length;
  const before = await points();
  await waitUntil(async () => {
    await daemon.json("/charts/storage/stats");
    return (await points()) !== before;
  }, "the timeline has another point");
}

async function keepImage(page, name) {
  const directory = process.env.CHART_REAPER_IMAGES;
  if (!directory) return;
  mkdirSync(directory, { recursive: true });
  await page.screenshot({ path: `${directory}/${name}.png` });
}

for (const [name, options] of Object.entries({
  "page-light": { scheme: "light", width: 1280, height: 1180 },
  "page-dark": { scheme: "dark", width: 1280, height: 1180 },
  "page-phone": { scheme: "light", width: 390, height: 844, touch: true },
})) {
  test(`${name} is accessible`, async (t) => {
    const daemon = await daemonFor(t, settings, busyDay);
    const page = await open(t, daemon, options);
    await says(page, "#sets", "_1day");
    // Makes some changes after the start, as on any day.
    for (let round = 0; round < rounds; round += 1) {
      for (let i = 0; i < 6; i += 1) daemon.chart(`${symbols[(round + i) % 12]}_5min/${kinds[i % 4]}.png`, 0.02 * (rounds - round), 700000 + round * 20000);
      for (let i = 0; i < (round * 5) % 7; i += 1) daemon.chart(`${symbols[i]}_1min/${kinds[i % 4]}.png`, 25 + i, 800000);
      if (process.env.CHART_REAPER_IMAGES) await nextPoint(daemon);
      await daemon.json("/charts/cleanup", { method: "POST" });
      if (round === rounds / 2) await daemon.json("/charts/WIPRO/1hour", { method: "DELETE" });
      await hurry(page);
      await hurry(page);
      await page.waitForFunction((rows) => document.querySelectorAll("#sweeps tbody tr").length >= rows, round + 2);
    }
    await page.waitForFunction(() => document.querySelectorAll("#timeline .line").length === 1);
    assert.deepEqual(await accessibilityProblems(page), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "nothing is cut off at the side");
    await keepImage(page, name);
    await page.click("#dry-run");
    await says(page, "#dialog-title", "Dry run");
    assert.deepEqual(await accessibilityProblems(page), []);
    untroubled(page);
  });
}

test("the document is small, self-contained and under a strict policy", async (t) => {
  const daemon = await daemonFor(t);
  const response = await fetch(daemon.url);
  const body = await response.text();
  assert.ok(Buffer.byteLength(body) < 60 * 1024, `${Buffer.byteLength(body)} bytes`);
  const policy = response.headers.get("Content-Security-Policy");
  assert.match(policy, /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'self'/);
  assert.doesNotMatch(policy, /unsafe|\*/);

  const page = await open(t, daemon);
  await page.evaluate(() => document.body.append(Object.assign(document.createElement("script"), { textContent: "window.broken = 1" })));
  assert.equal(await page.evaluate(() => window.broken), undefined);
  assert.ok(page.trouble.some((text) => text.startsWith("policy: script-src")), "a foreign script is refused");
});
