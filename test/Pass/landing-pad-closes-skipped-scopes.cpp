// Where an exception arrives, the runtime closes the scopes of the frames it skipped: an annotated function may be in
// another file, so any function does this.
// RUN: %clangxx_memscope -O2 -S -emit-llvm %s -o - | %filecheck %s
void elsewhere();
int caught;

// CHECK-LABEL: @_Z7catcherv(
// CHECK: landingpad
// CHECK-NEXT: catch
// CHECK: %[[TOP:.+]] = {{.*}}call {{.*}} @llvm.addressofreturnaddress{{.*}}
// CHECK-NEXT: %[[FRAME:.+]] = getelementptr i8, [[PTR]] %[[TOP]], i64 -8
// CHECK-NEXT: notail call void @__memscope_scope_unwound([[PTR]] %[[FRAME]])
// CHECK: call {{.*}} @__cxa_begin_catch
void catcher() {
  try {
    elsewhere();
  } catch (...) {
    ++caught;
  }
}

// CHECK-LABEL: @_Z8harmlessv(
// CHECK-NOT: __memscope
// CHECK: ret void
void harmless() { elsewhere(); }
