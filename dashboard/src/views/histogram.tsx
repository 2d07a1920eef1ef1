// SPDX-License-Identifier: Apache-2.0
// Blocks by size or lifetime: a row per class with its count and bytes as bars and as numbers.
import { useMemo } from "preact/hooks";
import { formatClass } from "../lib/format";
import { histogramBars, type HistogramName } from "../model/histogram";
import type { Thread } from "../report/schema";
import { usePage } from "./context";
import { Empty, Value } from "./parts";

export function Histogram({ name, focus, scale }: { name: HistogramName; focus: Thread | null; scale: "linear" | "log" }) {
  const { report, t } = usePage();
  const bars = useMemo(() => histogramBars(report, name, focus, scale), [report, name, focus, scale]);
  if (bars.length === 0) return <Empty />;
  const kind = name === "size_histogram" ? "bytes" : "duration";
  return (
    <table class="histogram" data-testid={name}>
      <thead>
        <tr>
          <th scope="col">{t(name === "size_histogram" ? "histogram.size" : "histogram.lifetime")}</th>
          <th scope="col">{t("histogram.blocks")}</th>
          <th scope="col">{t("histogram.bytes")}</th>
        </tr>
      </thead>
      <tbody>
        {bars.map((bar) => (
          <tr key={bar.from}>
            <th scope="row">{formatClass(kind, bar.from, bar.to)}</th>
            <td class="bar bar-count" style={`--share:${(bar.count_share * 100).toFixed(2)}%`}>
              <Value kind="count" of={bar.count} field="count" />
            </td>
            <td class="bar bar-bytes" style={`--share:${(bar.bytes_share * 100).toFixed(2)}%`}>
              <Value kind="bytes" of={bar.bytes} field="bytes" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
