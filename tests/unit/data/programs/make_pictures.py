#!/usr/bin/python3
"""Makes fixtures beside this file out of scan.png (make.py): the scan lying on its side and on its head, a photo of
it with an Exif orientation (needs pnmtojpeg), and documents that bear its stamp as a picture."""
import base64, io, os, struct, subprocess, zipfile, zlib

HERE = os.path.dirname(os.path.abspath(__file__))
STAMP = (60, 136, 380, 220)  # left, top, right, bottom in scan.png


def path(name):
    return os.path.join(HERE, name)


def read_png(data):
    """Rows of 0 and 1 of a black and white PNG without row filters."""
    width, height = struct.unpack(">II", data[16:24])
    at, packed = 8, b""
    while at < len(data):
        n = struct.unpack(">I", data[at:at + 4])[0]
        if data[at + 4:at + 8] == b"IDAT":
            packed += data[at + 8:at + 8 + n]
        at += 12 + n
    raw, stride = zlib.decompress(packed), (width + 7) // 8 + 1
    return [[raw[y * stride + 1 + x // 8] >> (7 - x % 8) & 1 for x in range(width)] for y in range(height)]


def packed_rows(rows, lead=b""):
    out = []
    for row in rows:
        row = row + [1] * (-len(row) % 8)
        out.append(lead + bytes(int("".join(map(str, row[x:x + 8])), 2) for x in range(0, len(row), 8)))
    return b"".join(out)


def png(rows, claim=None):
    width, height = claim or (len(rows[0]), len(rows))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(packed_rows(rows, b"\0"), 9)) + chunk(b"IEND", b""))


def left(rows):
    """Turned by 90 degrees against the clock."""
    return [list(column) for column in zip(*rows)][::-1]


def jpeg(rows, orientation):
    grey = b"P5 %d %d 255\n" % (len(rows[0]), len(rows)) + b"".join(bytes(255 * v for v in row) for row in rows)
    data = subprocess.run(["pnmtojpeg", "-quality=35"], input=grey, stdout=subprocess.PIPE, check=True).stdout
    exif = b"Exif\0\0II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:]


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in files:
            z.writestr(zipfile.ZipInfo(name, (2026, 11, 21, 8, 0, 0)), data)
    return out.getvalue()


def docx(pictures):
    text = "".join("<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % s for s in
                   ("Số: 44/QĐ-UBND", "Lạng Sơn, ngày 03 tháng 02 năm 2025", "QUYẾT ĐỊNH", "Về việc kiện toàn tổ công tác"))
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return zipped([("[Content_Types].xml", "<Types/>"),
                   ("word/document.xml", '<w:document xmlns:w="%s"><w:body>%s</w:body></w:document>' % (w, text))] +
                  [("word/media/" + name, data) for name, data in pictures])


def odt(pictures):
    ns = " ".join('xmlns:%s="urn:oasis:names:tc:opendocument:xmlns:%s:1.0"' % (n, n) for n in ("office", "text"))
    return zipped([("mimetype", "application/vnd.oasis.opendocument.text"),
                   ("content.xml", "<office:document-content %s><text:p>Số: 45/QĐ-UBND</text:p></office:document-content>" % ns)] +
                  [("Pictures/" + name, data) for name, data in pictures])


def pdf(pages, pictures):
    """pages: lists of (picture, x, y, width, height in points); each page has the text of text.pdf."""
    old = open(path("text.pdf"), "rb").read()

    def taken(number):  # an object of text.pdf
        start = old.index(b"\n%d 0 obj\n" % number) + len(b"\n%d 0 obj\n" % number)
        return old[start:old.index(b"\nendobj", start)]
    words = taken(4).split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0]
    objects = [None, None, taken(5).replace(b"6 0 R", b"4 0 R").replace(b"7 0 R", b"5 0 R"),
               taken(6).replace(b"8 0 R", b"6 0 R"), taken(7), taken(8)]
    first = len(objects) + 1
    for rows in pictures:
        data = zlib.compress(packed_rows(rows), 9)
        objects.append(b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 1"
                       b"/Filter/FlateDecode/Length %d>>stream\n" % (len(rows[0]), len(rows), len(data)) + data + b"\nendstream")
    kids = []
    for page in pages:
        draw = b"".join(b"q %d 0 0 %d %d %d cm /I%d Do Q\n" % (w, h, x, y, i) for i, x, y, w, h in page)
        content = words + b"\n" + draw
        objects.append(b"<</Length %d>>stream\n" % len(content) + content + b"\nendstream")
        names = b"".join(b"/I%d %d 0 R" % (i, first + i) for i in range(len(pictures)))
        kids.append(len(objects) + 1)
        objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>/XObject<<%s>>>>"
                       b"/Contents %d 0 R>>" % (names, len(objects)))
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % k for k in kids), len(kids))
    out, offsets = b"%PDF-1.4\n", []
    for i, o in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % i + o + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % o for o in offsets)
    return out + (b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table +
                  b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out)))


def main():
    scan = read_png(open(path("scan.png"), "rb").read())
    x0, y0, x1, y1 = STAMP
    stamp = [row[x0:x1] for row in scan[y0:y1]]
    dot = [[(x + y) % 2 for x in range(16)] for y in range(16)]
    emblem = [[int((x - 60) ** 2 + (y - 60) ** 2 > 2500) for x in range(120)] for y in range(120)]
    inside = [(name, open(path(name), "rb").read()) for name in ("text.pdf", "word.doc", "winmail.dat")]
    eml = (b"From: a@example.org\nDate: Sat, 21 Nov 2026 08:00:00 +0700\nSubject: x\nMIME-Version: 1.0\n"
           b"Content-Type: application/pdf; name=in.pdf\nContent-Transfer-Encoding: base64\n\n" +
           base64.encodebytes(inside[0][1]))
    files = {"nested.zip": zipped([("a.zip", zipped(inside)), ("b.eml", eml)] + inside[:1]),
             "side.png": png(left(scan)),
             "head.png": png(left(left(scan))),
             "photo.jpg": jpeg(left(scan), 6),
             "dot.png": png(dot),
             "bomb.png": png(dot, (100000, 100000)),
             "stamped.docx": docx([("image1.png", png(stamp)), ("image2.png", png(dot)), ("image3.emf", b"\1\0\0\0" * 40),
                                   ("image4.png", png(emblem))]),
             "stamped.odt": odt([("1000.png", png(stamp))]),
             "stamped.pdf": pdf([[(0, 72, 600, 130, 34)]], [stamp]),
             "letterhead.pdf": pdf([[(0, 40, 780, 50, 50)]] * 3, [emblem])}
    for name, data in files.items():
        with open(path(name), "wb") as f:
            f.write(data)


main()
