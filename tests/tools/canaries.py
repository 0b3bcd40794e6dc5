#!/usr/bin/python3
"""No byte of a complainant outside the sealed files (RELIABILITY A33, G14); TAP on stdout.

    tests/tools/canaries.py [N]

N complaints (50 when nothing is said) carry a string of their own in every field that may name somebody: From name and
address, Reply-To, Sender, subject, Message-ID, a header of their own, body, signature, phone, address, attachment name,
and the author and text of a .docx. They come in three ways: as files, through a Maildir with fetch and intake, and as
letters that are first taken for something else, found by search, and then called a complaint by a person. News come
with them. Then the house does what houses do: list, search, digest, approve, publish, site, status, backup of nothing.

Searched is every byte under the house but HOUSE/sealed, and everything that the commands said: as it stands, in upper
and lower case, without accents, composed and decomposed, UTF-16, base64 at each of its three places, hexadecimal.
The same search in a house without keys must find all that, and what is unsealed must hold every one of them.
"""
import base64, email.message, email.policy, io, json, os, random, shutil, signal, subprocess, sys, tempfile, time, unicodedata, zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BBT = os.path.abspath(os.environ.get("BBT", "build/bbt"))
NOW, MONDAY = "2026-11-20T09:00:00+07:00", "2026-11-23T09:00:00+07:00"
MARK, PHONE = "Zqkxc\u00e1n\u1ea3ryw", "098700"  # what all canaries begin with
PLAIN = "zqkxcanaryw"
FIELDS = ("name", "address", "replyto", "sender", "subject", "msgid", "header", "body", "signature", "phone", "home",
          "file", "author", "inside")

count, failed = 0, 0


def tell(good, text, notes=()):
    global count, failed
    count += 1
    failed += not good
    print("%s %d - %s" % ("ok" if good else "not ok", count, text))
    for note in list(notes)[:20]:
        print("# " + str(note).replace("\n", "\n#   "))
    sys.stdout.flush()


def canaries(number):
    """Field -> string. ASCII where the field wants it."""
    unique = {f: "%s%s%04d" % (MARK, f, number) for f in FIELDS}
    for f in ("address", "replyto", "sender", "msgid", "header"):
        unique[f] = "%s%s%04d" % (PLAIN, f, number)
    unique["phone"] = "%s%04d" % (PHONE, number)
    return unique


def docx(c):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                   '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/'
                   'vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/'
                   'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
        z.writestr("_rels/.rels", '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                   '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
                   'Target="word/document.xml"/></Relationships>')
        z.writestr("docProps/core.xml", '<?xml version="1.0"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/'
                   'metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>%s</dc:creator></cp:coreProperties>' % c["author"])
        z.writestr("word/document.xml", '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
                   '<w:body><w:p><w:r><w:t>Chứng cứ của %s</w:t></w:r></w:p></w:body></w:document>' % c["inside"])
    return out.getvalue()


COMPLAINT = """Kính gửi Bộ Thông tin và Truyền thông,

Tôi tên là %(name)s, làm đơn khiếu nại quyết định số 09/QĐ-XPHC xử phạt vi phạm hành chính đối với tôi. Tôi không đồng ý
với quyết định này vì trái quy định. %(body)s. Đề nghị xem xét lại và hủy quyết định nói trên.

%(signature)s
Điện thoại: %(phone)s
Địa chỉ: thôn %(home)s
"""
QUESTION = """Kính gửi Ban Biên tập,

Cho tôi hỏi thủ tục đăng ký tên miền cần giấy tờ gì? %(body)s. Mong được giải đáp.

%(signature)s, %(name)s
Điện thoại: %(phone)s
Địa chỉ: thôn %(home)s
"""


def letter(number, subject, text):
    c = canaries(number)
    m = email.message.EmailMessage(policy=email.policy.SMTP)
    m["Received"] = "from out.example.net (out.example.net [192.0.2.7]) by mx.mic.gov.vn with ESMTPS id 1; Fri, 20 Nov 2026 08:30:00 +0700"
    m["From"] = '"%s" <%s@example.net>' % (c["name"], c["address"])
    m["Reply-To"] = "%s@example.net" % c["replyto"]
    m["Sender"] = "%s@example.net" % c["sender"]
    m["To"] = "banbientap@mic.gov.vn"
    m["Subject"] = "%s %s" % (subject, c["subject"])
    m["Message-ID"] = "<%s@example.net>" % c["msgid"]
    m["X-Owner"] = c["header"]
    m["Date"] = "Fri, 20 Nov 2026 08:29:00 +0700"
    charset, cte = (("utf-8", "base64"), ("utf-8", "quoted-printable"), ("utf-8", "8bit"), ("utf-16", "base64"))[number % 4]
    m.set_content(text % c, charset="utf-8", cte="8bit" if charset == "utf-16" else cte)
    if charset == "utf-16":  # the library ends lines in bytes, not in characters
        m.set_payload(base64.encodebytes((text % c).replace("\n", "\r\n").encode("utf-16")).decode())
        m.replace_header("Content-Transfer-Encoding", "base64")
        m.set_param("charset", "utf-16")
    m.add_attachment(docx(c), maintype="application", subtype="vnd.openxmlformats-officedocument.wordprocessingml.document",
                     filename="%s.docx" % c["file"])
    return m.as_bytes()


# ---- looking for them

def needles():
    """Name -> bytes; what is searched is lower-cased ASCII for all but base64."""
    exact, phone = MARK.lower(), PHONE
    found = {"exact": exact.encode(), "decomposed": unicodedata.normalize("NFD", exact).encode(), "bare": PLAIN.encode(),
             "phone": phone.encode(), "capitals": MARK.upper().encode().lower(),
             "decomposed capitals": unicodedata.normalize("NFD", MARK.upper()).encode().lower()}
    for name, text in (("exact", exact), ("bare", PLAIN), ("phone", phone)):
        for order in ("le", "be"):
            found["utf-16%s %s" % (order, name)] = text.encode("utf-16-" + order)
        for form in (text, text.upper(), text.capitalize()):
            found["hexadecimal %s" % form] = form.encode().hex().encode()
    return found


def base64_needles():
    """The inner part of the base64 at each of the three places at which the string may begin."""
    found = {}
    for text in (MARK, MARK.lower(), MARK.upper(), PLAIN, PLAIN.upper(), PLAIN.capitalize()):
        for order in ("utf-8", "utf-16-le", "utf-16-be"):
            raw = text.encode(order)
            for shift in range(3):
                whole = base64.b64encode(b"\0" * shift + raw)
                found["%s %s+%d" % (text, order, shift)] = whole[4 if shift else 0:len(whole) // 4 * 4 - 4]
    return found


PLAIN_NEEDLES, BASE64_NEEDLES = needles(), [v for v in base64_needles().values()]


def hits(data):
    low = data.lower()
    names = [n for n, v in PLAIN_NEEDLES.items() if v in low]
    joined = data.replace(b"\r\n", b"").replace(b"\n", b"")
    names += ["base64" for v in BASE64_NEEDLES if v in data or v in joined][:1]
    return names


def search(house):
    """(path, needle) of every hit outside sealed/."""
    found, n_bytes, n_files = [], 0, 0
    for base, dirs, files in os.walk(house):
        if base == house and "sealed" in dirs:
            dirs.remove("sealed")
        for name in files + dirs:
            found += [("name of " + os.path.join(base, name), n) for n in hits(name.encode("utf-8", "surrogateescape"))]
        for name in files:
            path = os.path.join(base, name)
            with open(path, "rb") as f:
                data = f.read()
            n_bytes, n_files = n_bytes + len(data), n_files + 1
            found += [(os.path.relpath(path, house), n) for n in hits(data)]
    return found, n_files, n_bytes


def self_test():
    """Each needle finds what it is for."""
    bad = []
    for text in (MARK, MARK.upper(), unicodedata.normalize("NFD", MARK), PLAIN, PHONE):
        for where, data in (("plain", text.encode()), ("utf-16", text.encode("utf-16-le")), ("hex", text.encode().hex().encode())):
            if where != "plain" and text not in (MARK, PLAIN, PHONE):
                continue
            if not hits(b"xx" + data + b"yy"):
                bad.append((where, text))
    for pad in range(6):
        if not hits(base64.encodebytes(b"p" * (50 + pad) + MARK.encode() + b"name0001 and more")):
            bad.append(("base64", pad))
    return bad


# ---- the house

class House:
    def __init__(self, base, name, keys):
        self.dir, self.said, self.failures = os.path.join(base, name), b"", 0
        self.run("init", self.dir, "--profile", "mic", "--trial", house=False)
        self.run("units", "import", os.path.join(ROOT, "tests", "letters", "directory.tsv"))
        if keys:
            for key in ("inspectorate", "recovery"):
                shutil.copyfile(os.path.join(base, key + ".pub"), os.path.join(self.dir, key + ".pub"))
            with open(os.path.join(self.dir, "banbientap.conf"), "a") as f:
                f.write("seal {\n    inspectorate inspectorate.pub\n    recovery recovery.pub\n}\n")

    def run(self, *words, now=NOW, codes=(0,), house=True, quiet=False):
        """What it says counts as searched, unless the sender's own reader asked for it."""
        where = ["--house", self.dir] if house else []
        r = subprocess.run([BBT, *where, "--now", now, *words], capture_output=True)
        if not quiet:
            self.said += r.stdout + r.stderr
        self.failures += r.returncode != 0
        if r.returncode not in codes:
            tell(False, "`bbt %s`: exit code %d" % (" ".join(words), r.returncode), [r.stderr.decode(errors="replace")[-400:]])
        return r.stdout


def fill(house, base, n):
    """Thirds: files, Maildir, called a complaint later. Returns the references of all complaints."""
    files = os.path.join(base, "letters-" + os.path.basename(house.dir))
    os.mkdir(files)
    for number in range(n):
        way = number % 3
        later = way == 2
        raw = letter(number, "Hỏi về thủ tục" if later else "Đơn khiếu nại", QUESTION if later else COMPLAINT)
        name = os.path.join(house.dir, "drop", "new", "%d.M1P1.host" % (1763720000 + number)) if way == 1 else os.path.join(files, "%04d.eml" % number)
        with open(name, "wb") as f:
            f.write(raw)
    for number, name in enumerate(("01-tin-bai-don-vi.eml", "06-cau-hoi-ban-doc.eml")):
        shutil.copyfile(os.path.join(ROOT, "tests", "letters", name), os.path.join(files, "news-%d.eml" % number))
    house.run("ingest", files)
    house.run("fetch", "--once")
    house.run("intake", "--once")
    house.run("search", MARK + "body0002", codes=(0, 1), quiet=True)
    rows = [json.loads(l) for l in house.run("--json", "--as", "truongban", "list", "--all", quiet=True).splitlines()]
    for row in rows:
        if not row["restricted"] and MARK in row["subject"]:
            house.run("--as", "truongban", "reclassify", row["submission"], "complaint", "--reason", "là đơn khiếu nại")
    rows = [json.loads(l) for l in house.run("--json", "--as", "truongban", "list", "--all", quiet=True).splitlines()]
    return [r["submission"] for r in rows if r["restricted"]], [r["submission"] for r in rows if not r["restricted"]]


def live(house, complaints, others):
    """What a house does in its week; by people who may not read complaints, and by the roles."""
    for who in ("bientap", "thuky"):
        house.run("--as", who, "list", "--all")
        house.run("--as", who, "--json", "list", "--all")
        for word in (MARK + "body0002", PLAIN + "body0002", PHONE + "0002"):
            if house.run("--as", who, "--json", "search", word, codes=(1,), quiet=True).count(b"submission"):
                tell(False, "search finds " + word)
        for ref in complaints[:6]:
            house.run("--as", who, "show", ref, codes=(1,))
            house.run("--as", who, "--json", "show", ref, codes=(1,))
    for ref in others:
        house.run("--as", "truongban", "approve", ref, codes=(0, 1))
        house.run("--as", "bientap", "publish", ref, codes=(0, 1))
    house.run("digest", "complaints", now=MONDAY)
    house.run("site", "build", now=MONDAY)
    house.run("status", now=MONDAY, codes=(0, 1))
    house.run("--json", "status", now=MONDAY, codes=(0, 1))
    house.run("audit", "verify", now=MONDAY)
    house.run("fsck", now=MONDAY)


# ---- cases that were worked on for days before somebody called them a complaint

NEWS = """Kính gửi Ban Biên tập,

Cục Viễn thông gửi tin, đề nghị Ban Biên tập đăng tin trên Cổng Thông tin điện tử.

Sáng ngày 19/11/2026, tại Hà Nội, Cục Viễn thông đã tổ chức lễ khai trương mạng cáp quang. %(body)s. Tham dự buổi lễ
có lãnh đạo Bộ và đại diện các doanh nghiệp. Phát biểu tại buổi lễ, Cục trưởng nhấn mạnh vai trò của hạ tầng điện tử.
1. Bản tin về lễ khai trương của %(name)s
2. Ảnh của %(home)s

%(signature)s
"""
NOTICE = """Kính gửi Ban Biên tập,

Cục Viễn thông tổ chức lễ khai trương mạng cáp quang vào 8 giờ 30 phút ngày 25/11/2026 tại %(home)s. %(body)s. Trân trọng
kính mời Ban Biên tập cử phóng viên đến dự và đưa tin về sự kiện.

%(signature)s, %(name)s
"""
DRAFT = """Kính gửi Ban Biên tập,

Cục Viễn thông đề nghị đăng tải dự thảo Thông tư quy định về mạng cáp quang để lấy ý kiến góp ý rộng rãi của tổ chức, cá
nhân từ ngày 21/11/2026 đến ngày 20/01/2027. %(body)s.

%(signature)s, %(name)s
"""


class Worked:
    """One case and what was typed of it; each word of it is a canary of its own."""

    def __init__(self, house, base, number, text, subject, sender=None):
        self.house, self.base, self.number, self.words, self.letters = house, base, number, [], 0
        self.ref = self.bring(text, subject, sender)

    def bring(self, text, subject, sender=None, reply_to=None):
        """A letter, as a file whose name is a canary, too."""
        c = canaries(self.number)
        m = email.message.EmailMessage(policy=email.policy.SMTP)
        at = sender or "%s@example.net" % c["address"]
        m["Authentication-Results"] = "mx.mic.gov.vn; dmarc=pass header.from=" + at.split("@")[1]
        m["Received"] = "from out.example.net (out.example.net [192.0.2.7]) by mx.mic.gov.vn with ESMTPS id 1; Fri, 20 Nov 2026 08:30:00 +0700"
        m["From"] = '"%s" <%s>' % (c["name"], at)
        m["To"] = "banbientap@mic.gov.vn"
        m["Subject"] = "%s %s" % (subject, c["subject"])
        self.letters += 1
        m["Message-ID"] = "<%s.%d@example.net>" % (c["msgid"], self.letters)
        m["Date"] = "Fri, 20 Nov 2026 08:29:00 +0700"
        if reply_to:
            m["In-Reply-To"] = m["References"] = reply_to
        m.set_content(text % c, charset="utf-8", cte="base64")
        m.add_attachment(docx(c), maintype="application", subtype="vnd.openxmlformats-officedocument.wordprocessingml.document",
                         filename="%s.docx" % c["file"])
        path = os.path.join(self.base, "%s-%s-%d.eml" % (PLAIN, os.path.basename(self.house.dir), self.number * 10 + self.letters))
        with open(path, "wb") as f:
            f.write(m.as_bytes())
        report = json.loads(self.house.run("--json", "ingest", path, quiet=True).splitlines()[0])
        return report["submission"]

    def word(self):
        self.words.append("%styped%04d%02d" % (MARK, self.number, len(self.words)))
        return self.words[-1]

    def file(self, ending):
        path = os.path.join(self.base, "%spaper%04d.%s" % (PLAIN, self.number, ending))
        with open(path, "w") as f:
            f.write("Giấy của " + self.word() + "\n" * 3)
        return path

    def do(self, who, *words, may_fail=False):
        """What is refused leaves no word; those of this command are then expected nowhere."""
        before = self.house.failures
        self.house.run("--as", who, *words, quiet=True, codes=(0, 1) if may_fail else (0,))
        if self.house.failures > before:
            self.words = [x for x in self.words if not any(x in w for w in words) and not x.startswith("!")]
        self.house.failures = before

    def becomes_complaint(self):
        self.do("truongban", "reclassify", self.ref, "complaint", "--reason", "là đơn khiếu nại của " + self.word())


def work_on_news(house, base, number):
    """From a private mailbox: everything up to the portal and down again."""
    w = Worked(house, base, number, NEWS, "Đề nghị đăng tin: Khai trương mạng cáp quang", "nguoi%s@gmail.com" % PLAIN)
    w.do("thuky", "confirm", w.ref, "--request", "--unit", "CGS", may_fail=True)
    w.do("thuky", "confirm", w.ref, "--how", "paper", "--by", w.word(), "--reason", w.word(), "--evidence", w.file("pdf"))
    w.do("thuky", "check", w.ref, "--origin", w.word(), "--content", w.word())
    w.do("thuky", "note", w.ref, "--reason", w.word() + " cite=MIC-13.1 gọi điện")
    w.do("bientap", "edit", w.ref, "--title", "Khai trương " + w.word(), "--field", "author=" + w.word(), "--reason", w.word())
    w.do("bientap", "flag", w.ref, "sensitive", "--reason", w.word())
    w.do("truongban", "flag", w.ref, "sensitive", "--off", "--reason", w.word())
    w.do("truongban", "topic", w.ref, w.word())
    w.do("truongban", "campaign", "new", "CD%04d" % number, "--title", "Chuyên đề", "--section", "Tin")
    w.do("truongban", "campaign", "add", "CD%04d" % number, w.ref, "--section", "1", may_fail=True)
    return w


def work_on_published(house, base, number):
    """From a unit: onto the portal, and down again."""
    w = Worked(house, base, number, NEWS, "Đề nghị đăng tin: Khai trương mạng cáp quang", "httrang@mic.gov.vn")
    w.do("truongban", "approve", w.ref)
    w.do("bientap", "publish", w.ref)
    house.run("site", "build", quiet=True)
    w.do("truongban", "withdraw", w.ref, "--reason", w.word())
    return w


def work_on_refused(house, base, number):
    """Returned, sent again, refused: each with a letter to the sender."""
    w = Worked(house, base, number, NEWS, "Đề nghị đăng tin: Khai trương mạng cáp quang", "httrang@mic.gov.vn")
    w.do("truongban", "return", w.ref, "--todo", w.word(), "--reason", w.word())
    w.do("truongban", "refuse", w.ref, "--ground", "14.4a", "--reason", w.word())
    return w


def work_on_event(house, base, number):
    w = Worked(house, base, number, NOTICE, "Giấy mời dự lễ khai trương", "httrang@mic.gov.vn")
    w.do("truongban", "event", w.ref, "--assign", "bientap", "--at", "2026-11-25T08:30:00+07:00", "--place", w.word())
    w.do("truongban", "event", w.ref, "--cannot", "--reason", w.word(), may_fail=True)
    return w


def work_on_draft(house, base, number):
    w = Worked(house, base, number, DRAFT, "Đề nghị đăng dự thảo Thông tư", "httrang@mic.gov.vn")
    w.do("truongban", "consultation", w.ref, "--from", "2026-11-20", "--to", "2027-01-20", "--reason", w.word(), may_fail=True)
    house.run("consultation", "--run", quiet=True)
    w.bring("Tôi góp ý dự thảo Thông tư: %(body)s. Đề nghị sửa Điều 3.\n\n%(name)s", "Góp ý dự thảo " + w.ref)
    return w


def work_on_question(house, base, number):
    w = Worked(house, base, number, QUESTION, "Hỏi về thủ tục")
    w.do("thuky", "assign", w.ref, "--unit", "CGS", "--reason", w.word(), may_fail=True)
    w.do("thuky", "consult", w.ref, "--unit", "CVT", "--reason", w.word(), may_fail=True)
    w.do("thuky", "answer", w.ref, "--file", w.file("txt"), may_fail=True)
    return w


WORK = (work_on_news, work_on_published, work_on_refused, work_on_event, work_on_draft, work_on_question)


def work(house, base):
    """All of them, as far as they come; then somebody sees what they are."""
    house.run("users", "add", "bientap", "--address", "bientap@mic.gov.vn", quiet=True)
    done = [f(house, base, 9000 + i) for i, f in enumerate(WORK)]
    found = {p.split("/")[0] for p, _ in search(house.dir)[0]}
    tell({"case.db", "spool", "evidence", "portal.db"} <= found, "%d cases that were worked on lie in: %s" % (len(done), ", ".join(sorted(found))))
    for w in done:
        w.becomes_complaint()
    return done


# ---- letters whose reader was killed: nobody knows what they are until they are read again

LONG = COMPLAINT + "\nTôi xin trình bày lại toàn bộ sự việc như sau, đề nghị xem xét.\n" * 6000


def readers(pid):
    """The reader processes that are children of that one."""
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % name) as f:
                stat = f.read().rsplit(")", 1)
        except OSError:
            continue
        if int(stat[1].split()[1]) == pid and "bbt-reader" in stat[0]:
            yield int(name)


def kill_reader(house, place):
    """One ingest whose reader is stopped, so that letters gather in it, and killed, three times at most."""
    run = subprocess.Popen([BBT, "--house", house.dir, "--now", NOW, "ingest", place], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    killed = 0
    while run.poll() is None and killed < 3:
        if not os.listdir(os.path.join(house.dir, "spool", "new")):
            time.sleep(0.002)
            continue
        for child in list(readers(run.pid)):
            try:
                os.kill(child, signal.SIGSTOP)
                time.sleep(0.2)
                os.kill(child, signal.SIGKILL)
                killed += 1
            except ProcessLookupError:
                pass
    run.wait()


def some_unread(house, place, first, n):
    """References of the letters that lost their reader; none when each kill came between two letters."""
    os.mkdir(place)
    for number in range(first, first + n):
        with open(os.path.join(place, "%s%04d.eml" % (PLAIN, number)), "wb") as f:
            f.write(letter(number, "Đơn khiếu nại", LONG))
    kill_reader(house, place)
    house.run("intake", "--once")
    rows = [json.loads(l) for l in house.run("--json", "--as", "truongban", "list", "--all", quiet=True).splitlines()]
    return [r["submission"] for r in rows if r["hold"] == "unreadable"]


def unread(house, base, n=24, tries=6):
    """Numbers of letters of which some were not read at first; all are, in the end."""
    held, until = [], 8000
    while not held and until < 8000 + tries * n:
        held = some_unread(house, os.path.join(base, "long-%s-%d" % (os.path.basename(house.dir), until)), until, n)
        until += n
    tell(held, "%d of %d letters are unread, their reader was killed" % (len(held), until - 8000))
    for ref in held:
        house.run("--as", "bientap", "show", ref)
        house.run("--as", "bientap", "--json", "show", ref)
        house.run("--as", "thuky", "reread", ref)
    return range(8000, until)


def letter_text(raw):
    """Headers, texts and attached texts of a letter of ours."""
    m = email.message_from_string(raw, policy=email.policy.default)
    return "\n".join([str(v) for v in m.values()] + [p.get_content() for p in m.walk() if p.get_content_maintype() == "text"])


def opened(base, house):
    """Everything that the inspectorate can unseal, letters decoded."""
    out, data = os.path.join(base, "opened"), []
    for key in ("inspectorate", "recovery"):
        for name in sorted(os.listdir(os.path.join(house.dir, "sealed"))):
            target = os.path.join(out, key)
            os.makedirs(os.path.join(target), exist_ok=True)
            subprocess.run([BBT, "unseal", os.path.join(house.dir, "sealed", name), "--key", os.path.join(base, key),
                            "--out", os.path.join(target, name)], check=True, capture_output=True)
        texts = []
        for where, _, files in os.walk(os.path.join(out, key)):
            for name in files:
                with open(os.path.join(where, name), "rb") as f:
                    raw = f.read()
                texts.append(raw.decode("utf-8", "replace"))
                if name == "case.json":
                    texts += [letter_text(x["bytes"]) for x in json.loads(raw)["letters"]]
                if name.endswith(".eml"):
                    m = email.message_from_bytes(raw, policy=email.policy.default)
                    texts.append("\n".join(str(v) for v in m.values()) + m.get_body().get_content())
                    for part in m.iter_attachments():
                        texts.append(part.get_filename() or "")
                        with zipfile.ZipFile(io.BytesIO(part.get_content())) as z:
                            texts += [z.read(x).decode() for x in z.namelist()]
        data.append("\n".join(texts))
    return data


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    base = tempfile.mkdtemp(prefix="bbt-canaries-")
    try:
        bad = self_test()
        tell(not bad, "the search finds a canary in each form it may take", bad)
        for key in ("inspectorate", "recovery"):
            subprocess.run([BBT, "keygen", os.path.join(base, key)], check=True, capture_output=True)
        plain = House(base, "plain", False)
        complaints, others = fill(plain, base, min(n, 12))
        tell(len(complaints) == min(n, 12), "without keys: %d complaints of %d" % (len(complaints), min(n, 12)))
        found = {p.split("/")[0] for p, _ in search(plain.dir)[0]}
        tell({"case.db", "spool"} <= found, "without keys the search finds them: %s" % ", ".join(sorted(found)))
        house = House(base, "house", True)
        complaints, others = fill(house, base, n)
        tell(len(complaints) == n, "%d complaints of %d letters are restricted, %d others" % (len(complaints), n, len(others)))
        read_later = unread(house, base)
        worked = work(house, base)
        live(house, complaints, others)
        found, files, size = search(house.dir)
        tell(not found, "%d hits in %d files, %d bytes outside sealed/" % (len(found), files, size), found)
        said = hits(house.said)
        tell(not said, "%d hits in %d bytes that the commands said" % (len(said), len(house.said)), said)
        texts = opened(base, house)
        for key, text in zip(("inspectorate", "recovery"), texts):
            lost = [c for i in range(n) for c in canaries(i).values() if c not in text]
            tell(not lost, "the %s key opens all %d strings of %d letters" % (key, n * len(FIELDS), n), lost)
            lost = [c for i in read_later for c in canaries(i).values() if c not in text]
            tell(not lost, "the %s key opens all strings of the %d letters that were read later" % (key, len(read_later)), lost)
            typed = [t for w in worked for t in w.words]
            lost = [t for t in typed if t not in text]
            tell(not lost, "the %s key opens all %d words that people typed" % (key, len(typed)), lost)
        house.run("ingest", os.path.join(base, "letters-house"), quiet=True)
        found = search(house.dir)[0]
        tell(not found, "the same letters again: %d hits" % len(found), found)
        house.run("fsck", now=MONDAY)
    finally:
        if os.environ.get("BBT_KEEP"):
            print("# kept in " + base)
        else:
            shutil.rmtree(base, ignore_errors=True)
    print("1..%d" % count)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
