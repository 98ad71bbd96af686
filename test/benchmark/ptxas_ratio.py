"""Compares the time of `reprise audit -j1` with that of `ptxas -O3`.

usage: ptxas_ratio.py REPRISE PTXAS MODULE.ptx... [--repeat N]

For each module of PTX, in turn and N times: ptxas compiling it for the module's
own target, and an audit of the file on one thread, without cache and without
proofs, as an audit of a large library has none. Prints the processor time of
each, the least of N, and the ratio of the sums. Both run on one machine in one
run; read the ratio, not the times.

cuobjdump of the CUDA toolkit extracts the modules of a library:
    cuobjdump --extract-ptx all libcublas.so
"""

import argparse
import os
import re
import resource
import subprocess
import sys


def processor_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def target(module):
    with open(module, encoding="utf-8", errors="replace") as text:
        for line in text:
            found = re.match(r"\s*\.target\s+(\w+)", line)
            if found:
                return found.group(1)
    sys.exit(f"{module} has no .target")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("reprise")
    parser.add_argument("ptxas")
    parser.add_argument("modules", nargs="+")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()

    sums = [0.0, 0.0]
    print("| module | bytes | ptxas | audit | ratio |\n|---|---|---|---|---|")
    for module in options.modules:
        commands = [
            [options.ptxas, "-O3", "-arch=" + target(module), module,
             "-o", os.devnull],
            [options.reprise, "audit", "-j1", "--no-cache", "--solver-limit", "0",
             "--format", "json", module]]
        times = [[], []]
        for _ in range(options.repeat):
            for i, command in enumerate(commands):
                times[i].append(processor_seconds(command))
        best = [min(t) for t in times]
        sums = [a + b for a, b in zip(sums, best)]
        print(f"| `{os.path.basename(module)}` | {os.path.getsize(module)} | "
              f"{best[0]:.2f} s | {best[1]:.2f} s | {best[0] / best[1]:.1f} |",
              flush=True)
    print(f"\nall: ptxas takes {sums[0] / sums[1]:.2f} times as long")


main()
