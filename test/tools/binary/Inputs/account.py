"""Holds an audit of a binary against the list of its images.

usage: account.py AUDIT.json LIST.json [KIND=COUNT ...]

Both come from --format json, the list with --list-images. Every kernel of every
image that can be looked into is accounted for once: it is the origin of a row
or among the other images of one. KIND=COUNT demands a number of images of a
kind, KIND alone that there is one.
"""

import collections
import json
import sys

with open(sys.argv[1]) as source:
    audit = json.load(source)
with open(sys.argv[2]) as source:
    listing = json.load(source)
assert len(audit["binaries"]) == len(listing["binaries"]) == 1
images = listing["binaries"][0]["images"]
assert not listing["binaries"][0]["problems"], "problems"
assert not audit["binaries"][0]["problems"], "problems"

accounted = collections.Counter()
for kernel in audit["kernels"]:
    accounted[kernel["image"]] += 1
    accounted.update(kernel["other_images"])
    kind = audit["binaries"][0]["images"][kernel["image"]]["kind"]
    assert (kind == "cubin") == ("no-ptx" in kernel["reasons"]), kernel["name"]
    others = [images[i]["kind"] for i in kernel["other_images"]]
    assert kind != "cubin" or "ptx" not in others, kernel["name"]
for image in images:
    found = accounted[image["number"]]
    if "kernels" in image:
        assert found == image["kernels"], f"{image}: {found} rows"
    else:
        assert image["kind"] not in ("ptx", "cubin"), image
        assert not found

kinds = collections.Counter(image["kind"] for image in images)
for demand in sys.argv[3:]:
    kind, _, count = demand.partition("=")
    assert kinds[kind] == int(count) if count else kinds[kind], kinds
entries = sum(i["kernels"] for i in images if i["kind"] == "ptx")
rows = sum(1 for k in audit["kernels"] for i in [k["image"]] + k["other_images"]
           if images[i]["kind"] == "ptx")
assert entries == rows, f"{entries} entries, {rows} accounted for"
print(dict(kinds), len(audit["kernels"]), "rows,", entries, "entries")
