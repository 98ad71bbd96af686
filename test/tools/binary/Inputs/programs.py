"""Audits everything that nvcc makes from the examples.

usage: programs.py REPRISE EXAMPLES FOLDER NVCC modes|packings

All examples become one program, each in a namespace. `modes`: the executable,
in each mode in which this nvcc compresses device code. `packings`: an object, a
static library, a shared object, and relocatable device code, before and after
it is linked. The table of each must be the one that the sources have.
"""

import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "ptx" / "Inputs"))
from tables import OTHER_CONDITION, differences, examples, table  # pylint: disable=wrong-import-position

reprise, folder, out, nvcc, what = sys.argv[1:]
os.makedirs(out, exist_ok=True)
program = os.path.join(out, "all.cu")
expected, other = {}, set()
with open(program, "w", encoding="utf-8") as file:
    print(f'#include "{folder}/support.h"', file=file)
    for name in examples(folder):
        print(f"namespace {name.removesuffix('.cu')} {{\n"
              f'#include "{folder}/{name}"\n}}', file=file)
        rows = table(reprise, os.path.join(folder, name))
        expected |= rows
        if name in OTHER_CONDITION["nvcc"]:
            other |= rows.keys()
    print("int main() {}", file=file)


def make(name, *arguments):
    # -w: `main` of a namespace returns nothing.
    made = os.path.join(out, name)
    subprocess.run([nvcc, "-w", "-O3", "-gencode",
                    "arch=compute_80,code=[compute_80,sm_80]", *arguments,
                    "-o", made], check=True)
    return made


def modes():
    yield make("program", program)
    text = subprocess.run([nvcc, "--help"], stdout=subprocess.PIPE, check=True,
                          text=True).stdout
    listed = re.search(r"--compress-mode \[([\w,]+)\]", text)
    for mode in listed.group(1).split(",") if listed else ():
        if mode != "default":
            yield make(f"program-{mode}", f"--compress-mode={mode}", program)


def packings():
    made = make("object.o", "-c", program)
    yield made
    yield make("archive.a", "-lib", made)
    yield make("shared.so", "-shared", "-Xcompiler", "-fPIC", program)
    made = make("relocatable.o", "-rdc=true", "-c", program)
    yield made
    yield make("linked", "-rdc=true", made)


wrong, count = 0, 0
for path in modes() if what == "modes" else packings():
    count += 1
    for line in differences(expected, table(reprise, path), other):
        wrong += 1
        print(f"{os.path.basename(path)}: {line}")
assert len(expected) == len(examples(folder)), expected.keys()
print(count, "files,", len(expected), "kernels,", len(other),
      "with a condition of their own")
sys.exit(1 if wrong else 0)
