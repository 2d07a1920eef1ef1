// A std::thread or std::jthread created into a marked variable is tracked: by its constructor, by a move into the variable, as a
// global, a member, an element of an array; other threads are not.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: sh %S/Inputs/try_levels.sh "%clangxx_memscope -std=c++20" %s "%link_memscope" %memscope "%filecheck %s"
#include <memscope/annotations.h>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <thread>

char *sink;
static void run(std::size_t size) { delete[] (sink = new char[size]); }

struct Server {
  std::thread thread MEMSCOPE_TRACK_AS("name=a member");
  explicit Server(std::size_t size) : thread(run, size) {}
  ~Server() { thread.join(); }
};

std::thread global MEMSCOPE_TRACK;

int main() {
  std::thread plain(run, 1001);
  plain.join();
  // CHECK-NOT: {{ alloc | free }}
  // CHECK: alloc {{.*}} size=1 {{.*}} scope=built
  // CHECK: free
  std::thread built MEMSCOPE_TRACK(run, 1);
  built.join();
  // CHECK-NOT: {{ alloc | free }}
  // CHECK: alloc {{.*}} size=2 {{.*}} scope=moved
  // CHECK: free
  std::thread moved MEMSCOPE_TRACK;
  moved = std::thread(run, 2);
  moved.join();
  // CHECK-NOT: {{ alloc | free }}
  // CHECK: alloc {{.*}} size=3 {{.*}} scope=lambda
  // CHECK: free
  std::thread lambda MEMSCOPE_TRACK = std::thread([] { run(3); });
  lambda.join();
  // CHECK-NOT: {{ alloc | free }}
  // CHECK: alloc {{.*}} size=4 {{.*}} scope=global
  // CHECK: free
  global = std::thread(run, 4);
  global.join();
  // CHECK-NOT: {{ alloc | free }}
  // CHECK: alloc {{.*}} size=5 {{.*}} scope=a member
  // CHECK: free
  { Server server(5); }
  // CHECK-NOT: {{ alloc | free }}
  // CHECK: alloc {{.*}} size=6 {{.*}} scope=automatic
  // CHECK: free
  { std::jthread automatic MEMSCOPE_TRACK(run, 6); }
  // CHECK-NOT: {{ alloc | free }}
  plain = std::thread(run, 1002);
  plain.join();
}
