#!/usr/bin/python3
"""Kills the program at sampled (process, system call, ordinal) points of every scenario; TAP on stdout.

    tests/crash/kill.py [--points N] [--scenario NAME]... [--seed N] [--workers N] [--until-caught]

BBT names the binary (plain build). At least --points points are run over all scenarios together, or all there
are. Exit code 1 when anything was lost or duplicated, a kill did not fire, fsck complained, or less ran than
was asked for. --until-caught (for mutants): stops at the first letter lost or duplicated and exits 3.
"""
import argparse, collections, multiprocessing, os, shutil, sys, tempfile, time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness, scenarios

FIRED = 0.99  # share of points whose kill must have fired
MISSED = 0.05  # share of points that a run may never reach (a wait that was not needed): others take their place
state = {}    # of a worker process


def start_worker(base, bbt, made, numbers):
    harness.adopt_orphans()
    state["bench"] = harness.Bench(os.path.join(base, "worker%d" % numbers.get()), bbt)
    state["scenarios"] = made


def run(point):
    try:
        fired, problems = state["bench"].run_point(state["scenarios"][point.scenario], point)
    except harness.Broken as error:
        fired, problems = False, [("other", str(error))]
    return point, fired, problems


def record(name):
    """All points of one scenario, and what its clean run says."""
    scenario, bench = state["scenarios"][name], state["bench"]
    try:
        problems = bench.clean_run(scenario)
        return name, problems, [] if problems else list(bench.record(scenario))
    except harness.Broken as error:
        return name, [("other", str(error))], []


def choose(recorded, want, seed):
    """Points for each scenario: its fair share, and what others have no use for."""
    shares, left = {}, want
    for done, name in enumerate(sorted(recorded, key=lambda n: len(recorded[n]))):
        shares[name] = min(len(recorded[name]), -(-left // (len(recorded) - done)))
        left -= shares[name]
    return {name: harness.sample(points, shares[name], "%s-%s" % (seed, name)) for name, points in recorded.items()}


class Tap:
    def __init__(self):
        self.count, self.failed = 0, 0

    def tell(self, good, text, notes=()):
        self.count += 1
        self.failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", self.count, text))
        for note in list(notes)[:12]:
            print("# " + note.replace("\n", "\n#   "))
        sys.stdout.flush()


def report(tap, name, outcomes, seconds):
    """Four tests for one scenario."""
    fired = sum(1 for _, f, _ in outcomes if f)
    kinds = collections.Counter(kind for _, _, problems in outcomes for kind in {k for k, _ in problems})
    by = lambda *wanted: ["%s: %s" % (p, text) for p, _, problems in outcomes for k, text in problems if k in wanted]
    children = sum(1 for p, _, _ in outcomes if p.flavour == "child")
    tap.tell(fired >= FIRED * len(outcomes) and outcomes, "%s: %d of %d kills fired (%d in children), %.0f s" %
             (name, fired, len(outcomes), children, seconds), [str(p) for p, f, _ in outcomes if not f])
    tap.tell(not kinds["lost"], "%s: %d points lost something" % (name, kinds["lost"]), by("lost"))
    tap.tell(not kinds["duplicated"], "%s: %d points duplicated something" % (name, kinds["duplicated"]), by("duplicated"))
    rest = by("fsck", "recovery", "other")
    tap.tell(not rest, "%s: recovery and fsck, %d complaints" % (name, len(rest)), rest)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=int(os.environ.get("BBT_KILL_POINTS", "520")))
    parser.add_argument("--scenario", action="append")
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--until-caught", action="store_true")
    args = parser.parse_args()
    bbt = os.path.abspath(os.environ.get("BBT", "build/bbt"))
    kinds = [s for s in scenarios.ALL if not args.scenario or s.name in args.scenario]
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # a kill is not a power cut: no disk needed
    base = tempfile.mkdtemp(prefix="bbt-kill-", dir=memory)
    made = {}
    try:
        return campaign(args, bbt, kinds, base, made)
    finally:
        for scenario in made.values():
            scenario.close()
        shutil.rmtree(base, ignore_errors=True)


def campaign(args, bbt, kinds, base, made):
    tap = Tap()
    for kind in kinds:
        if kind.cannot():
            tap.tell(True, "%s # SKIP %s" % (kind.name, kind.cannot()))
            continue
        try:
            made[kind.name] = kind(base, bbt)
        except harness.Broken as error:
            tap.tell(False, "%s: fixture" % kind.name, [str(error)])
    numbers = multiprocessing.Queue()
    for n in range(args.workers):
        numbers.put(n)
    with multiprocessing.Pool(args.workers, start_worker, (base, bbt, made, numbers)) as pool:
        recorded = {}
        for name, problems, points in pool.imap_unordered(record, list(made)):
            tap.tell(not problems, "%s: a run without a kill, %d points recorded" % (name, len(points)),
                     ["%s: %s" % p for p in problems])
            if points:
                recorded[name] = points
        caught = kill_all(pool, tap, args, recorded)
        pool.terminate()
    print("1..%d" % tap.count)
    return 3 if caught else 1 if tap.failed else 0


def strike(pool, points, spare):
    """The outcomes of as many kills as there are points: one that its run never reached is no kill."""
    missed = []
    for outcome in pool.imap_unordered(run, points):
        _, fired, problems = outcome
        if fired or problems:
            yield outcome
        else:
            missed.append(outcome)
    if len(missed) <= max(2, MISSED * len(points)) and len(missed) <= len(spare):
        yield from pool.imap_unordered(run, spare[:len(missed)])
    else:
        yield from missed


def spare_of(recorded, chosen, seed):
    taken = {str(p) for p in chosen}
    rest = [one for one in recorded if str(one[1]) not in taken]
    return harness.sample(rest, min(len(rest), 1 + len(chosen) // 10), "%s-spare" % seed)


def kill_all(pool, tap, args, recorded):
    """Runs the sample; True when --until-caught and something was lost or duplicated."""
    chosen = choose(recorded, args.points, args.seed) if recorded else {}
    total, done, began = sum(map(len, chosen.values())), 0, time.monotonic()
    for name, points in sorted(chosen.items()):
        outcomes, start = [], time.monotonic()
        for point, fired, problems in strike(pool, points, spare_of(recorded[name], points, args.seed)):
            outcomes.append((point, fired, problems))
            done += 1
            if sys.stderr.isatty():
                sys.stderr.write("\r%s %d/%d, %.0f points/s " % (name, done, total, done / (time.monotonic() - began)))
            if args.until_caught and any(kind in ("lost", "duplicated") for kind, _ in problems):
                tap.tell(False, "%s" % point, ["%s: %s" % p for p in problems])
                return True
        report(tap, name, outcomes, time.monotonic() - start)
    everything = sum(map(len, recorded.values()))
    tap.tell(done >= min(args.points, everything) and done > 0, "%d points run of %d asked for, %d recorded" %
             (done, args.points, everything))
    return False


if __name__ == "__main__":
    sys.exit(main())
