// SPDX-License-Identifier: Apache-2.0
// A tracked function that throws out of its scope, caught outside: allocations before count, those after do not.
#include <memscope/annotations.h>
#include <stdexcept>

struct Node {
  long value[4];
};
Node *volatile kept;

MEMSCOPE_TRACK static void build(bool fail) {
  kept = new Node;
  if (fail)
    throw std::runtime_error("fails");
}

int main() {
  try {
    build(true);
  } catch (const std::runtime_error &) {
    delete kept;     // of a tracked block: recorded wherever it happens
    kept = new Node; // outside the scope: not recorded
    return 0;
  }
  return 1;
}
