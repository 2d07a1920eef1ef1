// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <thread>

static struct Joins {
  Joins() {
    std::thread([] {}).join();
    std::puts("joined");
    std::fflush(stdout);
  }
} joins;
