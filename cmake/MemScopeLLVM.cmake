# SPDX-License-Identifier: Apache-2.0
# Finds the LLVM the plugin is built for, and the clang and tools of the same version. The supported range, once.

set(MEMSCOPE_LLVM_OLDEST 14)
set(MEMSCOPE_LLVM_NEWEST 19)
if(MEMSCOPE_LLVM_VERSION VERSION_LESS MEMSCOPE_LLVM_OLDEST OR MEMSCOPE_LLVM_VERSION VERSION_GREATER MEMSCOPE_LLVM_NEWEST)
  message(FATAL_ERROR "MEMSCOPE_LLVM_VERSION is ${MEMSCOPE_LLVM_VERSION}; supported are "
    "${MEMSCOPE_LLVM_OLDEST} to ${MEMSCOPE_LLVM_NEWEST}")
endif()

# Not find_package(LLVM 19): from LLVM 18 on, a package is "compatible" only with its full major.minor number.
find_package(LLVM REQUIRED CONFIG HINTS "/usr/lib/llvm-${MEMSCOPE_LLVM_VERSION}/lib/cmake/llvm")
if(NOT LLVM_VERSION_MAJOR EQUAL MEMSCOPE_LLVM_VERSION)
  message(FATAL_ERROR "LLVM ${MEMSCOPE_LLVM_VERSION} was asked for, but ${LLVM_DIR} is ${LLVM_PACKAGE_VERSION}")
endif()
separate_arguments(MEMSCOPE_LLVM_DEFINITIONS NATIVE_COMMAND "${LLVM_DEFINITIONS}")

# The tools must match the plugin: a plugin loads into the clang of its own version only.
foreach(tool clang clang++ opt FileCheck not llvm-dis)
  string(MAKE_C_IDENTIFIER "MEMSCOPE_${tool}" variable)
  string(TOUPPER ${variable} variable)
  find_program(${variable} ${tool} HINTS "${LLVM_TOOLS_BINARY_DIR}" NO_DEFAULT_PATH)
  if(NOT ${variable})
    message(FATAL_ERROR "${tool} of LLVM ${MEMSCOPE_LLVM_VERSION} not found in ${LLVM_TOOLS_BINARY_DIR}")
  endif()
endforeach()
message(STATUS "MemScope: LLVM ${LLVM_PACKAGE_VERSION} in ${LLVM_TOOLS_BINARY_DIR}")
