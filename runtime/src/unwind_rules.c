/* SPDX-License-Identifier: Apache-2.0
 *
 * unwind_rules.c: .eh_frame_hdr, CIE, FDE and the call frame instructions (Linux Standard Base, "Exception Frames";
 * DWARF 5, section 6.4), as far as CFA, return address and frame pointer need them.
 */
#include "unwind_rules.h"

#include <stddef.h>
#include <string.h>

#if defined(__x86_64__)
#define REGISTER_FP 6
#define REGISTER_SP 7
#define REGISTER_RETURN 16
#elif defined(__aarch64__)
#define REGISTER_FP 29
#define REGISTER_SP 31
#define REGISTER_RETURN 32 /* the program counter, which the link register is not */
#else
#error "unwind_rules.c: the registers of this architecture are missing"
#endif

#define SAVED_STATES 8 /* compilers nest DW_CFA_remember_state once; more than this ends the reading */

/* ---- encoded values ---- */

enum { ENCODING_OMIT = 0xff, ENCODING_INDIRECT = 0x80, ENCODING_PC_RELATIVE = 0x10, ENCODING_DATA_RELATIVE = 0x30 };

/* A LEB128 number's bits; `*sign` gets those above them if its highest bit is set. */
static uint64_t read_leb(const uint8_t **at, uint64_t *sign) {
  uint64_t value = 0;
  unsigned shift = 0;
  uint8_t byte;
  do {
    byte = *(*at)++;
    if (shift < 64)
      value |= (uint64_t)(byte & 0x7f) << shift;
    shift += 7;
  } while (byte & 0x80);
  *sign = shift < 64 && (byte & 0x40) ? ~(uint64_t)0 << shift : 0;
  return value;
}

static uint64_t read_uleb(const uint8_t **at) {
  uint64_t sign;
  return read_leb(at, &sign);
}

static int64_t read_sleb(const uint8_t **at) {
  uint64_t sign, value = read_leb(at, &sign);
  return (int64_t)(value | sign);
}

static uint64_t read_fixed(const uint8_t **at, unsigned bytes, bool is_signed) {
  uint64_t value = 0;
  memcpy(&value, *at, bytes);
  *at += bytes;
  if (is_signed && bytes < 8 && (value >> (8 * bytes - 1)) != 0)
    value |= ~(uint64_t)0 << (8 * bytes);
  return value;
}

/* A pointer as eh_frame encodes it; false for forms that do not occur in PC ranges. */
static bool read_encoded(const uint8_t **at, uint8_t encoding, uintptr_t data_base, uint64_t *value) {
  uintptr_t here = (uintptr_t)*at;
  switch (encoding & 0x0f) {
  case 0x00:
    *value = read_fixed(at, sizeof(void *), false);
    break;
  case 0x01:
    *value = read_uleb(at);
    break;
  case 0x02:
  case 0x0a:
    *value = read_fixed(at, 2, (encoding & 8) != 0);
    break;
  case 0x03:
  case 0x0b:
    *value = read_fixed(at, 4, (encoding & 8) != 0);
    break;
  case 0x04:
  case 0x0c:
    *value = read_fixed(at, 8, (encoding & 8) != 0);
    break;
  case 0x09:
    *value = (uint64_t)read_sleb(at);
    break;
  default:
    return false;
  }
  if ((encoding & 0x70) == ENCODING_PC_RELATIVE)
    *value += here;
  else if ((encoding & 0x70) == ENCODING_DATA_RELATIVE)
    *value += data_base;
  else if ((encoding & 0x70) != 0)
    return false;
  return true;
}

/* ---- common information entry ---- */

struct cie {
  uint64_t code_align;
  int64_t data_align;
  uint64_t return_register;
  uint8_t pointer_encoding;
  bool augmented, signal_frame;
  const uint8_t *instructions, *end;
};

/* Reads an entry's length; 0 for the terminator and for the 64-bit form, which no x86-64 or AArch64 linker writes. */
static uint32_t entry_length(const uint8_t *entry) {
  uint32_t length;
  memcpy(&length, entry, sizeof length);
  return length == 0xffffffffu ? 0 : length;
}

static bool read_cie(const uint8_t *entry, struct cie *cie) {
  uint32_t length = entry_length(entry);
  if (length == 0)
    return false;
  const uint8_t *at = entry + 8;
  cie->end = entry + 4 + length;
  uint8_t version = *at++;
  const char *augmentation = (const char *)at;
  at += strlen(augmentation) + 1;
  cie->code_align = read_uleb(&at);
  cie->data_align = read_sleb(&at);
  cie->return_register = version == 1 ? *at++ : read_uleb(&at);
  cie->pointer_encoding = 0;
  cie->augmented = augmentation[0] == 'z';
  cie->signal_frame = false;
  const uint8_t *behind = NULL;
  if (cie->augmented) {
    uint64_t size = read_uleb(&at);
    behind = at + size;
    for (const char *letter = augmentation + 1; *letter; letter++) {
      uint64_t ignored;
      if (*letter == 'R')
        cie->pointer_encoding = *at++;
      else if (*letter == 'L')
        at++;
      else if (*letter == 'S')
        cie->signal_frame = true;
      else if (*letter == 'P') {
        uint8_t encoding = *at++;
        if (encoding != ENCODING_OMIT && !read_encoded(&at, encoding & 0x0f, 0, &ignored))
          return false;
      } else if (*letter != 'B') /* B: return addresses are signed (AArch64) */
        break;
    }
    at = behind;
  }
  cie->instructions = at;
  return version == 1 || version == 3;
}

/* ---- call frame instructions ---- */

enum where { UNCHANGED, AT_OFFSET, FROM_FP, UNDEFINED, ELSEWHERE, IN_LINK };

struct place {
  enum where where;
  int64_t offset;
};

/* A register plus an offset, or the word at register + place plus an offset. */
struct value {
  uint64_t base; /* the register, or one of: */
  bool through;
  int64_t place, offset;
};

#define NO_REGISTER UINT64_MAX /* the offset alone */
#define UNKNOWN_VALUE (UINT64_MAX - 1)

struct state {
  struct value cfa;
  struct place fp, back;
};

struct machine {
  const struct cie *cie;
  struct state now, initial, saved[SAVED_STATES];
  unsigned depth;
  uintptr_t location, target;
};

static void set_place(struct machine *machine, uint64_t reg, struct place place) {
  if (reg == REGISTER_FP)
    machine->now.fp = place;
  else if (reg == machine->cie->return_register)
    machine->now.back = place;
}

static void restore_place(struct machine *machine, uint64_t reg) {
  if (reg == REGISTER_FP)
    machine->now.fp = machine->initial.fp;
  else if (reg == machine->cie->return_register)
    machine->now.back = machine->initial.back;
}

static void skip_block(const uint8_t **at) {
  uint64_t size = read_uleb(at);
  *at += size;
}

/* ---- expressions ---- */

#define EXPRESSION_DEPTH 4

/* An operation on the two topmost values; false for one that is not known, or not of such values. */
static bool combine(struct value *left, const struct value *right, uint8_t operation) {
  if (right->base != NO_REGISTER || (left->base != NO_REGISTER && operation != 0x22))
    return false;
  switch (operation) {
  case 0x1a: /* and */
    left->offset &= right->offset;
    return true;
  case 0x22: /* plus */
    left->offset += right->offset;
    return true;
  case 0x24: /* shl */
    left->offset = right->offset < 64 ? (int64_t)((uint64_t)left->offset << (uint64_t)right->offset) : 0;
    return true;
  case 0x2a: /* ge */
    left->offset = left->offset >= right->offset;
    return true;
  default:
    return false;
  }
}

/* Follows the expressions that compilers, linkers and libc write: a register and an offset, the word there (functions
 * that align their frame, libc's signal frames), and a choice by the address (the linkage table). */
static struct value evaluate(const uint8_t **from, uintptr_t address) {
  const struct value unknown = {.base = UNKNOWN_VALUE};
  uint64_t size = read_uleb(from);
  const uint8_t *at = *from, *end = *from += size;
  struct value stack[EXPRESSION_DEPTH + 1], *top = stack; /* empty: what stands at its bottom is no value */
  while (at < end) {
    uint8_t operation = *at++;
    bool pushes = operation >= 0x30 && operation <= 0x8f;
    if (top == stack + (pushes ? EXPRESSION_DEPTH : 0))
      return unknown;
    if (operation >= 0x70 && pushes) { /* breg */
      *++top = (struct value){.base = operation - 0x70u, .offset = read_sleb(&at)};
      if (top->base == REGISTER_RETURN)
        *top = (struct value){.base = NO_REGISTER, .offset = (int64_t)address + top->offset};
    } else if (operation <= 0x4f && pushes) { /* lit */
      *++top = (struct value){.base = NO_REGISTER, .offset = operation - 0x30};
    } else if (operation == 0x06 && !top->through && top->base != NO_REGISTER) { /* deref */
      *top = (struct value){.base = top->base, .through = true, .place = top->offset};
    } else if (operation == 0x23) { /* plus_uconst */
      top->offset += (int64_t)read_uleb(&at);
    } else if (top > stack + 1 && combine(top - 1, top, operation)) {
      top--;
    } else {
      return unknown;
    }
  }
  return top == stack + 1 ? *top : unknown;
}

/* One instruction of the extended group; false for one that is not known. */
static bool extended(struct machine *machine, uint8_t opcode, const uint8_t **at) {
  struct state *now = &machine->now;
  int64_t factor = machine->cie->data_align;
  uint64_t reg, value;
  switch (opcode) {
  case 0x00: /* nop */
    return true;
  case 0x01: /* set_loc */
    if (!read_encoded(at, machine->cie->pointer_encoding, 0, &value))
      return false;
    machine->location = value;
    return true;
  case 0x02: /* advance_loc1, 2, 4 */
    machine->location += read_fixed(at, 1, false) * machine->cie->code_align;
    return true;
  case 0x03:
    machine->location += read_fixed(at, 2, false) * machine->cie->code_align;
    return true;
  case 0x04:
    machine->location += read_fixed(at, 4, false) * machine->cie->code_align;
    return true;
  case 0x05: /* offset_extended */
    reg = read_uleb(at);
    set_place(machine, reg, (struct place){AT_OFFSET, (int64_t)read_uleb(at) * factor});
    return true;
  case 0x11: /* offset_extended_sf */
    reg = read_uleb(at);
    set_place(machine, reg, (struct place){AT_OFFSET, read_sleb(at) * factor});
    return true;
  case 0x2f: /* GNU_negative_offset_extended */
    reg = read_uleb(at);
    set_place(machine, reg, (struct place){AT_OFFSET, -((int64_t)read_uleb(at) * factor)});
    return true;
  case 0x06: /* restore_extended */
    restore_place(machine, read_uleb(at));
    return true;
  case 0x07: /* undefined */
    set_place(machine, read_uleb(at), (struct place){UNDEFINED, 0});
    return true;
  case 0x08: /* same_value */
    set_place(machine, read_uleb(at), (struct place){UNCHANGED, 0});
    return true;
  case 0x09: /* register */
    reg = read_uleb(at);
    (void)read_uleb(at);
    set_place(machine, reg, (struct place){ELSEWHERE, 0});
    return true;
  case 0x0a: /* remember_state */
    if (machine->depth == SAVED_STATES)
      return false;
    machine->saved[machine->depth++] = *now;
    return true;
  case 0x0b: /* restore_state */
    if (machine->depth == 0)
      return false;
    *now = machine->saved[--machine->depth];
    return true;
  case 0x0c: /* def_cfa */
    reg = read_uleb(at);
    now->cfa = (struct value){.base = reg, .offset = (int64_t)read_uleb(at)};
    return true;
  case 0x12: /* def_cfa_sf */
    reg = read_uleb(at);
    now->cfa = (struct value){.base = reg, .offset = read_sleb(at) * factor};
    return true;
  case 0x0d: /* def_cfa_register */
    now->cfa.base = read_uleb(at);
    return !now->cfa.through;
  case 0x0e: /* def_cfa_offset */
    now->cfa.offset = (int64_t)read_uleb(at);
    return !now->cfa.through;
  case 0x13: /* def_cfa_offset_sf */
    now->cfa.offset = read_sleb(at) * factor;
    return !now->cfa.through;
  case 0x0f: /* def_cfa_expression */
    now->cfa = evaluate(at, machine->target);
    return true;
  case 0x10: { /* expression */
    reg = read_uleb(at);
    struct value place = evaluate(at, machine->target);
    bool from_fp = place.base == REGISTER_FP && !place.through;
    set_place(machine, reg, from_fp ? (struct place){FROM_FP, place.offset} : (struct place){ELSEWHERE, 0});
    return true;
  }
  case 0x16: /* val_expression */
    reg = read_uleb(at);
    skip_block(at);
    set_place(machine, reg, (struct place){ELSEWHERE, 0});
    return true;
  case 0x14: /* val_offset, val_offset_sf */
  case 0x15:
    reg = read_uleb(at);
    (void)read_uleb(at);
    set_place(machine, reg, (struct place){ELSEWHERE, 0});
    return true;
  case 0x2c: /* on AArch64: is the return address signed from here on? It is always read as if it were */
  case 0x2d:
    return true;
  case 0x2e: /* GNU_args_size */
    (void)read_uleb(at);
    return true;
  default:
    return false;
  }
}

static bool run(struct machine *machine, const uint8_t *at, const uint8_t *end) {
  while (at < end) {
    uint8_t byte = *at++, low = byte & 0x3f;
    switch (byte & 0xc0) {
    case 0x40: /* advance_loc */
      machine->location += low * machine->cie->code_align;
      break;
    case 0x80: /* offset */
      set_place(machine, low, (struct place){AT_OFFSET, (int64_t)read_uleb(&at) * machine->cie->data_align});
      break;
    case 0xc0: /* restore */
      restore_place(machine, low);
      break;
    default:
      if (!extended(machine, byte, &at))
        return false;
    }
    if (machine->location > machine->target) /* what follows holds behind the address */
      return true;
  }
  return true;
}

/* ---- lookup ---- */

/* The FDE whose range may hold the address: the last one that begins at or before it. */
static const uint8_t *find_fde(const uint8_t *table, uintptr_t address) {
  const uint8_t *at = table + 4;
  uint64_t ignored, count;
  if (table[0] != 1 || table[3] != (ENCODING_DATA_RELATIVE | 0x0b) || table[2] == ENCODING_OMIT)
    return NULL;
  if (!read_encoded(&at, table[1], (uintptr_t)table, &ignored) ||
      !read_encoded(&at, table[2], (uintptr_t)table, &count))
    return NULL;
  const int32_t(*rows)[2] = (const int32_t(*)[2])(const void *)at;
  intptr_t wanted = (intptr_t)(address - (uintptr_t)table);
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (rows[middle][0] <= wanted)
      low = middle + 1;
    else
      high = middle;
  }
  return low == 0 ? NULL : table + rows[low - 1][1];
}

static bool is_small(int64_t number) { return number == (int32_t)number; }

/* The frame pointer that such code has is its caller's, so the CFA is told from the stack pointer. */
static struct ms_unwind_rule to_leaf_rule(const struct state *state) {
  const struct value *cfa = &state->cfa;
  if (cfa->base != REGISTER_SP || cfa->through || !is_small(cfa->offset) || !is_small(state->fp.offset) ||
      (state->fp.where != AT_OFFSET && state->fp.where != UNCHANGED))
    return (struct ms_unwind_rule){.kind = MS_RULE_UNKNOWN};
  return (struct ms_unwind_rule){.kind = MS_RULE_LEAF,
                                 .fp_saved = state->fp.where == AT_OFFSET ? MS_FP_SAVED : MS_FP_NOT_SAVED,
                                 .fp_offset = (int32_t)state->fp.offset,
                                 .cfa_offset = (int32_t)cfa->offset};
}

static struct ms_unwind_rule to_rule(const struct state *state) {
  const struct value *cfa = &state->cfa;
  struct ms_unwind_rule rule = {.kind = MS_RULE_UNKNOWN};
  if (state->back.where == UNDEFINED)
    rule.kind = MS_RULE_OUTERMOST;
  if (state->back.where == IN_LINK)
    return to_leaf_rule(state);
  if ((cfa->base != REGISTER_SP && cfa->base != REGISTER_FP) || state->back.where != AT_OFFSET)
    return rule;
  bool from_fp = cfa->base == REGISTER_FP;
  if (state->fp.where == ELSEWHERE || (state->fp.where == FROM_FP && !(from_fp && cfa->through)))
    return rule;
  if (!is_small(state->back.offset) || !is_small(state->fp.offset) || !is_small(cfa->offset) ||
      cfa->place != (int16_t)cfa->place)
    return rule;
  if (cfa->through)
    rule.kind = from_fp ? MS_RULE_AT_FP : MS_RULE_AT_SP;
  else
    rule.kind = from_fp ? MS_RULE_FROM_FP : MS_RULE_FROM_SP;
  rule.cfa_place = (int16_t)cfa->place;
  rule.cfa_offset = (int32_t)cfa->offset;
  rule.return_offset = (int32_t)state->back.offset;
  rule.fp_saved = state->fp.where == AT_OFFSET ? MS_FP_SAVED
                  : state->fp.where == FROM_FP ? MS_FP_SAVED_FROM_FP
                                               : MS_FP_NOT_SAVED;
  rule.fp_offset = (int32_t)state->fp.offset;
  return rule;
}

/* A frame is marked as a signal's by whoever writes its rules. The kernel made it if it finds the interrupted stack
 * pointer where the kernel puts it. */
static struct ms_unwind_rule to_signal_rule(const struct state *state) {
#if defined(__x86_64__)
  const struct value *cfa = &state->cfa;
  if (cfa->base != REGISTER_SP || !cfa->through || cfa->place != 160 || cfa->offset != 0)
    return (struct ms_unwind_rule){.kind = MS_RULE_UNKNOWN};
#else
  (void)state;
#endif
  return (struct ms_unwind_rule){.kind = MS_RULE_SIGNAL};
}

struct ms_unwind_rule ms_unwind_rule_read(const void *table, uintptr_t address) {
  const struct ms_unwind_rule unknown = {.kind = MS_RULE_UNKNOWN};
  const uint8_t *fde = find_fde(table, address);
  if (!fde)
    return unknown;
  uint32_t length = entry_length(fde), back;
  memcpy(&back, fde + 4, sizeof back);
  struct cie cie;
  if (length == 0 || back == 0 || !read_cie(fde + 4 - back, &cie))
    return unknown;
  const uint8_t *at = fde + 8, *end = fde + 4 + length;
  uint64_t begin, size;
  if (!read_encoded(&at, cie.pointer_encoding, 0, &begin) || !read_encoded(&at, cie.pointer_encoding & 0x0f, 0, &size))
    return unknown;
  if (address < begin || address - begin >= size)
    return unknown;
  if (cie.augmented)
    skip_block(&at);

  struct machine machine = {.cie = &cie, .location = begin, .target = address};
  machine.now.cfa.base = UNKNOWN_VALUE;
#if defined(__aarch64__)
  machine.now.back = (struct place){IN_LINK, 0}; /* until the function saves it */
#endif
  if (!run(&machine, cie.instructions, cie.end))
    return unknown;
  machine.initial = machine.now;
  machine.location = begin;
  if (!run(&machine, at, end))
    return unknown;
  return cie.signal_frame ? to_signal_rule(&machine.now) : to_rule(&machine.now);
}
