#!/usr/bin/env python3
"""Makes the held-out letters and labels.tsv from texts/*.txt: tests/heldout/make.py (writes beside itself).

Every text was written by hand and labelled before any rule read it; this script only puts headers, encodings and
attachments around the words. The output is the same on every run.
"""
import base64, datetime, hashlib, io, pathlib, quopri, re, sys, unicodedata, zipfile

HERE = pathlib.Path(__file__).parent
BOX = {"mic": ("banbientap@mic.gov.vn", "mail.mic.gov.vn", "mx.mic.gov.vn", "mic.gov.vn"),
       "langson": ("trungtamttvdnls@gmail.com", "mx.google.com", "mx.google.com", "langson.gov.vn"),
       "dongnai": ("quantricong@dongnai.gov.vn", "mail.dongnai.gov.vn", "mx.dongnai.gov.vn", "dongnai.gov.vn"),
       "bca": ("banbientap@bca.gov.vn", "mail.bca.gov.vn", "mx.bca.gov.vn", "bca.gov.vn")}
COLUMNS = ("file", "profile", "sender_kind", "category", "verdict", "secrecy", "doc_number", "doc_date", "doc_type",
           "trich_yeu", "extra", "also_ok", "confirms", "tags", "notes")
NFD = {"m11", "l12", "n24", "b37"}
W1258 = {"l13", "b08"}
TONES = "\u0300\u0301\u0303\u0309\u0323"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def digest(text, size):
    return hashlib.sha256(text.encode()).hexdigest()[:size].upper()


def stamp(at, seconds):
    t = at + datetime.timedelta(seconds=seconds)
    return "%s, %02d %s %d %02d:%02d:%02d +0700" % (DAYS[t.weekday()], t.day, MONTHS[t.month - 1], t.year, t.hour,
                                                    t.minute, t.second)


def word(text):
    """An encoded word when needed, in pieces of at most 45 octets that never cut a character."""
    if text.isascii():
        return text
    pieces, piece = [], ""
    for c in text:
        if len((piece + c).encode()) > 42:
            pieces.append(piece)
            piece = ""
        piece += c
    pieces.append(piece)
    return "\n ".join("=?utf-8?B?%s?=" % base64.b64encode(p.encode()).decode() for p in pieces)


def person(text):
    m = re.match(r'(.*) (<\S+@\S+>)$', text)
    if not m:
        return text
    name = m[1]
    if name.startswith('"') and name.isascii():
        return text
    if name.isascii() and re.search(r'[@<>.,:()\[\]]', name):
        name = '"%s"' % name.strip('"')
    return word(name.strip('"') if not name.isascii() else name) + " " + m[2]


def address(text):
    return re.findall(r'[^\s<>",]+@[^\s<>",]+', text)[-1] if "<" in text else text.strip()


def cp1258(text):
    out = ""
    for c in unicodedata.normalize("NFC", text):
        try:
            c.encode("cp1258")
            out += c
        except UnicodeEncodeError:
            d = unicodedata.normalize("NFD", c)
            tone = "".join(x for x in d if x in TONES)
            out += unicodedata.normalize("NFC", "".join(x for x in d if x not in TONES)) + tone
    return out.encode("cp1258")


def docx(text):
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    esc = lambda s: s.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    body = "".join('<w:p><w:r><w:t xml:space="preserve">%s</w:t></w:r></w:p>' % esc(s) for s in text.split("\n"))
    rel = "http://schemas.openxmlformats.org/"
    files = {
        "[Content_Types].xml": '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="' + rel
        + 'package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName='
        '"/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.'
        'main+xml"/></Types>',
        "_rels/.rels": '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="' + rel
        + 'package/2006/relationships"><Relationship Id="r1" Type="' + rel
        + 'officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="%s"><w:body>%s</w:body>'
        "</w:document>" % (w, body)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in files.items():
            z.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def pdf(text):
    """A one-page PDF in Helvetica (ASCII text only)."""
    lines = "".join("(%s) Tj T* " % re.sub(r"([()\\])", r"\\\1", s) for s in text.split("\n"))
    stream = "BT /F1 11 Tf 14 TL 60 780 Td %sET" % lines
    parts = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
             "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >>"
             " >>", "<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
             "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    out, at = "%PDF-1.4\n", []
    for i, p in enumerate(parts, 1):
        at.append(len(out))
        out += "%d 0 obj\n%s\nendobj\n" % (i, p)
    x = len(out)
    out += "xref\n0 6\n0000000000 65535 f \n" + "".join("%010d 00000 n \n" % a for a in at)
    return (out + "trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % x).encode()


KINDS = {"docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx),
         "pdf": ("application/pdf", pdf), "txt": ("text/plain; charset=UTF-8", str.encode),
         "csv": ("text/csv; charset=UTF-8", str.encode)}


def lines76(data):
    return base64.encodebytes(data).decode()


def transfer(text, ident, subtype="plain"):
    """Content headers and body; the encoding is chosen by the name of the letter."""
    if ident in W1258:
        return ('Content-Type: text/%s; charset="windows-1258"\nContent-Transfer-Encoding: quoted-printable' % subtype,
                quopri.encodestring(cp1258(text)).decode("ascii"))
    if ident in NFD:
        text = unicodedata.normalize("NFD", text)
    data = text.encode()
    if text.isascii() and max(map(len, text.split("\n"))) < 900:
        return "Content-Type: text/%s; charset=us-ascii\nContent-Transfer-Encoding: 7bit" % subtype, text
    way = int(digest(ident, 2), 16) % 8
    head = "Content-Type: text/%s; charset=UTF-8\nContent-Transfer-Encoding: " % subtype
    if way in (0, 1, 2):
        return head + "base64", lines76(data)
    if way == 3:
        return head + "8bit", text
    return head + "quoted-printable", quopri.encodestring(data).decode("ascii")


def results(how, profile, mf, sender):
    """The lines Authentication-Results, as the receiving host of the profile writes them."""
    serv, mdom, fdom = BOX[profile][2], mf.split("@")[1], sender.split("@")[1]
    top = "Authentication-Results: " + serv + ";\n "
    if how == "auth":
        return top + "auth=pass smtp.auth=%s smtp.mailfrom=%s" % (sender, mf)
    if how == "pass":
        return top + "spf=pass smtp.mailfrom=%s;\n dkim=pass header.d=%s header.s=s1;\n dmarc=pass header.from=%s" % (
            mf, fdom, fdom)
    if how == "none":
        return top + "spf=none smtp.mailfrom=%s;\n dkim=none;\n dmarc=none header.from=%s" % (mf, fdom)
    if how == "misaligned":
        return top + "spf=pass smtp.mailfrom=%s;\n dkim=pass header.d=%s;\n dmarc=fail action=none header.from=%s" % (
            mf, mdom, fdom)
    fail = top + ("spf=fail (sender IP is 203.0.113.66) smtp.mailfrom=%s;\n dkim=none (message not signed);\n"
                  " dmarc=fail action=none header.from=%s" % (mf, fdom))
    if how == "forged":
        fail += "\nAuthentication-Results: %s;\n auth=pass smtp.auth=%s smtp.mailfrom=%s" % (serv, sender, sender)
    return fail


def received(how, profile, at, mf, sender, ident):
    to, host = BOX[profile][0], BOX[profile][1]
    when, queue = stamp(at, 3), digest("q" + ident, 11)
    if how == "dsn":
        return "Received: from localhost (localhost [127.0.0.1])\n by %s (Postfix) with ESMTP id %s; %s" % (host, queue, when)
    if how == "auth":
        n = int(digest(ident, 4), 16)
        ip = "10.%d.%d.%d" % (n % 40, n // 40 % 20, n // 800 % 80 + 2)
        return ("Received: from [%s] (unknown [%s])\n (Authenticated sender: %s)\n by %s (Postfix) with ESMTPSA id %s;\n"
                " %s" % (ip, ip, sender, host, queue, when))
    dom = mf.split("@")[1]
    mail = ("mail-%s.google.com" % digest(ident, 4).lower()) if dom == "gmail.com" else "mail." + dom
    ip = "203.0.113.%d" % (int(digest(ident, 2), 16) % 250 + 2)
    return "Received: from %s (%s [%s])\n by %s (Postfix) with ESMTPS id %s\n for <%s>; %s" % (
        mail, mail, ip, host, queue, to, when)


def cut(body):
    """The text of the letter and its attachments (kind, name, text)."""
    parts = re.split(r"(?m)^@@(\w+) (.+)\n", body)
    return parts[0].strip("\n") + "\n", [(parts[i], parts[i + 1], parts[i + 2].strip("\n"))
                                         for i in range(1, len(parts), 3)]


def content(ident, letter):
    text, files = cut(letter["body"])
    if "dsn" in letter:
        who, status = letter["dsn"].split()
        b = "=_dsn" + digest(ident, 8)
        head, body = transfer(text, ident)
        report = "Reporting-MTA: dns; %s\n\nFinal-Recipient: rfc822; %s\nAction: %s\nStatus: %s\n" % (
            BOX[letter["profile"]][1], who, "delayed" if status[0] == "4" else "failed", status)
        return ("Content-Type: multipart/report; report-type=delivery-status;\n boundary=\"%s\"" % b,
                "--%s\n%s\n\n%s\n--%s\nContent-Type: message/delivery-status\n\n%s\n--%s--\n" % (b, head, body, b, report, b))
    head, body = transfer(text, ident, "html" if letter.get("enc") == "html" else "plain")
    if not files:
        return head, body
    b = "=_" + digest("b" + ident, 20).lower()
    out = "This is a multi-part message in MIME format.\n--%s\n%s\n\n%s\n" % (b, head, body.rstrip("\n"))
    for kind, name, inner in files:
        mime, make = KINDS[kind]
        out += "--%s\nContent-Type: %s\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment;\n filename=\"%s\"\n\n%s" % (
            b, mime, name, lines76(make(inner)))
    return 'Content-Type: multipart/mixed;\n boundary="%s"' % b, out + "--%s--\n" % b


def default_way(letter, sender):
    dom = BOX[letter["profile"]][3]
    if "dsn" in letter:
        return letter.get("auth", "dsn")
    return "auth" if sender.endswith("@" + dom) and letter["profile"] != "langson" else "pass"


def message(ident, letter, ids):
    profile, sender = letter["profile"], address(letter["from"].split(">,")[0] + (">" if ">," in letter["from"] else ""))
    how = letter.get("auth") or default_way(letter, sender)
    mf = letter.get("mf", sender)
    path = "" if "dsn" in letter else mf
    h = ["Return-Path: <%s>" % path, "Delivered-To: " + BOX[profile][0],
         received(how, profile, letter["at"], mf, sender, ident)]
    if how != "dsn":
        h.append(results(how, profile, mf, sender))
    froms = letter["from"].split(">, ")
    h.append("From: " + (person(froms[0] + ">") + ", " + froms[1] if len(froms) > 1 else person(froms[0])))
    if "from2" in letter:
        h.append("From: " + letter["from2"])
    h += ["To: " + BOX[profile][0], "Subject: " + word(letter["subj"]), "Date: " + stamp(letter["at"], 0),
          "Message-ID: <%s>" % ids[ident]]
    if "irt" in letter:
        h += ["In-Reply-To: <%s>" % ids[letter["irt"]], "References: <%s>" % ids[letter["irt"]]]
    h += letter["hdr"]
    if "dsn" in letter:
        h.append("Auto-Submitted: auto-replied")
    head, body = content(ident, letter)
    return "\n".join(h + ["MIME-Version: 1.0", head]) + "\n\n" + body


def load():
    letters = {}
    for path in sorted((HERE / "texts").glob("*.txt")):
        for block in re.split(r"(?m)^=== ", path.read_text(encoding="utf-8"))[1:]:
            first, rest = block.split("\n", 1)
            ident, kind, category, verdict, secrecy = first.split()
            head, body = rest.split("\n\n", 1)
            one = {"profile": path.stem, "kind": kind, "category": category, "verdict": verdict, "secrecy": secrecy,
                   "body": body, "hdr": []}
            for line in head.split("\n"):
                key, value = line.split(": ", 1)
                one["hdr"].append(value) if key == "hdr" else one.__setitem__(key, value)
            one["at"] = datetime.datetime.strptime(one["at"], "%Y-%m-%d %H:%M")
            assert ident not in letters, ident
            letters[ident] = one
    return letters


def main():
    letters = load()
    ids = {i: "%s@%s" % (digest("id" + i, 20), address(one["from"].split(">,")[0] + (">" if "<" in one["from"] else ""))
                         .split("@")[1].strip(">")) for i, one in letters.items()}
    (HERE / "mail").mkdir(exist_ok=True)
    rows = ["\t".join(COLUMNS)]
    for ident, one in letters.items():
        (HERE / "mail" / (ident + ".eml")).write_bytes(message(ident, one, ids).encode())
        row = {"file": ident + ".eml", "profile": one["profile"], "sender_kind": one["kind"],
               "category": one["category"], "verdict": one["verdict"], "secrecy": one["secrecy"],
               "doc_number": one.get("num", ""), "doc_date": one.get("date", ""), "also_ok": one.get("also", ""),
               "confirms": one["confirms"] + ".eml" if "confirms" in one else "", "tags": one.get("tags", ""),
               "notes": one.get("notes", "")}
        rows.append("\t".join(row.get(c, "") for c in COLUMNS))
    (HERE / "labels.tsv").write_text(unicodedata.normalize("NFC", "\n".join(rows) + "\n"), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
