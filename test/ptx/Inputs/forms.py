"""Holds the PTX of every example against its source.

usage: forms.py REPRISE EXAMPLES FOLDER FORM COMPILER...

Compiles each example to PTX with the COMPILER. Its kernels must have the same
classes as from source, and the launches of examples/launches.json must get the
expected verdicts. Where KNOWN lists an example and FORM, a launch may be
`unknown` instead (docs/limits.md says why), never anything else.
"""

import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "examples" / "Inputs"))
from launches import verdict  # pylint: disable=wrong-import-position

# Loops that the compiler has unrolled.
KNOWN = {
    "layer_norm.cu": {"nvcc"},
    "softmax.cu": {"nvcc"},
    "stencil3d.cu": {"nvcc"},
}


def classes(reprise, path):
    result = subprocess.run([reprise, "audit", "--format", "json", path],
                            stdout=subprocess.PIPE, text=True, check=True)
    return {k["name"]: k["class"] for k in json.loads(result.stdout)["kernels"]}


def main():
    reprise, examples, folder, form, *compiler = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(examples, "launches.json"), encoding="utf-8") as file:
        launches = json.load(file)
    wrong = 0
    for name in sorted(n for n in os.listdir(examples) if n.endswith(".cu")):
        source = os.path.join(examples, name)
        ptx = os.path.join(folder, f"{name}.{form}.ptx")
        subprocess.run([*compiler, source, "-o", ptx], check=True)
        expected, got = classes(reprise, source), classes(reprise, ptx)
        if got != expected:
            wrong += 1
            print(f"{name}, {form}: {got}, from source {expected}")
        for launch in launches:
            if launch["example"] != name:
                continue
            result, output = verdict(reprise, ptx, launch)
            known = form in KNOWN.get(name, ()) and result == "unknown"
            if result != launch["expect"] and not known:
                wrong += 1
                print(f"{name}, {form}, {launch['note']}: {result}, expected "
                      f"{launch['expect']}\n{output}")
    sys.exit(1 if wrong else 0)


main()
