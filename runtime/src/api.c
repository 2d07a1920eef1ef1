/* SPDX-License-Identifier: Apache-2.0
 *
 * api.c: memscope.h's functions in terms of threads, scopes and the recorder.
 */
#include "memscope/memscope.h"

#include <errno.h>

#include "epoch.h"
#include "lifecycle.h"
#include "options.h"
#include "recorder.h"
#include "scope.h"
#include "session.h"
#include "thread_state.h"

#define MS_PUBLIC __attribute__((visibility("default")))

MS_PUBLIC memscope_sampling_config memscope_sampling_config_default(void) {
  return (memscope_sampling_config){1.0, 64, true, 0};
}

MS_PUBLIC memscope_sampling_config memscope_sampling_config_demo(void) {
  return (memscope_sampling_config){1.0, 10, true, 0};
}

MS_PUBLIC memscope_sampling_config memscope_sampling_config_high_precision(void) {
  return (memscope_sampling_config){1.0, 128, true, 0};
}

MS_PUBLIC memscope_sampling_config memscope_sampling_config_performance_optimized(void) {
  return (memscope_sampling_config){0.1, 5, false, 0};
}

MS_PUBLIC memscope_sampling_config memscope_sampling_config_leak_detection(void) {
  return (memscope_sampling_config){1.0, 32, false, 0};
}

static bool config_is_valid(const memscope_sampling_config *config) {
  double rate = config->allocation_sampling_rate;
  return rate >= 0.0 && rate <= 1.0 && config->stack_depth >= 1 && config->stack_depth <= MS_STACK_DEPTH_MAX;
}

static int start_tracker(struct ms_local *local, const char *output_dir, const memscope_sampling_config *config) {
  int error = ms_session_start(output_dir);
  if (error != 0)
    return error == -EEXIST ? MEMSCOPE_E_OTHER_DIRECTORY : MEMSCOPE_E_DIRECTORY;
  const struct ms_thread_config wanted = {
      {config->allocation_sampling_rate, config->sample_bytes, (uint32_t)config->stack_depth},
      config->enable_frequency_tracking};
  local->by_hand = 1;
  if (!ms_thread_open(true, &wanted)) {
    local->by_hand = 0;
    return MEMSCOPE_E_DIRECTORY;
  }
  ms_scope_set_base(local, MS_MODE_TRACKED);
  return MEMSCOPE_OK;
}

MS_PUBLIC int memscope_init_thread_tracker(const char *output_dir, const memscope_sampling_config *config) {
  const memscope_sampling_config preset = memscope_sampling_config_default();
  if (!config)
    config = &preset;
  if (!output_dir || !output_dir[0] || !config_is_valid(config))
    return MEMSCOPE_E_INVALID;
  ms_lifecycle_start();
  struct ms_local *local = &ms_local;
  if (ms_options.track == MS_TRACK_NONE)
    return MEMSCOPE_E_DISABLED;
  if (local->by_hand)
    return MEMSCOPE_E_INITIALISED;
  if (!ms_local_enter(local))
    return MEMSCOPE_E_BUSY;
  if (ms_fork_unnoticed())
    ms_lifecycle_notice_fork();
  int error = start_tracker(local, output_dir, config);
  ms_local_leave(local);
  return error;
}

/* Must be expanded in the public function itself: the frame is that function's caller. */
#define API_ORIGIN(stack_given, depth)                                                                                 \
  ((struct ms_origin){                                                                                                 \
      .route = MS_STACK_ROUTE_API, .frame = MS_CALLER_FRAME(), .given = (stack_given), .given_depth = (depth)})

MS_PUBLIC int memscope_track_allocation(const void *ptr, size_t size, const void *const *stack, size_t depth) {
  if (!ms_local.by_hand)
    return MEMSCOPE_E_NO_TRACKER;
  if (!ptr)
    return MEMSCOPE_E_INVALID;
  struct ms_origin origin = API_ORIGIN(stack, depth);
  return ms_record_allocation(&origin, (uintptr_t)ptr, size, 0) ? MEMSCOPE_OK : MEMSCOPE_E_BUSY;
}

MS_PUBLIC int memscope_track_deallocation(const void *ptr, const void *const *stack, size_t depth) {
  if (!ms_local.by_hand)
    return MEMSCOPE_E_NO_TRACKER;
  if (!ptr)
    return MEMSCOPE_E_INVALID;
  struct ms_origin origin = API_ORIGIN(stack, depth);
  return ms_record_free(&origin, (uintptr_t)ptr) ? MEMSCOPE_OK : MEMSCOPE_E_BUSY;
}

MS_PUBLIC int memscope_finalize_thread_tracker(void) {
  struct ms_local *local = &ms_local;
  if (!local->by_hand)
    return MEMSCOPE_E_NO_TRACKER;
  if (!ms_local_enter(local))
    return MEMSCOPE_E_BUSY;
  ms_thread_finish();
  local->by_hand = 0;
  ms_scope_set_base(local, MS_MODE_UNTRACKED);
  ms_local_leave(local);
  return MEMSCOPE_OK;
}

MS_PUBLIC int memscope_set_thread_filter(memscope_thread_filter filter, void *context) {
  ms_scope_set_filter(filter, context);
  return MEMSCOPE_OK;
}

MS_PUBLIC bool memscope_is_tracking(void) {
  struct ms_local *local = &ms_local;
  const struct ms_frame from = MS_CALLER_FRAME();
  if (local->mode != MS_MODE_TRACKED || !ms_local_enter(local))
    return local->mode == MS_MODE_TRACKED;
  bool tracked = ms_scope_still_open(local, &from);
  ms_local_leave(local);
  return tracked;
}

MS_PUBLIC const char *memscope_strerror(int error) {
  switch (error) {
  case MEMSCOPE_OK:
    return "success";
  case MEMSCOPE_E_INVALID:
    return "an argument is NULL or out of range";
  case MEMSCOPE_E_DIRECTORY:
    return "the output directory cannot be made or written";
  case MEMSCOPE_E_INITIALISED:
    return "the thread has a tracker already";
  case MEMSCOPE_E_NO_TRACKER:
    return "the thread has no tracker";
  case MEMSCOPE_E_OTHER_DIRECTORY:
    return "the process records into another directory";
  case MEMSCOPE_E_BUSY:
    return "called from a signal handler that interrupted the recorder";
  case MEMSCOPE_E_DISABLED:
    return "recording is switched off by MEMSCOPE_OPTIONS";
  default:
    return "unknown error";
  }
}

MS_PUBLIC const char *memscope_version(void) { return MEMSCOPE_VERSION_TEXT; }
