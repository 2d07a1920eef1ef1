// Of C++: classes by their qualified names with template arguments, arrays without the count that new[] keeps, blocks
// that containers ask for, and receivers in classes, lambdas, containers and smart pointers.
// RUN: %clangxx_memscope -std=c++17 -O0 -S -emit-llvm %s -o - | %python %inputs/types_of_sites.py | %filecheck %s
// RUN: %clangxx_memscope -std=c++17 -O2 -S -emit-llvm %s -o - | %python %inputs/types_of_sites.py | %filecheck %s
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <unordered_map>
#include <vector>

void use(const void *);

namespace shapes {
template <typename T> struct Point {
  T x, y;
};
struct Shape {
  virtual ~Shape() {}
  void show() { use(this); }
  char *label = nullptr;
};
struct Circle : Shape {
  Point<double> *center;
  double radius;
  Circle();
};
template <typename T> struct Result {
  T *value;
  double more[4];
};
struct Virtual : virtual Shape {
  int *own = nullptr;
  void set();
};
} // namespace shapes
namespace other {
struct Circle {
  char bytes[32];
};
} // namespace other
namespace {
struct Hidden {
  ~Hidden() { use(this); }
  int *field;
};
} // namespace
using shapes::Circle, shapes::Shape;

// ---- types ----

struct alignas(64) Aligned {
  ~Aligned() { use(this); }
  char bytes[64];
};

void types(size_t n) {
  // CHECK-DAG: [[@LINE+1]] operator new 'shapes::Circle' 'shapes::Shape *shape'
  Shape *shape = new Circle;
  use(shape);
  // CHECK-DAG: [[@LINE+1]] operator new '(anonymous namespace)::Hidden' '(anonymous namespace)::Hidden *hidden'
  auto hidden = new Hidden;
  use(hidden);
  struct Local {
    int number;
  };
  // CHECK-DAG: [[@LINE+1]] operator new 'Local' 'Local *local'
  auto local = new Local;
  use(local);
  // CHECK-DAG: [[@LINE+1]] operator new[] '(anonymous namespace)::Hidden[10]' '(anonymous namespace)::Hidden *ten'
  auto ten = new Hidden[10];
  use(ten);
  // CHECK-DAG: [[@LINE+1]] operator new[] 'Aligned[3]' 'Aligned *aligned'
  auto aligned = new Aligned[3];
  use(aligned);
  // CHECK-DAG: [[@LINE+1]] operator new[] '(anonymous namespace)::Hidden[]' '(anonymous namespace)::Hidden *some'
  auto some = new Hidden[n];
  use(some);
  // CHECK-DAG: [[@LINE+1]] operator new[] 'int[1]' 'int *one'
  auto one = new int[1];
  use(one);
  // CHECK-DAG: [[@LINE+1]] operator new[] 'int[][4]' 'int (*rows)[4]'
  auto rows = new int[n][4];
  use(rows);
  // CHECK-DAG: [[@LINE+1]] operator new 'int shapes::Virtual::*' 'int shapes::Virtual::**member'
  auto member = new (int shapes::Virtual::*);
  use(member);
  // CHECK-DAG: [[@LINE+1]] operator new '(unnamed class at site-names-what-cpp-allocates.cpp:[[@LINE+1]])' '(unnamed class at site-names-what-cpp-allocates.cpp:[[@LINE+1]]) *lambda'
  auto *lambda = new auto([n] { return n; });
  use(lambda);
}

// ---- memory by hand ----

template <typename T> T *allocate(size_t n) {
  // CHECK-DAG: [[@LINE+2]] malloc 'shapes::Point<int>[]' ''
  // CHECK-DAG: [[@LINE+1]] malloc 'double[]' ''
  return static_cast<T *>(malloc(n * sizeof(T)));
}

void by_hand(size_t n) {
  use(allocate<shapes::Point<int>>(n));
  use(allocate<double>(n));
  // CHECK-DAG: [[@LINE+1]] malloc 'shapes::Circle' 'void *memory'
  void *memory = std::malloc(sizeof(Circle));
  use(new (memory) Circle);
  auto *circle = new (memory) Circle;
  use(circle);
  // CHECK-DAG: [[@LINE+1]] malloc 'shapes::Circle' 'void *accessed'
  void *accessed = malloc(sizeof(Circle));
  static_cast<Circle *>(accessed)->radius = 1;
  use(accessed);
  other::Circle of_the_same_name;
  use(&of_the_same_name);
  // A member function may be one of a base class.
  // CHECK-DAG: [[@LINE+1]] malloc '' ''
  static_cast<Circle *>(malloc(sizeof(Circle)))->show();
  // CHECK-DAG: [[@LINE+1]] operator new 'int[10]' 'int *numbers'
  int *numbers = static_cast<int *>(::operator new(40));
  use(numbers);
}

// ---- the standard library ----

void library(int n) {
  // CHECK-DAG: operator new 'shapes::Point<float>[]' ''
  std::vector<shapes::Point<float>> points;
  points.push_back({1, 2});
  use(&points);
  // CHECK-DAG: operator new 'std::_Rb_tree_node<std::pair<const int, shapes::Point<char> > >[]' ''
  std::map<int, shapes::Point<char>> tree;
  tree[n] = {};
  use(&tree);
  // CHECK-DAG: operator new 'std::__detail::_Hash_node<std::pair<const int, shapes::Point<short> >, false>[]' ''
  std::unordered_map<int, shapes::Point<short>> table;
  table[n] = {};
  use(&table);
  // CHECK-DAG: operator new 'shapes::Point<long>' ''
  auto unique = std::make_unique<shapes::Point<long>>();
  use(unique.get());
  // CHECK-DAG: operator new 'std::_Sp_counted_ptr_inplace<shapes::Circle, std::allocator<{{.*}}>, {{.*}}>[]' ''
  auto counted = std::make_shared<Circle>();
  use(counted.get());
  // CHECK-DAG: operator new '(unnamed class at site-names-what-cpp-allocates.cpp:[[@LINE+1]])' '_M_access()'
  std::function<int(int)> function = [=](int i) { return i + n + points[0].x + counted.use_count(); };
  use(&function);
}

// ---- receivers ----

struct Widget {
  int *field;
  int *grid[2][3];
  std::unique_ptr<Shape> owned;
  std::vector<int *> list;
  static Widget *instance;
  Widget(int);
  void fill(Widget &other, int n);
};
// CHECK-DAG: [[@LINE+1]] operator new 'Widget' 'Widget *Widget::instance'
Widget *Widget::instance = new Widget(1);

// CHECK-DAG: [[@LINE+1]] operator new 'int' 'Widget.field'
Widget::Widget(int n) : field(new int(n)) {}

void Widget::fill(Widget &other, int n) {
  // CHECK-DAG: [[@LINE+1]] operator new 'int' 'Widget.field'
  this->field = new int;
  // CHECK-DAG: [[@LINE+1]] operator new 'int' 'Widget.grid[][]'
  other.grid[1][n] = new int;
  // CHECK-DAG: [[@LINE+1]] operator new 'shapes::Circle' 'Widget.owned'
  owned.reset(new Circle);
  // CHECK-DAG: [[@LINE+1]] operator new 'int' 'Widget.list[]'
  list[n] = new int;
}

// CHECK-DAG: [[@LINE+1]] operator new 'shapes::Point<double>' 'shapes::Circle.center'
Circle::Circle() : center(new shapes::Point<double>) {
  // CHECK-DAG: [[@LINE+1]] operator new[] 'char[3]' 'shapes::Shape.label'
  label = new char[3];
}

// Where a virtual base class lies is not known at compile time; what it is, is.
void shapes::Virtual::set() {
  // CHECK-DAG: [[@LINE+1]] operator new 'int' 'shapes::Virtual.own'
  own = new int;
  // CHECK-DAG: [[@LINE+1]] operator new[] 'char[4]' 'shapes::Shape.label'
  label = new char[4];
}

Shape *make_virtual() {
  // CHECK-DAG: [[@LINE+1]] operator new 'shapes::Virtual' 'shapes::Virtual *made'
  auto made = new shapes::Virtual;
  made->set();
  return made;
}

shapes::Result<Widget> result() {
  // CHECK-DAG: [[@LINE+1]] operator new 'Widget' 'shapes::Result<Widget>.value'
  return {new Widget(3), {}};
}

void receivers(Widget *widget, int *Widget::*which, std::map<int, Widget *> &widgets) {
  // CHECK-DAG: [[@LINE+1]] operator new 'int' ''
  widget->*which = new int;
  int *&reference = widget->field;
  // CHECK-DAG: [[@LINE+1]] operator new 'int' 'int *reference'
  reference = new int;
  // CHECK-DAG: [[@LINE+1]] operator new 'Widget' 'widgets[]'
  widgets[1] = new Widget(2);
  for (auto &slot : widget->list)
    // CHECK-DAG: [[@LINE+1]] operator new 'int' 'int *slot'
    slot = new int;
  // CHECK-DAG: [[@LINE+1]] operator new 'shapes::Circle' 'std::unique_ptr<shapes::Shape, std::default_delete<shapes::Shape> > unique'
  std::unique_ptr<Shape> unique(new Circle);
  use(&unique);
  // CHECK-DAG: [[@LINE+1]] operator new 'shapes::Circle' 'std::shared_ptr<shapes::Shape> counted'
  std::shared_ptr<Shape> counted{new Circle};
  use(&counted);
  // CHECK-DAG: [[@LINE+1]] malloc 'shapes::Shape' 'std::unique_ptr<shapes::Shape, void (*)(shapes::Shape *)> raw'
  std::unique_ptr<Shape, void (*)(Shape *)> raw(static_cast<Shape *>(malloc(sizeof(Shape))), [](Shape *s) { free(s); });
  use(&raw);
  int *outside;
  // CHECK-DAG: [[@LINE+2]] operator new 'int' 'int *outside'
  // CHECK-DAG: [[@LINE+1]] operator new 'int' 'captures.inside'
  auto captures = [&outside, inside = new int]() mutable { outside = new int; use(&inside); };
  captures();
  use(outside);
  use(&captures);
  thread_local Hidden *local;
  // CHECK-DAG: [[@LINE+1]] operator new '(anonymous namespace)::Hidden' '(anonymous namespace)::Hidden *local'
  local = new Hidden;
}
