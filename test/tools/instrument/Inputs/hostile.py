"""hostile.py REPRISE OUT FILE...

Files that are cut off, and files with bytes that are not theirs: instrument
ends with 0 or 2, and what it writes is read again without a crash.
"""

import os
import random
import subprocess
import sys

reprise, out, *files = sys.argv[1:]
random.seed(7)


def run(*command):
    return subprocess.run([reprise, *command], capture_output=True,
                          check=False).returncode


def broken(data):
    for _ in range(12):
        yield data[:random.randrange(len(data))]
    for _ in range(25):
        # Tables and headers are at both ends.
        spoilt = bytearray(data)
        for _ in range(random.choice([1, 3, 30])):
            place = random.choice([random.randrange(min(1024, len(data))),
                                   random.randrange(len(data)),
                                   -1 - random.randrange(min(4096,
                                                             len(data)))])
            spoilt[place] = random.choice([0, 1, 0x7f, 0xff,
                                           random.randrange(256)])
        yield bytes(spoilt)


made = 0
for name in files:
    with open(name, "rb") as file:
        whole = file.read()
    for number, content in enumerate(broken(whole)):
        before = os.path.join(out, "before")
        after = os.path.join(out, "after")
        if os.path.exists(after):
            os.remove(after)
        with open(before, "wb") as file:
            file.write(content)
        status = run("instrument", before, "-o", after)
        assert status in (0, 2), (name, number, status)
        if os.path.exists(after):
            made += 1
            status = run("audit", "--list-images", after)
            assert status in (0, 2), (name, number, status)
assert made > 10, made
