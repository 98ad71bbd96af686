"""programs.py REPRISE EXAMPLES OUT NVCC EMULATED

Builds an example in every form that programs have, instruments it, and runs it
on the emulated driver: it prints what it printed before, and the code that the
driver takes is the new one, for a database made of the new file knows it.
"""

import json
import os
import pathlib
import subprocess
import sys

reprise, examples, out, nvcc, emulated = sys.argv[1:]
out = pathlib.Path(out)
out.mkdir(parents=True)
source = str(pathlib.Path(examples) / "block_reduce.cu")
cuda = pathlib.Path(nvcc).parent.parent
flags = ["-w", "-arch=sm_80", "-cudart", "shared"]


def call(*command):
    run = subprocess.run([str(c) for c in command], capture_output=True,
                         text=True, check=False)
    assert run.returncode == 0, f"{command}\n{run.stdout}{run.stderr}"
    return run.stdout


def compile_to(name, *more):
    call(nvcc, *flags, source, *more, "-o", out / name)
    return out / name


def instrument(before, *more):
    after = before.with_name("new-" + before.name)
    report = json.loads(call(reprise, "instrument", before, "-o", after,
                             "--format", "json", *more))
    twins = [k for image in report["images"] for k in image["kernels"]
             if not k["refusal"]]
    assert twins and not report["problems"], report
    assert os.access(before, os.X_OK) == os.access(after, os.X_OK), before
    # Tools that read all of the file find nothing wrong.
    call("readelf", "-aW", after)
    return after, report


def images(path):
    listed = json.loads(call(reprise, "audit", "--list-images", "--format",
                             "json", path))
    [binary] = listed["binaries"]
    assert not binary["problems"], binary
    return binary["images"]


def run(program, *arguments, database=None):
    """What the program prints and the report of its launches."""
    report = out / "report.json"
    options = ["--db", database] if database else []
    text = call(reprise, "run", "--emulated", "--format", "json", "--output",
                report, *options, "--", program, *arguments)
    return text, json.loads(report.read_text(encoding="utf-8"))


def check(before, after, program=None):
    """Runs both; program takes them as an argument, if there is one."""
    commands = [[program, p] if program else [p] for p in (before, after)]
    old, _ = run(*commands[0])
    database = out / "new.reprise"
    call(reprise, "audit", after, "--db", database)
    new, report = run(*commands[1], database=database)
    assert old == new, (old, new)
    text = json.dumps(report)
    assert "not-audited" not in text and "idempotent" in text, text


def without_notes(path):
    """The program headers of notes become ones of nothing."""
    data = bytearray(path.read_bytes())
    begin = int.from_bytes(data[32:40], "little")
    size, count = data[54], data[56]
    for header in range(begin, begin + size * count, size):
        if data[header] == 4:
            data[header] = 0
    bare = path.with_name("bare")
    bare.write_bytes(data)
    return bare


def main():
    # Executables, at a fixed address and not, and with packed relocations.
    for name, more in [("pie", []), ("fixed", ["-Xcompiler", "-no-pie"]),
                       ("relr", ["-Xlinker", "-z,pack-relative-relocs"]),
                       ("stripped", ["-Xlinker", "-s"])]:
        before = compile_to(name, *more)
        after, report = instrument(before)
        check(before, after)
        assert report["uses"], report
        assert len(images(before)) == len(images(after))

    # A library, opened by a program.
    loader = out / "loader.c"
    loader.write_text("""#include <dlfcn.h>
int main(int Count, char **Names) {
  void *Library = Count > 1 ? dlopen(Names[1], RTLD_NOW) : 0;
  return Library ? ((int (*)(void))dlsym(Library, "main"))() : 99;
}""", encoding="utf-8")
    call("cc", loader, "-o", out / "loader", "-ldl")
    before = compile_to("library.so", "-shared", "-Xcompiler", "-fPIC")
    after, _ = instrument(before)
    check(before, after, out / "loader")

    # An object, linked afterwards.
    before, _ = compile_to("plain.o", "-c"), None
    after, _ = instrument(before)
    call(nvcc, *flags, before, "-o", out / "plain")
    call(nvcc, *flags, after, "-o", out / "linked")
    check(out / "plain", out / "linked")

    # Machine code is replaced, added, dropped.
    before = compile_to("choice")
    for more, expected in [
            ([], ["cubin sm_80 False", "ptx sm_80 True"]),
            (["--arch", "sm_80", "--arch", "sm_90"],
             ["cubin sm_80 True", "cubin sm_90 True", "ptx sm_80 True"]),
            (["--drop-cubins"], ["ptx sm_80 True"])]:
        after, report = instrument(before, *more)
        uses = sorted(f"{u['image']} {u['twins']}" for u in report["uses"])
        assert uses == expected, uses
        code = [i["kernels"] for i in images(after)
                if i["kind"] == "cubin" and i["kernels"]]
        assert code == {0: [1], 4: [3, 3], 1: []}[len(more)], code
        if "--arch" not in more:
            check(before, after)

    # Without a header to give up, nothing is written.
    bare = without_notes(before)
    refused = subprocess.run([reprise, "instrument", str(bare), "-o",
                              str(out / "none")], capture_output=True,
                             text=True, check=False)
    assert refused.returncode == 2 and "link it with -Wl,--build-id" in \
        refused.stderr, refused
    assert not (out / "none").exists()


main()
