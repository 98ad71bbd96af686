"""Fills a cache until it is too large.

usage: limit.py FOLDER REPRISE PTX PTX PTX

The modules give entries of about one size; the limit is two and a half. After
each module the least recently used ones have made room.
"""

import os
import subprocess
import sys

folder, reprise, *modules = sys.argv[1:]
own = os.path.join(folder, "reprise")


def audit(module, limit):
    subprocess.run([reprise, "audit", module], check=True,
                   stdout=subprocess.DEVNULL,
                   env=dict(os.environ, XDG_CACHE_HOME=folder,
                            REPRISE_CACHE_BYTES=str(limit)))
    names = [n for n in os.listdir(own) if n != "llvmcache.timestamp"]
    return {n: os.stat(os.path.join(own, n)) for n in names}


first = audit(modules[0], 1 << 30)
limit = sum(s.st_size for s in first.values()) * 5 // 2
for name in first:
    os.utime(os.path.join(own, name), (1000, 1000))
second = audit(modules[1], limit)
assert len(second) == 2 and set(first) < set(second)
[other] = set(second) - set(first)
os.utime(os.path.join(own, other), (500, 500))
third = audit(modules[2], limit)
assert len(third) == 2 and set(first) < set(third), "not the oldest one"
print("the least recently used entry made room")
