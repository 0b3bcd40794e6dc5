#!/usr/bin/python3
"""The house rules, checked: each check is one function that takes a Tree and returns problems, one line each.

    tests/lint/lint.py [CHECK]...        TAP on stdout; figures about size as comments

What a check may allow is written, with its reason, in a file beside this one (pure-symbols, state-allowed,
cppcheck-suppressions). selftest.py feeds every check a bad sample: a check that cannot fail proves nothing.
"""
import concurrent.futures, fnmatch, os, re, statistics, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
FILE_LINES, FUNCTION_LINES, COMPLEXITY = 500, 80, 15


class Tree:
    """A source tree: its files, its Makefile's room order, and where its objects are."""

    def __init__(self, root, objects=None, lint=HERE):
        self.root, self.lint = root, lint
        self.objects = objects or os.path.join(root, "build", "obj")
        self.files = sorted(self._list())
        self._symbols = {}

    def _list(self):
        """Tracked files and new ones that git does not ignore; all files where there is no repository."""
        git = subprocess.run(["git", "-C", self.root, "ls-files", "-co", "--exclude-standard", "-z"],
                             capture_output=True)
        if git.returncode == 0 and git.stdout:
            names = [n for n in git.stdout.decode().split("\0") if n]
        else:
            names = [os.path.relpath(os.path.join(d, f), self.root) for d, _, fs in os.walk(self.root)
                     for f in fs]
            names = [n for n in names if not n.startswith((".git/", "build/"))]
        return [n for n in set(names) if os.path.isfile(os.path.join(self.root, n))]

    def bytes(self, name):
        with open(os.path.join(self.root, name), "rb") as f:
            return f.read()

    def text(self, name):
        return self.bytes(name).decode("utf-8", "replace")

    def sources(self, *endings):
        return [f for f in self.files if f.startswith("src/") and f.endswith(endings)]

    def rooms(self):
        """(all rooms in order, pure rooms), from the Makefile."""
        lists = dict(re.findall(r"^(PURE_ROOMS|EDGE_ROOMS|LAST_ROOMS)\s*=\s*(.*)$", self.text("Makefile"), re.M))
        pure = lists.get("PURE_ROOMS", "").split()
        return pure + lists.get("EDGE_ROOMS", "").split() + lists.get("LAST_ROOMS", "").split(), pure

    def object_of(self, source):
        return os.path.join(self.objects, source[len("src/"):-2] + ".o")

    def allow_list(self, name):
        """Lines `FILE-PATTERN SYMBOL-PATTERN...` (!SYMBOL-PATTERN takes back); # begins the reason."""
        path, rows = os.path.join(self.lint, name), []
        with open(path) as f:
            for line in f:
                words = line.split("#")[0].split()
                rows += [(words[0], w) for w in words[1:]]
        return rows


def room_of(path):
    inner = path[len("src/"):] if path.startswith("src/") else path
    return inner.split("/")[0] if "/" in inner else "."


def code_only(text, keep_strings=False):
    """C text with comments (and string contents) blanked, line ends kept."""
    def blank(match):
        piece = match.group(0)
        if piece[0] in "\"'":
            return piece if keep_strings else piece[0] + " " * (len(piece) - 2) + piece[-1]
        return re.sub(r"[^\n]", " ", piece)
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.S)


def strings(text):
    """(line, content) of every string literal outside comments."""
    code = code_only(text, keep_strings=True)
    for match in re.finditer(r'"((?:\\.|[^"\\\n])*)"', code):
        yield code.count("\n", 0, match.start()) + 1, match.group(1)


def grep(tree, names, pattern, message, clean=code_only):
    found = []
    for name in names:
        for number, line in enumerate(clean(tree.text(name)).split("\n"), 1):
            for match in re.finditer(pattern, line):
                found.append("%s:%d: %s: '%s'" % (name, number, message, match.group(0).strip()))
    return found


def run(argv, **more):
    return subprocess.run(argv, capture_output=True, text=True, errors="replace", **more)


def symbols(tree, source, flags):
    """Symbol names by nm; None when the object is not there."""
    key = (source, *flags)
    if key not in tree._symbols:
        path = tree.object_of(source)
        lines = run(["nm", *flags, path]).stdout.splitlines() if os.path.exists(path) else None
        tree._symbols[key] = None if lines is None else [l.split()[-1] for l in lines if l.strip()]
    return tree._symbols[key]


def allowed(rows, name, symbol):
    """Some row allows it and no row with `!` takes it back."""
    mine = [s for f, s in rows if fnmatch.fnmatchcase(name, f)]
    return (any(fnmatch.fnmatchcase(symbol, s) for s in mine) and
            not any(fnmatch.fnmatchcase(symbol, s[1:]) for s in mine if s.startswith("!")))


# ---- the walls ------------------------------------------------------------------------------------------

def check_rooms(tree):
    """A room includes only itself and rooms above it; every directory of src/ is a room."""
    order, _ = tree.rooms()
    place = {room: i for i, room in enumerate(order)}
    found = []
    for name in tree.sources(".c", ".h"):
        room = room_of(name)
        if room not in place:
            found.append("%s: '%s' is no room of the Makefile" % (name, room))
            continue
        for number, line in enumerate(tree.text(name).split("\n"), 1):
            match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if not match:
                continue
            target = match.group(1)
            if target.endswith("_sql.h") and "/" not in target and room == "store":
                continue
            if ".." in target:
                found.append("%s:%d: include path with '..'" % (name, number))
            elif room_of(target) not in place:
                found.append("%s:%d: '%s' is in no room" % (name, number, target))
            elif place[room_of(target)] > place[room]:
                found.append("%s:%d: room '%s' stands above '%s' and cannot include it" %
                             (name, number, room, target))
    return found


def check_pure(tree):
    """Objects of pure rooms need nothing but each other and the symbols of pure-symbols."""
    _, pure = tree.rooms()
    rows, found, here, wanted = tree.allow_list("pure-symbols"), [], set(), []
    for source in (s for s in tree.sources(".c") if room_of(s) in pure):
        undefined = symbols(tree, source, ["-u"])
        if undefined is None:
            found.append("%s: no object: build first" % source)
            continue
        here.update(symbols(tree, source, ["--defined-only", "-g"]))
        wanted += [(source, symbol) for symbol in undefined]
    for source, symbol in wanted:
        if symbol not in here and not allowed(rows, source, symbol):
            found.append("%s: a pure room uses '%s'" % (source, symbol))
    return found


# what, header pattern, symbol pattern, where it may be used
LIBRARIES = (
    ("GMime", r"gmime/", r"g_mime_\w+", ("src/reader/*", "src/send/compose*.c")),
    ("libxml2", r"libxml/", r"(xml|html)[A-Z]\w+", ("src/reader/*",)),
    ("iconv", r"iconv\.h", r"(lib)?iconv(_open|_close|_ctl)?", ("src/reader/*",)),
    ("uchardet", r"uchardet", r"uchardet_\w+", ("src/reader/*",)),
    ("libarchive", r"archive(_entry)?\.h", r"archive_\w+", ("src/reader/*",)),
    ("libgsf", r"gsf/", r"gsf_\w+", ("src/reader/*",)),
    ("libetpan", r"libetpan/", r"mail(imap|pop3|stream)_\w+", ("src/source/*",)),
    ("SQLite", r"sqlite3\.h", r"sqlite3_\w+", ("src/store/*",)),
    ("libopendkim", r"(opendkim/)?dkim\.h", r"dkim_\w+", ("src/gather/dkim.c",)),
    ("libunbound", r"unbound\.h", r"ub_\w+", ("src/gather/resolve.c",)),
    ("libpsl", r"libpsl\.h", r"psl_\w+", ("src/gather/dmarc.c",)),
    ("libcrypto", r"openssl/", r"(CMS|X509|EVP|BIO|ERR|PEM|OPENSSL)_\w+", ("src/gather/smime.c",)),
    ("libcurl", r"curl/", r"curl_\w+", ("src/send/*", "src/site/push*.c")),
)


def check_libraries(tree):
    """A library that reads hostile bytes, or that changes the world, is called in one room only."""
    found = []
    for what, header, symbol, homes in LIBRARIES:
        for name in tree.sources(".c", ".h"):
            if any(fnmatch.fnmatchcase(name, home) for home in homes):
                continue
            if re.search(r"^\s*#\s*include\s+<%s" % header, tree.text(name), re.M):
                found.append("%s: includes %s, which belongs to %s" % (name, what, ", ".join(homes)))
            if name.endswith(".c"):
                used = [s for s in symbols(tree, name, ["-u"]) or [] if re.fullmatch(symbol, s)]
                if used:
                    found.append("%s: calls %s of %s, which belongs to %s" %
                                 (name, used[0], what, ", ".join(homes)))
    return found


def check_state(tree):
    """No mutable file-scope or static variable but those of state-allowed."""
    rows, found = tree.allow_list("state-allowed"), []
    for source in tree.sources(".c"):
        path = tree.object_of(source)
        if not os.path.exists(path):
            found.append("%s: no object: build first" % source)
            continue
        for line in run(["objdump", "-t", path]).stdout.splitlines():
            match = re.match(r"[0-9a-f]+ .{7} (\S+)\s+([0-9a-f]+)\s+(?:\.hidden )?(\S+)$", line)
            if not match or int(match.group(2), 16) == 0 or match.group(1) == match.group(3):
                continue
            section, symbol = match.group(1), match.group(3)
            mutable = re.match(r"\.(data|bss|tdata|tbss)\b", section) and ".rel.ro" not in section
            if (mutable or section == "*COM*") and not allowed(rows, source, symbol):
                found.append("%s: mutable variable '%s' in %s" % (source, symbol, section))
    return found


# ---- the text ---------------------------------------------------------------------------------------------

def check_ascii(tree):
    """src/ is ASCII: what people read in Vietnamese is in conf/ and rules/."""
    found = []
    for name in (f for f in tree.files if f.startswith("src/")):
        for number, line in enumerate(tree.bytes(name).split(b"\n"), 1):
            if any(byte > 126 or (byte < 32 and byte != 9) for byte in line):
                found.append("%s:%d: not plain ASCII" % (name, number))
    return found


VIETNAMESE_ESCAPES = r"\\u(1[eE][aAbBcCdDeEfF]|01[0-9aA-bB])|\\x[eE]1\\x[bB][aAbB]|\\x[cC][46]\\x(91|90|83|82|a0|a1|af|b0)"
VIETNAMESE_WORDS = (r"\b(kinh gui|kinh chuyen|khieu nai|to cao|van ban|de nghi|thong bao|phe duyet|ban bien tap|"
                    r"xac nhan|tu choi|khong the|khong co|cong hoa|nguoi gui|ngay nhan|chua co|da dang)\b")


def check_vietnamese(tree):
    """No Vietnamese in C strings, neither escaped nor without its accents."""
    found = []
    for name in tree.sources(".c", ".h"):
        for number, literal in strings(tree.text(name)):
            if re.search(VIETNAMESE_ESCAPES, literal) or re.search(VIETNAMESE_WORDS, literal, re.I):
                found.append("%s:%d: Vietnamese in C: \"%s\"" % (name, number, literal))
    return found


# Beside those of base/banned.h, which turns its names into compile errors where it is included.
BANNED = "gets mktemp tmpnam tempnam rand srand random setjmp longjmp vfork".split()


def check_banned(tree):
    """Functions that overrun, are not reentrant, or start a shell: by name, and by what the objects need."""
    header = "src/base/banned.h"
    names = BANNED + (re.findall(r"^#define (\w+)\(\.\.\.\)", tree.text(header), re.M) if header in tree.files else [])
    files = [n for n in tree.sources(".c", ".h") if n != header]
    found = grep(tree, files, r"(?<![\w.>])(%s)\s*\(" % "|".join(names), "banned function")
    for name in tree.sources(".c"):
        for symbol in symbols(tree, name, ["-u"]) or []:
            if re.sub(r"^__(isoc99_)?(\w+?)(_chk)?$", r"\2", symbol) in names:
                found.append("%s: needs banned function '%s'" % (name, symbol))
    return found


def check_goto(tree):
    """No goto."""
    return grep(tree, tree.sources(".c", ".h"), r"\bgoto\b", "goto")


def check_typedef(tree):
    """`struct thing`, no typedef of it."""
    return grep(tree, tree.sources(".c", ".h"), r"\btypedef\s+(struct|enum|union)\b", "typedef")


SQL = (r"^\s*(SELECT\b.*\b(FROM|WHERE)\b|SELECT\s+\w+\(|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|"
       r"(CREATE|DROP|ALTER)\s+(UNIQUE\s+|VIRTUAL\s+)?(TABLE|INDEX|TRIGGER|VIEW)|PRAGMA\s+\w|BEGIN(\s+IMMEDIATE)?\s*;?$|"
       r"COMMIT\s*;?$|ROLLBACK(\s+TO\b.*)?\s*;?$|SAVEPOINT\s+\w|RELEASE\s+\w)")


def check_sql(tree):
    """SQL stands in .sql files, by name, parameters bound."""
    found = []
    for name in tree.sources(".c", ".h"):
        for number, literal in strings(tree.text(name)):
            if re.search(SQL, literal, re.I if " " in literal.strip() else 0):
                found.append("%s:%d: SQL in C: \"%s\"" % (name, number, literal))
    return found


def check_opening(tree):
    """A .c file begins with a comment that says what it does and refuses, of 15 lines at most."""
    found = []
    for name in tree.sources(".c"):
        lines = opening_lines(tree.text(name))
        if not 1 <= lines <= 16:
            found.append("%s: opening comment of %d lines, wanted 1 to 15" % (name, lines))
    return found


def opening_lines(text):
    match = re.match(r"\s*/\*(.*?)\*/", text, re.S)
    return match.group(0).strip().count("\n") + 1 if match else 0


# ---- tools ------------------------------------------------------------------------------------------------

def c_files(tree):
    return [f for f in tree.files if f.endswith((".c", ".h")) and f.startswith(("src/", "tests/"))]


def in_parts(names, work, parts=2):
    """work(list of names) on two cores; the problems of all parts."""
    chunks = [names[i::parts] for i in range(parts) if names[i::parts]]
    with concurrent.futures.ThreadPoolExecutor(parts) as pool:
        return [problem for part in pool.map(work, chunks) for problem in part]


def check_format(tree):
    """clang-format has nothing to change."""
    def work(names):
        out = run(["clang-format", "--dry-run", "-Werror", *names], cwd=tree.root).stderr
        files = re.findall(r"^(\S+?):(\d+):\d+: error: code should be clang-formatted", out, re.M)
        first = {}
        for name, line in files:
            first.setdefault(name, line)
        return ["%s:%s: clang-format would change it" % pair for pair in sorted(first.items())]
    return in_parts(c_files(tree), work)


def check_cppcheck(tree):
    """cppcheck finds nothing beyond cppcheck-suppressions."""
    names = tree.sources(".c")
    if not names:
        return []
    result = run(["cppcheck", "--quiet", "-j2", "--std=c11", "--language=c", "--enable=warning,performance,portability",
                  "--max-configs=1", "-D_GNU_SOURCE", "-D__linux__", "-Isrc", "--inline-suppr", "--error-exitcode=1",
                  "--suppressions-list=" + os.path.join(tree.lint, "cppcheck-suppressions"),
                  "--template={file}:{line}: {id}: {message}", *names], cwd=tree.root)
    lines = [l for l in result.stderr.splitlines() if re.match(r"\S+:\d+: ", l)]
    if result.returncode and not lines:
        lines = ["cppcheck: exit code %d: %s" % (result.returncode, (result.stderr + result.stdout).strip()[:300])]
    return lines


def functions(tree):
    """(complexity, lines, file, name) of every function, by pmccabe (a switch counts once)."""
    names = tree.sources(".c")
    out = run(["pmccabe", *names], cwd=tree.root).stdout if names else ""
    for line in out.splitlines():
        match = re.match(r"(\d+)\t\d+\t\d+\t\d+\t(\d+)\t(\S+?)\(\d+\): (.*)$", line)
        if match:
            yield int(match.group(1)), int(match.group(2)), match.group(3), match.group(4)


def check_length(tree):
    """Files of 500 lines, functions of 80 lines and 15 branches at most."""
    found = []
    for name in tree.sources(".c", ".h", ".sql"):
        lines = tree.bytes(name).count(b"\n")
        if lines > FILE_LINES:
            found.append("%s: %d lines, at most %d" % (name, lines, FILE_LINES))
    for branches, lines, name, function in functions(tree):
        if lines > FUNCTION_LINES:
            found.append("%s: %s() has %d lines, at most %d" % (name, function, lines, FUNCTION_LINES))
        if branches > COMPLEXITY:
            found.append("%s: %s() has complexity %d, at most %d" % (name, function, branches, COMPLEXITY))
    return found


def check_man(tree):
    """Manual pages pass mandoc's lint at the level of warnings."""
    pages = [f for f in tree.files if re.match(r"man/.*\.\d$", f)]
    if not pages:
        return []
    result = run(["mandoc", "-T", "lint", "-W", "warning", *pages], cwd=tree.root)
    return [l for l in result.stdout.splitlines() if l.strip()]


def scripts(tree):
    for name in tree.files:
        head = tree.bytes(name)[:64].split(b"\n")[0]
        if head.startswith(b"#!"):
            yield name, head.decode("ascii", "replace")


def check_scripts(tree):
    """Shell scripts parse with sh -n (bash where they say so), Python files compile."""
    found = []
    for name, head in scripts(tree):
        if re.search(r"\b(ba|da)?sh\b", head) and not name.endswith(".bats"):
            result = run(["bash" if "bash" in head else "sh", "-n", name], cwd=tree.root)
            if result.returncode:
                found.append("%s: %s" % (name, result.stderr.strip()))
    for name in (f for f in tree.files if f.endswith(".py") or f == "tests/run"):
        try:
            compile(tree.text(name), name, "exec")
        except SyntaxError as error:
            found.append("%s:%s: %s" % (name, error.lineno, error.msg))
    return found


# ---- the repository -----------------------------------------------------------------------------------------

# Written in two pieces, so that this file does not contain what it looks for.
MACHINE_PATHS = r"(?<![\w.*~-])/(?:w" r"ork/|r" r"oot/|h" r"ome/[a-z])"
REGISTRIES = r"(?:deb|security|ftp)\.deb" r"ian\.org|pyp" r"i\.org|registry\.np" r"mjs|crat" r"es\.io"


def check_paths(tree):
    """No path of one machine and no package registry's host in anything committed."""
    found = []
    for name in tree.files:
        if name.endswith(".eml") or b"\0" in tree.bytes(name)[:4096]:
            continue
        for number, line in enumerate(tree.text(name).split("\n"), 1):
            match = re.search(MACHINE_PATHS, line) or re.search(REGISTRIES, line)
            if match:
                found.append("%s:%d: machine path or registry host '%s'" % (name, number, match.group(0)))
    return found


TOP = {"Makefile", "README.md", "HACKING.md", "LICENSE", "src", "rules", "spool", "tests", "man", "conf"}


def check_top(tree):
    """The top level is exactly what ARCHITECTURE lists (and dot files)."""
    there = {f.split("/")[0] for f in tree.files}
    found = ["'%s' does not belong to the top level" % n for n in sorted(there - TOP) if not n.startswith(".")]
    return found + ["'%s' is missing" % n for n in sorted(TOP - there)]


CHECKS = {name[len("check_"):]: function for name, function in sorted(globals().items())
          if name.startswith("check_")}


def figures(tree):
    sizes = sorted((tree.bytes(n).count(b"\n"), n) for n in tree.sources(".c"))
    rows = list(functions(tree))
    if not sizes or not rows:
        return
    lines = sorted(r[1] for r in rows)
    print("# %d .c files, median %d lines, longest %d (%s)" %
          (len(sizes), statistics.median(s for s, _ in sizes), *sizes[-1]))
    short = [n for n in tree.sources(".c") if opening_lines(tree.text(n)) < 3]
    print("# %d files open with fewer than 3 lines of comment" % len(short))
    print("# %d functions, median %d lines, 90 %% within %d, longest %d; median complexity %d, worst %d" %
          (len(rows), statistics.median(lines), lines[int(len(lines) * 0.9)], lines[-1],
           statistics.median(r[0] for r in rows), max(r[0] for r in rows)))


def main():
    tree = Tree(os.path.dirname(os.path.dirname(HERE)))
    wanted = sys.argv[1:] or list(CHECKS)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = dict(zip(wanted, pool.map(lambda name: CHECKS[name](tree), wanted)))
    print("1..%d" % len(wanted))
    for number, name in enumerate(wanted, 1):
        print("%s %d - %s" % ("not ok" if results[name] else "ok", number, name))
        for problem in results[name]:
            print("# " + problem)
    figures(tree)
    return 1 if any(results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
