"""Packs a cubin and PTX in every mode of fatbinary and compares the audits.

usage: compress.py REPRISE FATBINARY FOLDER
"""

import json
import os
import subprocess
import sys

reprise, fatbinary, folder = sys.argv[1:]
name = os.path.join(folder, "k")
modes = [["--compress=false"], ["--compress=true"]]
usage = subprocess.run([fatbinary, "--help"], stdout=subprocess.PIPE,
                       check=True, text=True).stdout
if "--compress-mode" in usage:
    modes += [[f"--compress-mode={m}"] + extra
              for m in ("default", "size", "speed", "balance", "none")
              for extra in ([], ["--compress-all"])]
tables = set()
for mode in modes:
    packed = name + ".fatbin"
    subprocess.run([fatbinary, "-64", "--create=" + packed, *mode,
                    f"--image3=kind=elf,sm=80,file={name}.cubin",
                    f"--image3=kind=ptx,sm=80,file={name}.ptx"], check=True)
    out = subprocess.run([reprise, "audit", "--format", "json", packed],
                         stdout=subprocess.PIPE, check=True).stdout
    audit = json.loads(out)
    assert len(audit["kernels"]) == 4, (mode, audit["kernels"])
    for image in audit["binaries"][0]["images"]:
        del image["stored_size"]  # What the mode is about.
        # Payloads that are not packed keep their padding.
        del image["size"]
    tables.add(json.dumps(audit))
assert len(tables) == 1, "\n".join(sorted(tables))
print(len(modes), "modes")
