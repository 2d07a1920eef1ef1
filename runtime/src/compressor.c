/* SPDX-License-Identifier: Apache-2.0
 *
 * compressor.c: zstd found, the places to work at, and the work.
 *
 * Level 1: level 3 gives no more for a nanosecond an event more; the negative levels, which leave out a part of the
 * entropy coding, write a fifth to two thirds more (docs/performance.md). Each column is a zstd block of its own, with
 * its own codes.
 *
 * zstd needs 8 KiB of stack where a thread may have 2 left (a signal stack), so that each place has a stack, too.
 */
#include "compressor.h"

#define ZSTD_STATIC_LINKING_ONLY /* contexts in memory that we give */
/* Weak and hidden: there in a program that is linked with us and with zstd statically, and nowhere else. A shared
 * library that named them would make such a program export its zstd, and the system's would call into that one. */
#define ZSTDLIB_VISIBLE __attribute__((weak, visibility("hidden")))
#define ZSTDLIB_VISIBILITY ZSTDLIB_VISIBLE /* before zstd 1.5.3 */
#include <zstd.h>

#include <stddef.h>
#include <stdio.h>

#include "atomics.h"
#include "columns.h"
#include "diagnostics.h"
#include "local.h"
#include "options.h"
#include "os.h"
#include "process_file.h"
#include "unseen.h"

#define LEVEL 1
#define PLACES 8u
#define STACK_BYTES (64u * 1024u)

/* ---- zstd ---- */

#define FUNCTIONS(X)                                                                                                   \
  X(ZSTD_estimateCStreamSize)                                                                                          \
  X(ZSTD_initStaticCStream)                                                                                            \
  X(ZSTD_CCtx_setParameter)                                                                                            \
  X(ZSTD_CCtx_reset)                                                                                                   \
  X(ZSTD_CCtx_setPledgedSrcSize)                                                                                       \
  X(ZSTD_compressStream2)

static struct {
#define FIELD(name) __typeof__(&name) name;
  FUNCTIONS(FIELD)
} zstd;

static bool ready;
static char missing[256]; /* why it is not */
static size_t context_bytes;

/* All of them or none: parts of two versions do not fit together. */
static bool find_linked(void) {
  bool all = true;
#define TAKE(name) all &= (zstd.name = name) != NULL;
  FUNCTIONS(TAKE)
  return all;
}

static bool find_in_system(void) {
  void *library = ms_os_open_library("libzstd.so.1", missing, sizeof missing);
  if (!library)
    return false;
  const char *absent = NULL;
#define FIND(name)                                                                                                     \
  zstd.name = (__typeof__(&name))ms_os_library_function(library, #name);                                               \
  absent = zstd.name ? absent : #name;
  FUNCTIONS(FIND)
  if (absent)
    snprintf(missing, sizeof missing, "libzstd.so.1 has no %s", absent);
  return !absent;
}

void ms_compressor_start(void) {
  struct ms_local *local = &ms_local;
  if (ms_options.compress != MS_COMPRESS_ZSTD || !ms_local_enter(local))
    return;
  ready = find_linked() || find_in_system();
  if (ready)
    context_bytes = zstd.ZSTD_estimateCStreamSize(LEVEL);
  ms_local_leave(local);
}

void ms_compressor_complain(void) {
  static bool told; /* one thread: the session's start */
  char text[sizeof missing + 96];
  if (ready || ms_options.compress != MS_COMPRESS_ZSTD)
    return;
  snprintf(text, sizeof text, "compress=zstd: %s: what is recorded is not compressed", missing);
  if (!told)
    ms_warn("%s", text);
  told = true;
  ms_process_file_note(text);
}

/* ---- places to work at ---- */

/* Reserved as a whole, touched as far as it is needed: some 400 KiB. */
struct memory {
  _Alignas(64) uint8_t stack[STACK_BYTES];
  struct ms_columns columns;
  struct ms_block_header block; /* and right behind it: */
  uint8_t frame[MS_WINDOW_TAIL_BYTES];
  _Alignas(64) uint8_t context[];
};
_Static_assert(offsetof(struct memory, frame) == offsetof(struct memory, block) + sizeof(struct ms_block_header),
               "a block is written with its frame");

struct ms_compressor_place {
  _Alignas(MS_CACHE_LINE) _Atomic int taken; /* the rest is for who has taken it */
  struct memory *memory;                     /* NULL: not yet */
  ZSTD_CStream *context;                     /* in `memory`; NULL: not yet, or left at work by a fork */
};

static struct ms_compressor_place places[PLACES];

static void leave_place(struct ms_compressor_place *place) {
  ms_store_release(&place->taken, 0); /* R6: what was done there is done; pairs with A6 in take_place */
}

/* Takes a place that nobody works at. @return NULL where there is none, or no memory for it. */
static struct ms_compressor_place *take_place(void) {
  for (unsigned i = 0; i < PLACES; i++) {
    struct ms_compressor_place *place = &places[i];
    int free = 0;
    if (ms_load_relaxed(&place->taken) != 0 || /* relaxed: a look */
        /* A6: pairs with R6 in leave_place: the last one's work there is done. */
        !ms_cas_acq_rel(&place->taken, &free, 1))
      continue;
    if (!place->memory)
      place->memory = ms_os_map(sizeof *place->memory + context_bytes);
    if (place->memory)
      return place;
    leave_place(place);
    break;
  }
  return NULL;
}

void ms_compressor_fork_child(void) {
  for (unsigned i = 0; i < PLACES; i++) {
    places[i].context = NULL;
    ms_store_relaxed(&places[i].taken, 0); /* relaxed: one thread */
  }
}

/* ---- the work ---- */

struct work {
  struct ms_compressor_place *place;
  const uint8_t *records;
  uint32_t bytes, frame_bytes; /* 0: no smaller frame came of it */
  uint64_t base_address;
};

/* Appends bytes to the frame as a zstd block. */
static bool append(ZSTD_CStream *context, ZSTD_outBuffer *frame, const void *bytes, size_t count, bool last) {
  ZSTD_inBuffer in = {bytes, count, 0};
  size_t left = zstd.ZSTD_compressStream2(context, frame, &in, last ? ZSTD_e_end : ZSTD_e_flush);
  return left == 0; /* else an error, or no room */
}

static ZSTD_CStream *open_context(struct ms_compressor_place *place) {
  if (!place->context)
    place->context = zstd.ZSTD_initStaticCStream(place->memory->context, context_bytes);
  if (place->context) {
    zstd.ZSTD_CCtx_reset(place->context, ZSTD_reset_session_and_parameters);
    zstd.ZSTD_CCtx_setParameter(place->context, ZSTD_c_compressionLevel, LEVEL);
  }
  return place->context;
}

/* On the place's own stack. */
static void compress(void *argument) {
  struct work *work = argument;
  struct memory *memory = work->place->memory;
  struct ms_columns *columns = &memory->columns;
  ZSTD_CStream *context = open_context(work->place);
  if (!context)
    return;
  size_t left = ms_columns_sort(columns, work->records, work->bytes, work->base_address);
  ZSTD_outBuffer frame = {memory->frame, work->bytes - 1, 0};
  zstd.ZSTD_CCtx_setPledgedSrcSize(context, sizeof columns->bytes + left);
  bool good = append(context, &frame, columns->bytes, sizeof columns->bytes, false);
  for (unsigned i = 0; good && i < MS_COLUMNS; i++)
    if (columns->bytes[i] > 0) {
      left -= columns->bytes[i];
      good = append(context, &frame, columns->column[i], columns->bytes[i], left == 0);
    }
  work->frame_bytes = good ? (uint32_t)frame.pos : 0;
}

bool ms_compressor_try(const uint8_t *records, uint32_t bytes, uint64_t base_address,
                       struct ms_compressed *compressed) {
  if (ms_likely(!ready) || bytes == 0)
    return false;
  struct work work = {take_place(), records, bytes, 0, base_address};
  if (!work.place)
    return false;
  ms_unseen_begin();
  ms_os_run_apart(work.place->memory->stack, STACK_BYTES, compress, &work);
  ms_unseen_end();
  *compressed = (struct ms_compressed){&work.place->memory->block, work.frame_bytes, work.place};
  if (work.frame_bytes == 0)
    leave_place(work.place);
  return work.frame_bytes != 0;
}

void ms_compressor_give_back(struct ms_compressed *compressed) { leave_place(compressed->place); }
