/* forward.c: unpacks the forwarded spans of a body: who wrote, when, about what, and the text. A chain of
 * forwarded letters gives one for each, outermost first. What the copied headers say is what someone typed
 * or let stand: it is shown to staff and proves nothing (SV-8). */
#include "mail/lines.h"

enum { FORWARDS_MAX = 50 };

struct unpack {
    const void *mem;
    const char *body; /* of the span */
    struct lines lines;
    const struct thread_words *words;
    struct thread_forwards all;
};

static const char *piece(const void *mem, const struct line *l)
{
    size_t n = l->s ? l->n : 0;
    while (n > 0 && (l->s[n - 1] == '*' || str_space(l->s[n - 1])))
        n--;
    return n ? mem_bytes(mem, l->s, n) : "";
}

/* The line without its first `depth` quote marks. */
static const char *without_marks(const struct unpack *u, const struct line *l, size_t depth)
{
    const char *p = u->body + l->at;
    for (size_t seen = 0; p < l->s && seen < depth; p++)
        seen += *p == '>';
    return p < l->s && *p == ' ' ? p + 1 : p;
}

/* Lines [a, b) as they stood, without the `depth` quote marks that stand before the whole letter. */
static const char *text_of(const struct unpack *u, size_t a, size_t b, size_t depth)
{
    a = lines_next(&u->lines, a);
    while (b > a && u->lines.v[b - 1].n == 0)
        b--;
    if (a >= b)
        return "";
    const struct line *first = &u->lines.v[a];
    if (depth == 0)
        return str_trim(u->mem, u->body + first->at, u->lines.v[b - 1].end - first->at);
    struct str out = str_new(u->mem);
    for (size_t i = a; i < b; i++) {
        const struct line *l = &u->lines.v[i];
        const char *s = without_marks(u, l, depth);
        str_addn(&out, s, (size_t)(l->s + l->n - s));
        str_addc(&out, '\n');
    }
    str_trim_end(&out);
    return out.s;
}

/* Headers in a language that no list knows: the first address and the first date with a time. */
static size_t head_unknown(const struct lines *lines, size_t i, struct head *h)
{
    for (; i < lines->n && lines->v[i].n > 0; i++) {
        const struct line *l = &lines->v[i];
        const char *colon = memchr(l->s, ':', l->n);
        if (!colon)
            break;
        size_t skip = (size_t)(colon - l->s) + 1;
        while (skip < l->n && str_space(l->s[skip]))
            skip++;
        struct line value = {.s = l->s + skip, .n = l->n - skip};
        if (!h->from.s && line_has_address(value.s, value.n))
            h->from = value;
        else if (!h->sent.s && line_has_clock(value.s, value.n) && line_has_year(value.s, value.n))
            h->sent = value;
    }
    return i;
}

/* Whether a letter begins at line i; *ret: its head, *ret_end: the line after that head. */
static bool letter_begins(const struct unpack *u, size_t i, struct head *ret, size_t *ret_end)
{
    const struct lines *lines = &u->lines;
    enum ruler ruler = ruler_read(lines, i, u->words);
    size_t at = ruler == RULER_NONE ? i : lines_next(lines, i + 1);
    *ret = (struct head){.begin = at, .end = at};
    if (at < lines->n && (ruler != RULER_NONE || head_begins(lines, at, u->words)))
        *ret = head_read(lines, at, u->words);
    *ret_end = ret->end;
    if (head_alone(ret) || (ruler != RULER_NONE && ret->labels >= 2))
        return true;
    if (at < lines->n && head_by_shape(lines, at)) {
        *ret_end = head_unknown(lines, at, ret);
        return true;
    }
    *ret = (struct head){.begin = at, .end = at};
    *ret_end = at;
    return ruler != RULER_NONE;
}

/* "X <x@a> wrote on ...:" stands for a head, also between dashes. */
static size_t introduced(const struct unpack *u, size_t i, struct head *ret)
{
    for (size_t k = i; k < u->lines.n && k < i + 3; k++) {
        const struct line *l = &u->lines.v[k];
        const char *open = memrchr(l->s, '<', l->n), *close = memrchr(l->s, '>', l->n);
        if (line_has_clock(l->s, l->n) && line_has_year(l->s, l->n))
            ret->sent = *l;
        if (open && close && close > open)
            ret->from = (struct line){.s = open + 1, .n = (size_t)(close - open) - 1};
        if (line_colon(l) > 0 || line_drawn(l, &(size_t){0}, &(size_t){0}))
            return k + 1;
    }
    return i;
}

static void add_letter(struct unpack *u, const struct head *h, size_t text_from, size_t text_to)
{
    struct letter_forward *f = mem_append(u->mem, u->all.v, u->all.n);
    f->from = piece(u->mem, &h->from);
    f->date = piece(u->mem, &h->sent);
    f->at = thread_date(f->date, u->words);
    f->subject = piece(u->mem, &h->subject);
    size_t depth = h->begin < u->lines.n ? u->lines.v[h->begin].depth : 0;
    f->text = text_of(u, text_from, text_to, depth);
}

static void unpack_span(struct unpack *u)
{
    struct head head = {0}, next;
    size_t i = 0, end = 0, from = 0;
    if (!letter_begins(u, lines_next(&u->lines, 0) < u->lines.n ? lines_next(&u->lines, 0) : 0, &head,
                       &end))
        end = introduced(u, lines_next(&u->lines, 0), &head);
    for (i = from = end; i < u->lines.n && u->all.n < FORWARDS_MAX; i++) {
        if (u->lines.v[i].n == 0 || !letter_begins(u, i, &next, &end))
            continue;
        if (next.labels == 0 && !next.from.s &&
            lines_next(&u->lines, from) == i) { /* the same ruler under the head */
            from = i + 1;
            continue;
        }
        add_letter(u, &head, from, i);
        head = next;
        from = end > i ? end : i + 1;
        i = from - 1;
    }
    add_letter(u, &head, from, u->lines.n);
}

struct thread_forwards thread_forwards(const void *mem, const char *body, const struct thread *thread,
                                       const struct thread_words *words)
{
    struct unpack u = {.mem = mem, .words = words};
    for (size_t i = 0; i < thread->n; i++) {
        const struct thread_span *span = &thread->spans[i];
        if (span->part != THREAD_FORWARD || u.all.n >= FORWARDS_MAX)
            continue;
        _cleanup_mem_ void *tmp = mem_new();
        u.body = body + span->from;
        u.lines = lines_split(tmp, u.body, span->to - span->from);
        if (lines_next(&u.lines, 0) < u.lines.n)
            unpack_span(&u);
    }
    return u.all;
}
