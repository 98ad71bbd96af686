"""examples.py REPRISE EXAMPLES OUT NAME COMPILER FLAGS...

Instruments the PTX that the compiler makes of each example: every kernel has to
get a twin, and the text is to stay as it was. Twins are OUT/NAME.*.twin.ptx.
"""

import json
import pathlib
import subprocess
import sys


def main():
    reprise, examples, out, name, *compiler = sys.argv[1:]
    sources = sorted(pathlib.Path(examples).glob("*.cu"))
    assert len(sources) >= 14, "there are fewer examples"
    for source in sources:
        ptx = pathlib.Path(out) / f"{name}.{source.stem}.ptx"
        twin = ptx.with_suffix(".twin.ptx")
        subprocess.run([*compiler, str(source), "-o", str(ptx)], check=True)
        report = json.loads(subprocess.run(
            [reprise, "instrument", str(ptx), "-o", str(twin),
             "--format", "json"], check=True, capture_output=True).stdout)
        kernels = [k for image in report["images"] for k in image["kernels"]]
        assert kernels, source
        for kernel in kernels:
            assert not kernel["refusal"], kernel
        assert twin.read_bytes().startswith(ptx.read_bytes()), source
    return 0


if __name__ == "__main__":
    sys.exit(main())
