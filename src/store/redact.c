/* redact.c: what people typed of a case leaves the journal when the case is sealed (A33), and nothing else
 * does. The row stays with who, when and what; its link stays, so every later row and journal.head are as
 * they were. A line REDACT in the same transaction says of the row, under the journal's key, what is left
 * of it: audit.c takes a row that its link no longer fits only with such a line, so nobody without the key
 * can shorten one. The words go into the sealed file before.
 *
 * Refuses rows of a case that is not restricted (the table's trigger). */
#include "store/inside.h"

/* "MIC-13.5d" and the like, as effects cite; a typed word is nothing of the kind. */
static bool is_citation(const char *s, size_t n)
{
    size_t at = 0;
    while (at < n && ((s[at] >= 'A' && s[at] <= 'Z') || str_digit(s[at])))
        at++;
    if (at == 0 || at + 1 >= n || s[at] != '-' || !str_digit(s[at + 1]))
        return false;
    while (++at < n && (str_digit(s[at]) || s[at] == '.' || (s[at] >= 'a' && s[at] <= 'z')))
        continue;
    return at == n;
}

/* What stands behind the typed words by our own hand: where the last " cite=MIC-..." begins. */
static const char *tail_of(const char *text)
{
    const char *tail = NULL, *p = text;
    for (; (p = strstr(p, " cite=")); p++)
        tail = p;
    if (!tail)
        return "";
    const char *word = tail + strlen(" cite="), *end = strstr(word, " on-behalf-of=");
    size_t n = end ? (size_t)(end - word) : strlen(word);
    return is_citation(word, n) ? tail : "";
}

/* What is left of a row. */
static char *redact_detail(const void *mem, const char *what, const char *detail)
{
    const char *typed = str_starts(detail, "text=") ? detail : strstr(detail, " text=");
    if (str_eq(what, "TOPIC")) /* the name of an issue may name somebody */
        return mem_str(mem, "");
    if (!typed)
        return mem_str(mem, detail);
    size_t before = (size_t)(typed - detail) + (typed == detail ? 0 : 1);
    return mem_fmt(mem, "%.*stext=%s", (int)before, detail, tail_of(typed));
}

char *redact_proof(const void *mem, const struct journal *j, const char *previous,
                   const struct journal_row *left, const char *link)
{
    struct journal_row r = *left;
    r.detail = mem_fmt(mem, "%s\n%s", left->detail, link);
    return journal_link(mem, j, mem_fmt(mem, "redacted %s", previous), &r);
}

char *redact_line(const void *mem, int64_t n, const char *proof)
{
    return mem_fmt(mem, "row=%lld proof=%s", (long long)n, proof);
}

/* ---- the rows of a case ---- */

struct typed {
    struct journal_row row; /* as it will be */
    const char *link;
};

static bool typed_rows(struct store *s, const void *mem, const char *ref, struct typed **ret, size_t *ret_n,
                       struct err *err)
{
    bool row = true;
    struct query *q = db_query(s->db, "journal_typed");
    q_text(q, ":ref", ref);
    *ret = NULL;
    *ret_n = 0;
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        const char *what = q_col_text(mem, q, 5), *detail = q_col_text(mem, q, 6);
        const char *left = redact_detail(mem, what, detail);
        if (str_eq(left, detail))
            continue;
        *mem_append(mem, *ret, *ret_n) =
            (struct typed){{q_col_int(q, 0), q_col_int(q, 1), q_col_int(q, 2), ref, q_col_text(mem, q, 3),
                            q_col_text(mem, q, 4), what, left},
                           q_col_text(mem, q, 7)};
    }
    return false;
}

static bool redact_row(struct store *s, const void *mem, const struct typed *t, int64_t now,
                       struct err *err)
{
    bool row = false;
    const char *previous = "";
    struct query *q = db_query(s->db, "journal_link");
    q_int(q, ":n", t->row.n - 1);
    if (!q_one_text(q, mem, &row, &previous, err))
        return false;
    q = db_query(s->db, "journal_redact");
    q_int(q, ":n", t->row.n);
    q_text(q, ":detail", t->row.detail);
    if (!q_run(q, err))
        return false;
    const char *proof = redact_proof(mem, &s->journal, row ? previous : "", &t->row, t->link);
    return journal_add(s, now, t->row.ref, &actor_system, "REDACT", redact_line(mem, t->row.n, proof), err);
}

bool redact_case(struct store *s, const char *ref, int64_t now, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct typed *rows;
    size_t n;
    if (!typed_rows(s, mem, ref, &rows, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!redact_row(s, mem, &rows[i], now, err))
            return false;
    return true;
}
