// Where files cannot be mapped shared, windows are buffered: every event of a program that ends in order is there, with blocks as they
// are and with compressed ones.
// REQUIRES: zstd
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_plain -shared -fPIC %S/Inputs/refuse_shared_maps.c -o refuse.so && %clang_memscope -O2 -I%S/Inputs %s -o program %link_memscope
// RUN: for kind in none zstd; do env LD_PRELOAD=./refuse.so MEMSCOPE_OPTIONS=frequency=0:compress=$kind ./program > sums && \
// RUN:   %python %inputs/events_against_sums.py %memscope Memoryanalysis sums && %memscope export Memoryanalysis > out && \
// RUN:   %python %inputs/blocks.py Memoryanalysis && od -A n -t u4 -j 64 -N 4 $(ls Memoryanalysis/memscope_thread_*.bin | head -1); done | %filecheck %s
// CHECK:       as they were counted
// CHECK-COUNT-2: {{^}}[[RAW:[1-9]]] blocks, 0 compressed
// CHECK-NEXT:  {{^ +3$}}
// CHECK:       as they were counted
// CHECK-COUNT-2: {{^}}[[ALL:[1-9]]] blocks, [[ALL]] compressed
// CHECK-NEXT:  {{^ +3$}}
#include "random_threads.h"

int main(void) { return count_threads(2, 22000); }
