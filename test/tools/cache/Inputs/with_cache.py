"""Runs a command with its cache in a folder and says what happened to that.

usage: with_cache.py FOLDER COMMAND...

Passes on stdout, stderr and the exit status; adds to stderr
"cache: N new, N read, N entries". An entry that was read has a later time of
use: before the command runs, all times are set to an hour ago.
"""

import os
import subprocess
import sys
import time

folder, command = sys.argv[1], sys.argv[2:]
own = os.path.join(folder, "reprise")


def entries():
    if not os.path.isdir(own):
        return {}
    names = [n for n in os.listdir(own)
             if n.startswith("llvmcache-") and not n.endswith(".tmp")]
    return {n: os.stat(os.path.join(own, n)) for n in names}


past = time.time() - 3600
for name in entries():
    os.utime(os.path.join(own, name), (past, past))
before = entries()
status = subprocess.run(
    command, env=dict(os.environ, XDG_CACHE_HOME=folder)).returncode
after = entries()
new = [n for n in after if n not in before
       or after[n].st_ino != before[n].st_ino]
read = [n for n in after if n not in new and after[n].st_atime > past + 60]
print(f"cache: {len(new)} new, {len(read)} read, {len(after)} entries",
      file=sys.stderr)
sys.exit(status)
