// Passes the requests of S3 clients on, counts them by method, and may delay each of them:
//   node counting_proxy.mjs PORT SERVER_PORT DELAY_MS
// GET /-/counts is not passed on: it answers the counts so far. Everything is on the loopback address.
import http from "node:http";

const [port, serverPort, delay] = process.argv.slice(2).map(Number);
const host = "127.0.0.1";
const agent = new http.Agent({ keepAlive: true });
const counts = { methods: {}, copies: 0, bytesUp: 0, bytesDown: 0 };

function count(request) {
  counts.methods[request.method] = (counts.methods[request.method] ?? 0) + 1;
  if (request.headers["x-amz-copy-source"]) counts.copies += 1;
}

// The content of an object comes under a path below the bucket; a list of them is no moved data.
const asksForObject = (request) => request.method === "GET" && /^\/[^/?]+\/[^?]*[^/?](\?|$)/.test(request.url);

function pass(request, response) {
  const onward = http.request({ host, port: serverPort, method: request.method, path: request.url,
    headers: request.headers, agent });
  onward.on("response", (answer) => {
    const isObject = asksForObject(request) && answer.statusCode < 300;
    answer.on("data", (piece) => (counts.bytesDown += isObject ? piece.length : 0));
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  request.on("data", (piece) => (counts.bytesUp += request.method === "PUT" ? piece.length : 0));
  request.pipe(onward);
}

http.createServer((request, response) => {
  if (request.url === "/-/counts") {
    response.end(JSON.stringify(counts));
    return;
  }
  count(request);
  if (delay > 0) setTimeout(pass, delay, request, response);
  else pass(request, response);
}).listen(port, host);
