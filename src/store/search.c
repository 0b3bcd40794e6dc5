/* search.c: full text in which `dien tu` finds the accented words and the exact accents rank first.
 *
 * The index gets words that we have cut and folded ourselves, so that its tokenizer has nothing left to
 * decide: column `exact` has every word folded (case, dashes, place of the tone mark), column `bare` those
 * words again without marks where that makes a difference. A bare query word is in one or the other.
 * Measured: writing every word into both costs a fourth more time and an eighth more room.
 *
 * Restricted letters and those under a secrecy hold never get in; search_drop() takes one out again, which
 * needs the very text that went in, hence table `texts` (snippets come from it as well). A user's words are
 * only ever quoted strings of letters and digits: no FTS syntax gets through. */
#include "base/utf8.h"
#include "store/inside.h"

#define BODY_MAX        (1024 * 1024) /* bytes of a body that are indexed */
#define ATTACHMENTS_MAX (256 * 1024)  /* bytes of all attachments' texts together */
#define QUERY_WORDS_MAX 16
#define SNIPPET_SCAN    (64 * 1024) /* bytes looked through for a snippet */
#define SNIPPET_CHARS   160

/* ---- words ---- */

struct words {
    struct utf8_forms forms;
    size_t i, j; /* how far in folded and bare */
};

struct word {
    const char *exact, *bare;
    size_t n_exact, n_bare;
    size_t at; /* byte offset in the text as written */
};

static void words_start(struct words *w, const void *mem, const char *text, size_t n)
{
    *w = (struct words){0};
    utf8_make_forms(mem, text, n, &w->forms);
}

/* Length of the word character at i, 0 when there is none. ASCII first: it is most of a bare text. */
static inline size_t word_char(const struct utf8_form *f, size_t i)
{
    int32_t cp;
    unsigned c = (unsigned char)f->s[i];
    if (c < 0x80)
        return (c | 0x20) - 'a' < 26 || c - '0' < 10;
    size_t len = utf8_decode(f->s + i, f->n - i, &cp);
    return utf8_word_char(cp) ? len : 0;
}

static size_t skip_char(const struct utf8_form *f, size_t i)
{
    i++;
    while (i < f->n && ((unsigned char)f->s[i] & 0xC0) == 0x80)
        i++;
    return i;
}

static bool words_next(struct words *w, struct word *ret)
{
    const struct utf8_form *e = &w->forms.folded, *b = &w->forms.bare;
    size_t len = 0;
    while (w->i < e->n && !(len = word_char(e, w->i)))
        w->i = skip_char(e, w->i);
    if (w->i >= e->n)
        return false;
    size_t start = w->i;
    while (w->i < e->n && (len = word_char(e, w->i)))
        w->i += len;
    /* The same stretch of the bare form: both carry their offsets in the text as written. */
    while (w->j < b->n && b->at[w->j] < e->at[start])
        w->j++;
    size_t bare_start = w->j;
    while (w->j < b->n && b->at[w->j] < e->at[w->i])
        w->j++;
    *ret = (struct word){.exact = e->s + start,
                         .n_exact = w->i - start,
                         .bare = b->s + bare_start,
                         .n_bare = w->j - bare_start,
                         .at = e->at[start]};
    return true;
}

static bool differs(const struct word *w)
{
    return w->n_exact != w->n_bare || memcmp(w->exact, w->bare, w->n_exact) != 0;
}

struct columns {
    char *exact, *bare;
};

static void add_word(struct str *b, const char *s, size_t n)
{
    str_addn(b, s, n);
    str_addc(b, ' ');
}

static struct columns columns_of(const void *mem, const char *text)
{
    struct str exact = str_new(mem), bare = str_new(mem);
    struct words all;
    struct word w;
    words_start(&all, mem, text, strlen(text));
    while (words_next(&all, &w)) {
        add_word(&exact, w.exact, w.n_exact);
        if (differs(&w) && w.n_bare)
            add_word(&bare, w.bare, w.n_bare);
    }
    return (struct columns){.exact = exact.s, .bare = bare.s};
}

/* ---- the index ---- */

static void add_text(struct str *b, const char *text, size_t *room)
{
    if (!text || !*text)
        return;
    size_t n = strlen(text);
    if (n > *room)
        n = utf8_prefix(text, SIZE_MAX, *room);
    str_addn(b, text, n);
    str_addc(b, '\n');
    *room -= n;
}

char *search_text(const void *mem, const struct submission *s, const struct letter *letter)
{
    struct str b = str_new(mem);
    size_t body = BODY_MAX, attached = ATTACHMENTS_MAX;
    add_text(&b, s->subject, &body);
    add_text(&b, s->from_name, &body);
    add_text(&b, letter ? letter->body : s->body, &body);
    for (size_t i = 0; letter && i < letter->n_attachments; i++)
        add_text(&b, letter->attachments[i].text, &attached);
    return b.n ? b.s : mem_str(mem, "");
}

static bool get_text(struct store *s, const void *mem, int64_t submission, bool *ret_row, const char **ret,
                     struct err *err)
{
    struct query *q = db_query(s->db, "text_get");
    q_int(q, ":submission", submission);
    *ret_row = false;
    return q_one_text(q, mem, ret_row, ret, err);
}

/* Adds to the index, or takes out of it, the words of a text. */
static bool run_index(struct store *s, const char *query, int64_t submission, const char *text,
                      struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct columns c = columns_of(tmp, text);
    struct query *q = db_query(s->db, query);
    q_int(q, ":submission", submission);
    q_text(q, ":exact", c.exact);
    q_text(q, ":bare", c.bare);
    return q_run(q, err);
}

static bool is_waiting(const struct store *s, int64_t submission)
{
    for (size_t i = s->n_unindexed; i-- > 0;)
        if (s->unindexed[i] == submission)
            return true;
    return false;
}

bool search_add(struct store *s, int64_t submission, const char *text, struct err *err)
{
    struct query *q = db_query(s->db, "text_insert");
    q_int(q, ":submission", submission);
    q_text(q, ":text", text);
    if (!q_run(q, err))
        return false;
    if (!is_waiting(s, submission))
        *mem_append(s, s->unindexed, s->n_unindexed) = submission;
    s->unindexed_bytes += strlen(text);
    return true;
}

void search_forget(struct store *s, size_t keep)
{
    if (s->n_unindexed > keep)
        s->n_unindexed = keep;
    if (keep == 0)
        s->unindexed_bytes = 0;
}

bool search_flush(struct store *s, struct err *err)
{
    for (size_t i = 0; i < s->n_unindexed; i++) {
        _cleanup_mem_ void *tmp = mem_new();
        const char *text = "";
        bool row;
        if (!get_text(s, tmp, s->unindexed[i], &row, &text, err))
            return false;
        if (row && !run_index(s, "index_insert", s->unindexed[i], text, err))
            return false;
    }
    search_forget(s, 0);
    return true;
}

bool search_drop(struct store *s, int64_t submission, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    bool row;
    const char *text = "";
    if (!get_text(s, tmp, submission, &row, &text, err))
        return false;
    if (!row)
        return true;
    /* One that still waits finds no text at the flush, and stays out. */
    if (!is_waiting(s, submission) && !run_index(s, "index_delete", submission, text, err))
        return false;
    struct query *q = db_query(s->db, "text_delete");
    q_int(q, ":submission", submission);
    return q_run(q, err);
}

bool search_restore(struct store *s, int64_t submission, const char *ref, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct submission *one;
    if (!search_drop(s, submission, err) || !store_submission(s, tmp, ref, &one, err))
        return false;
    return one->restricted || search_add(s, submission, search_text(tmp, one, NULL), err);
}

bool search_follow(struct store *s, int64_t submission, const char *ref, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct submission *one;
    const char *old;
    bool row = false;
    if (!store_submission(s, tmp, ref, &one, err))
        return false;
    if (one->restricted || submission_is_withheld(one))
        return search_drop(s, submission, err);
    struct query *q = db_query(s->db, "text_get");
    q_int(q, ":submission", submission);
    return q_one_text(q, tmp, &row, &old, err) && (row || search_restore(s, submission, ref, err));
}

/* ---- asking ---- */

struct question {
    struct str_list bare;
    struct str match_bare, match_exact; /* FTS5 expressions */
};

static void ask_word(const void *mem, struct question *ask, const struct word *w)
{
    const char *and = ask->bare.n ? " AND " : "";
    char *bare = mem_bytes(mem, w->n_bare ? w->bare : w->exact, w->n_bare ? w->n_bare : w->n_exact);
    str_addf(&ask->match_bare, "%s\"%s\"", and, bare);
    str_addf(&ask->match_exact, "%sexact : \"%.*s\"", and, (int)w->n_exact, w->exact);
    str_list_add(mem, &ask->bare, bare);
}

static struct question ask_of(const void *mem, const char *words)
{
    struct question ask = {.match_bare = str_new(mem), .match_exact = str_new(mem)};
    struct words all;
    struct word w;
    char *nfc = utf8_nfc(mem, words, strlen(words));
    words_start(&all, mem, nfc, strlen(nfc));
    while (ask.bare.n < QUERY_WORDS_MAX && words_next(&all, &w))
        ask_word(mem, &ask, &w);
    return ask;
}

static bool asked_for(const struct question *ask, const struct word *w)
{
    for (size_t i = 0; i < ask->bare.n; i++)
        if (strlen(ask->bare.v[i]) == w->n_bare && memcmp(ask->bare.v[i], w->bare, w->n_bare) == 0)
            return true;
    return false;
}

/* Some words around the first that was asked for, on one line. */
static char *snippet_of(const void *mem, const struct question *ask, const char *text)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct words all;
    struct word w;
    size_t from = 0;
    words_start(&all, tmp, text, utf8_prefix(text, SIZE_MAX, SNIPPET_SCAN));
    while (words_next(&all, &w)) {
        if (!asked_for(ask, &w))
            continue;
        from = w.at > SNIPPET_CHARS / 2 ? w.at - SNIPPET_CHARS / 2 : 0;
        while (from && from < w.at && !str_space(text[from - 1]))
            from++;
        break;
    }
    char *cut = mem_bytes(tmp, text + from, utf8_prefix(text + from, SNIPPET_CHARS, SIZE_MAX));
    return utf8_printable(mem, str_trim(tmp, cut, strlen(cut)));
}

static bool fetch_rows(struct query *q, const void *mem, const struct question *ask, struct store_row **ret,
                       size_t *ret_n, struct err *err)
{
    struct store_row *rows = NULL;
    size_t n = 0;
    bool row = true;
    while (q_next(q, &row, err)) {
        if (!row) {
            *ret = rows;
            *ret_n = n;
            return true;
        }
        struct store_row *r = mem_append(mem, rows, n);
        _cleanup_mem_ char *text = q_col_text(NULL, q, 12);
        row_fill(mem, q, r);
        r->snippet = snippet_of(mem, ask, text);
    }
    return false;
}

bool store_search(struct store *s, const void *mem, const char *words, int64_t limit,
                  struct store_row **ret, size_t *ret_n, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct question ask = ask_of(tmp, words);
    if (ask.bare.n == 0) {
        *ret = NULL;
        *ret_n = 0;
        return true;
    }
    struct query *q = db_query(s->db, "search");
    q_text(q, ":bare", ask.match_bare.s);
    q_text(q, ":exact", ask.match_exact.s);
    q_int(q, ":limit", limit > 0 ? limit : -1);
    return fetch_rows(q, mem, &ask, ret, ret_n, err);
}
