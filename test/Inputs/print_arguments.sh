#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Stands in for clang: prints each argument it gets on a line of its own.
printf '<%s>\n' "$@"
