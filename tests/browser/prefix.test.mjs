// The page works behind a proxy, below a path prefix.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createServer, request } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { daemonFor, open, says, untroubled, useBrowser } from "./browser.mjs";

useBrowser();

// A proxy that only serves the daemon below /reaper/.
async function proxyFor(t, daemon) {
  const server = createServer((asked, answer) => {
    if (!asked.url.startsWith("/reaper/")) return answer.writeHead(404).end();
    const options = { port: daemon.port, path: asked.url.slice("/reaper".length), method: asked.method, headers: asked.headers };
    const passed = request(options, (response) => {
      answer.writeHead(response.statusCode, response.headers);
      response.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    asked.pipe(passed);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  t.after(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${server.address().port}/reaper/`;
}

test("behind a path prefix the page shows its figures and its buttons work", async (t) => {
  const daemon = await daemonFor(t, {}, (made) => made.chart("NIFTY 50_1day/new.png", 1));
  const page = await open(t, { url: await proxyFor(t, daemon) });
  await says(page, "#charts", /^1$/);
  await page.getByRole("button", { name: "Clean NIFTY 50_1day" }).click();
  await page.getByRole("button", { name: "Remove them" }).click();
  await says(page, "#dialog-title", "Cleaned up charts for NIFTY 50_1day");
  assert.ok(!existsSync(join(daemon.root, "NIFTY 50_1day")));
  untroubled(page);
});

test("sets that DELETE cannot name have no button", async (t) => {
  const daemon = await daemonFor(t, {}, (made) => {
    for (const name of ["A_1d", "_1d", "x_", "plain", "a\\b_1d", "turned\u202e_1d"]) made.chart(`${name}/x.png`, 1);
  });
  const page = await open(t, daemon);
  await says(page, "#set-count", /^6$/);
  await page.waitForSelector("#sets tbody tr");
  assert.deepEqual(await page.locator("#sets tbody button").allTextContents(), ["Clean…"]);
  assert.ok(!(await page.textContent("body")).includes("\u202e"));
  untroubled(page);
});
