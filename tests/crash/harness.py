"""The kill harness of RELIABILITY 0.1-0.5: a program killed before any of its system calls loses nothing.

One clean run is recorded with strace; every (flavour, step, syscall, ordinal) of the record is a point. At a
point the program is run again on a fresh copy of the fixture house with that call injected with SIGKILL, so it
dies in the state between two calls; then everything it left behind is killed too, the scenario's recovery
commands run twice, and the house is compared with what it must hold.

What would make the harness lie, and how it is kept honest:
* strace counts `when=` per syscall name and per tracee, so a point is a (name, ordinal) pair of a record, never
  "the n-th call of all"; ordinals are the smallest count of several records, since timing moves calls about;
* with --seccomp-bpf an injected KILL silently never fires, so it is not used, and a point whose kill did not
  fire is a failed point;
* a scenario must pass its own clean run first, else every point would fail for another reason;
* mutants.py breaks the program in known ways, and the harness must notice.

Flavour "main" follows only the first process (strace without -f): exactly that one dies, and its children are
killed right after. Flavour "child" follows all: the first process that reaches the call dies alone.
"""
import ctypes, os, random, re, shutil, signal, subprocess, time

# Calls after which something outside the process may look different; the rest only move memory about.
CHANGING = set("""write pwrite64 writev pwritev pwritev2 fsync fdatasync sync_file_range rename renameat renameat2
link linkat unlink unlinkat mkdir mkdirat rmdir ftruncate truncate fallocate copy_file_range sendfile sendto sendmsg
connect shutdown symlink symlinkat chmod fchmod fchmodat utimensat flock""".split())
CREATING = {"open", "openat", "creat"}  # only with O_CREAT
# A sleep is how SQLite waits for a lock of another process: whether it happens is a matter of chance, and what stands on
# the disk is the same before the call behind it, which is a point.
NEVER = {"execve", "exit_group", "exit", "rt_sigreturn", "restart_syscall", "vfork", "clock_nanosleep", "nanosleep"}
TIMEOUT = 40  # seconds for one command


class Broken(Exception):
    """The scenario itself does not work; no kill was involved."""


def adopt_orphans():
    """Grandchildren whose parent was killed become ours, so that none is left running."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def kill_the_rest():
    """Kills and reaps every process that hangs on this one."""
    for _ in range(50):
        with open("/proc/self/task/%d/children" % os.getpid()) as f:
            children = [int(pid) for pid in f.read().split()]
        if not children:
            return
        for pid in children:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        for pid in children:
            try:
                os.waitpid(pid, 0)
            except ChildProcessError:
                pass


def command(argv, env=None, timeout=TIMEOUT):
    """Exit code (negative: signal), stdout, stderr."""
    p = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         env=env, start_new_session=True)
    try:
        out, err = p.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(p.pid, signal.SIGKILL)
        out, err = p.communicate()
        return None, out.decode("utf-8", "replace"), "still running after %d s" % timeout
    return p.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace")


class Point:
    def __init__(self, scenario, flavour, step, syscall, ordinal):
        self.scenario, self.flavour, self.step = scenario, flavour, step
        self.syscall, self.ordinal = syscall, ordinal

    def __str__(self):
        return "%s step %d %s %s#%d" % (self.scenario, self.step, self.flavour, self.syscall, self.ordinal)


def trace_calls(argv, log, follow):
    """Runs argv under strace; a list of processes (the first one first), each a list of (syscall, line)."""
    code, _, err = command(["strace", "-qq", *(["-f"] if follow else []), "-o", log, "-s", "0", "--", *argv])
    if code != 0:
        raise Broken("recording `%s`: exit code %s: %s" % (" ".join(argv), code, err.strip()[-300:]))
    processes, order = {}, []
    with open(log, errors="replace") as f:
        for line in f:
            match = re.match(r"(\d+ +)?(\w+)\(", line)
            if not match or (follow and not match.group(1)):
                continue
            pid = int(match.group(1)) if follow else 0
            if pid not in processes:
                processes[pid] = []
                order.append(pid)
            processes[pid].append((match.group(2), line))
    return [processes[pid] for pid in order]


def points_of_process(calls):
    """(syscall, ordinal, changes something?) of one process."""
    counts, found = {}, []
    for name, line in calls:
        counts[name] = counts.get(name, 0) + 1
        if name not in NEVER:
            found.append((name, counts[name], name in CHANGING or name in CREATING and "O_CREAT" in line))
    return found


class Bench:
    """Runs points of scenarios in one directory; one per worker."""

    def __init__(self, directory, bbt):
        self.directory, self.bbt = directory, bbt
        self.house = os.path.join(directory, "house")
        self.log = os.path.join(directory, "strace.log")
        os.makedirs(directory, exist_ok=True)

    def fresh(self, scenario):
        shutil.rmtree(self.house, ignore_errors=True)
        shutil.copytree(scenario.fixture, self.house, symlinks=True)
        scenario.reset(self)

    def argv(self, words):
        return [self.bbt, "--house", self.house, *words]

    def must(self, words, codes=(0,)):
        code, out, err = command(self.argv(words))
        if code not in codes:
            raise Broken("`bbt %s`: exit code %s: %s" % (" ".join(words), code, (err or out).strip()[-400:]))
        return out

    def record(self, scenario, rounds=4):
        """The points of one scenario: ordinals that every one of `rounds` recorded runs reached."""
        steps = []
        for step in range(len(scenario.steps)):
            tables = []
            for flavour in ("main",) * rounds + ("child",) * rounds:
                self.fresh(scenario)
                for earlier in scenario.steps[:step]:
                    self.must(earlier)
                processes = trace_calls(self.argv(scenario.steps[step]), self.log, flavour == "child")
                kill_the_rest()
                tables.append((flavour, processes))
            steps.append(tables)
        return [p for step, tables in enumerate(steps) for p in self._common(scenario, step, tables)]

    def _common(self, scenario, step, tables):
        main = [set(points_of_process(t[0])) for flavour, t in tables if flavour == "main"]
        for name, n, changing in sorted(set.intersection(*main)):
            yield changing, Point(scenario.name, "main", step, name, n)
        # A child's call is only reached first by a child where the main process makes fewer of that name.
        most = {}
        for names in main:
            for name, n, _ in names:
                most[name] = max(most.get(name, 0), n)
        child = [set(p for process in t[1:] for p in points_of_process(process))
                 for flavour, t in tables if flavour == "child"]
        for name, n, changing in sorted(set.intersection(*child)):
            if n > most.get(name, 0):
                yield changing, Point(scenario.name, "child", step, name, n)

    def run_point(self, scenario, point):
        """(fired, problems) of one point."""
        fired = False
        for _ in range(3):  # timing may move the call out of reach once or twice; always is a finding
            self.fresh(scenario)
            for earlier in scenario.steps[:point.step]:
                self.must(earlier)
            fired = self._kill(scenario, point)
            if fired:
                break
        return fired, self.aftermath(scenario)

    def _kill(self, scenario, point):
        follow = ["-f"] if point.flavour == "child" else []
        command(["strace", "-qq", *follow, "-o", self.log, "-s", "0", "-e", "trace=" + point.syscall, "-e",
                 "inject=%s:signal=KILL:when=%d" % (point.syscall, point.ordinal), "--",
                 *self.argv(scenario.steps[point.step])])
        kill_the_rest()
        with open(self.log, errors="replace") as f:
            return "killed by SIGKILL" in f.read()

    def aftermath(self, scenario):
        """Recovery twice, fsck, and what the house holds now: problems as (kind, text)."""
        problems = []
        for words in scenario.recovery * 2:
            code, out, err = command(self.argv(words))
            kill_the_rest()
            if code not in scenario.recovery_codes:
                problems.append(("recovery", "`bbt %s` after the kill: exit code %s: %s" %
                                 (" ".join(words), code, (err or out).strip()[-200:])))
        code, out, err = command(self.argv(["fsck"]))
        if code != 0:
            problems.append(("fsck", "exit code %s: %s" % (code, (out + err).strip()[-300:])))
        return problems + scenario.compare(self)

    def clean_run(self, scenario):
        self.fresh(scenario)
        for words in scenario.steps:
            self.must(words)
        return self.aftermath(scenario)


def sample(points, want, seed):
    """A seeded sample of the calls that change something, spread evenly over steps and over main process and
    children, so that a step with many calls does not hide one with few; a tenth of the rest beside."""
    dice = random.Random(seed)
    groups = {}
    for changing, point in points:
        groups.setdefault((changing, point.step, point.flavour), []).append(point)
    for group in groups.values():
        dice.shuffle(group)
    loud = [groups[k] for k in sorted(groups) if k[0]]
    quiet = [p for k in sorted(groups) if not k[0] for p in groups[k]]
    few = min(len(quiet), max(1, want // 10))
    picked = []
    while len(picked) < want - few and any(loud):
        picked += [group.pop() for group in loud if group]
    return picked[:want - few] + quiet[:max(few, want - len(picked))]
