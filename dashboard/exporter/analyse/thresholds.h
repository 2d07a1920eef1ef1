/* SPDX-License-Identifier: Apache-2.0
 *
 * thresholds.h: every number that decides anything, in one table. docs/report-format.md says what each decides.
 */
#ifndef MEMSCOPE_EXPORTER_THRESHOLDS_H
#define MEMSCOPE_EXPORTER_THRESHOLDS_H

#define MS_MIB (1024.0 * 1024.0)

/* name, default: a value decides when it is greater, unless the name says otherwise */
#define MS_THRESHOLD_LIST(X)                                                                                           \
  /* roles of a thread, first match */                                                                                 \
  X(role_memory_peak_bytes, 18 * MS_MIB)                                                                               \
  X(role_memory_allocations, 1200)                                                                                     \
  X(role_cpu_percent, 25)                                                                                              \
  X(role_io_operations, 2000)                                                                                          \
  X(role_balanced_allocations_at_least, 1000)                                                                          \
  /* alerts */                                                                                                         \
  X(alert_high_peak_bytes, 20 * MS_MIB)                                                                                \
  X(alert_high_cpu_percent, 30)                                                                                        \
  X(alert_medium_peak_bytes, 15 * MS_MIB)                                                                              \
  X(alert_medium_cpu_percent, 20)                                                                                      \
  /* bottleneck of a thread: the figure that is the largest multiple of its threshold, if any exceeds it */            \
  X(bottleneck_cpu_percent, 50)                                                                                        \
  X(bottleneck_peak_bytes, 18 * MS_MIB)                                                                                \
  X(bottleneck_io_per_second, 1000)                                                                                    \
  X(bottleneck_wait_percent, 25)                                                                                       \
  /* bottleneck of the run */                                                                                          \
  X(run_bottleneck_cpu_percent_of_cores, 70)                                                                           \
  X(run_bottleneck_memory_percent, 50)                                                                                 \
  X(run_bottleneck_io_per_second, 10000)                                                                               \
  X(run_bottleneck_wait_percent, 25)                                                                                   \
  /* leaks */                                                                                                          \
  X(leak_shutdown_last_share, 0.02)                                                                                    \
  X(leak_shutdown_lived_share, 0.5)                                                                                    \
  X(leak_cache_overshoot, 1.1)                                                                                         \
  X(leak_growth_tenths_at_least, 3)                                                                                    \
  /* insights */                                                                                                       \
  X(insight_leak_bytes, 1024)                                                                                          \
  X(insight_hotspot_percent, 20)                                                                                       \
  X(insight_hotspot_bytes_at_least, 64 * 1024)                                                                         \
  X(insight_temporary_percent, 50)                                                                                     \
  X(insight_temporary_allocations, 1000)                                                                               \
  X(insight_anomaly_z, 8)                                                                                              \
  X(insight_anomaly_buckets_at_least, 20)                                                                              \
  X(insight_most_of_a_kind, 8)

struct ms_thresholds {
#define MS_THRESHOLD_FIELD(name, value) double name;
  MS_THRESHOLD_LIST(MS_THRESHOLD_FIELD)
#undef MS_THRESHOLD_FIELD
};

/** The defaults. */
extern const struct ms_thresholds ms_thresholds_default;

#endif
