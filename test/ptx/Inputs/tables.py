"""The table of an audit, in a form that source and PTX have in common."""

import json
import os
import re
import subprocess

# Loops that are still unrolled in the compiler's PTX, by form: their conditions
# have more parts (docs/limits.md).
OTHER_CONDITION = {"clang": {"stencil3d.cu"}, "nvcc": {"stencil3d.cu"}}


def examples(folder):
    return sorted(n for n in os.listdir(folder) if n.endswith(".cu"))


def table(reprise, path):
    """Kernel's name to class and condition.

    PTX has no names of parameters, and the order of what must not overlap is
    that of the code: both are left out of the condition.
    """
    result = subprocess.run([reprise, "audit", "--format", "json", path],
                            stdout=subprocess.PIPE, text=True, check=True)
    rows = {}
    for kernel in json.loads(result.stdout)["kernels"]:
        names = {p["name"]: f"arg{i}" for i, p in enumerate(kernel["params"])}
        condition = re.sub(r"[A-Za-z_]\w*", lambda m, n=names: n.get(m[0], m[0]),
                           kernel["condition"])
        name = kernel["demangled"].split("(")[0].split("::")[-1]
        assert name not in rows, name
        rows[name] = (kernel["class"], sorted(condition.split(" and ")))
    return rows


def differences(expected, got, classes_only):
    """What differs; of the kernels in classes_only, only the class counts."""
    found = []
    for name in sorted(expected.keys() | got.keys()):
        a, b = expected.get(name), got.get(name)
        if name in classes_only and a and b:
            a, b = a[0], b[0]
        if a != b:
            found.append(f"{name}: {b}, from source {a}")
    return found
