// Functions declared without a prototype, as in K&R C, are recorded where the arguments have the right types; where they do not, the
// call stays, with a warning. Their addresses are those of thunks.
// RUN: %clang_memscope -std=c89 -fno-builtin -O0 -S -emit-llvm %s -o %t.ll 2> %t.err
// RUN: %filecheck %s < %t.ll
// RUN: %filecheck --check-prefix=WARNING %s < %t.err
typedef unsigned long size_t;
void *malloc();
void *reallocarray();
int posix_memalign();
void free();
short pvalloc();
void *valloc(size_t, ...);
int asprintf();
void *mremap();

// CHECK: @table = {{.*}}@__memscope_pointer_malloc{{.*}}@__memscope_pointer_free
struct {
  void *(*get)();
  void (*put)();
} table = {malloc, free};

// CHECK-LABEL: @make(
// CHECK: notail call [[PTR]] @__memscope_malloc(i64 noundef %{{[^,]+}}, [[PTR]] {{.*}}@__memscope_site
// CHECK: notail call [[PTR]] @__memscope_reallocarray([[PTR]] noundef %{{[^,]+}}, i64 noundef 3, i64 noundef 4, [[PTR]]
// CHECK: notail call i32 @__memscope_posix_memalign([[PTR]]{{.*}}, i64 noundef 64, i64 noundef 100, [[PTR]]
// CHECK: notail call void @__memscope_free([[PTR]] noundef %{{[^,]+}}, [[PTR]]
void make(size_t size) {
  char *block = malloc(size);
  block = reallocarray(block, 3UL, 4UL);
  posix_memalign((void **)&block, 64UL, 100UL);
  free(block);
}

// CHECK-LABEL: @further(
// CHECK: call i32 {{.*}}@asprintf{{.*}}, i32 noundef 3)
// CHECK: notail call void {{.*}}@__memscope_asprintf
// CHECK: notail call [[PTR]] {{.*}}@__memscope_mremap{{.*}}, i64 noundef 1, i64 noundef 2, i32 noundef 0, [[PTR]] null, [[PTR]]
void further(char *format, char **out) {
  asprintf(out, format, 3);
  mremap(out, 1UL, 2UL, 0);
}

// The result of another type than declared: what is declared about it does not hold for the entry's.
// CHECK-LABEL: @cast(
// CHECK: notail call {{.*}}[[PTR]] @__memscope_pvalloc(i64
void *cast(void) { return ((void *(*)(size_t))pvalloc)(100); }

// Declared with more arguments than there are, but called with the right ones.
// CHECK-LABEL: @dots(
// CHECK: notail call [[PTR]] {{.*}}@__memscope_valloc{{.*}}(i64 noundef 100, [[PTR]] {{.*}}@__memscope_site
void *dots(void) { return valloc(100UL); }

// CHECK-LABEL: @wrong(
// CHECK: call {{.*}}@malloc{{.*}}(i32 noundef 10)
// CHECK: call {{.*}}@valloc(i64 noundef 10, i32 noundef 20)
void wrong(void) {
  // WARNING: :[[#@LINE+1]]:11: warning: calls of 'malloc' with a type that is not
  (void)!!malloc(10);
  // WARNING: :[[#@LINE+1]]:11: warning: calls of 'valloc' with a type that is not
  (void)!!valloc(10UL, 20);
  // WARNING-NOT: warning: calls of
}
