#!/usr/bin/python3
"""Replays tests/fuzz/corpus/NAME through the harness fuzz_NAME.c (ASan build), mutated a little with a fixed
seed; TAP. With --fuzz SECONDS runs libFuzzer on each instead (build/fuzz/NAME), each that long, two at a time.

What a fuzzer finds is added to the corpus as a file named after its cause.
"""
import concurrent.futures, glob, os, random, re, shutil, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
MUTATIONS = 300  # per harness


def harnesses():
    return sorted(os.path.basename(f)[len("fuzz_"):-2] for f in glob.glob(os.path.join(HERE, "fuzz_*.c")))


def corpus(name):
    return sorted(f for f in glob.glob(os.path.join(HERE, "corpus", name, "*")))


def mutate(dice, data):
    """Cuts, doubles, or overwrites a piece."""
    data = bytearray(data or b"\0")
    for _ in range(dice.randint(1, 4)):
        at, kind = dice.randrange(len(data)), dice.randrange(4)
        if kind == 0:
            del data[at:at + dice.randint(1, 16)]
        elif kind == 1:
            data[at:at] = data[at:at + dice.randint(1, 64)] * dice.randint(1, 8)
        elif kind == 2:
            data[at] = dice.choice([0, 9, 10, 13, 34, 40, 41, 44, 58, 59, 60, 61, 62, 63, 64, 127, 128, 255])
        else:
            data[at] = dice.randrange(256)
        data = data or bytearray(b"\0")
    return bytes(data)


def replay(name, number):
    program = os.path.join(ROOT, "build", "asan", "fuzz", name)
    seeds, dice = corpus(name), random.Random("seed-" + name)
    place = tempfile.mkdtemp(prefix="bbt-fuzz-")
    try:
        for n in range(MUTATIONS if seeds else 0):
            with open(dice.choice(seeds), "rb") as f, open(os.path.join(place, "%04d" % n), "wb") as g:
                g.write(mutate(dice, f.read()))
        p = subprocess.run([program, os.path.join(HERE, "corpus", name), place], capture_output=True, text=True,
                           errors="replace", timeout=120)
        good = p.returncode == 0 and seeds
        print("%s %d - %s: %s" % ("ok" if good else "not ok", number, name, p.stdout.strip() or "no seeds"))
        if not good:
            print("\n".join("# " + line for line in p.stderr.splitlines()[:20]))
        return bool(good)
    except (OSError, subprocess.TimeoutExpired) as error:
        print("not ok %d - %s: %s" % (number, name, error))
        return False
    finally:
        shutil.rmtree(place)


def fuzz(name, number, seconds):
    work = os.path.join(ROOT, "build", "fuzz", "work-" + name)
    os.makedirs(work, exist_ok=True)
    p = subprocess.run([os.path.join(ROOT, "build", "fuzz", name), "-max_total_time=%d" % seconds, "-timeout=5",
                        "-rss_limit_mb=2048", "-max_len=20000", "-artifact_prefix=%s/found-" % work, "-print_final_stats=1",
                        work, os.path.join(HERE, "corpus", name)], capture_output=True, text=True, errors="replace")
    runs = re.search(r"number_of_executed_units:\s*(\d+)", p.stderr)
    runs = int(runs.group(1)) if runs else 0
    good = p.returncode == 0 and runs > 0
    print("%s %d - %s: %d executions in %d s" % ("ok" if good else "not ok", number, name, runs, seconds), flush=True)
    if not good:
        print("\n".join("# " + line for line in p.stderr.splitlines()[-30:]))
    return good


def main():
    names = harnesses()
    print("1..%d" % len(names))
    if "--fuzz" in sys.argv:
        seconds = int(sys.argv[sys.argv.index("--fuzz") + 1])
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda job: fuzz(job[1], job[0], seconds), enumerate(names, 1)))
    else:
        results = [replay(name, n) for n, name in enumerate(names, 1)]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
