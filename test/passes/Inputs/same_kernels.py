"""Compiles kernels without the plugin and with twins, and compares the machine
code of the kernels themselves.

usage: same_kernels.py PTXAS PLUGIN FOLDER FILE.cu... -- CLANG ARGUMENTS...

For each kernel that the build without the plugin has, the other build must have
the same bytes in its sections for code, constants and shared memory. Prints what
was compared.

ptxas keeps the addresses of variables in one table of the module, in which the
arrays of the plugin have entries; code that takes an address from the table has
an offset into it. Files where that shows are compared again without the arrays:
"same-but-for-arrays".
"""

import os
import re
import struct
import subprocess
import sys


def sections(path):
    """Name to content of a cubin's sections; of those without, their size."""
    with open(path, "rb") as file:
        data = file.read()
    offset, = struct.unpack_from("<Q", data, 0x28)
    size, count, names = struct.unpack_from("<HHH", data, 0x3A)
    headers = [struct.unpack_from("<IIQQQQIIQQ", data, offset + i * size)
               for i in range(count)]
    start = headers[names][4]
    found = {}
    for name, kind, _, _, at, length, *_ in headers:
        end = data.index(b"\0", start + name)
        text = data[start + name:end].decode()
        nobits = 8
        found[text] = length if kind == nobits else data[at:at + length]
    return found


def compile_one(source, target, clang, ptxas, more):
    subprocess.run([*clang, *more, "-O2", "--cuda-device-only", "-S", source,
                    "-o", target + ".s"], check=True)
    return assemble(target, ptxas)


def without_arrays(target, ptxas):
    with open(target + ".s", encoding="utf-8") as file:
        text = file.read()
    pattern = r"^\.visible \.global .* __reprise_(summary|twins)_\w+\[.*\n"
    with open(target + ".c.s", "w", encoding="utf-8") as file:
        file.write(re.sub(pattern, "", text, flags=re.M))
    return assemble(target + ".c", ptxas)


def assemble(target, ptxas):
    subprocess.run([ptxas, "-arch=sm_80", target + ".s", "-o", target],
                   check=True)
    return sections(target)


def main():
    cut = sys.argv.index("--")
    ptxas, plugin, folder, *sources = sys.argv[1:cut]
    clang = sys.argv[cut + 1:]
    os.makedirs(folder, exist_ok=True)
    twins = ["-Xclang", "-load", "-Xclang", plugin, "-fpass-plugin=" + plugin,
             "-mllvm", "-reprise-checkpoints"]
    failed = False
    for source in sources:
        base = os.path.join(folder, os.path.basename(source))
        without = compile_one(source, base + ".a", clang, ptxas, [])
        both = compile_one(source, base + ".b", clang, ptxas, twins)
        bare = None
        for name, content in without.items():
            if not name.startswith((".text.", ".nv.constant", ".nv.shared.")):
                continue
            answer = "same"
            if both.get(name) != content:
                bare = bare or without_arrays(base + ".b", ptxas)
                answer = "same-but-for-arrays"
                if bare.get(name) != content:
                    answer, failed = "differs", True
            print(answer, os.path.basename(source), name)
        for name in both:
            if name.startswith(".text.__reprise_twin_"):
                print("twin", os.path.basename(source), name)
    return failed


if __name__ == "__main__":
    sys.exit(main())
