/** The specification's telemetry (§4.5.1): every automatic instrumentation, exported by OTLP instead of Jaeger's old protocol. */
const { getNodeAutoInstrumentations } = require("@opentelemetry/auto-instrumentations-node");
const { OTLPTraceExporter } = require("@opentelemetry/exporter-trace-otlp-proto");
const { NodeSDK } = require("@opentelemetry/sdk-node");

new NodeSDK({
	serviceName: "gateway-service",
	traceExporter: new OTLPTraceExporter({ url: process.env.OTLP_URL }),
	instrumentations: [getNodeAutoInstrumentations()],
}).start();
