// Asks the Runtime API for invocations, one after the other. Lambda's own client does the same, and
// takes a compiler to install.

import http from "node:http";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const invocations = "/2018-06-01/runtime/invocation";

const exchange = (method, path, body) =>
  new Promise((resolve, reject) => {
    const request = http.request({ host, port, method, path, agent }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () =>
        resolve({ headers: response.headers, body: Buffer.concat(parts).toString() }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });

const { handler } = await import("./dist/function.mjs");
for (;;) {
  const { headers, body } = await exchange("GET", `${invocations}/next`);
  const id = headers["lambda-runtime-aws-request-id"];
  const answer = JSON.stringify(await handler(JSON.parse(body)));
  await exchange("POST", `${invocations}/${id}/response`, answer);
}
