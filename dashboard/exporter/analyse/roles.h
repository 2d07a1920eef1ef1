/* SPDX-License-Identifier: Apache-2.0
 *
 * roles.h: what kind of thread a thread is, whether it needs a look, and what holds it up, each with its reason.
 */
#ifndef MEMSCOPE_EXPORTER_ROLES_H
#define MEMSCOPE_EXPORTER_ROLES_H

#include "analyse/threads.h"
#include "analyse/thresholds.h"

enum ms_role {
  MS_ROLE_MEMORY_INTENSIVE,
  MS_ROLE_CPU_INTENSIVE,
  MS_ROLE_IO_INTENSIVE,
  MS_ROLE_BALANCED,
  MS_ROLE_LIGHTWEIGHT,
  MS_ROLES,
};

enum ms_alert { MS_ALERT_HIGH, MS_ALERT_MEDIUM, MS_ALERT_NORMAL, MS_ALERTS };

enum ms_bottleneck {
  MS_BOTTLENECK_CPU,
  MS_BOTTLENECK_MEMORY,
  MS_BOTTLENECK_IO,
  MS_BOTTLENECK_CONTENTION,
  MS_BOTTLENECK_BALANCED,
  MS_BOTTLENECKS,
};

extern const char *const ms_role_names[MS_ROLES], *const ms_alert_names[MS_ALERTS],
                                                      *const ms_bottleneck_names[MS_BOTTLENECKS];

struct ms_verdict {
  enum ms_role role;
  bool matches[MS_ROLES]; /* the role, and others whose condition holds too */
  enum ms_alert alert;
  enum ms_bottleneck bottleneck;
  const char *role_reason, *bottleneck_reason;
};

/** What the run as a whole is measured by; NAN where it was not. */
struct ms_run_load {
  double cpu_percent_of_cores, memory_percent, io_per_second, wait_percent;
};

/** Judges a thread; texts live in `arena`. */
struct ms_verdict ms_roles_judge(const struct ms_thread *thread, const struct ms_thresholds *thresholds,
                                 struct ms_arena *arena);
/** Judges the run. */
enum ms_bottleneck ms_roles_judge_run(const struct ms_run_load *load, const struct ms_thresholds *thresholds,
                                      struct ms_arena *arena, const char **reason);

#endif
