"""Runs a command several times at once; each must print what is in a file.

usage: concurrent.py EXPECTED TIMES COMMAND...
"""

import subprocess
import sys

expected, times, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
with open(expected, "rb") as source:
    right = source.read()
running = [subprocess.Popen(command, stdout=subprocess.PIPE)
           for _ in range(times)]
for process in running:
    output, _ = process.communicate()
    assert process.returncode == 0 and output == right
