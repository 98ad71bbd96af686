"""Checks the shape of a JSON document on stdin.

usage: shape.py audit|explain|check|summary
"""

import json
import sys

CLASSES = {"idempotent", "non-idempotent", "conditional", "unknown"}


def fields(value, shape, where):
    """Demands exactly the fields of shape, each of its type."""
    assert set(value) == set(shape), f"{where}: {sorted(value)}"
    for name, kind in shape.items():
        assert isinstance(value[name], kind), f"{where}.{name}: {value[name]}"
        if kind is int:
            assert not isinstance(value[name], bool), f"{where}.{name}"


def proofs(value, where):
    fields(value, {"queries": int, "undecided": int}, where + ".proofs")
    assert 0 <= value["undecided"] <= value["queries"]


def audit(root):
    fields(root, {"kernels": list, "resolved": int, "proofs": dict}, "root")
    proofs(root["proofs"], "root")
    assert root["kernels"], "no kernel"
    for k in root["kernels"]:
        fields(k, {"name": str, "demangled": str, "class": str,
                   "condition": str, "reasons": list, "notes": list,
                   "file": str, "line": int, "input": str, "accesses": int,
                   "pairs": int, "params": list, "proofs": dict,
                   "resolved": (bool, type(None)), "stays": list}, "kernel")
        assert k["resolved"] != bool(k["stays"]), k["name"]
        proofs(k["proofs"], k["name"])
        assert k["class"] in CLASSES
        assert (k["class"] == "conditional") == bool(k["condition"]), k["name"]
        if k["class"] == "unknown":
            assert k["reasons"], k["name"]


def explain(root):
    fields(root, {"name": str, "demangled": str, "class": str,
                  "condition": str, "notes": list, "file": str, "line": int,
                  "accesses": list, "effects": list, "pairs": list,
                  "settled_by": list}, "root")
    assert root["class"] in CLASSES
    for a in root["accesses"]:
        fields(a, {"kind": str, "address": str, "width": int, "live_in": bool,
                   "rule": str, "must": bool, "reason": str, "detail": str,
                   "file": str, "line": int, "column": int}, "access")
        assert a["kind"] in {"read", "write", "atomic"}
    for s in root["settled_by"]:
        fields(s, {"reason": str, "text": str}, "settled_by")
    for p in root["pairs"]:
        fields(p, {"read": int, "write": int, "relation": str}, "pair")
        assert max(p["read"], p["write"]) < len(root["accesses"])


def access(value, where):
    if value is not None:
        fields(value, {"index": int, "address": str, "file": str, "line": int,
                       "column": int}, where)


def check(root):
    fields(root, {"kernel": str, "demangled": str, "verdict": str,
                  "reason": str, "settled_by": str, "assumptions": list,
                  "read": (dict, type(None)), "write": (dict, type(None)),
                  "clobbered": dict, "backup": dict}, "root")
    assert root["verdict"] in {"idempotent", "clobbers", "unknown"}
    assert (root["verdict"] == "unknown") == bool(root["settled_by"])
    access(root["read"], "read")
    access(root["write"], "write")
    fields(root["clobbered"], {"address": int, "size": int}, "clobbered")
    fields(root["backup"], {"bounded": bool, "bytes": int, "ranges": list},
           "backup")
    for r in root["backup"]["ranges"]:
        fields(r, {"address": int, "size": int}, "range")
    assert root["backup"]["bytes"] == sum(
        r["size"] for r in root["backup"]["ranges"])


def summary(root):
    assert root["format"] == "reprise-summary"
    assert root["version"]["major"] == 1
    assert root["kernels"]


{"audit": audit, "explain": explain, "check": check,
 "summary": summary}[sys.argv[1]](json.load(sys.stdin))
