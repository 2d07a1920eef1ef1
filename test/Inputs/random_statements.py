# SPDX-License-Identifier: Apache-2.0
"""The statements of a random function; random_program.py writes the rest of the program.

Two rules keep their behaviour defined. Control enters a *region* of a function only through its front, because
something is set up there; a jump that leaves one undoes it. And a longjmp passes *plain* functions only: in C++ the
others have objects. Beside each call that allocates or frees stands one that tells the model of random_program.h."""
from contextlib import contextmanager

# What gets a block: what is needed before, the call, its name, the size and the alignment asked for, who gives it back.
# `size` is there already.
IN_C = [
    ("", "malloc(size)", "malloc", "size", 0, "HEAP"),
    ("", "malloc(size)", "malloc", "size", 0, "HEAP"),
    ("size_t count = choose(4);", "calloc(count, size)", "calloc", "count * size", 0, "HEAP"),
    ("", "realloc(none, size)", "realloc", "size", 0, "HEAP"),
    ("", "reallocarray(none, 3, size)", "reallocarray", "3 * size", 0, "HEAP"),
    ("size = 64 + size / 64 * 64;", "aligned_alloc(64, size)", "aligned_alloc", "size", 64, "HEAP"),
    ("", "memalign(32, size)", "memalign", "size", 32, "HEAP"),
    ("void *out = NULL;", "posix_memalign(&out, 256, size) ? NULL : out", "posix_memalign", "size", 256, "HEAP"),
    ("", "valloc(size)", "valloc", "size", 0, "HEAP"),
    ("", "pvalloc(size)", "pvalloc", "size", 0, "HEAP"),
    ("char word[24];", "strdup(spell(word))", "strdup", "strlen(word) + 1", 0, "HEAP"),
    ("char word[24];", "strndup(spell(word), size)", "strndup", "strnlen(word, size) + 1", 0, "HEAP"),
    ("", "heap->get(size)", "malloc through a pointer", "size", 0, "HEAP"),
    ("", "heaps[choose(2)].get(size)", "malloc through a pointer", "size", 0, "HEAP"),
    ("", "heaps[0].get(size)", "malloc through a pointer", "size", 0, "HEAP"),
]
IN_CXX = [
    ("", "::operator new(size)", "operator new", "size", 0, "RAW"),
    ("", "::operator new(size, std::nothrow)", "operator new", "size", 0, "RAW"),
    ("", "new long(3)", "operator new", "sizeof(long)", 0, "LONG"),
    ("", "::operator new[](size)", "operator new[]", "size", 0, "RAW_ARRAY"),
    ("", "new char[size]", "operator new[]", "size", 0, "RAW_ARRAY"),
    ("", "new (std::nothrow) char[size]", "operator new[]", "size", 0, "RAW_ARRAY"),
    ("", "::operator new(size, std::align_val_t(64))", "operator new", "size", 64, "ALIGNED"),
    ("", "::operator new(size, std::align_val_t(64), std::nothrow)", "operator new", "size", 64, "ALIGNED"),
    ("", "new Wide", "operator new", "sizeof(Wide)", 64, "ALIGNED"),
    ("", "::operator new[](size, std::align_val_t(64))", "operator new[]", "size", 64, "ALIGNED_ARRAY"),
    ("", "new (std::nothrow) Wide[2]", "operator new[]", "2 * sizeof(Wide)", 64, "ALIGNED_ARRAY"),
]

# What gives a block `{p}` of `{size}` bytes back.
HEAP_RELEASES = [
    'gone((uintptr_t){p}, "free", HERE); free({p});',
    'gone((uintptr_t){p}, "free", THROUGH("free")); heap->put({p});',
    'gone((uintptr_t){p}, "free", THROUGH("free")); heaps[0].put({p});',
    '{{ uintptr_t old = (uintptr_t){p}; void *q = realloc({p}, zero); changed(old, q, "realloc", 0, HERE); }}',
]
RELEASES = {
    "HEAP": HEAP_RELEASES[:1] * 3 + HEAP_RELEASES,
    "RAW": ["::operator delete({p});", "::operator delete({p} SIZED({size}));",
            "::operator delete({p}, std::nothrow);"],
    "LONG": ["delete (long *){p};"],
    "RAW_ARRAY": ["::operator delete[]({p});", "::operator delete[]({p} SIZED({size}));", "delete[] (char *){p};"],
    "ALIGNED": ["::operator delete({p}, std::align_val_t(64));",
                "::operator delete({p} SIZED({size}), std::align_val_t(64));",
                "::operator delete({p}, std::align_val_t(64), std::nothrow);"],
    "ALIGNED_ARRAY": ["::operator delete[]({p}, std::align_val_t(64));", "delete[] (Wide *){p};"],
}
for kind, callee in ("RAW", ""), ("LONG", ""), ("RAW_ARRAY", "[]"), ("ALIGNED", ""), ("ALIGNED_ARRAY", "[]"):
    RELEASES[kind] = [f'gone((uintptr_t){{p}}, "operator delete{callee}", HERE); {form}' for form in RELEASES[kind]]

# What leaves no trace.
FAILURES = [
    "refuse(malloc(huge));",
    "refuse(calloc(huge, 16));",
    "refuse(reallocarray(none, huge, 8));",
    "refuse(aligned_alloc(64, huge));",
    "refuse(heap->get(huge));",
    "free(none);",
    "{ void *p = NULL; if (posix_memalign(&p, 3, 16)) refuse(p); }",
    "{ struct slot *s = any_slot(); if (s->kind == HEAP) refuse(realloc(s->block, huge)); }",
]
FAILURES_IN_CXX = [
    "refuse(new (std::nothrow) char[huge]);",
    "refuse(::operator new(huge, std::nothrow));",
    "delete (Object *)none;",
    "delete[] (char *)none;",
    "try { refuse(new char[huge]); } catch (const std::bad_alloc &) { mix(1); }",
]


class Goto:
    """A jump, whose label is chosen when the function is complete."""

    def __init__(self, regions):
        self.regions = regions


class Body:
    """The statements of a function. A leaf calls leaves only; all others have an `int n`, how deep they may call."""

    def __init__(self, program, plain, leaf, ending=""):
        self.program, self.random = program, program.random
        self.plain, self.leaf, self.ending = plain, leaf, ending
        self.lines, self.counters, self.labels = [], [], []
        self.regions = []  # (number, how to undo it) of each around the statement that is being written
        self.has_landing = self.has_computed_goto = False
        self.budget = 16

    def write(self, *lines):
        self.lines += lines

    @contextmanager
    def region(self, opening="{", undo=""):
        self.write(opening)
        self.regions.append((self.program.number(), undo))
        yield
        self.regions.pop()
        self.write("}")

    @contextmanager
    def loop(self, opening, closing="}"):
        self.write(opening)
        yield
        self.write(closing)

    def leave(self, regions, keep):
        """What undoes all but `keep` of the regions."""
        return [undo for _, undo in reversed(regions[keep:]) if undo]

    def text(self):
        qualifier = "volatile " if self.has_landing else ""  # they change between setjmp and longjmp
        result = [f"{qualifier}int {name} = 0;" for name in self.counters]
        for line in self.lines:
            if not isinstance(line, Goto):
                result.append(line)
                continue
            fitting = [label for label in self.labels if line.regions[:len(label[1])] == label[1]]
            if fitting:
                name, regions = self.random.choice(fitting)
                result += ["if (go_on() && choose(3) == 0) {", *self.leave(line.regions, len(regions)),
                           f"goto {name};", "}"]
        return result

    # ---- choice ----

    def statements(self, most):
        for _ in range(self.random.randint(1, most)):
            if self.budget > 0:
                self.budget -= 1
                self.statement()

    def statement(self):
        menu = {self.take: 8, self.drop: 6, self.resize: 4, self.see: 2, self.local_block: 4, self.fail: 1,
                self.stack_memory: 2}
        if not self.leaf:
            menu |= {self.call: 9, self.call_leaf: 2, self.repeat: 3, self.select: 2, self.loop_by_switch: 1,
                     self.label: 3, self.goto: 3, self.computed_goto: 1, self.leave_early: 1, self.sort: 1,
                     self.tree: 1, self.start_thread: 2, self.signal: 2}
            if self.plain:
                menu |= {self.landing: 3, self.jump: 3}
            if self.program.cxx:
                menu |= {self.throw: 3}
            if not self.plain:
                menu |= {self.attempt: 6, self.local_object: 5, self.new_object: 5, self.closure: 2}
        self.random.choices(list(menu), menu.values())[0]()

    def any_slot(self):
        return self.random.choice(["any_slot()", f"&slots[{self.random.randrange(8)}]"])

    def allocation(self, choices):
        """Lines that make a block `p` of `bytes` bytes, and who gives it back."""
        before, call, callee, bytes_, alignment, kind = self.random.choice(choices)
        place = "HERE"
        if callee.endswith(" through a pointer"):
            callee = callee.split()[0]
            place = f'THROUGH("{callee}")'
        size = self.random.choice(["any_size()", "any_size()", "zero", "1", "24", "4096"])
        return [f"size_t size = {size};", before,
                f'void *p = {call}; const size_t bytes = {bytes_}; got(p, "{callee}", bytes, {alignment}, {place});'
                ], kind

    def any_allocation(self):
        return self.allocation(IN_C + IN_CXX if self.program.cxx else IN_C)

    def release(self, kind, p, size):
        return self.random.choice(RELEASES[kind]).format(p=p, size=size)

    # ---- statements that leaves may have ----

    def take(self):
        lines, kind = self.any_allocation()
        if self.random.random() < 0.15:
            lines, kind = ["const size_t bytes = any_size();",
                           f"void *p = {self.random.choice(self.program.makers)}(bytes);"], "HEAP"
        with self.region():
            self.write(f"struct slot *s = {self.any_slot()};")
            with self.region("if (!s->kind) {"):
                self.write(*lines, f"put(s, p, bytes, {kind});")

    def drop(self):
        self.write(f"{self.random.choice(self.program.droppers)}({self.any_slot()});")

    def resize(self):
        call, callee, bytes_, place = self.random.choice([
            ("realloc(s->block, size)", "realloc", "size", "HERE"),
            ("realloc(s->block, size)", "realloc", "size", "HERE"),
            ("reallocarray(s->block, 2, size)", "reallocarray", "2 * size", "HERE"),
            ("heap->again(s->block, size)", "realloc", "size", 'THROUGH("realloc")'),
        ])
        with self.region():
            self.write(f"struct slot *s = {self.any_slot()};")
            with self.region("if (s->kind == HEAP && s->block) {"):
                self.write("uintptr_t old = (uintptr_t)s->block;", "size_t size = any_size();",
                           f'void *p = {call}; changed(old, p, "{callee}", {bytes_}, {place});',
                           f"see(p, {bytes_} < s->size ? {bytes_} : s->size);", f"put(s, p, {bytes_}, HEAP);")

    def see(self):
        with self.region():
            self.write(f"struct slot *s = {self.any_slot()};", "if (s->kind == HEAP) see(s->block, s->size);")
            if self.program.cxx and not self.leaf:
                self.write("if (s->kind == OBJECT) mix((unsigned)((Object *)s->block)->use(n - 1));")

    def local_block(self):
        lines, kind = self.any_allocation()
        with self.region():
            self.write(*lines, "fill(p, bytes);")
            if not self.leaf:
                self.statements(3)
            self.write("see(p, bytes);", self.release(kind, "p", "bytes"))

    def fail(self):
        self.write(self.random.choice(FAILURES + FAILURES_IN_CXX if self.program.cxx else FAILURES))

    def stack_memory(self):
        with self.region():
            self.write("size_t bytes = 1 + choose(60);",
                       self.random.choice(["char *memory = (char *)alloca(bytes);", "char memory[bytes];"]),
                       "fill(memory, bytes);")
            if not self.leaf:
                self.statements(3)
            self.write("see(memory, bytes);")

    # ---- calls ----

    def call(self):
        name, variadic = self.random.choice(self.program.functions), self.random.choice(self.program.variadics)
        slots = [self.any_slot() for _ in range(self.random.randrange(4))]
        self.write(self.random.choice([
            f"mix((unsigned){name}(n - 1));",
            f"mix((unsigned){name}(n - 1));",
            f"called = {name}; mix((unsigned)called(n - 1));",
            "mix((unsigned)calls[choose(CALLS)](n - 1));",
            "mix((unsigned)fixed_calls[choose(CALLS)](n - 1));",
            f"mix((unsigned){variadic}({', '.join(['n - 1', str(len(slots)), *slots])}));",
        ]))

    def call_leaf(self):
        self.write(f"{self.random.choice(self.program.leaves)}();")

    def sort(self):
        with self.region():
            self.write("int numbers[5] = {3, 1, (int)choose(5), 2, (int)choose(5)};",
                       f"qsort(numbers, 5, sizeof *numbers, {self.random.choice(self.program.comparators)});",
                       "mix((unsigned)numbers[choose(5)]);")

    def tree(self):
        """The C library gives the block back, through the pointer that it is handed."""
        with self.region():
            self.write("void *root = NULL;", 'void *key = malloc(8); got(key, "malloc", 8, 0, HERE);', "fill(key, 8);",
                       "tsearch(key, &root, by_address);", 'gone((uintptr_t)key, "free", THROUGH("free"));',
                       "tdestroy(root, free);")

    def start_thread(self):
        with self.region("if (threads < 6) {"):
            self.write("pthread_t other;",
                       f"if (pthread_create(&other, NULL, {self.random.choice(self.program.starts)}, NULL) == 0)",
                       "pthread_join(other, NULL);")

    def signal(self):
        self.write(self.random.choice(["raise(SIGUSR1);", "raise(SIGUSR2);"]))

    # ---- the ways that control takes ----

    def repeat(self):
        self.counters.append(f"i{self.program.number()}")
        i = self.counters[-1]
        opening, closing = self.random.choice([(f"for ({i} = 0; {i} < 4 && go_on(); {i}++) {{", "}"),
                                               ("while (go_on() && choose(3)) {", "}"),
                                               ("do {", "} while (go_on() && choose(2));")])
        with self.loop(opening, closing):
            self.statements(3)
            if self.random.random() < 0.4:
                self.write("if (choose(4) == 0) {", self.random.choice(["break;", "continue;"]), "}")
            self.statements(2)

    def select(self):
        with self.loop("switch (choose(4)) {"):
            for case in "case 0:", "case 1:", "default:":
                self.write(case)
                self.statements(2)
                if self.random.random() < 0.6:
                    self.write("break;")
            self.write(";")

    def loop_by_switch(self):
        """A loop that is entered in the middle."""
        self.write("switch (choose(3)) {", "case 0:")
        with self.loop("do {", "} while (go_on() && choose(2));"):
            self.statements(2)
            self.write("case 1:")
            self.statements(2)
            self.write("default:")
            self.statements(2)
            self.write(";")
        self.write("}")

    def label(self):
        name = f"l{self.program.number()}"
        self.labels.append((name, list(self.regions)))
        self.write(f"{name}:;")

    def goto(self):
        self.lines.append(Goto(list(self.regions)))

    def computed_goto(self):
        if self.has_computed_goto:  # it may lead to each label whose address is taken
            return
        self.has_computed_goto = True
        one, other = f"l{self.program.number()}", f"l{self.program.number()}"
        with self.region():
            self.write(f"static void *const places[] = {{&&{one}, &&{other}}};", "goto *places[choose(2)];",
                       f"{one}:;")
            self.statements(2)
            self.write(f"{other}:;")
            self.statements(2)

    def leave_early(self):
        self.write("if (choose(6) == 0) {", *self.leave(self.regions, 0), self.ending, "}")

    def landing(self):
        self.has_landing = True
        name = f"landing{self.program.number()}"
        with self.region():
            self.write(f"struct landing {name};", f"{name}.before = now;", f"now.landing = &{name};")
            setjmp = self.random.choice(["setjmp({}.place)", "_setjmp({}.place)", "sigsetjmp({}.place, 1)"])
            with self.region(f"if ({setjmp.format(name)} == 0) {{", undo=f"now = {name}.before;"):
                self.statements(3)
                self.jump()
                self.statements(3)
            self.write(f"now = {name}.before;")
            self.statements(2)

    def jump(self):
        self.write("if (choose(3) == 0) jump();")

    # ---- C++ ----

    def throw(self):
        what = self.random.choice(["Error{3}", "WorseError{{4}}", "LoadedError()", "5"])
        self.write(f"if (!now.quiet && choose(3) == 0) throw {what};")

    def attempt(self):
        before = f"before{self.program.number()}"
        handlers = [("const Error &error", "mix((unsigned)error.code);"), ("const LoadedError &", "mix(11);"),
                    ("int", "mix(12);"), ("...", "mix(13);")]
        with self.region():
            self.write(f"const struct state {before} = now;")
            with self.region("try {"):
                self.statements(3)
                self.throw()
                self.statements(3)
            for caught, first in handlers[self.random.randrange(3):]:
                with self.region(f"catch ({caught}) {{"):
                    self.write(f"now = {before};", first)
                    self.statements(2)
                    if self.random.random() < 0.3:
                        self.write("if (!now.quiet && choose(2)) throw;")

    def any_class(self):
        return self.random.choice(self.program.classes)

    def local_object(self):
        name, o = self.any_class(), f"o{self.program.number()}"
        storage, first = self.random.choice([("", f"{o}.level = now.depth;")] * 5 +
                                            [("static ", ""), ("static thread_local ", "")])
        with self.region():
            self.write(f"{storage}{name} {o}{{(int)choose(9)}};", first)
            self.statements(3)
            self.write(f"mix((unsigned){o}.use(n - 1));")
            self.statements(2)

    def new_object(self):
        name, count = self.any_class(), self.random.randrange(4)
        what, kind, array, cookie = self.random.choice([
            (f"{name}((int)choose(9))", "OBJECT", "", "0"),
            (f"{name}[{count}]", f"ARRAY + {self.program.classes.index(name)}", "[]", f"cookie<{name}>()")])
        bytes_ = f"{count} * sizeof({name}) + {cookie}" if array else f"sizeof({name})"
        with self.region():
            self.write(f"struct slot *s = {self.any_slot()};")
            with self.region("if (!s->kind) {"):
                self.write(f'Pending told("operator new{array}", "operator delete{array}", {bytes_}, '
                           f"alignment<{name}>(), {cookie}, HERE); {name} *p = new {what};", "told.done(p);",
                           f"*s = {{{'p' if array else 'static_cast<Object *>(p)'}, 0, {kind}}};")

    def closure(self):
        tracked = self.random.random() < 0.6
        inside = Body(self.program, plain=False, leaf=True)
        inside.statements(3)
        with self.region():
            self.write(f"auto closure = [&](int m) {'MEMSCOPE_TRACK ' if tracked else ''}{{", "Barrier barrier;",
                       'Guard guard("operator()");' if tracked else "", *inside.text(), "return m + n;", "};",
                       self.random.choice(["mix((unsigned)closure(2));", "mix((unsigned)through(closure, 3));",
                                           "mix((unsigned)tracked_through(closure, 4));"]))
