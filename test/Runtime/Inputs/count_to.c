#include <memscope/annotations.h>
#include <stdlib.h>

static void *volatile kept;

MEMSCOPE_TRACK int main(int argc, char **argv) {
  (void)argc;
  for (int i = atoi(argv[1]); i > 0; i--)
    kept = malloc(8);
}
