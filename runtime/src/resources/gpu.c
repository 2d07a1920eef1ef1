/* SPDX-License-Identifier: Apache-2.0
 *
 * gpu.c: says whether the machine has a GPU; this version reads none, and says that where there is one.
 */
#include "../os.h"
#include "sources.h"

void ms_source_gpu(struct ms_sample *sample) {
  bool present = ms_os_directory_has("/sys/class/drm", "card") || ms_os_directory_has("/proc/driver/nvidia", "version");
  ms_sample_unavailable(sample, MS_METRIC_GPU_UTILISATION,
                        present ? "this version of MemScope does not read GPUs" : "the machine has no GPU");
}
