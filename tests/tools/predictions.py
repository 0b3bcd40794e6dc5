#!/usr/bin/python3
"""Letter reports (JSON lines on stdin or in files) to the table that dev-mail/score.py compares with labels.

    bbt ... ingest --json DIR | tests/tools/predictions.py > PREDICTIONS.tsv
"""
import json, os, sys

COLUMNS = ("file", "category", "verdict", "secrecy", "doc_number", "doc_date")


def row(report):
    """One line of the table from one report; fields that are unknown are empty."""
    fields = report.get("fields") or {}
    values = (os.path.basename(report["file"].split(":2,")[0]), report["category"], report["verdict"],
              "yes" if report["secrecy"]["marked"] else "no", fields.get("doc_number"), fields.get("doc_date"))
    return "\t".join(str(v or "").replace("\t", " ").replace("\n", " ") for v in values)


def main():
    print("\t".join(COLUMNS))
    for name in sys.argv[1:] or ["-"]:
        with (sys.stdin if name == "-" else open(name, encoding="utf-8")) as lines:
            for line in lines:
                if line.strip():
                    print(row(json.loads(line)))


if __name__ == "__main__":
    main()
