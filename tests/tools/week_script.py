"""The script of a week (tests/tools/week.py says how one is written): read and checked, nothing played.

Refuses a step without an article of the rules, a clock that goes back, and words that it does not know.
"""
import datetime, glob, os, re

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ZONE = datetime.timezone(datetime.timedelta(hours=7))


ROW = r"(WF|QC|RP|OP|SV|DC|DL|CL|PB|MT)-\d+|A\d+"  # of the mission and of its list of dangers


class Refused(Exception):
    """What is wrong with the script, or happened otherwise than the script says; with its line."""


class Step:
    def __init__(self, line, day, clock, cites):
        self.line, self.day, self.clock, self.cites = line, day, clock, cites
        self.text, self.actions = [], []


class Action:
    def __init__(self, line, code, whole, text):
        self.line, self.code, self.whole, self.text, self.block = line, code, whole, text, []


class Script:
    def __init__(self, path):
        self.profile, self.keys, self.part = "", [], False
        self.directory, self.people, self.conf = [], [], []
        self.leave, self.steps = [], []
        self._day = self._block = None
        with open(path, encoding="utf-8") as f:
            for number, line in enumerate(f.read().split("\n"), 1):
                if not line.startswith("#"):
                    self._line(number, line.rstrip())
        self._check(path)

    def _line(self, number, line):
        step = re.match(r"(\d\d:\d\d(?::\d\d)?)\b *(.*)$", line)
        action = re.match(r">(>?)(\d*) (.+)$", line)
        word, _, rest = line.partition(" ")
        if line.startswith("    ") or (not line and self._block):
            if self._block is None:
                raise Refused("%d: nothing that this could belong to" % number)
            self._block.append(line[4:])
        elif step:
            if not self._day:
                raise Refused("%d: a step before the first day" % number)
            self.steps.append(Step(number, self._day, step.group(1), step.group(2).split()))
            self._block = None
        elif action:
            if not self.steps:
                raise Refused("%d: an action before the first step" % number)
            whole, code, text = action.groups()
            self.steps[-1].actions.append(Action(number, int(code or 0), whole != "", text))
            self._block = self.steps[-1].actions[-1].block
        elif word in ("profile", "part", "keys", "leave", "day", "directory", "people", "conf"):
            self._head(number, word, rest)
        elif line and not self.steps:
            raise Refused("%d: unknown word '%s'" % (number, word))
        elif line:
            self.steps[-1].text.append(line)

    def _head(self, number, word, rest):
        self._block = None
        if word == "profile":
            self.profile = rest.strip()
        elif word == "part":
            self.part = True
        elif word == "keys":
            self.keys = rest.split()
        elif word == "leave":
            self.leave.append(rest)
        elif word != "day":
            self._block = getattr(self, word)
        elif self._day and datetime.date.fromisoformat(rest) <= self._day:
            raise Refused("%d: day %s does not follow %s" % (number, rest, self._day))
        else:
            self._day = datetime.date.fromisoformat(rest)

    def _check(self, path):
        if not self.profile or not self.steps:
            raise Refused("%s: no profile or no step" % path)
        known, last = articles(self.profile), None
        for s in self.steps:
            # The dashes of a point are numbered in the mission (MIC-13.5c2) where the rules name the point.
            if not any(c in known or re.sub(r"(?<=[a-zđ])\d$", "", c) in known for c in s.cites):
                raise Refused("%d: a step without an article of the rules of %s" % (s.line, self.profile))
            for c in s.cites:
                point = re.sub(r"(?<=[a-zđ])\d$", "", c)
                if point not in known and c not in known and not re.fullmatch(ROW, c):
                    raise Refused("%d: the rules of %s know no article '%s'" % (s.line, self.profile, c))
            if not s.text or not s.actions:
                raise Refused("%d: a step without a sentence, or in which nothing is done" % s.line)
            if last and instant(s.day, s.clock) < last:
                raise Refused("%d: the clock goes back" % s.line)
            last = instant(s.day, s.clock)


def instant(day, clock):
    hour, minute, second = (clock + ":00").split(":")[:3]
    return datetime.datetime(day.year, day.month, day.day, int(hour), int(minute), int(second), tzinfo=ZONE)


def rules_files(profile):
    """Those of all institutions first, so that what comes later is what is in force."""
    return [f for d in ("common", profile) for f in sorted(glob.glob(os.path.join(ROOT, "rules", d, "*.rules")))]


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def articles(profile):
    """Every article that the rules of the profile cite or explain."""
    return {a for path in rules_files(profile)
            for a in re.findall(r"\b(?:MIC|LS|DN|BCA|RFC|SV|QC)-[0-9A-Za-zđ.]*[0-9A-Za-zđ]", read(path))}


def sentences(profile):
    """The tracks in force: {name: [(event, [from...], to)]}; one of the profile hides that of rules/common."""
    found, track = {}, None
    for line in (l for path in rules_files(profile) for l in read(path).split("\n")):
        begins = re.match(r"track (\S+) \{", line)
        on = re.match(r" +on (\S+) +from (.+?) to (\S+) ", line)
        if begins:
            track = begins.group(1)
            found[track] = []
        elif on:
            found[track].append((on.group(1), on.group(2).split(), on.group(3)))
    return found
