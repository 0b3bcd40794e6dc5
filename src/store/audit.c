/* audit.c: is the journal what was written? Recomputes every link, and reads journal.head beside it.
 *
 * Found are: a row altered, taken out, put in or moved; rows cut off at the end (the head has seen more); a
 * head that was cut, altered or lost (each batch says after how many rows it began, and the head must have
 * a line for that number). Not found is what cuts database and head alike and holds the key: keep a copy of
 * journal.head elsewhere. */
#include "store/inside.h"
#include "sys/file.h"
#include <errno.h>
#include <sys/stat.h>

struct audit {
    struct store *s;
    const void *mem;
    struct str_list *faults;
    FILE *head_file;
    int64_t head_left;        /* bytes of the head that belong to the snapshot */
    struct journal_head head; /* the next line that is not yet compared; n = 0 at the end */
    int64_t last_head;        /* count of the last line that was compared */
    int64_t batch;            /* of the row before */
    int64_t n;                /* rows seen */
    char link[HASH_HEX];      /* of the row before */
    bool chain_broken;        /* reported once: all later links would differ as well */
};

static void fault(struct audit *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void fault(struct audit *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    _cleanup_mem_ char *text = mem_vfmt(NULL, fmt, ap);
    va_end(ap);
    str_list_add(a->mem, a->faults, text);
}

/* Torn lines are skipped: what they would have said is said by the line that completed them. */
static void next_head(struct audit *a)
{
    char line[JOURNAL_LINE_MAX];
    int64_t before = a->head.n;
    a->head.n = 0;
    while (a->head.n == 0 && a->head_left > 0 && fgets(line, sizeof line, a->head_file)) {
        size_t n = strcspn(line, "\n");
        a->head_left -= (int64_t)strlen(line);
        struct journal_head h;
        if (!journal_head_parse(line, n, &h) || (h.n == before && str_eq(h.link, a->head.link)))
            continue;
        if (h.n <= before)
            fault(a, "journal.head: count goes back from %lld to %lld", (long long)before, (long long)h.n);
        else
            a->head = h;
    }
}

static void audit_chain(struct audit *a, const struct journal_row *r, const char *link)
{
    _cleanup_mem_ void *tmp = mem_new();
    if (a->chain_broken)
        return;
    if (r->n != a->n + 1) {
        fault(a, "journal: row %lld is missing", (long long)a->n + 1);
        a->chain_broken = true;
    } else if (!str_eq(link, journal_link(tmp, &a->s->journal, a->link, r))) {
        fault(a, "journal: row %lld was altered", (long long)r->n);
        a->chain_broken = true;
    }
}

/* Where a batch begins, the head must have a line for the rows before it. */
static void audit_batch(struct audit *a, const struct journal_row *r)
{
    bool begins = a->n == 0 || r->batch != a->batch;
    if (begins && r->batch != a->last_head)
        fault(a, "journal.head: no line for the commit at row %lld", (long long)r->batch);
    a->batch = r->batch;
}

static void audit_row(struct audit *a, const struct journal_row *r, const char *link)
{
    audit_chain(a, r, link);
    audit_batch(a, r);
    while (a->head.n && a->head.n < r->n) {
        fault(a, "journal.head: line %lld stands where no commit ended", (long long)a->head.n);
        next_head(a);
    }
    if (a->head.n == r->n) {
        if (!str_eq(a->head.link, link))
            fault(a, "journal.head: row %lld had another link when it was committed", (long long)r->n);
        a->last_head = r->n;
        next_head(a);
    }
    a->n = r->n;
    journal_set_link(a->link, link);
}

/* After the last row: the head may be one batch behind, never ahead. */
static void audit_end(struct audit *a)
{
    if (a->head.n)
        fault(a, "journal: %lld rows, but journal.head has seen %lld", (long long)a->n,
              (long long)a->head.n);
    else if (a->n && a->last_head != a->n && a->last_head != a->batch)
        fault(a, "journal.head: ends at row %lld of %lld", (long long)a->last_head, (long long)a->n);
}

/* Rows and head must be of one instant: with the head locked no commit stands between them, and the first
 * step of the walk fixes what the database shows. */
static bool first_row(struct audit *a, struct query *q, bool *ret_row, struct err *err)
{
    struct stat st = {0};
    bool ours = a->s->in_batch; /* then the lock is held, and stays so */
    if (!ours && !journal_lock(&a->s->journal, err))
        return false;
    bool ok = q_next(q, ret_row, err);
    if (a->head_file && fstat(fileno(a->head_file), &st) == 0)
        a->head_left = st.st_size;
    if (!ours)
        journal_unlock(&a->s->journal);
    return ok;
}

static bool walk(struct audit *a, struct err *err)
{
    bool row = false;
    struct query *q = db_query(a->s->db, "journal_walk");
    if (!first_row(a, q, &row, err))
        return false;
    next_head(a);
    while (row) {
        _cleanup_mem_ void *tmp = mem_new();
        struct journal_row r = {.n = q_col_int(q, 0),
                                .batch = q_col_int(q, 1),
                                .at = q_col_int(q, 2),
                                .ref = q_col_text(tmp, q, 3),
                                .user = q_col_text(tmp, q, 4),
                                .login = q_col_text(tmp, q, 5),
                                .what = q_col_text(tmp, q, 6),
                                .detail = q_col_text(tmp, q, 7)};
        audit_row(a, &r, q_col_text(tmp, q, 8));
        if (!q_next(q, &row, err))
            return false;
    }
    return true;
}

bool journal_check(struct store *s, const void *mem, struct str_list *faults, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    char *path = file_join(tmp, s->house, "journal.head");
    _cleanup_fclose_ FILE *file = fopen(path, "re");
    struct audit a = {.s = s, .mem = mem, .faults = faults, .head_file = file};
    if (!file)
        fault(&a, "journal.head: cannot be read: %s", strerror(errno));
    if (!walk(&a, err))
        return false;
    audit_end(&a);
    return true;
}
