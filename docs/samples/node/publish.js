// Sends one measured indicator to the ingest and prints its receipt.
//
//     node publish.js
//
// It is told by the environment where to and as whom: see docs/publish.md.

import { CloudEvent, HTTP } from "cloudevents";

const [ingest, token, source, unit, indicator] = [
  "TIENDO_INGEST",
  "TIENDO_TOKEN",
  "TIENDO_SOURCE",
  "TIENDO_UNIT",
  "TIENDO_INDICATOR",
].map((name) => {
  if (process.env[name]) return process.env[name];
  console.error(`${name} is not set: see docs/publish.md`);
  process.exit(1);
});

const now = new Date().toISOString();
const event = new CloudEvent({
  // A fresh id; who sends the event again sends the same id, so that it counts once.
  id: crypto.randomUUID(),
  source,
  type: "vn.tiendo.indicators.IndicatorMeasured.v1",
  subject: unit,
  time: now,
  datacontenttype: "application/json",
  data: {
    indicator_id: indicator,
    unit_id: unit,
    period: "2026-W47",
    value: "1287", // a decimal as text: never a float
    unit: "login",
    measured_at: now,
    system: source,
  },
});

const { headers, body } = HTTP.binary(event);
const response = await fetch(new URL("/v1/events", ingest), {
  method: "POST",
  headers: { ...headers, authorization: `Bearer ${token}` },
  body,
  signal: AbortSignal.timeout(30_000),
});
const answer = await response.text();
if (response.status !== 200) {
  console.error(`status ${response.status}: ${answer}`);
  process.exit(1);
}
console.log(JSON.stringify(JSON.parse(answer).receipts[0]));
