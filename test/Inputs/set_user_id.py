#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a copy of PROGRAM that has another owner's rights, another group's or a capability, as a user who has not, in a directory of
that user's, with options: set_user_id.py PROGRAM. By root."""
import os
import shutil
import struct
import subprocess
import sys
import tempfile

NOBODY = 65534
# struct vfs_ns_cap_data, version 2, effective: CAP_NET_BIND_SERVICE is permitted.
CAPABILITY = struct.pack("<IIIII", 0x02000001, 1 << 10, 0, 0, 0)


def run(name, group=0, mode=0o755, capability=None, user=NOBODY):
    with tempfile.TemporaryDirectory(dir="/tmp") as top:
        os.chmod(top, 0o755)
        place, copy = f"{top}/place", f"{top}/program"
        os.mkdir(place)
        os.chown(place, user, user)
        shutil.copy(sys.argv[1], copy)
        os.chown(copy, 0, group)
        os.chmod(copy, mode)
        if capability:
            os.setxattr(copy, "security.capability", capability)
        environment = {"MEMSCOPE_OPTIONS": "output_dir=evil:track=all:help=1", "MEMSCOPE_DEBUG": "1"}
        done = subprocess.run([copy], cwd=place, env=environment, user=user, group=user, extra_groups=[], capture_output=True, text=True)
        made = os.listdir(place)
        print(f"{name}: output {done.stdout.strip()}, exit code {done.returncode}, said {len(done.stderr.splitlines())} lines, "
              f"made {' '.join(made) or 'nothing'}")


run("owner", mode=0o4755)
run("group", group=4, mode=0o2755)
run("capability", capability=CAPABILITY)
run("none")
run("owner, by the owner", mode=0o4755, user=0)
