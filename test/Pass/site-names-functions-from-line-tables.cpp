// With line tables only, debug information has the last part of a function's name; the site still has all of it.
// RUN: %clangxx_memscope -gline-tables-only -O2 -S -emit-llvm %s -o - | %filecheck %s
#include <cstdlib>

namespace media {
struct Player {
  // CHECK-DAG: c"media::Player::reserve(unsigned long)\00"
  // CHECK-DAG: @__memscope_site = {{.*}} { i32 0, i32 [[#@LINE+1]], i32 {{[0-9]+}}, i32 0
  void *reserve(std::size_t size) { return std::malloc(size); }
};
} // namespace media

void *use(media::Player &player) { return player.reserve(10); }
