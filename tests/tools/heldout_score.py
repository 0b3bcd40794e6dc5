#!/usr/bin/python3
"""Scores a table of predictions against labels, with the figures that matter for the mailbox.

    tests/tools/heldout_score.py LABELS.tsv PREDICTIONS.tsv [--misses] [--floor FIGURE=PERCENT]...

Columns as in tests/tools/predictions.py; `n/a` is not scored, `also_ok` of a label counts as right. FIGURE is
category, verdict, secrecy, doc_number, doc_date, grievances (complaint and denunciation found as either of the two),
spoof (reject-spoof found) or honest (letters that are no forgery and were not rejected). Exit code 1 when a figure
is below its floor.
"""
import argparse, collections, csv, sys, unicodedata

SCORED = ("category", "verdict", "secrecy", "doc_number", "doc_date")
WITH_NUMBER = ("document", "draft", "question", "complaint")
GRIEVANCE = ("complaint", "denunciation")


def table(path):
    with open(path, encoding="utf-8") as f:
        return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))


def norm(text):
    return unicodedata.normalize("NFC", (text or "").strip()).replace(" ", "")


class Tally:
    """How often the answer was right, and the letters where it was not."""

    def __init__(self):
        self.right = self.all = 0
        self.misses = []

    def add(self, good, miss):
        self.all += 1
        self.right += bool(good)
        if not good:
            self.misses.append(miss)

    def percent(self):
        return 100.0 * self.right / self.all if self.all else 0.0

    def __str__(self):
        return "%3d/%3d = %5.1f%%" % (self.right, self.all, self.percent())


def right(label, column, got):
    also = {norm(a.split("=", 1)[1]) for a in label["also_ok"].split(",") if a.startswith(column + "=")}
    return norm(got) == norm(label[column]) or norm(got) in also


def skipped(label, column):
    return label[column] == "n/a" or (column.startswith("doc_") and label["category"] not in WITH_NUMBER)


def score(labels, answers):
    """The figures by name, and the recall of each category and verdict."""
    figures = {name: Tally() for name in SCORED + ("grievances", "spoof", "honest")}
    recall = collections.defaultdict(Tally)
    for label in labels:
        answer = answers.get(label["file"], {})
        for column in SCORED:
            if skipped(label, column):
                continue
            got = answer.get(column, "")
            good, miss = right(label, column, got), "%s: %s -> %s" % (label["file"], label[column], got or "(none)")
            figures[column].add(good, miss)
            if column in ("category", "verdict"):
                recall[column, label[column]].add(good, miss)
        category, verdict = answer.get("category", ""), answer.get("verdict", "")
        if label["category"] in GRIEVANCE:
            figures["grievances"].add(category in GRIEVANCE, "%s: %s -> %s" % (label["file"], label["category"], category))
        name, miss = ("spoof" if label["verdict"] == "reject-spoof" else "honest"), "%s -> %s" % (label["file"], verdict)
        figures[name].add((verdict == "reject-spoof") == (name == "spoof"), miss)
    return figures, recall


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("labels")
    args.add_argument("predictions")
    args.add_argument("--misses", action="store_true")
    args.add_argument("--floor", action="append", default=[])
    args = args.parse_args()
    figures, recall = score(table(args.labels), {r["file"]: r for r in table(args.predictions)})
    for name, tally in figures.items():
        print("%-12s %s" % (name, tally))
        for (column, value), part in sorted(recall.items()):
            if column == name:
                print("    %-18s %s" % (value, part))
        for miss in tally.misses if args.misses else ():
            print("    miss " + miss)
    low = [f for f in args.floor if figures[f.split("=")[0]].percent() < float(f.split("=")[1])]
    for f in low:
        print("below the floor: " + f)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
