#!/usr/bin/python3
"""Golden cases: what the program understands of a letter and would do, compared with text kept in the tree.

Each tests/golden/NAME/ holds `letter.eml`, `expected` and, where needed, `args` (global options of bbt, one
line, e.g. `--profile mic`) and `directory.tsv` (else tests/letters/directory.tsv). The case is `bbt ARGS explain --plan letter.eml`, run in that directory; standard output must equal `expected`.

    tests/tools/golden.py [--update] [NAME]...       --update rewrites what differs: read the diff before committing
"""
import difflib, os, shlex, subprocess, sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CASES = os.path.join(ROOT, "tests", "golden")
FILE_TIME = 1795140000  # 2026-11-20T09:00:00+07:00
UNITS = os.path.join(ROOT, "tests", "letters", "directory.tsv")
BBT = os.path.abspath(os.environ.get("BBT", os.path.join(ROOT, "build", "bbt")))


def read(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as f:
        return f.read()


def run_case(directory):
    """(exit code, standard output, standard error)"""
    options = shlex.split(read(os.path.join(directory, "args")))
    units = "directory.tsv" if os.path.exists(os.path.join(directory, "directory.tsv")) else UNITS
    os.utime(os.path.join(directory, "letter.eml"), (FILE_TIME, FILE_TIME))  # a letter without Received has its file's
    p = subprocess.run([BBT, *options, "explain", "--plan", "--directory", units, "letter.eml"], cwd=directory, capture_output=True,
                       stdin=subprocess.DEVNULL, timeout=120)
    return p.returncode, p.stdout.decode("utf-8", "replace"), p.stderr.decode("utf-8", "replace")


def main():
    update = "--update" in sys.argv
    names = [a for a in sys.argv[1:] if a != "--update"]
    if not names and os.path.isdir(CASES):
        names = sorted(n for n in os.listdir(CASES) if os.path.exists(os.path.join(CASES, n, "letter.eml")))
    if not names:
        print("1..0 # SKIP no case in tests/golden/")
        return 0
    print("1..%d" % len(names))
    bad = 0
    for number, name in enumerate(names, 1):
        directory = os.path.join(CASES, name)
        expected = read(os.path.join(directory, "expected"))
        code, out, err = run_case(directory)
        good = code == 0 and out == expected and expected != ""
        if update and code == 0 and not good:
            with open(os.path.join(directory, "expected"), "w", encoding="utf-8") as f:
                f.write(out)
        bad += not good
        print("%s %d - %s" % ("ok" if good else "not ok", number, name))
        if not good:
            if code != 0:
                print("# exit code %d: %s" % (code, err.strip()[-500:].replace("\n", "\n# ")))
            diff = difflib.unified_diff(expected.splitlines(), out.splitlines(), "expected", "got", lineterm="", n=1)
            print("\n".join("# " + line for line in list(diff)[:30]))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
