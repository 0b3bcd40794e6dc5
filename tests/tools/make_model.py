#!/usr/bin/python3
"""Makes rules/common/start.model, the model that a new house begins with.

    make build/tools/model_train && tests/tools/make_model.py [--cross] [SHARED]

Trained on, and on nothing else:
  tests/model/CATEGORY.txt     texts written for this project, VARIANTS wordings of each
  SHARED/corpus/texts/*.jsonl  those whose SHA-256 of id is even: documents, news, questions, the first PIECE characters
Never on dev-mail or tests/heldout, nor on the odd half of the corpus, which is measured (classify_score.py).
The result is the same on every run. Words that fewer than LEAST texts have are left out. `--cross` writes nothing and
says how good such a model is, leaving a fifth of the patterns and texts out in turn.
"""
import hashlib, json, os, random, re, subprocess, sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
TRAIN = os.path.abspath(os.environ.get("MODEL_TRAIN", os.path.join(ROOT, "build", "tools", "model_train")))
MODEL = os.path.join(ROOT, "rules", "common", "start.model")
VARIANTS, LEAST, PIECE = 8, 3, 500
NOTE = """# The starting model. Made by tests/tools/make_model.py; do not edit. What it was trained on:
#   texts written for this project (tests/model/), %d wordings of %d patterns
#   public documents, news and questions of the shared corpus, the half whose SHA-256 of id is even: %d texts
# and on nothing else. The house's own decisions are added by `bbt learn` (HOUSE/learned.model).
"""


def even(i):
    return int(hashlib.sha256(i.encode()).hexdigest(), 16) % 2 == 0


def wording(pattern, rng):
    """One wording of a pattern: {a|b|c} gives one of them."""
    return re.sub(r"\{([^{}]*)\}", lambda m: rng.choice(m.group(1).split("|")), pattern)


def written():
    """(category, group, text) of our own texts."""
    directory, group, out = os.path.join(ROOT, "tests", "model"), 0, []
    for name in sorted(os.listdir(directory)):
        if not name.endswith(".txt"):
            continue
        with open(os.path.join(directory, name), encoding="utf-8") as f:
            for pattern in re.split(r"\n\s*\n", f.read().strip()):
                rng, group = random.Random(pattern), group + 1
                texts = sorted({wording(pattern, rng) for _ in range(VARIANTS)})
                out += [(name[:-4], group, t) for t in texts]
    return out


def corpus(shared):
    """(category, group, title, text) of the even half."""
    out = []
    for kind in ("document", "news", "question"):
        with open(os.path.join(shared, "corpus", "texts", kind + ".jsonl"), encoding="utf-8") as f:
            for row in map(json.loads, f):
                if even(row["id"]):
                    title = row["title"] if kind == "news" else ""
                    out.append((kind, int(hashlib.sha256(row["id"].encode()).hexdigest()[:6], 16), title, row["text"][:PIECE]))
    return out


def main():
    args = [a for a in sys.argv[1:] if not a.startswith("--")]
    own, public = written(), corpus(args[0] if args else os.path.join(ROOT, "..", "shared"))
    lines = [json.dumps({"category": c, "group": g, "subject": "", "text": t}) for c, g, t in own]
    lines += [json.dumps({"category": c, "group": g, "subject": s, "text": t}) for c, g, s, t in public]
    cross = "--cross" in sys.argv
    p = subprocess.run([TRAIN] + (["--cross", "5"] if cross else [str(LEAST)]), input="\n".join(lines).encode() + b"\n",
                       capture_output=True, cwd=ROOT)
    if p.returncode:
        sys.exit("model_train: exit code %d: %s" % (p.returncode, p.stderr.decode()[-500:]))
    if cross:
        print(p.stdout.decode(), end="")
        return
    with open(MODEL, "wb") as f:
        f.write((NOTE % (len(own), len({g for _, g, _ in own}), len(public))).encode() + p.stdout)
    print("%s: %d bytes, %d words" % (os.path.relpath(MODEL, ROOT), os.path.getsize(MODEL), p.stdout.count(b"\t")))


if __name__ == "__main__":
    main()
