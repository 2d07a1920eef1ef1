// SPDX-License-Identifier: Apache-2.0
// Stands above every view of a run of which only a sample was recorded: what its figures are, and how far they can be off.
import { formatBytes, formatCount, formatPercent } from "../lib/format";
import { sampleFacts, type SampleFacts } from "../model/sample";
import { usePage } from "./context";

export function SampleNote() {
  const { report, t } = usePage();
  const facts = sampleFacts(report);
  if (facts === null) return null;
  const { recorded, allocationsPercent, bytesPercent, exactAllocations, exactBytes } = facts;
  const sentences = [t("sample.note", { how: howText(facts, t), recorded: formatCount(recorded) })];
  if (allocationsPercent !== null && bytesPercent !== null) {
    sentences.push(t("sample.error", { count: formatPercent(allocationsPercent), bytes: formatPercent(bytesPercent) }));
  }
  if (exactAllocations !== null && exactBytes !== null) {
    sentences.push(t("sample.exact", { count: formatCount(exactAllocations), bytes: formatBytes(exactBytes) }));
  }
  return (
    <p class="sample-note" role="note" aria-label={t("diagnostics.sampling")} data-testid="sample-note" data-keep-focus>
      {sentences.join(" ")}
    </p>
  );
}

/** Each rate once, however many scopes have it. */
function howText({ ways, inPart }: SampleFacts, t: ReturnType<typeof usePage>["t"]): string {
  const texts = ways.map((way) =>
    way.sample_bytes === null ? t("sample.rate", { rate: way.rate ?? "?" }) : t("sample.bytes", { bytes: formatBytes(way.sample_bytes) }),
  );
  return [...(texts.length > 3 ? [...texts.slice(0, 3), "…"] : texts), ...(inPart ? [t("sample.all")] : [])].join(", ");
}
