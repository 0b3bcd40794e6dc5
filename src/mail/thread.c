/* thread.c: see thread.h. Walks the lines once and asks at each whether something begins there that is not
 * the sender's own:
 *   lines that begin with '>' (two in a row, the last one, any after the first such block, or under a line
 *   that introduces them); what follows them is new text again (answers below and between quotes),
 *   a line that introduces a quote without '>', a ruler, a block of copied headers: all that follows.
 * It refuses to cut on less: ">> more" in an article and "Email: a@b" in a form are new text. */
#include "mail/lines.h"

struct walk {
    const void *mem;
    struct lines lines;
    const struct thread_words *words;
    struct thread thread;
    bool forwarded; /* so says the subject */
    bool quotes;    /* '>' has been seen to mean a quote in this letter */
};

static void add_span(struct walk *w, enum thread_part part, size_t from, size_t to)
{
    struct thread *t = &w->thread;
    if (from == to)
        return;
    if (t->n > 0 && t->spans[t->n - 1].part == part)
        t->spans[t->n - 1].to = to;
    else
        *mem_append(w->mem, t->spans, t->n) = (struct thread_span){part, from, to};
}

static size_t line_at(const struct lines *lines, size_t i)
{
    return i < lines->n ? lines->v[i].at : lines->n ? lines->v[lines->n - 1].end : 0;
}

static bool is_quoted(const struct lines *lines, size_t i)
{
    return i < lines->n && lines->v[i].depth > 0;
}

/* ---- lines that introduce a quote ---- */

/* Words of lines [i, i + k] as one, up to the colon at their end; NULL when they are no such line. */
static char *joined(void *tmp, const struct lines *lines, size_t i, size_t k)
{
    struct str out = str_new(tmp);
    for (size_t j = i; j <= i + k; j++) {
        const struct line *l = j < lines->n ? &lines->v[j] : NULL;
        size_t colon = l && l->n <= LINE_LOOK && l->depth == 0 ? line_colon(l) : 0;
        if (!l || l->n == 0 || l->n > LINE_LOOK || l->depth > 0 || (colon > 0) != (j == i + k))
            return NULL;
        str_addn(&out, l->s, colon ? colon : l->n);
        if (j < i + k)
            str_addc(&out, ' ');
    }
    return out.n <= LINE_LOOK ? out.s : NULL;
}

/* The last n words of a line are names, addresses or numbers: none begins with a small letter. */
static bool names_only(const char *text, size_t n)
{
    const char *p = text + strlen(text);
    while (p > text && n > 0) {
        while (p > text && str_space(p[-1]))
            p--;
        while (p > text && !str_space(p[-1]))
            p--;
        if (*p >= 'a' && *p <= 'z' && !line_has_address(p, strcspn(p, " ")))
            return false;
        n--;
    }
    return true;
}

static size_t count_words(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += !str_space(*s) && (s[1] == '\0' || str_space(s[1]));
    return n;
}

/* By its words: the verb stands at the end, before a name ("schrieb Mai") or before the date. "He wrote
 * on 6/12 to x@a what follows:" is a sentence of the letter. */
static bool intro_words(const struct thread_words *words, const char *text, bool address, bool year,
                        bool clock)
{
    _cleanup_mem_ char *folded = words_fold(NULL, text, strlen(text));
    size_t behind = words_behind(&words->lists[THREAD_INTRO], folded);
    if (behind == 0)
        return false;
    const char *rest = folded + behind + strspn(folded + behind, " ,");
    bool dated = words_begin(&words->lists[THREAD_LEAD], rest) && line_has_year(rest, strlen(rest));
    if (!dated && !names_only(text, count_words(rest)))
        return false;
    bool lead = words_begin(&words->lists[THREAD_LEAD], folded);
    return (year && clock && lead) || (address && (year || lead || strchr(text, '<')));
}

static bool intro_text(const struct walk *w, const char *text, bool quote_follows)
{
    size_t n = strlen(text);
    bool address = line_has_address(text, n), year = line_has_year(text, n);
    bool clock = line_has_clock(text, n), closed = text[n - 1] == '>' || text[n - 1] == ']';
    if (quote_follows ? address || (year && clock) : address && year && clock && closed)
        return true;
    if (!w->words)
        return false;
    if (!quote_follows)
        return intro_words(w->words, text, address, year, clock);
    _cleanup_mem_ char *folded = words_fold(NULL, text, n);
    return words_inside(&w->words->lists[THREAD_INTRO], folded);
}

/* The first of several lines has the date, or a word and a part of the date. */
static bool begins_intro(const struct walk *w, const struct line *l)
{
    bool year = line_has_year(l->s, l->n), clock = line_has_clock(l->s, l->n);
    if (year && clock)
        return true;
    _cleanup_mem_ char *folded = words_fold(NULL, l->s, l->n);
    return (year || clock) && w->words && words_begin(&w->words->lists[THREAD_LEAD], folded);
}

/* Whether the end of lines [i, i + k] alone is a whole introduction with its own date. */
static bool shorter_intro(const struct walk *w, size_t i, size_t k)
{
    for (size_t j = i + 1; j <= i + k; j++) {
        _cleanup_mem_ void *tmp = mem_new();
        const char *text = joined(tmp, &w->lines, j, i + k - j);
        bool quote = is_quoted(&w->lines, lines_next(&w->lines, i + k + 1));
        if (text && *text && line_has_year(text, strlen(text)) && intro_text(w, text, quote))
            return true;
    }
    return false;
}

/* True when lines [i, i + k] introduce a quote; new text just above such lines must not go with them. */
static bool introduces_in(const struct walk *w, size_t i, size_t k)
{
    _cleanup_mem_ void *tmp = mem_new();
    char *text = joined(tmp, &w->lines, i, k);
    if (!text || !*text || !intro_text(w, text, is_quoted(&w->lines, lines_next(&w->lines, i + k + 1))))
        return false;
    return k == 0 || (begins_intro(w, &w->lines.v[i]) && !shorter_intro(w, i, k));
}

/* Some phones put the quoted text on the line itself: "On 6 Dec 2024 at 8:40 X <x@a> wrote: text". */
static bool introduces_inside(const struct walk *w, const struct line *l)
{
    size_t n = l->n > LINE_LOOK ? LINE_LOOK : l->n;
    const char *close = w->words ? memchr(l->s, '>', n) : NULL;
    const char *colon = close ? memchr(close, ':', n - (size_t)(close - l->s)) : NULL;
    size_t k = colon ? (size_t)(colon - l->s) : 0;
    if (!colon || !line_has_address(l->s, k) || !line_has_clock(l->s, k) || !line_has_year(l->s, k))
        return false;
    _cleanup_mem_ char *lead = words_fold(NULL, l->s, k);
    _cleanup_mem_ char *verb = words_fold(NULL, close + 1, (size_t)(colon - close) - 1);
    return words_begin(&w->words->lists[THREAD_LEAD], lead) &&
           words_are(&w->words->lists[THREAD_INTRO], verb);
}

/* Between dashes, and the quote without marks: "---- On Mon, 16 Nov 2026 09:12:33 +0700 X <x@a> wrote
 * ----". */
static bool introduces_drawn(const struct walk *w, const struct line *l)
{
    size_t from, n;
    if (!w->words || !line_drawn(l, &from, &n) || n == 0)
        return false;
    _cleanup_mem_ char *text = str_trim(NULL, l->s + from, n);
    return *text && intro_text(w, text, false);
}

/* How many lines the introduction at i has; 0: there is none. A line that introduces ends in a colon, so
 * only one of three lines need be looked at closely. */
static size_t introduction(const struct walk *w, size_t i)
{
    for (size_t k = 0; k < 3 && i + k < w->lines.n; k++) {
        const struct line *l = &w->lines.v[i + k];
        if (l->n == 0 || l->n > LINE_LOOK || l->depth > 0)
            break;
        if (line_colon(l) > 0)
            return introduces_in(w, i, k) ? k + 1 : 0;
    }
    const struct line *l = &w->lines.v[i];
    return l->depth == 0 && (introduces_inside(w, l) || introduces_drawn(w, l)) ? 1 : 0;
}

/* ---- quotes ---- */

/* One '>' alone in the middle of a text is an arrow, not a quote. */
static bool begins_quote(const struct walk *w, size_t i)
{
    const struct lines *l = &w->lines;
    if (!is_quoted(l, i))
        return false;
    size_t next = lines_next(l, i + 1);
    return w->quotes || is_quoted(l, next) || (l->v[i].depth == 1 && next == l->n);
}

/* The end of the quoted lines at i: empty lines between them belong to them. */
static size_t quote_end(const struct lines *lines, size_t i)
{
    size_t end = i;
    for (size_t k = i; k < lines->n; k++) {
        if (lines->v[k].depth > 0)
            end = k + 1;
        else if (lines->v[k].n > 0)
            break;
    }
    return end;
}

/* A forwarded letter that is marked with '>' ends with its marks; any other goes on to the end. */
static size_t forward_end(const struct lines *lines, size_t i)
{
    size_t next = lines_next(lines, i);
    return is_quoted(lines, next) ? quote_end(lines, next) : lines->n;
}

/* Copied headers, a quote with marks under them, and nothing above: the answer stands below (Outlook
 * Express). With new text above, all below belongs to the old letter, whose own quotes may have marks; so
 * does all of a forwarded letter: nobody else's words may pass for the sender's. */
static size_t head_end(const struct walk *w, size_t i, const struct head *h)
{
    const struct lines *lines = &w->lines;
    size_t next = lines_next(lines, h->end);
    bool bottom = !w->forwarded && h->labels > 0 && lines_next(lines, 0) >= i && is_quoted(lines, next);
    return bottom ? quote_end(lines, next) : lines->n;
}

/* ---- the walk ---- */

struct block {
    enum thread_part part;
    size_t end; /* line after it; 0: no block begins here */
};

static struct block block_at(struct walk *w, size_t i)
{
    const struct lines *lines = &w->lines;
    enum thread_part other = w->forwarded ? THREAD_FORWARD : THREAD_QUOTED;
    if (begins_quote(w, i)) {
        w->quotes = true;
        return (struct block){THREAD_QUOTED, quote_end(lines, i)};
    }
    size_t intro = introduction(w, i);
    if (intro) {
        size_t next = lines_next(lines, i + intro);
        w->quotes = true;
        if (line_colon(&lines->v[i + intro - 1]) ==
            0) /* these programs set no marks: '>' is the old letter's */
            return (struct block){other, lines->n};
        return (struct block){is_quoted(lines, next) ? THREAD_QUOTED : other,
                              forward_end(lines, i + intro)};
    }
    enum ruler ruler = ruler_read(lines, i, w->words);
    if (ruler == RULER_FORWARDED)
        return (struct block){THREAD_FORWARD, forward_end(lines, i + 1)};
    if (ruler != RULER_NONE) {
        size_t next = lines_next(lines, i + 1);
        struct head h = next < lines->n ? head_read(lines, next, w->words) : (struct head){0};
        return (struct block){other, h.labels ? head_end(w, i, &h) : forward_end(lines, i + 1)};
    }
    struct head h = {0};
    if (head_begins(lines, i, w->words))
        h = head_read(lines, i, w->words);
    bool head = head_alone(&h) || head_by_shape(lines, i);
    return (struct block){other, head ? head_end(w, i, &h) : 0};
}

/* New text, from line a to line b, with the signature at its end. */
static void add_fresh(struct walk *w, size_t a, size_t b)
{
    size_t cut = signature_begin(&w->lines, a, b, w->words);
    add_span(w, THREAD_FRESH, line_at(&w->lines, a), line_at(&w->lines, cut));
    add_span(w, THREAD_SIGNATURE, line_at(&w->lines, cut), line_at(&w->lines, b));
}

struct thread thread_split(const void *mem, const char *body, bool forwarded,
                           const struct thread_words *words)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct walk w = {.mem = mem, .words = words, .forwarded = forwarded};
    w.lines = lines_split(tmp, body, strlen(body));
    size_t begun = 0, i = 0;
    while (i < w.lines.n) {
        struct block block = w.lines.v[i].n || w.lines.v[i].depth ? block_at(&w, i) : (struct block){0};
        if (i == LINES_MAX - 1) /* nobody looks into what follows, so it is not taken for anyone's word */
            block = (struct block){THREAD_QUOTED, i + 1};
        if (block.end <= i) {
            i++;
            continue;
        }
        add_fresh(&w, begun, i);
        add_span(&w, block.part, line_at(&w.lines, i), line_at(&w.lines, block.end));
        begun = i = block.end;
    }
    add_fresh(&w, begun, i);
    return w.thread;
}

const char *thread_text(const void *mem, const char *body, const struct thread *thread,
                        enum thread_part part)
{
    if (thread->n == 1 && thread->spans[0].part == part)
        return body;
    struct str out = str_new(mem);
    for (size_t i = 0; i < thread->n; i++) {
        const struct thread_span *span = &thread->spans[i];
        size_t from = span->from, to = span->to;
        while (to > from && str_space(body[to - 1]))
            to--;
        while (from > 0 && from < to && str_space(body[from]))
            from++;
        if (span->part != part || from == to)
            continue;
        str_add(&out, out.n ? "\n\n" : "");
        str_addn(&out, body + from, to - from);
    }
    return out.n ? out.s : "";
}
