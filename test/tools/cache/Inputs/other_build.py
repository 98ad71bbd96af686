"""Copies a program and changes one bit of its build id.

usage: other_build.py FROM TO
"""

import sys

with open(sys.argv[1], "rb") as source:
    data = bytearray(source.read())
# Of the note: size of the name, size of the id, type 3, name.
head = b"\x04\0\0\0\x14\0\0\0\x03\0\0\0GNU\0"
at = data.find(head)
assert at >= 0 and data.find(head, at + 1) < 0, "no build id, or several"
data[at + len(head)] ^= 1
with open(sys.argv[2], "wb") as out:
    out.write(data)
