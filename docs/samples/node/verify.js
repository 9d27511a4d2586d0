// Checks golden records: key, partition, headers and value.
//
//     node verify.js FOLDER

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { Kafka } from "cloudevents";
import { Partitioners } from "kafkajs";

const PARTITIONS = Array.from({ length: 12 }, (_, partitionId) => ({ partitionId, leader: 1 }));
const partition = Partitioners.DefaultPartitioner(); // murmur2, as in the Java client

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node verify.js FOLDER");
  process.exit(2);
}

function verify(record) {
  const headers = Object.fromEntries(record.headers);
  const event = Kafka.toEvent({ key: record.key, headers: { ...headers }, value: record.value });
  event.validate();
  for (const [name, text] of record.headers) {
    if (name === "ce_time") assert.equal(Date.parse(event.time), Date.parse(text), name);
    else if (name === "content-type") assert.equal(event.datacontenttype, text, name);
    else assert.equal(String(event[name.slice("ce_".length)]), text, name);
  }
  assert.deepEqual(event.data, JSON.parse(record.value), "data");
  assert.equal(record.key, event.subject, "key");
  const found = partition({
    topic: record.topic,
    partitionMetadata: PARTITIONS,
    message: { key: record.key },
  });
  assert.equal(found, record.partition, "partition");
}

const files = (await readdir(folder)).filter((name) => name.endsWith(".json"));
assert.notEqual(files.length, 0, `no golden records in ${folder}`);
for (const name of files) {
  try {
    verify(JSON.parse(await readFile(path.join(folder, name), "utf8")));
  } catch (error) {
    console.error(`${name}: ${error.message}`);
    process.exit(1);
  }
}
console.log(`${files.length} golden records verified`);
