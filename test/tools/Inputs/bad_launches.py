"""Launches that `reprise check` must refuse.

usage: bad_launches.py REPRISE KERNELS.ll
"""

import subprocess
import sys

reprise, kernels = sys.argv[1:]
# Options that replace the good ones, part of the message.
BAD = [
    ({"grid": "0"}, "this launch cannot be checked"),
    ({"grid": "1,0"}, "this launch cannot be checked"),
    ({"grid": "0x80000000"}, "this launch cannot be checked"),
    ({"grid": "1,65536"}, "this launch cannot be checked"),
    ({"grid": "1,1,65536"}, "this launch cannot be checked"),
    ({"grid": "4294967296"}, "--grid takes X[,Y[,Z]]"),
    ({"grid": "1,2,3,4"}, "--grid takes X[,Y[,Z]], not '1,2,3,4'"),
    ({"grid": ""}, "--grid takes X[,Y[,Z]]"),
    ({"grid": "1,"}, "--grid takes X[,Y[,Z]]"),
    ({"grid": "-1"}, "--grid takes X[,Y[,Z]]"),
    ({"grid": "many"}, "--grid takes X[,Y[,Z]], not 'many'"),
    ({"block": "0"}, "this launch cannot be checked"),
    ({"block": "2048"}, "this launch cannot be checked"),
    ({"block": "32,64"}, "this launch cannot be checked"),
    ({"block": "1,1,65"}, "this launch cannot be checked"),
    ({"block": "1,2,3,4"}, "--block takes X[,Y[,Z]]"),
    ({"alloc": ["0x1000"]}, "--alloc takes BASE:SIZE in bytes, not '0x1000'"),
    ({"alloc": ["0x1000:"]}, "--alloc takes BASE:SIZE"),
    ({"alloc": [":64"]}, "--alloc takes BASE:SIZE"),
    ({"alloc": ["0x1000:many"]}, "--alloc takes BASE:SIZE"),
    ({"alloc": ["0x1000:64:64"]}, "--alloc takes BASE:SIZE"),
    ({"alloc": ["0x1000:0"]}, "must not be empty, overlap"),
    ({"alloc": ["0x1000:64", "0x103f:64"]}, "must not be empty, overlap"),
    ({"alloc": ["0xfffffffffffffff0:64"]}, "must not be empty, overlap"),
    ({"alloc": ["0x1000:0x10000000000000000"]}, "--alloc takes BASE:SIZE"),
]


def check(changes):
    options = {"grid": "1", "block": "1", "alloc": ["0x1000:64"], **changes}
    command = [reprise, "check", kernels, "--kernel", "set",
               "--grid=" + options["grid"], "--block=" + options["block"],
               "--arg", "0x1000"]
    command += ["--alloc=" + a for a in options["alloc"]]
    result = subprocess.run(command, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, check=False)
    return result.returncode, result.stdout


GOOD = [{}, {"grid": "0x7fffffff,65535,65535"}, {"block": "1024"},
        {"block": "4,4,64"}, {"alloc": ["0x1000:64", "0x1040:64"]}]
wrong = []
for changes in GOOD:
    status, text = check(changes)
    if status != 0:
        wrong.append(f"{changes}: exit status {status}, expected 0\n{text}")
for changes, message in BAD:
    status, text = check(changes)
    if status != 2 or message not in text:
        wrong.append(f"{changes}: exit status {status}, expected 2 and "
                     f"'{message}'\n{text}")
sys.exit("\n".join(wrong) if wrong else 0)
