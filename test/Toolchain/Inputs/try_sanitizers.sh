# SPDX-License-Identifier: Apache-2.0
# try_sanitizers.sh COMPILE SOURCE LINK MEMSCOPE CHECK: compiles SOURCE with each sanitizer at several levels, runs it, which must print
# nothing, and checks the dump.
set -eu
ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
MEMSCOPE_OPTIONS=resources=200 # the collector's thread runs beside the program's
export ASAN_OPTIONS MEMSCOPE_OPTIONS
# Older sanitizers cannot live with all of the randomness that newer kernels put into the address space.
run=
! setarch -R true 2>/dev/null || run="setarch -R"

# try FLAGS
try() {
  echo "== $1"
  # shellcheck disable=SC2086 # words
  $compile $1 -fno-sanitize-recover=all "$source" -o program $link
  $run ./program >said 2>&1 || { cat said; exit 1; }
  if [ -s said ]; then cat said; exit 1; fi
  $memscope dump Memoryanalysis --stacks | $check
}

compile=$1 source=$2 link=$3 memscope=$4 check=$5
for level in -O0 -O1 -O2; do
  try "$level -fsanitize=address,undefined"
  try "$level -fsanitize=thread"
done
