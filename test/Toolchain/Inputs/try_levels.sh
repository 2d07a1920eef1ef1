# SPDX-License-Identifier: Apache-2.0
# try_levels.sh COMPILE SOURCE LINK MEMSCOPE CHECK: compiles and runs SOURCE at every level and checks the allocations and releases
# of the dump.
set -eu
for flags in -O0 -O1 -O2 -O3 "-O2 -flto -fuse-ld=lld" "-O2 -flto=thin -fuse-ld=lld"; do
  echo "== $flags"
  # shellcheck disable=SC2086 # flags are words
  $1 $flags "$2" -o program $3
  ./program
  $4 dump Memoryanalysis | grep -E " (alloc|free) |^total" | $5
done
