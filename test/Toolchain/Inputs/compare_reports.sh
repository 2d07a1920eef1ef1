# SPDX-License-Identifier: Apache-2.0
# compare_reports.sh PLAIN MEMSCOPE SOURCE LINK: prints what each fault of SOURCE is reported as, the same with both compilers.
set -eu
# Older sanitizers cannot live with all of the randomness that newer kernels put into the address space.
run=
! setarch -R true 2>/dev/null || run="setarch -R"

# summaries OUTPUT FAULTS: addresses, build ids and the program's path say nothing.
summaries() {
  for fault in $2; do
    $run ./program "$fault" >report 2>&1 || true
    grep -m 1 '^SUMMARY: ' report | sed 's/ ([^()]*+0x[^()]*)//; s/ (BuildId[^()]*)//; s/^SUMMARY: //' || { cat report >&2; exit 1; }
  done >"$1"
}

# compare FLAGS FAULTS
compare() {
  # shellcheck disable=SC2086 # words
  $plain -O1 $1 "$source" -o program -pthread
  summaries expected "$2"
  # shellcheck disable=SC2086
  $memscope -O1 $1 "$source" -o program $link
  summaries printed "$2"
  diff expected printed >&2
  cat printed
}

plain=$1 memscope=$2 source=$3 link=$4
compare "-fsanitize=address,undefined -fno-sanitize-recover=all" "0 1 2 3 4 5"
compare -fsanitize=thread "6 7"
