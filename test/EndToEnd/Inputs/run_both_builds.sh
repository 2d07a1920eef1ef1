# SPDX-License-Identifier: Apache-2.0
# run_both_builds.sh PLAIN INSTRUMENTED SOURCE LINK MEMSCOPE COMPARE CHECK: builds SOURCE with and without the plugin at
# three levels. Output and exit code must be the same; the events must be those of the allocation log, and the plain
# build's calls; CHECK gets the table of types.
set -eu
plain=$1 instrumented=$2 source=$3 link=$4 memscope=$5 compare=$6 check=$7

run() { # NAME PROGRAM: its output and exit code to NAME.out, the allocations it makes to NAME.log
  code=0
  LD_PRELOAD=./log.so ALLOCATION_LOG=$1.log "$2" >"$1.out" || code=$?
  echo "exit code $code" >>"$1.out"
}

# shellcheck disable=SC2086 # commands and flags are words
for flags in -O0 -O2 "-O2 -flto -fuse-ld=lld"; do
  echo "== $flags"
  $plain $flags "$source" -o plain -pthread -lm &
  $instrumented $flags "$source" -o instrumented $link -lm
  wait $!
  run plain ./plain
  run untracked ./instrumented
  MEMSCOPE_OPTIONS=track=all run tracked ./instrumented
  cmp plain.out untracked.out
  cmp plain.out tracked.out
  $memscope dump Memoryanalysis >events
  $compare events tracked.log plain.log untracked.log
  COLUMNS=2000 $memscope report Memoryanalysis --by type --top 0 | $check
done
