"""Breaks the only entry of a cache in many ways and runs a command after each.

usage: corrupt.py FOLDER EXPECTED COMMAND...

The command must print what is in EXPECTED, say "1 new", and leave the entry as
it was before it was broken.
"""

import os
import subprocess
import sys

folder, expected, command = sys.argv[1], sys.argv[2], sys.argv[3:]
with open(expected, "rb") as source:
    right = source.read()


def run(new):
    result = subprocess.run(command, capture_output=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout == right, "another answer"
    assert f"cache: {new} new".encode() in result.stderr, result.stderr


run(1)
own = os.path.join(folder, "reprise")
[name] = [n for n in os.listdir(own) if n != "llvmcache.timestamp"]
path = os.path.join(own, name)
with open(path, "rb") as source:
    good = source.read()
bad = [b"", b"{}", good + b"x", good * 2, good[1:], bytes(len(good))]
bad += [good[:len(good) * i // 8] for i in range(8)]
bad += [good[:i] + bytes([good[i] ^ 1]) + good[i + 1:]
        for i in range(0, len(good), max(1, len(good) // 16))]
for data in bad:
    with open(path, "wb") as out:
        out.write(data)
    run(1)
    with open(path, "rb") as source:
        assert source.read() == good
run(0)
print(len(bad), "broken entries, each answered and replaced")
