// Sends requests to the daemon. The token stays in the memory of this page.
let token = "";

class Refused extends Error {
  constructor(status, body) {
    super(body.detail ?? body.message ?? `status ${status}`);
    this.status = status;
    this.problems = body.problems ?? [];
    this.errors = body.errors_list ?? [];
  }
  get wantsToken() {
    return this.status === 401;
  }
}

class Gone extends Error {}

// Sends one request. `path` is relative to the page, so that a proxy may add a prefix to both.
async function ask(path, method = "GET") {
  const patience = method === "GET" ? { signal: AbortSignal.timeout(10000) } : {};
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  let response;
  let body;
  try {
    response = await fetch(path, { method, headers, cache: "no-store", ...patience });
    body = await response.json();
  } catch (error) {
    throw new Gone(`chart-reaper does not answer (${error.message})`);
  }
  if (response.ok) return body;
  throw new Refused(response.status, body);
}

// Sends a request. If it needs a token, asks the user and tries again, until the user cancels.
async function askAsAdministrator(path, method) {
  for (;;) {
    try {
      return await ask(path, method);
    } catch (error) {
      if (!(error instanceof Refused) || !error.wantsToken) throw error;
      if (!(await askForToken(error.message))) throw error;
    }
  }
}
