/* SPDX-License-Identifier: Apache-2.0
 *
 * memory_streams.c: an array under a lock; programs have a handful.
 */
#define _GNU_SOURCE
#include "memory_streams.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "atomics.h"
#include "local.h"
#include "os.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct ms_memory_stream *streams;
static size_t capacity;
static _Atomic size_t count;

/* relaxed: whoever hands a stream to another thread orders the two */
bool ms_memory_streams_any(void) { return ms_load_relaxed(&count) != 0; }

void ms_memory_streams_add(const struct ms_memory_stream *stream) {
  if (!ms_local_enter(&ms_local))
    return;
  pthread_mutex_lock(&lock);
  size_t known = ms_load_relaxed(&count); /* relaxed: changed under the lock only */
  if (ms_os_room((void **)&streams, &capacity, sizeof *streams, known + 1)) {
    streams[known] = *stream;
    ms_store_relaxed(&count, known + 1);
  }
  pthread_mutex_unlock(&lock);
  ms_local_leave(&ms_local);
}

static bool take_locked(const void *file, struct ms_memory_stream *stream) {
  size_t known = ms_load_relaxed(&count); /* relaxed: as above */
  for (size_t i = known; i-- > 0;)        /* of two with one address the later one is meant */
    if (streams[i].file == file) {
      *stream = streams[i];
      streams[i] = streams[known - 1];
      ms_store_relaxed(&count, known - 1);
      return true;
    }
  return false;
}

/* A memory stream has no descriptor; another stream that got the address of a forgotten one has. */
static bool is_memory_stream(void *file) {
  int error = errno;
  bool is = fileno_unlocked(file) < 0;
  errno = error;
  return is;
}

bool ms_memory_streams_take(void *file, struct ms_memory_stream *stream) {
  if (!ms_local_enter(&ms_local))
    return false;
  pthread_mutex_lock(&lock);
  bool found = take_locked(file, stream);
  pthread_mutex_unlock(&lock);
  ms_local_leave(&ms_local);
  return found && is_memory_stream(file);
}

void ms_memory_streams_fork_child(void) {
  pthread_mutex_init(&lock, NULL); /* another thread, which is no more, may have held it at the fork */
}
