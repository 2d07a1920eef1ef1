// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleReport, sampledReport } from "../report/example";
import { sampleFacts } from "./sample";
import { scores } from "./summary";

test("a run that recorded everything has no sample", () => {
  assert.equal(sampleFacts(exampleReport()), null);
});

test("a sample says how it was taken, on what it rests, and how far it can be off", () => {
  const facts = sampleFacts(sampledReport())!;
  assert.deepEqual(facts.ways.map((way) => way.rate), [0.25]);
  assert.equal(facts.inPart, true);
  assert.equal(facts.recorded, 5);
  assert.equal(facts.allocationsPercent, (100 * 3.4) / 17);
  assert.equal(facts.exactAllocations, 18);
});

test("in a sample, what is temporary is not known, and the share of recorded events is that of events", () => {
  const found = new Map(scores(sampledReport(), null).map((score) => [score.name, score]));
  assert.equal(found.get("temporary")!.percent, null);
  assert.equal(found.get("recorded")!.percent, 100);
  assert.equal(found.get("blocks_freed")!.percent, (100 * 15) / 17);
});
