"""Prints a summary with many kernels that differ.

usage: many.py NUMBER

Of ten kernels, in turn: six copy and are conditional, two write, one reads
what it overwrites, one stores through a pointer from memory.
"""

import json
import sys


def access(kind, base, **more):
    return {"kind": kind, "root": "param", "base": base, "param": base,
            "domain": 0, "top": False, "offset": [2, []], "width": 4,
            "must": True, "live_in": True, "text": "from" if base else "to",
            **more}


def kernel(number):
    name = f"kernel_{number:05}"
    out = {"name": name, "demangled": f"{name}(int*, int const*)",
           "class": "conditional", "notes": [],
           "condition": "disjoint(to[0 .. 4), from[0 .. 4))",
           "params": [{"name": n, "kind": "pointer", "offset": o, "size": 8}
                      for n, o in (("to", 0), ("from", 8))],
           "param_bytes": 16, "symbols": [],
           "exprs": [["param", 64, 0], ["param", 64, 8], ["const", 64, 0]],
           "domains": [{"vars": [], "checks": [], "steps": []}],
           "accesses": [access("read", 1, loc=["many.cu", number + 1, 7]),
                        access("write", 0, loc=["many.cu", number + 1, 3])],
           "pairs": [["test", 0, 1]], "effects": []}
    turn = number % 10
    if turn in (6, 7):
        out.update({"class": "idempotent", "condition": "", "pairs": [],
                    "accesses": out["accesses"][1:]})
    elif turn == 8:
        out.update({"class": "non-idempotent", "condition": "",
                    "notes": ["reads to[0], then writes it"],
                    "accesses": [access("atomic", 0)],
                    "pairs": [["linked", 0, 0]]})
    elif turn == 9:
        out.update({"class": "unknown", "condition": "",
                    "notes": ["The pointer comes from memory"]})
        out["accesses"][1] = {
            "kind": "write", "root": "unknown", "domain": 0, "top": True,
            "width": 4, "must": False, "live_in": True,
            "reason": "unknown-pointer", "detail": "p", "text": "?"}
    return out


json.dump({"format": "reprise-summary", "version": {"major": 1, "minor": 0},
           "kernels": [kernel(i) for i in range(int(sys.argv[1]))]}, sys.stdout)
