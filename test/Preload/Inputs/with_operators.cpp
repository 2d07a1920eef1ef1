// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>

#ifdef POOL // its own operators, which no other may take for theirs
static char pool[1 << 20];
static std::size_t used;
void *operator new(std::size_t size) {
  void *block = pool + used;
  used += (size + 15) & ~std::size_t(15);
  return block;
}
void operator delete(void *block) noexcept {
  if (block < pool || block >= pool + sizeof pool)
    std::abort();
}
void operator delete(void *block, std::size_t) noexcept { operator delete(block); }
#endif

extern "C" void *make(unsigned size) { return operator new(size); } // jumps
extern "C" void destroy(void *block) { operator delete(block); }
#ifdef POOL // code in libstdc++ may be bound to another library's operators
extern "C" int grow(int size) {
  destroy(make(static_cast<unsigned>(size)));
  return size + 1;
}
#else
extern "C" int grow(int size) {
  std::string *text = new std::string(static_cast<std::size_t>(size), 'x');
  int length = static_cast<int>(text->size()) + 1;
  delete text;
  return length;
}
#endif
