#!/usr/bin/python3
"""An independent re-computation of the time rules.

    recompute.py BBT [PAIRS] [SEED]     ask the real program for random (rule, start) pairs and compare
    recompute.py --table                the vector of each rule as it stands in tests/data/time_rules.tsv

Written from the regulations as MISSION section 1 states them and from the calendar and the counting rules of
DOMAIN 4, without a look at rules/ or src/: it has its own table of terms and of days, and its own method (a
list of all working days and a running total of office minutes, looked up by bisection; the program walks).
"""
import bisect, calendar, datetime as dt, json, random, subprocess, sys

VN = dt.timezone(dt.timedelta(hours=7))
DAY, MINUTE, SECOND = dt.timedelta(days=1), dt.timedelta(minutes=1), dt.timedelta(seconds=1)

# DOMAIN 4: days off Monday to Friday, and make-up Saturdays
OFF = {
    2024: "1/1 8/2 9/2 12/2 13/2 14/2 18/4 29/4 30/4 1/5 2/9 3/9",
    2025: "1/1 27/1 28/1 29/1 30/1 31/1 7/4 30/4 1/5 2/5 1/9 2/9",
    2026: "1/1 2/1 16/2 17/2 18/2 19/2 20/2 27/4 30/4 1/5 31/8 1/9 2/9",
    2027: "1/1 5/2 8/2 9/2 10/2 11/2 16/4 30/4 3/5 2/9 3/9",
}
MAKE_UP = {2024: "4/5", 2025: "26/4", 2026: "10/1 22/8"}
HOURS = {"mic": ("8:00-12:00", "13:00-17:00"), "bca": ("8:00-12:00", "13:00-17:00"),
         "langson": ("7:30-11:30", "13:30-17:30"), "dongnai": ("7:30-11:30", "13:30-17:30")}

# MISSION 1, row by row. wh: working hours, wd: working days, h: hours of the clock, d: days, m: months;
# "-" before: backwards; "!": "at once", with the tolerance of the house. Periods and dates are duties.
TERMS = {
    "mic/publish": "!2wh", "mic/publish-edited": "4wh", "mic/downtime-notice": "-5wd",
    "mic/incident-report": "!1h", "mic/outage-notice": "!1h", "mic/answer": "5wd", "mic/answer-joint": "10wd",
    "mic/complaint-reply": "10wd", "mic/contact-change": "2wd", "mic/unit-activity": "2wd",
    "mic/document-supply": "2wd", "mic/draft-supply": "!4wh", "mic/statistics-decided": "10wd",
    "mic/leader-biography": "2wd", "mic/recruitment": "!4wh", "mic/directive": "2wd",
    "mic/press-information": "2wd", "mic/history": "2wd", "mic/sanction": "2wd", "mic/procurement": "10wd",
    "mic/law-column": "15wd", "mic/award": "5wd", "mic/science": "20wd", "mic/strategy": "10wd",
    "mic/keep-expired-law": "12m", "mic/keep-other": "60m",
    "mic/backup": "week", "mic/risk-report": "quarter", "mic/licence-list": "month", "mic/statistics": "month",
    "mic/enterprise-disclosure": "half", "mic/weekly-documents": "week", "mic/complaint-digest": "week",
    "mic/question-review": "working-day 17:00", "mic/freshness": "working-day 16:00",
    "mic/quarter-report": "quarter", "mic/year-report": "year", "mic/training": "year",
    "langson/law-column": "15wd", "langson/document-own": "2wd", "langson/document-subject": "10wd",
    "langson/project": "10wd", "langson/statistics": "10wd", "langson/out-of-scope": "!1wh",
    "langson/answer": "15wd", "langson/promised": "0h", "langson/review": "2wd",
    "langson/item-plan": "month", "langson/topical": "day", "langson/weekly-information": "week",
    "langson/chase": "working-day 17:30",
    "dongnai/meeting-papers": "-2d", "dongnai/meeting": "half", "dongnai/month-report": "month",
    "dongnai/quarter-report": "quarter", "dongnai/year-report": "year", "dongnai/members-report": "dates 5/5 5/11",
    "bca/structure": "!4wh", "bca/outside-event": "-0h", "bca/directive": "2wd", "bca/results": "2wd",
    "bca/crime-warning": "!1h", "bca/incident": "12h", "bca/law-information": "2wd", "bca/press-statement": "0h",
    "bca/answer": "5wd", "bca/answer-joint": "10wd", "bca/science": "20wd",
}


def dates(year, text):
    return {dt.date(year, int(m), int(d)) for d, m in (word.split("/") for word in text.split())}


def midnight(day):
    return dt.datetime(day.year, day.month, day.day, tzinfo=VN)


def end_of(day):
    """24:00 belongs to the day (BLDS 2015, 148.6): the last second that is in time."""
    return midnight(day) + DAY - SECOND


class Office:
    """All working days of 2022-2034 and the office minutes before each, for one institution."""

    def __init__(self, spans):
        off = set().union(*(dates(y, t) for y, t in OFF.items()))
        worked = set().union(*(dates(y, t) for y, t in MAKE_UP.items()))
        self.spans = [tuple(int(h) * 60 + int(m) for h, m in (x.split(":") for x in s.split("-"))) for s in spans]
        self.length = sum(b - a for a, b in self.spans)
        first = dt.date(2022, 1, 1)
        every = [first + i * DAY for i in range(13 * 366)]
        self.days = [d for d in every if d in worked or (d.weekday() < 5 and d not in off)]

    def before(self, day):
        """Working days before a date."""
        return bisect.bisect_left(self.days, day)

    def ahead(self, day, n):
        """The n-th working day after a date, which itself is day 0, whether it works or not."""
        return self.days[bisect.bisect_right(self.days, day) + n - 1]

    def back(self, day, n):
        return self.days[self.before(day) - n]

    def minutes_before(self, t):
        """Office minutes that have run before an instant."""
        day = t.date()
        total = self.before(day) * self.length
        if day not in self.days[self.before(day):self.before(day) + 1]:
            return total
        now = t.hour * 60 + t.minute
        return total + sum(max(0, min(now, b) - a) for a, b in self.spans)

    def instant(self, total):
        """The first instant at which so many office minutes have run."""
        whole, rest = divmod(total - 1, self.length)
        rest += 1
        for a, b in self.spans:
            if rest <= b - a:
                return midnight(self.days[whole]) + (a + rest) * MINUTE
            rest -= b - a
        raise AssertionError


OFFICES = {name: Office(spans) for name, spans in HOURS.items()}


def months_later(day, n):
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def period_end(kind, day):
    """The last day of the period that a day is in."""
    if kind == "day":
        return day
    if kind == "week":
        return day + (6 - day.weekday()) * DAY
    size = {"month": 1, "quarter": 3, "half": 6, "year": 12}[kind]
    return months_later(dt.date(day.year, (day.month - 1) // size * size + 1, 1), size) - DAY


def duty(office, term, day):
    word = term.split()
    if word[0] == "working-day":
        hour, minute = word[1].split(":")
        return midnight(office.ahead(day - DAY, 1)) + int(hour) * 60 * MINUTE + int(minute) * MINUTE
    if word[0] == "dates":
        late = sorted(d for y in (day.year, day.year + 1) for d in dates(y, " ".join(word[1:])))
        return midnight(next(d for d in late if d > day)) - SECOND
    return end_of(period_end(word[0], day))


def due(rule, start):
    """`start`: an aware datetime. The last instant that is in time."""
    office, term = OFFICES[rule.split("/")[0]], TERMS[rule].lstrip("!")
    start = start.astimezone(VN)
    if not term.lstrip("-")[0].isdigit():
        return duty(office, term, start.date())
    back, term = term[0] == "-", term.lstrip("-")
    n, unit = int(term.rstrip("whdm")), term.lstrip("0123456789")
    minute = start.replace(second=0, microsecond=0)
    if unit == "wh":
        return office.instant(office.minutes_before(minute) + n * 60)
    if unit == "h":
        if n == 0:  # together with it, or before it
            return (start - SECOND if back else start).replace(microsecond=0)
        return minute + (-n if back else n) * 60 * MINUTE
    if unit == "wd":
        return end_of(office.back(start.date(), n) if back else office.ahead(start.date(), n))
    if unit == "d":
        return end_of(start.date() - n * DAY) if back else None
    return end_of(months_later(start.date(), n))


# ---- against the program

def random_start(rng):
    """2024-2027; half of them within a week of a day that is not ordinary, where mistakes live."""
    first, last = dt.datetime(2024, 1, 1, tzinfo=VN), dt.datetime(2028, 1, 1, tzinfo=VN)
    t = first + dt.timedelta(seconds=rng.randrange(int((last - first).total_seconds())))
    if rng.random() < 0.5:
        days = [d for table in (OFF, MAKE_UP) for y, text in table.items() for d in dates(y, text)]
        t = midnight(rng.choice(sorted(days))) + dt.timedelta(seconds=rng.randrange(-7 * 86400, 7 * 86400))
        t = min(max(t, first), last - SECOND)
    if rng.random() < 0.3:  # on the edge of the office hours
        edge = rng.choice(["07:30", "08:00", "11:30", "12:00", "13:00", "13:30", "17:00", "17:30", "00:00", "23:59"])
        t = t.replace(hour=int(edge[:2]), minute=int(edge[3:]), second=rng.choice([0, 0, 1, 59]))
    return t


def ask(bbt, profile, pairs):
    lines = "".join(json.dumps({"rule": r, "start": t.isoformat()}) + "\n" for r, t in pairs)
    run = subprocess.run([bbt, "--profile", profile, "deadline", "compute", "--batch"], input=lines,
                         capture_output=True, text=True)
    answers = [json.loads(x) for x in run.stdout.splitlines()]
    if run.returncode or len(answers) != len(pairs):
        sys.exit(f"{bbt}: exit {run.returncode}, {len(answers)} answers to {len(pairs)} questions\n{run.stderr[:500]}")
    return answers


def proof_fault(start, answer):
    """What is wrong with the steps of a deadline: gaps, or a sum that is not the term."""
    term = TERMS[answer["rule"]].lstrip("!")
    if not term.lstrip("-")[0].isdigit():
        return ""
    steps, back = answer["steps"], term[0] == "-"
    n, unit = int(term.strip("-whdm")), term.lstrip("-0123456789")
    if sum(s["amount"] for s in steps if s["counted"]) != n * (60 if unit.endswith("h") else 1):
        return "the steps do not add up to the term"
    if any(s["amount"] for s in steps if not s["counted"]):
        return "a skipped step has an amount"
    ends = [(s["from"], s["until"]) for s in (reversed(steps) if back else steps)]
    if any(a[1] != b[0] for a, b in zip(ends, ends[1:])):
        return "a gap between steps"
    return ""


def compare(bbt, count, seed):
    rng, wrong = random.Random(seed), 0
    pairs = {profile: [] for profile in HOURS}
    for _ in range(count):
        rule = rng.choice(sorted(TERMS))
        pairs[rule.split("/")[0]].append((rule, random_start(rng)))
    for profile, asked in pairs.items():
        for (rule, start), answer in zip(asked, ask(bbt, profile, asked)):
            expected = due(rule, start)
            got = dt.datetime.fromisoformat(answer["due"])
            fault = "" if got == expected else f"{got.isoformat()}, not {expected.isoformat()}"
            fault = fault or proof_fault(start, answer)
            wrong += bool(fault)
            if fault and wrong <= 20:
                print(f"{rule} from {start.isoformat()}: {fault}")
    print(f"{count} pairs of {len(TERMS)} rules, seed {seed}: {wrong} differ")
    return wrong == 0


def main(argv):
    if argv[1:] == ["--table"]:
        for rule in TERMS:
            print(rule, TERMS[rule], due(rule, dt.datetime(2025, 4, 24, 15, 30, tzinfo=VN)).isoformat(), sep="\t")
        return 0
    count = int(argv[2]) if len(argv) > 2 else 10000
    return 0 if compare(argv[1], count, int(argv[3]) if len(argv) > 3 else 1) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv))
