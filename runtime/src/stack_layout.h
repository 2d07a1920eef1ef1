/* SPDX-License-Identifier: Apache-2.0
 *
 * stack_layout.h: what a stack looks like on each architecture: where a call's frame begins, what stands in it as the
 * return address, and what the kernel pushes for a signal. A port is one more block.
 */
#ifndef MS_STACK_LAYOUT_H
#define MS_STACK_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__x86_64__)

/** The stack pointer of the function that called the one this stands in, at the call. The call has pushed the return
 *  address, and the function, which keeps a frame pointer, that of its caller. */
#define MS_CALLER_SP() ((uintptr_t)__builtin_frame_address(0) + 2 * sizeof(void *))

/* struct rt_sigframe: the stack pointer of a signal frame is at its ucontext; gregs begin at 40. */
#define MS_SIGNAL_FP 120
#define MS_SIGNAL_SP 160
#define MS_SIGNAL_PC 168
#define MS_SIGNAL_RECORDS MS_SIGNAL_PC
#define MS_SIGNAL_LINK MS_SIGNAL_PC /* of no meaning: no register holds return addresses */

/** Returns the address that a saved return address stands for, and the bits that may be compared without asking. */
static inline uintptr_t ms_return_address(uintptr_t saved) { return saved; }
static inline uintptr_t ms_return_address_bits(void) { return UINTPTR_MAX; }

/** Returns whether a signal handler returns to `pc`, for which there is no rule, given its stack pointer. There are
 * rules in every C library. */
static inline bool ms_is_signal_return(uintptr_t pc, uintptr_t sp) {
  (void)pc, (void)sp;
  return false;
}

#elif defined(__aarch64__)

/* A call pushes nothing, and the saved pair may lie anywhere in the frame: only the compiler knows how far above the
 * frame pointer the frame begins. */
#if defined(__clang__)
#define MS_CALLER_SP() ((uintptr_t)__builtin_sponentry())
#else
#define MS_CALLER_SP() ((uintptr_t)__builtin_dwarf_cfa())
#endif

/* struct rt_sigframe: siginfo (128), then ucontext; its registers x0.. begin at 184, sp and pc follow x30, and at 464
 * there is the first of the records that describe further registers. */
#define MS_SIGNAL_FP (128 + 184 + 29 * 8)
#define MS_SIGNAL_LINK (128 + 184 + 30 * 8)
#define MS_SIGNAL_SP (128 + 184 + 31 * 8)
#define MS_SIGNAL_PC (128 + 184 + 32 * 8)
#define MS_SIGNAL_RECORDS (128 + 464)

/* With pointer authentication a saved return address carries a signature in its upper bits. The instruction that strips
 * it, xpaclri, works on the link register only, and does nothing on processors that do not sign. */
static inline uintptr_t ms_return_address(uintptr_t saved) {
  register uintptr_t link __asm__("x30") = saved;
  __asm__("hint #7" : "+r"(link));
  return link;
}

/* Bit 55 says which half of the address space it is, and is not part of a signature. */
static inline uintptr_t ms_return_address_bits(void) { return ms_return_address(UINTPTR_MAX >> 9); }

/* From Linux 5.8 on the vDSO has no unwind information for the code that handlers return to: unwinders are meant to
 * recognise its two instructions. The stack is asked first, so that code is read only where it is sure to be there. */
static inline bool ms_is_signal_return(uintptr_t pc, uintptr_t sp) {
  const uint64_t floating_point_record = 0x0000021046508001; /* FPSIMD_MAGIC and its size: always the first */
  const uint64_t return_from_signal = 0xd4000001d2801168;    /* mov x8, #139 (rt_sigreturn); svc #0 */
  if (*(const uint64_t *)(sp + MS_SIGNAL_RECORDS) != floating_point_record)
    return false;
  uint64_t code;
  __builtin_memcpy(&code, (const void *)pc, sizeof code);
  return code == return_from_signal;
}

#else
#error "stack_layout.h: this architecture is missing"
#endif

#endif
