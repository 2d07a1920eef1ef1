// A list that cannot be read is an error of the compilation; an entry under no section is a warning and counts for nothing.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: env MEMSCOPE_LIST=missing.txt %not %clang_memscope -c %s -o missing.o 2>&1 | %filecheck --check-prefix=MISSING %s
// RUN: echo "[track]" > malformed.txt && echo "nonsense" >> malformed.txt
// RUN: env MEMSCOPE_LIST=malformed.txt %not %clang_memscope -c %s -o malformed.o 2>&1 | %filecheck --check-prefix=MALFORMED %s
// RUN: echo "fun:work" > bare.txt && echo "[ignore]" >> bare.txt && echo "fun:quiet" >> bare.txt
// RUN: env MEMSCOPE_LIST=bare.txt %clang_memscope -O1 -S -emit-llvm %s -o bare.ll 2> bare.err
// RUN: %filecheck --check-prefix=BARE %s < bare.err && %filecheck --check-prefix=IR %s < bare.ll
// RUN: %not %clang_memscope -fplugin=%plugin -mllvm -memscope-list=missing.txt -c %s 2>&1 -o option.o | %filecheck --check-prefix=MISSING %s
// MISSING: error: memscope-list: {{.*}}'missing.txt': {{No such file or directory|no such file or directory}}
// MALFORMED: error: memscope-list: {{.*}}malformed {{.*}}line{{.*}}'nonsense'
// BARE: warning: memscope-list: bare.txt: the entry for 'work' stands under neither [track] nor [ignore] and counts for nothing
// BARE-NOT: warning:

// IR-LABEL: define{{.*}} @work(
// IR-NOT: __memscope
// IR-LABEL: define{{.*}} @quiet(
// IR: __memscope_scope_enter(
void work(void) {}
void quiet(void) {}
