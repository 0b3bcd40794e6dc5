#!/usr/bin/python3
"""Every check of lint.py can fail: each gets one good sample tree, which it must pass, and bad ones, which
it must not. A check without a sample fails here, so that nobody adds one that says yes to everything."""
import os, shutil, subprocess, sys, tempfile

sys.dont_write_bytecode = True
import lint

OPENING = "/* sample: does one thing.\n * It refuses everything else.\n * Invariant: none.\n */\n"
MAKEFILE = "PURE_ROOMS = base house\nEDGE_ROOMS = sys reader store\nLAST_ROOMS = . cmd\n"
GOOD = {
    "Makefile": MAKEFILE, "README.md": "# sample\n", "HACKING.md": "stories\n", "LICENSE": "ISC\n",
    ".clang-format": "BasedOnStyle: LLVM\nIndentWidth: 4\nBreakBeforeBraces: Linux\nColumnLimit: 108\n"
                     "AllowShortFunctionsOnASingleLine: None\n",
    "rules/.keep": "", "spool/.gitkeep": "", "tests/.keep": "", "conf/.keep": "",
    "man/s.1": ".Dd November 21, 2026\n.Dt S 1\n.Os\n.Sh NAME\n.Nm s\n.Nd sample\n.Sh SYNOPSIS\n.Nm\n"
               ".Sh DESCRIPTION\nA sample.\n",
    "src/base/banned.h": "#define strcpy(...) BANNED(strcpy)\n#define system(...) BANNED(system)\n",
    "src/base/str.h": "#ifndef STR_H\n#define STR_H\n#include <stddef.h>\nsize_t str_n(const char *s);\n#endif\n",
    "src/base/str.c": OPENING + '#include "base/str.h"\n#include <string.h>\n\nsize_t str_n(const char *s)\n'
                                "{\n    return strlen(s);\n}\n",
    "src/sys/log.c": OPENING + '#include "base/str.h"\n#include <unistd.h>\n\nstatic int level;\n\n'
                               'size_t log_n(void);\n\nsize_t log_n(void)\n'
                               '{\n    level++;\n    return str_n("words") + (size_t)write(2, "x", 1) + (size_t)level;\n}\n',
    "src/main.sh": "#!/bin/sh\nset -eu\necho ok\n",
}


def c(body, head=""):
    return OPENING + head + body


# check -> list of {file: content} laid over the good tree; each must make the check report something.
BAD = {
    "rooms": [{"src/base/up.c": c('#include "sys/log.h"\n')}, {"src/attic/x.c": c("\n")},
              {"src/house/x.c": c('#include "../sys/log.h"\n')}, {"src/house/x.c": c('#include "later/x.h"\n')},
              {"src/sys/x.c": c('#include "arrive.h"\n')}],
    "pure": [{"src/base/up.c": c('#include <time.h>\nlong up(void);\nlong up(void)\n{\n    return time(0);\n}\n')},
             {"src/house/up.c": c('#include <stdio.h>\nvoid up(void);\nvoid up(void)\n{\n    puts("x");\n}\n')},
             {"src/house/up.c": c('unsigned long log_n(void);\nunsigned long up(void);\nunsigned long up(void)\n'
                                  '{\n    return log_n();\n}\n')},
             {"src/house/up.c": c('int json_dumpfd(void);\nint up(void);\nint up(void)\n{\n    return json_dumpfd();\n}\n')}],
    "libraries": [{"src/store/x.c": c("#include <libxml/parser.h>\n")},
                  {"src/sys/x.c": c("int sqlite3_open(void);\nint up(void);\nint up(void)\n{\n    return sqlite3_open();\n}\n")},
                  {"src/base/x.c": c("#include <iconv.h>\n")}],
    "state": [{"src/sys/x.c": c("static int n;\nint up(void);\nint up(void)\n{\n    return n++;\n}\n")},
              {"src/house/x.c": c("int up(void);\nint up(void)\n{\n    static int n = 7;\n    return n++;\n}\n")},
              {"src/house/x.c": c("int n;\n")},
              {"src/sys/x.c": c("_Thread_local int n;\n")}],
    "ascii": [{"src/sys/x.c": c("// ph\u1ea3n \u00e1nh\n")}, {"src/sys/x.h": "/* \x1b[1m */\n"}],
    "vietnamese": [{"src/sys/x.c": c('const char *up = "Kinh gui Quy Ban";\n')},
                   {"src/sys/x.c": c('const char *up = "ph\\u1ea3n h\\u1ed3i";\n')},
                   {"src/sys/x.c": c('const char *up = "\\xc4\\x91";\n')}],
    "banned": [{"src/sys/x.c": c("void up(char *s);\nvoid up(char *s)\n{\n    strcpy(s, \"x\");\n}\n", "#include <string.h>\n")},
               {"src/sys/x.c": c("int up(void);\nint up(void)\n{\n    int (*f)(const char *) = system;\n    return f(0);\n}\n",
                                 "#include <stdlib.h>\n")}],
    "goto": [{"src/sys/x.c": c("void up(void);\nvoid up(void)\n{\n    goto out;\nout:\n    return;\n}\n")}],
    "typedef": [{"src/sys/x.h": "typedef struct x { int n; } x_t;\n"}],
    "sql": [{"src/store/x.c": c('const char *up = "SELECT ref FROM submission";\n')},
            {"src/store/x.c": c('const char *up = "PRAGMA synchronous=FULL";\n')},
            {"src/store/x.c": c('const char *up = "BEGIN IMMEDIATE";\n')},
            {"src/store/x.c": c('const char *up = "insert into letter values (1)";\n')}],
    "opening": [{"src/sys/x.c": "int up(void);\n"}, {"src/sys/x.c": "/*\n" + " * long\n" * 20 + " */\nint up(void);\n"}],
    "format": [{"src/sys/x.c": c("int up( void );\n")}],
    "cppcheck": [{"src/sys/x.c": c("int up(void);\nint up(void)\n{\n    int v[2] = {1, 2};\n    return v[2];\n}\n")}],
    "length": [{"src/sys/x.h": "\n" * 501},
               {"src/sys/x.c": c("int up(int n);\nint up(int n)\n{\n" + "    n++;\n" * 80 + "    return n;\n}\n")},
               {"src/sys/x.c": c("int up(int n);\nint up(int n)\n{\n" + "    if (n > 3)\n        n--;\n" * 15 +
                                 "    return n;\n}\n")}],
    "man": [{"man/s.1": ".Sh NAME\n.Nm s\n.Nd sample\n.Foo\n"}],
    "scripts": [{"src/main.sh": "#!/bin/sh\nif true; then\n"}, {"tests/x.py": "def x(:\n"}],
    "paths": [{"README.md": "see /w" + "ork/main\n"}, {"conf/x": "deb http://deb.deb" + "ian.org/debian\n"},
              {"src/sys/x.h": "// /h" + "ome/someone/x\n"}],
    "top": [{"notes.txt": "x\n"}, {"LICENSE": None}],
}


def plant(base, files):
    for name, content in files.items():
        path = os.path.join(base, name)
        if content is None:
            os.remove(path)
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(content)


def compile_all(base):
    """Objects for the checks that look at symbols; a sample that does not compile stays without object."""
    for name in lint.Tree(base).sources(".c"):
        target = os.path.join(base, "build/obj", name[4:-2] + ".o")
        os.makedirs(os.path.dirname(target), exist_ok=True)
        subprocess.run(["gcc", "-w", "-O1", "-fno-builtin", "-fPIE", "-I" + os.path.join(base, "src"), "-c", "-o", target,
                        os.path.join(base, name)], stderr=subprocess.DEVNULL)


def problems(check, files):
    """What one check says about the good tree with these files laid over it."""
    base = tempfile.mkdtemp(prefix="bbt-lint-")
    try:
        plant(base, {**GOOD, **{k: v for k, v in files.items() if v is not None}})
        plant(base, {k: v for k, v in files.items() if v is None})
        if check in ("pure", "libraries", "state", "banned"):
            compile_all(base)
        return lint.CHECKS[check](lint.Tree(base))
    finally:
        shutil.rmtree(base)


def main():
    results = []
    for check in lint.CHECKS:
        good = problems(check, {})
        results.append((not good, "%s passes a good tree" % check, good))
        samples = BAD.get(check, [])
        if not samples:
            results.append((False, "%s has a bad sample" % check, ["add one to selftest.py"]))
        for number, sample in enumerate(samples, 1):
            name = sorted(sample)[0]
            said = problems(check, sample)
            # What it reports must concern the planted file, not an accident of the sample tree.
            hit = [p for p in said if check == "top" or name in p]
            results.append((bool(hit), "%s fails bad sample %d (%s)" % (check, number, name), said))
    print("1..%d" % len(results))
    for number, (good, text, notes) in enumerate(results, 1):
        print("%s %d - %s" % ("ok" if good else "not ok", number, text))
        for note in notes if not good else []:
            print("# " + note)
    return 0 if all(r[0] for r in results) else 1


if __name__ == "__main__":
    sys.exit(main())
