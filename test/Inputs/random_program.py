#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a random program that knows which of its allocations must be recorded:
random_program.py --language c|c++ --seed N.

A program is the model of random_program.h and functions that call each other. What it executes has defined behaviour,
is the same in every run and ends soon: calls carry a number that gets smaller, and calls, loops and jumps take from
`fuel`."""
import argparse
import itertools
import os
import random

from random_statements import IN_C, RELEASES, Body


class Program:
    """A whole program; `lines` is what is written so far."""

    def __init__(self, language, seed):
        self.random = random.Random(f"{language} {seed}")
        self.cxx, self.seed, self.lines, self.numbers = language == "c++", seed, [], itertools.count(1)
        self.prototypes = {}
        self.functions = self.declare("f", 4, 6, "int {}(int n)")
        self.variadics = self.declare("v", 1, 2, "int {}(int n, int count, ...)")
        self.leaves = self.declare("leaf", 2, 3, "void {}(void)")
        self.makers = self.declare("make", 1, 2, "void *{}(size_t size)")
        self.droppers = self.declare("drop", 2, 3, "void {}(struct slot *s)")
        self.comparators = self.declare("by", 1, 2, "int {}(const void *a, const void *b)")
        self.threads = self.declare("thread", 3, 3, "void *{}(void *argument)")
        self.classes = [f"C{i}" for i in range(self.random.randint(2, 4))] if self.cxx else []
        self.tracked = {name for name in [*self.prototypes, *self.classes] if self.likely(0.5)}
        # Two threads are tracked as a whole: their start routines are annotated. Behind `start` the compiler does not see
        # which function it is.
        self.starts = ["thread0", "start", "thread2"]
        self.tracked = self.tracked - {"thread2"} | {"thread0", "thread1"}

    def declare(self, word, least, most, prototype):
        names = [f"{word}{i}" for i in range(self.random.randint(least, most))]
        self.prototypes.update((name, f"static {prototype.format(name)}") for name in names)
        return names

    def number(self):
        return next(self.numbers)

    def likely(self, share):
        return self.random.random() < share

    def write(self, *lines):
        self.lines += lines

    def text(self):
        with open(os.path.join(os.path.dirname(__file__), "random_program.h"), encoding="utf-8") as file:
            self.write(f"#define SEED {self.seed}", *file.read().splitlines(), "")
        model = len(self.lines)
        self.declarations()
        for name in self.classes:
            self.class_definition(name)
        for name in self.makers:
            self.maker(name)
        for name in self.droppers:
            self.dropper(name)
        for name in self.leaves:
            self.function(name, leaf=True, result="")
        for name in self.comparators:
            early = "if (!now.quiet) throw Error{6};" if self.cxx else "jump();"
            self.function(name, leaf=True, result="*(const int *)a - *(const int *)b",
                          last=[f"if (choose(20) == 0) {early}"])
        for name in self.functions:
            self.function(name)
        for name in self.variadics:
            self.function(name, first=[
                "va_list list;", "va_start(list, count);", "for (int k = 0; k < count; k++)",
                f"{self.random.choice(self.droppers)}(va_arg(list, struct slot *));", "va_end(list);"])
        for name in self.classes:
            self.function("use", f"int {name}::use(int n)", tracked=name in self.tracked)
        for name in self.threads:
            self.thread(name)
        self.main()
        return "\n".join(self.lines[:model] + list(indented(self.lines[model:]))) + "\n"

    def mark(self, name):
        return "MEMSCOPE_TRACK " if name in self.tracked else ""

    def function(self, name, declarator=None, tracked=None, leaf=False, result="n", plain=None, first=(), last=(),
                 ending=None, statements=True):
        """Writes a function. An annotated one tells the model by a guard that it is left, or by hand (`ending`)."""
        declarator = declarator or self.prototypes[name]
        declared = name in self.prototypes or "::" in declarator
        tracked = name in self.tracked if tracked is None else tracked
        plain = (not self.cxx or self.likely(0.4)) if plain is None else plain
        guard = tracked and ending is None and (not plain if self.cxx else self.likely(0.5))
        if ending is None:
            ending = "leave();" if tracked and not guard else ""
        body = Body(self, plain, leaf, f"{ending} return {result};")
        while statements:
            body.statements(2 if leaf else 8)
            if leaf or body.budget <= 0 or self.likely(0.3):
                break

        # Where a function was declared, the mark stands there: clang 18 and later forget one that comes after a use.
        mark = "MEMSCOPE_TRACK " if tracked and "::" not in declarator and (not declared or self.likely(0.5)) else ""
        attribute = self.random.choice(["", "", "", "NOINLINE ", "inline "]) if "static" in declarator else ""
        if name in self.leaves and self.likely(0.2):
            attribute = "inline __attribute__((always_inline)) "
        self.write(f"{mark}{attribute}{declarator} {{", "" if plain else "Barrier barrier;")
        if guard:
            self.write(f'Guard guard("{name}");' if self.cxx else
                       f'__attribute__((cleanup(leave_guard))) const int guard = enter_guard("{name}");')
        elif tracked:
            self.write(f'enter("{name}");')
        if not leaf and "(int n" in declarator:
            self.write("if (n <= 0 || !go_on()) {", body.ending, "}")
        self.write(*first, *body.text(), *last)
        if name in self.functions and plain and not guard and self.likely(0.2):
            callee = self.random.choice(self.functions)
            self.write(ending, f"__attribute__((musttail)) return {callee}(n - 1);")
        else:
            self.write(body.ending)
        self.write("}", "")

    # ---- the parts ----

    def declarations(self):
        calls = ", ".join(self.functions)
        self.write(*(f"{self.mark(name)}{prototype};" for name, prototype in self.prototypes.items()), "",
                   f"enum {{ CALLS = {len(self.functions)} }};",
                   f"static int (*const fixed_calls[])(int) = {{{calls}}};",
                   f"static int (*volatile calls[])(int) = {{{calls}}};", "static int (*called)(int);",
                   "static void *(*volatile start)(void *) = thread1;", "")

    def class_definition(self, name):
        earlier = self.classes[:self.classes.index(name)]
        base = self.random.choice(earlier) if earlier and self.likely(0.3) else "Object"
        second = ", Second" if base == "Object" and self.likely(0.3) else ""
        part = self.random.choice(earlier) if earlier and self.likely(0.4) else ""
        constructor, destructor = (Body(self, plain=False, leaf=True) for _ in range(2))
        constructor.statements(2)
        destructor.statements(2)
        self.write(f"struct {self.random.choice(['', '', 'alignas(64) '])}{name} : {base}{second} {{", "void *own;",
                   f"{part} part;" if part else "", f"{name}(int n = 2){': part(n)' if part else ''} {{",
                   'own = malloc(40); got(own, "malloc", 40, 0, HERE);', *constructor.text())
        if self.likely(0.5):
            self.write("if (!now.quiet && choose(5) == 0) {", constructor.release("HEAP", "own", "40"),
                       "throw Error{n};", "}")
        self.write("}", f"~{name}() override {{", "arrive();", *destructor.text(),
                   destructor.release("HEAP", "own", "40"), "depart();", "}",
                   f"{self.mark(name)}int use(int n) override;",
                   f'const char *destructor() const override {{ return "~{name}"; }}', "};", "")

    def maker(self, name):
        rows = [row for row in IN_C if row[3] == "size" and not row[0]]
        lines, _ = Body(self, plain=True, leaf=True).allocation(rows)
        self.function(name, leaf=True, result="p", statements=False, first=lines[1:])

    def dropper(self, name):
        body = Body(self, plain=True, leaf=True)
        body.write("const struct slot given = *s;", "s->kind = EMPTY;", "switch (given.kind) {")
        for kind in RELEASES if self.cxx else ["HEAP"]:
            body.write(f"case {kind}:", body.release(kind, "given.block", "given.size"), "break;")
        if self.cxx:
            body.write("case OBJECT: {", "Object *object = (Object *)given.block;",
                       "Second *second = dynamic_cast<Second *>(object);",
                       "const char *destructor = object->destructor();",
                       f"if (second && {self.random.randrange(2)})", "delete second;", "else", "delete object;",
                       'gone((uintptr_t)given.block, "operator delete", destructor, 0);', "break;", "}")
        for index, each in enumerate(self.classes):
            body.write(f"case ARRAY + {index}: {{",
                       f"const uintptr_t address = (uintptr_t)given.block - cookie<{each}>();",
                       f'delete[] ({each} *)given.block; gone(address, "operator delete[]", HERE);', "break;", "}")
        body.write("}")
        self.function(name, leaf=True, result="", statements=False, first=body.text())

    def thread(self, name):
        first, last = ["thread = ++threads;", "int n = 3;"], []
        if self.likely(0.7):
            first += ['void *last = malloc(33); got(last, "malloc", 33, 0, HERE);', "pthread_setspecific(key, last);"]
        if self.cxx:
            first += ["const struct state before = now;", "try {"]
            last += ["} catch (...) {", "now = before;", "}"]
        # A thread that is tracked as a whole is so to its end: its scope is never left.
        self.function(name, result="argument", plain=True, ending="", first=first, last=last)

    def main(self):
        leaf = {"leaf": True, "result": "", "plain": True}
        self.function("last_words", "static void last_words(void *block)", self.likely(0.5), **leaf,
                      first=['gone((uintptr_t)block, "free", HERE); free(block);',
                             'void *last = malloc(5); got(last, "malloc", 5, 0, HERE);',
                             'gone((uintptr_t)last, "free", HERE); free(last);'])
        self.function("on_signal", "static void on_signal(int number)", self.likely(0.7), **leaf,
                      last=["jump();"] if self.likely(0.5) else ["mix((unsigned)number);"])
        self.function("at_exit", "static void at_exit(void)", self.likely(0.5), **leaf)
        self.function("late", "__attribute__((destructor)) static void late(void)", self.likely(0.5), **leaf)
        self.function("early", "__attribute__((constructor)) static void early(void)", self.likely(0.5), **leaf)
        self.function("quit", "static void quit(void)", self.likely(0.5), **leaf, last=["exit((int)(sum % 64));"])
        self.write(*(f"static {name} global{name};" for name in self.classes if self.likely(0.4)), "")

        ending = "return (int)(sum % 64);"
        if self.likely(0.2):
            self.write("MEMSCOPE_TRACK int main(void) {", 'enter("main");')
            ending = f"leave(); {ending}"
        else:
            self.write("int main(void) {")
        self.write("set_up(on_signal, last_words, at_exit);", "const struct state before = now;" if self.cxx else "")
        for name in self.random.choices(self.functions, k=8):
            call = f"mix((unsigned){name}(5));"
            self.write("fuel = 80;", f"try {{ {call} }} catch (...) {{ now = before; }}" if self.cxx else call)
        self.write("now.quiet = 1;", "for (int k = 0; k < SLOTS; k++)",
                   f"if (choose(2)) {self.random.choice(self.droppers)}(&slots[k]);", "if (choose(3) == 0) quit();",
                   ending, "}")


def indented(lines):
    depth = 0
    for line in lines:
        yield "  " * (depth - line.startswith("}")) + line if line else line
        depth += line.count("{") - line.count("}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", choices=["c", "c++"], required=True)
    parser.add_argument("--seed", type=int, required=True)
    arguments = parser.parse_args()
    print(Program(arguments.language, arguments.seed).text(), end="")
