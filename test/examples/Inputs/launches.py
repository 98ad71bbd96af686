"""Checks the launches of one example that examples/launches.json lists.

usage: launches.py REPRISE EXAMPLES NAME.cu

Runs `reprise check` for each and compares the exit status with the expected
verdict. Then runs `reprise verify`: the launch must execute without a fault, and
a byte must be clobbered where that is expected and none where the launch is
idempotent. At least three launches must be listed.
"""

import json
import os
import subprocess
import sys

VERDICTS = {0: "idempotent", 1: "clobbers", 2: "error", 3: "unknown"}


def verdict(reprise, path, launch):
    """What `reprise check` says of a launch of path's kernel, and its output."""
    command = [reprise, "check", path, "--kernel", launch["kernel"],
               "--grid", launch["grid"], "--block", launch["block"]]
    for value in launch["args"]:
        command += ["--arg", value]
    for allocation in launch["allocs"]:
        command += ["--alloc", allocation]
    result = subprocess.run(command, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, check=False)
    got = VERDICTS.get(result.returncode, f"exit status {result.returncode}")
    return got, " ".join(command) + "\n" + result.stdout


def buffers(launch):
    """Options of `reprise verify` for the allocations and arguments."""
    options, ranges = [], []
    for number, text in enumerate(launch["allocs"]):
        base, size = (int(part, 0) for part in text.split(":"))
        ranges.append((base, base + size, f"B{number}"))
        options += ["--buffer", f"B{number}=byte[{size}]"]
    for value in launch["args"]:
        try:
            address = int(value, 0)
        except ValueError:
            address = -1
        for begin, end, name in ranges:
            if begin <= address < end:
                value = f"{name}+{address - begin}"
        options += ["--arg", value]
    return options


def verified(reprise, path, launch):
    """What is wrong with what `reprise verify` says of a launch, or ""."""
    command = [reprise, "verify", path, "--kernel", launch["kernel"],
               "--grid", launch["grid"], "--block", launch["block"],
               "--cuts", "6", "--schedules", "3", "--format", "json"]
    command += buffers(launch)
    result = subprocess.run(command, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, check=False)
    wanted = (0,) if launch["expect"] == "idempotent" else (0, 3)
    if result.returncode in wanted:
        got = json.loads(result.stdout)
        clobbers = got["oracle"]["clobber"] is not None
        if launch["expect"] == "unknown" or \
                clobbers == (launch["expect"] == "clobbers"):
            return ""
    return (f"exit status {result.returncode}\n" + " ".join(command) + "\n"
            + result.stdout)


def main():
    reprise, examples, name = sys.argv[1:]
    with open(os.path.join(examples, "launches.json"), encoding="utf-8") as file:
        launches = [l for l in json.load(file) if l["example"] == name]
    if len(launches) < 3:
        sys.exit(f"{name}: only {len(launches)} launches are listed")
    wrong = 0
    for launch in launches:
        got, output = verdict(reprise, os.path.join(examples, name), launch)
        if got != launch["expect"]:
            wrong += 1
            print(f"{launch['note']}: {got}, expected {launch['expect']}\n{output}")
        refuted = verified(reprise, os.path.join(examples, name), launch)
        if refuted:
            wrong += 1
            print(f"{launch['note']}: verify: {refuted}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
