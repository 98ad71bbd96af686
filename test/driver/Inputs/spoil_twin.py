"""Copies PTX; the first store to global memory of the first twin is gone.

usage: spoil_twin.py FROM TO
"""

import re
import sys

text = open(sys.argv[1]).read()
before, twin, after = text.partition(".entry __reprise_twin_")
spoilt, count = re.subn(r"\n\s*st\.global[^\n]*", "", after, count=1)
assert twin and count == 1
open(sys.argv[2], "w").write(before + twin + spoilt)
