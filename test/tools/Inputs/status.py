"""Runs a command that must end with a given exit status.

usage: status.py STATUS COMMAND...

Passes on what the command prints, stderr included. A crash is no status.
"""

import subprocess
import sys

wanted, command = int(sys.argv[1]), sys.argv[2:]
result = subprocess.run(command, stdout=subprocess.PIPE,
                        stderr=subprocess.STDOUT, check=False)
sys.stdout.buffer.write(result.stdout)
if result.returncode != wanted:
    sys.exit(f"exit status {result.returncode}, expected {wanted}: "
             + " ".join(command))
