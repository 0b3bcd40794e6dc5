/* audit.c: is the journal what was written? Recomputes every link, and reads journal.head beside it.
 *
 * Found are: a row altered, taken out, put in or moved; rows cut off at the end (the head has seen more); a
 * head that was cut, altered, exchanged or lost (each batch says after how many rows it began, and the head
 * must have a line for that number); a missing key; walls of the table that were taken down. Not found is
 * what cuts database and head alike, or holds the key: a line of journal.head kept elsewhere (the weekly
 * digest, a backup) is the witness against that. Refuses to repair anything. */
#include "store/audit.h"
#include "store/inside.h"
#include "sys/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

struct audit {
    struct store *s;
    const void *mem;
    struct audit_report *report;
    FILE *head_file;
    int64_t head_left;        /* bytes of the head that belong to the snapshot */
    struct journal_head head; /* the next line that is not yet compared; n = 0 at the end */
    int64_t last_head;        /* count of the last line that was compared */
    int64_t batch;            /* of the row before */
    int64_t n;                /* of the row before */
    char link[HASH_HEX];      /* of the row before; what is stored, whatever it should be */
    const char *torn;         /* what stands behind the last line end, "" */
    struct str_list redacted; /* details of the lines that prove shortened rows (redact.c) */
};

/* ---- faults ---- */

static const struct {
    const char *what, *text; /* %1: row, %2: other, %s: detail */
} words[] = {{"key", "journal.key: %s; without it nothing can be proved"},
             {"row-missing", "journal: row %1 is missing (up to row %2)"},
             {"row-number", "journal: a row has the number %1"},
             {"row-altered", "journal: row %1 was altered"},
             {"tail-cut", "journal: %1 rows, but journal.head has seen %2"},
             {"head-missing", "journal.head: cannot be read: %s"},
             {"head-line", "journal.head: line %1 is not a count and a link"},
             {"head-back", "journal.head: count goes back from %1 to %2"},
             {"head-gap", "journal.head: no line for the commit at row %1"},
             {"head-strange", "journal.head: line %1 stands where no commit ended"},
             {"head-link", "journal.head: row %1 had another link when it was committed"},
             {"head-short", "journal.head: ends at row %1 of %2"},
             {"head-behind", "journal.head: ends one commit early, at row %1 of %2"},
             {"wall", "journal: trigger '%s' is missing or was changed"},
             {"database", "journal: %s"},
             {"witness", "journal: row %1 is not the one that the witness has seen"}};

char *audit_fault_text(const void *mem, const struct audit_fault *f)
{
    struct str out = str_new(mem);
    const char *text = f->what;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_eq(words[i].what, f->what))
            text = words[i].text;
    for (const char *p = text; *p; p++) {
        if (*p != '%') {
            str_addc(&out, *p);
            continue;
        }
        p++;
        if (*p == 's')
            str_add(&out, f->detail);
        else
            str_addf(&out, "%lld", (long long)(*p == '1' ? f->row : f->other));
    }
    return out.n ? out.s : mem_str(mem, "");
}

static void fault(struct audit *a, const char *what, int64_t row, int64_t other, const char *detail)
{
    struct audit_report *r = a->report;
    r->found++;
    if (r->n_faults < AUDIT_FAULTS_MAX)
        *mem_append(a->mem, r->faults, r->n_faults) = (struct audit_fault){
            .what = what, .row = row, .other = other, .detail = mem_str(a->mem, detail)};
}

/* ---- the head ---- */

/* The text of the only line that a commit writes; no other spelling of the same count and link is one. */
static bool exact_line(const char *line, size_t n, struct journal_head *ret)
{
    char again[JOURNAL_LINE_MAX];
    if (!journal_head_parse(line, n, ret))
        return false;
    int len = snprintf(again, sizeof again, "%lld %s", (long long)ret->n, ret->link);
    return (size_t)len == n && memcmp(again, line, n) == 0;
}

/* The next whole line; what has no end is kept as torn, for a process may have died in it. */
static bool head_line(struct audit *a, char **line, size_t *size, size_t *ret_n)
{
    ssize_t got = a->head_left > 0 ? getline(line, size, a->head_file) : -1;
    if (got <= 0)
        return false;
    if (got > a->head_left)
        got = (ssize_t)a->head_left;
    a->head_left -= got;
    if ((*line)[got - 1] != '\n') {
        a->torn = mem_bytes(a->mem, *line, (size_t)got);
        return false;
    }
    *ret_n = (size_t)got - 1;
    a->report->heads++;
    return true;
}

static void next_head(struct audit *a)
{
    char *line = NULL;
    size_t size = 0, n;
    int64_t before = a->head.n ? a->head.n : a->last_head;
    a->head.n = 0;
    while (a->head_file && a->head.n == 0 && head_line(a, &line, &size, &n)) {
        struct journal_head h;
        if (!exact_line(line, n, &h))
            fault(a, "head-line", a->report->heads, 0, "");
        else if (h.n <= before)
            fault(a, "head-back", before, h.n, "");
        else
            a->head = h;
    }
    free(line);
}

/* ---- rows ---- */

/* Words that people typed were taken out of it when its case was sealed, and a line says so. That line is a
 * link of the chain itself, and its proof needs the key. */
static bool is_redacted(const struct audit *a, const void *mem, const struct journal_row *r,
                        const char *link)
{
    if (!a->redacted.n)
        return false;
    const char *proof = redact_proof(mem, &a->s->journal, a->link, r, link);
    return str_list_has(&a->redacted, redact_line(mem, r->n, proof));
}

/* After a gap the link of the row before is not known. */
static void audit_chain(struct audit *a, const struct journal_row *r, const char *link, bool whole)
{
    _cleanup_mem_ void *tmp = mem_new();
    if (r->n <= 0)
        fault(a, "row-number", r->n, 0, "");
    else if (r->n != a->n + 1)
        fault(a, "row-missing", a->n + 1, r->n - 1, "");
    else if (!whole || (!str_eq(link, journal_link(tmp, &a->s->journal, a->link, r)) &&
                        !is_redacted(a, tmp, r, link)))
        fault(a, "row-altered", r->n, 0, "");
}

/* Where a batch begins, the head must have a line for the rows before it. */
static void audit_batch(struct audit *a, const struct journal_row *r)
{
    bool begins = a->n == 0 || r->batch != a->batch;
    if (begins && r->batch != a->last_head)
        fault(a, "head-gap", r->batch, 0, "");
    a->batch = r->batch;
}

static void audit_row(struct audit *a, const struct journal_row *r, const char *link, bool whole)
{
    audit_chain(a, r, link, whole);
    audit_batch(a, r);
    while (a->head.n && a->head.n < r->n) {
        fault(a, "head-strange", a->head.n, 0, "");
        next_head(a);
    }
    if (a->head.n == r->n) {
        if (!str_eq(a->head.link, link))
            fault(a, "head-link", r->n, 0, "");
        a->last_head = r->n;
        next_head(a);
    }
    a->n = r->n;
    a->report->rows++;
    journal_set_link(a->link, link);
}

/* A text column holds a NUL only if somebody put it there: what stands behind it would be in no link. */
static char *column(struct query *q, const void *mem, int i, bool *whole)
{
    size_t n;
    char *s = q_col_bytes(mem, q, i, &n);
    *whole = *whole && strlen(s) == n;
    return s;
}

static void take_row(struct audit *a, struct query *q)
{
    _cleanup_mem_ void *tmp = mem_new();
    bool whole = true;
    struct journal_row r = {.n = q_col_int(q, 0),
                            .batch = q_col_int(q, 1),
                            .at = q_col_int(q, 2),
                            .ref = column(q, tmp, 3, &whole),
                            .user = column(q, tmp, 4, &whole),
                            .login = column(q, tmp, 5, &whole),
                            .what = column(q, tmp, 6, &whole),
                            .detail = column(q, tmp, 7, &whole)};
    audit_row(a, &r, column(q, tmp, 8, &whole), whole);
}

/* ---- the walk ---- */

/* The line that a dying process began is the line of the last commit, or somebody wrote there. */
static bool torn_is_ours(const struct audit *a)
{
    _cleanup_mem_ char *last = mem_fmt(NULL, "%lld %s", (long long)a->n, a->link);
    return str_starts(last, a->torn);
}

/* `settled`: whoever wrote last has completed the head, or the next one that opens the house does. */
static void audit_end(struct audit *a, bool settled)
{
    if (a->head.n)
        fault(a, "tail-cut", a->n, a->head.n, "");
    else if (a->n && a->last_head != a->n && (a->last_head != a->batch || !a->head_file))
        fault(a, "head-short", a->last_head, a->n, "");
    else if (a->n && a->last_head != a->n && !settled)
        fault(a, "head-behind", a->last_head, a->n, "");
    while (a->head.n)
        next_head(a);
    if (*a->torn && (a->last_head == a->n || !torn_is_ours(a)))
        fault(a, "head-line", a->report->heads + 1, 0, "");
    a->report->last_n = a->n;
    journal_set_link(a->report->link, a->link);
}

/* Rows and head must be of one instant: with the head locked no commit stands between them, and the first
 * step of the walk fixes what the database shows. */
static bool first_row(struct audit *a, struct query *q, bool *ret_row, struct err *err)
{
    struct stat st = {0};
    bool ours =
        a->s->in_batch || a->s->journal.fd < 0; /* the lock is held and stays so; or there is none */
    if (!ours && !journal_lock(&a->s->journal, err))
        return false;
    bool ok = q_next(q, ret_row, err);
    if (a->head_file && fstat(fileno(a->head_file), &st) == 0)
        a->head_left = st.st_size;
    if (!ours)
        journal_unlock(&a->s->journal);
    return ok;
}

static bool gather_redacted(struct audit *a, struct err *err)
{
    bool row = true;
    struct query *q = db_query(a->s->db, "journal_redacted");
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        _cleanup_mem_ char *detail = q_col_text(NULL, q, 0);
        str_list_add(a->mem, &a->redacted, detail);
    }
    return false;
}

static bool walk(struct audit *a, struct err *err)
{
    bool row = false;
    if (!gather_redacted(a, err))
        return false;
    struct query *q = db_query(a->s->db, "journal_walk");
    if (!first_row(a, q, &row, err))
        return false;
    next_head(a);
    while (row) {
        take_row(a, q);
        if (!q_next(q, &row, err))
            return false;
    }
    return true;
}

static bool audit(struct audit *a, bool settled, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    char *path = file_join(tmp, a->s->house, "journal.head");
    _cleanup_fclose_ FILE *file = fopen(path, "re");
    a->head_file = file;
    a->torn = "";
    if (!file)
        fault(a, "head-missing", 0, 0, strerror(errno));
    bool ok = walk(a, err);
    if (ok)
        audit_end(a, settled);
    a->head_file = NULL;
    return ok;
}

bool journal_check(struct store *s, const void *mem, struct str_list *faults, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct audit_report report = {0};
    struct audit a = {.s = s, .mem = tmp, .report = &report};
    bool ok = audit(&a, true, err);
    for (size_t i = 0; i < report.n_faults; i++) {
        char *text = audit_fault_text(tmp, &report.faults[i]);
        str_list_add(mem, faults, text);
    }
    return ok;
}

/* ---- a house as it lies ---- */

static int close_audited(struct store *s)
{
    if (s->journal.fd >= 0)
        close(s->journal.fd);
    return 0;
}

/* Makes nothing that is not there. A fault is found; false is an error. */
static bool open_audited(struct audit *a, const char *house, bool *ret_open, struct err *err)
{
    struct store *s = mem_zero(a->mem, struct store);
    struct err why = {0};
    a->s = s;
    s->journal.fd = -1;
    talloc_set_destructor(s, close_audited);
    s->house = mem_str(s, house);
    char *path = file_join(s, house, "case.db");
    *ret_open = false;
    if (!journal_read_key(s, &why)) {
        fault(a, "key", 0, 0, why.text);
        return true;
    }
    if (!file_exists(path)) {
        fault(a, "database", 0, 0, "case.db is missing");
        return true;
    }
    s->journal.fd = open(file_join(s, house, "journal.head"), O_RDWR | O_APPEND | O_CLOEXEC);
    *ret_open = db_open(s, path, "case", 0600, &s->db, &why);
    if (!*ret_open && why.kind == ERR_RETRY) {
        *err = why;
        return false;
    }
    if (!*ret_open)
        fault(a, "database", 0, 0, why.text);
    return true;
}

/* Each row of the query is the detail of a fault. */
static bool faults_of(struct audit *a, const char *name, const char *what, struct err *err)
{
    bool row = true;
    struct query *q = db_query(a->s->db, name);
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        _cleanup_mem_ char *detail = q_col_text(NULL, q, 0);
        fault(a, what, 0, 0, detail);
    }
    return false;
}

static bool ask_witness(struct audit *a, const struct audit_witness *w, struct err *err)
{
    const char *link = "";
    bool row = false;
    struct query *q = db_query(a->s->db, "journal_link");
    q_int(q, ":n", w->n);
    if (!q_one_text(q, a->mem, &row, &link, err))
        return false;
    if (!row || !str_eq(link, w->link))
        fault(a, "witness", w->n, 0, "");
    return true;
}

bool audit_witness_parse(const char *text, struct audit_witness *ret)
{
    struct journal_head h;
    if (!exact_line(text, strlen(text), &h))
        return false;
    *ret = (struct audit_witness){.n = h.n};
    journal_set_link(ret->link, h.link);
    return true;
}

bool store_audit(const void *mem, const char *house, const struct audit_witness *witness,
                 struct audit_report *ret, struct err *err)
{
    struct audit a = {.mem = mem, .report = ret};
    struct err why = {0};
    bool open = false;
    *ret = (struct audit_report){0};
    if (!open_audited(&a, house, &open, err))
        return false;
    bool ok = !open || (audit(&a, false, &why) && faults_of(&a, "journal_walls", "wall", &why) &&
                        faults_of(&a, "journal_integrity", "database", &why) &&
                        (!witness || !witness->n || ask_witness(&a, witness, &why)));
    if (!ok && why.kind == ERR_CONF) { /* damage */
        fault(&a, "database", 0, 0, why.text);
        ok = true;
    }
    talloc_free(a.s);
    if (!ok)
        *err = why;
    return ok;
}
