#!/usr/bin/python3
"""Every letter of the shared mail sets goes in, and every one is answered for.

    tests/tools/corpus.py SHARED

dev-mail: per profile one trial house with the shared directory; each labelled letter must come back as one
report, and score.py's figures are printed as comments (no threshold). corpus/mail: Maildirs of other projects'
parser fixtures; exactly one report per non-empty file, no crash, `fsck` clean afterwards. Where the sets are
not there (they are not part of the repository) the tests are skipped and say so.
"""
import csv, glob, json, os, shutil, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
BBT = os.path.abspath(os.environ.get("BBT", os.path.join(HERE, "..", "..", "build", "bbt")))
results = []


def tell(good, text, notes=()):
    results.append(good)
    print("%s %d - %s" % ("ok" if good else "not ok", len(results), text))
    for note in notes:
        print("# " + note)
    sys.stdout.flush()


def bbt(*words, timeout=500):
    return subprocess.run([BBT, *words], stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)


def house(directory, profile, units):
    """A trial house with the directory imported; an error text, or None."""
    steps = [("init", directory, "--profile", profile, "--trial")]
    if units:
        steps.append(("--house", directory, "units", "import", units))
    for step in steps:
        p = bbt(*step)
        if p.returncode:
            return "`bbt %s`: exit code %d: %s" % (" ".join(step), p.returncode, p.stderr.decode()[-300:])
    return None


def reports(directory, path):
    """(process, list of reports, list of complaints about the output)"""
    p = bbt("--house", directory, "--json", "ingest", path)
    rows, bad = [], []
    for number, line in enumerate(p.stdout.decode("utf-8", "replace").splitlines(), 1):
        try:
            rows.append(json.loads(line))
        except ValueError as error:
            bad.append("line %d is no JSON: %s" % (number, error))
    return p, [r for r in rows if "sha256" in r], bad


def missing(wanted, rows):
    """Files without exactly one report."""
    seen = {}
    for row in rows:
        name = os.path.basename(row["file"])
        seen[name] = seen.get(name, 0) + 1
    wrong = ["%s: %d reports" % (n, seen.get(n, 0)) for n in wanted if seen.get(n, 0) != 1]
    return wrong + ["%s: a report for no such file" % n for n in seen if n not in wanted]


def dev_mail(shared, work):
    base = os.path.join(shared, "dev-mail")
    with open(os.path.join(base, "labels.tsv"), encoding="utf-8") as f:
        labels = list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))
    every = []
    for profile in sorted({row["profile"] for row in labels}):
        mine = [row["file"] for row in labels if row["profile"] == profile]
        letters, place = os.path.join(work, "letters-" + profile), os.path.join(work, "house-" + profile)
        os.mkdir(letters)
        for name in mine:
            shutil.copy2(os.path.join(base, "mail", name), letters)
        trouble = house(place, profile, os.path.join(shared, "directory.tsv"))
        if trouble:
            tell(False, "dev-mail %s: a house" % profile, [trouble])
            continue
        p, rows, bad = reports(place, letters)
        wrong = bad + missing(mine, rows)
        if p.returncode:
            wrong.append("exit code %d: %s" % (p.returncode, p.stderr.decode("utf-8", "replace")[-300:]))
        tell(not wrong, "dev-mail %s: %d letters, %d reports" % (profile, len(mine), len(rows)), wrong[:10])
        check = bbt("--house", place, "fsck")
        tell(check.returncode == 0, "dev-mail %s: fsck" % profile, check.stdout.decode("utf-8", "replace").splitlines()[:5])
        every += rows
    score(base, work, every)


def score(base, work, rows):
    """Prints score.py's summary; figures are for people, no threshold here."""
    sys.path.insert(0, HERE)
    import predictions
    table = os.path.join(work, "PREDICTIONS.tsv")
    with open(table, "w", encoding="utf-8") as f:
        f.write("\t".join(predictions.COLUMNS) + "\n" + "".join(predictions.row(r) + "\n" for r in rows))
    p = subprocess.run([sys.executable, os.path.join(base, "score.py"), os.path.join(base, "labels.tsv"), table],
                       capture_output=True, text=True)
    for line in p.stdout.splitlines():
        if line[:1] not in (" ", ""):
            print("# score " + line)


def foreign_mail(shared, work):
    base = os.path.join(shared, "corpus", "mail")
    place = os.path.join(work, "house-corpus")
    trouble = house(place, "mic", None)
    if trouble:
        tell(False, "corpus: a house", [trouble])
        return
    total, began = 0, time.monotonic()
    for maildir in sorted(glob.glob(os.path.join(base, "*"))):
        files = [f for sub in ("new", "cur") for f in glob.glob(os.path.join(glob.escape(maildir), sub, "*"))]
        wanted = [os.path.basename(f) for f in files if os.path.getsize(f) > 0]
        p, rows, bad = reports(place, maildir)
        wrong = bad + missing(wanted, rows)
        if p.returncode not in ((0,) if len(wanted) == len(files) else (65,)):
            wrong.append("exit code %d: %s" % (p.returncode, p.stderr.decode("utf-8", "replace")[-600:]))
        died = [d for r in rows for d in r["defects"] if d in ("reader-died", "reader-timeout")]
        died += ["hold %s of %s" % (h["reason"], r["file"]) for r in rows for h in r["holds"]
                 if "reader-" in h["reason"]]
        tell(not wrong, "corpus %s: %d letters, %d reports" % (os.path.basename(maildir), len(wanted), len(rows)),
             wrong[:10])
        tell(not died, "corpus %s: no reader died" % os.path.basename(maildir), died[:10])
        total += len(rows)
    check = bbt("--house", place, "fsck")
    tell(check.returncode == 0, "corpus: fsck", check.stdout.decode("utf-8", "replace").splitlines()[:5])
    print("# %d letters of other projects in %.1f s" % (total, time.monotonic() - began))


def main():
    shared = os.path.abspath(sys.argv[1])
    parts = [(p, f) for p, f in (("dev-mail/labels.tsv", dev_mail), ("corpus/mail", foreign_mail))]
    work = tempfile.mkdtemp(prefix="bbt-corpus-")
    try:
        for part, function in parts:
            if os.path.exists(os.path.join(shared, part)):
                function(shared, work)
            else:
                results.append(True)
                print("ok %d - %s # SKIP no %s beside the repository" % (len(results), part, part))
    finally:
        shutil.rmtree(work)
    print("1..%d" % len(results))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
