# SPDX-License-Identifier: Apache-2.0
# zstd: the tool is linked with it, the runtime loads it and needs the header only, ZSTD_INCLUDE_DIRS.

if(NOT CMAKE_CROSSCOMPILING)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET GLOBAL libzstd)
  return()
endif()

# The header is the same for every machine; what stands beside the host's is not.
find_path(MEMSCOPE_ZSTD_HEADERS zstd.h PATHS /usr/include REQUIRED CMAKE_FIND_ROOT_PATH_BOTH)
set(ZSTD_INCLUDE_DIRS "${CMAKE_BINARY_DIR}/zstd")
file(COPY "${MEMSCOPE_ZSTD_HEADERS}/zstd.h" DESTINATION "${ZSTD_INCLUDE_DIRS}")
