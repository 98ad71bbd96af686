"""Compares runtime/cuda/Ordered.inc with the headers of the CUDA toolkit.

  ordered.py <Ordered.inc> <Entries.inc> <preprocessed header>...

Each exported name has a line, so that none is Everything by accident, and where
a stream is an argument, its place is what the header says or the function is
harmless. Prints what is wrong, and how many names have which class.
"""

import collections
import re
import sys

LINE = re.compile(r"(HARMLESS|ON_STREAM|EVERYTHING)\((\w+), (\d)(?:, (\w+))?\)$")
PER_THREAD = re.compile(r"_pt[sd][zs]$")
# They have a stream and neither give it work nor wait for it.
ASKING = re.compile(r"cuStream(Get\w+|IsCapturing|SetAttribute|CopyAttributes)")


def table(path):
    """Name -> (class, place), versions spelled out."""
    rules = {}
    for line in open(path):
        if not line.startswith(("HARMLESS(", "ON_STREAM(", "EVERYTHING(")):
            continue
        match = LINE.match(line)
        if not match:
            print(f"cannot be read: {line}")
            continue
        kind, name, versions, place = match.groups()
        for version in range(1, int(versions) + 1):
            each = name if version == 1 else f"{name}_v{version}"
            if each in rules:
                print(f"two lines: {each}")
            rules[each] = (kind, place)
    return rules


def prototypes(path):
    """Name -> types of its arguments, with their names."""
    text = re.sub(r"\s+", " ", open(path).read())
    for name, arguments in re.findall(
            r"CUresult (?:__attribute__\(\(\w+\)\) )?(cu[A-Z]\w*) ?"
            r"\(([^()]*(?:\([^()]*\)[^()]*)*)\);", text):
        yield name, [each.strip() for each in arguments.split(",")]


rules = table(sys.argv[1])
names = re.findall(r"^ENTRY\(\d+, (\w+)\)$", open(sys.argv[2]).read(), re.M)
counts = collections.Counter()
for name in names:
    rule = rules.get(PER_THREAD.sub("", name))
    if rule is None:
        print(f"no class: {name}; give it a line in Ordered.inc")
    else:
        counts[rule[0]] += 1

streams = 0
for path in sys.argv[3:]:
    for name, arguments in prototypes(path):
        rule = rules.get(PER_THREAD.sub("", name))
        places = [i for i, each in enumerate(arguments)
                  if re.fullmatch(r"CUstream( \w+)?", each)]
        # What is not an integer register each would move the others.
        odd = [each for each in arguments
               if re.match(r"(float|double|CUipc\w+Handle|CUuuid)( \w+)?$", each)]
        if rule is None:
            print(f"no class: {name}; give it a line in Ordered.inc")
        elif rule[0] == "ON_STREAM" and rule[1].isdigit():
            streams += 1
            if places != [int(rule[1])] or odd:
                print(f"another place: {name}: {arguments}")
        elif rule[0] == "ON_STREAM" and places:
            print(f"has a stream: {name}: {arguments}")
        elif rule[0] == "HARMLESS" and places and not ASKING.match(name):
            print(f"has a stream and is harmless: {name}")

print(f"names with a class: {'many' if sum(counts.values()) > 400 else 'few'}")
print(f"places compared: {'many' if streams > 100 else 'few'}")
for kind, count in sorted(counts.items()):
    print(f"{kind}: {count}", file=sys.stderr)
