"""Opens a report in headless Chromium and prints what a reader sees.

usage: browser.py CHROMIUM PAGE FRAGMENT [SCRIPT]

FRAGMENT is that of the address, such as '#class=unknown'. SCRIPT, a file, plays
the reader: it may call, and wait for, click(selector), type(id, text),
choose(id, value) and go(fragment); say(text) prints a line.

A line for each line of text; the cells of a table have ` | ` between them. What
is hidden is left out. Fails when the page throws an exception, tries to load
anything, or has an element that the report never makes.
"""

import html.parser
import os
import pathlib
import subprocess
import sys
import tempfile

SECONDS = 120  # For one page; far more than any needs.

DRIVER = """<script>
const failed = text => document.documentElement.setAttribute('data-failed', text);
addEventListener('error', e => failed(e.message));
addEventListener('unhandledrejection', e => failed(String(e.reason)));
document.addEventListener('securitypolicyviolation', e => failed(e.blockedURI));
const settle = () => new Promise(done => setTimeout(done, 50));
const find = selector => document.querySelector(selector) ||
  (() => { throw Error('nothing is ' + selector); })();
const click = selector => { find(selector).click(); return settle(); };
const set = (id, value, event) => {
  find('#' + id).value = value;
  find('#' + id).dispatchEvent(new Event(event, {bubbles: true}));
  return settle();
};
const type = (id, text) => set(id, text, 'input');
const choose = (id, value) => set(id, value, 'change');
const go = fragment => { location.hash = fragment; return settle(); };
const said = [];
const say = text => said.push(text);
addEventListener('load', async () => {
SCRIPT
  for (const text of said)
    document.body.append(Object.assign(document.createElement('p'), {textContent: 'said: ' + text}));
  document.documentElement.setAttribute('data-done', '');
});
</script>
"""

BLOCKS = {"p", "tr", "li", "h1", "h2", "h3", "dt", "dd", "button", "select",
          "option", "summary", "div", "nav", "section", "title", "table"}
EMPTY = {"meta", "input", "br"}
EXPECTED = BLOCKS | EMPTY | {
    "html", "head", "body", "header", "main", "form", "noscript", "script",
    "style", "span", "a", "b", "code", "ul", "dl", "thead", "tbody", "th", "td",
    "details"}


class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = []  # (tag, hidden)
        self.line = ""
        self.lines = []
        self.state = {}

    def flush(self):
        text = " ".join(self.line.split())
        if text:
            self.lines.append(text)
        self.line = ""

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        assert tag in EXPECTED, f"the page has an element <{tag}>"
        for name in attributes:
            assert not name.startswith("on") and name != "src", (tag, name)
        href = attributes.get("href", "#")
        assert href.startswith("#"), f"a link to {href}"
        if tag == "html":
            self.state = attributes
        if tag in EMPTY:
            return
        hidden = (tag in {"script", "style", "noscript"} or
                  "hidden" in attributes or
                  bool(self.open and self.open[-1][1]))
        parent = self.open[-1] if self.open else None
        if parent and parent[0] == "details closed" and tag != "summary":
            hidden = True
        if tag == "details" and "open" not in attributes:
            tag = "details closed"
        self.open.append((tag, hidden))
        # What is in one line of a table stays in it.
        if tag in BLOCKS and not self.in_cell():
            self.flush()
        if tag in {"td", "th"}:
            self.line += " | " if self.line.strip() else ""

    def in_cell(self):
        """Inside a cell, but not in one that holds the details of a kernel."""
        tags = [tag for tag, _ in self.open[:-1]]
        cells = [i for i, tag in enumerate(tags) if tag in {"td", "th"}]
        return bool(cells) and not {"dl", "div"} & set(tags[cells[-1]:])

    def handle_endtag(self, tag):
        if tag in EMPTY:
            return
        opened = self.open[-1][0]
        assert opened.split()[0] == tag, (opened, tag)
        if tag in BLOCKS and not self.in_cell():
            self.flush()
        self.open.pop()

    def handle_data(self, text):
        if not (self.open and self.open[-1][1]):
            self.line += text


def main():
    chromium, page, fragment, *scripts = sys.argv[1:]
    text = pathlib.Path(page).read_text()
    assert text.count("<head>") == 1
    driver = DRIVER.replace(
        "SCRIPT", "".join(pathlib.Path(s).read_text() for s in scripts))
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "page.html"
        copy.write_text(text.replace("<head>", "<head>" + driver))
        run = subprocess.run(
            [chromium, "--headless", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--disable-extensions",
             "--no-first-run", f"--user-data-dir={folder}/profile",
             "--virtual-time-budget=20000", "--dump-dom",
             copy.as_uri() + fragment],
            env={**os.environ, "HOME": folder},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS,
            check=False)
    if run.returncode:
        sys.exit(f"{chromium} failed:\n{run.stderr.decode(errors='replace')}")
    reader = Reader()
    reader.feed(run.stdout.decode())
    reader.flush()
    print("\n".join(reader.lines))
    if "data-failed" in reader.state:
        sys.exit(f"the page failed: {reader.state['data-failed']}")
    if "data-done" not in reader.state:
        sys.exit("the page did not come to its end")


main()
