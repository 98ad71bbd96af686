"""Compares the time of `reprise audit` with that of clang alone.

usage: audit_ratio.py REPRISE CLANG++ CUDA_PATH SOURCE.cu... [--repeat N]

For each source, in turn and N times: clang++ compiling it for the device to
bitcode with the flags that `reprise audit` uses, and `reprise audit`. Prints
the medians and their ratio, and the geometric mean of the ratios. Both run on
one machine in one run; read the ratios, not the times.
"""

import argparse
import math
import os
import statistics
import subprocess
import time


def seconds(command):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("reprise")
    parser.add_argument("clang")
    parser.add_argument("cuda_path")
    parser.add_argument("sources", nargs="+")
    parser.add_argument("--repeat", type=int, default=9)
    options = parser.parse_args()

    prefix = os.path.dirname(os.path.dirname(os.path.abspath(options.reprise)))
    clang = [options.clang,
             "--config=" + os.path.join(prefix, "lib/reprise/cuda/clang.cfg"),
             "-Wno-unknown-cuda-version", "-x", "cuda", "--cuda-device-only",
             "-emit-llvm", "-c", "-fno-discard-value-names", "-g", "-O0",
             "--cuda-path=" + options.cuda_path, "--cuda-gpu-arch=sm_80",
             "-o", os.devnull]
    environment = dict(os.environ, CUDA_PATH=options.cuda_path)
    os.environ.update(environment)

    ratios = []
    print("| source | clang | audit | ratio |\n|---|---|---|---|")
    for source in options.sources:
        alone, audit = [], []
        for _ in range(options.repeat):
            alone.append(seconds(clang + [source]))
            audit.append(seconds([options.reprise, "audit", source]))
        a, b = statistics.median(alone), statistics.median(audit)
        ratios.append(b / a)
        print(f"| `{os.path.basename(source)}` | {a * 1000:.0f} ms | "
              f"{b * 1000:.0f} ms | {b / a:.2f} |", flush=True)
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    print(f"\ngeometric mean of the ratios: {mean:.2f}")


main()
