# SPDX-License-Identifier: Apache-2.0
# lit configuration: suites, substitutions and features. docs/testing.md explains each substitution.
import os
import platform
import subprocess

import lit.formats

config.name = f"MemScope, LLVM {config.llvm_version}"
if config.pointers:
    config.name += f", {config.pointers} pointers"
if config.machine or config.sanitized:
    config.name += f", {config.machine or config.sanitized}"
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".c", ".cpp", ".ll", ".test"]
config.excludes = ["Inputs", "CMakeLists.txt", "unit", "fuzz"]
if (config.machine or platform.machine()) != "aarch64":
    config.excludes.append("AArch64")
config.test_source_root = os.path.dirname(__file__)

lib = os.path.join(config.machine_build, "lib")
bin = os.path.join(config.memscope_build, "bin")
plugin = config.memscope_plugin
include = os.path.join(config.memscope_source, "runtime", "include")
unit = os.path.join(config.machine_build, "test", "unit")

# LLVM 14 has typed pointers, unless it is told otherwise, later versions opaque ones, and 16 can still be told otherwise.
# IR tests are written with `ptr`, which opt of version 14 must be told to accept; what clang makes is checked with
# [[PTR]] where a pointer's type shows.
opaque = "-opaque-pointers" if config.llvm_version == "14" else ""
own_pointers = "typed" if config.llvm_version == "14" else "opaque"
pointer = "i8*" if (config.pointers or own_pointers) == "typed" else "ptr"
pointer_flags = {"": "", "opaque": "-mllvm -opaque-pointers", "typed": "-Xclang -no-opaque-pointers"}[config.pointers]

# For another machine the compiler, the plugin and `memscope` are those of this one, and what they make is run by an
# emulator. Tests do not notice, but for what it cannot do.
clang, clangxx, gcc = config.clang, config.clangxx, "gcc"
if config.machine:
    triple = f"{config.machine}-linux-gnu"
    emulator = f"qemu-{config.machine} -cpu max,pauth-impdef=on -L /usr/{triple}" # its signatures are cheap to make
    compile_emulated = os.path.join(config.test_source_root, "Inputs", "compile_emulated.sh")
    clang = f"{compile_emulated} {clang} --target={triple}"
    clangxx = f"{compile_emulated} {clangxx} --target={triple}"
    gcc = f"{compile_emulated} {triple}-gcc"
    unit = f"{emulator} {unit}"
    config.environment["MEMSCOPE_TEST_EMULATOR"] = emulator
    config.available_features.add("emulated")
if not config.machine or os.path.exists(f"/usr/{triple}/lib/libzstd.so.1"):
    config.available_features.add("zstd")

# What ./dev builds for them beside the ordinary build.
if os.path.exists(os.path.join(config.memscope_build, "asan", "test", "fuzz", "run")):
    config.available_features.add("fuzzers")

# A program is compiled as a user would: plugin, header, runtime, and a run path so that it starts anywhere.
flags = f"-g -fpass-plugin={plugin} -I{include} {pointer_flags}"
link = f"-L{lib} -Wl,-rpath,{lib} -lmemscope -pthread"

# Library, exporter and unit tests can be built for sanitizers; then what is linked with the library has them as well. A program
# may leave blocks, the exporter may not.
tool = os.path.join(bin, "memscope")
if config.sanitized:
    link += {"asan": " -fsanitize=address,undefined", "tsan": " -fsanitize=thread"}[config.sanitized]
    tool = os.path.join(config.machine_build, "bin", "memscope")
    config.available_features |= {"sanitized", config.sanitized}
    config.environment["ASAN_OPTIONS"] = "detect_leaks=0:allocator_may_return_null=1"
    config.environment["TSAN_OPTIONS"] = "allocator_may_return_null=1:die_after_fork=0:report_signal_unsafe=0"
    config.environment["UBSAN_OPTIONS"] = "print_stacktrace=1"

config.substitutions += [
    ("%clangxx_plain", clangxx),
    ("%clang_plain", clang),
    ("%gcc_plain", gcc),
    ("%clangxx_memscope", f"{clangxx} {flags}"),
    ("%clang_memscope", f"{clang} {flags}"),
    ("%link_memscope", link),
    ("%opt_memscope", f"{config.opt} {opaque} -load-pass-plugin={plugin}"),
    ("%opt", config.opt),
    ("%filecheck", f"{config.filecheck} -DPTR='{pointer}' --dump-input-context=20"),
    ("%not", config.not_tool),
    (r"%memscope-clang\+\+", os.path.join(bin, "memscope-clang++")),
    ("%memscope-clang", os.path.join(bin, "memscope-clang")),
    ("%memscope", tool),
    ("%plugin", plugin),
    ("%lib", lib),
    ("%include", include),
    ("%inputs", os.path.join(config.test_source_root, "Inputs")),
    ("%unit", unit),
    ("%source", config.memscope_source),
    ("%build", config.memscope_build),
    ("%python", config.python),
    ("%llvm_version", config.llvm_version),
]
# Mounts of a test's own: root has them, others where the kernel gives everybody namespaces.
if subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"], stderr=subprocess.DEVNULL).returncode == 0:
    config.available_features.add("namespaces")
if os.geteuid() == 0:
    config.available_features.add("root")
config.available_features |= {f"llvm-{config.llvm_version}", config.machine or platform.machine()}
config.environment["PATH"] = os.environ["PATH"]
config.environment["MEMSCOPE_TEST_LLVM"] = config.llvm_version
for variable in os.environ:
    if variable in ("HOME", "LANG", "TMPDIR") or variable.startswith("MEMSCOPE_TEST_"): # how much a test does
        config.environment[variable] = os.environ[variable]
