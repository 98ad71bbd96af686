"""Holds what a compiler makes of every example against the example's source.

usage: forms.py REPRISE EXAMPLES FOLDER FORM COMPILER...

Compiles each example with the COMPILER, to PTX or to something that holds PTX.
Its kernels must have the same classes and conditions as from source, and the
launches of examples/launches.json must get the expected verdicts. The
conditions of a few are other ones: see tables.py.
"""

import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "examples" / "Inputs"))
from launches import verdict  # pylint: disable=wrong-import-position
from tables import OTHER_CONDITION, differences, examples, table


def main():
    reprise, folder, out, form, *compiler = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(folder, "launches.json"), encoding="utf-8") as file:
        launches = json.load(file)
    wrong = 0
    for name in examples(folder):
        source = os.path.join(folder, name)
        made = os.path.join(out, f"{name}.{form}")
        subprocess.run([*compiler, source, "-o", made], check=True)
        expected = table(reprise, source)
        for line in differences(expected, table(reprise, made),
                                expected if name in OTHER_CONDITION[form] else ()):
            wrong += 1
            print(f"{name}, {form}: {line}")
        for launch in launches:
            if launch["example"] != name:
                continue
            result, output = verdict(reprise, made, launch)
            if result != launch["expect"]:
                wrong += 1
                print(f"{name}, {form}, {launch['note']}: {result}, expected "
                      f"{launch['expect']}\n{output}")
    sys.exit(1 if wrong else 0)


main()
