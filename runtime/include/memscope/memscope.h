/* SPDX-License-Identifier: Apache-2.0
 *
 * memscope.h: MemScope's interface for programs. Self-contained in C and C++; link with -lmemscope.
 *
 * A program compiled with the plugin needs none of this. The calls below record allocations by hand (own allocators,
 * other languages) and choose threads at run time.
 *
 * Common to all functions: they return MEMSCOPE_OK (0) or a negative MEMSCOPE_E_ code, never abort the program, do not
 * change errno, copy what they are given, and may be called from any thread; those that speak of "the calling thread"
 * concern no other.
 */
#ifndef MEMSCOPE_MEMSCOPE_H
#define MEMSCOPE_MEMSCOPE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Results. The numbers are part of the interface and do not change. */
enum memscope_error {
  MEMSCOPE_OK = 0,
  MEMSCOPE_E_INVALID = -1,         /**< an argument is NULL or out of its range */
  MEMSCOPE_E_DIRECTORY = -2,       /**< the output directory cannot be made or written */
  MEMSCOPE_E_INITIALISED = -3,     /**< the calling thread has a tracker already */
  MEMSCOPE_E_NO_TRACKER = -4,      /**< the calling thread has no tracker */
  MEMSCOPE_E_OTHER_DIRECTORY = -5, /**< the process records into another directory already */
  MEMSCOPE_E_BUSY = -6,     /**< called from a signal handler that interrupted the recorder; nothing was recorded */
  MEMSCOPE_E_DISABLED = -7, /**< recording is switched off: MEMSCOPE_OPTIONS=track=none, or more rights than the user's */
};

/**
 * How a thread is recorded, where the annotations of its functions do not say otherwise. Start from one of the presets
 * below, which leave sample_bytes 0: further fields may follow.
 */
typedef struct memscope_sampling_config {
  double allocation_sampling_rate; /**< fraction of allocations recorded, 0.0 to 1.0 */
  size_t stack_depth;              /**< innermost frames kept per stack, 1 to 512 */
  bool enable_frequency_tracking;  /**< keep exact counts per call site (.freq) */
  size_t sample_bytes;             /**< not 0: record one allocation in about so many bytes, whatever the fraction */
} memscope_sampling_config;

/** Every allocation, 64 frames, counts. */
memscope_sampling_config memscope_sampling_config_default(void);
/** Every allocation, 10 frames, counts. */
memscope_sampling_config memscope_sampling_config_demo(void);
/** Every allocation, 128 frames, counts. */
memscope_sampling_config memscope_sampling_config_high_precision(void);
/** One allocation in ten, 5 frames, no counts. */
memscope_sampling_config memscope_sampling_config_performance_optimized(void);
/** Every allocation, 32 frames, no counts: what is needed to name each leak. */
memscope_sampling_config memscope_sampling_config_leak_detection(void);

/**
 * Begins to track the calling thread: its calls of memscope_track_*, and its allocations in code compiled with the
 * plugin.
 * @param output_dir where the run is written, made if it is missing. The first tracked thread decides for the process.
 * @param config NULL means memscope_sampling_config_default().
 * @return MEMSCOPE_E_INVALID for a NULL or empty directory or a config out of range, MEMSCOPE_E_DIRECTORY,
 *         MEMSCOPE_E_INITIALISED, MEMSCOPE_E_OTHER_DIRECTORY, MEMSCOPE_E_DISABLED.
 */
int memscope_init_thread_tracker(const char *output_dir, const memscope_sampling_config *config);

/**
 * Records that the calling thread obtained a block.
 * @param ptr address of the block, not NULL.
 * @param size requested bytes.
 * @param stack return addresses, innermost first, copied; NULL: the caller's own stack is captured.
 * @param depth number of addresses in `stack`; ignored where `stack` is NULL.
 * @return MEMSCOPE_E_NO_TRACKER, MEMSCOPE_E_INVALID, MEMSCOPE_E_BUSY.
 */
int memscope_track_allocation(const void *ptr, size_t size, const void *const *stack, size_t depth);

/** Records that the calling thread is about to release a block; parameters and errors as in memscope_track_allocation.
 */
int memscope_track_deallocation(const void *ptr, const void *const *stack, size_t depth);

/** Ends the tracking of the calling thread and completes its files. @return MEMSCOPE_E_NO_TRACKER. */
int memscope_finalize_thread_tracker(void);

/** Says whether the calling thread is to be tracked as a whole. `context` is as given to memscope_set_thread_filter. */
typedef bool (*memscope_thread_filter)(void *context);

/**
 * Lets the program choose threads by any condition. The filter is asked once in each thread, in that thread, before its
 * first allocation or scope; a thread that it does not choose is tracked all the same inside annotated functions and
 * by the options threads and every. It must return, and may allocate: that is not recorded.
 * Threads that have allocated before are not asked. With MEMSCOPE_OPTIONS=track=all or none it is not asked either.
 * @param filter NULL takes it back.
 * @param context handed to the filter; must stay valid as long as threads begin.
 * @return MEMSCOPE_OK.
 */
int memscope_set_thread_filter(memscope_thread_filter filter, void *context);

/** Returns whether allocations of the calling thread are being recorded now. */
bool memscope_is_tracking(void);

/** Returns the text of an error code; never NULL, valid for ever. */
const char *memscope_strerror(int error);

/** Returns the version of the runtime, "major.minor.patch"; valid for ever. */
const char *memscope_version(void);

#ifdef __cplusplus
}
#endif

#endif
