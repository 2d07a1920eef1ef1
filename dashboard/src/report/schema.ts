// SPDX-License-Identifier: Apache-2.0
// The report as the page uses it: types only, one per table of docs/report-format.md, in its order and with its names.
// Units are in the field names or in the type. `Measured` fields are null where the run could not measure them;
// diagnostics.unavailable says why. parse.ts is the only maker of these objects.
import type { Bytes, Count, Measured, Nanoseconds, PerSecond, Percent } from "../lib/units";

/** Place of a thread in `Report.threads`. Not the tid. */
export type ThreadIndex = number;
/** Place of a site in `Report.call_sites`. */
export type SiteIndex = number;
/** Place of a stack in `StackTable.stacks`. */
export type StackIndex = number;

export const ROLES = ["memory_intensive", "cpu_intensive", "io_intensive", "balanced", "lightweight"] as const;
export type Role = (typeof ROLES)[number];
export const ALERTS = ["high", "medium", "normal"] as const;
export type Alert = (typeof ALERTS)[number];
/** What most likely is a leak first: the order in which the page shows them. */
export const LEAK_CLASSES = ["lost_growth", "live_at_exit", "bounded_cache", "released_at_shutdown"] as const;
export type LeakClass = (typeof LEAK_CLASSES)[number];
export const SEVERITIES = ["high", "medium", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Report {
  schema_version: number;
  generator: { name: string; version: string };
  run: Run;
  summary: Summary;
  threads: Thread[];
  call_sites: CallSite[];
  stacks: StackTable;
  types: TypeRow[];
  leaks: Leaks;
  timeline: Timeline;
  resources: Resources;
  correlations: Correlations;
  insights: Insight[];
  diagnostics: Diagnostics;
}

export interface Run {
  pid: Measured;
  command_line: string[];
  executable: string;
  working_directory: string;
  host: string;
  kernel: string;
  libc: string;
  runtime_version: string;
  cores: Measured<Count>;
  page_size_bytes: Measured<Bytes>;
  /** ISO 8601, UTC. */
  started_at: string;
  duration_ns: Nanoseconds;
  /** False: the program was killed or crashed; what was recorded until then is here. */
  ended_normally: boolean;
  clock: { source: string; ticks_per_second: Measured<PerSecond> };
  options: Array<{ key: string; value: string; given: boolean }>;
  modules: Array<{ path: string; build_id: string; symbols: string }>;
}

export interface Summary {
  tracked_threads: Count;
  untracked_threads: Count;
  /** The totals of allocations are those of a sample, scaled. */
  estimated: boolean;
  recorded_allocations: Count;
  total_allocations: Count;
  total_deallocations: Count;
  total_bytes_allocated: Bytes;
  total_bytes_deallocated: Bytes;
  peak_live_bytes: Bytes;
  /** Null when nothing was allocated. */
  peak_time_ns: Measured<Nanoseconds>;
  live_bytes_at_exit: Bytes;
  live_blocks_at_exit: Count;
  foreign_deallocations: Measured<Count>;
  unmatched_deallocations: Measured<Count>;
  dropped_events: Measured<Count>;
  cut_stacks: Measured<Count>;
  duration_ns: Nanoseconds;
  /** Of the process; 100 = one core. */
  average_cpu_percent: Measured<Percent>;
}

export interface Thread {
  index: ThreadIndex;
  tid: number;
  name: string;
  tracked: boolean;
  main: boolean;
  names: Array<{ time_ns: Nanoseconds; name: string }>;
  /** May be negative: born before recording began. */
  start_ns: Measured<Nanoseconds>;
  /** Null while it lived at the end of the run. */
  end_ns: Measured<Nanoseconds>;
  tracked_from_ns: Measured<Nanoseconds>;
  tracked_to_ns: Measured<Nanoseconds>;
  scopes: string[];
  role: Role;
  secondary_roles: Role[];
  alert: Alert;
  role_reason: string;
  /** As in Summary. */
  estimated: boolean;
  recorded_allocations: Count;
  allocations: Count;
  deallocations: Count;
  bytes_allocated: Bytes;
  bytes_deallocated: Bytes;
  live_bytes_at_exit: Bytes;
  live_blocks_at_exit: Count;
  peak_live_bytes: Bytes;
  peak_time_ns: Measured<Nanoseconds>;
  average_size_bytes: Measured<Bytes>;
  allocations_per_second: Measured<PerSecond>;
  bytes_per_second: Measured<PerSecond>;
  efficiency_percent: Measured<Percent>;
  efficiency_bytes_percent: Measured<Percent>;
  foreign_deallocations: Measured<Count>;
  freed_by_others: Measured<Count>;
  temporary_allocations: Measured<Count>;
  /** Of one core. */
  cpu_percent: Measured<Percent>;
  cpu_user_ns: Measured<Nanoseconds>;
  cpu_system_ns: Measured<Nanoseconds>;
  run_delay_ns: Measured<Nanoseconds>;
  io_operations: Measured<Count>;
  read_calls: Measured<Count>;
  write_calls: Measured<Count>;
  read_bytes: Measured<Bytes>;
  write_bytes: Measured<Bytes>;
  storage_read_bytes: Measured<Bytes>;
  storage_write_bytes: Measured<Bytes>;
  minor_faults: Measured<Count>;
  major_faults: Measured<Count>;
  voluntary_switches: Measured<Count>;
  involuntary_switches: Measured<Count>;
  /** Power-of-two classes, in bytes. */
  size_histogram: HistogramClass[];
  /** Decades, in nanoseconds. */
  lifetime_histogram: HistogramClass[];
  bottleneck: string;
  bottleneck_reason: string;
}

/** Blocks with from <= value < to; `to` null: open at the top. */
export interface HistogramClass {
  from: number;
  to: number | null;
  count: Count;
  bytes: Bytes;
}

export interface CallSite {
  index: SiteIndex;
  function: string;
  file: string;
  line: number;
  column: number;
  callee: string;
  family: string;
  /** How its events came to be recorded: "compiled", "api" or "preload". */
  route: string;
  type: string | null;
  receiver: string | null;
  allocations: Count;
  bytes_allocated: Bytes;
  deallocations: Measured<Count>;
  freed: Measured<Count>;
  live_blocks_at_exit: Count;
  live_bytes_at_exit: Bytes;
  live_bytes_at_peak: Bytes;
  live_blocks_at_peak: Count;
  peak_live_bytes: Bytes;
  temporary: Count;
  min_bytes: Measured<Bytes>;
  max_bytes: Measured<Bytes>;
  average_lifetime_ns: Measured<Nanoseconds>;
  estimated: boolean;
  recorded_allocations: Count;
  exact_calls: Measured<Count>;
  exact_bytes: Measured<Bytes>;
  threads: CallSiteThread[];
}

export interface CallSiteThread {
  thread: ThreadIndex;
  allocations: Count;
  bytes_allocated: Bytes;
  live_bytes_at_peak: Bytes;
  live_bytes_at_exit: Bytes;
  temporary: Count;
}

/** Columns; every index was checked by parse.ts. */
export interface StackTable {
  strings: string[];
  frames: { function: Int32Array; file: Int32Array; line: Int32Array; module: Int32Array; inlined: Int32Array };
  /** A parent's index is below its own; -1 at a root. */
  nodes: { parent: Int32Array; frame: Int32Array };
  stacks: { node: Int32Array; call_site: Int32Array; cut: Int32Array };
  usage: Usage;
}

/** One row per stack and thread that allocated there. */
export interface Usage {
  stack: Int32Array;
  thread: Int32Array;
  allocations: Float64Array;
  bytes_allocated: Float64Array;
  live_blocks_at_peak: Float64Array;
  live_bytes_at_peak: Float64Array;
  temporary: Float64Array;
  leaked_blocks: Float64Array;
  leaked_bytes: Float64Array;
}

export interface TypeRow {
  type: string | null;
  allocations: Count;
  bytes_allocated: Bytes;
  live_bytes_at_peak: Bytes;
  live_bytes_at_exit: Bytes;
  receivers: string[];
  call_sites: SiteIndex[];
}

export interface Leaks {
  total_blocks: Count;
  total_bytes: Bytes;
  classes: Record<LeakClass, { blocks: Count; bytes: Bytes }>;
  items: LeakItem[];
}

export interface LeakItem {
  class: LeakClass;
  stack: StackIndex;
  call_site: SiteIndex | null;
  thread: ThreadIndex;
  blocks: Count;
  bytes: Bytes;
  first_ns: Measured<Nanoseconds>;
  last_ns: Measured<Nanoseconds>;
}

/** A value per bucket or sample; NaN stands for null, as typed arrays have no other room for it. */
export type Series = Float64Array;

export interface Timeline {
  bucket_ns: Nanoseconds;
  buckets: Count;
  process: BucketSeries & { active_threads: Series };
  threads: Array<BucketSeries & { thread: ThreadIndex }>;
  marks: Array<{ time_ns: Nanoseconds; thread: ThreadIndex | null; text: string }>;
}

export interface BucketSeries {
  live_bytes: Series;
  peak_live_bytes: Series;
  allocations: Series;
  deallocations: Series;
  bytes_allocated: Series;
  bytes_deallocated: Series;
}

export interface Resources {
  sample_rate_hz: Measured<PerSecond>;
  samples: Count;
  average_cost_ns: Measured<Nanoseconds>;
  time_ns: Series;
  cpu: { overall_percent: Series; per_core_percent: Series[] };
  load: { one: Series; five: Series; fifteen: Series };
  memory: { total_bytes: Series; available_bytes: Series; rss_bytes: Series; virtual_bytes: Series };
  process: { threads: Series; minor_faults_per_second: Series; major_faults_per_second: Series };
  threads: ThreadResources[];
  gpu: { available: true; utilisation_percent: Series } | { available: false; reason: string };
}

export interface ThreadResources {
  thread: ThreadIndex;
  cpu_percent: Series;
  io_operations_per_second: Series;
  io_bytes_per_second: Series;
  /** One letter per sample, as in /proc/<pid>/stat. */
  state: string;
}

export interface Correlations {
  threads: ThreadCorrelation[];
  over_time: TimeCorrelation[];
}

export interface ThreadCorrelation {
  pair: string;
  points: Array<{ thread: ThreadIndex; x: Measured; y: Measured; io_operations: Measured<Count> }>;
  fit: Fit;
}

export interface TimeCorrelation {
  thread: ThreadIndex;
  pair: string;
  points: Array<{ time_ns: Nanoseconds; x: Measured; y: Measured; io: Measured }>;
  fit: Fit;
}

export type Fit =
  | { kind: "line"; n: Count; r: number; slope: number; intercept: number }
  | { kind: "unavailable"; n: Count; reason: string };

export interface Insight {
  kind: string;
  severity: Severity;
  title: string;
  detail: string;
  recommendation: string | null;
  thread: ThreadIndex | null;
  call_site: SiteIndex | null;
  saving_bytes: Measured<Bytes>;
  evidence: Array<{ name: string; value: Measured }>;
}

export interface Sampling {
  rate: Measured;
  sample_bytes: Measured<Bytes>;
  recorded_allocations: Count;
  /** Standard errors of total_allocations and total_bytes_allocated. */
  allocations_error: Measured<Count>;
  bytes_error: Measured<Bytes>;
  exact_allocations: Measured<Count>;
  exact_bytes: Measured<Bytes>;
  ways: Way[];
}

/** A way of choosing allocations: by a rate, 1 for all, or one in about so many bytes. */
export interface Way {
  rate: Measured;
  sample_bytes: Measured<Bytes>;
  recorded_allocations: Count;
  allocations: Count;
  bytes_allocated: Bytes;
  threads: ThreadIndex[];
  scopes: string[];
}

export interface Diagnostics {
  totals_check: { events_allocations: Measured<Count>; events_deallocations: Measured<Count>; matches: boolean };
  frequency_check: { exact_calls: Measured<Count>; recorded_allocations: Measured<Count>; matches: boolean } | null;
  damage: Array<{ file: string; /** Hexadecimal. */ offset: string; reason: string; lost_bytes: Measured<Bytes> }>;
  dropped: Array<{ thread: ThreadIndex | null; events: Count; reasons: string[] }>;
  cut_stacks: Measured<Count>;
  unmatched_deallocations: Measured<Count>;
  unsymbolised_modules: string[];
  /** Null where every allocation was recorded. */
  sampling: Sampling | null;
  unavailable: Array<{ what: string; reason: string }>;
  notes: string[];
  files: Array<{ name: string; bytes: Measured<Bytes>; events: Measured<Count> }>;
  bytes_per_event: Measured;
  export: { events_per_second: Measured<PerSecond>; seconds: Measured };
}
