# SPDX-License-Identifier: Apache-2.0
# check-memscope targets: lit (from LLVM's tools) over a test folder of the build tree.

find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(MEMSCOPE_LIT "/usr/lib/llvm-${MEMSCOPE_LLVM_VERSION}/build/utils/lit/lit.py" CACHE FILEPATH "lit of LLVM's tools package")

# memscope_add_lit_target(name folder): builds the products and unit tests, then runs lit over the folder.
function(memscope_add_lit_target name folder)
  get_property(tests GLOBAL PROPERTY MEMSCOPE_TEST_TARGETS)
  add_custom_target(${name}
    COMMAND ${Python3_EXECUTABLE} ${MEMSCOPE_LIT} -sv "${folder}"
    DEPENDS MemScope memscope memscope_static memscope_tool memscope_test_inputs ${tests}
    USES_TERMINAL)
endfunction()
