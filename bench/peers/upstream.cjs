/** What stands behind the Express gateway: an answer like the domain's, and a sink for its telemetry. */
const { createServer } = require("node:http");

const answer = JSON.stringify({ ok: true });
const server = createServer((request, response) => {
	if (request.url === "/v1/traces") {
		request.resume().on("end", () => response.end());
		return;
	}
	response.writeHead(200, { "content-type": "application/json", "content-length": answer.length }).end(answer);
});
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.once("disconnect", () => process.exit());
