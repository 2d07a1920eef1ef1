// SPDX-License-Identifier: Apache-2.0
#include <string>

extern "C" int grow(int size) {
  std::string *text = new std::string(static_cast<size_t>(size), 'x');
  int length = static_cast<int>(text->size()) + 1;
  delete text;
  return length;
}
