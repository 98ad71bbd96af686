"""Command lines that `reprise verify` refuses.

usage: misuse.py REPRISE KERNELS.ll

Each must end with status 2, and print one line that holds the text beside it.
"""

import subprocess
import sys

reprise, kernels = sys.argv[1:]
SIZE = ["--grid", "1", "--block", "1"]
COPY = ["--kernel", "copy"] + SIZE
A = ["--buffer", "A=int[4]"]
CASES = [
    (["--kernel", "copy", "--block", "1"], "--grid is missing"),
    (SIZE, "--kernel is missing"),
    (COPY + A + ["--arg", "A"], "copy takes 2 arguments (to, from), 1 were"),
    (COPY + A + ["--arg", "A", "--arg", "B"],
     "--arg B: 'B' is no buffer; there are: A"),
    (COPY + ["--buffer", "A", "--arg", "A", "--arg", "A"],
     "--buffer takes NAME=TYPE[COUNT]"),
    (COPY + ["--buffer", "A=int[4]:ones", "--arg", "A", "--arg", "A"],
     "'ones' is no content"),
    (["--kernel", "copy", "--grid", "0", "--block", "1"] + A +
     ["--arg", "A", "--arg", "A"], "no GPU accepts this grid"),
    (["--kernel", "none"] + SIZE, "there is no kernel 'none'"),
    (COPY + A + ["--arg", "A", "--arg", "A", "--schedules", "0"],
     "--schedules is at least 1"),
    (COPY + A + ["--arg", "A", "--arg", "A", "--init", "zero"],
     "--init is for --launches"),
    (COPY + ["--launches", "x.jsonl"], "leave out what describes one"),
    (["--launches", ""], "--launches takes a file"),
    (["--launches", "/nowhere/x.jsonl"], "cannot read /nowhere/x.jsonl"),
    (COPY + ["--alloc", "0:1"], "--alloc"),
]
wrong = 0
for arguments, text in CASES:
    result = subprocess.run([reprise, "verify", kernels] + arguments,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, check=False)
    if result.returncode != 2 or text not in result.stderr or result.stdout:
        wrong += 1
        print(f"{arguments}: status {result.returncode}\n{result.stderr}"
              f"expected: {text}")
sys.exit(1 if wrong else 0)
