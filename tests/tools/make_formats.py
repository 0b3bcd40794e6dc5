#!/usr/bin/python3
"""Writes tests/unit/data/formats/*: small attachments of every kind the reader knows, honest and hostile. Run it
again after a change and commit the files: the tests read them, never this script.

Usage: make_formats.py DIRECTORY
"""
import io, os, struct, sys, warnings, zipfile

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
X = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def zipped(files, stored=()):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in files:
            info = zipfile.ZipInfo(name, (2026, 11, 21, 8, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            z.writestr(info, data)
    return out.getvalue()


def odd_zip():
    """What archives may hold besides files: directories, links, one name twice, names that lead elsewhere or on."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as z:
        def add(name, data, mode=0o100644):
            info = zipfile.ZipInfo(name, (2026, 11, 21, 8, 0, 0))
            info.external_attr, info.create_system = mode << 16, 3
            z.writestr(info, data)
        add("dir/", b"", 0o40755)
        add("dir/a.txt", b"first")
        add("link.txt", b"/etc/passwd", 0o120777)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            add("dir/a.txt", b"second")
        add("../../up.txt", b"up")
        add("/root.txt", b"root")
        add("n" * 60000 + ".txt", b"long")
    return out.getvalue()


def liar_zip():
    """The first file says that it unpacks to four bytes and has forty; the second follows."""
    data = bytearray(zipped([("a.txt", b"forty bytes that were said to be four..."), ("b.txt", b"last")]))
    data[22:26] = struct.pack("<I", 4)
    return bytes(data)


def run(text, props="", tag="t"):
    return '<w:r><w:rPr>%s</w:rPr><w:%s xml:space="preserve">%s</w:%s></w:r>' % (props, tag, text, tag)


def par(*runs, props=""):
    return "<w:p><w:pPr>%s</w:pPr>%s</w:p>" % (props, "".join(runs))


def cell(*pars):
    return "<w:tc><w:tcPr/>%s</w:tc>" % "".join(pars)


def docx(macro=False):
    body = (
        "<w:tbl><w:tr>" + cell(par(run("BỘ THÔNG TIN")), par(run("Số: 12/QĐ-BTTTT"))) +
        cell(par(run("CỘNG HÒA"))) + "</w:tr><w:tr>" + cell(par(run("Đơn vị"))) + cell(par()) +
        cell(par(run("Sở A"))) + "</w:tr></w:tbl>" +
        par(run("Trước"), '<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>' + par(run("HỎA TỐC")) +
            "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>" + par(run("HỎA TỐC")) +
            "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>", run("sau")) +
        par(run("cũ", tag="t") + "<w:ins>" + run(" mới") + "</w:ins><w:del>" + run("bỏ đi", tag="delText") + "</w:del>") +
        par(run("thấy"), run("ẩn", "<w:vanish/>"), run(" hiện", '<w:vanish w:val="0"/>')) +
        par('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE \\@ x</w:instrText></w:r>' +
            run("21/11/2026") + '<w:r><w:noBreakHyphen/><w:tab/><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>',
            props='<w:tabs><w:tab w:val="left"/></w:tabs>') +
        par(run("Céng hoµ x· héi", '<w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/>')) +
        par(run("chñ nghÜa"), props='<w:pStyle w:val="Old"/>'))
    styles = ('<w:styles %s><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial"/></w:rPr>'
              '</w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:styleId="Base"><w:rPr><w:rFonts '
              'w:ascii=".VnTimeH" w:hAnsi=".VnTimeH"/></w:rPr></w:style><w:style w:type="paragraph" w:styleId="Old">'
              '<w:basedOn w:val="Base"/></w:style></w:styles>' % W)
    files = [("[Content_Types].xml", X + "<Types>%s</Types>" % (
                 '<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>' if macro else "")),
             ("word/document.xml", X + "<w:document %s %s><w:body>%s</w:body></w:document>" % (W, MC, body)),
             ("word/header1.xml", X + "<w:hdr %s>%s</w:hdr>" % (W, par(run("MẬT")))),
             ("word/header2.xml", X + '<w:hdr %s xmlns:v="urn:schemas-microsoft-com:vml"><w:p><w:r><w:pict><v:shape>'
              '<v:textpath string="DỰ THẢO"/></v:shape></w:pict></w:r></w:p></w:hdr>' % W),
             ("word/footer1.xml", X + "<w:ftr %s>%s</w:ftr>" % (W, par(run("trang 1")))),
             ("word/footnotes.xml", X + "<w:footnotes %s><w:footnote>%s</w:footnote></w:footnotes>" % (W, par(run("chú")))),
             ("word/comments.xml", X + '<w:comments %s><w:comment w:author="x">%s</w:comment></w:comments>' % (
                 W, par(run("góp ý")))),
             ("word/styles.xml", X + styles)]
    if macro:
        files.append(("word/vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
    return zipped(files)


def odf(kind, content, styles=""):
    ns = " ".join('xmlns:%s="urn:oasis:names:tc:opendocument:xmlns:%s:1.0"' % (n, n) for n in
                  ("office", "text", "table", "style", "draw", "presentation"))
    return zipped([("mimetype", "application/vnd.oasis.opendocument." + kind),
                   ("content.xml", X + "<office:document-content %s>%s</office:document-content>" % (ns, content)),
                   ("styles.xml", X + "<office:document-styles %s>%s</office:document-styles>" % (ns, styles))],
                  stored=("mimetype",))


def odt():
    return odf("text", '<text:tracked-changes><text:changed-region><text:deletion><text:p>bỏ</text:p></text:deletion>'
               "</text:changed-region></text:tracked-changes><text:h>Tờ trình</text:h><text:p>một<text:s text:c=\"3\"/>hai"
               "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>chú thích</text:p>"
               "</text:note-body></text:note><draw:frame><draw:text-box><text:p>khung</text:p></draw:text-box></draw:frame> ba"
               "</text:p><table:table table:name=\"T\"><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
               "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>",
               "<style:header><text:p>TỐI MẬT</text:p></style:header>")


def ods():
    row = "<table:table-row>%s</table:table-row>"
    c = "<table:table-cell><text:p>%s</text:p></table:table-cell>"
    return odf("spreadsheet", '<table:table table:name="Lịch">' + row % (c % "Ngày" + c % "Việc") +
               row % (c % "21/11/2026" + '<table:table-cell table:number-columns-repeated="2"/>' + c % "họp" +
                      '<table:table-cell table:number-columns-repeated="16380"/>') + "</table:table>")


def odp():
    return odf("presentation", "<draw:page><draw:frame><draw:text-box><text:p>một</text:p></draw:text-box></draw:frame>"
               "<presentation:notes><text:p>ghi</text:p></presentation:notes></draw:page><draw:page><text:p>hai</text:p>"
               "</draw:page>")


def rels(*links):
    return X + "<Relationships>%s</Relationships>" % "".join(
        '<Relationship Id="%s" Target="%s"%s/>' % (i, t, ' TargetMode="External"' if "://" in t else "") for i, t in links)


def xlsx():
    sheet1 = (X + "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>0</v></c></row>"
              "<row r=\"2\"><c r=\"A2\" s=\"1\"><v>46347.354166666664</v></c><c r=\"B2\"><v>0.30000000000000004</v></c>"
              "<c r=\"C2\" t=\"inlineStr\"><is><t>trực tiếp</t></is></c><c r=\"D2\" s=\"2\"><v>59</v></c>"
              "<c r=\"E2\" s=\"3\" t=\"str\"><f>A1</f><v>Hµ Néi</v></c></row></sheetData>"
              "<headerFooter><oddHeader>&amp;C&amp;\"Arial,Bold\"&amp;14MẬT</oddHeader></headerFooter></worksheet>")
    return zipped([
        ("xl/worksheets/sheet1.xml", sheet1),
        ("xl/worksheets/sheet2.xml", X + '<worksheet><sheetData><row><c t="s"><v>2</v></c></row></sheetData></worksheet>'),
        ("xl/workbook.xml", X + '<workbook %s><sheets><sheet name="Hai" r:id="r2"/><sheet name="Một" state="hidden" '
         'r:id="r1"/></sheets></workbook>' % R),
        ("xl/_rels/workbook.xml.rels", rels(("r1", "worksheets/sheet1.xml"), ("r2", "/xl/worksheets/sheet2.xml"))),
        ("xl/sharedStrings.xml", X + "<sst><si><t>tên</t></si><si><r><t>Ngày</t></r><r><t> họp</t></r><rPh><t>x</t></rPh>"
         "</si><si><t>hai\nbảng</t></si></sst>"),
        ("xl/styles.xml", X + '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-42A]dd/mm/yyyy"/></numFmts><fonts>'
         '<font><name val="Arial"/></font><font><name val=".VnTime"/></font></fonts><cellStyleXfs><xf numFmtId="14"/>'
         '</cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="0" fontId="1"/>'
         "</cellXfs></styleSheet>"),
        ("[Content_Types].xml", X + "<Types/>")])


def pptx():
    def slide(*lines):
        return X + "<p:sld xmlns:p=\"p\" xmlns:a=\"a\">%s</p:sld>" % "".join(
            "<a:p><a:r><a:t>%s</a:t></a:r></a:p>" % line for line in lines)
    return zipped([
        ("[Content_Types].xml", X + "<Types/>"),
        ("ppt/presentation.xml", X + '<p:presentation xmlns:p="p" %s><p:sldIdLst><p:sldId id="256" r:id="r2"/><p:sldId '
         'id="257" r:id="r1"/></p:sldIdLst></p:presentation>' % R),
        ("ppt/_rels/presentation.xml.rels", rels(("r1", "slides/slide1.xml"), ("r2", "slides/slide2.xml"))),
        ("ppt/slides/slide1.xml", slide("sau")),
        ("ppt/slides/slide2.xml", slide("trước", "dòng hai")),
        ("ppt/slides/_rels/slide2.xml.rels", rels(("r1", "../notesSlides/notesSlide1.xml"), ("r2", "http://x.vn/"))),
        ("ppt/notesSlides/notesSlide1.xml", slide("ghi chú"))])


def rtf():
    return (b"{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fnil\\fcharset163 Times New Roman;}{\\f1\\fnil .VnTime;}"
            b"{\\f2\\fcharset0 Arial;}}{\\colortbl;\\red0;}{\\*\\generator x;}{\\info{\\title secret title}}"
            b"{\\header\\pard M\\u7852\\'3fT\\par}\\pard\\f0 \\'d0\\'f5n khi\\'ea\\'ecu na\\'f2i\\par\r\n"
            b"{\\f1 C\\'e9ng ho\\'b5}\\par \\f2 caf\\'e9 \\{x\\} \\u-10179?\\u-8704?{\\*\\unknown no}{\\pict 0102}\\tab b\\par"
            b"\\trowd\\cellx1\\cellx2\\intbl one\\cell two\\cell\\row\\pard{\\v hidden}shown{\\deleted gone}\\par"
            b"{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt link}}{\\*\\shpinst{\\sp{\\sn a}{\\sv b}}{\\shptxt box\\par}} end"
            b"\\bin3 {{{ok\\par}")


ICS = ("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nDTSTART:19700101T000000\r\nEND:VTIMEZONE\r\n"
       "BEGIN:VEVENT\r\nSUMMARY:Họp giao ban\\, tuần\r\n  47\r\nDTSTART;TZID=\"Asia/Ho:Chi\":20261123T080000\r\n"
       "DTEND:20261123T013000Z\r\nLOCATION:Phòng 2\r\nDESCRIPTION:dòng 1\\ndòng 2\r\nUID:x\r\nBEGIN:VALARM\r\n"
       "DESCRIPTION:no\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n").encode()

EML = ("From: =?utf-8?q?S=E1=BB=9F?= <so@x.vn>\r\nDate: Fri, 20 Nov 2026 08:00:00 +0700\r\nSubject: trong\r\n"
       "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; "
       "charset=utf-8\r\n\r\nthân thư\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment; "
       "filename=a.txt\r\n\r\nphụ lục\r\n--b--\r\n").encode()

MHT = (b"From: <Saved by Browser>\r\nSubject: page\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n"
       b"\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>one</p><p>two</p>\r\n--b--\r\n")


def entry(name, kind=2):
    raw = name.encode("utf-16-le") + b"\0\0"
    return raw.ljust(64, b"\0") + struct.pack("<HB", len(raw), kind) + b"\0" * 61


def ole(*names):
    return (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + b"".join(entry(n) for n in names)).ljust(2048, b"\0")


def locked(data):
    """Sets the encryption bit in every local and central header."""
    data = bytearray(data)
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        i = data.find(mark)
        while i >= 0:
            data[i + at] |= 1
            i = data.find(mark, i + 4)
    return bytes(data)


def overlapping(entries=1500):
    """One file, named by many entries of the directory."""
    one = zipped([("0", b"a" * 1000)])
    start = one.find(b"PK\1\2")
    central, end = one[start:one.find(b"PK\5\6")], bytearray(one[one.find(b"PK\5\6"):])
    struct.pack_into("<HHI", end, 8, entries, entries, len(central) * entries)
    return one[:start] + central * entries + bytes(end)


def nested(depth, inner):
    for level in range(depth):
        inner = zipped([("level%d.zip" % level, inner)])
    return inner


def main():
    word = lambda text: zipped([("[Content_Types].xml", "<Types/>"), ("word/document.xml", text)])
    files = {
        "full.docx": docx(), "macro.docm": docx(macro=True), "full.odt": odt(), "full.ods": ods(), "full.odp": odp(),
        "full.xlsx": xlsx(), "full.pptx": pptx(), "full.rtf": rtf(), "full.ics": ICS, "full.eml": EML, "full.mht": MHT,
        "full.csv": 'Tên;Số\r\n"Lâm; ""B""";"1,5"\r\n'.encode(),
        "old.doc": ole("Root Entry", "WordDocument", "Macros"), "mail.msg": ole("Root Entry", "__properties_version1.0"),
        "locked.docx": ole("Root Entry", "EncryptionInfo", "EncryptedPackage"),
        "locked.zip": locked(zipped([("a.txt", b"secret")])),
        "all.zip": zipped([("vb/full.rtf", rtf()), ("thư.eml", EML), ("x.exe", b"MZ" + b"\0" * 100), ("dir/", b"")]),
        "nested.zip": nested(1, zipped([("a.txt", b"at depth two")])), "deep.zip": nested(4, zipped([("a.txt", b"deep")])),
        "odd.zip": odd_zip(),
        "liar.zip": liar_zip(),
        "bomb.zip": zipped([("a.txt", b"first"), ("b.txt", b"0" * (80 << 20)), ("c.txt", b"last")]),
        "nested-bomb.zip": nested(1, zipped([("%d.txt" % i, b"\0" * (8 << 20)) for i in range(20)])),
        "overlapping.zip": overlapping(),
        "entities.docx": word('<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">%s]><w:document %s><w:body><w:p><w:r><w:t>&z;</w:t>'
                              "</w:r></w:p></w:body></w:document>" % ("".join(
                                  '<!ENTITY %s "%s">' % (chr(98 + i), "&%s;" % chr(97 + i) * 10) for i in range(25)), W)),
        "deep-xml.docx": word("<a>" * 100000), "attributes.docx": word("<a %s/>" % " ".join(
            'a%d="x"' % i for i in range(50000))),
    }
    os.makedirs(sys.argv[1], exist_ok=True)
    for name, data in files.items():
        with open(os.path.join(sys.argv[1], name), "wb") as f:
            f.write(data)


main()
