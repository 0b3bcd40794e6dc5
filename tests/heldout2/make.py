#!/usr/bin/env python3
"""Makes this second set of letters and labels.tsv from texts/*.txt: tests/heldout2/make.py (writes beside itself).

Headers, results and attachments are built by ../heldout/make.py; here are only the ways of encoding that the first
set has not: TCVN3, HTML with signature and logo, a letter forwarded as an attachment. Same bytes on every run.
"""
import datetime, html, importlib.util, pathlib, quopri, re, sys, unicodedata

HERE = pathlib.Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("heldout_make", HERE.parent / "heldout" / "make.py")
base = importlib.util.module_from_spec(SPEC)
sys.dont_write_bytecode = True
SPEC.loader.exec_module(base)

TCVN3 = dict(zip("àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵăâêôơưđĂÂÊÔƠƯĐ", bytes.fromhex(
    "b5b6b7b8b9bbbcbdbec6c7c8c9cacbcccecfd0d1d2d3d4d5d6d7d8dcdddedfe1e2e3e4e5e6e7e8e9eaebecedeeeff1f2f3f4f5f6f7f8f9fa"
    "fbfcfdfe" "a8a9aaabacadae" "a1a2a3a4a5a6a7")))
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg==\n"


def tcvn3(text):
    """Bytes of the ABC fonts; a capital with a tone has no code there and becomes the small letter."""
    out = bytearray()
    for c in unicodedata.normalize("NFC", text):
        code = c if c in TCVN3 or c.isascii() else c.lower()
        out += bytes([TCVN3[code]]) if code in TCVN3 else code.encode("latin-1", "replace")
    return bytes(out)


def as_html(text):
    """The text as a mail program would send it; [img: words] is a logo, lines with > are the quoted original."""
    out, quoted = [], False
    for line in text.rstrip("\n").split("\n"):
        q = line.startswith(">")
        if q != quoted:
            out.append('<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid #ccc">' if q
                       else "</blockquote>")
            quoted = q
        line = html.escape(line[1:].lstrip() if q else line, quote=False)
        line = re.sub(r"\[img: (.+?)\]", r'<img src="cid:logo@bbt" alt="\1" width="120">', line)
        out.append("<div>%s</div>" % (line or "<br>"))
    return '<html><body><div dir="ltr">\n%s\n</div></body></html>\n' % "\n".join(out + ["</blockquote>"] * quoted)


def qp(head, data):
    return head + "\nContent-Transfer-Encoding: quoted-printable", quopri.encodestring(data).decode("ascii")


def leaf(text, ident, enc, subtype="plain"):
    """Content headers and body of one text."""
    if enc == "tcvn3":
        page = '<html><body><font face=".VnTime" size="3">\n%s\n</font></body></html>\n' % html.escape(text).replace(
            "\n", "<br>\n")
        return qp("Content-Type: text/html; charset=iso-8859-1", tcvn3(page))
    if enc == "tcvn3text":
        return qp("Content-Type: text/plain; charset=iso-8859-1", tcvn3(text))
    if enc == "w1258":
        return qp("Content-Type: text/%s; charset=windows-1258" % subtype, base.cp1258(text))
    if enc == "nfd":
        text = unicodedata.normalize("NFD", text)
    head = "Content-Type: text/%s; charset=UTF-8" % subtype
    if enc == "b64":
        return head + "\nContent-Transfer-Encoding: base64", base.lines76(text.encode())
    if enc == "8bit":
        return head + "\nContent-Transfer-Encoding: 8bit", text
    if enc == "plain":
        return base.transfer(text, ident, subtype)
    return qp(head, text.encode())


def boxed(kind, mark, parts):
    """A multipart of the given kind from (headers, body) pairs."""
    body = "".join("--%s\n%s\n\n%s\n" % (mark, h, b.rstrip("\n")) for h, b in parts)
    return 'Content-Type: multipart/%s;\n boundary="%s"' % (kind, mark), body + "--%s--\n" % mark


def attached(kind, name, inner):
    disposition = 'Content-Disposition: attachment;\n filename="%s"' % name
    if kind == "eml":
        head, body = inner.split("\n\n", 1)
        head = re.sub(r"(?m)^Subject: (.*)$", lambda m: "Subject: " + base.word(m[1]), head)
        head = re.sub(r"(?m)^From: (.*)$", lambda m: "From: " + base.person(m[1]), head)
        return "Content-Type: message/rfc822\n" + disposition, (
            head + "\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: base64\n\n"
            + base.lines76((body + "\n").encode()))
    mime, make = base.KINDS[kind]
    return "Content-Type: %s\nContent-Transfer-Encoding: base64\n%s" % (mime, disposition), base.lines76(make(inner))


def content(ident, letter):
    if "dsn" in letter:
        return first_content(ident, letter)
    text, files = base.cut(letter["body"])
    enc, mark = letter.get("enc", "plain"), "=_h2" + base.digest("b" + ident, 18).lower()
    if enc == "html":
        one = leaf(as_html(text), ident, "b64" if int(base.digest(ident, 2), 16) % 2 else "qp", "html")
    elif enc in ("alt", "sig"):
        plain = re.sub(r"\[img: (.+?)\]", r"[image: \1]", text)
        one = boxed("alternative", mark + "a", [leaf(plain, ident, "qp"), leaf(as_html(text), ident, "b64", "html")])
        if enc == "sig":
            logo = ('Content-Type: image/png; name="logo.png"\nContent-Transfer-Encoding: base64\nContent-ID: <logo@bbt>\n'
                    'Content-Disposition: inline; filename="logo.png"', PIXEL)
            one = boxed("related", mark + "r", [one, logo])
    else:
        one = leaf(text, ident, enc)
    return boxed("mixed", mark, [one] + [attached(*f) for f in files]) if files else one


def load():
    letters = {}
    for path in sorted((HERE / "texts").glob("*.txt")):
        for block in re.split(r"(?m)^=== ", path.read_text(encoding="utf-8"))[1:]:
            first, rest = block.split("\n", 1)
            ident, profile, kind, category, verdict, secrecy = first.split()
            head, body = rest.split("\n\n", 1)
            one = {"profile": profile, "kind": kind, "category": category, "verdict": verdict, "secrecy": secrecy,
                   "body": body, "hdr": []}
            for line in head.split("\n"):
                key, value = line.split(": ", 1)
                one["hdr"].append(value) if key == "hdr" else one.__setitem__(key, value)
            one["at"] = datetime.datetime.strptime(one["at"], "%Y-%m-%d %H:%M")
            assert ident not in letters, ident
            letters[ident] = one
    return letters


first_content = base.content
base.HERE, base.load, base.content = HERE, load, content
if __name__ == "__main__":
    sys.exit(base.main())
