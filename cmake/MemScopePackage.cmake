# SPDX-License-Identifier: Apache-2.0
# Installation: products in the usual places, the CMake package (find_package(MemScope)) and the pkg-config file. The
# package also works from the build tree, with MemScope_DIR=<build>/cmake.

include(CMakePackageConfigHelpers)

set(MEMSCOPE_PACKAGE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/MemScope")
set(MEMSCOPE_PKGCONFIG_DIR "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

set(products memscope memscope_static memscope_preload)
if(NOT CMAKE_CROSSCOMPILING)
  list(APPEND products MemScope memscope_tool)
endif()
install(TARGETS ${products}
  RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}"
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(FILES
  "${PROJECT_SOURCE_DIR}/runtime/include/memscope/annotations.h"
  "${PROJECT_SOURCE_DIR}/runtime/include/memscope/memscope.h"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/memscope")
if(CMAKE_CROSSCOMPILING) # the package and the compiler wrapper are the host's
  return()
endif()

# memscope_configure_package(output destination prefix libraries headers): the package file for a tree whose plugin and
# runtime are in `libraries`, both folders absolute or below `prefix`.
function(memscope_configure_package output destination prefix MEMSCOPE_LIBRARIES MEMSCOPE_HEADERS)
  configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/MemScopeConfig.cmake.in" "${output}/MemScopeConfig.cmake"
    INSTALL_DESTINATION "${destination}" INSTALL_PREFIX "${prefix}"
    PATH_VARS MEMSCOPE_LIBRARIES MEMSCOPE_HEADERS)
  # Before 1.0 a minor version may change the ABI between pass and runtime.
  write_basic_package_version_file("${output}/MemScopeConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
endfunction()

memscope_configure_package("${PROJECT_BINARY_DIR}/cmake" "${PROJECT_BINARY_DIR}/cmake" "${PROJECT_BINARY_DIR}"
  "${CMAKE_LIBRARY_OUTPUT_DIRECTORY}" "${PROJECT_SOURCE_DIR}/runtime/include")
memscope_configure_package("${PROJECT_BINARY_DIR}/install" "${MEMSCOPE_PACKAGE_DIR}" "${CMAKE_INSTALL_PREFIX}"
  "${CMAKE_INSTALL_LIBDIR}" "${CMAKE_INSTALL_INCLUDEDIR}")

# From the .pc file to the prefix, so that a moved installation keeps working.
file(RELATIVE_PATH MEMSCOPE_PKGCONFIG_TO_PREFIX "/prefix/${MEMSCOPE_PKGCONFIG_DIR}" "/prefix")
string(REGEX REPLACE "/$" "" MEMSCOPE_PKGCONFIG_TO_PREFIX "${MEMSCOPE_PKGCONFIG_TO_PREFIX}")
configure_file("${PROJECT_SOURCE_DIR}/cmake/memscope.pc.in" "${PROJECT_BINARY_DIR}/install/memscope.pc" @ONLY)

install(FILES
  "${PROJECT_BINARY_DIR}/install/MemScopeConfig.cmake"
  "${PROJECT_BINARY_DIR}/install/MemScopeConfigVersion.cmake"
  DESTINATION "${MEMSCOPE_PACKAGE_DIR}")
install(FILES "${PROJECT_BINARY_DIR}/install/memscope.pc" DESTINATION "${MEMSCOPE_PKGCONFIG_DIR}")
