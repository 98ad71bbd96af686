"""Arguments that `reprise check` must refuse.

usage: bad_arguments.py REPRISE KERNELS.ll
"""

import subprocess
import sys

reprise, kernels = sys.argv[1:]
GOOD = ["hex:010000000200000003000000", "1.5", "2.5", "1", "2", "0x1000"]
# Parameter, value, part of the message.
BAD = [
    (0, "1", "argument 's' is a struct of 12 bytes"),
    (0, "hex:0100", "argument 's' has 12 bytes, hex: gives 2"),
    (0, "hex:01000000020000000300000000", "hex: gives 13"),
    (0, "hex:01000000020000000300000g", "argument 's'"),
    (0, "hex:01000000020000000300000", "argument 's'"),
    (0, "hex:", "argument 's' has 12 bytes, hex: gives 0"),
    (1, "one", "argument 'f': 'one' is not a number"),
    (1, "", "argument 'f'"),
    (2, "1.5x", "argument 'd': '1.5x' is not a number"),
    (3, "1.5", "argument 'c': '1.5' is not an integer"),
    (3, "256", "argument 'c': 256 does not fit 8 bits"),
    (3, "-129", "argument 'c': -129 does not fit 8 bits"),
    (3, "", "argument 'c'"),
    (3, "- 1", "argument 'c'"),
    (4, "0x", "argument 'u'"),
    (5, "0x10000000000000000", "argument 'to': 0x10000000000000000 does not"),
    (5, "1" * 400, "argument 'to'"),
    (5, "nullptr", "argument 'to': 'nullptr' is not an integer"),
    (5, "hex:0010", "argument 'to' has 8 bytes, hex: gives 2"),
]


def check(values):
    command = [reprise, "check", kernels, "--kernel", "args", "--grid", "1",
               "--block", "1", "--alloc", "0x1000:64"]
    for value in values:
        command.append("--arg=" + value)
    result = subprocess.run(command, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, check=False)
    return result.returncode, result.stdout


status, text = check(GOOD)
assert status == 0, text
wrong = []
for place, value, message in BAD:
    status, text = check(GOOD[:place] + [value] + GOOD[place + 1:])
    if status != 2 or message not in text:
        wrong.append(f"{value}: exit status {status}, expected 2 and "
                     f"'{message}'\n{text}")
for values in [[], GOOD[:-1], GOOD + ["1"]]:
    status, text = check(values)
    if status != 2 or "takes 6 arguments (s, f, d, c, u, to)" not in text:
        wrong.append(f"{len(values)} arguments: exit status {status}\n{text}")
sys.exit("\n".join(wrong) if wrong else 0)
