/* page.c: makes the pages of a letter and walks their lines by cells. Refuses to hand more than
 * PAGES_MAX_BYTES to the matchers: a letter of 50 MB of words costs no more than one of 1 MB. */
#include "fields/page.h"

/* Vietnamese prose has a mark on about every fourth letter; a name or a foreign word in unaccented prose
 * may have one. Fewer than one in forty non-ASCII letters means that the writer typed without marks. */
static bool looks_unaccented(const char *s, size_t n)
{
    size_t letters = 0, marked = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        letters += str_alpha(s[i]) || c >= 0xC0;
        marked += c >= 0xC0;
    }
    return letters > 0 && marked * 40 <= letters;
}

static void add_page(const void *mem, struct pages *pages, size_t *left, enum where kind, const char *where,
                     const char *text)
{
    size_t n = strlen(text);
    if (n > *left)
        n = utf8_prefix(text, SIZE_MAX, *left);
    if (n == 0)
        return;
    *left -= n;
    struct page *page = mem_append(mem, pages->v, pages->n);
    page->kind = kind;
    page->where = where;
    utf8_make_forms(mem, text, n, &page->forms);
    page->unaccented = looks_unaccented(text, n);
}

/* The body with its new text first, whatever stood above or between it; *ret_fresh: bytes of that. A letter
 * without new text of its own is read whole. */
static const char *body_text(const void *mem, const struct letter *letter, size_t *ret_fresh)
{
    size_t n = strlen(letter->fresh);
    if (n == 0 || str_starts(letter->body, letter->fresh)) {
        *ret_fresh = n ? n : strlen(letter->body);
        return letter->body;
    }
    *ret_fresh = n;
    return mem_fmt(mem, "%s\n\n%s\n\n%s\n\n%s", letter->fresh, letter->forwarded, letter->quoted,
                   letter->signature);
}

struct pages pages_make(const void *mem, const struct letter *letter)
{
    struct pages pages = {0};
    size_t left = PAGES_MAX_BYTES;
    const char *body = body_text(mem, letter, &pages.fresh);
    add_page(mem, &pages, &left, WHERE_SUBJECT, "subject", letter->subject);
    add_page(mem, &pages, &left, WHERE_BODY, "body", body);
    if (letter->hidden)
        add_page(mem, &pages, &left, WHERE_ATTACHMENT, PAGE_HIDDEN, letter->hidden);
    for (size_t i = 0; i < letter->n_attachments; i++) {
        const struct letter_attachment *a = &letter->attachments[i];
        const char *where = mem_fmt(mem, "attachment:%s", a->name);
        add_page(mem, &pages, &left, WHERE_NAME, where, a->name);
        add_page(mem, &pages, &left, WHERE_ATTACHMENT, where, a->text);
    }
    return pages;
}

size_t page_form_offset(const struct utf8_form *form, size_t exact)
{
    size_t low = 0, high = form->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (form->at[middle] < exact)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Length of the separator at s, 0 when none stands there. */
static size_t separator(const char *s, size_t n)
{
    if (*s == '\t' || *s == '|')
        return 1;
    size_t k = 0;
    while (k < n && s[k] == ' ')
        k++;
    return k >= 3 ? k : 0;
}

static bool line_end(char c)
{
    return c == '\n' || c == '\f' || c == '\r';
}

/* Nearly every byte: neither ends a line nor can begin a separator. */
static inline bool is_plain(char c)
{
    return ((unsigned char)c > ' ' && c != '|');
}

static void trim_cell(const char *text, struct cell *cell)
{
    while (cell->from < cell->to && str_space(text[cell->from]))
        cell->from++;
    while (cell->to > cell->from && str_space(text[cell->to - 1]))
        cell->to--;
}

bool page_cell(const char *text, size_t n, size_t *pos, struct cell *cell)
{
    bool first = *pos == 0 || cell->last;
    size_t line = *pos == 0 ? 0 : cell->line + cell->last;
    while (*pos < n) {
        size_t from = *pos, i = from, gap = 0;
        while (i < n &&
               (is_plain(text[i]) || (!line_end(text[i]) && (gap = separator(text + i, n - i)) == 0)))
            i++;
        bool ends = i >= n || line_end(text[i]);
        struct cell next = {from, i, line, first, ends};
        *pos = ends ? i + (i < n) : i + gap;
        trim_cell(text, &next);
        if (next.to > next.from) {
            *cell = next;
            return true;
        }
        if (ends && !first)
            line++; /* a line whose last cells were blank */
        first = first || ends;
    }
    return false;
}
