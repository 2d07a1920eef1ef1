/* SPDX-License-Identifier: Apache-2.0
 *
 * entry.c: the bodies of `__memscope_*`, one a role of abi.def. Each does what the replaced function does, through
 * `site->real`, so result, errno and exceptions are the real function's; an untracked thread goes there by a tail call
 * after one look at its thread-local mode. Optimised code has looked itself where it can (MEMSCOPE_DIRECT);
 * thunks and code that is not optimised come here.
 *
 * Cost, untracked: a load, a compare, a jump; for a free, the shadow test of tracked_blocks.h on top. Guarded by bench/
 * (untracked).
 */
#include "memscope/abi.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <wchar.h>

#include "calling.h"
#include "mapping_entry.h"
#include "mappings.h"
#include "memory_streams.h"
#include "preloading.h"
#include "recorder.h"
#include "tracked_blocks.h"

#define ORIGIN(site_of, family_of)                                                                                     \
  ((struct ms_origin){.site = (site_of), .family = (family_of), .frame = MS_CALLER_FRAME()})

/* Blocks of the heap without further wishes go the recorder's ordinary path, everything in registers. The family is
 * known when this is compiled. */
static inline __attribute__((always_inline)) void *
recorded_block(void *block, size_t size, struct __memscope_site *site, enum ms_family family, struct ms_frame caller) {
  switch (family) {
  case MS_FAMILY_NEW:
    return ms_record_new(block, size, site, caller.pc, caller.sp, caller.fp);
  case MS_FAMILY_NEW_ARRAY:
    return ms_record_new_array(block, size, site, caller.pc, caller.sp, caller.fp);
  default:
    return ms_record_malloc(block, size, site, caller.pc, caller.sp, caller.fp);
  }
}

static inline __attribute__((always_inline)) void record_free(void *block, struct __memscope_site *site,
                                                              enum ms_family family, struct ms_frame caller,
                                                              ms_shadow_byte *shadow) {
  if (family == MS_FAMILY_NEW)
    ms_record_new_free(block, site, caller.pc, caller.sp, caller.fp, shadow);
  else if (family == MS_FAMILY_NEW_ARRAY)
    ms_record_new_array_free(block, site, caller.pc, caller.sp, caller.fp, shadow);
  else
    ms_record_malloc_free(block, site, caller.pc, caller.sp, caller.fp, shadow);
}

/* Records a result that is there; used as the last step of every allocating body. */
static inline void *recorded(void *block, size_t size, size_t alignment, const struct ms_origin *origin) {
  if (ms_likely(block != NULL))
    (void)ms_record_allocation(origin, (uintptr_t)block, size, alignment);
  return block;
}

/* A text's size is told by its length: nobody else knows what was asked for. */
static inline void *recorded_text(char *text, const struct ms_origin *origin) {
  return recorded(text, text ? strlen(text) + 1 : 0, 0, origin);
}

static inline bool is_tracked_block(const void *block) { return ms_unlikely(ms_tracked_blocks_test((uintptr_t)block)); }

/* ---- allocation ---- */

/* An untracked thread is through after one look; what a tracked one needs room for is a function of its own, which the
 * other does not pay for. */
#define ORDINARY_BODY(name, family, bytes, parameters, types, arguments)                                               \
  static __attribute__((noinline)) void *name##_in_tracked parameters {                                                \
    void *(*real)types = (void *(*)types)site->real;                                                                   \
    if (ms_unlikely(!ms_calling_records(&ms_local)))                                                                   \
      return real arguments;                                                                                           \
    return recorded_block(MS_CALLING_OUTERMOST(real arguments), bytes, site, family, MS_CALLER_FRAME());               \
  }                                                                                                                    \
                                                                                                                       \
  void *name parameters {                                                                                              \
    if (ms_likely(ms_local.mode == MS_MODE_UNTRACKED))                                                                 \
      return ((void *(*)types)site->real)arguments;                                                                    \
    return name##_in_tracked(WITHOUT_PARENTHESES arguments, site);                                                     \
  }
#define WITHOUT_PARENTHESES(...) __VA_ARGS__

#define BODY_SIZE(name, family)                                                                                        \
  ORDINARY_BODY(name, family, size, (size_t size, struct __memscope_site * site), (size_t), (size))

#define BODY_COUNT_SIZE(name, family)                                                                                  \
  ORDINARY_BODY(name, family, count *size, (size_t count, size_t size, struct __memscope_site * site),                 \
                (size_t, size_t), (count, size))

#define BODY_SIZE_NOTHROW(name, family)                                                                                \
  ORDINARY_BODY(name, family, size, (size_t size, void *tag, struct __memscope_site *site), (size_t, void *),          \
                (size, tag))

#define BODY_ALIGN_SIZE(name, family)                                                                                  \
  void *name(size_t alignment, size_t size, struct __memscope_site *site) {                                            \
    void *(*real)(size_t, size_t) = (void *(*)(size_t, size_t))site->real;                                             \
    if (!ms_calling_records(&ms_local))                                                                                \
      return real(alignment, size);                                                                                    \
    return recorded(MS_CALLING(real(alignment, size)), size, alignment, &ORIGIN(site, family));                        \
  }

#define BODY_OUT_ALIGN_SIZE(name, family)                                                                              \
  int name(void *out, size_t alignment, size_t size, struct __memscope_site *site) {                                   \
    int (*real)(void *, size_t, size_t) = (int (*)(void *, size_t, size_t))site->real;                                 \
    if (!ms_calling_records(&ms_local))                                                                                \
      return real(out, alignment, size);                                                                               \
    int error = MS_CALLING(real(out, alignment, size));                                                                \
    if (error == 0)                                                                                                    \
      (void)recorded(*(void **)out, size, alignment, &ORIGIN(site, family));                                           \
    return error;                                                                                                      \
  }

#define BODY_STRING(name, family)                                                                                      \
  void *name(void *text, struct __memscope_site *site) {                                                               \
    void *(*real)(void *) = (void *(*)(void *))site->real;                                                             \
    if (!ms_calling_records(&ms_local))                                                                                \
      return real(text);                                                                                               \
    return recorded_text(MS_CALLING(real(text)), &ORIGIN(site, family));                                               \
  }

#define BODY_STRING_MAX(name, family)                                                                                  \
  void *name(void *text, size_t max, struct __memscope_site *site) {                                                   \
    void *(*real)(void *, size_t) = (void *(*)(void *, size_t))site->real;                                             \
    if (!ms_calling_records(&ms_local))                                                                                \
      return real(text, max);                                                                                          \
    return recorded_text(MS_CALLING(real(text, max)), &ORIGIN(site, family));                                          \
  }

#define BODY_SIZE_ALIGN(name, family)                                                                                  \
  void *name(size_t size, size_t alignment, struct __memscope_site *site) {                                            \
    void *(*real)(size_t, size_t) = (void *(*)(size_t, size_t))site->real;                                             \
    if (!ms_calling_records(&ms_local))                                                                                \
      return real(size, alignment);                                                                                    \
    return recorded(MS_CALLING(real(size, alignment)), size, alignment, &ORIGIN(site, family));                        \
  }

#define BODY_SIZE_ALIGN_NOTHROW(name, family)                                                                          \
  void *name(size_t size, size_t alignment, void *tag, struct __memscope_site *site) {                                 \
    void *(*real)(size_t, size_t, void *) = (void *(*)(size_t, size_t, void *))site->real;                             \
    if (!ms_calling_records(&ms_local))                                                                                \
      return real(size, alignment, tag);                                                                               \
    return recorded(MS_CALLING(real(size, alignment, tag)), size, alignment, &ORIGIN(site, family));                   \
  }

/* ---- reallocation: a release and an allocation, stamped on either side of the real call ---- */

#define BODY_REALLOC(name, family)                                                                                     \
  void *name(void *old, size_t size, struct __memscope_site *site) {                                                   \
    void *(*real)(void *, size_t) = (void *(*)(void *, size_t))site->real;                                             \
    if (!is_tracked_block(old) && !ms_calling_records(&ms_local))                                                      \
      return real(old, size);                                                                                          \
    struct ms_realloc change;                                                                                          \
    ms_record_realloc_begin(&change, (uintptr_t)old, family);                                                          \
    void *block = MS_CALLING(real(old, size));                                                                         \
    ms_record_realloc_end(&change, &ORIGIN(site, family), (uintptr_t)block, size, !block && old && size == 0);         \
    return block;                                                                                                      \
  }

#define BODY_REALLOCARRAY(name, family)                                                                                \
  void *name(void *old, size_t count, size_t size, struct __memscope_site *site) {                                     \
    void *(*real)(void *, size_t, size_t) = (void *(*)(void *, size_t, size_t))site->real;                             \
    if (!is_tracked_block(old) && !ms_calling_records(&ms_local))                                                      \
      return real(old, count, size);                                                                                   \
    struct ms_realloc change;                                                                                          \
    ms_record_realloc_begin(&change, (uintptr_t)old, family);                                                          \
    void *block = MS_CALLING(real(old, count, size));                                                                  \
    bool nothing = count == 0 || size == 0;                                                                            \
    ms_record_realloc_end(&change, &ORIGIN(site, family), (uintptr_t)block, count *size, !block && old && nothing);    \
    return block;                                                                                                      \
  }

/* ---- texts that a library function makes ---- */

#define BODY_WIDE_STRING(name, family)                                                                                 \
  void *name(void *text, struct __memscope_site *site) {                                                               \
    wchar_t *(*real)(void *) = (wchar_t * (*)(void *)) site->real;                                                     \
    if (!ms_calling_records(&ms_local))                                                                                \
      return real(text);                                                                                               \
    wchar_t *copy = MS_CALLING(real(text));                                                                            \
    return recorded(copy, copy ? (wcslen(copy) + 1) * sizeof *copy : 0, 0, &ORIGIN(site, family));                     \
  }

#define BODY_NAME(name, family)                                                                                        \
  void *name(struct __memscope_site *site) {                                                                           \
    void *(*real)(void) = (void *(*)(void))site->real;                                                                 \
    if (!ms_calling_records(&ms_local))                                                                                \
      return real();                                                                                                   \
    return recorded_text(MS_CALLING(real()), &ORIGIN(site, family));                                                   \
  }

#define BODY_NAME_IN(name, family)                                                                                     \
  void *name(void *directory, void *prefix, struct __memscope_site *site) {                                            \
    void *(*real)(void *, void *) = (void *(*)(void *, void *))site->real;                                             \
    if (!ms_calling_records(&ms_local))                                                                                \
      return real(directory, prefix);                                                                                  \
    return recorded_text(MS_CALLING(real(directory, prefix)), &ORIGIN(site, family));                                  \
  }

/* The next four allocate only where the caller gives no buffer. */
#define BODY_PATH(name, family)                                                                                        \
  void *name(void *path, void *buffer, struct __memscope_site *site) {                                                 \
    void *(*real)(void *, void *) = (void *(*)(void *, void *))site->real;                                             \
    if (buffer || !ms_calling_records(&ms_local))                                                                      \
      return real(path, buffer);                                                                                       \
    return recorded_text(MS_CALLING(real(path, buffer)), &ORIGIN(site, family));                                       \
  }

#define BODY_PATH_CHECKED(name, family)                                                                                \
  void *name(void *path, void *buffer, size_t limit, struct __memscope_site *site) {                                   \
    void *(*real)(void *, void *, size_t) = (void *(*)(void *, void *, size_t))site->real;                             \
    if (buffer || !ms_calling_records(&ms_local))                                                                      \
      return real(path, buffer, limit);                                                                                \
    return recorded_text(MS_CALLING(real(path, buffer, limit)), &ORIGIN(site, family));                                \
  }

/* Size 0 means as much as is needed. */
static inline void *recorded_directory(char *text, size_t size, const struct ms_origin *origin) {
  return size == 0 ? recorded_text(text, origin) : recorded(text, size, 0, origin);
}

#define BODY_WORKING_DIRECTORY(name, family)                                                                           \
  void *name(void *buffer, size_t size, struct __memscope_site *site) {                                                \
    void *(*real)(void *, size_t) = (void *(*)(void *, size_t))site->real;                                             \
    if (buffer || !ms_calling_records(&ms_local))                                                                      \
      return real(buffer, size);                                                                                       \
    return recorded_directory(MS_CALLING(real(buffer, size)), size, &ORIGIN(site, family));                            \
  }

#define BODY_WORKING_DIRECTORY_CHECKED(name, family)                                                                   \
  void *name(void *buffer, size_t size, size_t limit, struct __memscope_site *site) {                                  \
    void *(*real)(void *, size_t, size_t) = (void *(*)(void *, size_t, size_t))site->real;                             \
    if (buffer || !ms_calling_records(&ms_local))                                                                      \
      return real(buffer, size, limit);                                                                                \
    return recorded_directory(MS_CALLING(real(buffer, size, limit)), size, &ORIGIN(site, family));                     \
  }

/* ---- formatted texts; a negative length is a failure ---- */

static inline void record_format(int length, void *out, const struct ms_origin *origin) {
  if (length >= 0)
    (void)recorded(*(void **)out, (size_t)length + 1, 0, origin);
}

#define BODY_FORMAT_LIST(name, family)                                                                                 \
  int name(void *out, void *format, void *list, struct __memscope_site *site) {                                        \
    int (*real)(void *, void *, void *) = (int (*)(void *, void *, void *))site->real;                                 \
    if (!ms_calling_records(&ms_local))                                                                                \
      return real(out, format, list);                                                                                  \
    int length = MS_CALLING(real(out, format, list));                                                                  \
    record_format(length, out, &ORIGIN(site, family));                                                                 \
    return length;                                                                                                     \
  }

#define BODY_FORMAT_LIST_CHECKED(name, family)                                                                         \
  int name(void *out, int flag, void *format, void *list, struct __memscope_site *site) {                              \
    int (*real)(void *, int, void *, void *) = (int (*)(void *, int, void *, void *))site->real;                       \
    if (!ms_calling_records(&ms_local))                                                                                \
      return real(out, flag, format, list);                                                                            \
    int length = MS_CALLING(real(out, flag, format, list));                                                            \
    record_format(length, out, &ORIGIN(site, family));                                                                 \
    return length;                                                                                                     \
  }

/* Behind the program's own call. */
#define BODY_FORMAT(name, family)                                                                                      \
  void name(int length, void *out, void *format, void *token, struct __memscope_site *site) {                          \
    (void)format;                                                                                                      \
    __memscope_call_end(token);                                                                                        \
    if (ms_calling_records(&ms_local))                                                                                 \
      record_format(length, out, &ORIGIN(site, family));                                                               \
  }

#define BODY_FORMAT_CHECKED(name, family)                                                                              \
  void name(int length, void *out, int flag, void *format, void *token, struct __memscope_site *site) {                \
    (void)flag, (void)format;                                                                                          \
    __memscope_call_end(token);                                                                                        \
    if (ms_calling_records(&ms_local))                                                                                 \
      record_format(length, out, &ORIGIN(site, family));                                                               \
  }

/* ---- buffers that grow: a reallocation if they did ---- */

struct growth {
  struct ms_realloc change;
  size_t capacity;
};

static inline void begin_growth(struct growth *growth, void *buffer, size_t capacity, enum ms_family family) {
  ms_record_realloc_begin(&growth->change, (uintptr_t)buffer, family);
  growth->capacity = capacity;
}

static inline void end_growth(const struct growth *growth, void *buffer, size_t capacity,
                              const struct ms_origin *origin) {
  bool same = ms_tracked_blocks_place((uintptr_t)buffer) == growth->change.old_address && capacity == growth->capacity;
  ms_record_realloc_end(&growth->change, origin, same ? 0 : (uintptr_t)buffer, capacity, false);
}

static inline bool grows(void *buffer) { return is_tracked_block(*(void **)buffer) || ms_calling_records(&ms_local); }

#define BODY_LINE(name, family)                                                                                        \
  ssize_t name(void *line, void *capacity, void *stream, struct __memscope_site *site) {                               \
    ssize_t (*real)(void *, void *, void *) = (ssize_t(*)(void *, void *, void *))site->real;                          \
    if (!line || !capacity || !grows(line))                                                                            \
      return real(line, capacity, stream);                                                                             \
    struct growth growth;                                                                                              \
    begin_growth(&growth, *(void **)line, *(size_t *)capacity, family);                                                \
    ssize_t length = MS_CALLING(real(line, capacity, stream));                                                         \
    end_growth(&growth, *(void **)line, *(size_t *)capacity, &ORIGIN(site, family));                                   \
    return length;                                                                                                     \
  }

#define BODY_DELIMITED(name, family)                                                                                   \
  ssize_t name(void *line, void *capacity, int delimiter, void *stream, struct __memscope_site *site) {                \
    ssize_t (*real)(void *, void *, int, void *) = (ssize_t(*)(void *, void *, int, void *))site->real;                \
    if (!line || !capacity || !grows(line))                                                                            \
      return real(line, capacity, delimiter, stream);                                                                  \
    struct growth growth;                                                                                              \
    begin_growth(&growth, *(void **)line, *(size_t *)capacity, family);                                                \
    ssize_t length = MS_CALLING(real(line, capacity, delimiter, stream));                                              \
    end_growth(&growth, *(void **)line, *(size_t *)capacity, &ORIGIN(site, family));                                   \
    return length;                                                                                                     \
  }

#define BODY_DEMANGLE(name, family)                                                                                    \
  void *name(void *symbol, void *buffer, void *length, void *status, struct __memscope_site *site) {                   \
    char *(*real)(void *, void *, void *, void *) = (char *(*)(void *, void *, void *, void *))site->real;             \
    if (!grows(&buffer))                                                                                               \
      return real(symbol, buffer, length, status);                                                                     \
    struct growth growth;                                                                                              \
    begin_growth(&growth, buffer, length ? *(size_t *)length : 0, family);                                             \
    char *text = MS_CALLING(real(symbol, buffer, length, status));                                                     \
    size_t size = length ? *(size_t *)length : text ? strlen(text) + 1 : 0;                                            \
    end_growth(&growth, text ? text : buffer, text ? size : growth.capacity, &ORIGIN(site, family));                   \
    return text;                                                                                                       \
  }

/* ---- several blocks at once: the list of a directory, and each of its entries ---- */

/* The real function calls the program's filter and order, whose own allocations are its own: no mark. Where all of them
 * come by on their own, so do the list's. */
static void record_list(int count, void *out, const struct ms_origin *origin) {
  struct dirent **entries = *(struct dirent ***)out;
  if (count < 0)
    return;
  (void)recorded(entries, (size_t)count * sizeof *entries, 0, origin);
  for (int i = 0; i < count; i++)
    (void)recorded(entries[i], offsetof(struct dirent, d_name) + strlen(entries[i]->d_name) + 1, 0, origin);
}

#define BODY_LIST(name, family)                                                                                        \
  int name(void *directory, void *out, void *filter, void *order, struct __memscope_site *site) {                      \
    int (*real)(void *, void *, void *, void *) = (int (*)(void *, void *, void *, void *))site->real;                 \
    int count = real(directory, out, filter, order);                                                                   \
    if (!ms_preloaded && ms_calling_records(&ms_local))                                                                \
      record_list(count, out, &ORIGIN(site, family));                                                                  \
    return count;                                                                                                      \
  }

#define BODY_LIST_AT(name, family)                                                                                     \
  int name(int at, void *directory, void *out, void *filter, void *order, struct __memscope_site *site) {              \
    int (*real)(int, void *, void *, void *, void *) = (int (*)(int, void *, void *, void *, void *))site->real;       \
    int count = real(at, directory, out, filter, order);                                                               \
    if (!ms_preloaded && ms_calling_records(&ms_local))                                                                \
      record_list(count, out, &ORIGIN(site, family));                                                                  \
    return count;                                                                                                      \
  }

/* ---- memory streams: the buffer becomes the program's when the stream is closed, if it has not come by itself ---- */

#define BODY_STREAM_OF(name, family, unit)                                                                             \
  void *name(void *buffer, void *size, struct __memscope_site *site) {                                                 \
    void *(*real)(void *, void *) = (void *(*)(void *, void *))site->real;                                             \
    if (ms_preloaded || !ms_calling_records(&ms_local))                                                                \
      return real(buffer, size);                                                                                       \
    void *stream = MS_CALLING(real(buffer, size));                                                                     \
    if (stream && ms_record_site(&ORIGIN(site, family)))                                                               \
      ms_memory_streams_add(&(struct ms_memory_stream){stream, buffer, size, unit, *site});                            \
    return stream;                                                                                                     \
  }
#define BODY_STREAM(name, family) BODY_STREAM_OF(name, family, 1)
#define BODY_WIDE_STREAM(name, family) BODY_STREAM_OF(name, family, sizeof(wchar_t))

#define BODY_CLOSE(name, family)                                                                                       \
  int name(void *file, struct __memscope_site *site) {                                                                 \
    int (*real)(void *) = (int (*)(void *))site->real;                                                                 \
    struct ms_memory_stream stream;                                                                                    \
    if (ms_likely(!ms_memory_streams_any()) || !ms_memory_streams_take(file, &stream))                                 \
      return real(file);                                                                                               \
    int error = MS_CALLING(real(file));                                                                                \
    if (error == 0 && ms_calling_records(&ms_local))                                                                   \
      (void)recorded(*stream.buffer, (*stream.size + 1) * stream.unit, 0, &ORIGIN(&stream.site, family));              \
    return error;                                                                                                      \
  }

/* ---- mappings ---- */

/* `origin` says where the call stands; it is looked at where something is recorded. */
#define MAP_BY(site, origin)                                                                                           \
  void *(*real)(void *, size_t, int, int, int, int64_t) =                                                              \
      (void *(*)(void *, size_t, int, int, int, int64_t))(site)->real;                                                 \
  bool records = ms_calling_records(&ms_local) && protection != PROT_NONE; /* nothing can be in it */                  \
  if (!records && !ms_mappings_any())                                                                                  \
    return real(place, size, protection, flags, file, offset);                                                         \
  void *mapping = MS_CALLING(real(place, size, protection, flags, file, offset));                                      \
  if (mapping != MAP_FAILED) {                                                                                         \
    if (ms_mappings_any()) /* what was there is gone, by MAP_FIXED or by code that is not seen */                      \
      ms_mapping_ended(&(origin), (uintptr_t)mapping, size);                                                           \
    if (records)                                                                                                       \
      (void)recorded(mapping, size, 0, &(origin));                                                                     \
  }                                                                                                                    \
  return mapping;

#define BODY_MAP(name, family)                                                                                         \
  void *name(void *place, size_t size, int protection, int flags, int file, int64_t offset,                            \
             struct __memscope_site *site) {                                                                           \
    MAP_BY(site, ORIGIN(site, family))                                                                                 \
  }

/* With a site as its seventh argument it could not be reached by a tail call, and its caller would be us. */
void *__memscope_preload_map(void *place, size_t size, int protection, int flags, int file, int64_t offset) {
  MAP_BY(ms_preloaded_map, ORIGIN(ms_preloaded_map, MS_FAMILY_MAPPING))
}

#define BODY_UNMAP(name, family)                                                                                       \
  int name(void *place, size_t size, struct __memscope_site *site) {                                                   \
    if (ms_mappings_any())                                                                                             \
      ms_mapping_ended(&ORIGIN(site, family), (uintptr_t)place, size);                                                 \
    return ((int (*)(void *, size_t))site->real)(place, size);                                                         \
  }

#define BODY_REMAP(name, family)                                                                                       \
  void *name(void *old, size_t old_size, size_t size, int flags, void *place, struct __memscope_site *site) {          \
    void *(*real)(void *, size_t, size_t, int, void *) = (void *(*)(void *, size_t, size_t, int, void *))site->real;   \
    bool records = ms_calling_records(&ms_local);                                                                      \
    if (!records && !ms_mappings_any())                                                                                \
      return real(old, old_size, size, flags, place);                                                                  \
    struct ms_remap remap;                                                                                             \
    ms_mapping_move_begin(&remap, &ORIGIN(site, family), (uintptr_t)old, old_size, flags);                             \
    void *mapping = MS_CALLING(real(old, old_size, size, flags, place));                                               \
    uintptr_t now = mapping == MAP_FAILED ? 0 : (uintptr_t)mapping;                                                    \
    ms_mapping_move_end(&remap, &ORIGIN(site, family), now, size, records);                                            \
    return mapping;                                                                                                    \
  }

/* ---- release: recorded before the real call ---- */

/* As for allocations: the release of a block that nobody tracks needs no frame. */
#define RELEASE_BODY(name, family, parameters, types, arguments)                                                       \
  static __attribute__((noinline)) void name##_of_tracked(WITHOUT_PARENTHESES parameters, ms_shadow_byte *shadow) {    \
    record_free(block, site, family, MS_CALLER_FRAME(), shadow);                                                       \
    ((void(*) types)site->real) arguments;                                                                             \
  }                                                                                                                    \
                                                                                                                       \
  void name parameters {                                                                                               \
    ms_shadow_byte *shadow = ms_tracked_blocks_find((uintptr_t)block);                                                 \
    if (ms_likely(!shadow || ms_load_relaxed(shadow) == 0)) /* relaxed: as in ms_tracked_blocks_test */                \
      ((void(*) types)site->real) arguments;                                                                           \
    else                                                                                                               \
      name##_of_tracked(WITHOUT_PARENTHESES arguments, site, shadow);                                                  \
  }

#define BODY_FREE(name, family)                                                                                        \
  RELEASE_BODY(name, family, (void *block, struct __memscope_site *site), (void *), (block))

#define BODY_FREE_SIZE(name, family)                                                                                   \
  RELEASE_BODY(name, family, (void *block, size_t size, struct __memscope_site *site), (void *, size_t), (block, size))

#define BODY_FREE_SIZE_ALIGN(name, family)                                                                             \
  RELEASE_BODY(name, family, (void *block, size_t size, size_t alignment, struct __memscope_site *site),               \
               (void *, size_t, size_t), (block, size, alignment))

#define BODY_FREE_NOTHROW(name, family)                                                                                \
  RELEASE_BODY(name, family, (void *block, void *tag, struct __memscope_site *site), (void *, void *), (block, tag))

#define BODY_FREE_ALIGN_NOTHROW(name, family)                                                                          \
  RELEASE_BODY(name, family, (void *block, size_t alignment, void *tag, struct __memscope_site *site),                 \
               (void *, size_t, void *), (block, alignment, tag))

#define MEMSCOPE_ENTRY(id, symbol, signature, role, family) BODY_##role(__memscope_##id, MS_FAMILY_##family)
#include "memscope/abi.def"
