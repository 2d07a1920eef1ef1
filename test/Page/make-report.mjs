// SPDX-License-Identifier: Apache-2.0
// Makes reports that no program ran for: input of the page's robustness tests, never shown as a measurement.
//
//   node make-report.mjs KIND > report.json      KIND: demo | many | empty | single | hostile
//   node make-report.mjs KIND TEMPLATE > page.html
//
// A seeded list of blocks (thread, site, size, birth, death) is replayed, and every table is counted from that replay by
// the formulas of docs/report-format.md. So the tables agree with each other as those of a real export do, and a page
// that adds up wrongly is caught.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const SECOND = 1e9;
const MIB = 1024 * 1024;
const HOSTILE = [
  "</script><script>window.__injected = 1</script>",
  '"><img src=x onerror="window.__injected = 2">',
  "<!--<script>",
  "a\u202eb\u0000c\u2028d",
  "__proto__",
  "${window.__injected = 3}",
  "x".repeat(500),
];

/** mulberry32: small, seeded, the same everywhere. */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const KINDS = {
  demo: { seed: 1, tracked: 25, untracked: 26, duration: 3.12 * SECOND, operations: (i) => 1000 + 20 * i, cores: 2, buckets: 120 },
  many: { seed: 2, tracked: 500, untracked: 500, duration: 60 * SECOND, operations: (i) => 20 + (i % 50), cores: 16, buckets: 60 },
  empty: { seed: 3, tracked: 0, untracked: 1, duration: 0.01 * SECOND, operations: () => 0, cores: 2, buckets: 1 },
  single: { seed: 4, tracked: 1, untracked: 1, duration: 0.2 * SECOND, operations: () => 1, cores: 1, buckets: 10 },
  hostile: { seed: 5, tracked: 6, untracked: 3, duration: 1 * SECOND, operations: () => 60, cores: 2, buckets: 40 },
};

const WORKLOADS = [
  { name: "decoder", cpu: 12, io: 40, size: (r) => 8192 + r() * 180000, hold: 0.45 },
  { name: "encoder", cpu: 48, io: 30, size: (r) => 64 + r() * 2000, hold: 0.02 },
  { name: "logger", cpu: 6, io: 4200, size: (r) => 32 + r() * 400, hold: 0.03 },
  { name: "parser", cpu: 15, io: 300, size: (r) => 16 + r() * 4000, hold: 0.08 },
  { name: "timer", cpu: 2, io: 12, size: (r) => 24 + r() * 90, hold: 0.01, share: 0.4 },
];

const SITES = [
  { function: "frame_push", file: "src/decode/frame.c", line: 88, column: 21, callee: "malloc", family: "malloc", route: "compiled", type: "struct frame", receiver: "queue.tail", path: ["main", "run_pool", "worker_main", "decode_stream", "frame_push"] },
  { function: "frame_copy", file: "src/decode/frame.c", line: 131, column: 18, callee: "malloc", family: "malloc", route: "compiled", type: "uint8_t[]", receiver: "frame.pixels", path: ["main", "run_pool", "worker_main", "decode_stream", "frame_push", "frame_copy"] },
  { function: "table_grow", file: "src/util/table.c", line: 42, column: 12, callee: "realloc", family: "malloc", route: "compiled", type: "struct entry", receiver: "table.entries", path: ["main", "run_pool", "worker_main", "parse_input", "table_insert", "table_grow"] },
  { function: "parse_token", file: "src/parse/token.c", line: 207, column: 9, callee: "strndup", family: "malloc", route: "compiled", type: "char", receiver: "token.text", path: ["main", "run_pool", "worker_main", "parse_input", "parse_token"] },
  { function: "log_line", file: "src/log/log.c", line: 55, column: 14, callee: "asprintf", family: "malloc", route: "compiled", type: null, receiver: null, path: ["main", "run_pool", "worker_main", "log_line"] },
  { function: "compress_block", file: "src/encode/deflate.cpp", line: 310, column: 25, callee: "operator new[]", family: "new[]", route: "compiled", type: "unsigned char", receiver: "window", path: ["main", "run_pool", "worker_main", "encode_stream", "compress_block"] },
  { function: "timer_arm", file: "src/timer.c", line: 19, column: 16, callee: "calloc", family: "malloc", route: "compiled", type: "struct timer", receiver: "timer", path: ["main", "run_pool", "worker_main", "timer_loop", "timer_arm"] },
];

/** The threads and what each allocates when. */
function scenario(kind, random) {
  const { tracked, untracked, duration, operations } = kind;
  const threads = [];
  const blocks = [];
  for (let i = 0; i < tracked + untracked; i++) {
    const isTracked = i < tracked;
    const isMain = i === tracked;
    const workload = WORKLOADS[i % WORKLOADS.length];
    const start = isMain ? -2e6 : Math.floor(duration * (0.02 + 0.1 * random()));
    const end = isMain ? null : Math.floor(duration * (0.8 + 0.15 * random()));
    threads.push({ tid: 4000 + i, name: isMain ? "demo" : `${workload.name}-${i}`, tracked: isTracked, main: isMain, workload, start, end });
    if (!isTracked) continue;
    const count = Math.max(1, Math.floor(operations(i) * (workload.share ?? 1)));
    for (let n = 0; n < (operations(i) === 0 ? 0 : count); n++) {
      const birth = Math.floor(start + ((end - start) * (n + random() * 0.8)) / count);
      const site = (i + (random() < 0.7 ? 0 : Math.floor(random() * SITES.length))) % SITES.length;
      const leak = random() < (site === 2 ? 0.02 : 0.001);
      const life = random() < 0.5 ? 2000 + random() * 20000 : workload.hold * (end - start) * (0.5 + random());
      const death = leak ? null : Math.min(Math.floor(birth + life), Math.floor(duration * 0.999));
      const freer = random() < 0.03 ? Math.floor(random() * tracked) : i;
      blocks.push({ thread: i, freer, site, size: Math.max(1, Math.floor(workload.size(random))), birth, death });
    }
  }
  return { threads, blocks };
}

function histogram(blocks, valueOf, classOf) {
  const classes = new Map();
  for (const block of blocks) {
    const value = valueOf(block);
    if (value === null) continue;
    const [from, to] = classOf(value);
    const row = classes.get(from) ?? { from, to, count: 0, bytes: 0 };
    row.count++;
    row.bytes += block.size;
    classes.set(from, row);
  }
  return [...classes.values()].sort((a, b) => a.from - b.from);
}

const sizeClass = (size) => { const low = 2 ** Math.floor(Math.log2(size)); return [low, low * 2]; };
const lifeClass = (ns) => { const low = 10 ** Math.floor(Math.log10(Math.max(1, ns))); return [low, low * 10]; };
const sum = (items, valueOf) => items.reduce((total, item) => total + valueOf(item), 0);
const round = (value, digits = 3) => Number(value.toFixed(digits));

/** Running live bytes over the events in time order: the peak, and the six series per bucket. */
function replay(blocks, buckets, bucketNs) {
  const events = [];
  for (const block of blocks) {
    events.push({ time: block.birth, size: block.size, born: true, block });
    if (block.death !== null) events.push({ time: block.death, size: block.size, born: false, block });
  }
  events.sort((a, b) => a.time - b.time || Number(b.born) - Number(a.born));
  const zeros = () => new Array(buckets).fill(0);
  const series = { live_bytes: zeros(), peak_live_bytes: zeros(), allocations: zeros(), deallocations: zeros(), bytes_allocated: zeros(), bytes_deallocated: zeros() };
  let live = 0, peak = 0, peakTime = 0, next = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    let high = live;
    for (; next < events.length && (bucket === buckets - 1 || events[next].time < (bucket + 1) * bucketNs); next++) {
      const event = events[next];
      live += event.born ? event.size : -event.size;
      high = Math.max(high, live);
      if (live > peak) [peak, peakTime] = [live, event.time];
      series[event.born ? "allocations" : "deallocations"][bucket]++;
      series[event.born ? "bytes_allocated" : "bytes_deallocated"][bucket] += event.size;
    }
    series.live_bytes[bucket] = live;
    series.peak_live_bytes[bucket] = high;
  }
  return { series, peak, peakTime };
}

const liveAt = (block, time) => block.birth <= time && (block.death === null || block.death > time);

function roleOf(thread) {
  const matches = [];
  if (thread.peak_live_bytes > 18 * MIB && thread.allocations > 1200) matches.push("memory_intensive");
  if (thread.cpu_percent > 25) matches.push("cpu_intensive");
  if (thread.io_operations > 2000) matches.push("io_intensive");
  if (thread.allocations >= 1000) matches.push("balanced");
  const [role = "lightweight", ...secondary_roles] = matches;
  const high = thread.peak_live_bytes > 20 * MIB || thread.cpu_percent > 30;
  const medium = thread.peak_live_bytes > 15 * MIB || thread.cpu_percent > 20;
  return { role, secondary_roles, alert: high ? "high" : medium ? "medium" : "normal" };
}

function threadRow(thread, index, blocks, duration, random) {
  const own = blocks.filter((block) => block.thread === index);
  const freedByMe = blocks.filter((block) => block.freer === index && block.death !== null);
  const freed = own.filter((block) => block.death !== null);
  const leaked = own.filter((block) => block.death === null);
  const { peak, peakTime } = replay(own, 1, duration + 1);
  const bytes = sum(own, (block) => block.size);
  const end = thread.end ?? duration;
  const seconds = (end - Math.max(0, thread.start)) / SECOND;
  const cpu = thread.workload.cpu * (0.7 + 0.6 * random());
  const reads = Math.floor(thread.workload.io * (0.2 + 0.3 * random()));
  const writes = Math.floor(thread.workload.io * (0.5 + 0.3 * random()));
  const row = {
    index, tid: thread.tid, name: thread.name, tracked: thread.tracked, main: thread.main,
    names: [{ time_ns: Math.max(0, thread.start), name: thread.name }], start_ns: thread.start, end_ns: thread.end,
    tracked_from_ns: thread.tracked ? thread.start : null, tracked_to_ns: thread.tracked ? end : null,
    scopes: thread.tracked ? ["worker_main"] : [],
    estimated: false, recorded_allocations: own.length, allocations: own.length, deallocations: freedByMe.length,
    bytes_allocated: bytes, bytes_deallocated: sum(freedByMe, (block) => block.size),
    live_bytes_at_exit: sum(leaked, (block) => block.size), live_blocks_at_exit: leaked.length,
    peak_live_bytes: peak, peak_time_ns: peakTime,
    average_size_bytes: own.length ? round(bytes / own.length, 1) : null,
    allocations_per_second: thread.tracked ? round(own.length / seconds, 1) : null,
    bytes_per_second: thread.tracked ? round(bytes / seconds, 1) : null,
    efficiency_percent: own.length ? round((100 * freed.length) / own.length) : null,
    efficiency_bytes_percent: own.length ? round((100 * sum(freed, (block) => block.size)) / bytes) : null,
    foreign_deallocations: freedByMe.filter((block) => block.thread !== index).length,
    freed_by_others: freed.filter((block) => block.freer !== index).length,
    temporary_allocations: own.filter((block) => block.death !== null && block.death - block.birth < 5000).length,
    cpu_percent: round(cpu, 2), cpu_user_ns: Math.floor(seconds * cpu * 8e6), cpu_system_ns: Math.floor(seconds * cpu * 2e6),
    run_delay_ns: Math.floor(random() * 5e7), io_operations: reads + writes, read_calls: reads, write_calls: writes,
    read_bytes: reads * 4096, write_bytes: writes * 512, storage_read_bytes: 0, storage_write_bytes: writes * 512,
    minor_faults: Math.floor(peak / 4096), major_faults: 0, voluntary_switches: reads + writes + 3, involuntary_switches: Math.floor(cpu),
    size_histogram: histogram(own, (block) => block.size, sizeClass),
    lifetime_histogram: histogram(own, (block) => (block.death === null ? null : block.death - block.birth), lifeClass),
  };
  Object.assign(row, roleOf(row));
  row.role_reason = `peak ${row.peak_live_bytes} B live, ${row.allocations} allocations, ${row.cpu_percent} % CPU, ${row.io_operations} I/O operations`;
  row.bottleneck = { memory_intensive: "memory", cpu_intensive: "cpu", io_intensive: "io" }[row.role] ?? "balanced";
  row.bottleneck_reason = `CPU ${row.cpu_percent} %, ${row.io_operations} I/O operations in ${round(seconds)} s`;
  return row;
}

function siteRows(sites, blocks, peakTime) {
  return sites.map((site, index) => {
    const own = blocks.filter((block) => block.site === index);
    const freed = own.filter((block) => block.death !== null);
    const atPeak = own.filter((block) => liveAt(block, peakTime));
    const leaked = own.filter((block) => block.death === null);
    const temporary = (list) => list.filter((block) => block.death !== null && block.death - block.birth < 5000).length;
    const size = (list) => sum(list, (block) => block.size);
    const { path, ...described } = site;
    return {
      index, ...described, allocations: own.length, bytes_allocated: size(own), deallocations: 0, freed: freed.length,
      live_blocks_at_exit: leaked.length, live_bytes_at_exit: size(leaked), live_bytes_at_peak: size(atPeak), live_blocks_at_peak: atPeak.length,
      peak_live_bytes: replay(own, 1, Number.MAX_SAFE_INTEGER).peak, temporary: temporary(own),
      min_bytes: own.length ? Math.min(...own.map((block) => block.size)) : null,
      max_bytes: own.length ? Math.max(...own.map((block) => block.size)) : null,
      average_lifetime_ns: freed.length ? round(sum(freed, (block) => block.death - block.birth) / freed.length, 0) : null,
      estimated: false, recorded_allocations: own.length, exact_calls: own.length, exact_bytes: size(own),
      threads: [...new Set(own.map((block) => block.thread))].sort((a, b) => a - b).map((thread) => {
        const mine = (list) => list.filter((block) => block.thread === thread);
        return {
          thread, allocations: mine(own).length, bytes_allocated: size(mine(own)), live_bytes_at_peak: size(mine(atPeak)),
          live_bytes_at_exit: size(mine(leaked)), temporary: temporary(mine(own)),
        };
      }),
    };
  });
}

/** The call tree as columns; one stack per site. */
function stackTable(sites, blocks, peakTime) {
  const strings = [""];
  const intern = (text) => (strings.includes(text) ? strings.indexOf(text) : strings.push(text) - 1);
  const table = {
    strings, frames: { function: [], file: [], line: [], module: [], address: [], inlined: [] },
    nodes: { parent: [], frame: [] }, stacks: { node: [], call_site: [], cut: [] },
    usage: { stack: [], thread: [], allocations: [], bytes_allocated: [], live_blocks_at_peak: [], live_bytes_at_peak: [], temporary: [], leaked_blocks: [], leaked_bytes: [] },
  };
  const nodes = new Map();
  sites.forEach((site, index) => {
    let parent = -1;
    for (const [depth, name] of site.path.entries()) {
      const key = `${parent}/${name}`;
      if (!nodes.has(key)) {
        const last = depth === site.path.length - 1;
        table.frames.function.push(intern(name));
        table.frames.file.push(intern(last ? site.file : "src/main.c"));
        table.frames.line.push(last ? site.line : 100 + depth);
        table.frames.module.push(intern("/usr/bin/demo"));
        table.frames.address.push(`0x${(0x400000 + table.frames.line.length * 64).toString(16)}`);
        table.frames.inlined.push(name === "table_insert" ? 1 : 0);
        nodes.set(key, table.nodes.parent.push(parent) - 1);
        table.nodes.frame.push(table.frames.function.length - 1);
      }
      parent = nodes.get(key);
    }
    table.stacks.node.push(parent);
    table.stacks.call_site.push(index);
    table.stacks.cut.push(0);
    for (const thread of new Set(blocks.filter((block) => block.site === index).map((block) => block.thread))) {
      const own = blocks.filter((block) => block.site === index && block.thread === thread);
      const atPeak = own.filter((block) => liveAt(block, peakTime));
      const leaked = own.filter((block) => block.death === null);
      const row = {
        stack: index, thread, allocations: own.length, bytes_allocated: sum(own, (block) => block.size),
        live_blocks_at_peak: atPeak.length, live_bytes_at_peak: sum(atPeak, (block) => block.size),
        temporary: own.filter((block) => block.death !== null && block.death - block.birth < 5000).length,
        leaked_blocks: leaked.length, leaked_bytes: sum(leaked, (block) => block.size),
      };
      for (const [column, value] of Object.entries(row)) table.usage[column].push(value);
    }
  });
  return table;
}

function typeRows(call_sites) {
  const rows = new Map();
  for (const site of call_sites) {
    const row = rows.get(site.type) ?? { type: site.type ?? "unknown", allocations: 0, bytes_allocated: 0, live_bytes_at_peak: 0, live_bytes_at_exit: 0, receivers: [], call_sites: [] };
    for (const key of ["allocations", "bytes_allocated", "live_bytes_at_peak", "live_bytes_at_exit"]) row[key] += site[key];
    if (site.receiver !== null) row.receivers.push(site.receiver);
    row.call_sites.push(site.index);
    rows.set(site.type, row);
  }
  return [...rows.values()];
}

function leakTable(blocks) {
  const names = ["lost_growth", "bounded_cache", "released_at_shutdown", "live_at_exit"];
  const items = new Map();
  for (const block of blocks.filter((candidate) => candidate.death === null)) {
    const key = `${block.site}/${block.thread}`;
    const item = items.get(key) ?? { class: names[block.site % 4 === 2 ? 0 : block.site % 2 ? 1 : 3], stack: block.site, call_site: block.site, thread: block.thread, blocks: 0, bytes: 0, first_ns: block.birth, last_ns: block.birth };
    item.blocks++;
    item.bytes += block.size;
    item.last_ns = block.birth;
    items.set(key, item);
  }
  const list = [...items.values()].sort((a, b) => b.bytes - a.bytes);
  const total = (rows) => ({ blocks: sum(rows, (item) => item.blocks), bytes: sum(rows, (item) => item.bytes) });
  const all = total(list);
  return {
    total_blocks: all.blocks, total_bytes: all.bytes,
    classes: Object.fromEntries(names.map((name) => [name, total(list.filter((item) => item.class === name))])), items: list,
  };
}

function resourceTables(threads, kind, random) {
  const samples = kind.tracked === 0 ? 0 : Math.min(120, Math.max(2, Math.floor((kind.duration / SECOND) * 10)));
  const series = (valueAt) => Array.from({ length: samples }, (_, sample) => valueAt(sample));
  const rate = (valueAt) => series((sample) => (sample === 0 ? null : round(valueAt(sample), 2)));
  const wave = (sample) => 0.6 + 0.4 * Math.sin(sample / 4);
  return {
    sample_rate_hz: samples ? 10 : 0, samples, average_cost_ns: samples ? 84000 : null, time_ns: series((sample) => Math.floor((sample * kind.duration) / samples)),
    cpu: {
      overall_percent: rate((sample) => 70 * wave(sample) + 10 * random()),
      per_core_percent: Array.from({ length: kind.cores }, (_, core) => rate((sample) => Math.min(100, 70 * wave(sample + core * 5) + 20 * random()))),
    },
    load: { one: series((sample) => round(1 + sample / 50, 2)), five: series(() => 0.8), fifteen: series(() => 0.6) },
    memory: {
      total_bytes: series(() => 8 * 1024 * MIB), available_bytes: series((sample) => (5000 - sample) * MIB),
      rss_bytes: series((sample) => Math.floor((40 + 30 * wave(sample)) * MIB)), virtual_bytes: series(() => 900 * MIB),
    },
    process: { threads: series(() => threads.length), minor_faults_per_second: rate((sample) => 900 * wave(sample)), major_faults_per_second: rate(() => 0) },
    threads: threads.map((thread) => ({
      thread: thread.index, cpu_percent: rate((sample) => thread.cpu_percent * (wave(sample + thread.index) + 0.3 * random())),
      io_operations_per_second: rate((sample) => (thread.io_operations / 3) * wave(sample + thread.index)),
      io_bytes_per_second: rate((sample) => (thread.io_operations / 3) * 700 * wave(sample + thread.index)), state: "SR".repeat(samples).slice(0, samples),
    })),
    gpu: { available: false, reason: "libnvidia-ml.so.1 is not installed and no DRM device reports utilisation" },
  };
}

function fit(points) {
  const good = points.filter((point) => point.x !== null && point.y !== null);
  const n = good.length;
  if (n < 3) return { n, unavailable: "fewer than 3 points" };
  const meanX = sum(good, (point) => point.x) / n, meanY = sum(good, (point) => point.y) / n;
  const xx = sum(good, (point) => (point.x - meanX) ** 2), yy = sum(good, (point) => (point.y - meanY) ** 2);
  const xy = sum(good, (point) => (point.x - meanX) * (point.y - meanY));
  if (xx === 0) return { n, unavailable: "no variance in x" };
  if (yy === 0) return { n, unavailable: "no variance in y" };
  return { n, r: xy / Math.sqrt(xx * yy), slope: xy / xx, intercept: meanY - (xy / xx) * meanX };
}

function correlationTables(threads, resources, timeline) {
  const tracked = threads.filter((thread) => thread.tracked);
  const across = (pair, y) => {
    const points = tracked.map((thread) => ({ thread: thread.index, x: thread.cpu_percent, y: y(thread), io_operations: thread.io_operations }));
    return { pair, points, fit: fit(points) };
  };
  return {
    threads: [across("cpu_allocation", (thread) => thread.bytes_per_second / 1e6), across("cpu_io", (thread) => thread.io_operations / 3)],
    over_time: tracked.map((thread) => {
      const samples = resources.threads[thread.index];
      const buckets = timeline.threads.find((row) => row.thread === thread.index);
      const points = resources.time_ns.slice(1).map((time_ns, sample) => ({
        time_ns, x: samples.cpu_percent[sample + 1], io: samples.io_operations_per_second[sample + 1],
        y: buckets === undefined ? 0 : buckets.bytes_allocated[Math.min(timeline.buckets - 1, Math.floor(time_ns / timeline.bucket_ns))] / (timeline.bucket_ns / 1000),
      }));
      return { thread: thread.index, pair: "cpu_allocation", points, fit: fit(points) };
    }),
  };
}

function insightRows(threads, call_sites, leaks) {
  const rows = [{ kind: "bottleneck", severity: "medium", title: "The run waits for the CPU", detail: "The tracked threads used most of their cores.", recommendation: null, thread: null, call_site: null, saving_bytes: null, evidence: { cores: 2 } }];
  for (const thread of threads.filter((candidate) => candidate.tracked && candidate.alert === "high").slice(0, 6)) {
    rows.push({ kind: "alert", severity: "high", title: `${thread.name} needs attention`, detail: thread.role_reason, recommendation: "Look at its largest call site first.", thread: thread.index, call_site: null, saving_bytes: null, evidence: { peak_live_bytes: thread.peak_live_bytes, cpu_percent: thread.cpu_percent } });
  }
  const [leak] = leaks.items;
  if (leak) {
    const site = call_sites[leak.call_site];
    rows.push({ kind: "leak", severity: "high", title: `${site.function} keeps ${leak.bytes} bytes`, detail: `${leak.blocks} blocks were never freed.`, recommendation: `Free them where ${site.receiver ?? "their owner"} is dropped (${site.file}:${site.line}).`, thread: leak.thread, call_site: leak.call_site, saving_bytes: leak.bytes, evidence: { blocks: leak.blocks, bytes: leak.bytes } });
  }
  return rows;
}

/** A report of the named kind as a plain object. */
export function makeReport(name) {
  const kind = KINDS[name];
  if (kind === undefined) throw new Error(`unknown kind "${name}"; known: ${Object.keys(KINDS).join(", ")}`);
  const random = randomNumbers(kind.seed);
  const hostile = name === "hostile";
  const sites = kind.tracked === 0 ? [] : hostile ? SITES.map((site, i) => ({ ...site, function: HOSTILE[i], file: `src/${HOSTILE[i]}.c`, type: HOSTILE[i], receiver: HOSTILE[i], path: [...site.path.slice(0, -1), HOSTILE[i]] })) : SITES;
  const world = scenario(kind, random);
  if (hostile) world.threads.forEach((thread, i) => { thread.name = HOSTILE[i % HOSTILE.length]; });
  const whole = replay(world.blocks, kind.buckets, kind.duration / kind.buckets);
  const threads = world.threads.map((thread, index) => threadRow(thread, index, world.blocks, kind.duration, random));
  const call_sites = siteRows(sites, world.blocks, whole.peakTime);
  const leaks = leakTable(world.blocks);
  const bucket_ns = kind.duration / kind.buckets;
  const timeline = {
    bucket_ns, buckets: kind.buckets, process: whole.series,
    threads: threads.filter((thread) => thread.allocations > 0).map((thread) => ({ thread: thread.index, ...replay(world.blocks.filter((block) => block.thread === thread.index), kind.buckets, bucket_ns).series })),
    marks: kind.tracked === 0 ? [] : [{ time_ns: kind.duration / 2, thread: 0, text: hostile ? HOSTILE[0] : "half way" }],
  };
  timeline.process.active_threads = Array.from({ length: kind.buckets }, (_, bucket) => timeline.threads.filter((row) => row.allocations[bucket] + row.deallocations[bucket] > 0).length);
  const resources = resourceTables(threads, kind, random);
  const count = (key, values) => Object.fromEntries(values.map((value) => [value, threads.filter((thread) => thread[key] === value).length]));
  const freed = world.blocks.filter((block) => block.death !== null);
  const total = (key) => sum(threads, (thread) => thread[key]);
  return {
    schema_version: 1,
    generator: { name: "memscope", version: "0 (make-report.mjs: test input, no program ran)" },
    run: {
      pid: 4000 + kind.tracked, parent_pid: 1, command_line: hostile ? HOSTILE : ["./demo", "--workers", String(kind.tracked)], executable: "/usr/bin/demo", working_directory: "/tmp", host: "test-input", kernel: "Linux 6.1.0", libc: "glibc 2.36", runtime_version: "0.1.0",
      cores: kind.cores, page_size_bytes: 4096, started_at: "2026-01-02T03:04:05Z", duration_ns: kind.duration, ended_normally: name !== "single",
      clock: { source: "tsc", ticks_per_second: 2400000000 }, options: { output_dir: { value: "Memoryanalysis", given: false }, stack_depth: { value: "64", given: true } },
      modules: [{ path: hostile ? HOSTILE[1] : "/usr/bin/demo", build_id: "00ff", low: "0x400000", high: "0x500000", symbols: "dwarf" }, { path: "/lib/libc.so.6", build_id: "", low: "0x7f0000000000", high: "0x7f0000200000", symbols: "symtab" }],
    },
    summary: {
      tracked_threads: kind.tracked, untracked_threads: kind.untracked, estimated: false, recorded_allocations: world.blocks.length, total_allocations: world.blocks.length, total_deallocations: freed.length,
      total_bytes_allocated: sum(world.blocks, (block) => block.size), total_bytes_deallocated: sum(freed, (block) => block.size), peak_live_bytes: whole.peak, peak_time_ns: whole.peakTime,
      live_bytes_at_exit: total("live_bytes_at_exit"), live_blocks_at_exit: total("live_blocks_at_exit"), foreign_deallocations: total("foreign_deallocations"), unmatched_deallocations: 0,
      dropped_events: 0, cut_stacks: 0, duration_ns: kind.duration, average_cpu_percent: name === "empty" ? null : round(total("cpu_percent") / 3),
      roles: count("role", ["memory_intensive", "cpu_intensive", "io_intensive", "balanced", "lightweight"]), alerts: count("alert", ["high", "medium", "normal"]),
    },
    threads, call_sites, stacks: stackTable(sites, world.blocks, whole.peakTime), types: typeRows(call_sites), leaks, timeline, resources,
    correlations: correlationTables(threads, resources, timeline), insights: insightRows(threads, call_sites, leaks),
    diagnostics: {
      totals_check: { events_allocations: world.blocks.length, events_deallocations: freed.length, matches: true },
      frequency_check: { exact_calls: world.blocks.length, recorded_allocations: world.blocks.length, matches: true },
      damage: hostile ? [{ file: HOSTILE[0], offset: "0x1000", reason: HOSTILE[2], lost_bytes: 128 }] : [],
      dropped: hostile ? [{ thread: 0, events: 3, reasons: [HOSTILE[1]] }] : [], cut_stacks: 0, unmatched_deallocations: 0, unsymbolised_modules: ["/lib/libstripped.so"],
      sampling: null, unavailable: [{ what: "gpu", reason: resources.gpu.reason }], notes: hostile ? HOSTILE : [],
      files: threads.filter((thread) => thread.tracked).map((thread) => ({ name: `memscope_thread_${thread.tid}.bin`, bytes: 4096 + thread.allocations * 8, events: thread.allocations + thread.deallocations })),
      bytes_per_event: kind.tracked ? 7.4 : null, export: { events_per_second: 31000000, seconds: 0.04 },
    },
  };
}

/** The text that stands in the page's data slot: JSON in which nothing can end the script element. */
export function slotText(report) {
  return JSON.stringify(report).replace(/[<>&\u2028\u2029]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A page as the exporter makes it from the built template. */
export function fillTemplate(template, report) {
  return template.split("__MEMSCOPE_REPORT__").join(slotText(report));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [name, template] = process.argv.slice(2);
  const report = makeReport(name);
  process.stdout.write(template === undefined ? JSON.stringify(report) : fillTemplate(readFileSync(template, "utf8"), report));
}
