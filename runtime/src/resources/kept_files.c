/* SPDX-License-Identifier: Apache-2.0
 *
 * kept_files.c: a small table by tid. An open file of a thread that has ended gives an error, never another thread's
 * figures.
 */
#include "kept_files.h"

#include <stddef.h>
#include <string.h>

#include "../os.h"

#define PLACES 1024u
#define PROBES 8u

static struct {
  uint32_t tid; /* 0: free */
  bool asked;   /* in the sample at hand */
  struct ms_thread_files files;
} places[PLACES];

static uint32_t room; /* threads that may still be kept */

void ms_kept_files_start(bool allowed) {
  memset(places, 0, sizeof places);
  room = allowed ? ms_os_kept_max() / MS_THREAD_FILES : 0;
}

const struct ms_thread_files *ms_kept_files_of(uint32_t tid, const char *directory) {
  uint32_t vacant = PLACES;
  for (uint32_t probe = 0; probe < PROBES; probe++) {
    uint32_t at = (tid + probe) % PLACES;
    if (places[at].tid == tid) {
      places[at].asked = true;
      return &places[at].files;
    }
    if (places[at].tid == 0 && vacant == PLACES)
      vacant = at;
  }
  if (vacant == PLACES || room == 0)
    return NULL;
  room--;
  places[vacant].tid = tid;
  places[vacant].asked = true;
  ms_thread_files_open(&places[vacant].files, directory);
  return &places[vacant].files;
}

void ms_kept_files_sweep(void) {
  for (uint32_t at = 0; at < PLACES; at++) {
    if (places[at].tid != 0 && !places[at].asked) {
      ms_thread_files_close(&places[at].files);
      places[at].tid = 0;
      room++;
    }
    places[at].asked = false;
  }
}
