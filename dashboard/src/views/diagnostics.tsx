// SPDX-License-Identifier: Apache-2.0
// How far the figures can be trusted. In focus the thread's own files, drops and damage come first; what holds for the
// whole run stands below, folded and named so.
import { useMemo } from "preact/hooks";
import { checks, threadParts, type Check } from "../model/diagnostics";
import { threadLabel } from "../model/threads";
import { choosesAll } from "../model/sample";
import type { Diagnostics as Report, Way } from "../report/schema";
import type { TextKey } from "../text/en";
import { usePage } from "./context";
import { Empty, Panel, Value } from "./parts";
import { Table, type Column } from "./table";

export function Diagnostics() {
  const { focus, t } = usePage();
  const whole = (
    <>
      <CheckPanel />
      <div class="two">
        <UnavailablePanel />
        <RecordingPanel />
      </div>
      <OptionPanel />
      <ModulePanel />
    </>
  );
  return (
    <>
      {focus === null ? null : <ThreadParts />}
      {focus === null ? (
        <>
          {whole}
          <ThreadParts />
        </>
      ) : (
        <details class="whole-run" data-keep-focus>
          <summary>{t("diagnostics.whole")}</summary>
          {whole}
        </details>
      )}
    </>
  );
}

const MARKS = { good: "✓", notice: "!", bad: "✕", unknown: "?" } as const;

function CheckPanel() {
  const { report, t } = usePage();
  const list = useMemo(() => checks(report), [report]);
  return (
    <Panel id="checks" title={t("diagnostics.checks")}>
      <ul class="checks">
        {list.map((check) => (
          <CheckRow key={check.name} check={check} />
        ))}
      </ul>
    </Panel>
  );
}

function CheckRow({ check }: { check: Check }) {
  const { t } = usePage();
  return (
    <li class={`check check-${check.verdict}`} data-check={check.name} data-verdict={check.verdict}>
      <span class="check-mark" aria-hidden="true">
        {MARKS[check.verdict]}
      </span>
      <div>
        <strong>{t(`check.${check.name}`)}</strong> <span class="verdict">{t(`verdict.${check.verdict}`)}</span>
        <p class="note">{t(`check.${check.name}.why`)}</p>
      </div>
      <span class="check-values">
        {check.values.map((value, place) => (
          <span key={place}>
            {place === 0 ? null : " / "}
            <Value kind="count" of={value} field={`check-${check.name}-${place}`} />
          </span>
        ))}
      </span>
    </li>
  );
}

function UnavailablePanel() {
  const { report, t } = usePage();
  const { unavailable, notes, sampling, unsymbolised_modules: modules } = report.diagnostics;
  return (
    <Panel id="unavailable" title={t("diagnostics.unavailable")}>
      {unavailable.length === 0 ? <Empty text={t("diagnostics.unavailable.none")} /> : null}
      <dl class="pairs">
        {unavailable.map((row) => (
          <div>
            <dt>{row.what}</dt>
            <dd>{row.reason}</dd>
          </div>
        ))}
        <div>
          <dt>{t("diagnostics.sampling")}</dt>
          <dd>
            {sampling === null ? (
              t("diagnostics.sampling.none")
            ) : (
              <ul class="notes">
                {sampling.ways.map((way) => (
                  <WayRow way={way} />
                ))}
              </ul>
            )}
          </dd>
        </div>
        {modules.length === 0 ? null : (
          <div>
            <dt>{t("diagnostics.unsymbolised")}</dt>
            <dd>{modules.join(", ")}</dd>
          </div>
        )}
      </dl>
      {notes.length === 0 ? null : (
        <>
          <h3 class="block-title">{t("diagnostics.notes")}</h3>
          <ul class="notes">
            {notes.map((note) => (
              <li>{note}</li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

function WayRow({ way }: { way: Way }) {
  const { t } = usePage();
  return (
    <li>
      {choosesAll(way) ? (
        t("diagnostics.sampling.all")
      ) : way.sample_bytes === null ? (
        <>
          {t("diagnostics.sampling.rate")} <Value kind="plain" of={way.rate} field="rate" />
        </>
      ) : (
        <>
          {t("diagnostics.sampling.bytes")} <Value kind="bytes" of={way.sample_bytes} field="sample_bytes" />
        </>
      )}
      {": "}
      <Value kind="count" of={way.recorded_allocations} field="recorded_allocations" /> {t("diagnostics.sampling.for")}{" "}
      <Value kind="count" of={way.allocations} field="allocations" />
      {way.scopes.length === 0 ? null : ` · ${way.scopes.join(", ")}`}
    </li>
  );
}

function RecordingPanel() {
  const { report, t } = usePage();
  const { run, resources, diagnostics, generator } = report;
  const texts: Array<[TextKey, string]> = [
    ["diagnostics.executable", run.executable],
    ["diagnostics.directory", run.working_directory],
    ["diagnostics.system", [run.kernel, run.libc].filter((part) => part !== "").join(" · ")],
    ["diagnostics.versions", `${generator.name} ${generator.version} · ${t("diagnostics.runtime")} ${run.runtime_version}`],
    ["diagnostics.clock", run.clock.source],
  ];
  return (
    <Panel id="recording" title={t("diagnostics.recording")}>
      <dl class="pairs">
        {texts.map(([key, text]) => (
          <div key={key}>
            <dt>{t(key)}</dt>
            <dd>{text}</dd>
          </div>
        ))}
        <div>
          <dt>{t("diagnostics.samples")}</dt>
          <dd>
            <Value kind="count" of={resources.samples} field="samples" /> · <Value kind="plain" of={resources.sample_rate_hz} field="sample_rate_hz" /> Hz ·{" "}
            {t("diagnostics.cost")} <Value kind="duration" of={resources.average_cost_ns} field="average_cost_ns" />
          </dd>
        </div>
        <div>
          <dt>{t("diagnostics.bytes_per_event")}</dt>
          <dd>
            <Value kind="plain" of={diagnostics.bytes_per_event} field="bytes_per_event" />
          </dd>
        </div>
        <div>
          <dt>{t("diagnostics.export")}</dt>
          <dd>
            <Value kind="seconds" of={diagnostics.export.seconds} field="seconds" /> ·{" "}
            <Value kind="per_second" of={diagnostics.export.events_per_second} field="events_per_second" />
          </dd>
        </div>
      </dl>
    </Panel>
  );
}

function OptionPanel() {
  const { report, t } = usePage();
  return (
    <Panel id="options" title={t("diagnostics.options")} hint={t("diagnostics.options.why")}>
      <dl class="options">
        {report.run.options.map((option) => (
          <div key={option.key} class={option.given ? "given" : ""}>
            <dt>{option.key}</dt>
            <dd>
              <code>{option.value === "" ? "–" : option.value}</code>
              {option.given ? <span class="frame-mark">{t("diagnostics.given")}</span> : null}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function ModulePanel() {
  const { report, t } = usePage();
  const columns: Array<Column<(typeof report.run.modules)[number]>> = [
    { id: "path", label: t("diagnostics.module"), value: (row) => row.path },
    { id: "symbols", label: t("diagnostics.symbols"), title: t("diagnostics.symbols.why"), value: (row) => row.symbols },
    { id: "build_id", label: t("diagnostics.build_id"), value: (row) => row.build_id, cell: (row) => <code>{row.build_id}</code> },
  ];
  return (
    <Panel id="modules" title={t("diagnostics.modules")}>
      <Table id="modules-table" label={t("diagnostics.modules")} columns={columns} rows={report.run.modules} rowKey={(row) => row.path} />
    </Panel>
  );
}

/** Files, drops and damage: of the thread in focus, or of all. */
function ThreadParts() {
  const { report, focus, t } = usePage();
  const parts = useMemo(() => threadParts(report, focus), [report, focus]);
  const files: Array<Column<Report["files"][number]>> = [
    { id: "name", label: t("diagnostics.file"), value: (row) => row.name },
    { id: "bytes", label: t("histogram.bytes"), kind: "bytes", value: (row) => row.bytes },
    { id: "events", label: t("diagnostics.events"), kind: "count", value: (row) => row.events },
  ];
  const dropped: Array<Column<Report["dropped"][number]>> = [
    { id: "thread", label: t("field.name"), value: (row) => (row.thread === null ? "" : threadLabel(report, report.threads[row.thread]!)) },
    { id: "events", label: t("diagnostics.events"), kind: "count", value: (row) => row.events },
    { id: "reasons", label: t("diagnostics.reason"), value: (row) => row.reasons.join("; ") },
  ];
  const damage: Array<Column<Report["damage"][number]>> = [
    { id: "file", label: t("diagnostics.file"), value: (row) => row.file },
    { id: "offset", label: t("diagnostics.offset"), value: (row) => row.offset },
    { id: "reason", label: t("diagnostics.reason"), value: (row) => row.reason },
    { id: "lost_bytes", label: t("diagnostics.lost"), kind: "bytes", value: (row) => row.lost_bytes },
  ];
  return (
    <>
      <Panel id="files" title={t("diagnostics.files")}>
        <Table id="files-table" label={t("diagnostics.files")} columns={files} rows={parts.files} rowKey={(row) => row.name} />
      </Panel>
      <div class="two">
        <Panel id="drops" title={t("diagnostics.dropped")}>
          <Table id="dropped-table" label={t("diagnostics.dropped")} columns={dropped} rows={parts.dropped} rowKey={(row) => row.thread ?? -1} empty={t("diagnostics.dropped.none")} />
        </Panel>
        <Panel id="damage" title={t("diagnostics.damage")}>
          <Table id="damage-table" label={t("diagnostics.damage")} columns={damage} rows={parts.damage} rowKey={(row) => `${row.file}-${row.offset}`} empty={t("diagnostics.damage.none")} />
        </Panel>
      </div>
    </>
  );
}
