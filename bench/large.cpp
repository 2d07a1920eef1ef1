// SPDX-License-Identifier: Apache-2.0
//
// large.cpp: a large C++ translation unit, to see what the plugin adds to its compilation: Debian's nlohmann-json3-dev,
// all of its formats instantiated, and containers of the standard library. It is compiled, never run.
#include <deque>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

using nlohmann::json;

struct Entry {
  std::string name;
  std::vector<double> values;
  std::map<std::string, std::unique_ptr<int>> parts;
};

void to_json(json &j, const Entry &e) { j = {{"name", e.name}, {"values", e.values}}; }
void from_json(const json &j, Entry &e) {
  j.at("name").get_to(e.name);
  j.at("values").get_to(e.values);
}

std::vector<Entry> read(const std::string &path) {
  std::ifstream file(path);
  std::vector<Entry> all = json::parse(file).get<std::vector<Entry>>();
  std::regex word("[a-z]+|[0-9]+(\\.[0-9]+)?");
  std::unordered_map<std::string, std::deque<Entry>> groups;
  for (Entry &e : all)
    if (std::regex_match(e.name, word))
      groups[e.name].push_back(std::move(e));
  std::vector<std::thread> threads;
  for (auto &[name, group] : groups)
    threads.emplace_back([&group = group] {
      for (Entry &e : group)
        e.parts.emplace(e.name, std::make_unique<int>(1));
    });
  for (std::thread &thread : threads)
    thread.join();
  return all;
}

std::string convert(const json &j) {
  std::string text = j.dump(2) + j.flatten().dump() + json::diff(j, j.flatten()).dump();
  for (auto bytes : {json::to_cbor(j), json::to_msgpack(j), json::to_ubjson(j), json::to_bson(j)})
    text.append(bytes.begin(), bytes.end());
  json back = json::from_cbor(json::to_cbor(j));
  back.merge_patch(json::from_msgpack(json::to_msgpack(j)));
  back.update(json::from_ubjson(json::to_ubjson(j)));
  return text + back.patch(json::diff(back, j)).dump();
}
