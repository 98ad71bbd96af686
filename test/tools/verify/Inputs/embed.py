"""Puts a summary into PTX, as the pass plugin does.

usage: embed.py PTX SUMMARY

Prints the PTX with a byte array that holds the summary's JSON.
"""

import sys

ptx, summary = (open(path, "rb").read() for path in sys.argv[1:])
values = ", ".join(str(b) for b in summary + b"\0")
sys.stdout.write(ptx.decode())
sys.stdout.write(".visible .global .align 1 .b8 "
                 f"__reprise_summary_0123456789abcdef[{len(summary) + 1}] = "
                 f"{{{values}}};\n")
