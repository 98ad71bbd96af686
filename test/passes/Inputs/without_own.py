"""Copies remarks from stdin to stdout, but for the pass `reprise`'s own.

A remark is its line and the source lines that follow it; the closing count of
diagnostics goes too.
"""

import re
import sys

keep = True
for line in sys.stdin:
    if re.match(r".+:\d+:\d+: \w+: ", line):
        keep = "[-Rpass-analysis=reprise]" not in line
        # With -Rpass-analysis=.* the group is named by the pattern.
        keep = keep and ": remark: kernel " not in line
    if keep and not re.match(r"\d+ (remark|warning)s? generated", line):
        sys.stdout.write(line)
