// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { shortName } from "./code-name";

const ALLOCATE = "std::__new_allocator<std::_Rb_tree_node<std::pair<int const, int> > >::allocate(unsigned long, void const*)";

test("what fits stays whole", () => {
  assert.equal(shortName("grow", 40), "grow");
  assert.equal(shortName(ALLOCATE, 200), ALLOCATE);
});

test("result, parameters, template arguments and namespaces go in this order", () => {
  assert.equal(shortName("std::_MakeUniq<Item>::__single_object std::make_unique<Item>()", 40), "std::make_unique<Item>()");
  assert.equal(shortName("Store::add(std::unique_ptr<Order, std::default_delete<Order> >)", 40), "Store::add(…)");
  assert.equal(shortName(ALLOCATE, 44), "std::__new_allocator<_Rb_tree…>::allocate(…)");
  assert.equal(shortName(ALLOCATE, 38), "std::__new_allocator<…>::allocate(…)");
  assert.equal(shortName(ALLOCATE, 20), "allocate(…)");
  assert.equal(shortName(ALLOCATE, 9), "allocate");
});

test("both ends of a plain name remain", () => {
  assert.equal(shortName("read_configuration_from_file", 12), "read_co…file");
  assert.equal(shortName("abcdef", 3), "ab…");
  assert.equal(shortName("abcdef", 2), "");
});

test("nothing is longer than asked, whatever the name", () => {
  const names = ["operator<<(std::ostream&, Item const&)", "bool operator<(Item const&, Item const&)", "a<b", ")(", "<<<(((", "Price::operator new(unsigned long)",
    "main::{lambda(int)#1}::operator()(int) const", "</script><script>alert(1)</script>", "x".repeat(500), "0x1234 in libfoo.so"];
  for (const name of names) {
    for (let letters = 3; letters < 60; letters++) {
      const text = shortName(name, letters);
      assert.ok(text.length > 0 && text.length <= letters, `${name} in ${letters}: ${text}`);
    }
  }
});
