"""What `reprise instrument` makes of the PTX in libraries.

usage: instrument_library.py REPRISE PTXAS LIBRARY [--most BYTES] [--seconds N]

Instruments each PTX image of the library, up to the size, on its own, and runs
ptxas on the result for the image's own architecture. Prints how many kernels
have a twin and can be left inside, why the others have none, and what ptxas
refuses; an image on which ptxas takes longer than the time is counted apart.
"""

import argparse
import collections
import concurrent.futures
import ctypes
import ctypes.util
import json
import os
import re
import struct
import subprocess
import tempfile

FATBIN = struct.pack("<IHH", 0xBA55ED50, 1, 16)


def unpack(packed, size):
    zstd = ctypes.CDLL(ctypes.util.find_library("zstd"))
    out = ctypes.create_string_buffer(size)
    zstd.ZSTD_decompress.restype = ctypes.c_size_t
    done = zstd.ZSTD_decompress(out, ctypes.c_size_t(size), packed,
                                ctypes.c_size_t(len(packed)))
    assert done == size, "the frame is broken"
    return out.raw


def texts(data):
    """Architecture and text of each PTX image, as docs/formats.md has them."""
    at = data.find(FATBIN)
    while at >= 0:
        end = at + 16 + struct.unpack_from("<Q", data, at + 8)[0]
        entry = at + 16
        while entry + 64 <= end:
            kind, _, header, size, packed = struct.unpack_from("<HHIQI", data,
                                                               entry)
            arch, = struct.unpack_from("<I", data, entry + 28)
            flags, = struct.unpack_from("<Q", data, entry + 40)
            payload = data[entry + header:entry + header + size]
            entry += header + size
            if kind != 1 or flags & 0x2000:
                continue
            if flags & 0x8000:
                whole, = struct.unpack_from("<Q", data,
                                            entry - header - size + 56)
                payload = unpack(payload[:packed], whole)
            variant = "a" if flags & 0x100000 else "f" if flags & 0x200000 \
                else ""
            yield f"sm_{arch}{variant}", payload.rstrip(b"\0")
        at = data.find(FATBIN, end)


def examine(job):
    """Kernels of one image, and what became of it."""
    options, arch, text = job
    with tempfile.TemporaryDirectory() as folder:
        before = os.path.join(folder, "image.ptx")
        after = os.path.join(folder, "twins.ptx")
        with open(before, "wb") as file:
            file.write(text)
        run = subprocess.run(
            [options.reprise, "instrument", before, "-o", after, "--format",
             "json"], capture_output=True, text=True, check=False)
        if run.returncode:
            nothing = "no kernel" in run.stderr
            return [], "nothing to add" if nothing else run.stderr
        kernels = [k for i in json.loads(run.stdout)["images"]
                   for k in i["kernels"]]
        try:
            run = subprocess.run(
                [options.ptxas, f"-arch={arch}", after, "-o",
                 os.path.join(folder, "out.cubin")], capture_output=True,
                text=True, check=False, timeout=options.seconds)
        except subprocess.TimeoutExpired:
            return kernels, "takes too long"
        return kernels, "passes" if run.returncode == 0 else run.stderr


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("reprise")
    parser.add_argument("ptxas")
    parser.add_argument("library")
    parser.add_argument("--most", type=int, default=1 << 40)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    with open(options.library, "rb") as file:
        data = file.read()
    jobs = [(options, arch, text) for arch, text in texts(data)
            if len(text) <= options.most and b".entry" in text]
    outcomes, reasons = collections.Counter(), collections.Counter()
    entry, inside = collections.Counter(), collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for kernels, outcome in pool.map(examine, jobs):
            outcomes[outcome] += 1
            for kernel in kernels:
                if kernel["refusal"]:
                    reasons[re.sub(r"\(.*|'.*'", "...",
                                   kernel["refusal"])] += 1
                else:
                    entry[kernel["entry"]] += 1
                    inside[kernel["inside"]] += 1
    print("images:", dict(outcomes))
    print("kernels with a twin:", sum(entry.values()), "entry:", dict(entry),
          "inside:", dict(inside))
    for reason, number in reasons.most_common():
        print(f"no twin, {number}: {reason}")


if __name__ == "__main__":
    main()
