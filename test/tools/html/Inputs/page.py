"""Checks the data in a report, without a browser.

usage: page.py PAGE AUDIT SUMMARY   against --format json and --db
       page.py PAGE --names         prints the names, one in a line
"""

import json
import pathlib
import re
import sys

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def data_of(page):
    """The data, after checks of what is around it."""
    text = pathlib.Path(page).read_bytes().decode()  # Strictly UTF-8.
    assert not CONTROL.search(text), "a control character"
    opening = '<script type="application/json" id="data">'
    assert text.count(opening) == 1
    before, rest = text.split(opening)
    data, after = rest.split("</script>", 1)
    assert "<" not in data
    for part in (before, after):
        for outside in ("http:", "https:", "src=", "@import", "url(", "//cdn"):
            assert outside not in part, outside
        assert "@DATA@" not in part and "@STYLE@" not in part
    assert "default-src 'none'" in before
    return json.loads(data)


def check_kernel(own, audit, summary, data):
    text = data["texts"]
    for mine, theirs in [("name", "name"), ("signature", "demangled"),
                         ("class", "class"), ("condition", "condition"),
                         ("notes", "notes"), ("reasons", "reasons"),
                         ("file", "file"), ("line", "line")]:
        assert own[mine] == audit[theirs], (mine, own[mine], audit[theirs])
    assert data["inputs"][own["input"]]["path"] == audit["input"]
    assert own.get("image") == audit.get("image")
    assert own.get("others") == audit.get("other_images")
    assert [[p[0], p[2], p[3]] for p in own["params"]] == [
        [p["name"], p["offset"], p["size"]] for p in audit["params"]]
    assert len(own["accesses"]) == audit["accesses"]
    assert own["pairs"] == audit["pairs"]
    if not summary:
        return
    kinds = {1: "read", 2: "write", 3: "atomic"}
    for mine, theirs in zip(own["accesses"], summary["accesses"]):
        kind, address, width, live_in, must, rule, reason, detail, file, \
            line, column = mine
        assert kinds[kind] == theirs["kind"]
        assert text[address] == theirs.get("text", "")
        assert width == theirs["width"]
        assert bool(must) == theirs["must"]
        assert bool(live_in) == theirs["live_in"]
        assert text[rule] == theirs.get("rule", "")
        assert (text[reason] or "none") == theirs.get("reason", "none")
        assert text[detail] == theirs.get("detail", "")
        assert [text[file], line, column] == theirs.get("loc", ["", 0, 0])
    assert [[text[e[0]], text[e[1]]] for e in own["effects"]] == [
        [e["reason"], e.get("detail", "")] for e in summary["effects"]]
    assert own["shown"] == [
        [p[1], p[2], int(p[0] == "linked")] for p in summary["pairs"][:500]]


def main():
    data = data_of(sys.argv[1])
    if sys.argv[2] == "--names":
        print("\n".join(k["name"] for k in data["kernels"]))
        return
    audit = json.load(open(sys.argv[2]))
    summaries = {k["name"]: k for k in json.load(open(sys.argv[3]))["kernels"]}
    assert len(data["kernels"]) == len(audit["kernels"]) > 0
    for own, theirs in zip(data["kernels"], audit["kernels"]):
        check_kernel(own, theirs, summaries[theirs["name"]], data)
        for reason in own["reasons"]:
            assert data["reasons"][reason]
    binaries = {b["input"]: b for b in audit.get("binaries", [])}
    for own in data["inputs"]:
        assert ("images" in own) == (own["path"] in binaries)
        if "images" not in own:
            continue
        theirs = binaries[own["path"]]
        assert own["problems"] == theirs["problems"]
        assert len(own["images"]) == len(theirs["images"]) > 0
        for mine, image in zip(own["images"], theirs["images"]):
            for key, name in [("path", "path"), ("kind", "kind"),
                              ("arch", "arch"), ("size", "size"),
                              ("stored", "stored_size"), ("sha256", "sha256"),
                              ("requested", "requested"),
                              ("kernels", "kernels"), ("ptx", "ptx_version")]:
                assert mine.get(key) == image.get(name), key
    print(f"{len(data['kernels'])} kernels agree")


main()
