/* SPDX-License-Identifier: Apache-2.0
 *
 * trace_format.h: the bytes of a run, as the runtime writes them and the exporter reads them.
 *
 * The normative text, with drawings and the grammar, is docs/trace-format.md; a change is one commit that touches both
 * and raises MS_FORMAT_VERSION. No foreign includes: any reader in C or C++ can use this header alone. All numbers are
 * little-endian; all structs are naturally aligned with explicit reserved fields, which writers set to zero.
 *
 * Four kinds of file make a run:
 *     memscope_thread_<tid>.bin      events and stacks of one tracked thread           struct ms_thread_file + blocks
 *     memscope_untracked_<tid>.bin   the same, of an untracked thread that freed tracked blocks
 *     memscope_thread_<tid>.freq     exact counters per call site of that thread       struct ms_frequency entries
 *     memscope_process.bin           process facts: command line, clock, modules, sites     facts records
 *     memscope_resources.bin         resource samples                                       facts records
 * A second thread that gets the tid of an ended one writes memscope_thread_<tid>-2.bin, and so on.
 */
#ifndef MEMSCOPE_TRACE_FORMAT_H
#define MEMSCOPE_TRACE_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#define MS_FORMAT_VERSION 4u

#ifdef __cplusplus
#define MS_WIRE_ASSERT(condition, text) static_assert(condition, text)
#else
#define MS_WIRE_ASSERT(condition, text) _Static_assert(condition, text)
#endif

/* ---- every file begins with this ---- */

#define MS_FILE_MAGIC "MEMSCOPE" /* eight bytes, no terminator in the file */

enum ms_file_kind {
  MS_FILE_THREAD = 1,
  MS_FILE_FREQUENCY = 2,
  MS_FILE_PROCESS = 3,
  MS_FILE_RESOURCES = 4,
};

/** First 64 bytes of every file. Files of one run share `run_id`. */
struct ms_file_header {
  uint8_t magic[8];      /* MS_FILE_MAGIC */
  uint16_t version;      /* MS_FORMAT_VERSION of the writer */
  uint16_t kind;         /* enum ms_file_kind */
  uint32_t header_bytes; /* where the content begins; a reader skips what it does not know */
  uint64_t run_id;       /* the same in all files of a run: random, and below that the execution of the program */
  uint32_t pid;          /* in the writer's pid namespace */
  uint32_t tid;          /* 0 in process-wide files */
  uint64_t start_ticks;  /* clock at creation of the file */
  uint8_t pointer_bytes; /* 8, or 4 on a 32-bit target */
  uint8_t reserved[3];
  uint32_t lost_threads; /* process file, updated in place: threads that could not be recorded at all, and */
  uint32_t lost_facts;   /* facts that could not be written */
  uint8_t reserved2[12];
};
MS_WIRE_ASSERT(sizeof(struct ms_file_header) == 64, "file header is 64 bytes");
MS_WIRE_ASSERT(offsetof(struct ms_file_header, version) == 8, "version");
MS_WIRE_ASSERT(offsetof(struct ms_file_header, kind) == 10, "kind");
MS_WIRE_ASSERT(offsetof(struct ms_file_header, header_bytes) == 12, "header_bytes");
MS_WIRE_ASSERT(offsetof(struct ms_file_header, run_id) == 16, "run_id");
MS_WIRE_ASSERT(offsetof(struct ms_file_header, pid) == 24, "pid");
MS_WIRE_ASSERT(offsetof(struct ms_file_header, tid) == 28, "tid");
MS_WIRE_ASSERT(offsetof(struct ms_file_header, start_ticks) == 32, "start_ticks");
MS_WIRE_ASSERT(offsetof(struct ms_file_header, pointer_bytes) == 40, "pointer_bytes");
MS_WIRE_ASSERT(offsetof(struct ms_file_header, lost_threads) == 44, "lost_threads");
MS_WIRE_ASSERT(offsetof(struct ms_file_header, lost_facts) == 48, "lost_facts");

/* ---- thread files ---- */

/** A thread file's flags. */
enum ms_thread_flags {
  MS_THREAD_TRACKED = 1u << 0,  /* its own allocations are recorded; else only its frees of tracked blocks */
  MS_THREAD_BUFFERED = 1u << 1, /* no shared mapping on this file system: what was in memory at a kill is lost */
  MS_THREAD_STAMPED = 1u << 2,  /* each page of the tail but the first begins with MS_CONTROL_PAGE */
};

/** Bytes 0..127 of a thread file. The writer updates the counters in place: they are right even after a kill. */
struct ms_thread_file {
  struct ms_file_header file;
  uint32_t flags;          /* enum ms_thread_flags */
  uint32_t tail_offset;    /* file offset of the tail window */
  uint32_t tail_bytes;     /* size of the tail window, block header included; blocks begin right behind it */
  uint32_t creator_tid;    /* thread that created this one, 0 where not known */
  uint64_t dropped_events; /* events that could not be recorded (full disk, signal handler inside a hook, ...) */
  uint64_t cut_stacks;     /* events whose stack was cut at stack_depth or could not be followed further */
  uint32_t drop_reasons;   /* enum ms_drop_reason, or-ed */
  uint8_t reserved[28];
};
MS_WIRE_ASSERT(sizeof(struct ms_thread_file) == 128, "thread file header is 128 bytes");
MS_WIRE_ASSERT(offsetof(struct ms_thread_file, flags) == 64, "flags");
MS_WIRE_ASSERT(offsetof(struct ms_thread_file, tail_offset) == 68, "tail_offset");
MS_WIRE_ASSERT(offsetof(struct ms_thread_file, tail_bytes) == 72, "tail_bytes");
MS_WIRE_ASSERT(offsetof(struct ms_thread_file, creator_tid) == 76, "creator_tid");
MS_WIRE_ASSERT(offsetof(struct ms_thread_file, dropped_events) == 80, "dropped_events");
MS_WIRE_ASSERT(offsetof(struct ms_thread_file, cut_stacks) == 88, "cut_stacks");
MS_WIRE_ASSERT(offsetof(struct ms_thread_file, drop_reasons) == 96, "drop_reasons");

enum ms_drop_reason {
  MS_DROP_WRITE_FAILED = 1u << 0, /* disk full, quota, RLIMIT_FSIZE */
  MS_DROP_REENTERED = 1u << 1,    /* a signal handler allocated while the runtime was recording */
  MS_DROP_NO_MEMORY = 1u << 2,    /* the stack table or the tracked-block map could not grow */
  MS_DROP_SIZE_LIMIT = 1u << 3,   /* option max_size was reached */
};

#define MS_BLOCK_MAGIC 0x4b42534du /* "MSBK" */

/** Head of a block, and of the tail window, which is the block still being filled. A full tail is appended to the file
 *  as it stands, then reused under the next `sequence`: a tail with the sequence of the last block on file is that
 *  block once more, and is skipped. Deltas of the first records count from `base_ticks` and `base_address`, and "size
 *  as last time" refers to this block only, so that each block decodes alone (its stacks may stand in earlier ones). */
struct ms_block_header {
  uint32_t magic;         /* MS_BLOCK_MAGIC */
  uint32_t sequence;      /* 0, 1, 2, ... in a file */
  uint32_t payload_bytes; /* bytes that follow: records, or a frame of them; in the tail: whole records so far */
  uint32_t checksum;      /* CRC-32C of these bytes as they stand; 0 and unchecked in the tail */
  uint64_t base_ticks;
  uint64_t base_address;
  uint32_t event_count;   /* allocations and frees in the payload; 0 in the tail */
  uint32_t header_check;  /* CRC-32C of this header with checksum filled in and header_check 0; 0 in the tail */
  uint32_t decoded_bytes; /* 0: the payload is records; else it is a zstd frame, and the records in it have this size */
  uint8_t reserved[20];
};
MS_WIRE_ASSERT(sizeof(struct ms_block_header) == 64, "block header is 64 bytes");
MS_WIRE_ASSERT(offsetof(struct ms_block_header, sequence) == 4, "sequence");
MS_WIRE_ASSERT(offsetof(struct ms_block_header, payload_bytes) == 8, "payload_bytes");
MS_WIRE_ASSERT(offsetof(struct ms_block_header, checksum) == 12, "checksum");
MS_WIRE_ASSERT(offsetof(struct ms_block_header, base_ticks) == 16, "base_ticks");
MS_WIRE_ASSERT(offsetof(struct ms_block_header, base_address) == 24, "base_address");
MS_WIRE_ASSERT(offsetof(struct ms_block_header, event_count) == 32, "event_count");
MS_WIRE_ASSERT(offsetof(struct ms_block_header, header_check) == 36, "header_check");
MS_WIRE_ASSERT(offsetof(struct ms_block_header, decoded_bytes) == 40, "decoded_bytes");

/* Records of a compressed block never have more bytes than the tail window holds, and never more than this. */
#define MS_BLOCK_DECODED_MAX (1u << 20)

/* A record begins with a tag byte. Its low two bits say what it is: */
enum ms_record_class {
  MS_RECORD_CONTROL = 0,    /* the upper six bits are an enum ms_control */
  MS_RECORD_ALLOC_SAME = 1, /* allocation of the size this stack had last in this block */
  MS_RECORD_ALLOC = 2,      /* allocation; a varint size follows the fields */
  MS_RECORD_FREE = 3,
};
#define MS_TAG_CLASS_MASK 0x03u

/* In the three event classes the upper bits give the widths of the fields that follow, in this order:
 *     bits 2-3  time     delta in ticks to the previous event, unsigned        1, 2, 4 or 8 bytes
 *     bits 4-5  address  zigzag of (delta to the previous event's / 8)         1, 2, 4 bytes; code 3: absolute, 8 bytes
 *     bits 6-7  stack    id of the stack                                       1, 2, 3 or 4 bytes
 * A delta not divisible by 8 uses the absolute form. */
#define MS_TAG_TIME_SHIFT 2u
#define MS_TAG_ADDRESS_SHIFT 4u
#define MS_TAG_STACK_SHIFT 6u
#define MS_TIME_WIDTHS                                                                                                 \
  { 1, 2, 4, 8 }
#define MS_ADDRESS_WIDTHS                                                                                              \
  { 1, 2, 4, 8 }
#define MS_STACK_WIDTHS                                                                                                \
  { 1, 2, 3, 4 }
#define MS_ADDRESS_ABSOLUTE 3u
#define MS_EVENT_BYTES_MAX 31u /* tag, 8, 8, 4 and a ten-byte size */

/* Pages of a tail, by which a disk takes it: what it has of one says nothing of the next. */
#define MS_TAIL_PAGE_BYTES 4096u

/* Control records. Kinds below MS_CONTROL_FRAMED are prefixes of fixed size for the event that follows at once; the
 * others carry a varint length behind the tag, so that a reader skips a kind it does not know. */
enum ms_control {
  /* 0 is no record: a zero byte is never valid where a tag is expected */
  MS_CONTROL_REALLOC = 1, /* the next FREE and the next ALLOC are one realloc; no payload */
  MS_CONTROL_ALIGNED = 2, /* the next allocation asked for an alignment; u8 log2 of it */
  MS_CONTROL_WEIGHT = 3,  /* the next allocation stands for this many; IEEE double */
  MS_CONTROL_FRAMED = 16,
  MS_CONTROL_STACK = 16,        /* a stack, before its first use: see below */
  MS_CONTROL_THREAD_START = 17, /* struct ms_thread_counters */
  MS_CONTROL_THREAD_END = 18,   /* struct ms_thread_counters */
  MS_CONTROL_THREAD_NAME = 19,  /* u64 ticks, name bytes */
  MS_CONTROL_SCOPE = 20,        /* varint id of the scope that the following events belong to, 0: none */
  MS_CONTROL_MODULES = 21,      /* varint generation: stacks defined from here on belong to it */
  MS_CONTROL_MARK = 22,         /* u64 ticks, text: memscope_mark */
  MS_CONTROL_PHASE_ENTER = 23,  /* u64 ticks, name: memscope_scope_enter */
  MS_CONTROL_PHASE_EXIT = 24,   /* u64 ticks */
  MS_CONTROL_PADDING = 25,      /* zeros, to the end of a block that is to have a certain size */
  MS_CONTROL_SAMPLING = 26,     /* varint sample_bytes, double rate: how allocations are chosen from here on */
  MS_CONTROL_PAGE = 27,         /* u32 sequence of the block: this page of the file is of that block */
};
#define MS_CONTROL_TAG(kind) ((uint8_t)((unsigned)(kind) << 2))

/* A compressed block (decoded_bytes is not 0) is one zstd frame, without a dictionary. Its content is the length of
 * each column (u32, in this order), then the columns: the bytes of the block's records, sorted by what they mean, since
 * bytes of one meaning are like one another. Each column has its bytes in the order of the records. */
enum ms_column {
  MS_COLUMN_TAG,             /* first byte of every record; an event's address code is an enum ms_column_address */
  MS_COLUMN_TIME_LOW,        /* lowest byte of each event's time ... */
  MS_COLUMN_TIME_HIGH,       /* ... and the other bytes */
  MS_COLUMN_ALLOC_BACK_LOW,  /* MS_COLUMN_ADDRESS_BACK of allocations: lower byte ... */
  MS_COLUMN_ALLOC_BACK_HIGH, /* ... and upper byte */
  MS_COLUMN_FREE_BACK_LOW,   /* the same of frees, which look back more evenly */
  MS_COLUMN_FREE_BACK_HIGH,
  MS_COLUMN_ADDRESS_LOW, /* other addresses: lowest byte, second byte, and the others */
  MS_COLUMN_ADDRESS_MIDDLE,
  MS_COLUMN_ADDRESS_HIGH,
  MS_COLUMN_STACK_LOW, /* stack ids, as times */
  MS_COLUMN_STACK_HIGH,
  MS_COLUMN_SIZE_LOW, /* sizes: first byte of the varint, and the others */
  MS_COLUMN_SIZE_HIGH,
  MS_COLUMN_OTHER, /* what follows the tag of prefixes and framed records, as it is; of MS_CONTROL_STACK: see below */
  MS_COLUMNS,
};

/* An event's address in the columns. The code takes the place of the record's. */
enum ms_column_address {
  MS_COLUMN_ADDRESS_BACK = 0,     /* u16 n: the address of the n-th event before this one in the block, n > 0 */
  MS_COLUMN_ADDRESS_2 = 1,        /* zigzag of (delta / 8), as in the record: 2 bytes, also where the record has 1 */
  MS_COLUMN_ADDRESS_4 = 2,        /* the same, 4 bytes */
  MS_COLUMN_ADDRESS_ABSOLUTE = 3, /* 8 bytes */
};

/* A stack's definition in MS_COLUMN_OTHER:
 *     varint n            bytes of the payload from `shared` on
 *     varint              id - id of the definition before it in the block (the first: id)
 *     u8     flags
 *     varint site
 *     varint              0 where reference is 0, else id - reference
 *     n bytes             the payload from `shared` on */

/* MS_CONTROL_STACK payload:
 *     varint id           dense from 1 in each thread file
 *     u8     flags        enum ms_stack_flags
 *     varint site         site id from the process file, 0: none (call by hand, interposed allocator)
 *     varint reference    id of an earlier stack, 0: none
 *     varint shared       how many outermost frames are those of `reference`
 *     varint count        frames that follow, innermost first
 *     count times: zigzag varint, difference to the frame before (the first: to 0)
 * A frame is a return address; its call is the instruction before it. */
enum ms_stack_flags {
  MS_STACK_CUT_DEPTH = 1u << 0,   /* stack_depth reached: outer frames are missing */
  MS_STACK_CUT_FOREIGN = 1u << 1, /* ended at code that could not be followed: outer frames are missing */
  MS_STACK_ROUTE_API = 1u << 2,   /* memscope_track_*, not a rewritten call */
  MS_STACK_ROUTE_PRELOAD = 1u << 3,
};

/* MS_CONTROL_THREAD_START and _END payload: what /proc said of the thread at that moment, read by the thread itself. */
struct ms_thread_counters {
  uint64_t ticks;                   /* clock at this reading */
  uint64_t thread_start_ns;         /* start of the thread, CLOCK_BOOTTIME (from its start time in /proc) */
  uint64_t user_ns, system_ns;      /* CPU time since the thread began */
  uint64_t cpu_ns;                  /* the same time as the scheduler counts it, not in clock ticks (schedstat) */
  uint64_t read_calls, write_calls; /* read- and write-like system calls (syscr, syscw) */
  uint64_t read_bytes, write_bytes; /* bytes passed through them (rchar, wchar) */
  uint64_t storage_read_bytes, storage_write_bytes;
  uint64_t voluntary_switches, involuntary_switches;
  uint64_t run_delay_ns; /* waited on a run queue (schedstat) */
  uint64_t minor_faults, major_faults;
  /* what of the four I/O counts the runtime itself did in this thread */
  uint64_t own_read_calls, own_write_calls, own_read_bytes, own_write_bytes;
  uint64_t unavailable; /* bit n: the n-th field of this struct could not be read */
};
MS_WIRE_ASSERT(sizeof(struct ms_thread_counters) == 21 * 8, "twenty-one 64-bit fields");

/* ---- .freq files ---- */

/** One call site of one thread. Entries follow the ms_file_header and are updated in place; the first with site 0 and
 *  no calls ends the table. Exact whatever the sampling. Sites of frees count calls only. */
struct ms_frequency {
  uint32_t site; /* id in the process file; 0 with calls > 0: events without a site */
  uint32_t reserved;
  uint64_t calls;
  uint64_t bytes; /* requested bytes, summed */
  uint64_t min_bytes, max_bytes;
  uint64_t first_ticks, last_ticks;
  uint64_t reserved2;
};
MS_WIRE_ASSERT(sizeof(struct ms_frequency) == 64, "frequency entry is 64 bytes");
MS_WIRE_ASSERT(offsetof(struct ms_frequency, calls) == 8, "calls");
MS_WIRE_ASSERT(offsetof(struct ms_frequency, last_ticks) == 48, "last_ticks");

/* ---- facts files: process and resources ---- */

/** Head of each record of memscope_process.bin and memscope_resources.bin. One write(2) appends one whole record.
 *  Payload primitives: u8, u32, u64 and f64 unaligned, text = u32 length and bytes without terminator,
 *  varint = LEB128, zigzag = signed varint. */
struct ms_fact_header {
  uint32_t kind; /* enum ms_fact_kind; unknown kinds are skipped */
  uint32_t payload_bytes;
  uint32_t checksum;     /* CRC-32C of the payload */
  uint32_t header_check; /* kind ^ payload_bytes ^ checksum ^ MS_FACT_CHECK: tells a torn record from a short file */
};
MS_WIRE_ASSERT(sizeof(struct ms_fact_header) == 16, "fact header is 16 bytes");
#define MS_FACT_CHECK 0x5346534du

enum ms_fact_kind {
  /* memscope_process.bin */
  MS_FACT_PROCESS = 1,     /* once, first; see docs/trace-format.md */
  MS_FACT_CLOCK = 2,       /* u64 ticks, u64 CLOCK_MONOTONIC ns, u64 CLOCK_REALTIME ns, u64 CLOCK_BOOTTIME ns */
  MS_FACT_OPTION = 3,      /* text key, text value in force, u8 given (1: by the user, 0: default) */
  MS_FACT_MODULE = 4,      /* u64 load bias, u64 low, u64 high address, u32 generation, text path, text build id */
  MS_FACT_MODULE_GONE = 5, /* u64 load bias, u32 generation from which it is gone */
  MS_FACT_SITE = 6,        /* u32 id, line, column, u8 family, text callee, function, file, type, receiver */
  MS_FACT_SCOPE = 7,       /* u32 id, line, text name, function, file */
  MS_FACT_END = 8,         /* u64 ticks: the process ended in order */
  MS_FACT_NOTE = 9,        /* u64 ticks, text: something the user should know (a degraded feature) */
  MS_FACT_TREE = 10,       /* right behind the file header: u64 start of the process, text token of its tree */
  /* memscope_resources.bin */
  MS_FACT_METRIC = 32,      /* u32 id, u8 enum ms_metric_kind, u8 enum ms_metric_scope, text name, text unit */
  MS_FACT_UNAVAILABLE = 33, /* u32 metric id, text reason */
  MS_FACT_INSTANCE = 34,    /* u8 scope, u32 instance, text name (thread name, device) */
  MS_FACT_SAMPLE =
      35, /* u64 ticks, u64 cost ns, varint count, count x (varint metric, varint instance, zigzag value) */
};

/** Who releases a site's blocks. */
enum ms_family {
  MS_FAMILY_MALLOC = 0,
  MS_FAMILY_NEW = 1,
  MS_FAMILY_NEW_ARRAY = 2,
  MS_FAMILY_CUSTOM = 3,
  MS_FAMILY_MAPPING = 4,
};

enum ms_metric_kind {
  MS_METRIC_GAUGE = 0,   /* a reading that stands for itself */
  MS_METRIC_COUNTER = 1, /* only differences mean something */
};

/** What a metric's instance number is. A sample lists only values that changed since the sample before. */
enum ms_metric_scope {
  MS_SCOPE_SYSTEM = 0,  /* instance 0 */
  MS_SCOPE_PROCESS = 1, /* instance 0 */
  MS_SCOPE_CORE = 2,    /* number of the core */
  MS_SCOPE_THREAD = 3,  /* tid */
  MS_SCOPE_DEVICE = 4,  /* named by MS_FACT_INSTANCE */
};

#endif
