#!/usr/bin/python3
"""Several mailboxes at the first start of a house: every role opens, and makes, fetch.db at the same moment.

Ten fresh houses with four Maildirs each; `bbt fetch --once` runs under strace, which slows every system call
down and so widens the gap between the processes. Each run must exit 0 and take every letter once. TAP.
"""
import glob, os, shutil, sys, tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness, scenarios

ROUNDS, MAILBOXES = 10, 4


def furnish(bbt, house):
    code, _, err = harness.command([bbt, "init", house, "--profile", "mic", "--trial"])
    if code != 0:
        raise harness.Broken(err)
    with open(os.path.join(house, "banbientap.conf"), "a") as conf:
        for n in range(MAILBOXES):
            for sub in ("tmp", "new", "cur"):
                os.makedirs(os.path.join(house, "box%d" % n, sub))
            shutil.copy(os.path.join(scenarios.LETTERS, scenarios.NEWS), os.path.join(house, "box%d" % n, "new", "1.M1P1.host"))
            conf.write("mailbox box%d {\n    protocol maildir\n    path box%d\n}\n" % (n, n))


def main():
    bbt, bad = os.path.abspath(os.environ.get("BBT", "build/bbt")), []
    print("1..1")
    for number in range(ROUNDS):
        place = tempfile.mkdtemp(prefix="bbt-first-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        try:
            house = os.path.join(place, "house")
            furnish(bbt, house)
            code, _, err = harness.command(["strace", "-qq", "-f", "-o", os.path.join(place, "log"), bbt, "--house", house,
                                            "fetch", "--once"])
            taken = len(glob.glob(os.path.join(house, "spool", "new", "*.eml")))
            if code != 0 or taken != MAILBOXES:
                bad.append("round %d: exit code %s, %d of %d letters: %s" %
                           (number, code, taken, MAILBOXES, err.strip().splitlines()[-1:]))
        finally:
            shutil.rmtree(place, ignore_errors=True)
    print("%s 1 - %d mailboxes at the first start of %d houses" % ("not ok" if bad else "ok", MAILBOXES, ROUNDS))
    for text in bad:
        print("# " + text)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
