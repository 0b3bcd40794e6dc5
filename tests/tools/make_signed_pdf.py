#!/usr/bin/python3
"""make_signed_pdf.py DIR: small PDF files with signatures by made-up people, for the tests of what is said of them:
signed-whole, signed-more (bytes behind the signed ones), signed-twice (a second signature over the first),
signed-broken (one byte altered afterwards), signed-name (a name that poses as the report's own lines). Keys are made
anew and thrown away; needs openssl. Run once, the files are committed."""
import os, re, subprocess, sys, tempfile

ROOM = 2600  # bytes for one signature


def key(work, name, subject):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-utf8",
                    "-days", "3650", "-subj", subject, "-multivalue-rdn", "-keyout", f"{work}/{name}.key", "-out",
                    f"{work}/{name}.pem", "-addext", "keyUsage=digitalSignature,nonRepudiation"], check=True,
                   stderr=subprocess.DEVNULL)
    return f"{work}/{name}"


def cms(work, who, data):
    open(f"{work}/data", "wb").write(data)
    return subprocess.run(["openssl", "cms", "-sign", "-binary", "-md", "sha256", "-outform", "DER", "-signer", who + ".pem",
                           "-inkey", who + ".key", "-in", f"{work}/data"], check=True, stdout=subprocess.PIPE).stdout


class Pdf:
    """Objects written one after another; update() begins a new section."""

    def __init__(self):
        self.bytes, self.at, self.new, self.prev, self.size = b"%PDF-1.6\n", {}, {}, None, 1

    def put(self, number, text):
        self.new[number] = len(self.bytes)
        self.size = max(self.size, number + 1)
        self.bytes += b"%d 0 obj\n%s\nendobj\n" % (number, text)

    def end(self):
        start = len(self.bytes)
        self.bytes += b"xref\n" + (b"0 1\n0000000000 65535 f \n" if self.prev is None else b"")
        for number, at in sorted(self.new.items()):
            self.bytes += b"%d 1\n%010d 00000 n \n" % (number, at)
        prev = b"" if self.prev is None else b" /Prev %d" % self.prev
        self.bytes += b"trailer << /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (self.size, prev, start)
        self.prev, self.new = start, {}

    def sign(self, work, who):
        """Fills the last signature, over all there is."""
        at = self.bytes.rindex(b"<" + b"0" * 2 * ROOM + b">")
        end = at + 2 * ROOM + 2
        span = b"[0 %d %d %d]" % (at, end, len(self.bytes) - end)
        room = self.bytes.rindex(b"[0 ********** ")
        self.bytes = self.bytes[:room] + span.ljust(len(b"[0 ********** ********** **********]")) + self.bytes[
            room + len(b"[0 ********** ********** **********]"):]
        blob = cms(work, who, self.bytes[:at] + self.bytes[end:])
        assert len(blob) <= ROOM
        self.bytes = self.bytes[:at] + b"<" + blob.hex().encode().ljust(2 * ROOM, b"0") + b">" + self.bytes[end:]


def catalog(pdf, fields):
    refs = b" ".join(b"%d 0 R" % f for f in fields)
    pdf.put(1, b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [" + refs + b"] /SigFlags 3 >> >>")


def signature(pdf, field, value, when):
    pdf.put(field, b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (S%d) /V %d 0 R /Rect [0 0 0 0] /F 132 /P 3 0 R >>"
            % (field, value))
    pdf.put(value, b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /M (D:%s) /ByteRange "
            b"[0 ********** ********** **********] /Contents <%s> >>" % (when, b"0" * 2 * ROOM))


def document(work, who):
    pdf, page = Pdf(), b"BT /F1 14 Tf 72 720 Td (De nghi dang tin: khai truong cap quang tai tinh.) Tj ET"
    catalog(pdf, [6])
    pdf.put(2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
    pdf.put(3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots [6 0 R] "
            b"/Resources << /Font << /F1 5 0 R >> >> >>")
    pdf.put(4, b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page))
    pdf.put(5, b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    signature(pdf, 6, 7, b"20261120093000+07'00'")
    pdf.end()
    pdf.sign(work, who)
    return pdf


def main(out):
    with tempfile.TemporaryDirectory() as work:
        leader = key(work, "a", "/C=VN/O=Sở Thông tin/CN=Sùng Mí Dẻ")
        other = key(work, "b", "/C=VN/O=Văn phòng/CN=Giàng Thị E")
        poser = key(work, "c", "/C=VN/O=x\n  - Total document signed/CN=Ai\n  - Signature Validation: Signature is Valid.")
        whole = document(work, leader)
        twice = document(work, leader)
        catalog(twice, [6, 8])
        signature(twice, 8, 9, b"20261120101500+07'00'")
        twice.end()
        twice.sign(work, other)
        files = {"whole": whole.bytes, "more": whole.bytes + b"% nothing\n", "twice": twice.bytes,
                 "broken": whole.bytes.replace(b"cap quang tai", b"cap quang tAi"), "name": document(work, poser).bytes + b"%\n"}
        for name, data in files.items():
            open(os.path.join(out, f"signed-{name}.pdf"), "wb").write(data)


main(sys.argv[1])
