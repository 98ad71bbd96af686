"""Lets the last packed entry of a fatbin claim one byte more.

usage: spoil.py FATBIN OUT
"""

import struct
import sys

with open(sys.argv[1], "rb") as source:
    content = bytearray(source.read())
at, last = 16, None
end = 16 + struct.unpack_from("<Q", content, 8)[0]
while at < end:
    header, payload = struct.unpack_from("<IQ", content, at + 4)
    if struct.unpack_from("<Q", content, at + 40)[0] & 0xa000:
        last = at
    at += header + payload
size = struct.unpack_from("<Q", content, last + 56)[0]
struct.pack_into("<Q", content, last + 56, size + 1)
with open(sys.argv[2], "wb") as output:
    output.write(content)
