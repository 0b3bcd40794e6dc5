/* summary.c: reads a summary over its lines (Decree 30/2020 annex I, element 5). A line goes on when the
 * next one is the same kind of line: capitals under capitals, words under words. It ends before what a
 * summary is followed by: an empty line, the addressee, the legal grounds, the authority that decides,
 * another label, the date line. Refuses more than 4 lines or SUMMARY_MAX bytes: what is longer is the text
 * itself. */
#include "fields/summary.h"
#include "fields/frame.h"

enum {
    SUMMARY_MAX = 700, /* bytes */
    SUMMARY_LINES = 4,
    PROSE_WORDS = 4,
    LABEL_MAX = 40, /* bytes before a colon that make a line a label */
    WRAPPED = 48    /* bytes: a shorter line was ended on purpose, not wrapped */
};

static size_t line_to(const struct utf8_form *exact, size_t at)
{
    while (at < exact->n && exact->s[at] != '\n' && exact->s[at] != '\r' && exact->s[at] != '\f')
        at++;
    return at;
}

static size_t past_end(const struct utf8_form *exact, size_t at)
{
    if (at < exact->n && exact->s[at] == '\r')
        at++;
    return at < exact->n && exact->s[at] == '\n' ? at + 1 : at;
}

/* The first cell of the line at `at`, as bytes; false when it is empty. */
static bool first_cell(const struct utf8_form *exact, size_t at, size_t end, size_t *from, size_t *to)
{
    struct cell cell = {0};
    size_t pos = 0;
    if (end == at || !page_cell(exact->s + at, end - at, &pos, &cell))
        return false;
    *from = at + cell.from;
    *to = at + cell.to;
    return true;
}

/* Digits, slashes and dashes carry no case; a line of rules is no line of a summary. */
static bool has_letters(const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        int32_t cp;
        i += utf8_decode(s + i, n - i, &cp);
        if (utf8_word_char(cp) && !(cp < 0x80 && str_digit((char)cp)))
            return true;
    }
    return false;
}

/* Words that begin with a lower-case letter: what a wrapped line goes on with. */
static bool goes_on(const char *s, size_t n)
{
    int32_t cp;
    size_t k = utf8_decode(s, n, &cp);
    return utf8_word_char(cp) && !head_capitals(s, k) && !(cp < 0x80 && str_digit((char)cp));
}

/* Is this cell something else than a line of the summary? */
static bool stops(const struct document_words *w, const struct page *page, size_t from, size_t to)
{
    const struct utf8_form *f = &page->forms.folded;
    const char *text = page->forms.exact.s;
    size_t a = page_form_offset(f, from), b = page_form_offset(f, to), which, k;
    if (!has_letters(text + from, to - from) || strchr("-+*[(", text[from]))
        return text[from] != '(' || !has_letters(text + from, to - from);
    if (head_list(&w->lists[WORDS_SUMMARY_STOP], f->s + a, b - a, &which))
        return true;
    if (head_capitals(text + from, to - from) &&
        head_list(&w->lists[WORDS_SIGN_OFFICE], f->s + a, b - a, &which))
        return true;
    const char *colon = memchr(f->s + a, ':', b - a < LABEL_MAX ? b - a : LABEL_MAX);
    if (colon)
        return true;
    struct date date;
    size_t at = head_find(&(struct str_list){(const char *[]){head_dates(w, page)->day}, 1}, f, a, b, &k);
    return at != SIZE_MAX && date_scan(f->s + at, b - at, head_dates(w, page), &date) + 2 >= b - at;
}

/* Where a first line in capitals goes over into running text: the end of its last word in capitals. Words
 * with a digit or a slash belong to numbers and have no case. */
static size_t capitals_to(const char *s, size_t from, size_t to)
{
    size_t end = to, words = 0;
    for (size_t i = from; i < to;) {
        size_t a = i;
        while (i < to && !str_space(s[i]))
            i++;
        bool neutral = !has_letters(s + a, i - a) || memchr(s + a, '/', i - a);
        if (!neutral && !head_capitals(s + a, i - a))
            return words >= 3 ? end : to;
        words += !neutral;
        end = i;
        while (i < to && str_space(s[i]))
            i++;
    }
    return to;
}

/* The issuing body again, between the summary and the legal grounds. */
static bool is_body(const struct page *page, const struct value *body, size_t from, size_t to)
{
    const struct utf8_form *f = &page->forms.folded;
    if (!*body->text)
        return false;
    _cleanup_mem_ void *tmp = mem_new();
    const char *folded = utf8_fold(tmp, body->text);
    size_t a = page_form_offset(f, from), k = strlen(folded);
    return page_form_offset(f, to) - a == k && memcmp(f->s + a, folded, k) == 0;
}

/* Does the line [a, b) go on with a summary whose line before ended with `last` and was `width` bytes? */
static bool same_kind(const char *s, size_t a, size_t b, bool capitals, char last, size_t width)
{
    bool upper = head_capitals(s + a, b - a);
    if (last == ',')
        return true;
    return capitals ? upper : s[a] != '(' && !upper && (goes_on(s + a, b - a) || width >= WRAPPED);
}

/* From exact offset `from`, which stands at the first byte of the first line. */
static struct value over_lines(const void *mem, const struct document_words *w, const struct page *page,
                               size_t from)
{
    const struct utf8_form *exact = &page->forms.exact;
    const struct value body = frame_body(mem, w, page);
    size_t a, b, end = line_to(exact, from), to = from;
    if (!first_cell(exact, from, end, &a, &b))
        return (struct value){.text = ""};
    to = capitals_to(exact->s, a, b);
    bool capitals = head_capitals(exact->s + a, to - a), cut = to < b;
    for (int line = 1; !cut && line < SUMMARY_LINES; line++) {
        size_t width = to - a, next = past_end(exact, end);
        char last = exact->s[to - 1];
        end = line_to(exact, next);
        if (last == '.' || last == ':' || !first_cell(exact, next, end, &a, &b) || b - from > SUMMARY_MAX ||
            stops(w, page, a, b) || is_body(page, &body, a, b) ||
            !same_kind(exact->s, a, b, capitals, last, width))
            break;
        to = b;
    }
    if (to - from > SUMMARY_MAX)
        to = from + utf8_prefix(exact->s + from, SIZE_MAX, SUMMARY_MAX);
    return head_value(mem, page, from, to);
}

struct value summary_labelled(const void *mem, const struct document_words *w, const struct page *page,
                              bool *ret_untyped)
{
    const struct utf8_form *exact = &page->forms.exact;
    struct cell cell = {0};
    struct labelled label;
    for (size_t pos = 0; page_cell(exact->s, exact->n, &pos, &cell) && cell.line < HEAD_LINES;) {
        if (!head_label(&w->lists[WORDS_SUMMARY_LABEL], &page->forms.folded, &cell, &label))
            continue;
        size_t value = page->forms.folded.at[label.value];
        while (value < exact->n && strchr(": \t|", exact->s[value]))
            value++;
        struct value found = over_lines(mem, w, page, value);
        if (!*found.text)
            continue;
        *ret_untyped = str_eq(w->values[WORDS_SUMMARY_LABEL].v[label.which], "untyped");
        /* Official letters are entered with the label, as it is written. */
        return *ret_untyped ? head_value(mem, page, cell.from, found.to) : found;
    }
    return (struct value){.text = ""};
}

struct value summary_under(const void *mem, const struct document_words *w, const struct page *page,
                           size_t behind)
{
    const struct utf8_form *exact = &page->forms.exact;
    struct value none = {.text = ""};
    size_t a, b, end;
    for (size_t at = behind; at < exact->n; at = past_end(exact, end)) {
        end = line_to(exact, at);
        bool letters = first_cell(exact, at, end, &a, &b) && has_letters(exact->s + a, b - a);
        if (letters && at > behind && stops(w, page, a, b))
            return none;
        if (letters)
            return over_lines(mem, w, page, a);
        if (end < exact->n && past_end(exact, end) == end)
            break; /* a form feed: another page */
    }
    return none;
}

/* Where a clause of running text that begins at `from` ends: a full stop, a bracket, an empty line, or a
 * comma before words that ask for something. */
static size_t clause_to(const struct document_words *w, const struct page *page, size_t from)
{
    const struct utf8_form *exact = &page->forms.exact, *f = &page->forms.folded;
    for (size_t i = from; i < exact->n && i - from < SUMMARY_MAX; i++) {
        char c = exact->s[i], next = exact->s[i + 1];
        if (strchr(";(\f", c) || (c == '.' && (str_space(next) || !next)) || (c == '\n' && next == '\n'))
            return i;
        size_t a = page_form_offset(f, i + 1), which;
        a += c == ',' && a < f->n && f->s[a] == ' ';
        if (c == ',' && a < f->n && head_list(&w->lists[WORDS_SUMMARY_CLOSE], f->s + a, f->n - a, &which))
            return i;
    }
    return from + utf8_prefix(exact->s + from, SIZE_MAX, SUMMARY_MAX);
}

struct value summary_in_prose(const void *mem, const struct document_words *w, const struct page *page,
                              size_t behind)
{
    const struct utf8_form *exact = &page->forms.exact;
    while (behind < exact->n && strchr(" ,)\"", exact->s[behind]))
        behind++;
    if (behind >= exact->n || !goes_on(exact->s + behind, exact->n - behind))
        return (struct value){.text = ""};
    size_t a = page_form_offset(&page->forms.folded, behind), which;
    if (head_list(&w->lists[WORDS_SUMMARY_CLOSE], page->forms.folded.s + a, page->forms.folded.n - a,
                  &which))
        return (struct value){.text = ""};
    struct value found = head_value(mem, page, behind, clause_to(w, page, behind));
    size_t words = 1;
    for (const char *c = found.text; *c; c++)
        words += *c == ' ';
    return words >= PROSE_WORDS ? found : (struct value){.text = ""};
}
