// Starts the real daemon on its own chart directory, like the service and its operator.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

// Only a failing test waits this long.
const patienceMs = 60000;

// Polls until the condition holds.
export async function waitUntil(condition, what) {
  const deadline = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`timed out after ${patienceMs} ms: ${what}`);
  }
}

export class Daemon {
  constructor() {
    this.directory = mkdtempSync(join(tmpdir(), "chart-reaper-page-"));
    this.root = join(this.directory, "output/charts");
    mkdirSync(this.root, { recursive: true });
  }

  // Writes a chart of this age.
  chart(path, ageHours = 0, size = 1000) {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, Buffer.alloc(size, 120));
    const modified = Date.now() / 1000 - ageHours * 3600;
    utimesSync(file, modified, modified);
  }

  // Starts the daemon and waits for its first sweep. Keeps `settings` and the port for the next start.
  async start(settings = {}) {
    this.settings = { CHART_OUTPUT_DIR: "output/charts", CHART_LISTEN: "127.0.0.1:0", ...this.settings, ...settings };
    this.process = spawn(process.env.CHART_REAPER, { cwd: this.directory, env: this.settings, stdio: ["ignore", "ignore", "pipe"] });
    this.lines = [];
    const log = createInterface({ input: this.process.stderr });
    for await (const line of log) {
      this.lines.push(line);
      const listening = /Listening: address=(\S+):(\d+) for=admin/.exec(line);
      if (listening) this.port = Number(listening[2]);
      if (line.startsWith("Chart cleanup completed") || line.startsWith("Chart removed")) break;
    }
    this.process.stderr.resume();
    this.url = `http://127.0.0.1:${this.port}/`;
    this.settings.CHART_LISTEN = this.settings.CHART_LISTEN.replace(/:\d+$/, `:${this.port}`);
    await waitUntil(async () => (await fetch(`${this.url}readyz`)).status === 200, "the daemon is ready");
    return this;
  }

  async json(path, options) {
    return (await fetch(new URL(path, this.url), options)).json();
  }

  async stop() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill("SIGTERM");
    await once(this.process, "exit");
  }

  async end() {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
