// SPDX-License-Identifier: Apache-2.0
// Untrusted JSON -> typed report, or a ReportError that names the place. The file may be damaged, from another version
// or made by hand, so nothing behind this file checks again: every index points somewhere, every column has its length.
// A missing measurement is null like an explicit one; a missing table or a wrong type is an error.
import {
  ALERTS,
  LEAK_CLASSES,
  ROLES,
  SEVERITIES,
  type BucketSeries,
  type CallSite,
  type Correlations,
  type Diagnostics,
  type Fit,
  type HistogramClass,
  type Insight,
  type LeakClass,
  type Leaks,
  type Report,
  type Resources,
  type Run,
  type Series,
  type StackTable,
  type Sampling,
  type Summary,
  type Thread,
  type Timeline,
  type TypeRow,
} from "./schema";

export const SCHEMA_VERSION = 1;

/** The slot of a template that no exporter has filled. Not spelt out: the exporter looks for that word in the page. */
const EMPTY_SLOT = /^(__MEMSCOPE_\w+__)?$/;

export class ReportError extends Error {
  constructor(
    /** Where in the JSON, as in `threads[3].tid`; "" for the file as a whole. */
    readonly where: string,
    readonly problem: string,
  ) {
    super(where === "" ? problem : `${where}: ${problem}`);
    this.name = "ReportError";
  }
}

/** A place in the JSON: the value and how one got there. */
class Place {
  /** The path is put together only when something is wrong: there are many places and few errors. */
  constructor(
    private readonly value: unknown,
    private readonly above: Place | null = null,
    private readonly step: string | number = "",
  ) {}

  private get path(): string {
    const above = this.above?.path ?? "";
    if (typeof this.step === "number") return `${above}[${this.step}]`;
    return above === "" ? this.step : `${above}.${this.step}`;
  }

  fail(problem: string): never {
    throw new ReportError(this.path, problem);
  }

  private expected(what: string): never {
    const found = this.value === undefined ? "nothing" : this.value === null ? "null" : `a ${kindOf(this.value)}`;
    return this.fail(`expected ${what}, found ${found}`);
  }

  at(key: string): Place {
    if (kindOf(this.value) !== "object") this.expected("an object");
    const fields = this.value as Record<string, unknown>;
    // Own fields only: a report that lacks "constructor" must not inherit one.
    return new Place(Object.hasOwn(fields, key) ? fields[key] : undefined, this, key);
  }

  entries(): Array<[string, Place]> {
    if (kindOf(this.value) !== "object") this.expected("an object");
    return Object.entries(this.value as object).map(([key, value]) => [key, new Place(value, this, key)]);
  }

  get absent(): boolean {
    return this.value === undefined || this.value === null;
  }

  number(): number {
    if (typeof this.value !== "number" || !Number.isFinite(this.value)) this.expected("a number");
    return this.value as number;
  }

  measured(): number | null {
    return this.absent ? null : this.number();
  }

  text(): string {
    if (typeof this.value !== "string") this.expected("a text");
    return this.value as string;
  }

  textOrNull(): string | null {
    return this.absent ? null : this.text();
  }

  scalarText(): string {
    return kindOf(this.value) === "object" || Array.isArray(this.value) ? this.expected("a text or number") : String(this.value);
  }

  bool(): boolean {
    if (typeof this.value !== "boolean") this.expected("true or false");
    return this.value as boolean;
  }

  oneOf<T extends string>(choices: readonly T[]): T {
    const text = this.text();
    return choices.find((choice) => choice === text) ?? this.fail(`expected one of ${choices.join(", ")}, found "${text}"`);
  }

  index(limit: number): number {
    const value = this.number();
    if (!Number.isInteger(value) || value < 0 || value >= limit) this.fail(`${value} is not an index below ${limit}`);
    return value;
  }

  indexOrNull(limit: number): number | null {
    return this.absent ? null : this.index(limit);
  }

  private array(): unknown[] {
    return Array.isArray(this.value) ? this.value : this.expected("an array");
  }

  list<T>(read: (item: Place, position: number) => T): T[] {
    return this.array().map((item, position) => read(new Place(item, this, position), position));
  }

  texts(): string[] {
    return this.list((item) => item.text());
  }

  /** Numbers or nulls; `length` undefined takes any. */
  series(length?: number): Series {
    const values = this.array();
    if (length !== undefined && values.length !== length) this.fail(`has ${values.length} values, expected ${length}`);
    const series = new Float64Array(values.length);
    for (let position = 0; position < values.length; position++) {
      const value = values[position];
      if (value !== null && typeof value !== "number") this.fail(`value ${position} is not a number`);
      series[position] = value === null ? NaN : (value as number);
    }
    return series;
  }

  /** A column of indices below `limit`, from `lowest`. */
  indices(limit: number, length?: number, lowest = 0): Int32Array {
    const column = this.series(length);
    for (let i = 0; i < column.length; i++) {
      const value = column[i]!;
      if (!Number.isInteger(value) || value < lowest || value >= limit) {
        this.fail(`value ${i} is ${value}, not an index below ${limit}`);
      }
    }
    return Int32Array.from(column);
  }
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** Reads the text of the data slot. Throws ReportError, nothing else. */
export function parseReport(json: string): Report {
  const text = json.trim();
  if (EMPTY_SLOT.test(text)) {
    throw new ReportError("", "this page holds no report; `memscope export DIR` writes one that does");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ReportError("", `the report is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return readReport(new Place(value));
}

function readReport(root: Place): Report {
  const version = root.at("schema_version").number();
  if (version !== SCHEMA_VERSION) {
    root.at("schema_version").fail(`this page reads version ${SCHEMA_VERSION}, the report has ${version}`);
  }
  const generator = root.at("generator");
  const threadCount = root.at("threads").list(() => 0).length;
  const siteCount = root.at("call_sites").list(() => 0).length;
  const stacks = readStacks(root.at("stacks"), threadCount, siteCount);
  return {
    schema_version: version,
    generator: { name: generator.at("name").text(), version: generator.at("version").text() },
    run: readRun(root.at("run")),
    summary: readSummary(root.at("summary")),
    threads: root.at("threads").list(readThread),
    call_sites: root.at("call_sites").list((site, position) => readCallSite(site, position, threadCount)),
    stacks,
    types: root.at("types").list((row) => readType(row, siteCount)),
    leaks: readLeaks(root.at("leaks"), stacks.stacks.node.length, siteCount, threadCount),
    timeline: readTimeline(root.at("timeline"), threadCount),
    resources: readResources(root.at("resources"), threadCount),
    correlations: readCorrelations(root.at("correlations"), threadCount),
    insights: root.at("insights").list((insight) => readInsight(insight, threadCount, siteCount)),
    diagnostics: readDiagnostics(root.at("diagnostics"), threadCount),
  };
}

function readRun(run: Place): Run {
  const clock = run.at("clock");
  return {
    pid: run.at("pid").measured(),
    command_line: run.at("command_line").texts(),
    executable: run.at("executable").textOrNull() ?? "",
    working_directory: run.at("working_directory").textOrNull() ?? "",
    host: run.at("host").textOrNull() ?? "",
    kernel: run.at("kernel").textOrNull() ?? "",
    libc: run.at("libc").textOrNull() ?? "",
    runtime_version: run.at("runtime_version").textOrNull() ?? "",
    cores: run.at("cores").measured(),
    page_size_bytes: run.at("page_size_bytes").measured(),
    started_at: run.at("started_at").textOrNull() ?? "",
    duration_ns: run.at("duration_ns").number(),
    ended_normally: run.at("ended_normally").bool(),
    clock: { source: clock.at("source").textOrNull() ?? "", ticks_per_second: clock.at("ticks_per_second").measured() },
    options: run.at("options").entries().map(([key, option]) => ({
      key,
      value: option.at("value").scalarText(),
      given: option.at("given").bool(),
    })),
    modules: run.at("modules").list((module) => ({
      path: module.at("path").text(),
      build_id: module.at("build_id").textOrNull() ?? "",
      symbols: module.at("symbols").text(),
    })),
  };
}

function readSummary(summary: Place): Summary {
  return {
    tracked_threads: summary.at("tracked_threads").number(),
    untracked_threads: summary.at("untracked_threads").number(),
    estimated: summary.at("estimated").bool(),
    recorded_allocations: summary.at("recorded_allocations").number(),
    total_allocations: summary.at("total_allocations").number(),
    total_deallocations: summary.at("total_deallocations").number(),
    total_bytes_allocated: summary.at("total_bytes_allocated").number(),
    total_bytes_deallocated: summary.at("total_bytes_deallocated").number(),
    peak_live_bytes: summary.at("peak_live_bytes").number(),
    peak_time_ns: summary.at("peak_time_ns").measured(),
    live_bytes_at_exit: summary.at("live_bytes_at_exit").number(),
    live_blocks_at_exit: summary.at("live_blocks_at_exit").number(),
    foreign_deallocations: summary.at("foreign_deallocations").measured(),
    unmatched_deallocations: summary.at("unmatched_deallocations").measured(),
    dropped_events: summary.at("dropped_events").measured(),
    cut_stacks: summary.at("cut_stacks").measured(),
    duration_ns: summary.at("duration_ns").number(),
    average_cpu_percent: summary.at("average_cpu_percent").measured(),
  };
}

function readThread(thread: Place, position: number): Thread {
  const index = thread.at("index").number();
  if (index !== position) thread.at("index").fail(`is ${index}, but the thread stands at place ${position}`);
  return {
    index,
    tid: thread.at("tid").number(),
    name: thread.at("name").text(),
    tracked: thread.at("tracked").bool(),
    main: thread.at("main").bool(),
    names: thread.at("names").list((name) => ({ time_ns: name.at("time_ns").number(), name: name.at("name").text() })),
    start_ns: thread.at("start_ns").measured(),
    end_ns: thread.at("end_ns").measured(),
    tracked_from_ns: thread.at("tracked_from_ns").measured(),
    tracked_to_ns: thread.at("tracked_to_ns").measured(),
    scopes: thread.at("scopes").texts(),
    role: thread.at("role").oneOf(ROLES),
    secondary_roles: thread.at("secondary_roles").list((role) => role.oneOf(ROLES)),
    alert: thread.at("alert").oneOf(ALERTS),
    role_reason: thread.at("role_reason").text(),
    estimated: thread.at("estimated").bool(),
    recorded_allocations: thread.at("recorded_allocations").number(),
    allocations: thread.at("allocations").number(),
    deallocations: thread.at("deallocations").number(),
    bytes_allocated: thread.at("bytes_allocated").number(),
    bytes_deallocated: thread.at("bytes_deallocated").number(),
    live_bytes_at_exit: thread.at("live_bytes_at_exit").number(),
    live_blocks_at_exit: thread.at("live_blocks_at_exit").number(),
    peak_live_bytes: thread.at("peak_live_bytes").number(),
    peak_time_ns: thread.at("peak_time_ns").measured(),
    average_size_bytes: thread.at("average_size_bytes").measured(),
    allocations_per_second: thread.at("allocations_per_second").measured(),
    bytes_per_second: thread.at("bytes_per_second").measured(),
    efficiency_percent: thread.at("efficiency_percent").measured(),
    efficiency_bytes_percent: thread.at("efficiency_bytes_percent").measured(),
    foreign_deallocations: thread.at("foreign_deallocations").measured(),
    freed_by_others: thread.at("freed_by_others").measured(),
    temporary_allocations: thread.at("temporary_allocations").measured(),
    cpu_percent: thread.at("cpu_percent").measured(),
    cpu_user_ns: thread.at("cpu_user_ns").measured(),
    cpu_system_ns: thread.at("cpu_system_ns").measured(),
    run_delay_ns: thread.at("run_delay_ns").measured(),
    io_operations: thread.at("io_operations").measured(),
    read_calls: thread.at("read_calls").measured(),
    write_calls: thread.at("write_calls").measured(),
    read_bytes: thread.at("read_bytes").measured(),
    write_bytes: thread.at("write_bytes").measured(),
    storage_read_bytes: thread.at("storage_read_bytes").measured(),
    storage_write_bytes: thread.at("storage_write_bytes").measured(),
    minor_faults: thread.at("minor_faults").measured(),
    major_faults: thread.at("major_faults").measured(),
    voluntary_switches: thread.at("voluntary_switches").measured(),
    involuntary_switches: thread.at("involuntary_switches").measured(),
    size_histogram: thread.at("size_histogram").list(readClass),
    lifetime_histogram: thread.at("lifetime_histogram").list(readClass),
    bottleneck: thread.at("bottleneck").text(),
    bottleneck_reason: thread.at("bottleneck_reason").text(),
  };
}

function readClass(row: Place): HistogramClass {
  return {
    from: row.at("from").number(),
    to: row.at("to").measured(),
    count: row.at("count").number(),
    bytes: row.at("bytes").number(),
  };
}

function readCallSite(site: Place, position: number, threadCount: number): CallSite {
  const index = site.at("index").number();
  if (index !== position) site.at("index").fail(`is ${index}, but the site stands at place ${position}`);
  return {
    index,
    function: site.at("function").text(),
    file: site.at("file").textOrNull() ?? "",
    line: site.at("line").measured() ?? 0,
    column: site.at("column").measured() ?? 0,
    callee: site.at("callee").textOrNull() ?? "",
    family: site.at("family").textOrNull() ?? "",
    route: site.at("route").text(),
    type: site.at("type").textOrNull(),
    receiver: site.at("receiver").textOrNull(),
    allocations: site.at("allocations").number(),
    bytes_allocated: site.at("bytes_allocated").number(),
    deallocations: site.at("deallocations").measured(),
    freed: site.at("freed").measured(),
    live_blocks_at_exit: site.at("live_blocks_at_exit").number(),
    live_bytes_at_exit: site.at("live_bytes_at_exit").number(),
    live_bytes_at_peak: site.at("live_bytes_at_peak").number(),
    live_blocks_at_peak: site.at("live_blocks_at_peak").number(),
    peak_live_bytes: site.at("peak_live_bytes").number(),
    temporary: site.at("temporary").number(),
    min_bytes: site.at("min_bytes").measured(),
    max_bytes: site.at("max_bytes").measured(),
    average_lifetime_ns: site.at("average_lifetime_ns").measured(),
    estimated: site.at("estimated").bool(),
    recorded_allocations: site.at("recorded_allocations").number(),
    exact_calls: site.at("exact_calls").measured(),
    exact_bytes: site.at("exact_bytes").measured(),
    threads: site.at("threads").list((row) => ({
      thread: row.at("thread").index(threadCount),
      allocations: row.at("allocations").number(),
      bytes_allocated: row.at("bytes_allocated").number(),
      live_bytes_at_peak: row.at("live_bytes_at_peak").number(),
      live_bytes_at_exit: row.at("live_bytes_at_exit").number(),
      temporary: row.at("temporary").number(),
    })),
  };
}

function readStacks(table: Place, threadCount: number, siteCount: number): StackTable {
  const strings = table.at("strings").texts();
  const frames = table.at("frames");
  const functions = frames.at("function").indices(strings.length);
  const frameCount = functions.length;
  const nodes = table.at("nodes");
  const frame = nodes.at("frame").indices(frameCount);
  const parent = nodes.at("parent").indices(frame.length, frame.length, -1);
  parent.forEach((up, node) => {
    // Passes over the tree run once from the last node to the first; a parent behind its child would lose costs.
    if (up >= node) nodes.at("parent").fail(`node ${node} has parent ${up}; a parent stands before its children`);
  });
  const stacks = table.at("stacks");
  const leaf = stacks.at("node").indices(frame.length);
  const usage = table.at("usage");
  const rowStack = usage.at("stack").indices(leaf.length);
  const rows = rowStack.length;
  return {
    strings,
    frames: {
      function: functions,
      file: frames.at("file").indices(strings.length, frameCount),
      line: Int32Array.from(frames.at("line").series(frameCount)),
      module: frames.at("module").indices(strings.length, frameCount),
      inlined: frames.at("inlined").indices(2, frameCount),
    },
    nodes: { parent, frame },
    stacks: {
      node: leaf,
      call_site: stacks.at("call_site").indices(siteCount, leaf.length, -1),
      cut: stacks.at("cut").indices(2, leaf.length),
    },
    usage: {
      stack: rowStack,
      thread: usage.at("thread").indices(threadCount, rows),
      allocations: usage.at("allocations").series(rows),
      bytes_allocated: usage.at("bytes_allocated").series(rows),
      live_blocks_at_peak: usage.at("live_blocks_at_peak").series(rows),
      live_bytes_at_peak: usage.at("live_bytes_at_peak").series(rows),
      temporary: usage.at("temporary").series(rows),
      leaked_blocks: usage.at("leaked_blocks").series(rows),
      leaked_bytes: usage.at("leaked_bytes").series(rows),
    },
  };
}

function readType(row: Place, siteCount: number): TypeRow {
  const type = row.at("type").textOrNull();
  return {
    type: type === "unknown" ? null : type,
    allocations: row.at("allocations").number(),
    bytes_allocated: row.at("bytes_allocated").number(),
    live_bytes_at_peak: row.at("live_bytes_at_peak").number(),
    live_bytes_at_exit: row.at("live_bytes_at_exit").number(),
    receivers: row.at("receivers").texts(),
    call_sites: row.at("call_sites").list((site) => site.index(siteCount)),
  };
}

function readLeaks(leaks: Place, stackCount: number, siteCount: number, threadCount: number): Leaks {
  const classes = leaks.at("classes");
  const read = (name: LeakClass) => ({
    blocks: classes.at(name).at("blocks").number(),
    bytes: classes.at(name).at("bytes").number(),
  });
  return {
    total_blocks: leaks.at("total_blocks").number(),
    total_bytes: leaks.at("total_bytes").number(),
    classes: {
      lost_growth: read("lost_growth"),
      bounded_cache: read("bounded_cache"),
      released_at_shutdown: read("released_at_shutdown"),
      live_at_exit: read("live_at_exit"),
    },
    items: leaks.at("items").list((item) => ({
      class: item.at("class").oneOf(LEAK_CLASSES),
      stack: item.at("stack").index(stackCount),
      call_site: item.at("call_site").indexOrNull(siteCount),
      thread: item.at("thread").index(threadCount),
      blocks: item.at("blocks").number(),
      bytes: item.at("bytes").number(),
      first_ns: item.at("first_ns").measured(),
      last_ns: item.at("last_ns").measured(),
    })),
  };
}

function readTimeline(timeline: Place, threadCount: number): Timeline {
  const buckets = timeline.at("buckets").number();
  const six = (place: Place): BucketSeries => ({
    live_bytes: place.at("live_bytes").series(buckets),
    peak_live_bytes: place.at("peak_live_bytes").series(buckets),
    allocations: place.at("allocations").series(buckets),
    deallocations: place.at("deallocations").series(buckets),
    bytes_allocated: place.at("bytes_allocated").series(buckets),
    bytes_deallocated: place.at("bytes_deallocated").series(buckets),
  });
  const process = timeline.at("process");
  return {
    bucket_ns: timeline.at("bucket_ns").number(),
    buckets,
    process: { ...six(process), active_threads: process.at("active_threads").series(buckets) },
    threads: timeline.at("threads").list((row) => ({ thread: row.at("thread").index(threadCount), ...six(row) })),
    marks: timeline.at("marks").list((mark) => ({
      time_ns: mark.at("time_ns").number(),
      thread: mark.at("thread").indexOrNull(threadCount),
      text: mark.at("text").text(),
    })),
  };
}

function readResources(resources: Place, threadCount: number): Resources {
  const time = resources.at("time_ns").series();
  const n = time.length;
  const cpu = resources.at("cpu");
  const load = resources.at("load");
  const memory = resources.at("memory");
  const process = resources.at("process");
  const gpu = resources.at("gpu");
  return {
    sample_rate_hz: resources.at("sample_rate_hz").measured(),
    samples: resources.at("samples").number(),
    average_cost_ns: resources.at("average_cost_ns").measured(),
    time_ns: time,
    cpu: {
      overall_percent: cpu.at("overall_percent").series(n),
      per_core_percent: cpu.at("per_core_percent").list((core) => core.series(n)),
    },
    load: { one: load.at("one").series(n), five: load.at("five").series(n), fifteen: load.at("fifteen").series(n) },
    memory: {
      total_bytes: memory.at("total_bytes").series(n),
      available_bytes: memory.at("available_bytes").series(n),
      rss_bytes: memory.at("rss_bytes").series(n),
      virtual_bytes: memory.at("virtual_bytes").series(n),
    },
    process: {
      threads: process.at("threads").series(n),
      minor_faults_per_second: process.at("minor_faults_per_second").series(n),
      major_faults_per_second: process.at("major_faults_per_second").series(n),
    },
    threads: resources.at("threads").list((row) => ({
      thread: row.at("thread").index(threadCount),
      cpu_percent: row.at("cpu_percent").series(n),
      io_operations_per_second: row.at("io_operations_per_second").series(n),
      io_bytes_per_second: row.at("io_bytes_per_second").series(n),
      state: row.at("state").textOrNull() ?? "",
    })),
    gpu: gpu.at("available").bool()
      ? { available: true, utilisation_percent: gpu.at("utilisation_percent").series(n) }
      : { available: false, reason: gpu.at("reason").text() },
  };
}

function readFit(fit: Place): Fit {
  const n = fit.at("n").number();
  const reason = fit.at("unavailable").textOrNull();
  if (reason !== null) return { kind: "unavailable", n, reason };
  return {
    kind: "line",
    n,
    r: fit.at("r").number(),
    slope: fit.at("slope").number(),
    intercept: fit.at("intercept").number(),
  };
}

function readCorrelations(correlations: Place, threadCount: number): Correlations {
  return {
    threads: correlations.at("threads").list((row) => ({
      pair: row.at("pair").text(),
      points: row.at("points").list((point) => ({
        thread: point.at("thread").index(threadCount),
        x: point.at("x").measured(),
        y: point.at("y").measured(),
        io_operations: point.at("io_operations").measured(),
      })),
      fit: readFit(row.at("fit")),
    })),
    over_time: correlations.at("over_time").list((row) => ({
      thread: row.at("thread").index(threadCount),
      pair: row.at("pair").text(),
      points: row.at("points").list((point) => ({
        time_ns: point.at("time_ns").number(),
        x: point.at("x").measured(),
        y: point.at("y").measured(),
        io: point.at("io").measured(),
      })),
      fit: readFit(row.at("fit")),
    })),
  };
}

function readInsight(insight: Place, threadCount: number, siteCount: number): Insight {
  return {
    kind: insight.at("kind").text(),
    severity: insight.at("severity").oneOf(SEVERITIES),
    title: insight.at("title").text(),
    detail: insight.at("detail").text(),
    recommendation: insight.at("recommendation").textOrNull(),
    thread: insight.at("thread").indexOrNull(threadCount),
    call_site: insight.at("call_site").indexOrNull(siteCount),
    saving_bytes: insight.at("saving_bytes").measured(),
    evidence: insight.at("evidence").entries().map(([name, value]) => ({ name, value: value.measured() })),
  };
}

function readSampling(sampling: Place, threadCount: number): Sampling {
  return {
    rate: sampling.at("rate").measured(),
    sample_bytes: sampling.at("sample_bytes").measured(),
    recorded_allocations: sampling.at("recorded_allocations").number(),
    allocations_error: sampling.at("allocations_error").measured(),
    bytes_error: sampling.at("bytes_error").measured(),
    exact_allocations: sampling.at("exact_allocations").measured(),
    exact_bytes: sampling.at("exact_bytes").measured(),
    ways: sampling.at("ways").list((way) => ({
      rate: way.at("rate").measured(),
      sample_bytes: way.at("sample_bytes").measured(),
      recorded_allocations: way.at("recorded_allocations").number(),
      allocations: way.at("allocations").number(),
      bytes_allocated: way.at("bytes_allocated").number(),
      threads: way.at("threads").list((thread) => thread.index(threadCount)),
      scopes: way.at("scopes").texts(),
    })),
  };
}

function readDiagnostics(diagnostics: Place, threadCount: number): Diagnostics {
  const totals = diagnostics.at("totals_check");
  const frequency = diagnostics.at("frequency_check");
  const sampling = diagnostics.at("sampling");
  const exported = diagnostics.at("export");
  return {
    totals_check: {
      events_allocations: totals.at("events_allocations").measured(),
      events_deallocations: totals.at("events_deallocations").measured(),
      matches: totals.at("matches").bool(),
    },
    frequency_check: frequency.absent
      ? null
      : {
          exact_calls: frequency.at("exact_calls").measured(),
          recorded_allocations: frequency.at("recorded_allocations").measured(),
          matches: frequency.at("matches").bool(),
        },
    damage: diagnostics.at("damage").list((row) => ({
      file: row.at("file").text(),
      offset: row.at("offset").text(),
      reason: row.at("reason").text(),
      lost_bytes: row.at("lost_bytes").measured(),
    })),
    dropped: diagnostics.at("dropped").list((row) => ({
      thread: row.at("thread").indexOrNull(threadCount),
      events: row.at("events").number(),
      reasons: row.at("reasons").texts(),
    })),
    cut_stacks: diagnostics.at("cut_stacks").measured(),
    unmatched_deallocations: diagnostics.at("unmatched_deallocations").measured(),
    unsymbolised_modules: diagnostics.at("unsymbolised_modules").texts(),
    sampling: sampling.absent ? null : readSampling(sampling, threadCount),
    unavailable: diagnostics.at("unavailable").list((row) => ({
      what: row.at("what").text(),
      reason: row.at("reason").text(),
    })),
    notes: diagnostics.at("notes").texts(),
    files: diagnostics.at("files").list((row) => ({
      name: row.at("name").text(),
      bytes: row.at("bytes").measured(),
      events: row.at("events").measured(),
    })),
    bytes_per_event: diagnostics.at("bytes_per_event").measured(),
    export: {
      events_per_second: exported.absent ? null : exported.at("events_per_second").measured(),
      seconds: exported.absent ? null : exported.at("seconds").measured(),
    },
  };
}
