# SPDX-License-Identifier: Apache-2.0
# try_levels.sh COMPILE SOURCE LINK MEMSCOPE CHECK [EDITIONS]: compiles and runs SOURCE at every level, with one of the editions of
# the language after the other, and checks the allocations and releases of the dump.
set -eu
compile=$1 source=$2 link=$3 memscope=$4 check=$5 editions=${6:-}
# shellcheck disable=SC2086 # a list of words
set -- $editions
for flags in -O0 -O1 -O2 -O3 "-O2 -flto -fuse-ld=lld" "-O2 -flto=thin -fuse-ld=lld"; do
  if [ -n "$editions" ]; then
    # shellcheck disable=SC2086
    [ $# -gt 0 ] || set -- $editions
    flags="$flags -std=$1"
    shift
  fi
  echo "== $flags"
  # shellcheck disable=SC2086 # flags are words
  $compile $flags "$source" -o program $link
  ./program
  $memscope dump Memoryanalysis | grep -E " (alloc|free) |^total" | $check
done
