"""library.py LIBCURAND REPORT: the library answers, the report has twins."""

import ctypes
import json
import sys

version = ctypes.c_int()
library = ctypes.CDLL(sys.argv[1])
assert library.curandGetVersion(ctypes.byref(version)) == 0
assert version.value > 10000, version
with open(sys.argv[2], encoding="utf-8") as f:
    report = json.load(f)
twins = [k for i in report["images"] for k in i["kernels"] if not k["refusal"]]
assert twins and not report["problems"]
