#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compiles for another machine: compile_emulated.sh COMPILER ARGUMENTS... A program that it links is called NAME.elf, and
# NAME is a script that runs it with MEMSCOPE_TEST_EMULATOR: so tests start programs as they do anywhere.
"$@" || exit

program=a.out
before=
for argument in "$@"; do
  case $argument in
  -c | -S | -E | -M | -MM | -r | -shared | -fsyntax-only) exit 0 ;;
  esac
  [ "$before" != -o ] || program=$argument
  before=$argument
done
mv "$program" "$program.elf"
# QEMU 7.2 gives up when the child of a fork starts a thread, as our collector is: it runs where a test asks for it.
cat >"$program" <<TEXT
#!/bin/sh
export MEMSCOPE_OPTIONS="resources=0\${MEMSCOPE_OPTIONS:+:\$MEMSCOPE_OPTIONS}"
exec $MEMSCOPE_TEST_EMULATOR -0 "\$0" "$(realpath "$program.elf")" "\$@"
TEXT
chmod +x "$program"
