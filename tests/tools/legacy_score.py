#!/usr/bin/python3
"""How much legacy Vietnamese comes back as it was, and how often other text is taken for it.

    tests/tools/legacy_score.py FILTER SHARED        TAP on stdout, figures per file as comments

FILTER is the unit test program of legacy.c, which converts texts with `--filter`.
SHARED/corpus/legacy-encoding holds pairs KIND/NAME.legacy.txt (raw bytes) and NAME.truth.txt (UTF-8).

Word recall, strict: of the white-space separated words of the truth (NFC, counted as often as they occur),
the share that is in the converted text, as often. Case counts, tone placement counts. "folded" compares
lower case: TCVN3 loses capitals with tones, a truth may have them from elsewhere. "spelt" compares only
runs of letters, lower case: quotes, dashes and dots that the truth took from the document and the raw text
does not have are no question of the charset. "joined" is the share of the truth's letters, in order, that
come back when all blanks are taken out: raw texts cut out of a .doc are broken inside of words.

A file passes with strict or spelt recall of GOOD, or, when its raw text is broken inside of words, with
joined recall of GOOD (MIXED for names with "mixed"). All words of the single-encoding files together must
reach GOOD by strict recall. Every Unicode text must come back unchanged.

What strict recall misses, counted on 2026-11-22 (all other files are above 0.995, most of the rest quotes
that the truth has in another form):
  2003-A16       252 of 15087   247 words with "|", the table borders that the truth's own program drew; 5 words that
                                the raw text breaks between two syllables or before a stop
  2004-A40        59 of  4853   57 words with "|", 2 broken before a stop
  2004-A3          7 of  1518   6 words with "|", 1 broken before a stop
  HHamau3-1995    14 of   222   13 words with U+2026 where the raw text has dots; one that only a font showed in capitals
  vni/quydinh     24 of  3469   17 words with the wrong letter in the truth (U+1EB5 where VNI has U+1EB7), 5 with U+2026,
                                2 dashes
  vni/download     5 of   500   3 words with that wrong letter, 2 dashes
Raw texts cut out of a .doc break words with "\\r\\n"; reader/legacy_join.c mends those that only a word explains.
"""
import collections, difflib, glob, json, os, re, subprocess, sys, unicodedata

GOOD, MIXED = 0.99, 0.95


class Filter:
    """The program, started once: it answers text by text."""

    def __init__(self, program):
        self.process = subprocess.Popen([program, "--filter"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def convert(self, mode, data):
        """None: the filter says that nothing was converted."""
        try:
            self.process.stdin.write(b"%s %d\n" % (mode.encode(), len(data)) + data)
            self.process.stdin.flush()
            length = self.process.stdout.readline()
            if length == b"-\n":
                return None
            return self.process.stdout.read(int(length)).decode("utf-8")
        except (OSError, ValueError):
            raise SystemExit("Bail out! the filter ended with %d" % self.process.wait())

    def close(self):
        """Its end, leaks counted, must be a good one."""
        self.process.stdin.close()
        if self.process.wait() != 0:
            raise SystemExit("Bail out! the filter ended with %d" % self.process.returncode)


def recall(wanted, got):
    wanted, got = collections.Counter(wanted), collections.Counter(got)
    return sum(min(n, got[w]) for w, n in wanted.items()), sum(wanted.values())


def letters(text):
    return re.findall(r"[^\W\d_]+", text.lower())


def joined(wanted, got):
    """Share of the truth's letters found in order; chunks keep difflib from being quadratic."""
    a, b = "".join(letters(wanted)), "".join(letters(got))
    same = at = 0
    for i in range(0, len(a), 2000):
        part = a[i:i + 2000]
        match = difflib.SequenceMatcher(None, part, b[at:at + 6000], autojunk=False)
        blocks = match.get_matching_blocks()
        same += sum(m.size for m in blocks if m.size > 2)
        ends = [m.b + m.size for m in blocks if m.size > 20]
        at += ends[-1] if ends else 0
    return same, len(a)


def share(pair):
    return pair[0] / pair[1] if pair[1] else 1.0


def score_pairs(legacy, folder):
    """Yields (name, passed, comment) and adds up the strict counts."""
    sums = collections.Counter()
    for path in sorted(glob.glob(os.path.join(folder, "*", "*.legacy.txt"))):
        name = os.path.relpath(path, folder)[:-len(".legacy.txt")]
        with open(path, "rb") as f:
            raw = f.read()
        with open(path.replace(".legacy.", ".truth."), encoding="utf-8") as f:
            truth = unicodedata.normalize("NFC", f.read())
        text = legacy.convert("bytes", raw)
        text = raw.decode("latin-1") if text is None else text
        strict = recall(truth.split(), text.split())
        folded = recall(truth.lower().split(), text.lower().split())
        spelt = recall(letters(truth), letters(text))
        good = MIXED if "mixed" in name else GOOD
        ok, whole = max(share(strict), share(spelt)) >= good, None
        if not ok:
            whole = joined(truth, text)
            ok = share(whole) >= good
        if "mixed" not in name:
            sums.update({"hit": strict[0], "all": strict[1]})
        yield name, ok, "%6d words  strict %.4f  folded %.4f  spelt %.4f%s" % (
            strict[1], share(strict), share(folded), share(spelt),
            "  joined %.4f" % share(whole) if whole else "")
    total = share((sums["hit"], sums["all"]))
    yield "all pairs together", total >= GOOD, "%6d words  strict %.4f" % (sums["all"], total)


def score_unicode(legacy, folder):
    """Each document by itself, as the reader sees texts."""
    for path in sorted(glob.glob(os.path.join(folder, "*.jsonl"))):
        wrong = count = 0
        with open(path, encoding="utf-8") as f:
            for line in f:
                item = json.loads(line)
                text = unicodedata.normalize("NFC", "%s\n%s" % (item.get("title") or "", item.get("text") or ""))
                count += 1
                wrong += legacy.convert("text", text.encode("utf-8")) is not None
        yield "unchanged: " + os.path.basename(path), wrong == 0, "%d documents, %d converted" % (count, wrong)


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    program, corpus = sys.argv[1], os.path.join(sys.argv[2], "corpus")
    pairs = os.path.join(corpus, "legacy-encoding")
    if not os.path.isdir(pairs):
        print("1..0 # SKIP no %s" % os.path.relpath(pairs))
        return 0
    number = bad = 0
    legacy = Filter(program)
    for source in (score_pairs(legacy, pairs), score_unicode(legacy, os.path.join(corpus, "texts"))):
        for name, ok, comment in source:
            number += 1
            bad += not ok
            print("%sok %d - legacy %s\n# %s" % ("" if ok else "not ", number, name, comment), flush=True)
    legacy.close()
    print("1..%d" % number)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
