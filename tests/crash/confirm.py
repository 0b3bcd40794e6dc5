"""Kill scenarios of trust: a unit's letter from outside waits, its leader is asked, answers, and it is released;
a refusal goes out; staff record a confirmation on paper. Every state change happens once, whatever dies.

A letter is accepted twice only when a sender was killed before it knew (state `unknown`, queued again once by
the program itself an hour later): then byte for byte, under the same Message-ID, and these copies are counted.
"""
import os, re, shutil

from scenarios import LETTERS, Broken, Scenario, query, sha256
from smtp_sink import Sink

MORNING, NOON, EVENING = ("2026-11-20T%s:00:00+07:00" % hour for hour in ("09", "12", "18"))
UNIT = ("Kính gửi Ban Biên tập,\r\n\r\nSở gửi tin, đề nghị Ban Biên tập đăng tin trên Cổng Thông tin điện tử.\r\n\r\n"
        "Sáng ngày 19/11/2026, tại Hà Giang, Sở đã tổ chức lễ khai trương tổ công nghệ số cộng đồng. Tham dự buổi lễ có\r\n"
        "lãnh đạo tỉnh và đại diện các doanh nghiệp.\r\n")
ANSWER = "Tôi đồng ý, đề nghị Ban Biên tập đăng tin này.\r\n"
PEOPLE = "".join("mic\tHG\tSở Thông tin Hà Giang\t%s\n" % row for row in (
    "leader\tSùng Mí D\tGiám đốc\tsmd@hg.example", "contact\tGiàng Thị E\tChuyên viên\tgte@hg.example"))


def write_letter(path, sender, hour, message_id, body, extra=""):
    """A letter that its own mail server has proved, as it lies in our mailbox."""
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write("Return-Path: <%s>\r\nAuthentication-Results: mx.mic.gov.vn; dmarc=pass header.from=hg.example\r\n" % sender)
        f.write("Received: from mail.hg.example (mail.hg.example [192.0.2.7]) by mx.mic.gov.vn with ESMTPS id 1;\r\n"
                "\tFri, 20 Nov 2026 %s:30:00 +0700\r\nFrom: %s\r\nTo: banbientap@mic.gov.vn\r\nSubject: De nghi dang tin\r\n"
                "Date: Fri, 20 Nov 2026 %s:29:00 +0700\r\nMessage-ID: <%s>\r\n%sMIME-Version: 1.0\r\n"
                "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s" %
                (hour, sender, hour, message_id, extra, body))


class Trust(Scenario):
    """What the scenarios below share: the unit, the mail relay, and the counting."""
    recovery_codes = (0, 1)
    unit_letter = "unit.eml"
    sinks = {}

    def __init__(self, directory, bbt):
        self.place = os.path.join(directory, self.name)
        super().__init__(directory, bbt)

    def path(self, name):
        return os.path.join(self.place, name)

    def prepare(self):
        with open(os.path.join(LETTERS, "directory.tsv"), encoding="utf-8") as f:
            people = f.read()
        with open(self.path("directory.tsv"), "w", encoding="utf-8") as f:
            f.write(people.rstrip("\n") + "\n" + PEOPLE)
        self.in_fixture("units", "import", self.path("directory.tsv"))
        write_letter(self.path(self.unit_letter), "gte@hg.example", "08", "unit.1@hg.example", UNIT)
        self.expected = [sha256(self.path(self.unit_letter))]

    def take_in(self):
        """The unit's letter is in the fixture already."""
        self.call("--house", self.fixture, "--now", MORNING, "ingest", self.path(self.unit_letter))
        return query(self.fixture, "case.db", "SELECT ref FROM submissions")[0][0]

    def reset(self, bench):
        if bench.directory not in self.sinks:
            os.makedirs(os.path.join(bench.directory, "sink-trust"), exist_ok=True)
            self.sinks[bench.directory] = Sink(os.path.join(bench.directory, "sink-trust"))
        sink = self.sinks[bench.directory]
        sink.clear()
        with open(os.path.join(bench.house, "banbientap.conf"), "a") as f:
            f.write("from banbientap@mic.gov.vn\nsmtp {\n    host localhost\n    port %d\n    tls implicit\n    ca-file %s\n}\n" %
                    (sink.port, sink.cert))

    def close(self):
        if os.path.exists(self.path("copies")):
            with open(self.path("copies")) as f:
                print("# %s: %d letters were accepted twice, each out of `unknown`" % (self.name, len(f.readlines())), flush=True)

    def once(self, bench, what, sql, wanted=1):
        """The count that `sql` gives is `wanted`."""
        n = query(bench.house, "case.db", sql)[0][0]
        return [] if n == wanted else [("lost" if n < wanted else "duplicated", "%s: %d, not %d" % (what, n, wanted))]

    def journal_once(self, bench, **wanted):
        return [p for what, n in wanted.items() for p in
                self.once(bench, "journal %s" % what, "SELECT count(*) FROM journal WHERE what = '%s' AND ref <> ''" % what, n)]

    def compare_sent(self, bench, wanted):
        """Each of `wanted` letters exists once and was accepted once, or twice out of unknown."""
        problems = []
        rows = query(bench.house, "case.db", "SELECT key, message_id, state, resends FROM outbox")
        sent = {}
        for letter in self.sinks[bench.directory].letters():
            match = re.search(rb"^message-id:\s*<?([^>\s]+)", letter, re.I | re.M)
            sent.setdefault(match.group(1).decode() if match else "?", []).append(letter)
        if len(rows) != wanted:
            problems.append(("lost" if len(rows) < wanted else "duplicated", "%d outgoing letters, not %d" % (len(rows), wanted)))
        for key, message_id, state, resends in rows:
            copies = sent.pop(message_id.strip("<>"), [])
            if state == "sent" and not copies:
                problems.append(("lost", "%s is called sent, and no server has it" % key))
            if state != "sent":
                problems.append(("other", "%s is still %s" % (key, state)))
            if len(set(copies)) > 1 or len(copies) > 1 + resends:
                problems.append(("duplicated", "%s was accepted %d times, %d different, after %d resends" %
                                 (key, len(copies), len(set(copies)), resends)))
            elif len(copies) == 2:
                with open(self.path("copies"), "a") as f:
                    f.write(key + "\n")
        return problems + [("duplicated", "a letter %s was sent that no row knows" % m) for m in sent]


class Confirm(Trust):
    """Held, asked, answered, released: the whole way of SV-6."""
    name = "confirm"

    def prepare(self):
        super().prepare()
        # Ids and tokens follow from the fixture's keys, so one run tells what every other will send.
        trial = self.path("trial")
        shutil.copytree(self.fixture, trial)
        self.call("--house", trial, "--now", MORNING, "ingest", self.path(self.unit_letter))
        ids = query(trial, "case.db", "SELECT message_id FROM outbox WHERE key LIKE 'confirm-request/%'")
        if len(ids) != 1:
            raise Broken("fixture %s: %d requests for confirmation" % (self.name, len(ids)))
        reply = "In-Reply-To: <%s>\r\nReferences: <%s>\r\n" % (ids[0][0], ids[0][0])
        write_letter(self.path("answer.eml"), "smd@hg.example", "11", "answer.1@hg.example", ANSWER, reply)
        self.expected.append(sha256(self.path("answer.eml")))
        self.steps = [["--now", MORNING, "ingest", self.path(self.unit_letter)], ["--now", MORNING, "send", "--once"],
                      ["--now", NOON, "ingest", self.path("answer.eml")]]
        self.recovery = [["--now", MORNING, "intake", "--once"], *self.steps, ["--now", EVENING, "send", "--once"]]

    def compare(self, bench):
        problems = []
        letters = [row[0] for row in query(bench.house, "case.db", "SELECT sha256 FROM letters")]
        for digest in self.expected:
            if letters.count(digest) != 1:
                problems.append(("lost" if digest not in letters else "duplicated", "letter %s.. is there %d times" % (digest[:12], letters.count(digest))))
        if query(bench.house, "case.db", "SELECT 1 FROM holds WHERE reason = 'unreadable'"):
            return problems + self.unread(bench)
        problems += self.once(bench, "cases", "SELECT count(*) FROM submissions")
        problems += self.once(bench, "confirmed cases", "SELECT count(*) FROM submissions WHERE verdict = 'confirmed'")
        problems += self.once(bench, "confirmations", "SELECT count(*) FROM confirmations WHERE what = 'confirmed'")
        problems += self.once(bench, "standing holds", "SELECT count(*) FROM holds WHERE ended IS NULL", 0)
        problems += self.once(bench, "ended holds", "SELECT count(*) FROM holds WHERE reason = 'confirmation' AND ended IS NOT NULL")
        problems += self.once(bench, "used tokens", "SELECT count(*) FROM tokens WHERE used_at IS NOT NULL")
        problems += self.once(bench, "tokens", "SELECT count(*) FROM tokens", 2)
        problems += self.journal_once(bench, OPEN=1, ATTACH=1, CONFIRM=1, RELEASE=1, TOKEN=2)
        return problems + self.compare_sent(bench, 2)


    def unread(self, bench):
        """The reader of one letter was killed: that letter waits for a person, and nothing is released by it."""
        return self.once(bench, "confirmations of what nobody read", "SELECT count(*) FROM confirmations", 0) + \
            self.once(bench, "releases of what nobody read", "SELECT count(*) FROM holds WHERE ended IS NOT NULL", 0) + \
            self.once(bench, "letters in no case", "SELECT count(*) FROM letters WHERE submission IS NULL", 0) + \
            self.compare_sent(bench, query(bench.house, "case.db", "SELECT count(*) FROM outbox")[0][0])


class Refuse(Trust):
    """A person refuses: the move, its letter and the sending of it."""
    name = "refuse"

    def prepare(self):
        super().prepare()
        self.ref = self.take_in()
        self.steps = [["--now", NOON, "--as", "truongban", "refuse", self.ref, "--ground", "14.4a", "--reason", "trùng tin"],
                      ["--now", NOON, "send", "--once"]]
        self.recovery = [*self.steps, ["--now", EVENING, "send", "--once"]]

    def compare(self, bench):
        problems = self.once(bench, "refused cases", "SELECT count(*) FROM submissions WHERE state = 'refused'")
        problems += self.once(bench, "letters of refusal", "SELECT count(*) FROM outbox WHERE key LIKE 'refused/%'")
        problems += self.journal_once(bench, MOVE=1)
        return problems + self.compare_sent(bench, 3)


class Paper(Trust):
    """Staff record a paper: no row without its file, no second row."""
    name = "paper"

    def prepare(self):
        super().prepare()
        self.ref = self.take_in()
        with open(self.path("scan.pdf"), "wb") as f:
            f.write(b"%PDF-1.4 a scan " * 5000)
        self.steps = [["--now", NOON, "--as", "thuky", "confirm", self.ref, "--how", "paper", "--evidence", self.path("scan.pdf"),
                       "--reason", "giấy"]]
        self.recovery = self.steps

    def compare(self, bench):
        problems = self.once(bench, "confirmations", "SELECT count(*) FROM confirmations WHERE how = 'paper'")
        problems += self.once(bench, "standing holds", "SELECT count(*) FROM holds WHERE ended IS NULL", 0)
        problems += self.journal_once(bench, CONFIRM=1, RELEASE=1)
        for digest, in query(bench.house, "case.db", "SELECT evidence FROM confirmations"):
            path = os.path.join(bench.house, "evidence", digest)
            if not os.path.exists(path) or sha256(path) != digest:
                problems.append(("lost", "the evidence %s.. is not there, or not whole" % digest[:12]))
        return problems


ALL = (Confirm, Refuse, Paper)
