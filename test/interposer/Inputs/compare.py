"""Runs a program with and without `reprise run`.

compare.py REPRISE EMULATED FOLDER CODE PROGRAM ARGUMENT...

EMULATED is the folder of the emulated driver, `-` to use the machine's own; FOLDER
gets the recorded logs. CODE is what holds the kernels. What has to hold: the same output and exit status,
every launch seen is decided, none is lost, and `reprise check` says of each line
of the recorded log what was decided when it was launched.
"""

import collections
import json
import os
import subprocess
import sys

reprise, emulated, folder, code, *program = sys.argv[1:]
name = os.path.splitext(os.path.basename(program[0]))[0]
base = os.path.join(folder, name)


def run(command, **more):
    return subprocess.run(command, capture_output=True, text=True, **more)


def fail(what, *details):
    print(f"{name}: {what}", *details, sep="\n")
    sys.exit(1)


driver, place = [], {}
if emulated != "-":
    driver = ["--emulated"]
    place = {"LD_LIBRARY_PATH": emulated}
    os.environ["REPRISE_EMULATOR_QUIET"] = "1"
plain = run(program, env={**os.environ, **place})
if plain.returncode != 0:
    fail("does not run", plain.stdout, plain.stderr)
audit = run([reprise, "audit", code, "--db", base + ".reprise"])
if audit.returncode != 0:
    fail("is not audited", audit.stderr)
followed = run([reprise, "run", *driver, "--db", base + ".reprise",
                "--mode", "record", "--log", base + ".log", "--format", "json",
                "--output", base + ".json", "--", *program])
if (followed.stdout, followed.returncode) != (plain.stdout, plain.returncode):
    fail("has another output", plain.stdout, followed.stdout, followed.stderr)

report = json.load(open(base + ".json"))
launches = report["launches"]
if launches["seen"] != launches["decided"] or launches["lost"] != 0:
    fail("has launches that are not decided", launches)
if launches["seen"] == 0 or report["recorded"]["left_out"] != 0:
    fail("has launches that are not recorded", launches, report["recorded"])

recorded = [json.loads(line)["verdict"] for line in open(base + ".log")]
check = run([reprise, "check", code, "--launches", base + ".log",
             "--format", "json"])
if check.returncode not in (0, 1, 3):  # All, some clobber, some unknown.
    fail("is not checked", check.stderr)
checked = [line["verdict"] for line in json.loads(check.stdout)["launches"]]
if recorded != checked or len(recorded) != launches["seen"]:
    fail("is checked otherwise", recorded, checked)
counts = collections.Counter(recorded)
print(f"{name}: {len(recorded)} launches agree:",
      ", ".join(f"{counts[v]} {v}" for v in sorted(counts)))
