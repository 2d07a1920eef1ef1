// SPDX-License-Identifier: Apache-2.0
// A call stack as a list, the allocating function first, callers below.
import { useMemo } from "preact/hooks";
import { framesOfStack, frameText } from "../model/call-tree";
import type { StackIndex } from "../report/schema";
import { usePage } from "./context";

export function StackList({ stack }: { stack: StackIndex }) {
  const { report, t } = usePage();
  const frames = useMemo(() => framesOfStack(report.stacks, stack).map((frame) => frameText(report.stacks, frame)), [report, stack]);
  const cut = report.stacks.stacks.cut[stack] === 1;
  return (
    <ol class="stack">
      {frames.map((frame, depth) => (
        <li key={depth}>
          <span class="frame-function">{frame.function}</span>
          {frame.inlined ? <span class="frame-mark">{t("stack.inlined")}</span> : null}
          <span class="frame-place">{frame.place === "" ? frame.module : frame.place}</span>
        </li>
      ))}
      {cut ? <li class="note">{t("stack.cut")}</li> : null}
    </ol>
  );
}
