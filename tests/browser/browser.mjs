// Opens the page like a person, and records everything a person should never see.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { Daemon } from "./daemon.mjs";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Flags that keep Chromium's own features from using the network.
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

let browser;

// Call it once in each test file.
export function useBrowser() {
  before(async () => {
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags });
  });
  after(() => browser.close());
}

// Starts a daemon for one test and stops it at the end.
export async function daemonFor(test, settings, prepare = () => {}) {
  const daemon = new Daemon();
  test.after(() => daemon.end());
  prepare(daemon);
  return daemon.start(settings);
}

// Opens the daemon's page and waits until it shows figures. `page.trouble` collects console errors, requests to other
// hosts and violations of the policy.
export async function open(test, daemon, { scheme = "light", width = 1280, height = 900, touch = false } = {}) {
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height }, hasTouch: touch,
    reducedMotion: "reduce", timezoneId: "UTC", locale: "en-GB" });
  test.after(() => context.close());
  const page = await context.newPage();
  page.trouble = [];
  page.on("console", (message) => {
    if (message.type() === "error") page.trouble.push(message.text());
  });
  page.on("pageerror", (error) => page.trouble.push(String(error)));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.origin !== new URL(daemon.url).origin) page.trouble.push(`request to ${url}`);
  });
  await page.exposeFunction("noteViolation", (text) => page.trouble.push(text));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => window.noteViolation(`policy: ${event.violatedDirective}`));
  });
  await page.goto(daemon.url);
  await page.waitForFunction(() => document.getElementById("state-text").textContent !== "Connecting");
  return page;
}

export const untroubled = (page) => assert.deepEqual(page.trouble, []);

// Waits until the element contains the text: a string or a pattern.
export async function says(page, selector, text) {
  const source = text instanceof RegExp ? text.source : text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  await page.waitForFunction(([where, pattern]) => new RegExp(pattern).test(document.querySelector(where)?.textContent ?? ""),
    [selector, source]);
}

// Makes the page request everything now, as when it becomes visible again.
export const hurry = (page) => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));

// Returns the violations of WCAG 2.2 AA and best practices that axe-core finds. It runs outside the page's policy.
export async function accessibilityProblems(page) {
  await page.evaluate(axeSource);
  const results = await page.evaluate(() => window.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  return results.violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}
