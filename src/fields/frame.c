/* frame.c: issuing body, place, entry into force. Invariant: only this document's own clause counts for the
 * last, one that says "this": a document cites many that are in force from other days. Refuses to guess: a
 * day that depends on one it does not know stays unknown. */
#include "fields/frame.h"
#include "fields/number.h"

enum {
    BODY_MAX = 160,    /* bytes of a cell that can be a name */
    PLACE_MAX = 120,   /* bytes of a date line */
    CLAUSE_BACK = 400, /* bytes before the words of entry into force in which "this" is looked for */
    DATE_AHEAD = 60,   /* bytes behind them within which the day begins */
    DAYS_MAX = 366
};

/* ---- issuing body ---- */

/* Folded end of the part of a cell before the name of the state, when it stands inside. */
static size_t before_nation(const struct document_words *w, const struct utf8_form *f, size_t from,
                            size_t to)
{
    size_t k, at = head_find(&w->lists[WORDS_NATION], f, from, to, &k);
    return at == SIZE_MAX ? to : at;
}

static bool ends_body(const struct document_words *w, const struct page *page, const struct cell *cell)
{
    const struct utf8_form *f = &page->forms.folded;
    struct labelled label;
    size_t from = page_form_offset(f, cell->from), to = page_form_offset(f, cell->to), k;
    if (head_label(&w->lists[WORDS_NUMBER_LABEL], f, cell, &label) ||
        head_label(&w->lists[WORDS_SUMMARY_LABEL], f, cell, &label))
        return true;
    for (size_t i = 0; i < w->n_types; i++)
        if ((k = head_word(f->s + from, to - from, w->types[i].folded)) && from + k == to)
            return true;
    return false;
}

static bool is_mark(const struct document_words *w, const struct utf8_form *f, size_t from, size_t to)
{
    size_t which;
    return head_list(&w->lists[WORDS_URGENCY_LEVEL], f->s + from, to - from, &which) ||
           head_list(&w->lists[WORDS_SECRECY_LEVEL], f->s + from, to - from, &which);
}

/* The part of a cell that can be a line of a body's name; false: none. */
static bool body_cell(const struct document_words *w, const struct page *page, const struct cell *cell,
                      size_t *ret_from, size_t *ret_to)
{
    const struct utf8_form *f = &page->forms.folded;
    if (cell->to - cell->from > BODY_MAX * 4)
        return false;
    size_t from = page_form_offset(f, cell->from), to = page_form_offset(f, cell->to);
    to = before_nation(w, f, from, to);
    *ret_from = cell->from;
    *ret_to = f->at[to] < cell->to ? f->at[to] : cell->to;
    const char *text = page->forms.exact.s;
    while (*ret_to > *ret_from && strchr(" -_*\t", text[*ret_to - 1]))
        --*ret_to;
    return to > from && *ret_to > *ret_from && *ret_to - *ret_from <= BODY_MAX &&
           !is_mark(w, f, from, to) && head_capitals(text + *ret_from, *ret_to - *ret_from);
}

struct value frame_body(const void *mem, const struct document_words *w, const struct page *page)
{
    const struct utf8_form *f = &page->forms.folded;
    struct cell cell = {0};
    struct value found = {.text = ""};
    size_t from, to, which, lines = 0;
    bool nation = false;
    for (size_t pos = 0; page_cell(page->forms.exact.s, page->forms.exact.n, &pos, &cell) &&
                         cell.line < HEAD_LINES && !ends_body(w, page, &cell);) {
        size_t k, a = page_form_offset(f, cell.from), b = page_form_offset(f, cell.to);
        nation = nation || head_find(&w->lists[WORDS_NATION], f, a, b, &k) != SIZE_MAX;
        if (!body_cell(w, page, &cell, &from, &to))
            continue;
        bool carries_on = lines && head_list(&w->lists[WORDS_PLACE_UNIT], f->s + a, b - a, &which);
        struct value next = head_value(mem, page, from, to);
        found = carries_on ? head_says(mem_fmt(mem, "%s %s", found.text, next.text), page, found.from, to)
                           : next;
        lines++;
    }
    return nation ? found : (struct value){.text = ""};
}

/* ---- place ---- */

/* "day", and behind it nothing but blanks, dots, digits and the words for month and year, something
 * missing: a date line that was left open. */
static bool left_open(const struct document_words *w, const struct page *page, size_t from, size_t to)
{
    const struct utf8_form *f = &page->forms.folded;
    const struct date_words *date = head_dates(w, page);
    size_t words = 0;
    for (size_t i = from; i < to;) {
        size_t k = head_word(f->s + i, to - i, date->day);
        k = k ? k : head_word(f->s + i, to - i, date->month);
        k = k ? k : head_word(f->s + i, to - i, date->year);
        words += k > 0;
        if (!k && !str_digit(f->s[i]) && !strchr(" ._/-,", f->s[i]) && (unsigned char)f->s[i] < 0x80)
            return false;
        if (!k && (unsigned char)f->s[i] >= 0x80) {
            int32_t cp;
            k = utf8_decode(f->s + i, to - i, &cp);
            if (utf8_word_char(cp))
                return false;
        }
        i += k ? k : 1;
    }
    return words == 3;
}

/* The place before a date line, without a number line that text of two columns has before it. */
static struct value place_in(const void *mem, const struct page *page, size_t from, size_t to)
{
    struct number number;
    while (number_scan(mem, page->forms.exact.s, to, from, &number))
        from = number.to;
    while (to > from && strchr(", ", page->forms.exact.s[to - 1]))
        to--;
    return head_value(mem, page, from, to);
}

struct value frame_place(const void *mem, const struct document_words *w, const struct page *page,
                         bool *ret_blank)
{
    const struct utf8_form *f = &page->forms.folded;
    struct cell cell = {0};
    struct date date;
    for (size_t pos = 0;
         page_cell(page->forms.exact.s, page->forms.exact.n, &pos, &cell) && cell.line < HEAD_LINES;) {
        size_t from = page_form_offset(f, cell.from), to = page_form_offset(f, cell.to), k;
        size_t room = to - from > PLACE_MAX ? from + PLACE_MAX : to;
        size_t at =
            head_find(&(struct str_list){(const char *[]){head_dates(w, page)->day}, 1}, f, from, room, &k);
        size_t end = at;
        while (at != SIZE_MAX && end > from && f->s[end - 1] == ' ')
            end--;
        bool placed = at != SIZE_MAX && (end == from || f->s[end - 1] == ',');
        if (!placed)
            continue;
        if ((k = date_scan(f->s + at, to - at, head_dates(w, page), &date)) && to - at - k <= 2)
            return place_in(mem, page, cell.from, f->at[at]);
        if (left_open(w, page, at, to)) {
            *ret_blank = true;
            return place_in(mem, page, cell.from, f->at[at]);
        }
    }
    return (struct value){.text = ""};
}

/* ---- entry into force ---- */

/* Folded offset where the clause that holds `at` begins. */
static size_t clause_from(const struct page *page, size_t at)
{
    const struct utf8_form *f = &page->forms.folded;
    size_t from = at;
    while (from > 0 && at - from < CLAUSE_BACK) {
        char c = page->forms.exact.s[f->at[from - 1]];
        if (c == '\n' || c == ';' || (c == '.' && f->s[from] == ' '))
            break;
        from--;
    }
    return from;
}

/* "45 days from ..." before the day of signing: the number that stands first; 0 when none does. */
static int days_ahead(const struct document_words *w, const struct page *page, size_t from, size_t to)
{
    const struct utf8_form *f = &page->forms.folded;
    for (size_t i = from; i < to; i++) {
        int days = 0;
        size_t k = i;
        while (k < to && k - i < 3 && str_digit(f->s[k]))
            days = days * 10 + (f->s[k++] - '0');
        if (k > i) {
            while (k < to && f->s[k] == ' ')
                k++;
            return head_word(f->s + k, f->n - k, head_dates(w, page)->day) && days <= DAYS_MAX ? days : 0;
        }
    }
    return 0;
}

/* The day that stands behind folded offset `at`, as ISO; NULL for none. */
static char *day_behind(const void *mem, const struct document_words *w, const struct page *page, size_t at,
                        const char *signed_on, size_t *ret_to)
{
    const struct utf8_form *f = &page->forms.folded;
    size_t to = at + DATE_AHEAD < f->n ? at + DATE_AHEAD : f->n, which;
    struct date date;
    for (size_t i = at; i < to; i++) {
        if (i > at && utf8_word_char((unsigned char)f->s[i - 1]))
            continue;
        size_t k = date_scan(f->s + i, f->n - i, head_dates(w, page), &date);
        *ret_to = i + k;
        if (k)
            return date_iso(mem, date);
        k = head_list(&w->lists[WORDS_EFFECTIVE_SIGNED], f->s + i, f->n - i, &which);
        *ret_to = i + k;
        if (k && date_parse(signed_on, &date))
            return date_iso(mem, date_add(date, days_ahead(w, page, at, i)));
        if (k)
            return NULL;
    }
    return NULL;
}

static struct value effective_labelled(const void *mem, const struct document_words *w,
                                       const struct page *page)
{
    const struct utf8_form *f = &page->forms.folded;
    struct cell cell = {0};
    for (size_t pos = 0;
         page_cell(page->forms.exact.s, page->forms.exact.n, &pos, &cell) && cell.line < HEAD_LINES;) {
        size_t from = page_form_offset(f, cell.from), to = page_form_offset(f, cell.to), k = 0, end;
        to = to - from > PLACE_MAX ? from + PLACE_MAX : to;
        size_t at = head_find(&w->lists[WORDS_EFFECTIVE_LABEL], f, from, to, &k);
        if (at == SIZE_MAX)
            continue;
        size_t value = at + k;
        while (value < f->n && (f->s[value] == ' ' || f->s[value] == '|'))
            value++;
        char *day = f->s[value] == ':' ? day_behind(mem, w, page, value, "", &end) : NULL;
        if (day)
            return head_says(day, page, f->at[at], f->at[end]);
    }
    return (struct value){.text = ""};
}

struct value frame_effective(const void *mem, const struct document_words *w, const struct page *page,
                             const char *signed_on)
{
    const struct utf8_form *f = &page->forms.folded;
    struct value found = effective_labelled(mem, w, page);
    size_t k = 0, end = 0, self;
    for (size_t at = 0; !*found.text; at += k) {
        at = head_find(&w->lists[WORDS_EFFECTIVE_CUE], f, at, f->n, &k);
        if (at == SIZE_MAX)
            break;
        size_t from = clause_from(page, at);
        if (head_find(&w->lists[WORDS_EFFECTIVE_SELF], f, from, at, &self) == SIZE_MAX)
            continue;
        char *day = day_behind(mem, w, page, at + k, signed_on, &end);
        if (day)
            return head_says(day, page, f->at[from], f->at[end]);
    }
    return found;
}
