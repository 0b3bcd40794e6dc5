#!/usr/bin/python3
"""Cuts (or stalls) the server's side of an IMAP dialogue at many bytes and looks what `bbt fetch --once` makes
of it. For each point: no hang, no success unless every letter is in the spool, and the next undisturbed run
brings all of them, byte for byte, with one receipt each.

    cuts.py BBT CERTS POINTS [--stall] [--big]     exit 0 and one summary line when all is well
"""
import concurrent.futures, glob, hashlib, os, shutil, sqlite3, subprocess, sys, tempfile, time
from fakeimap import LETTERS, Server

# Memory instead of disk: the protocol is tested here, not the disk, and a sync per run would be the most of it.
SCRATCH = "/dev/shm" if os.path.isdir("/dev/shm") else None
WORKERS = 2

BIG = b"From: d@mic.gov.vn\r\nSubject: big\r\n\r\n" + b"0123456789 0123456789 0123456789 0123456789\r\n" * 30000


def house(root, port, ca, timeout):
    os.makedirs(os.path.join(root, "secret"))
    with open(os.path.join(root, "banbientap.conf"), "w") as f:
        f.write(f"""profile mic
mailbox fake {{
    protocol imap
    host localhost
    port {port}
    ca-file {ca}
    user an
    password-file secret/fake
    timeout {timeout}
    look-up no
}}
""")
    secret = os.path.join(root, "secret", "fake")
    with open(os.open(secret, os.O_CREAT | os.O_WRONLY, 0o600), "w") as f:
        f.write("mat khau\n")


def fetch(bbt, root):
    start = time.time()
    try:
        p = subprocess.run([bbt, "--house", root, "fetch", "--once"], capture_output=True, timeout=30)
        return p.returncode, time.time() - start, p.stderr.decode()
    except subprocess.TimeoutExpired:
        return "hang", 30.0, ""


def spooled(root):
    found = []
    for path in glob.glob(os.path.join(root, "spool", "new", "*.eml")):
        with open(path, "rb") as f:
            found.append(hashlib.sha256(f.read()).hexdigest())
    return found


def receipts(root):
    db = sqlite3.connect(os.path.join(root, "fetch.db"))
    n = db.execute("SELECT count(*) FROM receipts").fetchone()[0]
    db.close()
    return n


class Score:
    def __init__(self):
        self.points = self.hangs = self.false = self.lost = self.twice = self.crashes = 0
        self.faults, self.worst = [], 0.0

    def bad(self, kind, cut, text):
        setattr(self, kind, getattr(self, kind) + 1)
        self.faults.append(f"{kind} at byte {cut}: {text}")


def try_point(bbt, server, cut, template, want, score):
    root = tempfile.mkdtemp(dir=SCRATCH)
    shutil.rmtree(root)
    shutil.copytree(template, root)
    server.cut = cut
    code, seconds, text = fetch(bbt, root)
    score.points += 1
    score.worst = max(score.worst, seconds)
    if code == "hang":
        score.bad("hangs", cut, "")
    elif code == 0 and sorted(set(spooled(root))) != want:
        score.bad("false", cut, "exit 0 without all letters")
    elif code not in (0, 75, 78) or "signal" in text:
        score.bad("crashes", cut, f"exit {code}: {text.strip()}")
    server.cut = None
    code, _, text = fetch(bbt, root)
    have = spooled(root)
    if code != 0 or sorted(set(have)) != want:
        score.bad("lost", cut, f"exit {code}, {len(have)} letters: {text.strip()}")
    elif len(have) != len(want) or receipts(root) != len(want):
        score.bad("twice", cut, f"{len(have)} letters, {receipts(root)} receipts")
    shutil.rmtree(root)


def undisturbed(bbt, certs, letters, want, work):
    """How many bytes the server says when nothing is cut."""
    server = Server(certs, 0, letters=letters)
    root = os.path.join(work, "whole")
    house(root, server.port, os.path.join(certs, "ca.pem"), 10)
    code, _, text = fetch(bbt, root)
    if code != 0 or sorted(spooled(root)) != want:
        sys.exit(f"the undisturbed run fails: exit {code}: {text}")
    return server.sent


def lane(bbt, certs, letters, stall, want, cuts, work, number, score):
    server = Server(certs, 0, letters=letters, stall=stall)
    template = os.path.join(work, f"template{number}")
    house(template, server.port, os.path.join(certs, "ca.pem"), 1 if stall else 10)
    for cut in cuts:
        try_point(bbt, server, cut, template, want, score)


def main():
    bbt, certs, points = sys.argv[1], sys.argv[2], int(sys.argv[3])
    letters = LETTERS + [BIG] if "--big" in sys.argv else LETTERS
    want = sorted(hashlib.sha256(l).hexdigest() for l in letters)
    work = tempfile.mkdtemp(dir=SCRATCH)
    total = undisturbed(bbt, certs, letters, want, work)
    cuts = [total * i // points for i in range(points)]
    score = Score()
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        lanes = [pool.submit(lane, bbt, certs, letters, "--stall" in sys.argv, want, cuts[k::WORKERS], work, k, score)
                 for k in range(WORKERS)]
        for done in lanes:
            done.result()
    shutil.rmtree(work)
    for fault in score.faults[:20]:
        print(fault)
    print(f"points={score.points} bytes={total} hangs={score.hangs} false={score.false} lost={score.lost} "
          f"twice={score.twice} crashes={score.crashes} worst={score.worst:.1f}s")
    sys.exit(1 if score.faults or score.points < points else 0)


main()
