"""Checks that no example was forgotten.

usage: complete.py EXAMPLES TESTS
"""

import json
import pathlib
import sys

examples, tests = map(pathlib.Path, sys.argv[1:])
launches = json.loads((examples / "launches.json").read_text(encoding="utf-8"))
table = (examples / "README.md").read_text(encoding="utf-8")
names = {path.name for path in examples.glob("*.cu")}

problems = [f"launches.json: there is no {launch['example']}"
            for launch in launches if launch["example"] not in names]
for name in sorted(names):
    if sum(launch["example"] == name for launch in launches) < 3:
        problems.append(f"{name}: fewer than three launches are listed")
    if f"| `{name}` |" not in table:
        problems.append(f"{name}: README.md does not give its class")
    if not (tests / name).with_suffix(".test").exists():
        problems.append(f"{name}: there is no test")
for launch in launches:
    if launch["expect"] not in ("idempotent", "clobbers", "unknown"):
        problems.append(f"{launch['example']}: bad verdict {launch['expect']}")

print("\n".join(problems))
sys.exit(1 if problems else 0)
