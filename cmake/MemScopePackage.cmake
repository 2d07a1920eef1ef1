# SPDX-License-Identifier: Apache-2.0
# Installation: the CMake package (find_package(MemScope)) and the pkg-config file.
