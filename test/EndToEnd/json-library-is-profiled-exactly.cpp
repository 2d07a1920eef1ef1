// A C++17 program of a header-only JSON library prints what it prints without the plugin; its events are those of an independent
// log, call for call; and its types are in the report with their template arguments.
// RUN: rm -rf %t.dir && mkdir -p %t.dir && cd %t.dir
// RUN: %clang_plain -O2 -fPIC -shared %inputs/allocation_log.c -o log.so
// RUN: sh %S/Inputs/run_both_builds.sh "%clangxx_plain -std=c++17" "%clangxx_memscope -std=c++17" %s "%link_memscope" %memscope \
// RUN:   "%python %inputs/events_against_log.py" "%filecheck %s"
// CHECK:     TYPES
// CHECK-DAG: B 352 {{.*}} B plant::Reading[]
// CHECK-DAG: B 676 {{.*}} B plant::Tree{{$}}
// CHECK-DAG: B 52 {{.*}} B std::_Sp_counted_ptr_inplace<plant::Sensor, std::allocator<void>, {{[^<>]*}}>[]
// CHECK-DAG: B 4 {{.*}} B plant::Histogram{{$}}
// CHECK-DAG: B 4 {{.*}} B plant::Histogram.counts
// CHECK-DAG: B 336 {{.*}} B std::_Rb_tree_node<std::pair<const [[STRING:std::__cxx11::basic_string<char, .*>]], int> >[]
// CHECK-DAG: B [[JSON:nlohmann::[a-z0-9_]*::basic_json<.*>]][]{{$}}
// CHECK-DAG: B std::vector<[[JSON]], std::allocator<[[JSON]] > >[]
// CHECK-DAG: B std::_Rb_tree_node<std::pair<const [[STRING]], [[JSON]] > >[]
#include <nlohmann/json.hpp>

#include <cinttypes>
#include <cstdio>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

using nlohmann::json;

namespace plant {

struct Reading {
  std::int64_t time;
  double value;
};

struct Sensor {
  std::string name;
  std::vector<Reading> readings;
  std::map<std::string, int> limits;
};

void to_json(json &j, const Reading &r) { j = json::array({r.time, r.value}); }
void from_json(const json &j, Reading &r) {
  j.at(0).get_to(r.time);
  j.at(1).get_to(r.value);
}
void to_json(json &j, const Sensor &s) { j = {{"name", s.name}, {"readings", s.readings}, {"limits", s.limits}}; }
void from_json(const json &j, Sensor &s) {
  j.at("name").get_to(s.name);
  j.at("readings").get_to(s.readings);
  j.at("limits").get_to(s.limits);
}

/// What a thread found out about one document.
struct Summary {
  std::uint64_t checksum = 14695981039346656037u;
  std::deque<std::string> lines;

  void add(const std::string &text) {
    for (unsigned char c : text)
      checksum = (checksum ^ c) * 1099511628211u;
  }
};

struct Tree {
  double key;
  std::unique_ptr<Tree> left, right;
};

/// One a cache line, so that no two threads share one.
class alignas(64) Histogram {
public:
  explicit Histogram(double width) : width(width), counts(new unsigned[size]()) {}
  ~Histogram() { delete[] counts; }
  void add(double value) { counts[static_cast<unsigned>(value / width) % size]++; }
  unsigned long sum() const { return std::accumulate(counts, counts + size, 0ul); }

private:
  static constexpr unsigned size = 20;
  double width;
  unsigned *counts;
};

} // namespace plant

using namespace plant;

// Made before main and destroyed after it.
static const json defaults = {{"low", 1}, {"high", 99}, {"a name that does not fit into a short string", "\u00e4\u20ac"}};

static Sensor make_sensor(unsigned number, std::uint64_t &random) {
  Sensor sensor{"sensor of hall " + std::to_string(number) + " with a long name", {}, {}};
  for (unsigned i = 0; i < 10 + number % 7; i++) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    sensor.readings.push_back({static_cast<std::int64_t>(1700000000 + i), static_cast<double>(random >> 40) / 128});
  }
  for (const char *limit : {"warning", "alarm", "shutdown"})
    sensor.limits[limit] = static_cast<int>(random % 1000);
  return sensor;
}

static json make_document(unsigned seed) {
  std::uint64_t random = seed;
  json document = {{"version", 3}, {"defaults", defaults}, {"sensors", json::array()}};
  for (unsigned i = 0; i < 15; i++)
    document["sensors"].push_back(make_sensor(i, random));
  return document;
}

static void insert(std::unique_ptr<Tree> &place, double key) {
  if (!place)
    place.reset(new Tree{key, nullptr, nullptr});
  else
    insert(key < place->key ? place->left : place->right, key);
}

static double sum(const Tree *tree) { return tree ? tree->key + sum(tree->left.get()) + sum(tree->right.get()) : 0; }

// Each of these goes wrong in another way, and the document is as it was.
static void provoke(json &document, Summary &summary) {
  const std::function<void()> attempts[] = {
      [&] { document = json::parse(document.dump().substr(0, 100)); },
      [&] { document.at("sensors").at(1000) = 1; },
      [&] { summary.add(document["sensors"][0]["readings"].get<std::string>()); },
      [&] { document.at("/sensors/x"_json_pointer) = 2; },
      [&] { document = document.patch(json::array({{{"op", "test"}, {"path", "/version"}, {"value", 4}}})); },
      [&] { summary.add(json("\xff no UTF-8").dump()); },
  };
  for (const auto &attempt : attempts)
    try {
      attempt();
      summary.lines.push_back("no error");
    } catch (const json::exception &error) {
      summary.lines.push_back(error.what());
    }
}

static void modify(json &document) {
  json before = document;
  document["sensors"].erase(document["sensors"].begin() + 3);
  document["/sensors/0/limits/alarm"_json_pointer] = nullptr;
  document.merge_patch({{"defaults", {{"low", nullptr}, {"high", 1e300}}}, {"operators", {"Ada", "Grace", "Edsger"}}});
  if (before.patch(json::diff(before, document)) != document)
    std::puts("a patch of a difference is not the document");
}

static void evaluate(const json &document, Summary &summary) {
  std::unordered_map<std::string, std::shared_ptr<Sensor>> by_name;
  std::list<std::weak_ptr<Sensor>> order;
  for (const json &part : document.at("sensors")) {
    if (part["limits"]["alarm"].is_null())
      continue;
    auto sensor = std::make_shared<Sensor>(part.get<Sensor>());
    order.push_back(sensor);
    by_name.emplace(sensor->name, std::move(sensor));
  }
  std::unique_ptr<Tree> tree;
  auto histogram = std::make_unique<Histogram>(1000);
  for (const auto &weak : order)
    for (const Reading &reading : weak.lock()->readings) {
      insert(tree, reading.value);
      histogram->add(reading.value);
    }
  summary.lines.push_back(std::to_string(by_name.size()) + " sensors, " + std::to_string(histogram->sum()) +
                          " readings, sum " + std::to_string(sum(tree.get())));
}

static void work(unsigned seed, Summary &summary) {
  json document = json::parse(make_document(seed).dump(2));
  provoke(document, summary);
  modify(document);
  evaluate(document, summary);
  for (const auto &bytes : {json::to_cbor(document), json::to_msgpack(document)})
    summary.add({bytes.begin(), bytes.end()});
  if (json::from_cbor(json::to_cbor(document)) != document)
    std::puts("CBOR does not come back");
  summary.add(document.dump());
  summary.add(document.dump(-1, ' ', true));
}

int main() {
  std::vector<std::shared_ptr<Summary>> summaries;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 4; i++) {
    summaries.push_back(std::make_shared<Summary>());
    threads.emplace_back(work, i + 1, std::ref(*summaries.back()));
  }
  for (std::thread &thread : threads)
    thread.join();
  for (const auto &summary : summaries) {
    for (const std::string &line : summary->lines)
      std::puts(line.c_str());
    std::printf("checksum %016" PRIx64 "\n", summary->checksum);
  }
  return static_cast<int>(summaries[0]->checksum % 100) + 1;
}
