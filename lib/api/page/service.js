// Asks the daemon. The token is kept in this page's memory only.
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

// `path` is relative to the page, so that both may stand behind a proxy's prefix.
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

// Asks for the token and tries again, as long as the user gives one.
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
