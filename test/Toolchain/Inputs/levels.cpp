#include <memscope/annotations.h>

char *volatile kept;

__attribute__((noinline)) static void use(char *block) {
  kept = block;
  delete[] kept;
}

__attribute__((noinline)) static void fail(int number) {
  if (number == 4)
    throw number;
}

MEMSCOPE_TRACK static void work() {
  for (int i = 0;; i++) {
    fail(i);
    use(new char[100 + i]);
  }
}

int main() {
  use(new char[1]);
  try {
    work();
  } catch (int) {
    use(new char[2]);
  }
}
