"""Runs programs on the GPU with and without `reprise run`.

usage: measure.py REPRISE PROGRAM_FOLDER [--repeat N] [--python PYTHON]
                  [--options "OPTIONS OF reprise run"]

PROGRAM_FOLDER holds what the build target `reprise-gpu-programs` made. Each
program runs in turn without and under `reprise run`, N times. Prints for each
time that the program reports both medians and their ratio, and whether its
other output was the same; `--python` adds the PyTorch steps, with a Python that
has torch. What `reprise run` printed goes to standard error. The exit status is
1 if an output differed or a program failed. Both run on one machine in one run.
"""

import argparse
import os
import shlex
import statistics
import subprocess
import sys


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    times, output = {}, []
    for line in done.stdout.splitlines():
        words = line.split()
        if len(words) == 3 and words[0] == "time":
            times[words[1]] = float(words[2])
        else:
            output.append(line)
    return done.returncode, times, output, done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("reprise")
    parser.add_argument("folder")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--python")
    parser.add_argument("--options", default="")
    options = parser.parse_args()

    here = os.path.dirname(os.path.abspath(__file__))
    program = lambda name: os.path.join(options.folder, name)
    programs = {
        "launches, 1 thread": [program("launch_bound"), "100000", "1"],
        "launches, 2 threads": [program("launch_bound"), "50000", "2"],
        "launches, 8 threads": [program("launch_bound"), "20000", "8"],
        "launches, 100 000 allocations":
            [program("launch_bound"), "50000", "1", "100000"],
    }
    if os.path.exists(program("gemm_chain")):
        programs["cuBLAS"] = [program("gemm_chain")]
    if options.python:
        programs["PyTorch"] = [options.python,
                               os.path.join(here, "torch_steps.py")]
    gpu = subprocess.run(["nvidia-smi", "--query-gpu=name,driver_version",
                          "--format=csv,noheader"], stdout=subprocess.PIPE,
                         text=True, check=True).stdout.strip()
    print(f"GPU: {gpu}\n")
    print("| program | time | without | with | ratio | output |\n"
          "|---|---|---|---|---|---|")

    failed = False
    wrapper = [options.reprise, "run", *shlex.split(options.options), "--"]
    for name, command in programs.items():
        plain, under, same = {}, {}, True
        for _ in range(options.repeat):
            results = []
            for prefix, times in ((), plain), (wrapper, under):
                code, found, output, errors = run([*prefix, *command])
                results.append((code, output))
                if code != 0:
                    print(f"{name}: exit status {code}\n{errors}",
                          file=sys.stderr)
                for key, value in found.items():
                    times.setdefault(key, []).append(value)
            same = same and results[0] == results[1] and results[0][0] == 0
        print(f"--- {name}\n{errors}", file=sys.stderr)
        failed = failed or not same
        verdict = "same" if same else "differs"
        if not plain:
            print(f"| {name} | | | | | {verdict} |")
        for key in plain:
            a = statistics.median(plain[key])
            b = statistics.median(under.get(key, [float("nan")]))
            print(f"| {name} | {key} | {a:.4g} | {b:.4g} | {b / a:.3f} | "
                  f"{verdict} |", flush=True)
    sys.exit(failed)


main()
