"""Runs a command with several numbers of threads and compares what comes out.

usage: threads.py FOLDER COMMAND...

Compared are the exit status, stdout as json and as text, and stderr.
"""

import subprocess
import sys

folder, command = sys.argv[1], sys.argv[2:]
numbers = [1, 2, 3, 8]
results = []
for threads in numbers:
    outcome = []
    for form in ["text", "json"]:
        run = subprocess.run(
            command + [f"-j{threads}", "--format", form], capture_output=True)
        lines = [l for l in run.stderr.splitlines() if b" images (" not in l]
        outcome.append((run.returncode, run.stdout, lines))
    results.append(outcome)
for threads, outcome in zip(numbers, results):
    assert outcome == results[0], f"-j{threads} differs from -j{numbers[0]}"
status, output, _ = results[0][1]
print(f"exit status {status}, {len(output)} bytes, the same for",
      ", ".join(map(str, numbers)), "threads")
