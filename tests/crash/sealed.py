"""Kill scenarios of sealing and of digests after weeks offline. What must hold whatever dies: each complaint is in a
sealed file that its recipient opens to the very bytes that came, or still plain in the spool, never in neither; when
all is done no plain byte of it is left in the house; and it stands in exactly one digest.
"""
import glob, hashlib, os, re, shutil, subprocess

from scenarios import COMPLAINT, DENUNCIATION, LETTERS, NOW, QUESTION, Broken, Digest, Scenario, query, sha256

LATER = "2026-12-07T09:00:00+07:00"  # a Monday: three weeks are over since the letters came
# What only these letters hold: their senders' addresses.
SENDERS = re.compile(rb"^From:.*?([\w.+-]+@[\w.-]+)", re.I | re.M)


class Sealed(Scenario):
    """Complaints are sealed as they are taken in."""
    name = "sealed"
    letters = (COMPLAINT, DENUNCIATION, QUESTION)
    complaints = (COMPLAINT, DENUNCIATION)

    def keys(self):
        place = os.path.dirname(self.fixture)
        for name in ("inspectorate", "recovery"):
            if not os.path.exists(os.path.join(place, name)):
                self.call("keygen", os.path.join(place, name))
            shutil.copyfile(os.path.join(place, name + ".pub"), os.path.join(self.fixture, name + ".pub"))
        with open(os.path.join(self.fixture, "banbientap.conf"), "a") as f:
            f.write("seal {\n    inspectorate inspectorate.pub\n    recovery recovery.pub\n}\n")
        self.key = os.path.join(place, "inspectorate")

    def prepare(self):
        self.keys()
        self.maildir(self.inbox)
        self.steps = [["--now", NOW, "ingest", self.inbox]]
        self.recovery = [["--now", NOW, "ingest", self.inbox], ["--now", NOW, "intake", "--once"]]

    def compare(self, bench):
        return self.compare_letters(bench) + self.compare_sealed(bench)

    def compare_sealed(self, bench):
        problems, opened = [], []
        for path in glob.glob(os.path.join(bench.house, "sealed", "*")):
            r = subprocess.run([bench.bbt, "unseal", path, "--key", self.key], capture_output=True)
            if r.returncode:
                problems.append(("other", "%s does not open: %s" % (os.path.basename(path), r.stderr.decode()[-200:])))
            opened.append(hashlib.sha256(r.stdout).hexdigest())
        for name in self.complaints:
            digest = sha256(os.path.join(LETTERS, name))
            if digest not in opened and not self.unread(bench, digest):
                kept = query(bench.house, "case.db", "SELECT s.restricted, s.kind, (SELECT group_concat(h.reason) FROM holds h WHERE "
                             "h.submission = s.id) FROM submissions s WHERE letter_sha256 = '%s'" % digest)
                problems.append(("lost", "%s is in no sealed file: %s" % (name, kept)))
        rows = query(bench.house, "case.db", "SELECT count(*) FROM sealed WHERE done = 0")
        if rows and rows[0][0]:
            problems.append(("other", "%d sealed files are not finished" % rows[0][0]))
        return problems + self.compare_bytes(bench)

    @staticmethod
    def unread(bench, digest):
        """A letter whose reader died is withheld from all but few, and plain in the spool until somebody has it read again
        (tests/tools/canaries.py)."""
        return query(bench.house, "case.db", "SELECT 1 FROM submissions s JOIN holds h ON h.submission = s.id WHERE s.restricted = 0 "
                     "AND h.reason = 'unreadable' AND s.letter_sha256 = '%s'" % digest) != []

    def compare_bytes(self, bench):
        problems, needles = [], set()
        for name in self.complaints:
            if self.unread(bench, sha256(os.path.join(LETTERS, name))):
                continue
            with open(os.path.join(LETTERS, name), "rb") as f:
                needles |= set(m.lower() for m in SENDERS.findall(f.read()))
        if len(needles) != sum(not self.unread(bench, sha256(os.path.join(LETTERS, c))) for c in self.complaints):
            raise Broken("%s: %d senders of %d complaints" % (self.name, len(needles), len(self.complaints)))
        for where, dirs, files in os.walk(bench.house):
            if where == bench.house and "sealed" in dirs:
                dirs.remove("sealed")
            for name in files:
                with open(os.path.join(where, name), "rb") as f:
                    data = f.read().lower()
                problems += [("other", "%s names %s" % (os.path.relpath(os.path.join(where, name), bench.house), n.decode())) for n in needles if n in data]
        return problems


class SealedLater(Sealed):
    """A letter that was read, indexed and answered as a question is called a complaint; another is older than the
    keys. Both are sealed, and every plain row of them goes."""
    name = "sealed-later"
    complaints = (COMPLAINT, DENUNCIATION, QUESTION)
    recovery_codes = (0, 1)

    def prepare(self):
        self.maildir(self.inbox)
        self.in_fixture("ingest", self.inbox)
        self.keys()
        words = ["--now", NOW, "--as", "truongban", "reclassify", self.reference(QUESTION), "complaint", "--reason", "don thu"]
        self.steps = [words]
        self.recovery = [words, ["--now", NOW, "intake", "--once"]]


class DigestSealed(Digest, Sealed):
    """Weeks offline: one run makes the digest of each week that was missed. Names go sealed."""
    name = "digest-sealed"
    complaints = (COMPLAINT, DENUNCIATION)
    steps = [["--now", LATER, "digest", "complaints"], ["--now", LATER, "send", "--once"]]
    recovery = steps
    weeks = ["2026-W46", "2026-W47", "2026-W48", "2026-W49"]

    def prepare(self):
        Digest.prepare(self)
        with open(os.path.join(self.fixture, "banbientap.conf"), "a") as f:
            f.write("inspectorate thanhtra@mic.gov.vn\n")
        self.call("--house", self.fixture, "--now", "2026-11-16T09:00:00+07:00", "digest", "complaints")
        self.keys()

    def reset(self, bench):
        path = os.path.join(bench.house, "banbientap.conf")
        with open(path) as f:
            text = f.read().replace("inspectorate thanhtra@mic.gov.vn\n", "")
        with open(path, "w") as f:
            f.write(text)
        Digest.reset(self, bench)

    def compare(self, bench):
        problems = self.compare_letters(bench) + self.compare_sealed(bench)
        periods = [r[0] for r in query(bench.house, "case.db", "SELECT period FROM digests ORDER BY period")]
        if periods != self.weeks:
            problems.append(("lost" if len(periods) < len(self.weeks) else "duplicated", "digests of %s" % periods))
        items = query(bench.house, "case.db", "SELECT i.submission, d.period FROM digest_items i JOIN digests d ON d.id = i.digest")
        if sorted(p for _, p in items) != ["2026-W47"] * 2 or len({s for s, _ in items}) != 2:
            problems.append(("lost" if len(items) < 2 else "duplicated", "complaints in digests: %s" % items))
        return problems + self.compare_sent(bench)


ALL = (Sealed, SealedLater, DigestSealed)
