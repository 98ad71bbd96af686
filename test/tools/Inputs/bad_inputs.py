"""Inputs that every command of `reprise` must refuse.

usage: bad_inputs.py REPRISE FOLDER
"""

import os
import subprocess
import sys

reprise, folder = sys.argv[1:]
BAD = [
    ("nothing.cu", "cannot read"),
    ("nothing.ll", "cannot read"),
    ("folder", "is a folder; name the files in it"),
    ("empty.bin", "cannot be told; inputs are"),
    ("empty.bc", "empty.bc"),
    ("empty.json", "empty.json"),
    ("garbage.bin", "cannot be told; inputs are"),
    ("garbage.ll", "is not valid LLVM IR"),
    ("cut.bc", "is not valid LLVM IR"),
    ("host.ll", "is IR for 'x86_64-pc-linux-gnu', not for an NVIDIA GPU"),
    ("empty.ll", "not for an NVIDIA GPU"),
    ("other.json", "other.json"),
    ("list.json", "list.json"),
    ("broken.json", "broken.json"),
    ("newer.json", "2 is newer than this reader"),
    ("index.json", "kernels[0].exprs[0]"),
]
COMMANDS = {
    "audit": [],
    "explain": ["--kernel", "k"],
    "check": ["--kernel", "k", "--grid", "1", "--block", "1"],
}

wrong = []
for name, message in BAD:
    for command, options in COMMANDS.items():
        result = subprocess.run(
            [reprise, command, os.path.join(folder, name)] + options,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            check=False)
        if (result.returncode != 2 or message not in result.stderr
                or "reprise: error: " not in result.stderr):
            wrong.append(f"{command} {name}: exit status {result.returncode}, "
                         f"expected 2 and '{message}'\n{result.stderr}")
sys.exit("\n".join(wrong) if wrong else 0)
