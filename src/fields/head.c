/* head.c: the words of a profile made ready, labels, and what a head says besides number and date: type and
 * urgency (Decree 30/2020 annex I, elements 5a, 10). Refuses to look beyond the first HEAD_LINES lines. */
#include "fields/head.h"
#include "fields/recipients.h"
#include <utf8proc.h>

enum {
    TYPE_NEAR = 40, /* bytes before a number in which its type is looked for */
    LINE_LOOK = 600 /* bytes of a line in which the name of the state is looked for */
};

static const char *first_word(const struct str_list *list)
{
    return list->n ? list->v[0] : "";
}

static struct date_words date_words(const struct str_list lists[], const struct str_list values[])
{
    return (struct date_words){first_word(&lists[WORDS_DATE_DAY]), first_word(&lists[WORDS_DATE_MONTH]),
                               first_word(&lists[WORDS_DATE_YEAR]), &lists[WORDS_DATE_NUMERAL],
                               &values[WORDS_DATE_NUMERAL]};
}

struct document_words *document_words_new(const void *mem, const struct profile *profile)
{
    struct document_words *w = mem_zero(mem, struct document_words);
    const struct word_entry *e;
    for (enum words_list list = 0; list < WORDS_COUNT; list++)
        for (size_t at = 0; (e = words_next(profile, list, &at));) {
            str_list_add(w, &w->lists[list], utf8_fold(w, e->text));
            str_list_add(w, &w->bare[list], utf8_bare(w, e->text));
            str_list_add(w, &w->values[list], e->value);
            if (list == WORDS_DOC_TYPE)
                *mem_append(w, w->types, w->n_types) =
                    (struct doc_type){mem_str(w, e->text), utf8_fold(w, e->text), mem_str(w, e->value)};
            if (list == WORDS_URGENCY_LEVEL)
                str_list_add(w, &w->urgency_shown, e->text);
        }
    for (size_t i = 0; i < profile->portal_names.n; i++)
        str_list_add(w, &w->portals, utf8_fold(w, profile->portal_names.v[i]));
    w->date = date_words(w->lists, w->values);
    w->bare_date = date_words(w->bare, w->values);
    w->portal_tokens = recipient_names_new(w, w);
    return w;
}

const struct date_words *head_dates(const struct document_words *w, const struct page *page)
{
    return page->unaccented ? &w->bare_date : &w->date;
}

/* ---- words at a place ---- */

size_t head_word(const char *s, size_t n, const char *word)
{
    if (n == 0 || *s != *word)
        return 0;
    size_t k = strlen(word);
    int32_t cp = 0;
    if (k == 0 || k > n || memcmp(s, word, k) != 0)
        return 0;
    if (k < n)
        utf8_decode(s + k, n - k, &cp);
    return k == n || !utf8_word_char(cp) ? k : 0;
}

size_t head_list(const struct str_list *list, const char *s, size_t n, size_t *ret_index)
{
    size_t best = 0;
    for (size_t i = 0; i < list->n; i++) {
        size_t k = n && *list->v[i] == *s ? head_word(s, n, list->v[i]) : 0;
        if (k > best) {
            best = k;
            *ret_index = i;
        }
    }
    return best;
}

bool head_label(const struct str_list *labels, const struct utf8_form *f, const struct cell *cell,
                struct labelled *ret)
{
    size_t from = page_form_offset(f, cell->from), to = page_form_offset(f, cell->to), which = 0;
    while (from < to && (f->s[from] == '-' || f->s[from] == ' ' || f->s[from] == '*' || f->s[from] == '+'))
        from++;
    size_t k = head_list(labels, f->s + from, to - from, &which);
    if (!k)
        return false;
    size_t i = from + k;
    while (i < to && f->s[i] == ' ')
        i++;
    ret->colon = i < to && f->s[i] == ':';
    i += ret->colon;
    while (i < to && f->s[i] == ' ')
        i++;
    ret->value = i;
    ret->which = which;
    ret->cell_to = to;
    return true;
}

/* ---- type, values, urgency ---- */

const char *head_symbol_type(const struct document_words *w, const char *symbol)
{
    for (size_t i = 0; i < w->n_types; i++) {
        size_t k = strlen(w->types[i].symbol);
        if (k && strncmp(symbol, w->types[i].symbol, k) == 0 && (symbol[k] == '-' || symbol[k] == '/'))
            return w->types[i].name;
    }
    return NULL;
}

bool head_capitals(const char *s, size_t n)
{
    bool capital = false;
    for (size_t i = 0; i < n;) {
        int32_t cp;
        i += utf8_decode(s + i, n - i, &cp);
        utf8proc_category_t kind = utf8proc_category(cp);
        if (kind == UTF8PROC_CATEGORY_LL)
            return false;
        capital = capital || kind == UTF8PROC_CATEGORY_LU;
    }
    return capital;
}

/* Bytes of the type at the beginning of the cell, when nothing or a summary follows: no colon, as behind
 * the word of decision before article 1. */
static size_t type_in_cell(const struct doc_type *type, const struct page *page, size_t from, size_t to)
{
    const struct utf8_form *f = &page->forms.folded;
    size_t k = head_word(f->s + from, to - from, type->folded);
    if (!k || !head_capitals(page->forms.exact.s + f->at[from], f->at[from + k] - f->at[from]))
        return 0;
    int32_t next = 0;
    if (from + k + 1 < to && f->s[from + k] == ' ')
        utf8_decode(page->forms.exact.s + f->at[from + k + 1], to - from - k - 1, &next);
    return from + k == to || utf8proc_category(next) == UTF8PROC_CATEGORY_LU ? k : 0;
}

const char *head_type_line(const struct document_words *w, const struct page *page, size_t *ret_next)
{
    const struct utf8_form *f = &page->forms.folded;
    struct cell cell = {0};
    for (size_t pos = 0;
         page_cell(page->forms.exact.s, page->forms.exact.n, &pos, &cell) && cell.line < HEAD_LINES;) {
        size_t from = page_form_offset(f, cell.from), to = page_form_offset(f, cell.to), best = 0;
        const char *name = NULL;
        for (size_t i = 0; i < w->n_types; i++) {
            size_t k = type_in_cell(&w->types[i], page, from, to);
            if (k > best && (from + k == to || head_is_document(w, page))) {
                best = k;
                name = w->types[i].name;
            }
        }
        if (name) {
            *ret_next = f->at[from + best];
            return name;
        }
    }
    return NULL;
}

/* The type's name right before the number ("Decision No. 12/..."), looked for in the words of its clause.
 */
const char *head_type_before(const struct document_words *w, const struct page *page, size_t at)
{
    const struct utf8_form *f = &page->forms.folded;
    size_t to = page_form_offset(f, at), from = to > TYPE_NEAR ? to - TYPE_NEAR : 0;
    const char *name = NULL;
    for (size_t i = from; i < to; i++)
        for (size_t t = 0; t < w->n_types; t++)
            if (head_word(f->s + i, to - i, w->types[t].folded))
                name = w->types[t].name;
    return name;
}

const char *head_typeless(const struct document_words *w)
{
    for (size_t i = 0; i < w->n_types; i++)
        if (str_eq(w->types[i].symbol, "-"))
            return w->types[i].name;
    return "";
}

struct value head_value(const void *mem, const struct page *page, size_t from, size_t to)
{
    const char *text = page->forms.exact.s;
    while (from < to && str_space(text[from]))
        from++;
    while (to > from && str_space(text[to - 1]))
        to--;
    struct str out = str_new(mem);
    for (size_t i = from; i < to; i++)
        if (!str_space(text[i]))
            str_addc(&out, text[i]);
        else if (!str_space(text[i + 1]))
            str_addc(&out, ' ');
    return (struct value){out.n ? out.s : "", page->where, from, to};
}

struct value head_says(const char *text, const struct page *page, size_t from, size_t to)
{
    return (struct value){text, page->where, from, to};
}

bool head_is_document(const struct document_words *w, const struct page *page)
{
    const struct utf8_form *f = &page->forms.folded;
    struct cell cell = {0};
    struct labelled label;
    for (size_t pos = 0;
         page_cell(page->forms.exact.s, page->forms.exact.n, &pos, &cell) && cell.line < HEAD_LINES;) {
        size_t from = page_form_offset(f, cell.from), to = page_form_offset(f, cell.to), k;
        to = to - from > LINE_LOOK ? from + LINE_LOOK : to;
        if (head_find(&w->lists[WORDS_NATION], f, from, to, &k) != SIZE_MAX ||
            (head_label(&w->lists[WORDS_NUMBER_LABEL], f, &cell, &label) && label.colon))
            return true;
    }
    return false;
}

size_t head_find(const struct str_list *list, const struct utf8_form *f, size_t from, size_t to,
                 size_t *ret_n)
{
    bool edge = true;
    for (size_t i = from; i < to;) {
        size_t which, k = edge ? head_list(list, f->s + i, to - i, &which) : 0;
        if (k) {
            *ret_n = k;
            return i;
        }
        int32_t cp;
        i += utf8_decode(f->s + i, to - i, &cp);
        edge = !utf8_word_char(cp);
    }
    return SIZE_MAX;
}

/* What may stand around a stamp: brackets, stars, rules. */
static size_t skip_frame(const struct utf8_form *f, size_t from, size_t to)
{
    while (from < to && strchr("[(*-_=|<: ", f->s[from]))
        from++;
    return from;
}

/* A level is alone in its cell, perhaps framed; a subject may go on behind a mark of punctuation, but not
 * with a word: what is urgent in a sentence is no mark. */
static bool mark_ends(const struct page *page, size_t from, size_t to)
{
    const struct utf8_form *f = &page->forms.folded;
    size_t i = from;
    while (i < to && strchr("])*-_=|>:!./ ", f->s[i]))
        i++;
    if (i == to)
        return true;
    while (from < to && f->s[from] == ' ')
        from++;
    return page->kind == WHERE_SUBJECT && strchr("])*-_|>:!./", f->s[from]);
}

/* "Label: level", or the level in capitals: alone in its cell, or at the beginning of a subject. */
static size_t urgency_in(const struct document_words *w, const struct page *page, const struct cell *cell,
                         struct value *ret)
{
    const struct utf8_form *f = &page->forms.folded;
    const struct str_list *levels = &w->lists[WORDS_URGENCY_LEVEL];
    size_t which = 0, to = page_form_offset(f, cell->to);
    size_t from = skip_frame(f, page_form_offset(f, cell->from), to), k;
    struct labelled label;
    bool field = head_label(&w->lists[WORDS_URGENCY_FIELD], f, cell, &label);
    if (field) {
        from = label.value;
        while (from < f->n && (f->s[from] == ':' || f->s[from] == ' ' || f->s[from] == '|'))
            from++;
        to = f->n;
    }
    if (!(k = head_list(levels, f->s + from, to - from, &which)))
        return 0;
    if (!field && (!mark_ends(page, from + k, to) ||
                   !head_capitals(page->forms.exact.s + f->at[from], f->at[from + k] - f->at[from])))
        return 0;
    *ret = head_says(w->urgency_shown.v[which], page, f->at[from], f->at[from + k]);
    return k;
}

struct value head_urgency(const struct document_words *w, const struct pages *pages)
{
    struct value found = {.text = ""};
    for (size_t p = 0; p < pages->n; p++) {
        const struct page *page = &pages->v[p];
        struct cell cell = {0};
        for (size_t pos = 0; page->kind != WHERE_NAME &&
                             page_cell(page->forms.exact.s, page->forms.exact.n, &pos, &cell) &&
                             cell.line < HEAD_LINES;)
            if (urgency_in(w, page, &cell, &found))
                return found;
    }
    return found;
}
