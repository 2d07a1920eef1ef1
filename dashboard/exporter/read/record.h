/* SPDX-License-Identifier: Apache-2.0
 *
 * record.h: bytes of a thread file to one event. The only decoder of records (docs/trace-format.md, section 4).
 *
 * Used by the verify pass, by merge and by `dump`; a reader belongs to one file and one thread of control. Prefixes are
 * folded into the event they belong to; unknown framed kinds are skipped.
 */
#ifndef MEMSCOPE_EXPORTER_RECORD_H
#define MEMSCOPE_EXPORTER_RECORD_H

#include "read/trace_file.h"

enum ms_event_kind {
  MS_EVENT_ALLOC,
  MS_EVENT_FREE,
  MS_EVENT_STACK,
  MS_EVENT_THREAD_START,
  MS_EVENT_THREAD_END,
  MS_EVENT_THREAD_NAME,
  MS_EVENT_SCOPE,
  MS_EVENT_MODULES,
  MS_EVENT_MARK,
  MS_EVENT_PHASE_ENTER,
  MS_EVENT_PHASE_EXIT,
  MS_EVENT_SAMPLING,
  MS_EVENT_KINDS,
};

struct ms_stack_definition {
  uint32_t id, site, reference;
  uint32_t shared, count;
  uint8_t flags;           /* enum ms_stack_flags */
  struct ms_cursor frames; /* `count` zigzag differences, known to be whole */
};

/** How the allocations that are recorded are chosen. */
struct ms_sampling {
  uint64_t sample_bytes; /* one in about so many bytes; 0: by rate */
  double rate;           /* share of the allocations, 1: all */
};

/** One thing that happened to a thread. Text, counters and frames point into the block: they are there until the reader
 *  is asked for the next event. */
struct ms_event {
  enum ms_event_kind kind;
  uint32_t stream;     /* set by merge: index of the thread file */
  uint64_t ticks;      /* never less than that of the event before in the same file */
  uint64_t time_ns;    /* since the run's start; set by merge */
  uint64_t offset;     /* in the file; of the block, where that is compressed */
  uint64_t address;    /* ALLOC, FREE */
  uint64_t size;       /* ALLOC: bytes asked for */
  uint32_t stack_id;   /* ALLOC, FREE: in this file's numbering, 0: none */
  uint32_t scope;      /* ALLOC, FREE, SCOPE: scope in force, 0: none */
  uint32_t generation; /* STACK, MODULES */
  uint8_t align_log2;  /* ALLOC where `aligned` */
  bool aligned;
  bool realloc;  /* ALLOC, FREE: one half of a realloc */
  double weight; /* ALLOC: stands for this many; 1 without sampling */
  union {
    struct ms_stack_definition stack; /* STACK */
    struct ms_cursor counters;        /* THREAD_START, THREAD_END: see ms_event_counters */
    struct ms_sampling sampling;      /* SAMPLING: from here on */
    struct {
      const char *text; /* THREAD_NAME, MARK, PHASE_ENTER */
      size_t text_bytes;
    };
  };
};

/** Decodes the counters of a THREAD_START or THREAD_END, which are too large to carry along in every event. */
struct ms_thread_counters ms_event_counters(const struct ms_event *event);

struct ms_last_size {
  uint64_t size;
  uint64_t block; /* number of the block + 1 in which `size` holds */
};

/** Zero-initialise, then ms_record_reader_start. */
struct ms_record_reader {
  struct ms_block_reader blocks;
  struct ms_block block;
  struct ms_cursor records;
  struct ms_damage_list *damage;
  uint64_t block_number;   /* blocks begun so far */
  uint64_t ticks, address; /* what the next deltas count from */
  uint64_t latest_ticks;   /* of the events given out so far */
  uint32_t scope, generation;
  bool free_is_realloc, alloc_is_realloc, aligned;
  uint8_t align_log2;
  double weight;                     /* 0: no prefix */
  MS_VEC(struct ms_last_size) sizes; /* by stack id */
};

/** Begins at the file's first block. `damage` may be NULL. */
void ms_record_reader_start(struct ms_record_reader *reader, const struct ms_trace_file *file,
                            struct ms_damage_list *damage);
/** Gives the next event; what cannot be decoded costs the rest of its block and is noted. False at the end. */
bool ms_record_reader_next(struct ms_record_reader *reader, struct ms_event *event);
void ms_record_reader_free(struct ms_record_reader *reader);

#endif
