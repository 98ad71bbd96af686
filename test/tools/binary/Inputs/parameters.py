"""Compares parameter layouts from cubins with those that C++ demands.

usage: parameters.py REPRISE NVCC SOURCE FOLDER
"""

import json
import os
import subprocess
import sys

reprise, nvcc, source, folder = sys.argv[1:]
EXPECTED = {
    "mixed": [(0, 8), (8, 8), (16, 4), (24, 40), (64, 1)],
    "narrow": [(0, 2), (8, 8)],
    "none": [],
    "large": [(0, 8), (8, 5000), (5008, 4)],
}
known = subprocess.run([nvcc, "--list-gpu-code"], stdout=subprocess.PIPE,
                       check=True, text=True).stdout.split()
targets = [t for t in ("sm_75", "sm_80", "sm_90", "sm_90a", "sm_100", "sm_120")
           if t.rstrip("a") in known]
assert targets
for target in targets:
    for extra, relocatable in (["-cubin"], False), (["-cubin", "-dc"], True):
        cubin = os.path.join(folder, target + ".cubin")
        subprocess.run([nvcc, "-arch=" + target, *extra, source, "-o", cubin],
                       check=True)
        audit = json.loads(subprocess.run(
            [reprise, "audit", "--format", "json", cubin],
            stdout=subprocess.PIPE, check=True).stdout)
        found = {k["name"]: [(p["offset"], p["size"]) for p in k["params"]]
                 for k in audit["kernels"]}
        assert found == EXPECTED, (target, found)
        assert all(k["reasons"] == ["no-ptx"] for k in audit["kernels"])
        image, = audit["binaries"][0]["images"]
        assert image["arch"] == target, image
        assert image["relocatable"] == relocatable, image
print(" ".join(targets))
