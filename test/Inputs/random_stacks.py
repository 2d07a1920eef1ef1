#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the sources of a random program whose stacks lead through objects of several compilers and flags:
random_stacks.py --seed N, in the current directory. Prints how each is to be compiled.

random_stacks.c says what the program does and where the truth comes from, try_random_stacks.py builds and checks it."""
import argparse
import random
from dataclasses import dataclass, field

# What stands in a source before its functions.
HEAD = """#define _GNU_SOURCE
#include "random_stacks.h"
{prototypes}
"""
C_HEAD = """#include <alloca.h>
#include <pthread.h>
#include <search.h>
#include <stdint.h>
#include <stdlib.h>
"""
CXX_HEAD = """#include <stddef.h>
extern "C" void *malloc(size_t), *aligned_alloc(size_t, size_t);
extern "C" void free(void *);
extern "C" void qsort(void *, size_t, size_t, int (*)(const void *, const void *));
#define _Alignas alignas
"""

PLAIN_FLAGS = ["-fomit-frame-pointer"] * 3 + ["-fno-omit-frame-pointer", ""]
FURTHER_FLAGS = {
    "gcc": ["-fstack-protector-all", "-fcf-protection=full", "-fstack-clash-protection", "-mstackrealign",
            "-maccumulate-outgoing-args", "-mno-red-zone", "-fno-plt", "-ffunction-sections", "-fno-optimize-sibling-calls"],
    "clang": ["-fstack-protector-all", "-fcf-protection=full", "-fstack-clash-protection", "-mstackrealign", "-mno-red-zone",
              "-fno-plt", "-ffunction-sections", "-fno-optimize-sibling-calls"],
}


@dataclass
class Unit:
    """A source file and how it is compiled."""
    name: str
    language: str  # c, c++ or asm
    compiler: str  # memscope, clang or gcc
    place: str     # program, part (a shared library) or a plugin's name
    flags: list = field(default_factory=list)
    functions: list = field(default_factory=list)
    leaves: list = field(default_factory=list)
    lines: list = field(default_factory=list)

    @property
    def source(self):
        return self.name + {"c": ".c", "c++": ".cpp", "asm": ".s"}[self.language]

    @property
    def optimised(self):
        return "-O0" not in self.flags

    @property
    def can_spoil(self):
        """Whether the frame pointer's register is free in functions of constant size, into which no other is inlined."""
        return self.language == "c" and self.optimised and "-mstackrealign" not in self.flags and \
            {"-fomit-frame-pointer", "-fno-inline"} <= set(self.flags)


class Sources:
    """All sources of a program."""

    def __init__(self, seed):
        self.random = random.Random(f"stacks {seed}")
        self.kind = ("dynamic", "dynamic", "static", "dynamic", "static-pie", "position-dependent")[seed % 6]
        self.dynamic = self.kind in ("dynamic", "position-dependent")
        self.units = []
        self.number = 0
        for language, compiler in [("c", "memscope"), ("c", "memscope"), ("c++", "memscope"), ("c", "clang"), ("c", "gcc"),
                                   ("c", "gcc"), ("c++", "gcc"), ("asm", "gcc")]:
            self.unit(language, compiler, "program")
        if self.dynamic:
            self.unit("c", "memscope", "part")
            self.unit("c", self.random.choice(["gcc", "clang"]), "part")
            # Two libraries that will be loaded to the same place. Alike means: with the same code but for the frames' sizes.
            self.alike = self.likely(0.4)
            for name in ("plugin0", "plugin1"):
                if not self.alike:
                    self.unit("c", "gcc", name)
                self.unit("asm", "gcc", name)
        self.blind = self.likely(0.25)
        if self.blind:
            self.unit("c", "gcc", "program", ["-fno-asynchronous-unwind-tables", "-fno-unwind-tables"])
        self.declare()
        for unit in self.units:
            Writer(self, unit).write()

    def likely(self, share):
        return self.random.random() < share

    def unit(self, language, compiler, place, further=()):
        name = f"unit{len(self.units)}"
        unit = Unit(name, language, compiler, place)
        if language != "asm":
            level = self.random.choice(["-O0", "-O1", "-O2", "-O3", "-Os"] if compiler == "memscope" else
                                       ["-O0", "-O1", "-O2", "-O2", "-O3", "-Os"])
            unit.flags = [level, *further]
            if compiler != "memscope":
                unit.flags += [self.random.choice(PLAIN_FLAGS), self.random.choice(["-fno-inline", ""])]
                unit.flags += self.random.sample(FURTHER_FLAGS[compiler], self.random.choice([0, 0, 1, 2]))
        if place != "program":
            unit.flags.append("-fPIC")
        elif self.kind in ("static", "position-dependent"):
            unit.flags.append("-fno-pie")
        else:
            unit.flags.append("-fPIE")
        unit.flags = [flag for flag in unit.flags if flag]
        self.units.append(unit)

    def declare(self):
        for unit in self.units:
            for _ in range(2 if "-fno-unwind-tables" in unit.flags else self.random.randint(5, 7)):
                unit.functions.append(f"f{self.number}")
                self.number += 1
            if unit.compiler == "memscope":
                for _ in range(2):
                    unit.leaves.append(f"leaf{self.number}")
                    self.number += 1

    def called_from(self, unit):
        """The functions that a unit can call by name: those of a library that may be gone by its own only."""
        return [name for other in self.units for name in other.functions
                if not other.place.startswith("plugin") or other.place == unit.place]

    def tables(self):
        """The source that lists all functions, and one for each plugin."""
        always = [unit for unit in self.units if not unit.place.startswith("plugin")]
        functions = [name for unit in always for name in unit.functions]
        # The ways of the C library are as good as several functions.
        ways = ["through_signal", "through_alternate_stack", "through_context", "through_stream", "through_modules", "jump"]
        ways += ["leave"] if self.dynamic else []
        leaves = [name for unit in always for name in unit.leaves]
        declared = f"extern function {', '.join(functions)};\nint {'(struct walk *), '.join(leaves)}(struct walk *);\n"
        text = ('#include "random_stacks.h"\n' + declared +
                f"function *const functions[] = {{{', '.join(functions + ways)}}};\n"
                f"int (*const leaves[])(struct walk *) = {{{', '.join(leaves)}}};\n"
                f"const unsigned function_count = {len(functions + ways)}, leaf_count = {len(leaves)};\n")
        files = {"tables.c": text}
        for plugin in sorted({unit.place for unit in self.units if unit.place.startswith("plugin")}):
            names = [name for unit in self.units if unit.place == plugin for name in unit.functions]
            files[f"{plugin}.c"] = ('#include "random_stacks.h"\n'
                                    f"extern function {', '.join(names)};\n"
                                    f"function *const plugin_functions[] = {{{', '.join(names)}}};\n"
                                    f"const unsigned plugin_function_count = {len(names)};\n")
        return files

    def files(self):
        return self.tables() | {unit.source: "\n".join(unit.lines) + "\n" for unit in self.units}


class Writer:
    """Writes the functions of a unit."""

    def __init__(self, sources, unit):
        self.sources, self.unit, self.random, self.likely = sources, unit, sources.random, sources.likely
        self.callees = sources.called_from(unit)
        self.blind = "-fno-unwind-tables" in unit.flags

    def write(self):
        if self.unit.language == "asm":
            alike = self.unit.place.startswith("plugin") and self.sources.alike
            return Assembly(self.unit, self.random).write(["alike"] if alike else None)
        prototypes = "".join(f"int {name}(struct walk *w, int n);\n" for name in self.callees)
        prototypes += "".join(f"int {leaf}(struct walk *w);\n" for each in self.sources.units for leaf in each.leaves)
        if self.unit.language == "c++":
            prototypes = CXX_HEAD + f'extern "C" {{\n{prototypes}}}\n'
        else:
            prototypes = C_HEAD + prototypes
        self.unit.lines += HEAD.format(prototypes=prototypes).splitlines()
        if self.unit.language == "c++":
            self.unit.lines += CXX_TYPES.splitlines()
        for leaf in self.unit.leaves:
            self.leaf(leaf)
        kinds = ["plain", "plain", "plain", "plain", "ladder", "landing", "qsort", "qsort_r", "bsearch", "tsearch", "once",
                 "lfind", "wide", "leap", "fault", "twins"]
        if self.unit.language == "c++":
            kinds = ["plain", "catching", "catching", "catching", "guarded", "throwing", "method", "qsort", "unthrowing"]
        for name in self.unit.functions:
            kind = self.random.choice(kinds)
            getattr(self, "write_" + kind)(name)

    # ---- parts ----

    def call(self, n="n - 1"):
        """A call to whoever, as an expression."""
        kind = self.random.randrange(8)
        if kind < 5 and self.callees:
            return f"{self.random.choice(self.callees)}(w, {n})"
        if kind < 7 or self.unit.compiler == "memscope":
            return f"anywhere(w, {n})"
        return "allocate(w)"

    def allocation(self):
        """Statements that allocate: by themselves where the plugin is, else by a function of such a unit."""
        if self.unit.compiler != "memscope":
            return "s += allocate(w);"
        call = self.random.choice(["malloc(size)", "malloc(size)", "aligned_alloc(64, size)"] +
                                  (["::operator new(size)"] * 2 if self.unit.language == "c++" else []))
        free = "if (choose(w, 3) == 0) free(p);" if "new" not in call else ""
        return f"{{ size_t size = ticket(w); if (size) {{ void *volatile p = {call}; {free} s++; (void)p; }} }}"

    def step(self):
        if self.unit.compiler == "memscope" and self.likely(0.4):
            return self.allocation()
        return f"s += {self.call()};"

    def decorations(self, sizes=(8, 24, 100, 600, 5000)):
        """What makes a frame unlike others: (before, behind) the calls."""
        before, behind = [], []
        simple = True
        size = self.random.choice(sizes)
        if self.likely(0.3):
            before.append(f"volatile char big[{size}]; big[n % {size}] = 1;")
            behind.append(f"s += big[(n + 1) % {size}] & 1;")
        if self.likely(0.25):
            before.append(f"volatile char wide[choose(w, {self.random.choice([16, 64, 400])}) + 1]; wide[0] = 1;"
                          if self.unit.language == "c" else
                          "volatile char *wide = (volatile char *)__builtin_alloca(choose(w, 300) + 1); wide[0] = 1;")
            behind.append("s += wide[0];")
            simple = False
        if self.likely(0.15):
            before.append(f"_Alignas({self.random.choice([32, 64, 256])}) volatile char aligned[64]; aligned[n % 64] = 1;")
            behind.append("s += aligned[0] & 1;")
            simple = False
        if self.likely(0.3):
            names = [f"v{i}" for i in range(self.random.randint(2, 6))]
            before += [f"unsigned {name} = choose(w, 9);" for name in names]
            behind.append(f"s += (int)({' + '.join(names)});")
        if simple and self.unit.can_spoil and self.likely(0.5):
            before.append('__asm__ volatile("movl $0x7654321, %%ebp" ::: "rbp");')
        return before, behind

    def function(self, name, first=(), last=(), body=None, prototype=None, end=None, ends="return allocate(w);"):
        """A function of a random frame and random calls."""
        before, behind = self.decorations()
        if self.blind:
            first, last = ["w->state.quiet++;", *first], [*last, "w->state.quiet--;"]
        lines = [f"{prototype or f'int {name}(struct walk *w, int n)'} {{", f"if (n <= 0 || !go_on(w)) {ends}",
                 "volatile int s = 0;" if self.likely(0.3) else "int s = 0;", *before, *first]
        lines += body or self.choices()
        lines += [*behind, *last]
        tail = not behind and not last and end is None and self.likely(0.4)
        lines += [end or (f"return {self.call()};" if tail else "return s + 1;"), "}"]
        self.unit.lines += [("extern \"C\" " if self.unit.language == "c++" and not prototype else "") + lines[0], *lines[1:]]

    def choices(self):
        """A loop that takes one of several calls, each from a place of its own."""
        count = self.random.randint(1, 4)
        lines = [f"for (int i = (int)choose(w, {self.random.randint(1, 4)}); i >= 0; i--)", f"switch (choose(w, {count})) {{"]
        for case in range(count):
            steps = [self.step() for _ in range(self.random.randint(1, 2))]
            if self.likely(0.2):
                steps = [f"if (__builtin_expect(choose(w, 3) == 0, 0)) {{ {' '.join(steps)} }} else {{ {self.step()} }}"]
            lines += [f"case {case}:", *steps, "break;"]
        return lines + ["}"]

    # ---- kinds of functions ----

    def leaf(self, name):
        # A second allocation in the same frame is the same stack but for the place in the function.
        one, other = self.allocation(), self.allocation()
        prefix = 'extern "C" ' if self.unit.language == "c++" else ""
        self.unit.lines += [f"{prefix}int {name}(struct walk *w) {{", "int s = 0;", f"for (int i = (int)choose(w, 3); i >= 0; i--) {one}",
                            f"if (choose(w, 2)) {other}", "return s;", "}"]

    def write_plain(self, name):
        self.function(name)

    def write_ladder(self, name):
        """A deep recursion that allocates on its way down, up, or in between, and whose rungs differ in nothing or in the
        place of the call."""
        up = f"if (choose(w, {self.random.choice([4, 15])}) == 0) s += allocate(w);"
        before, behind = self.decorations(sizes=(8, 24, 100))
        self.unit.lines += [f"static __attribute__((noinline)) int rung_{name}(struct walk *w, int n, int k) {{", "int s = 0;",
                            f"if (k <= 0) return {self.call()};", *before, f"if (choose(w, 20) == 0) s += allocate(w);",
                            f"if (choose(w, {self.random.choice([1, 2, 9])}) == 0) s += rung_{name}(w, n, k - 1);",
                            f"else s -= rung_{name}(w, n, k - 1);", up, *behind, "return s;", "}"]
        self.function(name, body=[f"s += rung_{name}(w, n, (int)choose(w, choose(w, 8) == 0 ? 40u * (unsigned)n : 9u));"])

    def write_landing(self, name):
        self.function(name, body=["struct landing here = {.walk = w, .before = w->state};",
                                  "if (setjmp(here.place) == 0) {", "w->state.landing = &here;",
                                  f"s += {self.call()};", f"s += jump(w, n - 1);", "}", "w->state = here.before;", self.step()])

    def comparison(self, name, argument=""):
        self.unit.lines += [
            f"static int by_{name}(const void *a, const void *b{argument}) {{", "struct walk *w = current();",
            "int n = take_pending(w), s = 0;", f"if (n > 0) s = {self.call()};" if self.likely(0.5) else
            f"if (n > 0) {{ s = {self.call()}; s += {self.call()}; }}", "(void)s;",
            "return *(const int *)a - *(const int *)b;", "}"]

    def sorted_by(self, name, call, argument=""):
        self.comparison(name, argument)
        count = self.random.randint(2, 9)
        self.function(name, body=[f"int numbers[{count}];", f"for (int i = 0; i < {count}; i++) numbers[i] = i;",
                                  "int wanted = 0; (void)wanted;", "w->pending = n;", call.format(name=name, count=count),
                                  "w->pending = 0;"])

    def write_qsort(self, name):
        self.sorted_by(name, "qsort(numbers, {count}, sizeof numbers[0], by_{name});")

    def write_qsort_r(self, name):
        self.sorted_by(name, "qsort_r(numbers, {count}, sizeof numbers[0], by_{name}, w);", ", void *more")

    def write_bsearch(self, name):
        self.sorted_by(name, "s += bsearch(&wanted, numbers, {count}, sizeof numbers[0], by_{name}) != NULL;")

    def write_lfind(self, name):
        self.sorted_by(name, "size_t count = {count}; s += lfind(&wanted, numbers, &count, sizeof numbers[0], by_{name}) != NULL;")

    def write_tsearch(self, name):
        """A tree of three nodes, visited."""
        self.comparison(name)
        self.unit.lines += [f"static void visit_{name}(const void *node, VISIT visit, int depth) {{", "(void)node, (void)visit;",
                            f"if (depth == 1) {{ struct walk *w = current(); int n = take_pending(w); if (n > 0) (void){self.call()}; }}", "}"]
        self.function(name, body=["static const int numbers[3] = {2, 1, 3};", "void *root = NULL;",
                                  "if (w->interrupts) return allocate(w);", "w->state.quiet++;",
                                  "for (int i = 0; i < 3; i++) tsearch(&numbers[i], &root, "
                                  f"by_{name});", "w->pending = n;", f"twalk(root, visit_{name});", "w->pending = 0;",
                                  f"for (int i = 0; i < 3; i++) tdelete(&numbers[i], &root, by_{name});", "w->state.quiet--;"])

    def write_once(self, name):
        self.unit.lines += [f"static void once_{name}(void) {{", "struct walk *w = current();",
                            f"int n = take_pending(w); if (n > 0) (void){self.call()};", "}"]
        self.function(name, body=["pthread_once_t once = PTHREAD_ONCE_INIT;", "w->state.quiet++;", "w->pending = n;",
                                  f"pthread_once(&once, once_{name});", "w->state.quiet--;"])

    def write_wide(self, name):
        """Arguments on the stack: the stack pointer moves in mid-function."""
        self.function(f"wide_{name}", prototype=f"static __attribute__((noinline)) int wide_{name}(struct walk *w, int n, long a, "
                      "long b, long c, long d, long e, long f, long g)", last=["s += (int)(a + b + c + d + e + f + g);"],
                      ends="return allocate(w) + (int)(g - a);")
        self.function(name, body=[f"s += wide_{name}(w, n - 1, 1, 2, 3, 4, n, s, 7);",
                                  f"if (choose(w, 2)) s += wide_{name}(w, n - 1, s, n, 3, 4, 5, {self.call()}, {self.call()});"])

    def write_twins(self, name):
        """Two functions whose frames look the same, called from one place."""
        for twin in "ab":
            self.unit.lines += [f"static __attribute__((noinline)) int twin_{twin}_{name}(struct walk *w, int n) {{",
                                "volatile int s = 0;", f"for (int i = 0; i < 2; i++) s += {self.call()};", f"return s + '{twin}';", "}"]
        self.function(name, body=[f"function *const twins[] = {{twin_a_{name}, twin_b_{name}}};",
                                  "for (int i = 0; i < 3; i++) s += twins[choose(w, 2)](w, n - 1);"])

    def write_leap(self, name):
        """A function whose last instruction is a call that never returns: what stands behind it is another function."""
        self.unit.lines += [f"static __attribute__((noinline, noreturn)) void leap_{name}(struct landing *here, struct walk *w, int n) {{",
                            f"(void){self.call()};" if self.likely(0.5) else "allocate(w);", "w->state.landing = here;", "longjmp(here->place, 1);", "}"]
        self.unit.lines += [f"static __attribute__((noinline, noreturn)) void last_{name}(struct landing *here, struct walk *w, int n) {{",
                            f"leap_{name}(here, w, n);", "}"]
        self.function(name, body=["struct landing here = {.walk = w, .before = w->state};", "w->state.landing = NULL;",
                                  f"if (setjmp(here.place) == 0) last_{name}(&here, w, n - 1);", "w->state = here.before;"])

    def write_fault(self, name):
        """A signal that an instruction causes, which is not a call."""
        instruction = self.random.choice(['"ud2"', '"xorl %%eax, %%eax; movl (%%rax), %%eax"'])
        self.function(name, body=["w->pending = n - 1;", f'__asm__ volatile({instruction} ::: "rax", "memory", "cc");', self.step()])

    def write_catching(self, name):
        caught = self.random.choice(["const Error &", "Error", "int", "..."])
        again = f"if (before.tries > 0 && choose(w, 3) == 0) throw;"
        # Two levels up: the inner block does not catch what the outer one does.
        inner = [f"struct state inner = w->state; try {{ s += {self.call()}; }} catch (const Other &) {{ w->state = inner; {self.step()} }}"]
        inner = inner if self.likely(0.5) else []
        guard = ["Guard guard(w, n);"] if self.likely(0.6) else []
        self.function(name, body=[
            "struct state before = w->state;", "try {", "w->state.tries++;", *guard, *inner, f"s += {self.call()};",
            f"s += throw_some(w, n);", "} catch (" + caught + ") {", "w->state = before;", "w->state.landing = NULL;", self.step(),
            again, *([] if caught == "..." else ["} catch (...) {", "w->state = before;", "w->state.landing = NULL;",
                                                  self.step(), again]), "}", "w->state = before;"])

    def write_guarded(self, name):
        self.function(name, body=["Guard guard(w, n);", *self.choices()])

    def write_throwing(self, name):
        self.function(name, body=[f"s += throw_some(w, n);", self.step()])

    def write_unthrowing(self, name):
        self.unit.lines += [f"static __attribute__((noinline)) int calm_{name}(struct walk *w, int n) noexcept {{ return {self.call()}; }}"]
        self.function(name, body=["w->state.quiet++;", f"s += calm_{name}(w, n);", "w->state.quiet--;"])

    def write_method(self, name):
        self.unit.lines += [f"struct One_{name} : Thing {{ int go(struct walk *w, int n) override {{ int s = 0; {self.step()} return s; }} }};",
                            f"struct Two_{name} : Other_thing, Thing {{ int go(struct walk *w, int n) override {{ int s = 0; {self.step()} {self.step()} return s; }} }};"]
        self.function(name, body=[f"One_{name} one; Two_{name} two;", "Thing *things[] = {&one, &two};",
                                  "s += things[choose(w, 2)]->go(w, n);"])


CXX_TYPES = """namespace {
struct Error {
  struct walk *w;
  explicit Error(struct walk *walk) : w(walk) {}
  Error(const Error &other) : w(other.w) { allocate(w); }
  ~Error() { allocate(w); }
};
struct Other {};
/* Its destructor goes on while an exception is in flight, and may throw and catch one of its own. */
struct Guard {
  struct walk *w;
  int n;
  Guard(struct walk *walk, int depth) : w(walk), n(depth) {}
  ~Guard() {
    struct state before = w->state;
    w->state.quiet++;
    w->state.landing = nullptr;
    anywhere(w, n / 2);
    w->state = before;
    if (n % 3 == 0 && !w->interrupts) {
      try {
        throw Other();
      } catch (const Other &) {
        allocate(w);
      }
    }
  }
};
struct Thing {
  virtual int go(struct walk *w, int n) = 0;
};
struct Other_thing {
  virtual int stay() { return 1; }
  long place[3];
};
__attribute__((noinline)) int throw_some(struct walk *w, int n) {
  if (w->state.tries > 0 && !w->state.quiet && !w->interrupts)
    switch (choose(w, 6)) {
    case 0:
      throw Error(w);
    case 1:
      throw n;
    case 2:
      throw Other();
    }
  return allocate(w);
}
}
"""


QUIET = 24  # where struct walk has state.quiet
KINDS = ["pushing", "pushing", "framed", "two_exits", "moved_arguments", "tail", "fault_at_the_start", "saved_far_away",
         "same_values", "frame_by_an_expression"]
# What the runtime need not follow.
RARE_KINDS = ["frame_by_another_register", "saved_in_a_register", "signal_frame_by_name_only", "gap", "nobody_called"]


class Assembly:
    """Functions by hand. Each calls anywhere() with its second argument less one."""
    SAVED = ["rbx", "rbp", "r12", "r13", "r14", "r15"]

    def __init__(self, unit, chance):
        self.unit, self.random = unit, chance

    def write(self, kinds=None):
        self.unit.lines += [".text"]
        for name in self.unit.functions:
            kind = self.random.choice(kinds or (RARE_KINDS if self.random.random() < 0.2 else KINDS))
            self.unit.lines += [f".globl {name}", f".type {name}, @function", f"{name}:", ".cfi_startproc"]
            getattr(self, "write_" + kind)(name)
            self.unit.lines += [".cfi_endproc", f".size {name}, .-{name}"]
        self.unit.lines += ['.section .note.GNU-stack,"",@progbits']

    def emit(self, *lines):
        self.unit.lines += lines

    def call(self):
        self.emit("decl %esi", "call anywhere@PLT")

    def push(self, registers):
        for register in registers:
            self.emit(f"push %{register}", ".cfi_adjust_cfa_offset 8", f".cfi_rel_offset {register}, 0")

    def pop(self, registers):
        for register in reversed(registers):
            self.emit(f"pop %{register}", ".cfi_adjust_cfa_offset -8", f".cfi_restore {register}")

    def grow(self, size):
        if size:
            self.emit(f"sub ${size}, %rsp", f".cfi_adjust_cfa_offset {size}")

    def shrink(self, size):
        if size:
            self.emit(f"add ${size}, %rsp", f".cfi_adjust_cfa_offset -{size}")

    def quietly(self):
        """A call through which no exception can pass."""
        self.emit("push %rdi", ".cfi_adjust_cfa_offset 8", f"incl {QUIET}(%rdi)")
        self.call()
        self.emit("pop %rdi", ".cfi_adjust_cfa_offset -8", f"decl {QUIET}(%rdi)")

    def registers(self, count=None):
        count = self.random.randint(0, 6) if count is None else count
        return self.random.sample(self.SAVED, count)

    def size_for(self, pushed):
        """A frame that leaves the stack pointer aligned."""
        return 16 * self.random.choice([0, 1, 2, 3, 20, 300]) + (0 if pushed % 2 else 8)

    def spoil(self, registers):
        for register in registers:
            self.emit(f"mov $0x{self.random.getrandbits(30):x}, %{register}")

    def write_pushing(self, name):
        registers = self.registers()
        size = self.size_for(len(registers))
        self.push(registers)
        self.grow(size)
        self.spoil(registers)
        self.call()
        self.shrink(size)
        self.pop(registers)
        self.emit("ret")

    def write_framed(self, name):
        self.emit("push %rbp", ".cfi_def_cfa_offset 16", ".cfi_offset rbp, -16", "mov %rsp, %rbp", ".cfi_def_cfa_register rbp",
                  f"sub ${16 * self.random.randint(0, 40)}, %rsp")
        self.call()
        self.emit("leave", ".cfi_def_cfa rsp, 8", "ret")

    def write_two_exits(self, name):
        registers = self.registers(3)
        self.push(registers)
        self.emit("test $1, %esi", f"jnz .Lother_{name}")
        self.call()
        self.emit(".cfi_remember_state")
        self.pop(registers)
        self.emit("ret", ".cfi_restore_state", f".Lother_{name}:")
        self.grow(32)
        self.spoil(registers)
        self.call()
        self.shrink(32)
        self.pop(registers)
        self.emit("ret")

    def write_moved_arguments(self, name):
        """Pushes that are no saved registers, between the frame and the call."""
        self.grow(8)
        for _ in range(4):
            self.emit("push $7", ".cfi_adjust_cfa_offset 8")
        self.call()
        self.shrink(32)
        self.shrink(8)
        self.emit("ret")

    def write_tail(self, name):
        self.emit("decl %esi", "jmp anywhere@PLT")

    def write_fault_at_the_start(self, name):
        """The first instruction is interrupted; what stands before it is another function."""
        self.emit("ud2")
        self.grow(24)
        self.call()
        self.shrink(24)
        self.emit("ret")

    def write_saved_far_away(self, name):
        self.grow(0x4008)
        self.emit("mov %rbp, 0x20(%rsp)", ".cfi_rel_offset rbp, 0x20", "mov $99, %rbp")
        self.call()
        self.emit("mov 0x20(%rsp), %rbp", ".cfi_restore rbp")
        self.shrink(0x4008)
        self.emit("ret")

    def write_same_values(self, name):
        self.emit(".cfi_same_value rbp", ".cfi_same_value rbx")
        self.grow(8)
        self.call()
        self.shrink(8)
        self.emit("ret")

    def write_alike(self, name):
        size = 16 * self.random.randint(10, 100) + 8
        self.grow(size)
        self.call()
        self.shrink(size)
        self.emit("ret")

    def write_frame_by_an_expression(self, name):
        self.grow(56)
        self.emit(".cfi_remember_state", ".cfi_escape 0x0f, 3, 0x77, 0xc0, 0")  # DW_OP_breg7 (rsp) 64
        self.call()
        self.emit(".cfi_restore_state")
        self.shrink(56)
        self.emit("ret")

    # ---- rare kinds ----

    def write_frame_by_another_register(self, name):
        self.push(["rbx"])
        self.emit("mov %rsp, %rbx", ".cfi_def_cfa_register rbx", "sub $64, %rsp")
        self.call()
        self.emit("mov %rbx, %rsp", ".cfi_def_cfa_register rsp")
        self.pop(["rbx"])
        self.emit("ret")

    def write_saved_in_a_register(self, name):
        self.push(["r12"])
        self.emit("mov %rbp, %r12", ".cfi_register rbp, r12", "mov $5, %rbp")
        self.call()
        self.emit("mov %r12, %rbp", ".cfi_restore rbp")
        self.pop(["r12"])
        self.emit("ret")

    def write_signal_frame_by_name_only(self, name):
        """Marked as a signal frame, though the kernel did not make it."""
        self.emit(".cfi_signal_frame")
        self.quietly()
        self.emit("ret")

    def write_gap(self, name):
        """The tables end before the function does."""
        self.emit("push %rdi", ".cfi_adjust_cfa_offset 8", f"jmp .Lgap_{name}", ".cfi_endproc", f".Lgap_{name}:",
                  f"incl {QUIET}(%rdi)", "decl %esi", "call anywhere@PLT", "pop %rdi", f"decl {QUIET}(%rdi)", "ret",
                  ".cfi_startproc", "nop")

    def write_nobody_called(self, name):
        self.emit(".cfi_undefined rip")
        self.quietly()
        self.emit("ret")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    sources = Sources(parser.parse_args().seed)
    for file_name, file_text in sources.files().items():
        with open(file_name, "w", encoding="utf-8") as out:
            out.write(file_text)
    for each in sources.units:
        print(each.place, each.compiler, each.source, *each.flags)
