/* titles.c: finds a list that a line announces ("we send the following items:"), each entry on a line with
 * a number, a letter or a dash. Refuses lists nobody announced as items: programmes, demands and articles
 * of law are lists as well. */
#include "fields/titles.h"

enum {
    TITLES_MAX = 50,
    TITLE_MIN = 6,  /* bytes */
    TITLE_MAX = 300 /* an entry of more is a paragraph */
};

struct lines {
    const char *s;
    size_t n, at;
};

/* The next line, trimmed, empty ones too. */
static bool next_line(struct lines *l, size_t *from, size_t *to)
{
    if (l->at >= l->n)
        return false;
    const char *end = memchr(l->s + l->at, '\n', l->n - l->at);
    *from = l->at;
    *to = end ? (size_t)(end - l->s) : l->n;
    l->at = *to + 1;
    while (*from < *to && str_space(l->s[*from]))
        ++*from;
    while (*to > *from && str_space(l->s[*to - 1]))
        --*to;
    return true;
}

/* Offset behind the number "1" "12" or letter "a" of an entry, with a mark behind it; `from` for none. */
static size_t past_number(const char *s, size_t from, size_t to)
{
    size_t i = from;
    while (i < to && i - from < 2 && str_digit(s[i]))
        i++;
    if (i == from && i + 1 < to && str_alpha(s[i]) && s[i + 1] == ')')
        i++;
    bool marked = i > from && i + 1 < to && strchr(".)-/:", s[i]) && !str_digit(s[i + 1]); /* 12.5, 1/2 */
    return marked ? i + 1 : from;
}

/* Offset behind "1.", "1)", "01 -", "a)", "-", "+", a bullet, and blanks; `from` when the line has none. */
static size_t past_bullet(const char *s, size_t from, size_t to)
{
    int32_t cp = 0;
    size_t i = past_number(s, from, to);
    if (i == from && i < to) {
        size_t k = utf8_decode(s + i, to - i, &cp);
        i += cp == '-' || cp == '+' || cp == '*' || cp == 0x2022 || (cp >= 0x2010 && cp <= 0x2015) ? k : 0;
    }
    while (i > from && i < to && str_space(s[i]))
        i++;
    return i;
}

/* Ends in a colon and speaks of items. */
static bool announces(const struct document_words *w, const struct page *page, size_t from, size_t to)
{
    const struct utf8_form *f = &page->forms.folded;
    size_t k;
    return to > from && page->forms.exact.s[to - 1] == ':' &&
           head_find(&w->lists[WORDS_TITLES_CUE], f, page_form_offset(f, from), page_form_offset(f, to),
                     &k) != SIZE_MAX;
}

static size_t take_list(const void *mem, const struct page *page, struct lines *l, struct value **ret)
{
    struct value *titles = NULL;
    size_t n = 0, from, to;
    for (struct lines ahead = *l; n < TITLES_MAX && next_line(&ahead, &from, &to); *l = ahead) {
        size_t text = past_bullet(l->s, from, to);
        if (from == to)
            continue;
        if (text == from || to - text < TITLE_MIN || to - text > TITLE_MAX)
            break;
        while (to > text && strchr(";.,", l->s[to - 1]))
            to--;
        *mem_append(mem, titles, n) = head_value(mem, page, text, to);
    }
    *ret = titles;
    return n;
}

struct value *titles_read(const void *mem, const struct document_words *w, const struct pages *pages,
                          size_t *ret_n)
{
    *ret_n = 0;
    for (size_t i = 0; i < pages->n; i++) {
        const struct page *page = &pages->v[i];
        struct lines l = {page->forms.exact.s, pages->fresh, 0};
        size_t from, to;
        if (page->kind != WHERE_BODY)
            continue;
        l.n = l.n > page->forms.exact.n ? page->forms.exact.n : l.n;
        while (next_line(&l, &from, &to)) {
            struct value *titles;
            size_t n = announces(w, page, from, to) ? take_list(mem, page, &l, &titles) : 0;
            if (n >= 2) {
                *ret_n = n;
                return titles;
            }
        }
    }
    return NULL;
}
