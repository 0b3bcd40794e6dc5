#!/usr/bin/python3
"""`make bench`: banbientap beside its peers on the same letters in the same run; `name value unit` lines.

    tests/bench/bench.py [--count 10000] [--rounds 2] [--only ingest|fetch]

ingest: `bbt ingest` (durable spool, sandboxed reader, verify, classify, store with full text) against `notmuch
new` and `mu index` on the same Maildir. fetch: IMAP over TLS from a local Dovecot into the spool against `mbsync`
with FSync yes. Every program starts from nothing each round; rounds alternate the programs; the median is
printed. Rate, CPU (user + system of all processes), peak memory of the largest process, and of all together
(proportional set size, sampled). A peer that is not installed is left out and says so; a count that is wrong
ends the run: a fast program that did not do the work is no measurement.
"""
import argparse, glob, os, shutil, sqlite3, statistics, subprocess, sys, tempfile, threading, time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(HERE, "..", "tools"))
from dovecot import Dovecot

BBT = os.path.abspath(os.environ.get("BBT", os.path.join(ROOT, "build", "bbt")))
UNITS = os.path.join(ROOT, "tests", "letters", "directory.tsv")
GOALS = {"ratio_ingest_notmuch": 2.5, "ratio_fetch_mbsync": 1.3}


def tree_of(pid):
    """pid and all its descendants."""
    found, todo = [], [pid]
    while todo:
        pid = todo.pop()
        found.append(pid)
        try:
            for task in os.listdir("/proc/%d/task" % pid):
                with open("/proc/%d/task/%s/children" % (pid, task)) as f:
                    todo += [int(p) for p in f.read().split()]
        except OSError:
            pass
    return found


def together(pid):
    """Proportional set size of a process tree in bytes."""
    total = 0
    for one in tree_of(pid):
        try:
            with open("/proc/%d/smaps_rollup" % one) as f:
                total += sum(int(l.split()[1]) for l in f if l.startswith("Pss:")) * 1024
        except OSError:
            pass
    return total


class Group:
    """A control group of our own, whose CPU time counts every process, reaped or not: a program whose children
    are reaped by the kernel would otherwise look cheaper than it is. Without one (no root), os.wait4 counts."""

    def __init__(self):
        self.path = None
        for base in ("/sys/fs/cgroup", "/sys/fs/cgroup/unified"):
            if os.path.exists(os.path.join(base, "cgroup.controllers")):
                try:
                    path = os.path.join(base, "bbt-bench-%d" % os.getpid())
                    os.mkdir(path)
                    self.path = path
                except OSError:
                    pass

    def enter(self):
        if self.path:
            with open(os.path.join(self.path, "cgroup.procs"), "w") as f:
                f.write("0")

    def seconds(self):
        with open(os.path.join(self.path, "cpu.stat")) as f:
            return int(dict(line.split() for line in f)["usage_usec"]) / 1e6

    def close(self):
        if self.path:
            os.rmdir(self.path)


group = Group()


def measure(argv, env=None, codes=(0,)):
    """Runs one program to its end: seconds, CPU seconds, bytes of the largest process, of all together."""
    os.sync()
    before = group.seconds() if group.path else 0
    began = time.monotonic()
    p = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env,
                         preexec_fn=group.enter)
    peak, over = [0], threading.Event()

    def watch():
        while not over.wait(0.25):
            peak[0] = max(peak[0], together(p.pid))

    complaints = []
    threads = [threading.Thread(target=watch), threading.Thread(target=lambda: complaints.append(p.stderr.read()))]
    for t in threads:
        t.start()
    _, status, usage = os.wait4(p.pid, 0)
    seconds = time.monotonic() - began
    p.returncode = os.waitstatus_to_exitcode(status)
    over.set()
    for t in threads:
        t.join()
    if p.returncode not in codes:
        sys.exit("bench: `%s`: exit code %d: %s" % (" ".join(argv[:6]), p.returncode, complaints[0][-400:].decode("utf-8", "replace")))
    cpu = group.seconds() - before if group.path else usage.ru_utime + usage.ru_stime
    return {"seconds": seconds, "cpu": cpu, "largest": usage.ru_maxrss * 1024,
            "together": max(peak[0], 0)}


def call(*argv, **more):
    p = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, **more)
    if p.returncode:
        sys.exit("bench: `%s`: exit code %d: %s" % (" ".join(argv[:6]), p.returncode, p.stderr[-400:].decode("utf-8", "replace")))
    return p.stdout.decode("utf-8", "replace")


def count(database, sql):
    with sqlite3.connect("file:%s?mode=ro" % database, uri=True) as db:
        return db.execute(sql).fetchone()[0]


def demand(what, got, wanted):
    if got != wanted:
        sys.exit("bench: %s holds %d of %d letters: no measurement" % (what, got, wanted))


def fresh(work, name):
    """A new directory each time, deleted only at the end: ext4 looks at every inode freed within the last minutes
    before it gives out another, so what a round deletes the next one would pay for."""
    return os.path.join(tempfile.mkdtemp(prefix=name + "-", dir=work), name)


def new_house(work):
    house = fresh(work, "house")
    call(BBT, "init", house, "--profile", "mic", "--trial")
    call(BBT, "--house", house, "units", "import", UNITS)
    return house


# ---- ingest -------------------------------------------------------------------------------------------------

def ingest_bbt(work, maildir, n):
    house = new_house(work)
    result = measure([BBT, "--house", house, "--json", "ingest", maildir])
    demand("bbt", count(os.path.join(house, "case.db"), "SELECT count(*) FROM letters"), n)
    return result


def ingest_notmuch(work, maildir, n):
    place = fresh(work, "notmuch")
    os.makedirs(place)
    config = os.path.join(place, "config")
    with open(config, "w") as f:
        f.write("[database]\npath=%s\nmail_root=%s\n[user]\nname=x\nprimary_email=x@example.vn\n[new]\ntags=new\n"
                "[maildir]\nsynchronize_flags=false\n" % (place, maildir))
    env = dict(os.environ, NOTMUCH_CONFIG=config)
    result = measure(["notmuch", "new", "--quiet"], env)
    demand("notmuch", int(call("notmuch", "count", "*", env=env)), n)
    return result


def ingest_mu(work, maildir, n):
    place = fresh(work, "mu")
    call("mu", "init", "--muhome=" + place, "--maildir=" + maildir)
    result = measure(["mu", "index", "--quiet", "--muhome=" + place])
    found = call("mu", "find", "--muhome=" + place, "--fields=i", "size:1..100M")
    demand("mu", len(found.splitlines()), n)
    return result


# ---- fetch --------------------------------------------------------------------------------------------------

def fetch_bbt(work, server, n):
    house = new_house(work)
    secret = os.path.join(house, "bench-password")
    with open(os.open(secret, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
        f.write(server.password + "\n")
    with open(os.path.join(house, "banbientap.conf"), "a") as f:
        f.write("mailbox bench {\n    protocol imap\n    host localhost\n    port %d\n    tls implicit\n    ca-file %s\n"
                "    user %s\n    password-file bench-password\n}\n" % (server.port, server.cert, "banbientap"))
    result = measure([BBT, "--house", house, "fetch", "--once"])
    demand("bbt's spool", len(glob.glob(os.path.join(house, "spool", "new", "*.eml"))), n)
    return result


def fetch_mbsync(work, server, n):
    place = fresh(work, "mbsync")
    os.makedirs(place)
    config = os.path.join(place, "mbsyncrc")
    with open(config, "w") as f:
        f.write("FSync yes\nIMAPStore far\nHost localhost\nPort %d\nUser %s\nPass %s\nSSLType IMAPS\nCertificateFile %s\n\n"
                "MaildirStore near\nPath %s/\nInbox %s/inbox\n\nChannel pull\nFar :far:\nNear :near:\nPatterns INBOX\n"
                "Create Near\nSync Pull\nSyncState *\n" % (server.port, "banbientap", server.password, server.cert, place, place))
    result = measure(["mbsync", "-q", "-c", config, "pull"])
    got = sum(len(os.listdir(os.path.join(place, "inbox", sub))) for sub in ("new", "cur"))
    demand("mbsync's Maildir", got, n)
    return result


# ---- rounds -------------------------------------------------------------------------------------------------

def rounds(number, programs, work, source, n):
    """Alternates the programs; the median of each figure."""
    results = {name: [] for name, _ in programs}
    for _ in range(number):
        for name, function in programs:
            results[name].append(function(work, source, n))
    return {name: {key: statistics.median(r[key] for r in rows) for key in rows[0]} for name, rows in results.items()}


def show(task, name, result, n):
    print("%s_%s_rate %.0f letters/s" % (task, name, n / result["seconds"]))
    print("%s_%s_cpu %.2f s/1000letters" % (task, name, result["cpu"] * 1000 / n))
    print("%s_%s_rss_largest %.1f MB" % (task, name, result["largest"] / 1e6))
    print("%s_%s_rss_all %.1f MB" % (task, name, max(result["together"], 0) / 1e6), flush=True)


def compare(task, results, n):
    for name, result in results.items():
        show(task, name, result, n)
    for name in results:
        if name != "bbt":
            ratio = results[name]["seconds"] / results["bbt"]["seconds"]
            goal = GOALS.get("ratio_%s_%s" % (task, name))
            print("ratio_%s_%s %.2f x%s" % (task, name, ratio, "" if goal is None else
                                             "   # goal %.1f: %s" % (goal, "reached" if ratio >= goal else "missed")), flush=True)


def installed(programs):
    there = []
    for name, function in programs:
        if name == "bbt" or shutil.which(name):
            there.append((name, function))
        else:
            print("# SKIP %s is not installed" % name)
    return there


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", choices=("ingest", "fetch"))
    args = parser.parse_args()
    work = tempfile.mkdtemp(prefix="bbt-bench-", dir=os.environ.get("BBT_BENCH_DIR", "/var/tmp"))
    os.chmod(work, 0o755)
    try:
        maildir = os.path.join(work, "letters")
        print(call(sys.executable, os.path.join(HERE, "gen_letters.py"), maildir, "--count", str(args.count)).strip())
        print("cores %d count" % os.cpu_count(), flush=True)
        if not group.path:
            print("# no control group: CPU of processes reaped by the kernel is not counted")
        if args.only != "fetch":
            programs = installed([("bbt", ingest_bbt), ("notmuch", ingest_notmuch), ("mu", ingest_mu)])
            compare("ingest", rounds(args.rounds, programs, work, maildir, args.count), args.count)
        if args.only != "ingest":
            fetch(args, work, maildir)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        group.close()


def fetch(args, work, maildir):
    if os.getuid() != 0 or not shutil.which("dovecot"):
        print("# SKIP fetch: a private Dovecot needs root and the package dovecot-imapd")
        return
    os.makedirs(os.path.join(work, "dovecot"))
    with Dovecot(os.path.join(work, "dovecot")) as server:
        server.add_mailbox("banbientap", glob.glob(os.path.join(maildir, "cur", "*")))
        demand("dovecot", server.warm_up("banbientap"), args.count)
        programs = installed([("bbt", fetch_bbt), ("mbsync", fetch_mbsync)])
        compare("fetch", rounds(args.rounds, programs, work, server, args.count), args.count)


if __name__ == "__main__":
    main()
