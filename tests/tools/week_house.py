"""The house in which a week is played (tests/tools/week.py): made anew, run with a fixed clock, looked at."""
import contextlib, datetime, email, email.message, email.policy, email.utils, glob, os, re, shlex, shutil, sqlite3, subprocess

import smtp_sink
from week_script import ROOT, ZONE, Refused, instant, read

BBT = os.path.abspath(os.environ.get("BBT", os.path.join(ROOT, "build", "bbt")))
NO_INSTANT = -(1 << 63)


def compose(house, step, label, sender, block):
    """The letter of an action, as the mail server of the institution would hand it over."""
    cut = block.index(".") if "." in block else len(block)
    words = dict(line.partition(":")[::2] for line in block[:cut])
    words = {k.strip(): v.strip() for k, v in words.items()}
    take = lambda word, other="": words.pop(word, other)
    when = instant(step.day, step.clock)
    if "received" in words:
        when = datetime.datetime.fromisoformat(take("received"))
    stamp = email.utils.format_datetime(when)
    auth, name, files = take("auth", "pass"), take("name"), take("attach")
    m = email.message.EmailMessage(policy=email.policy.SMTP.clone(max_line_length=990))
    m["From"] = email.utils.formataddr((name, sender), "utf-8") if name else sender
    m["To"] = take("to", house.mailbox)
    m["Subject"] = take("subject")
    m["Date"] = stamp
    m["Message-ID"] = take("Message-ID", "<%s@letter.example>" % label)
    for word, value in words.items():
        m[word] = value
    m.set_content("\n".join(block[cut + 1:]).strip("\n") + "\n", cte="8bit")
    for part in filter(None, files.split(";")):
        path, _, shown = part.strip().partition(" as ")
        with open(house.file(path), "rb") as f:
            m.add_attachment(f.read(), "application", "octet-stream", filename=shown or path)
        m.set_boundary("=part-of-a-letter=")
    trace = "Return-Path: <%s>\r\n" % sender
    if auth != "none":
        domain = sender.split("@")[1]
        trace += "Authentication-Results: %s; dmarc=%s header.from=%s\r\n" % (house.authserv, auth, domain)
    trace += ("Received: from out.example.net (out.example.net [192.0.2.7]) by %s with ESMTPS id 1;\r\n\t%s\r\n" %
              (house.receiver, stamp))
    return trace.encode() + bytes(m)


# What a case has besides its state: the number of the case, then what is shown; a number is an instant.
STANDING = (
    ("held", "SELECT submission, reason FROM holds WHERE ended IS NULL ORDER BY reason"),
    ("flags", "SELECT submission, flag FROM flags WHERE ended IS NULL ORDER BY flag"),
    ("approved by", "SELECT s.id, a.user FROM approvals a JOIN submissions s ON s.id = a.submission"
                    " WHERE a.content_hash = s.content_hash ORDER BY a.id"),
    ("due", "SELECT submission, rule, due, CASE provisional WHEN 1 THEN '(provisional)' END FROM deadlines"
            " WHERE ended_by = '' ORDER BY rule"),
    ("scheduled", "SELECT submission, due FROM schedules"),
    ("comments", "SELECT submission, opens, 'to', closes FROM consultations"))


def at(seconds):
    if seconds == NO_INSTANT:
        return "?"
    return datetime.datetime.fromtimestamp(seconds, ZONE).strftime("%d/%m %H:%M")


class House:
    def __init__(self, script, directory):
        self.script, self.base = script, directory
        self.dir = os.path.join(directory, "house")
        self.files = os.path.join(directory, "files")
        os.makedirs(self.files)
        identity = read(os.path.join(ROOT, "rules", script.profile, "identity.rules"))
        word = lambda w: re.search(r"^ +%s +(\S+)" % w, identity, re.M).group(1)
        self.mailbox, self.authserv, self.receiver = word("mailbox"), word("authserv-ids"), word("receivers")
        self.labels, self.sink, self.sent = {}, None, 0
        self.now = datetime.datetime.combine(script.steps[0].day, datetime.time(), ZONE)
        self._open()

    def _open(self):
        s = self.script
        self._must(["init", self.dir, "--profile", s.profile, "--trial"], house=False)
        rows = ["profile\tunit\tunit_name\trole\tname\ttitle\taddress"]
        rows += ["\t".join([s.profile] + [c.strip() for c in row.split("|")]) for row in s.directory if row]
        with open(self.file("directory.tsv"), "w", encoding="utf-8") as f:
            f.write("\n".join(rows) + "\n")
        self._must(["units", "import", self.file("directory.tsv")])
        for line in filter(None, s.people):
            self._must(["users"] + shlex.split(line))
        for key in s.keys:
            self._must(["keygen", self.file(key)])
            shutil.copy(self.file(key + ".pub"), self.dir)
        self.sink = smtp_sink.Sink(self.files)
        conf = list(s.conf) + ["smtp { host localhost; port %d; tls implicit; ca-file \"%s\" }" %
                               (self.sink.port, self.sink.cert)]
        if s.keys:
            conf += ["seal {"] + ["    %s %s.pub" % (k, k) for k in s.keys] + ["}"]
        with open(os.path.join(self.dir, "banbientap.conf"), "a", encoding="utf-8") as f:
            f.write("\n".join(conf) + "\n")

    def file(self, name):
        return os.path.join(self.files, name)

    def run(self, arguments, house=True):
        """(exit code, what was said: output, then errors)"""
        argv = [BBT, "--now", self.now.isoformat(), "--lang", "en"]
        argv += (["--house", self.dir] if house else []) + arguments
        p = subprocess.run(argv, cwd=ROOT, capture_output=True, stdin=subprocess.DEVNULL, timeout=120)
        return p.returncode, (p.stdout + p.stderr).decode("utf-8", "replace")

    def _must(self, arguments, house=True):
        code, said = self.run(arguments, house)
        if code:
            raise Refused("%s: exit %d: %s" % (" ".join(arguments), code, said.strip()))

    def _database(self):
        """Opened for each look and closed: an open one would keep files that the program removes."""
        return contextlib.closing(sqlite3.connect("file:%s/case.db?mode=ro" % self.dir, uri=True))

    def rows(self, query, *values):
        with self._database() as db:
            return db.execute(query, values).fetchall()

    # ---- what is compared before and after an action

    def look(self):
        with self._database() as db:
            newest = "SELECT (SELECT coalesce(max(n), 0) FROM journal), (SELECT coalesce(max(id), 0) FROM outbox)"
            journal, outbox = db.execute(newest).fetchone()
            return {"journal": journal, "outbox": outbox, "cases": self._cases(db), "pages": self.pages()}

    def pages(self):
        found = {}
        for path in glob.glob(os.path.join(self.dir, "site", "**", "BBT-*.html"), recursive=True):
            found[os.path.basename(path)[:-5]] = read(path)
        return found

    def _cases(self, db):
        """Where each case stands, as one line."""
        several = {}
        for word, query in STANDING:
            for case, *row in db.execute(query):
                several.setdefault((case, word), []).append(row)
        stand = {}
        for n, ref, state, kind, unit, shut in db.execute(
                "SELECT id, ref, state, kind, unit, restricted FROM submissions ORDER BY id"):
            parts = [state, kind] + (["unit " + unit] if unit else []) + (["restricted"] if shut else [])
            for word, _ in STANDING:
                found = [" ".join(at(v) if isinstance(v, int) else v for v in row if v is not None)
                         for row in several.get((n, word), [])]
                parts += ["%s: %s" % (word, ", ".join(found))] if found else []
            stand[ref] = "; ".join(parts)
        return stand

    def outgoing(self, template, ref):
        """The newest letter of that template about that case."""
        found = self.rows("SELECT bytes FROM outbox WHERE key LIKE ? AND (ref = ? OR ? = '-') ORDER BY id DESC LIMIT 1",
                          template + "/%", ref, ref)
        if not found:
            raise Refused("no letter '%s' about %s" % (template, ref))
        return found[0][0]


def text_of(letter):
    """Headers and every text part of a letter, decoded."""
    m = email.message_from_bytes(letter, policy=email.policy.default)
    parts = ["%s: %s" % header for header in m.items()]
    for part in m.walk():
        if part.get_content_maintype() == "text":
            parts.append(part.get_content())
        elif part.get_content_type() == "message/rfc822":
            parts.append(str(part.get_payload(0)))
    return re.sub(r"\r\n[ \t]", "", "\n".join(parts)).replace("\r\n", "\n")
