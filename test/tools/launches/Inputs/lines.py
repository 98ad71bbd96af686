"""Writes recorded launches of the kernels of ../../verify/Inputs/kernels.ll.

usage: lines.py LINE...

A line is KERNEL:GRID:ARG,ARG...[:FIELD=VALUE]: blocks of 32 threads; an ARG is
an offset in bytes into one allocation of 1024 bytes. FIELD=VALUE puts another
field into the record, or replaces one.
"""

import json
import struct
import sys

BASE = 0x300000000000

for text in sys.argv[1:]:
    kernel, grid, arguments, *more = text.split(":", 3)
    record = {
        "format": "reprise-launch", "version": {"major": 1, "minor": 0},
        "image": "", "kernel": kernel, "grid": [int(grid), 1, 1],
        "block": [32, 1, 1], "shared": 0,
        "arguments": b"".join(struct.pack("<Q", BASE + int(a))
                              for a in arguments.split(",")).hex(),
        "allocations": [[BASE, 1024]],
    }
    for field in more:
        name, value = field.split("=", 1)
        record[name] = json.loads(value)
    print(json.dumps(record))
