#!/usr/bin/python3
"""Makes a Maildir of varied Vietnamese letters: gen_letters.py DIRECTORY [--count 10000] [--seed 1].

Always the same bytes for the same count and seed. About 5 KB on average, as measured on real submissions:
half plain text (8bit, quoted-printable, base64), the rest with an HTML part, one in six with attachments
(docx, text, image), some with the headers of lists, replies and old clients (windows-1258, NFD, long folded
subjects). Senders are a few hundred units, staff and citizens, so that names and threads repeat as in life.
"""
import argparse, base64, email.header, io, os, quopri, random, unicodedata, zipfile

PIECES = """Sáng nay tại Hà Nội, lãnh đạo Bộ đã làm việc với các doanh nghiệp viễn thông về chất lượng dịch vụ
Đến hết tháng trước, tỷ lệ hồ sơ giải quyết trực tuyến toàn trình đạt 87,5 %, tăng 12 % so với cùng kỳ
Đề nghị Ban Biên tập xem xét, đăng tải trên chuyên mục Tin tức - Sự kiện của Cổng Thông tin điện tử
Các địa phương cần rà soát, cập nhật danh mục thủ tục hành chính theo đúng thời hạn quy định
Người dân phản ánh tình trạng cuộc gọi rác vẫn tiếp diễn vào giờ nghỉ trưa và buổi tối
Tôi xin hỏi thủ tục đăng ký lại thông tin thuê bao cần những giấy tờ gì và nộp tại đâu
Căn cứ Nghị định số 42/2022/NĐ-CP ngày 24 tháng 6 năm 2022 của Chính phủ
Hội nghị có sự tham dự của hơn 200 đại biểu đến từ 34 tỉnh, thành phố trực thuộc Trung ương
Phát biểu kết luận, Thứ trưởng yêu cầu các đơn vị hoàn thành kế hoạch trước ngày 15 tháng 12
Trạm phát sóng tại thôn vùng cao đã hoạt động ổn định sau đợt mưa lũ vừa qua
Việc chia sẻ dữ liệu giữa các cơ quan nhà nước giúp giảm giấy tờ và thời gian đi lại của người dân
Dự thảo Thông tư được đăng tải để lấy ý kiến rộng rãi trong thời hạn sáu mươi ngày
Đơn vị xin gửi kèm ảnh và bản điện tử của văn bản để Ban Biên tập tiện theo dõi
Tôi đã gửi đơn nhiều lần nhưng chưa nhận được trả lời bằng văn bản của cơ quan có thẩm quyền
Chương trình tập huấn kỹ năng số cho cán bộ cơ sở được tổ chức theo hình thức trực tuyến
Thông tin chi tiết xin liên hệ Phòng Tổng hợp trong giờ hành chính
Doanh thu dịch vụ bưu chính quý III ước đạt hai mươi nghìn tỷ đồng
Cục đã phối hợp với lực lượng chức năng xử lý nhiều trạm phát sóng giả mạo
Mạng lưới cáp quang biển mới sẽ được đưa vào khai thác trong năm tới
Trân trọng cảm ơn sự quan tâm và phối hợp của Quý cơ quan""".split("\n")
SUBJECTS = """Tin bài: Hội nghị triển khai nhiệm vụ quý {n}
Đề nghị đăng Quyết định số {n}/QĐ-BTTTT
Góp ý dự thảo Thông tư, lần {n}
Câu hỏi của bạn đọc về thuê bao {n}
V/v cung cấp thông tin tháng {m}/2026
Thông báo lịch làm việc tuần {m}
Phản ánh chất lượng mạng tại xã {n}
Re: Tin bài: Hội nghị triển khai nhiệm vụ quý {n}
Báo cáo kết quả chuyển đổi số số {n}
Bulletin {n}""".split("\n")
FAMILY = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý".split()
MIDDLE = "Văn Thị Hữu Đức Minh Ngọc Thanh Quốc Xuân Thu".split()
GIVEN = "An Bình Châu Dũng Giang Hà Hải Hạnh Hùng Khánh Lan Long Mai Nam Nga Phúc Quang Sơn Thảo Trang Tuấn Việt".split()
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()


def paragraph(dice, sentences):
    return ". ".join(dice.choice(PIECES).strip() for _ in range(sentences)) + "."


def text_of(dice):
    paragraphs = [paragraph(dice, dice.randint(2, 6)) for _ in range(dice.randint(1, 7))]
    return "Kính gửi: Ban Biên tập Cổng Thông tin điện tử,\n\n" + "\n\n".join(paragraphs) + "\n\nTrân trọng.\n"


def person(dice):
    n = dice.randrange(600)
    own = random.Random("person-%d" % n)
    name = " ".join((own.choice(FAMILY), own.choice(MIDDLE), own.choice(GIVEN)))
    domain = own.choice(["mic.gov.vn", "vienthong.mic.gov.vn", "buuchinh.mic.gov.vn", "hopthu.example", "thutin.example"])
    return name, "nguoi%d@%s" % (n, domain)


def word(text, dice):
    """A header word: base64, quoted, or plain ASCII, folded by the standard library."""
    if text.isascii():
        return text
    charset = email.header.Charset("utf-8")
    charset.header_encoding = dice.choice([email.header.Charset("utf-8").header_encoding, 1])
    return email.header.Header(text, charset, maxlinelen=75).encode(linesep="\n")


def body(dice, text, subtype="plain", charset="utf-8"):
    """One text part with a drawn transfer encoding."""
    data = text.encode(charset, "replace")
    how = dice.choice(["8bit", "quoted-printable", "base64"])
    if how == "quoted-printable":
        data = quopri.encodestring(data)
    elif how == "base64":
        data = base64.encodebytes(data)
    return b"Content-Type: text/%s; charset=%s\nContent-Transfer-Encoding: %s\n\n" % (
        subtype.encode(), charset.encode(), how.encode()) + data


def html_of(dice, text):
    rows = "".join("<p style=\"margin:0 0 8px\">%s</p>\n" % p for p in text.split("\n\n"))
    return "<html><head><meta charset=\"utf-8\"><style>p{font:14px serif}</style></head><body>\n%s</body></html>\n" % rows


def docx_of(dice):
    xml = "".join("<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % paragraph(dice, 2) for _ in range(dice.randint(3, 12)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, content in (("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
                              ("word/document.xml", "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/"
                                                    "main\"><w:body>%s</w:body></w:document>" % xml)):
            z.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def attachment(dice):
    kind = dice.randrange(3)
    if kind == 0:
        name, type_, data = "công văn %d.docx" % dice.randrange(900), DOCX, docx_of(dice)
    elif kind == 1:
        name, type_, data = "ghi chú.txt", "text/plain; charset=utf-8", text_of(dice).encode()
    else:
        name, type_, data = "anh-%d.jpg" % dice.randrange(900), "image/jpeg", dice.randbytes(dice.randint(2000, 14000))
    return ("Content-Type: %s;\n name=\"%s\"\nContent-Disposition: attachment;\n filename=\"%s\"\n"
            "Content-Transfer-Encoding: base64\n\n" % (type_, word(name, dice), word(name, dice))).encode() + base64.encodebytes(data)


def multipart(kind, parts, mark):
    lines = b"".join(b"--%s\n%s\n" % (mark, p) for p in parts)
    return b"Content-Type: multipart/%s; boundary=\"%s\"\n\n%s--%s--\n" % (kind.encode(), mark, lines, mark)


def letter(n, seed):
    dice = random.Random("%s-%d" % (seed, n))
    name, address = person(dice)
    text = text_of(dice)
    draw = dice.random()
    if draw < 0.04:
        text = unicodedata.normalize("NFD", text)
    mark = b"=_%08x" % dice.getrandbits(32)
    if draw < 0.08:
        content = body(dice, "Bulletin of the week.\n\n" + "Nothing new in the village office. " * 20 + "\n", charset="iso-8859-1")
    elif draw < 0.50:
        content = body(dice, text)
    elif draw < 0.84:
        content = multipart("alternative", [body(dice, text), body(dice, html_of(dice, text), "html")], mark)
    else:
        parts = [body(dice, text)] + [attachment(dice) for _ in range(dice.randint(1, 2))]
        content = multipart("mixed", parts, mark)
    when = 1751328000 + n * 97 % 9000000  # July to October 2026
    day, second = divmod(when, 86400)
    month, date = divmod(day - 20270, 30)
    stamp = "%s, %02d %s 2026 %02d:%02d:%02d +0700" % (DAYS[(day + 3) % 7], date % 28 + 1, MONTHS[6 + month % 5], second // 3600,
                                                     second // 60 % 60, second % 60)
    subject = dice.choice(SUBJECTS).format(n=n, m=n % 12 + 1)
    head = ["Return-Path: <%s>" % address, "Delivered-To: banbientap@mic.gov.vn",
            "Received: from mx.%s (mx.%s [203.0.113.%d])\n by mail.mic.gov.vn (Postfix) with ESMTPS id %X\n for "
            "<banbientap@mic.gov.vn>; %s" % (address.split("@")[1], address.split("@")[1], n % 250 + 1, 0x10000000 + n, stamp),
            "Authentication-Results: mx.mic.gov.vn;\n spf=pass smtp.mailfrom=%s;\n dkim=pass header.d=%s header.s=s1;\n"
            " dmarc=pass header.from=%s" % (address, address.split("@")[1], address.split("@")[1]),
            "From: %s <%s>" % (word(name, dice), address), "To: banbientap@mic.gov.vn", "Subject: " + word(subject, dice),
            "Date: " + stamp, "Message-ID: <bench.%d.%s@%s>" % (n, seed, address.split("@")[1]), "MIME-Version: 1.0"]
    if subject.startswith("Re:"):
        head.append("In-Reply-To: <bench.%d.%s@mic.gov.vn>" % (max(0, n - 9), seed))
    return "\n".join(head).encode() + b"\n" + content, when


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory")
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", default="1")
    args = parser.parse_args()
    for sub in ("tmp", "new", "cur"):
        os.makedirs(os.path.join(args.directory, sub), exist_ok=True)
    total = 0
    for n in range(args.count):
        data, when = letter(n, args.seed)
        path = os.path.join(args.directory, "cur", "%d.M%06dP1.bench:2,S" % (when, n))
        with open(path, "wb") as f:
            f.write(data)
        os.utime(path, (when, when))
        total += len(data)
    print("letters %d count\naverage_size %d bytes" % (args.count, total // max(1, args.count)))


if __name__ == "__main__":
    main()
