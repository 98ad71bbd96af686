"""images.py REPRISE BEFORE AFTER

All images but PTX are the same in both, in the same order; PTX is packed as it
was, and longer.
"""

import json
import subprocess
import sys


def images(reprise, path):
    text = subprocess.run([reprise, "audit", "--list-images", "--format",
                           "json", path], check=True, capture_output=True,
                          text=True).stdout
    [binary] = json.loads(text)["binaries"]
    assert not binary["problems"], binary
    return binary["images"]


def main():
    reprise, before, after = sys.argv[1:]
    old, new = images(reprise, before), images(reprise, after)
    assert len(old) == len(new)
    with open(after, "rb") as f:
        data = f.read()
    with open(before, "rb") as f:
        original = f.read()
    texts = 0
    for a, b in zip(old, new):
        assert a["kind"] == b["kind"] and a["arch"] == b["arch"], (a, b)
        if a["kind"] == "ptx":
            texts += 1
            assert b["size"] > a["size"] and b["kernels"] == 3 * a["kernels"]
            assert (b["size"] == b["stored_size"]) == \
                (a["size"] == a["stored_size"]), (a, b)
        else:
            assert a == b, (a, b)
    assert texts
    # Machine code begins as an ELF file of its own: the bytes are there.
    for part in original.split(b"\x7fELF")[1:]:
        assert part[:512] in data
    return 0


if __name__ == "__main__":
    sys.exit(main())
