// Processes that have the same MEMSCOPE_TREE in their environment leave each other's runs where they are, whoever started
// them; another token, or none, is another invocation.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O1 %s -o program %link_memscope
// RUN: env MEMSCOPE_TREE=one ./program 1 && env MEMSCOPE_TREE=one ./program 22 && env MEMSCOPE_TREE=one ./program 333
// RUN: test ! -e Memoryanalysis.old
// RUN: %memscope export Memoryanalysis --children | sed 's/[0-9]\{1,\}/N/g' | %filecheck %s --check-prefix=EXPORT
// RUN: %memscope report Memoryanalysis | %filecheck %s --check-prefix=REPORT
// RUN: ./program 4444 && %memscope dump Memoryanalysis | %filecheck %s --check-prefix=NEXT
// RUN: %memscope export Memoryanalysis 2>&1 | %filecheck %s --check-prefix=ALONE
// RUN: %memscope export Memoryanalysis.old 2>&1 | %filecheck %s --check-prefix=REPORT
// EXPORT: {{^}}Memoryanalysis/memscope_comprehensive.json
// EXPORT-NEXT: {{^}}Memoryanalysis/memscope_resource_rankings.json
// EXPORT-NEXT: {{^}}Memoryanalysis/memscope_dashboard.html
// EXPORT-NEXT: /Memoryanalysis.N/memscope.N_dashboard.html
// EXPORT-NEXT: /Memoryanalysis.N/memscope.N_dashboard.html
// EXPORT-NOT: {{.}}
// REPORT: 2 more processes of this run beside it: `memscope export --children` exports them, too
// NEXT: size=4444
// ALONE-NOT: more process
#include <memscope/annotations.h>
#include <stdlib.h>

void *volatile kept;

MEMSCOPE_TRACK int main(int argc, char **argv) {
  kept = malloc((size_t)atoi(argv[argc - 1]));
  return 0;
}
