/* SPDX-License-Identifier: Apache-2.0
 *
 * unwind_rules.h: how to step from a call's return address to the caller's frame, read from the modules' .eh_frame.
 *
 * A rule says where the canonical frame address (CFA), the return address and the caller's frame pointer are, given the
 * stack pointer and the frame pointer at that address: all that a walk needs, since every other register is restored by
 * nobody on the way. Code with frame pointers, code without, libc's start routines and signal frames have such rules,
 * and frames that align themselves and keep their CFA in memory; what computes it in another way (rare, hand-written)
 * has none, and the walk ends there with a mark.
 *
 * Threads: any. Reads memory of loaded modules only; no lock, no allocation, no call that can block.
 */
#ifndef MS_UNWIND_RULES_H
#define MS_UNWIND_RULES_H

#include <stdbool.h>
#include <stdint.h>

enum ms_rule_kind {
  MS_RULE_UNKNOWN,   /* no rule: the walk cannot go on */
  MS_RULE_FROM_SP,   /* CFA = sp + cfa_offset */
  MS_RULE_FROM_FP,   /* CFA = fp + cfa_offset */
  MS_RULE_SIGNAL,    /* the frame the kernel pushed for a signal */
  MS_RULE_OUTERMOST, /* nobody called this code: the walk is complete */
  MS_RULE_AT_SP,     /* CFA = *(sp + cfa_place) + cfa_offset */
  MS_RULE_AT_FP,     /* CFA = *(fp + cfa_place) + cfa_offset */
  MS_RULE_LEAF,      /* CFA = sp + cfa_offset, and the return address is still in the register where the call put it */
  MS_RULE_NO_CODE,   /* as MS_RULE_UNKNOWN, for there is no module: one may be loaded there yet */
};

/** Where the caller's frame pointer is. */
enum ms_fp_saved {
  MS_FP_NOT_SAVED,     /* still in its register */
  MS_FP_SAVED,         /* at CFA + fp_offset */
  MS_FP_SAVED_FROM_FP, /* at fp + fp_offset; with MS_RULE_AT_FP only */
};

struct ms_unwind_rule {
  int32_t cfa_offset;
  int32_t return_offset; /* from the CFA; gcc for AArch64 saves both below the locals */
  int32_t fp_offset;     /* where saved */
  int16_t cfa_place;
  uint8_t kind;     /* enum ms_rule_kind */
  uint8_t fp_saved; /* enum ms_fp_saved */
};
_Static_assert(sizeof(struct ms_unwind_rule) == 16, "no padding: rules are compared as bytes");

/** Reads the rule that holds at `address`, a point inside the calling instruction. @param table the module's
 *  .eh_frame_hdr. Cost: a binary search and some ten to a hundred decoded bytes, about a microsecond: callers cache. */
struct ms_unwind_rule ms_unwind_rule_read(const void *table, uintptr_t address);

#endif
