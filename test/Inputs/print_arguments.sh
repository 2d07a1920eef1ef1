#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Stands in for clang: tells the version when asked for it, else prints each argument it gets on a line of its own.
if [ "$*" = -dumpversion ]; then
  echo "$MEMSCOPE_TEST_LLVM.0.0"
else
  printf '<%s>\n' "$@"
fi
