# SPDX-License-Identifier: Apache-2.0
# One function a kind of target: language standard, warnings, visibility, sanitizers. Nothing directory-wide.

# Language standard, warnings and hidden visibility: what every target of the project shares.
function(memscope_target_defaults target)
  set_target_properties(${target} PROPERTIES
    C_STANDARD 17 C_STANDARD_REQUIRED ON C_EXTENSIONS ON
    CXX_STANDARD 17 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden
    POSITION_INDEPENDENT_CODE ON)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wundef -Wshadow -Wconversion)
  if(MEMSCOPE_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

# memscope_add_plugin(name headers sources...): a module that the clang of the LLVM with these headers loads with
# -fpass-plugin.
function(memscope_add_plugin name headers)
  add_library(${name} MODULE ${ARGN})
  memscope_target_defaults(${name})
  set_target_properties(${name} PROPERTIES PREFIX "")
  # LLVM's headers do not hold to our warnings; LLVM itself is built without RTTI and exceptions.
  target_include_directories(${name} SYSTEM PRIVATE ${headers})
  target_compile_definitions(${name} PRIVATE ${MEMSCOPE_LLVM_DEFINITIONS})
  target_compile_options(${name} PRIVATE -fno-rtti -fno-exceptions $<$<BOOL:${MEMSCOPE_PLUGIN_ASSERTIONS}>:-UNDEBUG>)
endfunction()

# memscope_add_library(name SHARED|STATIC|OBJECT sources...)
function(memscope_add_library name kind)
  add_library(${name} ${kind} ${ARGN})
  memscope_target_defaults(${name})
  memscope_target_sanitize(${name})
endfunction()

# memscope_add_tool(name sources...): an executable that is installed.
function(memscope_add_tool name)
  add_executable(${name} ${ARGN})
  memscope_target_defaults(${name})
  memscope_target_sanitize(${name})
endfunction()

# memscope_add_unit_test(name sources...): a plain program in build/test/unit whose exit code is the verdict; lit runs it.
function(memscope_add_unit_test name)
  add_executable(${name} ${ARGN})
  memscope_target_defaults(${name})
  memscope_target_sanitize(${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/test/unit")
  set_property(GLOBAL APPEND PROPERTY MEMSCOPE_TEST_TARGETS ${name})
endfunction()
