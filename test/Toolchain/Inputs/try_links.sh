# SPDX-License-Identifier: Apache-2.0
# try_links.sh COMPILE SOURCE LINK MEMSCOPE CHECK: builds SOURCE as two objects, links them in every way, runs the program and
# checks its dump and, behind that, its descriptors.
set -eu

# try OBJECTS FLAGS
try() {
  echo "== $1 $2"
  # shellcheck disable=SC2086 # words
  $compile $2 $1 -o program $link
  ./program
  { $memscope dump Memoryanalysis; nm program | cut -d ' ' -f 3 | grep '__memscope_s[ic][^ ]*[.]' | sort; } | $check
}

compile=$1 source=$2 link=$3 memscope=$4 check=$5
objects() {
  # shellcheck disable=SC2086
  $compile $1 -ffunction-sections -c "$source" -o first.o
  # shellcheck disable=SC2086
  $compile $1 -ffunction-sections -DSECOND -c "$source" -o second.o
}

for kind in "-O0 -fuse-ld=bfd" "-O2 -fuse-ld=lld"; do
  objects "${kind% *}"
  try "first.o second.o" "$kind -Wl,--gc-sections"
  # shellcheck disable=SC2086
  $compile $kind -nostdlib -r first.o second.o -o both.o
  try both.o "$kind -Wl,--gc-sections"
done
for kind in "-O2 -flto" "-O2 -flto=thin"; do
  objects "$kind"
  try "first.o second.o" "$kind -fuse-ld=lld"
done
