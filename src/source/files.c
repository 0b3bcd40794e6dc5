/* files.c: letters from files, directories, Maildirs, mboxes and standard input, in input order.
 *
 * Raw bytes are handed on as they lie: ">From " is not unquoted (which program quoted it is unknown, and
 * the letter must stay byte-exact). A "From " line divides an mbox when it begins the file or follows an
 * empty line, and looks like one: the next line is a header field, or it carries a date as asctime(3)
 * writes it. Refuses: to follow links to directories (loops), FIFOs and devices, and nesting over 32. */
#include "source/files.h"
#include "base/str.h"
#include "base/when.h"
#include "sys/file.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#define DEPTH_MAX 32
#define HEAD      256 /* bytes of a line that are looked at */

struct walk {
    files_visit visit; /* NULL: count only */
    files_bad bad;
    void *arg;
    size_t count;
};

/* ---- mbox ---- */

struct line {
    int64_t at;      /* offset of its first byte */
    char head[HEAD]; /* NUL-terminated beginning */
    size_t n;        /* bytes in head */
    bool blank;
};

static bool next_line(FILE *f, int64_t *at, struct line *ret)
{
    int c, bytes = 0;
    bool blank = true;
    ret->at = *at;
    ret->n = 0;
    while ((c = getc_unlocked(f)) != EOF) {
        bytes = 1;
        (*at)++;
        if (c == '\n')
            break;
        blank = blank && c == '\r' && ret->n == 0;
        if (ret->n < HEAD - 1)
            ret->head[ret->n++] = (char)c;
        else
            blank = false;
    }
    ret->head[ret->n] = '\0';
    ret->blank = blank && c == '\n';
    return bytes != 0;
}

static bool header_field(const struct line *l)
{
    size_t i = 0;
    while (i < l->n && l->head[i] > ' ' && l->head[i] < 0x7f && l->head[i] != ':')
        i++;
    return i > 0 && i < l->n && l->head[i] == ':';
}

/* "From x Sat Nov 21 08:30:00 2026" */
static bool asctime_like(const char *s)
{
    static const char days[] = "Mon Tue Wed Thu Fri Sat Sun ";
    for (const char *p = s; (p = strchr(p, ' ')) != NULL; p++) {
        char day[5] = "";
        memcpy(day, p + 1, strnlen(p + 1, 4));
        if (strlen(day) == 4 && day[3] == ' ' && strstr(days, day) && strchr(p + 5, ':'))
            return true;
    }
    return false;
}

static bool from_line(const struct line *l)
{
    return str_starts(l->head, "From ");
}

struct mbox {
    FILE *f;
    int64_t at;
    struct line line, ahead;
    bool have, have_ahead;
};

static void mbox_start(struct mbox *m, FILE *f)
{
    *m = (struct mbox){.f = f};
    m->have = next_line(f, &m->at, &m->line);
    m->have_ahead = m->have && next_line(f, &m->at, &m->ahead);
}

static void mbox_step(struct mbox *m)
{
    m->line = m->ahead;
    m->have = m->have_ahead;
    m->have_ahead = m->have && next_line(m->f, &m->at, &m->ahead);
}

static bool divides(const struct mbox *m)
{
    return m->have && from_line(&m->line) &&
           ((m->have_ahead && header_field(&m->ahead)) || asctime_like(m->line.head));
}

/* From the line after a dividing one: where the letter ends (before the empty line that the format adds).
 */
static int64_t mbox_letter_end(struct mbox *m)
{
    bool blank = false;
    int64_t blank_at = m->have ? m->line.at : m->at;
    while (m->have && !(blank && divides(m))) {
        blank = m->line.blank;
        blank_at = m->line.at;
        mbox_step(m);
    }
    return blank ? blank_at : m->have ? m->line.at : m->at;
}

/* Begins with a dividing line, and a second one follows or the file ends with an empty line. */
static bool is_mbox(FILE *f)
{
    struct mbox m;
    bool found = false;
    mbox_start(&m, f);
    if (divides(&m)) {
        mbox_step(&m);
        int64_t end = mbox_letter_end(&m);
        found = m.have || end < m.at;
    }
    rewind(f);
    return found;
}

static bool give(struct walk *w, struct files_letter *letter, int64_t at, struct err *err)
{
    if (lseek(letter->fd, at, SEEK_SET) < 0)
        return err_errno(err, "seek in '%s'", letter->path);
    return w->visit(w->arg, letter, err);
}

/* A letter that is empty (two dividing lines in a row) is reported, not passed over in silence. */
static bool walk_mbox(struct walk *w, struct files_letter *letter, FILE *f, struct err *err)
{
    const char *shown = letter->shown, *path = letter->path;
    struct mbox m;
    size_t n = 0;
    mbox_start(&m, f);
    while (divides(&m)) {
        _cleanup_mem_ void *mem = mem_new();
        mbox_step(&m);
        int64_t at = m.have ? m.line.at : m.at;
        n++;
        letter->source = "mbox";
        letter->shown = mem_fmt(mem, "%s#%zu", shown, n);
        letter->path = mem_fmt(mem, "%s#%zu", path, n);
        letter->bytes = mbox_letter_end(&m) - at;
        if (letter->bytes <= 0)
            w->bad(w->arg, letter->path, "empty letter");
        else if (!give(w, letter, at, err))
            return false;
    }
    return true;
}

/* ---- files ---- */

static FILE *second_view(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
    if (!f && fd >= 0)
        close(fd);
    return f;
}

static bool walk_file(struct walk *w, const char *path, const char *shown, struct err *err)
{
    struct stat st;
    char head[5] = "";
    _cleanup_fclose_ FILE *f = NULL;
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &st) < 0) {
        w->bad(w->arg, path, strerror(errno));
        return true;
    }
    if (!S_ISREG(st.st_mode) || st.st_size == 0) {
        w->bad(w->arg, path, S_ISREG(st.st_mode) ? "empty file" : "not a regular file");
        return true;
    }
    struct files_letter letter = {shown, path, "file", fd, st.st_size, st.st_mtime};
    if (pread(fd, head, sizeof head, 0) == 5 && memcmp(head, "From ", 5) == 0)
        f = second_view(path);
    if (f && is_mbox(f))
        return walk_mbox(w, &letter, f, err);
    return give(w, &letter, 0, err);
}

static bool walk_stdin(struct walk *w, struct err *err)
{
    struct files_letter letter = {"-", "-", "stdin", STDIN_FILENO, -1, WHEN_NONE};
    return w->visit(w->arg, &letter, err);
}

/* ---- directories ---- */

enum type { TYPE_MISSING, TYPE_FILE, TYPE_DIR, TYPE_LINKED_DIR };

static enum type type_of(const char *path)
{
    struct stat st, link;
    if (stat(path, &st) < 0 || lstat(path, &link) < 0)
        return TYPE_MISSING;
    if (!S_ISDIR(st.st_mode))
        return TYPE_FILE;
    return S_ISLNK(link.st_mode) ? TYPE_LINKED_DIR : TYPE_DIR;
}

static bool walk_any(struct walk *w, const char *path, const char *shown, int depth, struct err *err);

static bool walk_dir(struct walk *w, const char *path, const char *shown, int depth, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct err why = {0};
    const char **names;
    size_t n;
    if (depth > DEPTH_MAX || !file_names(mem, path, &names, &n, &why)) {
        w->bad(w->arg, path, depth > DEPTH_MAX ? "nested too deeply" : why.text);
        return true;
    }
    bool maildir = type_of(file_join(mem, path, "cur")) == TYPE_DIR &&
                   type_of(file_join(mem, path, "new")) == TYPE_DIR;
    for (size_t i = 0; i < n; i++) {
        if (names[i][0] == '.' || (maildir && !str_eq(names[i], "cur") && !str_eq(names[i], "new")))
            continue;
        const char *below = shown[0] ? mem_fmt(mem, "%s/%s", shown, names[i]) : names[i];
        if (!walk_any(w, file_join(mem, path, names[i]), below, depth + 1, err))
            return false;
    }
    return true;
}

static bool walk_any(struct walk *w, const char *path, const char *shown, int depth, struct err *err)
{
    enum type type = type_of(path);
    if (type == TYPE_DIR || (type == TYPE_LINKED_DIR && depth == 0))
        return walk_dir(w, path, shown, depth, err);
    if (type == TYPE_LINKED_DIR)
        return true;
    w->count++;
    if (!w->visit)
        return true;
    return walk_file(w, path, shown, err);
}

bool files_walk(const char *argument, files_visit visit, files_bad bad, void *arg, struct err *err)
{
    struct walk w = {visit, bad, arg, 0};
    const char *slash = strrchr(argument, '/');
    if (str_eq(argument, "-"))
        return walk_stdin(&w, err);
    if (type_of(argument) == TYPE_FILE)
        return walk_any(&w, argument, slash ? slash + 1 : argument, 0, err);
    return walk_any(&w, argument, "", 0, err);
}

static void bad_ignored(void *arg, const char *path, const char *why)
{
    (void)arg;
    (void)path;
    (void)why;
}

size_t files_count(const char *argument)
{
    struct walk w = {NULL, bad_ignored, NULL, 0};
    struct err ignored = {0};
    if (str_eq(argument, "-"))
        return 1;
    (void)walk_any(&w, argument, "", 0, &ignored);
    return w.count;
}
