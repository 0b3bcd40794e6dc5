"""What the kill harness kills: each scenario is a fixture house, steps, recovery, and what must hold after.

A scenario never asks the program alone whether all is well: the letters are compared by SHA-256 with the
database read directly, and what was sent with what an SMTP server of our own accepted.
"""
import glob, hashlib, json, os, re, shutil, sqlite3, sys

HERE = os.path.dirname(os.path.abspath(__file__))
LETTERS = os.path.join(HERE, "..", "letters")
sys.path.insert(0, os.path.join(HERE, "..", "tools"))
from harness import Broken, command
from dovecot import Dovecot
from smtp_sink import Sink

NOW = "2026-11-21T09:00:00+07:00"
MONDAY = "2026-11-23T09:00:00+07:00"  # the week of the sample letters is over
WEEK = "2026-W47"
# The press item with a PDF: a program of Debian reads it, so the kills meet the runner of programs too, but in
# milliseconds; its photo would cost half a second of OCR in every one of the thousands of runs.
NEWS = os.path.join("..", "crash", "news.eml")
DOCUMENT, DRAFT = "02-van-ban-quyet-dinh.eml", "03-du-thao-lay-y-kien.eml"
COMPLAINT, DENUNCIATION, QUESTION = "04-khieu-nai.eml", "05-to-cao.eml", "06-cau-hoi-ban-doc.eml"


def sha256(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def sha256_on_the_wire(path):
    """IMAP gives every line end as CR LF."""
    with open(path, "rb") as f:
        return hashlib.sha256(f.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")).hexdigest()


def query(house, database, sql):
    """Rows of a read-only look into one of the house's databases."""
    path = os.path.join(house, database)
    if not os.path.exists(path):
        return []
    with sqlite3.connect("file:%s?mode=ro" % path, uri=True, timeout=5) as db:
        try:
            return db.execute(sql).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return []
            raise


class Scenario:
    name = ""
    steps, recovery = [], []
    recovery_codes = (0,)
    letters = ()

    @classmethod
    def cannot(cls):
        """Why the scenario cannot run on this machine, or None."""
        return None

    def __init__(self, directory, bbt):
        """`directory`: where the fixture is made, once, before any worker starts."""
        self.bbt = bbt
        self.fixture = os.path.join(directory, self.name, "fixture")
        self.inbox = os.path.join(directory, self.name, "maildir")
        os.makedirs(os.path.dirname(self.fixture))
        self.call("init", self.fixture, "--profile", "mic", "--trial")
        self.call("--house", self.fixture, "units", "import", os.path.join(LETTERS, "directory.tsv"))
        self.expected = sorted(sha256(os.path.join(LETTERS, name)) for name in self.letters)
        self.prepare()

    def call(self, *words):
        code, out, err = command([self.bbt, *words])
        if code != 0:
            raise Broken("fixture %s: `bbt %s`: exit code %s: %s" % (self.name, " ".join(words), code, err.strip()[-300:]))
        return out

    def in_fixture(self, *words):
        return self.call("--house", self.fixture, "--now", NOW, *words)

    def prepare(self):
        """Fills the fixture house."""

    def close(self):
        """Stops what prepare() started."""

    def reset(self, bench):
        """After each fresh copy of the fixture."""

    def compare(self, bench):
        """Problems as (kind, text), kind one of lost, duplicated, other."""
        return self.compare_letters(bench)

    def maildir(self, base):
        for sub in ("tmp", "new", "cur"):
            os.makedirs(os.path.join(base, sub), exist_ok=True)
        for number, name in enumerate(self.letters):
            target = os.path.join(base, "new", "17637200%02d.M1P1.host" % number)
            shutil.copyfile(os.path.join(LETTERS, name), target)
            os.utime(target, (1763720000 + number, 1763720000 + number))

    def compare_letters(self, bench):
        problems = []
        letters = [row[0] for row in query(bench.house, "case.db", "SELECT sha256 FROM letters")]
        cases = [row[0] for row in query(bench.house, "case.db", "SELECT letter_sha256 FROM submissions")]
        for digest in self.expected:
            if digest not in letters or digest not in cases:
                problems.append(("lost", "letter %s.. has no case" % digest[:12]))
            if letters.count(digest) > 1 or cases.count(digest) > 1:
                problems.append(("duplicated", "letter %s.. has %d cases" % (digest[:12], cases.count(digest))))
        if len(cases) > len(self.expected) and not problems:
            problems.append(("duplicated", "%d cases of %d letters" % (len(cases), len(self.expected))))
        for state in ("new", "held"):
            left = glob.glob(os.path.join(bench.house, "spool", state, "*.eml"))
            if left:
                problems.append(("other", "%d entries left in spool/%s" % (len(left), state)))
        return problems + self.compare_list(bench)

    def compare_list(self, bench):
        """The queue as a person would ask for it."""
        code, out, err = command([bench.bbt, "--house", bench.house, "--json", "list", "--all"])
        rows = [json.loads(line) for line in out.splitlines()] if code == 0 else []
        references = [row["submission"] for row in rows]
        if code != 0:
            return [("other", "`bbt list`: exit code %s: %s" % (code, err.strip()[-200:]))]
        if len(references) < len(self.expected):
            return [("lost", "`bbt list` shows %d of %d" % (len(references), len(self.expected)))]
        if len(references) > len(self.expected) or len(set(references)) != len(references):
            return [("duplicated", "`bbt list` shows %d of %d" % (len(references), len(self.expected)))]
        return []

    def reference(self, letter):
        rows = query(self.fixture, "case.db", "SELECT ref FROM submissions WHERE letter_sha256 = '%s'" %
                     sha256(os.path.join(LETTERS, letter)))
        if len(rows) != 1:
            raise Broken("fixture %s: %d cases of %s" % (self.name, len(rows), letter))
        return rows[0][0]


class Ingest(Scenario):
    """Letters from a Maildir by the operator; afterwards the operator does it again."""
    name = "ingest"
    letters = (NEWS, DOCUMENT, COMPLAINT, DENUNCIATION, QUESTION)

    def prepare(self):
        self.maildir(self.inbox)
        self.steps = [["--json", "ingest", self.inbox]]
        self.recovery = [["--json", "ingest", self.inbox], ["intake", "--once"]]


class Drop(Scenario):
    """The two roles of a site: fetch makes durable and keeps receipts, intake applies."""
    name = "drop"
    letters = (NEWS, DOCUMENT, DRAFT, COMPLAINT, QUESTION)
    steps = [["fetch", "--once"], ["intake", "--once"]]
    recovery = steps

    def prepare(self):
        self.maildir(os.path.join(self.fixture, "drop"))

    def compare(self, bench):
        problems = self.compare_letters(bench)
        taken = query(bench.house, "fetch.db", "SELECT count(*) FROM receipts")
        if taken and taken[0][0] != len(self.letters):
            problems.append(("other", "%d receipts of %d letters" % (taken[0][0], len(self.letters))))
        return problems


class Imap(Scenario):
    """A mailbox on a real server that loses each letter once it is durable here: the harshest acknowledgement,
    since what is deleted too early is nowhere any more. Every point has a mailbox of its own."""
    name = "imap"
    letters = (NEWS, DOCUMENT, DRAFT, COMPLAINT, QUESTION)
    steps = [["fetch", "--once"], ["intake", "--once"]]
    recovery = steps

    @classmethod
    def cannot(cls):
        return None if os.getuid() == 0 and shutil.which("dovecot") else "a private Dovecot needs root and dovecot-imapd"

    def prepare(self):
        self.maildir(self.inbox)
        self.expected = sorted(sha256_on_the_wire(path) for path in glob.glob(os.path.join(self.inbox, "new", "*")))
        self.in_fixture("fetch", "--once")  # makes fetch.db; `drop` kills the program while it is made
        place = os.path.join(os.path.dirname(self.fixture), "dovecot")
        for path in (os.path.dirname(os.path.dirname(place)), os.path.dirname(place)):
            os.chmod(path, 0o755)  # Dovecot's mail user must get through
        os.makedirs(place)
        self.server = Dovecot(place)
        self.server.__enter__()
        self.boxes = {}

    def close(self):
        self.server.__exit__()

    def reset(self, bench):
        number, old = self.boxes.get(bench.directory, (0, None))
        user = "%s-%d" % (os.path.basename(bench.directory), number)
        files = sorted(glob.glob(os.path.join(self.inbox, "new", "*")))
        if old:
            shutil.rmtree(old, ignore_errors=True)
        self.boxes[bench.directory] = number + 1, self.server.add_mailbox(user, files)
        with open(os.open(os.path.join(bench.house, "imap-password"), os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
            f.write(self.server.password + "\n")
        with open(os.path.join(bench.house, "banbientap.conf"), "a") as f:
            f.write("mailbox unit {\n    protocol imap\n    host localhost\n    port %d\n    tls implicit\n    ca-file %s\n"
                    "    user %s\n    password-file imap-password\n    after delete\n    look-up no\n}\n" %
                    (self.server.port, self.server.cert, user))

    def compare(self, bench):
        problems = self.compare_letters(bench)
        receipts = query(bench.house, "fetch.db", "SELECT count(*) FROM receipts WHERE account = 'unit'")
        if receipts != [(len(self.letters),)]:
            problems.append(("other", "%s receipts of %d letters" % (receipts, len(self.letters))))
        return problems


class Publish(Scenario):
    """Approval, publication and the site: what is approved appears once, whole, and stays approved once."""
    name = "publish"
    letters = (NEWS, QUESTION)
    recovery_codes = (0, 1)  # what was done before the kill is refused the second time

    def prepare(self):
        self.maildir(self.inbox)
        self.in_fixture("ingest", self.inbox)
        self.ref = self.reference(NEWS)
        self.steps = [["--now", NOW, "--as", "truongban", "approve", self.ref],
                      ["--now", NOW, "--as", "truongban", "publish", self.ref],
                      ["--now", NOW, "site", "build"]]
        self.recovery = self.steps

    def compare(self, bench):
        problems = self.compare_letters(bench)
        approvals = query(bench.house, "case.db", "SELECT count(*) FROM approvals")[0][0]
        items = query(bench.house, "portal.db", "SELECT ref, count(DISTINCT version) FROM items WHERE NOT withdrawn GROUP BY ref")
        if approvals != 1:
            problems.append(("lost" if approvals == 0 else "duplicated", "%d approvals" % approvals))
        if items != [(self.ref, 1)]:
            problems.append(("lost" if not items else "duplicated", "portal.db holds %s" % items))
        pages = [p for p in glob.glob(os.path.join(bench.house, "site", "**", "*.html"), recursive=True)]
        whole = [p for p in pages if self.page_is_whole(p)]
        naming = [p for p in pages if os.path.basename(p) != "index.html" and self.ref.lower() in os.path.basename(p).lower()]
        if len(naming) != 1:
            problems.append(("lost" if not naming else "duplicated", "%d pages of %s" % (len(naming), self.ref)))
        if len(whole) != len(pages) or not pages:
            problems.append(("other", "%d of %d pages are whole" % (len(whole), len(pages))))
        return problems

    @staticmethod
    def page_is_whole(path):
        with open(path, encoding="utf-8", errors="replace") as f:
            return f.read().rstrip().endswith("</html>")


class Digest(Scenario):
    """The weekly digest: one logical letter, whatever dies; every letter that counts as sent was accepted."""
    name = "digest"
    letters = (COMPLAINT, DENUNCIATION, QUESTION)
    steps = [["--now", MONDAY, "digest", "complaints", "--week", WEEK], ["--now", MONDAY, "send", "--once"]]
    # A sender that was killed between DATA and its mark left a letter of unknown fate: that is shown, not resent.
    recovery = steps
    recovery_codes = (0, 1)
    sinks = {}

    def prepare(self):
        self.maildir(self.inbox)
        self.in_fixture("ingest", self.inbox)

    def reset(self, bench):
        if bench.directory not in self.sinks:
            os.makedirs(os.path.join(bench.directory, "sink"), exist_ok=True)
            self.sinks[bench.directory] = Sink(os.path.join(bench.directory, "sink"))
        sink = self.sinks[bench.directory]
        sink.clear()
        with open(os.path.join(bench.house, "banbientap.conf"), "a") as f:
            f.write("inspectorate thanhtra@mic.gov.vn\nfrom banbientap@mic.gov.vn\n"
                    "smtp {\n    host localhost\n    port %d\n    tls implicit\n    ca-file %s\n}\n" % (sink.port, sink.cert))

    def compare(self, bench):
        problems = self.compare_letters(bench)
        digests = query(bench.house, "case.db", "SELECT count(*) FROM digests")[0][0]
        items = query(bench.house, "case.db", "SELECT submission FROM digest_items")
        if digests != 1:
            problems.append(("lost" if digests == 0 else "duplicated", "%d digests" % digests))
        if len(items) != 2 or len(set(items)) != 2:
            problems.append(("lost" if len(items) < 2 else "duplicated", "%d complaints in the digest, not 2" % len(items)))
        return problems + self.compare_sent(bench)

    def compare_sent(self, bench):
        """One logical letter a row; a second copy, byte for byte the first, only of one whose fate was unknown."""
        problems, sent = [], {}
        outbox = query(bench.house, "case.db", "SELECT key, message_id, state FROM outbox")
        for letter in self.sinks[bench.directory].letters():
            match = re.search(rb"^message-id:\s*<?([^>\s]+)", letter, re.I | re.M)
            sent.setdefault(match.group(1).decode() if match else "?", []).append(letter)
        for key, message_id, state in outbox:
            copies = sent.pop(message_id.strip("<>"), [])
            if state == "sent" and not copies:
                problems.append(("lost", "%s is called sent, and no server has it" % key))
            if state in ("queued", "sending", "failed"):
                problems.append(("other", "%s is still %s" % (key, state)))
            if len(set(copies)) > 1 or len(copies) > 2:
                problems.append(("duplicated", "%s was accepted %d times, %d different" % (key, len(copies), len(set(copies)))))
        for message_id in sent:
            problems.append(("duplicated", "a letter %s was sent that no row knows" % message_id))
        return problems


ALL = (Ingest, Drop, Imap, Publish, Digest)

import confirm  # noqa: E402: it needs the classes above
ALL += confirm.ALL

import sealed  # noqa: E402
ALL += sealed.ALL
