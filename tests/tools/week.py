#!/usr/bin/python3
"""A week of an editorial board, played through the binary; what happened is compared with a golden transcript.

    tests/tools/week.py [--update] [--keep DIR] [--to LINE] [--weeks DIR] NAME...

NAME: tests/cli/week/NAME.week (the script) and NAME.golden (the transcript) beside it. Without --update the two are
compared and the difference is printed (exit 1); --update rewrites the golden file: read its diff before you commit it.
--keep leaves the house in DIR/NAME to look at; --to plays up to that line of the script and prints the transcript.
--weeks: where NAME.week lies, if not there. Environment: BBT (default build/bbt).

How to write a week
-------------------
A script is plain text; `#` begins a comment line. First what the house is, each word at the start of a line:

    profile langson
    directory                     rows of the directory: UNIT | name of the unit | role | person | title | address
        VPS | Văn phòng Sở | leader | Triệu Thị D | Chánh Văn phòng | ttd@langson.gov.vn
    people                        what `bbt users` is told, before the week: the house is a --trial house
        set thuky --address thuky@langson.gov.vn
    conf                          lines for banbientap.conf
    keys inspectorate recovery    makes keys (bbt keygen) and the `seal` block
    part                          not a whole week: which sentences and letters it takes is not asked
    leave TRACK EVENT STATE: why  a sentence of the tracks, by the state to which it leads, that this week leaves out
    leave letter TEMPLATE: why    a letter (conf/vi/letters) that this week does not need

Then days and steps. A step is an instant (+07:00; becomes --now), the articles that it shows, a sentence of English
that says what happens and why, and what is done:

    day 2026-01-05
    08:05 MIC-13.1a MIC-13.5a
    The department sends news from its own account, so nobody has to confirm it.
    > mail tin1 from vtb@mic.gov.vn
        subject: Đề nghị đăng tin
        .
        Kính gửi Ban Biên tập, ...
    08:20 MIC-13.2 MIC-13.5g
    An editor records where it is from; he may not approve it.
    > bientap: check {tin1} --origin "Cục Viễn thông"
    >1 bientap: approve {tin1}

A step without an article is refused, and so is an article that neither the rules of the profile nor rules/common know
(rows such as WF-5 of the mission may stand beside one). Times only go forward. What may be done:

    > WHO: COMMAND ...   bbt --as WHO COMMAND; `system:` is without --as. >1 (>64, ...) expects that exit code; the
                         default is 0, any other ends the week. >> and >>1 record all that was said, not only its first
                         line. {tin1} is the reference of that letter's case, {scan.pdf} the path of a file.
    > file NAME          makes a file of the indented text
    > mail LABEL from ADDRESS
                         a letter is taken in. Indented: lines `word: value` (name, subject, to; auth: pass | fail |
                         none; received: RFC 3339, default the step's instant; attach: FILE [as NAME]; ...; any other
                         word is a header), a line with `.`, then the body. LABEL names the case (`-`: no name).
    > reply TEMPLATE {LABEL} from ADDRESS [as LABEL]
                         an answer to the newest of our letters of that template about that case: its Message-ID and
                         its subject with the token. The lines are those of mail; `to-token: no` leaves out In-Reply-To
                         and References.
    > clock              what `bbt run` does by itself: schedule, consultation, timers, digest
    > send               letters go out to a real SMTP server; what arrived must be what was queued
    > page {LABEL} has|lacks "TEXT", > page {LABEL} gone     the page of a case on the built site
    > letter TEMPLATE {LABEL}|- has|lacks "TEXT"             the newest letter of that template, headers and all parts
    > hidden "TEXT" [but ADDRESS...]    it is nowhere on the site and in no letter of ours, except to those addresses
    > sealed "TEXT"                     it is in no byte of the house and in no letter of ours (needs `keys`)

At the end of each day (17:30, or after its last step) the transcript has what `bbt status` says. After each action it
has the exit code, what was said, each new row of the journal (`|`), each letter of ours (`@`: template, recipient,
subject, attachments), what came to, changed on and left the site (`#`), and where each case that changed now stands
(`=`). Random values are not in it: hashes, tokens and paths are normalised. The last sections say which sentences of
the tracks were taken, from which states, and which letters were written; one that was not taken needs a `leave` line.
"""
import argparse, difflib, email, email.policy, glob, html, os, re, shlex, sys, tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from week_house import House, compose, text_of
from week_script import ROOT, Refused, Script, instant, read, sentences

WEEKS = os.path.join(ROOT, "tests", "cli", "week")
EVENING = "17:30"


class Play:
    def __init__(self, script, house):
        self.script, self.house, self.out, self.taken = script, house, [], set()
        self.before = house.look()

    def week(self, last=None):
        day = None
        for step in self.script.steps:
            if last and step.line > last:
                return self.out
            if day and step.day != day:
                self._evening(day)
            if step.day != day:
                day = step.day
                self.out += ["", "== %s" % day.strftime("%A %Y-%m-%d")]
            self._step(step)
        self._evening(day)
        if not last and not self.script.part:
            self._paths()
        return self.out

    def _step(self, step):
        self.out += ["", "%s  %s" % (step.clock, " ".join(step.cites))] + ["  " + line for line in step.text]
        self.house.now = instant(step.day, step.clock)
        for action in step.actions:
            before = self.before
            self.out.append("  > " + action.text)
            try:
                self._act(step, action)
            except Refused as r:
                raise Refused("%d: %s" % (action.line, r))
            self._changes(before)

    def _act(self, step, action):
        word, _, rest = action.text.partition(" ")
        if word.endswith(":"):
            self._command(action, word[:-1], rest)
        elif word in ("file", "mail", "reply", "clock", "send", "page", "letter", "hidden", "sealed"):
            getattr(self, "_" + word)(step, action, shlex.split(self._names(rest)))
        else:
            raise Refused("nobody knows what '%s' is" % word)

    def _names(self, text):
        """{tin1} becomes the reference of that case, {scan.pdf} the path of that file."""
        def one(match):
            name = match.group(1)
            if name in self.house.labels:
                return self.house.labels[name]
            if "." in name or os.path.exists(self.house.file(name)):
                return self.house.file(name)
            raise Refused("no case and no file is called '%s'" % name)
        return re.sub(r"\{([^{}]+)\}", one, text)

    def _command(self, action, who, rest):
        arguments = shlex.split(self._names(rest))
        states = dict(self.house.rows("SELECT ref, state FROM submissions"))
        code, said = self.house.run((["--as", who] if who != "system" else []) + arguments)
        if code != action.code:
            raise Refused("exit %d, expected %d: %s" % (code, action.code, said.strip()))
        if code == 0 and len(arguments) > 1 and arguments[1] in states:
            self._took(arguments[0], arguments[1], states[arguments[1]])
        self._said(code, said, action.whole)

    def _took(self, event, ref, state):
        for track, in self.house.rows("SELECT track FROM submissions WHERE ref = ?", ref):
            self.taken.add((track, event, state))

    def _said(self, code, said, whole=False):
        lines = [self._plain(l) for l in said.rstrip().split("\n")]
        self.out.append("    %d: %s" % (code, lines[0]))
        self.out += ["       " + l if l else "" for l in lines[1:]] if whole else []

    def _file(self, step, action, words):
        with open(self.house.file(words[0]), "w", encoding="utf-8") as f:
            f.write(self._names("\n".join(action.block).strip("\n")) + "\n")

    def _mail(self, step, action, words):
        if len(words) != 3 or words[1] != "from":
            raise Refused("mail LABEL from ADDRESS")
        block = [self._names(l) for l in action.block]
        self._take_in(words[0], step, words[2], block)

    def _reply(self, step, action, words):
        if len(words) not in (4, 6) or words[2] != "from":
            raise Refused("reply TEMPLATE {LABEL} from ADDRESS [as LABEL]")
        template, ref, _, sender = words[:4]
        asked = email.message_from_bytes(self.house.outgoing(template, ref), policy=email.policy.default)
        block = [self._names(l) for l in action.block]
        given = [l.partition(":")[0] for l in block[:block.index(".")]] if "." in block else []
        head = [l for l in block[:len(given)] if not l.startswith("to-token:")]
        for word, value in (("subject", "Re: " + asked["Subject"]), ("to", asked["Reply-To"] or asked["From"])):
            head += ["%s: %s" % (word, value)] if word not in given else []
        if "to-token" not in given:
            head += ["In-Reply-To: " + asked["Message-ID"], "References: " + asked["Message-ID"]]
        body = block[block.index(".") + 1:] if "." in block else block
        self._take_in(words[5] if len(words) == 6 else "-", step, sender, head + ["."] + body)

    def _take_in(self, label, step, sender, block):
        own = label if label != "-" else "letter-%d" % len(os.listdir(self.house.files))
        name = own + ".eml"
        with open(self.house.file(name), "wb") as f:
            f.write(compose(self.house, step, own, sender, block))
        code, said = self.house.run(["ingest", self.house.file(name)])
        if code:
            raise Refused("ingest: exit %d: %s" % (code, said.strip()))
        ref = re.search(r"BBT-\d{4}-\d{6}", said)
        if label != "-" and ref:
            self.house.labels[label] = ref.group(0)
        self._said(code, said.replace(name, "").rstrip())

    def _clock(self, step, action, words):
        before = self.house.look()
        for command in ("schedule --run", "consultation --run", "timers --once", "digest complaints"):
            code, said = self.house.run(command.split())
            if code:
                raise Refused("%s: exit %d: %s" % (command, code, said.strip()))
            after = self.house.look()
            if any(before[k] != after[k] for k in ("journal", "outbox")):
                self.out.append("    " + command)
                self._said(code, said)
            before = after

    def _send(self, step, action, words):
        sent = lambda: dict(self.house.rows("SELECT id, bytes FROM outbox WHERE state = 'sent'"))
        before = sent()
        self.house.sink.clear()
        code, said = self.house.run(["send", "--once"])
        queued = [letter for number, letter in sent().items() if number not in before]
        kept = self.house.sink.letters()
        if code or sorted(l.rstrip() for l in kept) != sorted(l.rstrip() for l in queued):
            raise Refused("%d letters arrived of %d: %s" % (len(kept), len(queued), said.strip()))
        self.house.sent += len(kept)
        self.out.append("    0: %d letters sent" % len(kept))

    def _page(self, step, action, words):
        page = self.house.pages().get(words[0])
        if words[1] == "gone":
            if page:
                raise Refused("the page is there")
            return
        text = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", page or "")))
        self._holds(text, words[1:], page is not None)

    def _letter(self, step, action, words):
        self._holds(text_of(self.house.outgoing(words[0], words[1])), words[2:], True)

    def _holds(self, text, words, there):
        if not there:
            raise Refused("there is no such page")
        if words[0] not in ("has", "lacks") or (words[1] in text) != (words[0] == "has"):
            raise Refused("it %s '%s'" % ("lacks" if words[0] == "has" else "has", words[1]))

    def _hidden(self, step, action, words):
        secret, but = words[0], words[2:]
        for number, to, letter in self.house.rows("SELECT id, rcpt, bytes FROM outbox"):
            if to not in but and secret in text_of(letter):
                raise Refused("letter %d to %s has it" % (number, to))
        self._absent(secret, "site")

    def _sealed(self, step, action, words):
        self._hidden(step, action, words)
        self._absent(words[0], ".")

    def _absent(self, secret, where):
        for path in glob.glob(os.path.join(self.house.dir, where, "**"), recursive=True):
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    if secret.encode() in f.read():
                        raise Refused("%s has it" % os.path.relpath(path, self.house.dir))

    # ---- the transcript

    def _plain(self, text):
        """Nothing random, and nothing of this machine; cases by their names."""
        text = text.replace(self.house.dir, "HOUSE").replace(self.house.files, "FILES")
        for label, ref in self.house.labels.items():
            text = text.replace(ref, label).replace(ref.lower(), label)
        text = re.sub(r"\d+ files(, \d+ bytes|\) was restored)", r"* files\1", text)
        text = re.sub(r"\* files, \d+ bytes", "* files, * bytes", text)
        text = re.sub(r"\d+ rows, \d+ commits(\. Witness line:) \d+", r"* rows, * commits\1 *", text)
        text = re.sub(r"\b[0-9a-f]{64}\b|\b[0-9a-hjkmnp-tv-z]{26}\b|\b[0-9a-f]{12,32}\b", "*", text)
        text = re.sub(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)\+07:00", r"\1 \2", text)
        return re.sub(r"(\d\d:\d\d):00\b", r"\1", text)

    def _changes(self, before):
        h = self.house
        for ref, user, what, detail in h.rows("SELECT ref, user, what, detail FROM journal WHERE n > ? ORDER BY n",
                                              before["journal"]):
            if what == "MOVE":
                words = dict(re.findall(r"(\w+)=(\S+)", detail))
                self._took(words["key"], ref, words["from"])
            detail = re.sub(r"\b(entry|sha256)=\S+ ?", "", detail)
            self.out.append("    | " + self._plain(" ".join(filter(None, [ref, user, what, detail])))[:300])
        for key, to, letter, later in h.rows("SELECT key, rcpt, bytes, next_try > queued FROM outbox WHERE id > ?"
                                             " ORDER BY id", before["outbox"]):
            m = email.message_from_bytes(letter, policy=email.policy.default)
            names = [p.get_filename() or p.get_content_type() for p in m.iter_attachments()]
            self.out.append("    @ %s -> %s: %s%s%s" % (template_of(key), to, self._plain(m["Subject"]),
                                                     " + " + ", ".join(map(self._plain, names)) if names else "",
                                                     " (waits)" if later else ""))
        after = self.before = h.look()
        for ref in sorted(set(before["pages"]) | set(after["pages"])):
            old, new = before["pages"].get(ref), after["pages"].get(ref)
            if old != new:
                what = "appears" if not old else "is gone" if not new else "changes"
                self.out.append("    # %s %s" % (self._plain(ref), what))
        for ref, line in after["cases"].items():
            if before["cases"].get(ref) != line:
                self.out.append("    = %s: %s" % (self._plain(ref), line))

    def _evening(self, day):
        self.house.now = max(self.house.now, instant(day, EVENING))
        code, said = self.house.run(["status"])
        self.out += ["", "evening  status at %s" % self.house.now.strftime("%H:%M")]
        self._said(code, said, whole=True)

    def _paths(self):
        """Which sentences of the tracks were taken, which letters were written; what is missing has a `leave` line."""
        left = {l.partition(":")[0].strip(): l.partition(":")[2].strip() for l in self.script.leave}
        missing, used = [], set()
        self.out += ["", "== The sentences of the tracks"]
        for track, rules in sentences(self.script.profile).items():
            for event, states, to in rules:
                name = "%s %s %s" % (track, event, to)
                ways = (s for t, e, s in self.taken if (t, e) == (track, event))
                taken = sorted(s for s in ways if s in states or "any" in states)
                if taken:
                    self.out.append("  %s from %s" % (name, " ".join(taken)))
                else:
                    missing.append(name)
        self.out += ["", "== The letters"]
        written = [template_of(k) for k, in self.house.rows("SELECT key FROM outbox")]
        for path in sorted(glob.glob(os.path.join(ROOT, "conf", "vi", "letters", "*.txt"))):
            name = os.path.basename(path)[:-4]
            if name in written:
                self.out.append("  %s %d" % (name, written.count(name)))
            else:
                missing.append("letter " + name)
        for name in missing:
            if name not in left:
                raise Refused("the week never takes: %s (write a `leave` line that says why)" % name)
            self.out += ["", "== Left out"] if not used else []
            self.out.append("  %s: %s" % (name, left[name]))
            used.add(name)
        if set(left) - used:
            raise Refused("`leave %s`, but the week takes it" % sorted(set(left) - used)[0])


def template_of(key):
    """A letter's key begins with its template; that of a timer says what it is about."""
    words = key.split("/")
    about = {"duty-soon": "duty-reminder", "term-soon": "term-reminder", "campaign-late": "overdue"}
    return about.get(words[1], words[1]) if words[0] == "timer" else words[0]


def play(weeks, name, base, last=None):
    try:
        script = Script(os.path.join(weeks, name + ".week"))
    except Refused as r:
        raise Refused("%s.week:%s" % (name, r))
    week = Play(script, House(script, base))
    try:
        return "\n".join(week.week(last)).lstrip("\n") + "\n"
    except Refused as r:
        raise Refused("%s%s.week:%s" % ("\n".join(week.out) + "\n" if last else "", name, r))


def compare(weeks, name, update, keep):
    golden = os.path.join(weeks, name + ".golden")
    with tempfile.TemporaryDirectory() as base:
        got = play(weeks, name, os.path.join(keep, name) if keep else base)
    expected = read(golden) if os.path.exists(golden) else ""
    if got == expected:
        return 0
    if update:
        with open(golden, "w", encoding="utf-8") as f:
            f.write(got)
        return 0
    diff = difflib.unified_diff(expected.splitlines(), got.splitlines(), name + ".golden", "this run", lineterm="", n=2)
    print("\n".join(list(diff)[:80]))
    return 1


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--update", action="store_true")
    p.add_argument("--keep", metavar="DIR")
    p.add_argument("--to", metavar="LINE", type=int)
    p.add_argument("--weeks", metavar="DIR", default=WEEKS)
    p.add_argument("name", nargs="+")
    o = p.parse_args()
    try:
        if o.to:
            with tempfile.TemporaryDirectory() as base:
                print(play(o.weeks, o.name[0], os.path.join(o.keep, o.name[0]) if o.keep else base, o.to))
            return 0
        return max(compare(o.weeks, name, o.update, o.keep) for name in o.name)
    except Refused as r:
        print(r)
        return 1


if __name__ == "__main__":
    sys.exit(main())
