#!/usr/bin/python3
"""The kill harness must notice a broken program: each patch in mutants/ breaks one promise, and kill.py has to
report a letter lost or duplicated. A patch that no longer applies is a failure: move it with the code.

A patch begins with lines `# what it breaks`, and `scenario: NAME` (which scenario must catch it). The mutant is
built from a copy of the sources and objects, so that only the patched files are compiled again.
"""
import glob, os, re, shutil, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
POINTS = os.environ.get("BBT_MUTANT_POINTS", "150")


def build(patch, place):
    """None, or why the mutant could not be made."""
    shutil.rmtree(place, ignore_errors=True)
    os.makedirs(os.path.join(place, "tests", "tools"))
    os.makedirs(os.path.join(place, "build"))
    for name in ("src", "Makefile", "tests/tools/embed.sh"):
        subprocess.run(["cp", "-a", os.path.join(ROOT, name), os.path.join(place, name)], check=True)
    for name in ("conf", "rules"):
        os.symlink(os.path.join(ROOT, name), os.path.join(place, name))
    for path in [os.path.join(ROOT, "build", "obj")] + glob.glob(os.path.join(ROOT, "build", "*.h")):
        subprocess.run(["cp", "-a", path, os.path.join(place, "build")], check=True)
    p = subprocess.run(["patch", "-p1", "--fuzz=1", "--no-backup-if-mismatch", "-i", patch], cwd=place,
                       capture_output=True, text=True)
    if p.returncode:
        return "does not apply: " + p.stdout.strip()
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "SANITIZE")}
    p = subprocess.run([os.environ.get("BBT_MAKE", "make"), "-j2", "all"], cwd=place, capture_output=True, text=True, env=env)
    return None if p.returncode == 0 else "does not build: " + p.stderr.strip()[-600:]


def main():
    patches = sorted(glob.glob(os.path.join(HERE, "mutants", "*.patch")))
    print("1..%d" % (2 * len(patches)) if patches else "1..1")
    if len(patches) < 3:
        print("not ok 1 - at least three mutants, there are %d" % len(patches))
    bad = len(patches) < 3
    for number, patch in enumerate(patches):
        name = os.path.basename(patch)[:-len(".patch")]
        with open(patch, encoding="utf-8") as f:
            scenario = re.search(r"^scenario: (\S+)", f.read(), re.M).group(1)
        place = os.path.join(ROOT, "build", "mutants", name)
        trouble = build(patch, place)
        print("%s %d - %s builds" % ("not ok" if trouble else "ok", 2 * number + 1, name))
        if trouble:
            print("# " + trouble.replace("\n", "\n# "))
            print("not ok %d - %s is caught: there is no mutant to kill" % (2 * number + 2, name))
            bad = True
            continue
        p = subprocess.run([sys.executable, os.path.join(HERE, "kill.py"), "--scenario", scenario, "--points", POINTS,
                            "--until-caught"], capture_output=True, text=True,
                           env=dict(os.environ, BBT=os.path.join(place, "build", "bbt")))
        caught = p.returncode == 3
        bad = bad or not caught
        print("%s %d - %s is caught by %s" % ("ok" if caught else "not ok", 2 * number + 2, name, scenario))
        for line in p.stdout.splitlines()[-8:]:
            print("# " + re.sub(r"^(not ok|ok|1\.\.)", r"kill: \1", line))
        sys.stdout.flush()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
