"""Compares two device compilations, PTX or IR, but for the summary in one.

usage: same_code.py WITHOUT WITH

WITH may have nothing more than the summary array and, in IR, its name in the
list of variables that must be kept.
"""

import re
import sys

SUMMARY = r"@?__reprise_summary_\w+"


def code(path):
    """The lines without the summary, and whether there is one."""
    lines, found = [], False
    with open(path, encoding="utf-8") as file:
        for line in file.read().splitlines():
            if line.startswith("@llvm.compiler.used"):
                names = [n for n in re.findall(r"@[\w.]+", line)[1:]
                         if not re.fullmatch(SUMMARY, n)]
                lines += ["kept: " + n for n in names]
            elif re.match(rf"({SUMMARY} = |\.visible .*{SUMMARY}\[)", line):
                found = True
            elif line.strip():
                lines.append(line)
    return lines, found


without, found = code(sys.argv[1])
assert not found
added, found = code(sys.argv[2])
assert found, "no summary was embedded"
for a, b in zip(without + [""], added + [""]):
    if a != b:
        sys.exit(f"first difference:\n  without: {a[:300]}\n"
                 f"  with:    {b[:300]}")
assert len(without) == len(added)
