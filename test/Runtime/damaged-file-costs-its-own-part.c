// Whatever becomes of one file of a run, cut, flipped, emptied, of another run, no file at all: the events of all other threads are exported whole,
// of its own thread only such as were recorded, and what is lost is said. Plain blocks and compressed ones.
// UNSUPPORTED: emulated
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir && %clang_memscope -O1 -I%S/Inputs %s -o program %link_memscope
// RUN: for kind in none zstd; do rm -rf run && env MEMSCOPE_OPTIONS=output_dir=run:resources=0:compress=$kind ./program > sums && \
// RUN:   %python %inputs/damage_one_file.py %memscope run work 7 ${MEMSCOPE_TEST_DAMAGES:-1} | %filecheck %s || exit 1; done
// CHECK: damages, {{[1-9][0-9]*}} events lost, all of them in the damaged files
#include "random_threads.h"

int main(void) { return count_threads(2, 4000); }
