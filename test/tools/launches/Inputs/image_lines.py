"""Recorded launches of `add`, in images that are given.

usage: image_lines.py AUDIT.json FILE...

Prints a line for the image that answers in the audit, one for the image that
each file is, and one that names none.
"""

import hashlib
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    images = json.load(file)["binaries"][0]["images"]
hashes = [i["sha256"] for i in images if "sha256" in i]
assert len(hashes) == 1, images
for path in sys.argv[2:]:
    with open(path, "rb") as file:
        hashes.append(hashlib.sha256(file.read()).hexdigest())
for image in hashes + [""]:
    print(json.dumps({
        "format": "reprise-launch", "version": {"major": 1, "minor": 0},
        "image": image, "kernel": "add", "grid": [1, 1, 1],
        "block": [32, 1, 1], "shared": 0, "arguments": "0000000000300000",
        "allocations": [[0x300000000000, 128]]}))
