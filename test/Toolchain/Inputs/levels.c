#include <memscope/annotations.h>
#include <stdlib.h>

void *volatile kept;

__attribute__((noinline)) static void use(void *block) {
  kept = block;
  free(kept);
}

MEMSCOPE_TRACK static void work(void) {
  for (size_t i = 0; i < 4; i++)
    use(malloc(100 + i));
}

int main(void) {
  use(malloc(1));
  work();
  use(malloc(2));
}
