#!/usr/bin/python3
"""Plays each row of tests/data/time_rule_cases.tsv through the program: every time rule on a case of its kind.

    play_rules.py BBT SCRATCH [PROFILE]...

For each row a letter comes in, a person says of which kind it is, the clock is opened as the row says and ended as it
says; rule, start, due, what ended it and when are compared with the row, and the due instant with what
tests/deadline/recompute.py gives, which knows neither rules/ nor src/. Every time rule that a profile has must have
its row. With PROFILE the others are left out. Prints each difference, and how many rules were played; exit code 1 when
there is a difference.
"""
import datetime as dt, json, os, shlex, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "deadline"))
import recompute

NOW = "2026-11-20T09:00:00+07:00"
PROFILES = {"mic": ("mx.mic.gov.vn", "mic.gov.vn", "CVT"), "langson": ("mx.google.com", "langson.gov.vn", "VPS"),
            "dongnai": ("mx.dongnai.gov.vn", "dongnai.gov.vn", "VP"), "bca": ("mx.bca.gov.vn", "bca.gov.vn", "C06")}
DIRECTORY = "profile\tunit\tunit_name\trole\tname\ttitle\taddress\n" + "".join(
    f"{p}\t{unit}\tĐơn vị {unit}\tleader\tNgô Văn A\tThủ trưởng\tnva@{domain}\n"
    f"{p}\t{unit}\tĐơn vị {unit}\tcontact\tVũ Thị B\tChuyên viên\tvtb@{domain}\n"
    for p, (_, domain, unit) in PROFILES.items())
LETTER = """Return-Path: <vtb@{domain}>
Authentication-Results: {server}; dmarc=pass header.from={domain}
Received: from out.example.net (out.example.net [192.0.2.7]) by {server} with ESMTPS id 1;
\tFri, 20 Nov 2026 08:30:00 +0700
From: vtb@{domain}
To: banbientap@{domain}
Subject: {subject}
Date: Fri, 20 Nov 2026 08:29:00 +0700
Message-ID: <{n}@x>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Kính gửi Ban Biên tập,

Đơn vị gửi tin số {n}, đề nghị Ban Biên tập đăng tin trên Cổng Thông tin điện tử.

Sáng ngày 19/11/2026, tại Hà Nội, đơn vị đã tổ chức lễ khai trương công trình số {n}. Tham dự buổi lễ có lãnh đạo và
đại diện các doanh nghiệp. Phát biểu tại buổi lễ, lãnh đạo đơn vị nhấn mạnh vai trò của công trình số {n}.
"""


class House:
    def __init__(self, bbt, scratch, profile):
        self.bbt, self.dir, self.profile = bbt, os.path.join(scratch, profile), profile
        self.n = 0
        self.answer = os.path.join(scratch, "answer.txt")
        with open(self.answer, "w", encoding="utf-8") as f:
            f.write("Trả lời: hồ sơ nộp tại bộ phận một cửa, gồm đơn và bản sao giấy tờ.\n")
        table = os.path.join(scratch, "directory.tsv")
        with open(table, "w", encoding="utf-8") as f:
            f.write(DIRECTORY)
        subprocess.run([bbt, "--now", NOW, "init", self.dir, "--profile", profile, "--trial"], check=True,
                       stdout=subprocess.DEVNULL)
        self.run("units", "import", table)

    def run(self, *args):
        done = subprocess.run([self.bbt, "--house", self.dir, "--now", NOW, *args], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"bbt {' '.join(args)}: {done.stderr.strip()}")
        return done.stdout

    def case(self, kind):
        """A letter, and what a person calls it."""
        self.n += 1
        server, domain, _ = PROFILES[self.profile]
        path = os.path.join(self.dir, f"{self.n}.eml")
        with open(path, "w", encoding="utf-8", newline="\r\n") as f:
            f.write(LETTER.format(server=server, domain=domain, n=self.n, subject=f"Tin số {self.n}"))
        report = json.loads(self.run("--json", "ingest", path))
        if report["kind"] != kind:
            self.run("--as", "truongban", "reclassify", report["submission"], kind, "--reason", "đọc nội dung")
        return report["submission"]

    def steps(self, text, ref):
        """"USER: word % --option ; ..." by the chief where nobody is named."""
        for step in text.split(" ; "):
            if step in ("-", "receipt"):
                continue
            user, colon, rest = step.partition(": ")
            words = [self.answer if w == "ANSWER" else ref if w == "%" else w
                     for w in shlex.split(rest if colon else step)]
            self.run("--as", user if colon else "truongban", *words)

    def clocks(self, ref):
        return [d for d in json.loads(self.run("--json", "deadline", "explain", ref))["deadlines"]
                if d["ended_by"] != "reclassified"]


def play(house, row):
    """What is wrong with it; nothing when all is as the row says."""
    rule, kind, opens, start, due, ends, by, ended = row
    wrong = []
    ref = house.case(kind)
    house.steps(opens, ref)
    mine = [d for d in house.clocks(ref) if d["rule"] == rule]
    if len(mine) != 1:
        return [f"opened {len(mine)} times"]
    if ends != "-" and mine[0]["ended_by"]:
        wrong.append(f"ended at once by {mine[0]['ended_by']}")
    house.steps(ends, ref)
    last = [d for d in house.clocks(ref) if d["rule"] == rule][-1]
    own = recompute.due(rule, dt.datetime.fromisoformat(start)).isoformat()
    for name, have, want in (("start", last["start"], start), ("due", last["due"], due), ("due again", own, due),
                             ("ended by", last["ended_by"], by), ("ended", last["ended"], ended)):
        if have != want:
            wrong.append(f"{name} {have}, not {want}")
    return wrong


def main(bbt, scratch, *profiles):
    with open(os.path.join(HERE, "..", "data", "time_rule_cases.tsv"), encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if not line.startswith("#")]
    faults = 0
    for profile in profiles or PROFILES:
        house = House(bbt, scratch, profile)
        listed = {json.loads(line)["rule"] for line in house.run("--json", "deadline", "list").splitlines()}
        own = {rule for rule in listed if rule.startswith(profile + "/")}
        duties = {rule for rule in own if not recompute.TERMS.get(rule, "1d").lstrip("!-")[0].isdigit()}
        mine = [row for row in rows if row[0].startswith(profile + "/")]
        for rule in sorted(own - duties - {row[0] for row in mine}):
            print(f"{rule}: no row")
            faults += 1
        for row in mine:
            try:
                wrong = play(house, row)
            except RuntimeError as e:
                wrong = [str(e)]
            for fault in wrong:
                print(f"{row[0]}: {fault}")
            faults += len(wrong)
    print(f"{len(rows)} rules played, {faults} differences")
    return faults > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
