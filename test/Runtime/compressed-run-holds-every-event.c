// With compress=zstd every event is there as it was, in its order: of two threads, which end with a
// partly filled tail, and of twelve, for which there are not enough places to compress at.
// REQUIRES: zstd
// UNSUPPORTED: sanitized
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_memscope -O2 -I%S/Inputs %s -o program %link_memscope
// RUN: ./program 2 60000 > sums && %python %inputs/events_against_sums.py %memscope Memoryanalysis sums > none
// RUN: %python %inputs/blocks.py Memoryanalysis | %filecheck %s --check-prefix=NONE
// RUN: env MEMSCOPE_OPTIONS=compress=zstd ./program 2 60000 > sums && %python %inputs/events_against_sums.py %memscope Memoryanalysis sums > zstd
// RUN: %python %inputs/blocks.py Memoryanalysis | %filecheck %s --check-prefix=ZSTD && diff none zstd
// RUN: %memscope export Memoryanalysis > out && %memscope dump --json Memoryanalysis > events && %python %inputs/recount.py events Memoryanalysis memscope
// RUN: env MEMSCOPE_OPTIONS=compress=zstd ./program 12 15000 > sums && %python %inputs/events_against_sums.py %memscope Memoryanalysis sums
// A run is read whatever is done to it: cut at random places, and mutated with and without its checksums made right again.
// RUN: env MEMSCOPE_OPTIONS=compress=zstd ./program 1 20000 > sums && %python %inputs/cut_everywhere.py %memscope Memoryanalysis/memscope_thread_*.bin cut 100 1
// RUN: %python %inputs/mutate.py %memscope Memoryanalysis mutated 60 1
// NONE-COUNT-2: {{^1[0-9]}} blocks, 0 compressed, [[BYTES:[0-9]+]] bytes of [[BYTES]]
// ZSTD-COUNT-2: {{^}}[[BLOCKS:1[0-9]]] blocks, [[BLOCKS]] compressed, {{[12][0-9][0-9][0-9][0-9][0-9]}} bytes of {{[34][0-9][0-9][0-9][0-9][0-9]$}}
#include "random_threads.h"

int main(int argc, char **argv) { return argc == 3 ? count_threads(atoi(argv[1]), atoi(argv[2])) : 2; }
