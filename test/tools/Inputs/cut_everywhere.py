"""Cuts a file off at many places and lets `reprise audit` read each piece.

usage: cut_everywhere.py REPRISE FILE SCRATCH [FIRST LAST]

Every piece must be refused with exit status 2, or be read like the whole file
(when nothing was lost that matters). Cuts between FIRST and LAST, about 200 of
them.
"""

import subprocess
import sys

reprise, path, scratch = sys.argv[1:4]
with open(path, "rb") as source:
    content = source.read()
first = int(sys.argv[4]) if len(sys.argv) > 4 else 0
last = min(int(sys.argv[5]) if len(sys.argv) > 5 else len(content),
           len(content))


def audit(name):
    return subprocess.run([reprise, "audit", "--format", "json", name],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)


whole = audit(path)
assert whole.returncode == 0, whole.stderr
wrong = 0
refused = 0
for size in range(first, last, max(1, (last - first) // 200)):
    with open(scratch, "wb") as output:
        output.write(content[:size])
    result = audit(scratch)
    same = result.returncode == 0 and (
        result.stdout.replace(scratch.encode(), path.encode()) == whole.stdout)
    refused += result.returncode == 2
    if result.returncode != 2 and not same:
        wrong += 1
        print(f"{size} bytes: exit status {result.returncode}\n"
              + result.stderr.decode(errors="replace"))
assert refused, "no cut was noticed"
sys.exit(1 if wrong else 0)
