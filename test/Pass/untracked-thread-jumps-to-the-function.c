// What nobody tracks costs a look at a byte or at a pointer: `return malloc(size)` is the jump that it would be, and the
// byte is read without a call, in programs and in libraries.
// RUN: %clang_memscope -O2 -S %s -o - | %filecheck %s
// RUN: %clang_memscope -O2 -fPIC -ftls-model=global-dynamic -S %s -o - | %filecheck %s
// RUN: %clang_memscope -O2 -fno-pie -fvisibility=hidden -S %s -o - | %filecheck %s
// RUN: %clang_memscope -O2 --target=aarch64-linux-gnu -S %s -o - | %filecheck --check-prefix=ARM %s
typedef unsigned long size_t;
void *malloc(size_t);
void free(void *);

// CHECK-LABEL: make:
// CHECK: movq __memscope_mode@GOTTPOFF(%rip), [[OFFSET:%r..]]
// CHECK-NEXT: cmpb $1, %fs:([[OFFSET]])
// CHECK: {{jmp|je}} malloc{{(@PLT)?}} # TAILCALL
// CHECK: callq __memscope_malloc
// ARM-LABEL: make:
// ARM-DAG: mrs [[POINTER:x[0-9]+]], TPIDR_EL0
// ARM-DAG: adrp [[PLACE:x[0-9]+]], :gottprel:__memscope_mode
// ARM-DAG: ldr [[OFFSET:x[0-9]+]], {{\[}}[[PLACE]], :gottprel_lo12:__memscope_mode]
// ARM: ldrb {{w[0-9]+}}, {{\[}}[[POINTER]], [[OFFSET]]]
// ARM: b malloc
// ARM: bl __memscope_malloc
void *make(size_t size) { return malloc(size); }

// CHECK-LABEL: drop:
// CHECK: __memscope_regions@GOTPCREL(%rip)
// CHECK: {{jmp|je}} free{{(@PLT)?}} # TAILCALL
// CHECK: callq __memscope_free
// ARM-LABEL: drop:
// ARM: :got:__memscope_regions
// ARM: ubfx {{x[0-9]+, x[0-9]+}}, #26, #22
// ARM: b free
// ARM: bl __memscope_free
void drop(void *block) { free(block); }
