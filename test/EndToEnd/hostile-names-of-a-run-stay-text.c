// What a program can name, a thread, an argument, a scope, a function, a file, its folder and itself, may look like markup, a script, JSON's or
// a terminal's own signs, or be no text at all: JSON and page take it as text, and report and dump print nothing but letters.
// RUN: rm -rf %t.dir && mkdir -p "%t.dir/$(printf '<img src=x onerror=alert(1)>\033[2J\342\200\250')" && cd %t.dir/*
// RUN: %clang_memscope -O1 %s -o "$(printf 'a\033]0;b\007<script>')" %link_memscope
// RUN: ./a* '</script><script>globalThis.__injected=1</script>' "$(printf '\033[31m\377\355\240\200\342\200\251')" "javascript:alert('x')" '"},{"' '<!--'
// RUN: %memscope export Memoryanalysis --out ../out && %python %inputs/page_equals_json.py ../out/memscope | %filecheck %s --check-prefix=PAGE
// RUN: %python %inputs/json_value.py ../out/memscope_comprehensive.json threads.0.name run.command_line.1 run.command_line.2 run.command_line.4 \
// RUN:   call_sites.0.function call_sites.1.file run.working_directory run.executable | %filecheck %s --check-prefix=JSON
// RUN: for view in report "report --by site" "report --by leak" dump "dump --stacks" "dump --json"; do %memscope $view Memoryanalysis > text 2>&1 && \
// RUN:   LC_ALL=C %not grep -n "[[:cntrl:]]" text || exit 1; done
// RUN: %memscope dump Memoryanalysis | %filecheck %s --check-prefix=DUMP
// RUN: node %source/test/Page/robust-page.mjs ../out/memscope_dashboard.html exported ../page
// PAGE: the page's report equals the JSON and holds no raw markup
// JSON: threads.0.name "\u001b]2;x\u0007</script>"
// JSON: run.command_line.1 "</script><script>globalThis.__injected=1</script>"
// JSON: run.command_line.2 "\u001b[31m\ufffd\ufffd\ufffd\ufffd\u2029"
// JSON: run.command_line.4 "\"},{\""
// JSON: call_sites.0.function "</script><img src=x onerror=globalThis.__injected=2>\u001b[5m"
// JSON: call_sites.1.file "{{.*}}javascript:globalThis.__injected=3//\u001b[31m<b>.c"
// JSON: run.working_directory "{{.*}}<img src=x onerror=alert(1)>\u001b[2J\u2028"
// JSON: run.executable "{{.*}}a\u001b]0;b\u0007<script>"
// DUMP: thread-name \x1b]2;x\x07</script>
// DUMP: alloc {{.*}} function=</script><img src=x onerror=globalThis.__injected=2>\x1b[5m at {{.*}} scope=<svg/onload=globalThis.__injected=4>\xff\x1b[1m
// DUMP: alloc {{.*}} function=main at {{.*}}javascript:globalThis.__injected=3//\x1b[31m<b>.c:8:{{[0-9]+}}
#include <memscope/annotations.h>
#include <stdlib.h>
#include <sys/prctl.h>

void *kept;

/* Without debug information the symbol is the name. */
__attribute__((nodebug)) void hostile(void) __asm__("</script><img src=x onerror=globalThis.__injected=2>\033[5m");

MEMSCOPE_TRACK_AS("name=<svg/onload=globalThis.__injected=4>\377\033[1m") __attribute__((noinline)) void hostile(void) {
  kept = malloc(1000);
}

#line 5 "javascript:globalThis.__injected=3//\033[31m<b>.c"
MEMSCOPE_TRACK int main(void) {
  prctl(PR_SET_NAME, "\033]2;x\007</script>");
  hostile();
  kept = malloc(10);
}
