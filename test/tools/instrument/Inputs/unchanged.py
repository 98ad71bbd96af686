"""unchanged.py BEFORE AFTER: AFTER begins with all of BEFORE, and has more."""

import sys

with open(sys.argv[1], "rb") as f:
    before = f.read()
with open(sys.argv[2], "rb") as f:
    after = f.read()
assert len(after) > len(before), "nothing was added"
assert after.startswith(before), "the text was changed"
