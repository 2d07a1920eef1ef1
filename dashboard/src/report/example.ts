// SPDX-License-Identifier: Apache-2.0
// A hand-made report for the tests, small enough to check in the head. Two tracked threads and one that is not:
//
//   main ─ parse ─ grow     stack 0, site 0 (grow):   worker 101: 10 blocks, 1000 B    worker 102: 5 blocks, 500 B
//        └ load             stack 1, site 1 (load):   worker 101: 2 blocks, 4096 B
import { parseReport, SCHEMA_VERSION } from "./parse";
import type { Report } from "./schema";

const thread = (index: number, tid: number, name: string, tracked: boolean) => ({
  index, tid, name, tracked, main: index === 2, names: [], start_ns: 0, end_ns: index === 2 ? null : 900,
  tracked_from_ns: tracked ? 0 : null, tracked_to_ns: tracked ? 900 : null, scopes: tracked ? ["worker"] : [],
  role: tracked ? "balanced" : "lightweight", secondary_roles: [], alert: index === 0 ? "high" : "normal", role_reason: "because",
  estimated: false, recorded_allocations: [12, 5, 0][index], allocations: [12, 5, 0][index], deallocations: [10, 5, 0][index], bytes_allocated: [5096, 500, 0][index],
  bytes_deallocated: [1000, 500, 0][index], live_bytes_at_exit: [4096, 0, 0][index], live_blocks_at_exit: [2, 0, 0][index],
  peak_live_bytes: [4296, 500, 0][index], peak_time_ns: tracked ? 500 : null, average_size_bytes: tracked ? 100 : null,
  allocations_per_second: tracked ? 1 : null, bytes_per_second: tracked ? 2 : null, efficiency_percent: [83.3, 100, null][index],
  efficiency_bytes_percent: [19.6, 100, null][index], foreign_deallocations: 0, freed_by_others: 0, temporary_allocations: [3, 1, 0][index],
  cpu_percent: [40, 20, null][index], cpu_user_ns: 1, cpu_system_ns: 1, run_delay_ns: null, io_operations: [10, 1000, 5][index],
  read_calls: 5, write_calls: 5, read_bytes: 10, write_bytes: 10, storage_read_bytes: 0, storage_write_bytes: 0, minor_faults: 1,
  major_faults: 0, voluntary_switches: 1, involuntary_switches: 1,
  size_histogram: index === 0 ? [{ from: 64, to: 128, count: 10, bytes: 1000 }, { from: 2048, to: 4096, count: 2, bytes: 4096 }] : index === 1 ? [{ from: 64, to: 128, count: 5, bytes: 500 }] : [],
  lifetime_histogram: [], bottleneck: "balanced", bottleneck_reason: "nothing stands out",
});

const part = (threadIndex: number, allocations: number, bytes: number, peak: number, exit: number) => ({
  thread: threadIndex, allocations, bytes_allocated: bytes, live_bytes_at_peak: peak, live_bytes_at_exit: exit, temporary: 1,
});

const site = (index: number, name: string, threads: Array<ReturnType<typeof part>>) => {
  const sum = (key: "allocations" | "bytes_allocated" | "live_bytes_at_peak" | "live_bytes_at_exit" | "temporary") =>
    threads.reduce((total, row) => total + row[key], 0);
  return {
    index, function: name, file: `src/${name}.c`, line: 10 + index, column: 3, callee: "malloc", family: "malloc", route: "compiled",
    type: index === 0 ? "struct entry" : null, receiver: index === 0 ? "table.rows" : null, allocations: sum("allocations"),
    bytes_allocated: sum("bytes_allocated"), deallocations: 0, freed: 0, live_blocks_at_exit: 0, live_bytes_at_exit: sum("live_bytes_at_exit"),
    live_bytes_at_peak: sum("live_bytes_at_peak"), live_blocks_at_peak: 0, peak_live_bytes: 0, temporary: sum("temporary"),
    min_bytes: 1, max_bytes: 2, average_lifetime_ns: null, estimated: false, recorded_allocations: sum("allocations"), exact_calls: null, exact_bytes: null, threads,
  };
};

const six = (live: number[], allocations: number[]) => ({
  live_bytes: live, peak_live_bytes: live, allocations, deallocations: allocations, bytes_allocated: live, bytes_deallocated: live,
});

/** The report as JSON data; a test changes its copy and parses it. */
export function exampleData() {
  return {
    schema_version: SCHEMA_VERSION,
    generator: { name: "example", version: "0" },
    run: {
      pid: 100, command_line: ["/bin/demo", "-v"], executable: "/bin/demo", working_directory: "/", host: "h", kernel: "k", libc: "l",
      runtime_version: "0", cores: 2, page_size_bytes: 4096, started_at: "2026-01-02T03:04:05Z", duration_ns: 1000, ended_normally: true,
      clock: { source: "tsc", ticks_per_second: 1 }, options: { stack_depth: { value: 64, given: true } }, modules: [],
    },
    summary: {
      tracked_threads: 2, untracked_threads: 1, estimated: false, recorded_allocations: 17, total_allocations: 17, total_deallocations: 15, total_bytes_allocated: 5596,
      total_bytes_deallocated: 1500, peak_live_bytes: 4796, peak_time_ns: 500, live_bytes_at_exit: 4096, live_blocks_at_exit: 2,
      foreign_deallocations: 0, unmatched_deallocations: 0, dropped_events: 0, cut_stacks: 0, duration_ns: 1000, average_cpu_percent: 60,
    },
    threads: [thread(0, 101, "alpha", true), thread(1, 102, "beta", true), thread(2, 100, "demo", false)],
    call_sites: [site(0, "grow", [part(0, 10, 1000, 200, 0), part(1, 5, 500, 500, 0)]), site(1, "load", [part(0, 2, 4096, 4096, 4096)])],
    stacks: {
      strings: ["", "main", "parse", "grow", "load", "main.c", "grow.c", "/bin/demo"],
      frames: { function: [1, 2, 3, 4], file: [5, 5, 6, 5], line: [1, 2, 3, 4], module: [7, 7, 7, 7], address: ["0x1", "0x2", "0x3", "0x4"], inlined: [0, 1, 0, 0] },
      nodes: { parent: [-1, 0, 1, 0], frame: [0, 1, 2, 3] },
      stacks: { node: [2, 3], call_site: [0, 1], cut: [0, 0] },
      usage: {
        stack: [0, 0, 1], thread: [0, 1, 0], allocations: [10, 5, 2], bytes_allocated: [1000, 500, 4096], live_blocks_at_peak: [2, 5, 2],
        live_bytes_at_peak: [200, 500, 4096], temporary: [1, 1, 1], leaked_blocks: [0, 0, 2], leaked_bytes: [0, 0, 4096],
      },
    },
    types: [
      { type: "struct entry", allocations: 15, bytes_allocated: 1500, live_bytes_at_peak: 700, live_bytes_at_exit: 0, receivers: ["table.rows"], call_sites: [0] },
      { type: "unknown", allocations: 2, bytes_allocated: 4096, live_bytes_at_peak: 4096, live_bytes_at_exit: 4096, receivers: [], call_sites: [1] },
    ],
    leaks: {
      total_blocks: 2, total_bytes: 4096,
      classes: { lost_growth: { blocks: 0, bytes: 0 }, bounded_cache: { blocks: 0, bytes: 0 }, released_at_shutdown: { blocks: 0, bytes: 0 }, live_at_exit: { blocks: 2, bytes: 4096 } },
      items: [{ class: "live_at_exit", stack: 1, call_site: 1, thread: 0, blocks: 2, bytes: 4096, first_ns: 10, last_ns: 20 }],
    },
    timeline: {
      bucket_ns: 250, buckets: 4,
      process: { ...six([100, 4796, 4196, 4096], [3, 8, 4, 2]), active_threads: [1, 2, 2, 1] },
      threads: [{ thread: 0, ...six([100, 4296, 4096, 4096], [3, 5, 2, 2]) }, { thread: 1, ...six([0, 500, 100, 0], [0, 3, 2, 0]) }],
      marks: [],
    },
    resources: {
      sample_rate_hz: 10, samples: 3, average_cost_ns: 5, time_ns: [0, 400, 800],
      cpu: { overall_percent: [null, 50, 60], per_core_percent: [[null, 40, 50], [null, 60, 70]] },
      load: { one: [1, 1, 1], five: [1, 1, 1], fifteen: [1, 1, 1] },
      memory: { total_bytes: [9, 9, 9], available_bytes: [5, 5, 5], rss_bytes: [1, 2, 3], virtual_bytes: [4, 4, 4] },
      process: { threads: [3, 3, 3], minor_faults_per_second: [null, 1, 1], major_faults_per_second: [null, 0, 0] },
      threads: [
        { thread: 0, cpu_percent: [null, 30, 50], io_operations_per_second: [null, 5, 5], io_bytes_per_second: [null, 1, 1], state: "SRS" },
        { thread: 1, cpu_percent: [null, 20, null], io_operations_per_second: [null, 7, null], io_bytes_per_second: [null, 1, 1], state: "SRS" },
      ],
      gpu: { available: false, reason: "no GPU" },
    },
    correlations: {
      threads: [{ pair: "cpu_allocation", points: [{ thread: 0, x: 40, y: 2, io_operations: 10 }, { thread: 1, x: 20, y: null, io_operations: 1000 }], fit: { n: 1, unavailable: "fewer than 3 points" } }],
      over_time: [{ thread: 0, pair: "cpu_allocation", points: [{ time_ns: 0, x: 10, y: 1, io: 0 }, { time_ns: 1, x: 20, y: 2, io: 9 }, { time_ns: 2, x: 30, y: 3, io: 99 }], fit: { n: 3, r: 1, slope: 0.1, intercept: 0 } }],
    },
    insights: [
      { kind: "bottleneck", severity: "info", title: "Balanced", detail: "-", recommendation: null, thread: null, call_site: null, saving_bytes: null, evidence: {} },
      { kind: "leak", severity: "high", title: "load keeps", detail: "-", recommendation: "Free it", thread: 0, call_site: 1, saving_bytes: 4096, evidence: { bytes: 4096 } },
    ],
    diagnostics: {
      totals_check: { events_allocations: 17, events_deallocations: 15, matches: true },
      frequency_check: { exact_calls: 17, recorded_allocations: 17, matches: true },
      damage: [], dropped: [{ thread: 1, events: 0, reasons: [] }], cut_stacks: 0, unmatched_deallocations: 0, unsymbolised_modules: [],
      sampling: null, unavailable: [{ what: "gpu", reason: "no GPU" }], notes: [],
      files: [{ name: "memscope_thread_101.bin", bytes: 1, events: 1 }, { name: "memscope_thread_1010.bin", bytes: 1, events: 1 }],
      bytes_per_event: 8, export: { events_per_second: 1, seconds: 1 },
    },
  };
}

export function exampleReport(): Report {
  return parseReport(JSON.stringify(exampleData()));
}

/** The same figures, estimated from 5 allocations: 1 that stands for itself, and 4 of rate 0.25. */
export function sampledReport(): Report {
  const data = exampleData();
  const sampling = {
    rate: 0.25, sample_bytes: null, recorded_allocations: 5, allocations_error: 3.4, bytes_error: 1000, exact_allocations: 18, exact_bytes: 5600,
    ways: [
      { rate: 1, sample_bytes: null, recorded_allocations: 1, allocations: 1, bytes_allocated: 100, threads: [0], scopes: [] },
      { rate: 0.25, sample_bytes: null, recorded_allocations: 4, allocations: 16, bytes_allocated: 5496, threads: [0, 1], scopes: ["worker"] },
    ],
  };
  return parseReport(
    JSON.stringify({
      ...data,
      summary: { ...data.summary, estimated: true, recorded_allocations: 5 },
      threads: data.threads.map((thread) => ({ ...thread, estimated: thread.tracked })),
      diagnostics: { ...data.diagnostics, sampling, frequency_check: { exact_calls: 18, recorded_allocations: 5, matches: true } },
    }),
  );
}
