"""assemble.py PTXAS FILE.ptx...

Runs ptxas on each file for every architecture that it knows and the file's
target allows. Warnings count as failures.
"""

import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile


def architectures(ptxas):
    text = subprocess.run([ptxas, "--help"], capture_output=True, text=True,
                          check=True).stdout
    return sorted({int(n) for n in re.findall(r"'sm_(\d+)'", text)})


def assemble(job):
    """What ptxas says; nothing if all is well."""
    ptxas, name, arch = job
    with tempfile.NamedTemporaryFile(suffix=".cubin") as out:
        run = subprocess.run([ptxas, f"-arch={arch}", name, "-o", out.name],
                             capture_output=True, text=True, check=False)
    if run.returncode or run.stderr:
        return f"{name}, {arch}: status {run.returncode}\n{run.stderr}"
    return ""


def main():
    ptxas, files = sys.argv[1], sys.argv[2:]
    known = architectures(ptxas)
    assert known, "ptxas names no architectures"
    jobs = []
    for name in files:
        with open(name, encoding="utf-8") as f:
            target = re.search(r"^\.target sm_(\d+)([af]?)", f.read(), re.M)
        least, variant = int(target[1]), target[2]
        archs = [f"sm_{sm}{variant}" for sm in known
                 if sm >= least and (sm == least or not variant)]
        assert archs, f"{name} is for no architecture of this ptxas"
        jobs += [(ptxas, name, arch) for arch in archs]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = [p for p in pool.map(assemble, jobs) if p]
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
