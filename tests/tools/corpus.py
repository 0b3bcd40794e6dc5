#!/usr/bin/python3
"""Every letter of the shared mail sets goes in, and every one is answered for.

    tests/tools/corpus.py SHARED [--sample N] [--list-always]

dev-mail: per profile one trial house with the shared directory; each labelled letter must come back as one
report, and score.py's figures are printed as comments (no threshold). corpus/mail: Maildirs of other projects'
parser fixtures; exactly one report per non-empty file, no crash, `fsck` clean afterwards. Where the sets are
not there (they are not part of the repository) the tests are skipped and say so.

--sample N: of corpus/mail one letter in N (for the ASan build, which needs ten times as long). --list-always
prints the table of ALWAYS anew: for every defect that a letter of corpus/mail shows the smallest such letter, so
that a sample walks the path of every defect too.
"""
import argparse, csv, glob, hashlib, json, os, shutil, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
BBT = os.path.abspath(os.environ.get("BBT", os.path.join(HERE, "..", "..", "build", "bbt")))
ALWAYS = os.path.join(HERE, "..", "data", "corpus_always.tsv")
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


class Sample:
    """Which letters of the foreign sets are read: all, or every `of`-th by SHA-256 and those listed as worth it in
    ALWAYS. The choice depends on nothing but the bytes of a letter, so it is the same on every machine."""

    def __init__(self, of):
        self.of = of
        with open(ALWAYS, encoding="utf-8") as f:
            self.always = {line.split("\t")[0] for line in f if line[:1] not in "#\n"}

    def takes(self, path):
        with open(path, "rb") as f:
            digest = hashlib.sha256(f.read()).hexdigest()
        return int(digest[:8], 16) % self.of == 0 or digest in self.always

    def maildir(self, source, work):
        """The directory to read: the whole set as it lies, or a Maildir of copies of the chosen letters."""
        if self.of == 1:
            return source
        chosen = os.path.join(work, os.path.basename(source))
        for sub in ("tmp", "new", "cur"):
            os.makedirs(os.path.join(chosen, sub))
        for path in filter(self.takes, files_of(source)):
            shutil.copy2(path, path.replace(source, chosen, 1))
        return chosen


def files_of(maildir):
    return [f for sub in ("new", "cur") for f in sorted(glob.glob(os.path.join(glob.escape(maildir), sub, "*")))]


def marks(row):
    """Defects and reasons for a hold that speak of the reader's end."""
    return [m for m in row["defects"] + [h["reason"] for h in row["holds"]] if m.startswith("reader-")]


def deaths(place, maildir, rows):
    """Letters whose reader died. One that ran out of time is read again alone, without the other work of a busy
    machine, and counts when it runs out of time again. A crash is never given a second chance."""
    died, paths = [], {os.path.basename(f): f for f in files_of(maildir)}
    for row in rows:
        found = marks(row)
        if found and set(found) == {"reader-timeout"}:
            print("# %s ran out of time: read again alone" % row["file"])
            again = bbt("--house", place, "--json", "explain", paths[os.path.basename(row["file"])])
            found = marks(json.loads(again.stdout)) if again.returncode == 0 else ["exit code %d" % again.returncode]
        died += ["%s: %s" % (row["file"], m) for m in found]
    return died


def foreign_set(place, maildir):
    """One Maildir: (letters, reports), all of them accounted for or told."""
    name, files = os.path.basename(maildir), files_of(maildir)
    wanted = [os.path.basename(f) for f in files if os.path.getsize(f) > 0]
    p, rows, bad = reports(place, maildir)
    wrong = bad + missing(wanted, rows)
    if p.returncode not in ((0,) if len(wanted) == len(files) else (65,)):
        wrong.append("exit code %d: %s" % (p.returncode, p.stderr.decode("utf-8", "replace")[-600:]))
    tell(not wrong, "corpus %s: %d letters, %d reports" % (name, len(wanted), len(rows)), wrong[:10])
    died = deaths(place, maildir, rows)
    tell(not died, "corpus %s: no reader died" % name, died[:10])
    return len(wanted), len(rows), len(died)


def foreign_mail(shared, work, sample):
    base = os.path.join(shared, "corpus", "mail")
    place = os.path.join(work, "house-corpus")
    trouble = house(place, "mic", None)
    if trouble:
        tell(False, "corpus: a house", [trouble])
        return
    began = time.monotonic()
    sets = [sample.maildir(m, work) for m in sorted(glob.glob(os.path.join(base, "*")))]
    letters, found, died = map(sum, zip(*[foreign_set(place, m) for m in sets if files_of(m)]))
    tell(found == letters and not died, "corpus: %d of %d letters accounted for, %d reader deaths" % (found, letters, died))
    check = bbt("--house", place, "fsck")
    tell(check.returncode == 0, "corpus: fsck", check.stdout.decode("utf-8", "replace").splitlines()[:5])
    print("# %d letters of other projects in %.1f s" % (letters, time.monotonic() - began))


def list_always(shared, work):
    """ALWAYS anew: defect by defect the smallest letter that shows it."""
    place, smallest = os.path.join(work, "house"), {}
    if house(place, "mic", None):
        return 1
    for maildir in sorted(glob.glob(os.path.join(shared, "corpus", "mail", "*"))):
        paths = {os.path.basename(f): f for f in files_of(maildir)}
        for row in reports(place, maildir)[1]:
            path = paths[os.path.basename(row["file"])]
            inner = [d for a in row["attachments"] for d in a["defects"]]
            for defect in set(row["defects"] + inner):
                mine = os.path.getsize(path), row["sha256"], os.path.relpath(path, shared)
                smallest[defect] = min(mine, smallest.get(defect, mine))
    print("# sha256\tdefect\tletter: read under ASan whatever the sample (corpus.py --list-always)")
    for defect, (_, digest, path) in sorted(smallest.items()):
        print("%s\t%s\t%s" % (digest, defect, path))
    return 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shared")
    parser.add_argument("--sample", type=int, default=1)
    parser.add_argument("--list-always", action="store_true")
    args = parser.parse_args()
    shared, sample = os.path.abspath(args.shared), Sample(args.sample)
    parts = [("dev-mail/labels.tsv", dev_mail), ("corpus/mail", lambda s, w: foreign_mail(s, w, sample))]
    work = tempfile.mkdtemp(prefix="bbt-corpus-")
    try:
        if args.list_always:
            return list_always(shared, work)
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
