"""Writes the first bytes of a file.

usage: cut.py FILE BYTES OUTPUT

A negative number of bytes counts from the end.
"""

import sys

with open(sys.argv[1], "rb") as source:
    content = source.read()
assert abs(int(sys.argv[2])) < len(content), "nothing would be cut off"
with open(sys.argv[3], "wb") as output:
    output.write(content[:int(sys.argv[2])])
