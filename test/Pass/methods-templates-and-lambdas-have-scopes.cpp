// The annotation works on whatever C++ calls a function; scopes are named as the source names it.
// RUN: %clangxx_memscope -std=c++17 -O1 -S -emit-llvm %s -o - | %filecheck %s
#include <memscope/annotations.h>

// CHECK-DAG: c"media::Player::play(int)\00"
// CHECK-DAG: c"int media::twice<int>(int)\00"
// CHECK-DAG: c"use(media::Player&)::$_0::operator()(int) const\00"
// CHECK-DAG: define {{.*}} @_ZN5media6Player4playEi(
// CHECK-DAG: call void @__memscope_scope_enter({{.*}}@__memscope_scope._ZN5media6Player4playEi
// CHECK-DAG: define linkonce_odr {{.*}} @_ZN5media5twiceIiEET_S1_(
// CHECK-DAG: call void @__memscope_scope_enter({{.*}}@__memscope_scope._ZN5media5twiceIiEET_S1_
// CHECK-DAG: call void @__memscope_scope_enter({{.*}}@"__memscope_scope._ZZ3useRN5media6PlayerEENK3$_0clEi"
namespace media {
struct Player {
  MEMSCOPE_TRACK int play(int track);
};
int Player::play(int track) { return track + 1; }

template <typename T> MEMSCOPE_TRACK T twice(T value) { return value + value; }
} // namespace media

int use(media::Player &player) {
  auto rewind = [&](int track) MEMSCOPE_TRACK { return player.play(track); };
  return rewind(media::twice(21));
}
