/* SPDX-License-Identifier: Apache-2.0
 *
 * entry.c: the bodies of `__memscope_*`, one a role of abi.def. Each does what the replaced function does, through
 * `site->real`, so result, errno and exceptions are the real function's; an untracked thread goes there by a tail call
 * after one look at its thread-local mode.
 *
 * Cost, untracked: a load, a compare, a jump; for a free, the shadow test of tracked_blocks.h on top. Guarded by bench/
 * (untracked).
 */
#include "memscope/abi.h"

#include <string.h>

#include "recorder.h"
#include "scope.h"
#include "tracked_blocks.h"

#define ORIGIN(site, family_of) ((struct ms_origin){.site = (site), .family = (family_of), .frame = MS_CALLER_FRAME()})

/* While the real function runs, the calls it makes itself in instrumented code are part of it: a program's own operator
 * new calls malloc, and that is one block, not two. The mark is taken back when an exception passes, too; one that
 * longjmp left behind lies below whoever looks at it, or is dropped where setjmp returns (ms_scope_unwound). */
static inline uintptr_t begin_call(void) {
  uintptr_t before = ms_local.calling;
  ms_local.calling = (uintptr_t)__builtin_frame_address(0);
  return before;
}

static inline void end_call(const uintptr_t *before) { ms_local.calling = *before; }

#define CALL(call)                                                                                                     \
  ({                                                                                                                   \
    __attribute__((cleanup(end_call), unused)) uintptr_t before_call = begin_call();                                   \
    (call);                                                                                                            \
  })

static inline bool records(struct ms_local *local) {
  if (!ms_scope_tracked(local))
    return false;
  return ms_likely(local->calling == 0) || (uintptr_t)__builtin_frame_address(0) > local->calling;
}

/* Records a result that is there; used as the last step of every allocating body. */
static inline void *recorded(void *block, size_t size, size_t alignment, const struct ms_origin *origin) {
  if (ms_likely(block != NULL))
    (void)ms_record_allocation(origin, (uintptr_t)block, size, alignment);
  return block;
}

static inline bool is_tracked_block(const void *block) { return ms_unlikely(ms_tracked_blocks_test((uintptr_t)block)); }

/* ---- allocation ---- */

#define BODY_SIZE(name, family)                                                                                        \
  void *name(size_t size, struct __memscope_site *site) {                                                              \
    void *(*real)(size_t) = (void *(*)(size_t))site->real;                                                             \
    if (!records(&ms_local))                                                                                           \
      return real(size);                                                                                               \
    return recorded(CALL(real(size)), size, 0, &ORIGIN(site, family));                                                 \
  }

#define BODY_COUNT_SIZE(name, family)                                                                                  \
  void *name(size_t count, size_t size, struct __memscope_site *site) {                                                \
    void *(*real)(size_t, size_t) = (void *(*)(size_t, size_t))site->real;                                             \
    if (!records(&ms_local))                                                                                           \
      return real(count, size);                                                                                        \
    return recorded(CALL(real(count, size)), count * size, 0, &ORIGIN(site, family));                                  \
  }

#define BODY_ALIGN_SIZE(name, family)                                                                                  \
  void *name(size_t alignment, size_t size, struct __memscope_site *site) {                                            \
    void *(*real)(size_t, size_t) = (void *(*)(size_t, size_t))site->real;                                             \
    if (!records(&ms_local))                                                                                           \
      return real(alignment, size);                                                                                    \
    return recorded(CALL(real(alignment, size)), size, alignment, &ORIGIN(site, family));                              \
  }

#define BODY_OUT_ALIGN_SIZE(name, family)                                                                              \
  int name(void *out, size_t alignment, size_t size, struct __memscope_site *site) {                                   \
    int (*real)(void *, size_t, size_t) = (int (*)(void *, size_t, size_t))site->real;                                 \
    if (!records(&ms_local))                                                                                           \
      return real(out, alignment, size);                                                                               \
    int error = CALL(real(out, alignment, size));                                                                      \
    if (error == 0)                                                                                                    \
      (void)recorded(*(void **)out, size, alignment, &ORIGIN(site, family));                                           \
    return error;                                                                                                      \
  }

#define BODY_STRING(name, family)                                                                                      \
  void *name(void *text, struct __memscope_site *site) {                                                               \
    void *(*real)(void *) = (void *(*)(void *))site->real;                                                             \
    if (!records(&ms_local))                                                                                           \
      return real(text);                                                                                               \
    char *copy = CALL(real(text));                                                                                     \
    return recorded(copy, copy ? strlen(copy) + 1 : 0, 0, &ORIGIN(site, family));                                      \
  }

#define BODY_STRING_MAX(name, family)                                                                                  \
  void *name(void *text, size_t max, struct __memscope_site *site) {                                                   \
    void *(*real)(void *, size_t) = (void *(*)(void *, size_t))site->real;                                             \
    if (!records(&ms_local))                                                                                           \
      return real(text, max);                                                                                          \
    char *copy = CALL(real(text, max));                                                                                \
    return recorded(copy, copy ? strlen(copy) + 1 : 0, 0, &ORIGIN(site, family));                                      \
  }

#define BODY_SIZE_NOTHROW(name, family)                                                                                \
  void *name(size_t size, void *tag, struct __memscope_site *site) {                                                   \
    void *(*real)(size_t, void *) = (void *(*)(size_t, void *))site->real;                                             \
    if (!records(&ms_local))                                                                                           \
      return real(size, tag);                                                                                          \
    return recorded(CALL(real(size, tag)), size, 0, &ORIGIN(site, family));                                            \
  }

#define BODY_SIZE_ALIGN(name, family)                                                                                  \
  void *name(size_t size, size_t alignment, struct __memscope_site *site) {                                            \
    void *(*real)(size_t, size_t) = (void *(*)(size_t, size_t))site->real;                                             \
    if (!records(&ms_local))                                                                                           \
      return real(size, alignment);                                                                                    \
    return recorded(CALL(real(size, alignment)), size, alignment, &ORIGIN(site, family));                              \
  }

#define BODY_SIZE_ALIGN_NOTHROW(name, family)                                                                          \
  void *name(size_t size, size_t alignment, void *tag, struct __memscope_site *site) {                                 \
    void *(*real)(size_t, size_t, void *) = (void *(*)(size_t, size_t, void *))site->real;                             \
    if (!records(&ms_local))                                                                                           \
      return real(size, alignment, tag);                                                                               \
    return recorded(CALL(real(size, alignment, tag)), size, alignment, &ORIGIN(site, family));                         \
  }

/* ---- reallocation: a release and an allocation, stamped on either side of the real call ---- */

#define BODY_REALLOC(name, family)                                                                                     \
  void *name(void *old, size_t size, struct __memscope_site *site) {                                                   \
    void *(*real)(void *, size_t) = (void *(*)(void *, size_t))site->real;                                             \
    if (!records(&ms_local) && !is_tracked_block(old))                                                                 \
      return real(old, size);                                                                                          \
    struct ms_realloc change;                                                                                          \
    ms_record_realloc_begin(&change, (uintptr_t)old);                                                                  \
    void *block = CALL(real(old, size));                                                                               \
    ms_record_realloc_end(&change, &ORIGIN(site, family), (uintptr_t)block, size, !block && old && size == 0);         \
    return block;                                                                                                      \
  }

#define BODY_REALLOCARRAY(name, family)                                                                                \
  void *name(void *old, size_t count, size_t size, struct __memscope_site *site) {                                     \
    void *(*real)(void *, size_t, size_t) = (void *(*)(void *, size_t, size_t))site->real;                             \
    if (!records(&ms_local) && !is_tracked_block(old))                                                                 \
      return real(old, count, size);                                                                                   \
    struct ms_realloc change;                                                                                          \
    ms_record_realloc_begin(&change, (uintptr_t)old);                                                                  \
    void *block = CALL(real(old, count, size));                                                                        \
    bool nothing = count == 0 || size == 0;                                                                            \
    ms_record_realloc_end(&change, &ORIGIN(site, family), (uintptr_t)block, count *size, !block && old && nothing);    \
    return block;                                                                                                      \
  }

/* ---- release: recorded before the real call ---- */

#define BODY_FREE(name, family)                                                                                        \
  void name(void *block, struct __memscope_site *site) {                                                               \
    if (is_tracked_block(block))                                                                                       \
      (void)ms_record_free(&ORIGIN(site, family), (uintptr_t)block);                                                   \
    ((void (*)(void *))site->real)(block);                                                                             \
  }

#define BODY_FREE_SIZE(name, family)                                                                                   \
  void name(void *block, size_t size, struct __memscope_site *site) {                                                  \
    if (is_tracked_block(block))                                                                                       \
      (void)ms_record_free(&ORIGIN(site, family), (uintptr_t)block);                                                   \
    ((void (*)(void *, size_t))site->real)(block, size);                                                               \
  }

#define BODY_FREE_SIZE_ALIGN(name, family)                                                                             \
  void name(void *block, size_t size, size_t alignment, struct __memscope_site *site) {                                \
    if (is_tracked_block(block))                                                                                       \
      (void)ms_record_free(&ORIGIN(site, family), (uintptr_t)block);                                                   \
    ((void (*)(void *, size_t, size_t))site->real)(block, size, alignment);                                            \
  }

#define BODY_FREE_NOTHROW(name, family)                                                                                \
  void name(void *block, void *tag, struct __memscope_site *site) {                                                    \
    if (is_tracked_block(block))                                                                                       \
      (void)ms_record_free(&ORIGIN(site, family), (uintptr_t)block);                                                   \
    ((void (*)(void *, void *))site->real)(block, tag);                                                                \
  }

#define BODY_FREE_ALIGN_NOTHROW(name, family)                                                                          \
  void name(void *block, size_t alignment, void *tag, struct __memscope_site *site) {                                  \
    if (is_tracked_block(block))                                                                                       \
      (void)ms_record_free(&ORIGIN(site, family), (uintptr_t)block);                                                   \
    ((void (*)(void *, size_t, void *))site->real)(block, alignment, tag);                                             \
  }

#define MEMSCOPE_ENTRY(id, symbol, signature, role, family) BODY_##role(__memscope_##id, MS_FAMILY_##family)
#include "memscope/abi.def"
