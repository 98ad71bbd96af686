"""Prints a summary of one kernel with 150 reads, 4 writes and 600 pairs."""

import json
import sys

READS, WRITES = 150, 4


def access(kind, base, offset):
    return {"kind": kind, "root": "param", "base": base, "param": base,
            "domain": 0, "top": False, "offset": [2 + offset, []], "width": 4,
            "must": True, "live_in": True,
            "text": f"{'from' if base else 'to'}[{4 * offset}]"}


json.dump({
    "format": "reprise-summary", "version": {"major": 1, "minor": 0},
    "kernels": [{
        "name": "long", "class": "conditional",
        "condition": "disjoint(to[0 .. 16), from[0 .. 600))",
        "params": [{"name": n, "kind": "pointer", "offset": o, "size": 8}
                   for n, o in (("to", 0), ("from", 8))],
        "param_bytes": 16, "symbols": [], "effects": [],
        "exprs": [["param", 64, 0], ["param", 64, 8]] +
                 [["const", 64, 4 * i] for i in range(READS)],
        "domains": [{"vars": [], "checks": [], "steps": []}],
        "accesses": [access("read", 1, i) for i in range(READS)] +
                    [access("write", 0, i) for i in range(WRITES)],
        "pairs": [["test", i, READS + j] for i in range(READS)
                  for j in range(WRITES)],
    }]}, sys.stdout)
