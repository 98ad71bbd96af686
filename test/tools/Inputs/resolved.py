"""Prints of each kernel of an audit its name, class, and whether it is resolved.

usage: resolved.py < AUDIT.json

Checks as well that the total is the sum, and that reasons stay exactly where a
kernel is not resolved.
"""

import json
import sys

root = json.load(sys.stdin)
total = 0
for k in root["kernels"]:
    name, kind = k["demangled"].split("(")[0], k["class"]
    if k["resolved"] is None:
        assert kind == "non-idempotent" and not k["stays"], name
        print(name, kind, "-")
        continue
    assert k["resolved"] == (not k["stays"]), name
    total += k["resolved"] and kind in ("idempotent", "conditional")
    print(name, kind,
          "resolved" if k["resolved"] else " ".join(["stays"] + k["stays"]))
assert root["resolved"] == total, root["resolved"]
