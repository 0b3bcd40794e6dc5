/* recipients.c: finds the list and judges it item by item. "yes" needs a name of the profile's portal,
 * whole: "Portal of the Ministry" is not named by "Portal of the Ministry of Finance". Compared without
 * marks, with long and short wordings made the same and one slip of recognition allowed in a word of four
 * and more letters. A portal without an owner, or one in the file-copy line, is "unclear": a person decides
 * (DC-2). Refuses to look outside the list: prose that speaks of a portal names no recipient. */
#include "fields/recipients.h"
#include <utf8proc.h>

enum {
    LIST_CELLS = 140, /* cells after the heading, both columns counted */
    LIST_BYTES = 8000,
    ITEM_WORDS = 200,
    SLIP_LETTERS = 4, /* of a word in which a slip is forgiven */
    JOIN_AHEAD = 3    /* cells further on in which a wrapped item may go on */
};

/* ---- words of items ---- */

struct token {
    const char *bare;
    bool capital;      /* begins with one */
    bool abbreviation; /* two and more letters, all capitals */
    bool apart;        /* punctuation stands before it */
};

struct tokens {
    struct token v[ITEM_WORDS];
    size_t n;
};

static bool in_word(int32_t cp)
{
    return utf8_word_char(cp) || cp == '&';
}

static struct tokens tokens_of(const void *mem, const char *s, size_t n)
{
    struct tokens t = {.n = 0};
    bool apart = false;
    for (size_t i = 0; i < n && t.n < ITEM_WORDS;) {
        int32_t cp, first = 0;
        size_t from = i, k = 0;
        while (i < n && (k = utf8_decode(s + i, n - i, &cp), in_word(cp))) {
            first = i == from ? cp : first;
            i += k;
        }
        if (i > from) {
            bool capitals = head_capitals(s + from, i - from);
            t.v[t.n++] = (struct token){.bare = utf8_bare(mem, mem_bytes(mem, s + from, i - from)),
                                        .capital = utf8proc_category(first) == UTF8PROC_CATEGORY_LU,
                                        .abbreviation = capitals && i - from > 1,
                                        .apart = apart};
            apart = false;
        } else {
            apart = apart || !(cp == ' ' || cp == '\t' || cp == '\n' || cp == 0xA0);
            i += k;
        }
    }
    return t;
}

/* At most one letter put in, left out or changed. */
static bool one_slip(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b), i = 0;
    if (n < SLIP_LETTERS || m + 1 < n || n + 1 < m)
        return false;
    while (a[i] && a[i] == b[i])
        i++;
    return str_eq(a + i + (n >= m), b + i + (m >= n));
}

/* Tokens of `what` at t[i..]: how many, 0 when they are not there. One slip in all, none in a lone word: an
 * abbreviation is a slip away from others. */
static size_t stands_at(const struct tokens *t, size_t i, const struct tokens *what)
{
    size_t slips = 0;
    if (what->n == 0 || what->n > t->n - i)
        return 0;
    for (size_t k = 0; k < what->n; k++)
        if (!str_eq(what->v[k].bare, t->v[i + k].bare) &&
            (what->n == 1 || !one_slip(what->v[k].bare, t->v[i + k].bare) || slips++))
            return 0;
    return what->n;
}

struct short_form {
    struct tokens from, to;
};

/* What a profile's words become when they are compared. */
struct recipient_names {
    struct short_form *shorts;
    struct tokens *portals, *generics;
    size_t n_shorts, n_portals, n_generics;
};

static void replace(struct tokens *t, size_t at, size_t n, const struct tokens *by)
{
    struct token first = t->v[at];
    if (t->n - n + by->n > ITEM_WORDS)
        return;
    memmove(&t->v[at + by->n], &t->v[at + n], (t->n - at - n) * sizeof *t->v);
    memcpy(&t->v[at], by->v, by->n * sizeof *t->v);
    t->n = t->n - n + by->n;
    if (by->n) {
        t->v[at].apart = first.apart;
        t->v[at].capital = first.capital;
        t->v[at].abbreviation = false;
    }
}

static void shorten(const struct recipient_names *names, struct tokens *t)
{
    for (size_t i = 0; i < t->n; i++)
        for (size_t s = 0; s < names->n_shorts; s++) {
            size_t k = stands_at(t, i, &names->shorts[s].from);
            if (!k)
                continue;
            replace(t, i, k, &names->shorts[s].to);
            i += names->shorts[s].to.n ? names->shorts[s].to.n - 1 : 0;
            break;
        }
}

static struct tokens tokens_of_word(const void *mem, const char *s)
{
    return tokens_of(mem, s, strlen(s));
}

const struct recipient_names *recipient_names_new(const void *mem, const struct document_words *w)
{
    struct recipient_names *names = mem_zero(mem, struct recipient_names);
    const struct str_list *shorts = &w->lists[WORDS_PORTAL_SHORT], *to = &w->values[WORDS_PORTAL_SHORT];
    const struct str_list *generics = &w->lists[WORDS_PORTAL_GENERIC];
    for (size_t i = 0; i < shorts->n; i++)
        *mem_append(names, names->shorts, names->n_shorts) =
            (struct short_form){tokens_of_word(names, shorts->v[i]), tokens_of_word(names, to->v[i])};
    for (size_t i = 0; i < w->portals.n; i++) {
        struct tokens t = tokens_of_word(names, w->portals.v[i]);
        shorten(names, &t);
        *mem_append(names, names->portals, names->n_portals) = t;
    }
    for (size_t i = 0; i < generics->n; i++)
        *mem_append(names, names->generics, names->n_generics) = tokens_of_word(names, generics->v[i]);
    return names;
}

/* ---- judging ---- */

enum verdict { SAYS_NO, SAYS_UNCLEAR, SAYS_YES };

static size_t longest_at(const struct tokens *t, size_t i, const struct tokens *list, size_t n)
{
    size_t best = 0;
    for (size_t k = 0; k < n; k++) {
        size_t found = stands_at(t, i, &list[k]);
        best = found > best ? found : best;
    }
    return best;
}

/* The first word of a word that a name goes on with, as in "city of". */
static bool is_place_unit(const struct document_words *w, const char *bare)
{
    size_t k = strlen(bare);
    for (size_t i = 0; i < w->bare[WORDS_PLACE_UNIT].n; i++) {
        const char *unit = w->bare[WORDS_PLACE_UNIT].v[i];
        if (str_starts(unit, bare) && (unit[k] == ' ' || !unit[k]))
            return true;
    }
    return false;
}

static bool carries_name_on(const struct document_words *w, const struct token *next)
{
    return !next->apart && (next->capital || is_place_unit(w, next->bare));
}

static enum verdict judge_words(const struct document_words *w, const struct tokens *t, bool file_copy)
{
    const struct recipient_names *names = w->portal_tokens;
    enum verdict best = SAYS_NO;
    for (size_t i = 0; i < t->n; i++) {
        enum verdict said = SAYS_NO;
        size_t k = longest_at(t, i, names->portals, names->n_portals);
        if (k && (i + k == t->n || !carries_name_on(w, &t->v[i + k]))) {
            said = file_copy ? SAYS_UNCLEAR : SAYS_YES;
        } else if ((k = longest_at(t, i, names->generics, names->n_generics))) {
            bool other = i + k < t->n && carries_name_on(w, &t->v[i + k]);
            said = other && !t->v[i + k].abbreviation ? SAYS_NO : SAYS_UNCLEAR;
        }
        best = said > best ? said : best;
    }
    return best;
}

/* ---- the list ---- */

struct addressee {
    size_t from, to; /* exact */
    bool begins;     /* with a dash, or behind a semicolon */
    bool first;      /* first cell of its line */
    bool file_copy;
};

/* Exact offset behind a heading, SIZE_MAX for none. It has a colon, or ends its line, or only digits follow
 * it there. */
static size_t heading_end(const struct document_words *w, const struct page *page)
{
    const struct utf8_form *f = &page->forms.bare, *exact = &page->forms.exact;
    const struct str_list *labels = &w->bare[WORDS_RECIPIENTS];
    size_t k = 0;
    for (size_t at = 0; (at = head_find(labels, f, at, f->n, &k)) != SIZE_MAX; at += k) {
        size_t i = f->at[at + k];
        while (i < exact->n && (exact->s[i] == ' ' || exact->s[i] == '\t'))
            i++;
        size_t digits = i;
        while (digits < exact->n && str_digit(exact->s[digits]))
            digits++;
        bool starts = f->at[at] == 0 || strchr("\n\t|", exact->s[f->at[at] - 1]);
        if (exact->s[i] == ':')
            return i + 1;
        if (starts && (digits == exact->n || exact->s[digits] == '\n' || exact->s[digits] == '\r'))
            return digits;
    }
    return SIZE_MAX;
}

static bool is_file_copy(const struct document_words *w, const struct page *page, size_t from, size_t to)
{
    const struct utf8_form *f = &page->forms.bare;
    size_t a = page_form_offset(f, from), which;
    return head_list(&w->bare[WORDS_FILE_COPY], f->s + a, page_form_offset(f, to) - a, &which) > 0;
}

static size_t past_bullet(const char *s, size_t from, size_t to)
{
    for (;;) {
        int32_t cp = 0;
        size_t k = from < to ? utf8_decode(s + from, to - from, &cp) : 0;
        if (!k || !(cp == '-' || cp == '+' || cp == '*' || cp == ' ' || cp == 0x2022 ||
                    (cp >= 0x2010 && cp <= 0x2015)))
            return from;
        from += k;
    }
}

/* The pieces of one cell between semicolons; true when one of them was the file copy, the last line. */
static bool add_pieces(const void *mem, const struct document_words *w, const struct page *page,
                       const struct cell *cell, struct addressee **items, size_t *n)
{
    const char *s = page->forms.exact.s;
    bool file_copy = false;
    for (size_t from = cell->from; from < cell->to;) {
        size_t to = from;
        while (to < cell->to && s[to] != ';')
            to++;
        size_t text = past_bullet(s, from, to);
        struct addressee *item = mem_append(mem, *items, *n);
        *item = (struct addressee){.from = text,
                                   .to = to,
                                   .begins = text > from || from > cell->from,
                                   .first = cell->first && from == cell->from,
                                   .file_copy = is_file_copy(w, page, text, to)};
        file_copy = file_copy || item->file_copy;
        from = to + 1;
    }
    return file_copy;
}

static struct addressee *items_of(const void *mem, const struct document_words *w, const struct page *page,
                                  size_t at, size_t *ret_n)
{
    struct addressee *items = NULL;
    struct cell cell = {0};
    const char *s = page->forms.exact.s + at;
    size_t room = page->forms.exact.n - at, last_line = SIZE_MAX, n = 0;
    room = room > LIST_BYTES ? LIST_BYTES : room;
    for (size_t pos = 0; n < LIST_CELLS && page_cell(s, room, &pos, &cell) && cell.line <= last_line;) {
        struct cell here = cell;
        here.from += at;
        here.to += at;
        if (add_pieces(mem, w, page, &here, &items, &n) && last_line == SIZE_MAX)
            last_line = cell.line;
    }
    *ret_n = n;
    return items;
}

/* An item alone, and with the cell it is wrapped into, which in two columns is not the next one. */
static enum verdict judge_item(const void *tmp, const struct document_words *w, const struct page *page,
                               const struct addressee *items, size_t n, size_t i)
{
    const char *s = page->forms.exact.s;
    struct tokens t = tokens_of(tmp, s + items[i].from, items[i].to - items[i].from);
    shorten(w->portal_tokens, &t);
    enum verdict best = judge_words(w, &t, items[i].file_copy);
    bool ended = s[items[i].to] == ';';
    for (size_t k = i + 1; !ended && k < n && k <= i + JOIN_AHEAD; k++) {
        if (items[k].begins || items[k].file_copy)
            break;
        if (!items[k].first)
            continue;
        char *both = mem_fmt(tmp, "%.*s %.*s", (int)(items[i].to - items[i].from), s + items[i].from,
                             (int)(items[k].to - items[k].from), s + items[k].from);
        t = tokens_of(tmp, both, strlen(both));
        shorten(w->portal_tokens, &t);
        enum verdict said = judge_words(w, &t, items[i].file_copy);
        best = said > best ? said : best;
        break;
    }
    return best;
}

static const char *verdict_word(enum verdict v)
{
    return v == SAYS_YES ? "yes" : v == SAYS_UNCLEAR ? "unclear" : "no";
}

static struct recipients read_page(const void *mem, const void *tmp, const struct document_words *w,
                                   const struct page *page)
{
    struct value none = {.text = ""};
    struct recipients found = {none, none};
    size_t n = 0, at = page->kind & (WHERE_BODY | WHERE_ATTACHMENT) ? heading_end(w, page) : SIZE_MAX;
    struct addressee *items = at == SIZE_MAX ? NULL : items_of(tmp, w, page, at, &n);
    if (n == 0)
        return found;
    enum verdict best = SAYS_NO;
    size_t from = items[0].from, to = items[n - 1].to;
    found.list = head_value(mem, page, from, to);
    for (size_t i = 0; i < n; i++) {
        enum verdict said = judge_item(tmp, w, page, items, n, i);
        if (said > best) {
            best = said;
            from = items[i].from;
            to = items[i].to;
        }
    }
    found.portal = head_says(verdict_word(best), page, from, to);
    return found;
}

static int rank(const struct recipients *r)
{
    return str_eq(r->portal.text, "yes")       ? 3
           : str_eq(r->portal.text, "unclear") ? 2
                                               : *r->portal.text != '\0';
}

struct recipients recipients_read(const void *mem, const struct document_words *w,
                                  const struct pages *pages, const struct page *first)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct value none = {.text = ""};
    struct recipients best = {none, none};
    if (first)
        best = read_page(mem, tmp, w, first);
    bool decided = *best.portal.text != '\0';
    for (size_t i = 0; !decided && i < pages->n; i++) {
        struct recipients found = read_page(mem, tmp, w, &pages->v[i]);
        if (rank(&found) > rank(&best))
            best = found;
    }
    return best;
}
