/* head.c: the words of a profile made ready, labels, and what a head says besides number and date: type,
 * summary, urgency, recipients (Decree 30/2020 annex I, elements 5, 9, 10). Refuses to look beyond the
 * first HEAD_LINES lines, but for the recipients, who stand at the end. */
#include "fields/head.h"

enum {
    TYPE_NEAR = 40,   /* bytes before a number in which its type is looked for */
    SUMMARY_MAX = 600 /* bytes */
};

static const char *first_word(const struct document_words *w, enum words_list list)
{
    return w->lists[list].n ? w->lists[list].v[0] : "";
}

struct document_words *document_words_new(const void *mem, const struct profile *profile)
{
    struct document_words *w = mem_zero(mem, struct document_words);
    const struct word_entry *e;
    for (enum words_list list = 0; list < WORDS_COUNT; list++)
        for (size_t at = 0; (e = words_next(profile, list, &at));) {
            str_list_add(w, &w->lists[list], utf8_fold(w, e->text));
            if (list == WORDS_DOC_TYPE)
                *mem_append(w, w->types, w->n_types) =
                    (struct doc_type){mem_str(w, e->text), utf8_fold(w, e->text), mem_str(w, e->value)};
            if (list == WORDS_URGENCY_LEVEL)
                str_list_add(w, &w->urgency_shown, e->text);
            if (list == WORDS_SUBJECT_PREFIX)
                str_list_add(w, &w->prefix_values, e->value);
        }
    for (size_t i = 0; i < profile->portal_names.n; i++)
        str_list_add(w, &w->portals, utf8_fold(w, profile->portal_names.v[i]));
    w->date = (struct date_words){first_word(w, WORDS_DATE_DAY), first_word(w, WORDS_DATE_MONTH),
                                  first_word(w, WORDS_DATE_YEAR)};
    return w;
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
    ret->cell_to = to;
    return true;
}

/* ---- type, summary, urgency, recipients ---- */

const char *head_symbol_type(const struct document_words *w, const char *symbol)
{
    for (size_t i = 0; i < w->n_types; i++) {
        size_t k = strlen(w->types[i].symbol);
        if (k && strncmp(symbol, w->types[i].symbol, k) == 0 && (symbol[k] == '-' || symbol[k] == '/'))
            return w->types[i].name;
    }
    return NULL;
}

static bool is_capitals(const char *s, size_t n)
{
    _cleanup_mem_ void *tmp = mem_new();
    char *exact = mem_bytes(tmp, s, n);
    return !strpbrk(exact, "abcdefghijklmnopqrstuvwxyz") && !str_eq(utf8_fold(tmp, exact), exact);
}

const char *head_type_line(const struct document_words *w, const struct page *page, size_t *ret_next)
{
    const struct utf8_form *f = &page->forms.folded;
    struct cell cell = {0};
    for (size_t pos = 0;
         page_cell(page->forms.exact.s, page->forms.exact.n, &pos, &cell) && cell.line < HEAD_LINES;) {
        size_t from = page_form_offset(f, cell.from), to = page_form_offset(f, cell.to);
        for (size_t i = 0; i < w->n_types; i++)
            if (strlen(w->types[i].folded) == to - from &&
                memcmp(f->s + from, w->types[i].folded, to - from) == 0 &&
                is_capitals(page->forms.exact.s + cell.from, cell.to - cell.from)) {
                *ret_next = cell.to;
                return w->types[i].name;
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

const char *head_cut(const void *mem, const char *s, size_t n)
{
    size_t end = 0;
    while (end < n && end < SUMMARY_MAX && s[end] != '\n' && s[end] != '\r')
        end++;
    while (end > 0 && end < n && ((unsigned char)s[end] & 0xC0) == 0x80)
        end--;
    return str_trim(mem, s, end);
}

const char *head_summary(const void *mem, const struct document_words *w, const struct page *page)
{
    const struct utf8_form *exact = &page->forms.exact;
    struct cell cell = {0};
    struct labelled label;
    for (size_t pos = 0; page_cell(exact->s, exact->n, &pos, &cell) && cell.line < HEAD_LINES;) {
        if (!head_label(&w->lists[WORDS_SUMMARY_LABEL], &page->forms.folded, &cell, &label))
            continue;
        size_t value = page->forms.folded.at[label.value];
        while (value < exact->n &&
               (exact->s[value] == ':' || exact->s[value] == ' ' || exact->s[value] == '\t'))
            value++;
        const char *text = head_cut(mem, exact->s + value, exact->n - value);
        if (*text)
            return text;
    }
    return NULL;
}

/* "Label: level", or the level in capitals: alone in its cell, or at the beginning of a subject. */
static const char *urgency_in(const struct document_words *w, const struct page *page,
                              const struct cell *cell)
{
    const struct utf8_form *f = &page->forms.folded;
    const struct str_list *levels = &w->lists[WORDS_URGENCY_LEVEL];
    struct labelled label;
    size_t which = 0;
    if (head_label(&w->lists[WORDS_URGENCY_FIELD], f, cell, &label)) {
        size_t value = label.value;
        while (value < f->n && (f->s[value] == ':' || f->s[value] == ' '))
            value++;
        if (head_list(levels, f->s + value, f->n - value, &which))
            return w->urgency_shown.v[which];
    }
    size_t from = page_form_offset(f, cell->from), to = page_form_offset(f, cell->to);
    size_t k = head_list(levels, f->s + from, to - from, &which);
    bool alone = k == to - from || page->kind == WHERE_SUBJECT;
    if (k && alone && is_capitals(page->forms.exact.s + cell->from, f->at[from + k] - cell->from))
        return w->urgency_shown.v[which];
    return NULL;
}

const char *head_urgency(const struct document_words *w, const struct pages *pages)
{
    for (size_t p = 0; p < pages->n; p++) {
        const struct page *page = &pages->v[p];
        struct cell cell = {0};
        const char *found = NULL;
        for (size_t pos = 0; page->kind != WHERE_NAME &&
                             page_cell(page->forms.exact.s, page->forms.exact.n, &pos, &cell) &&
                             cell.line < HEAD_LINES;)
            if ((found = urgency_in(w, page, &cell)))
                return found;
    }
    return "";
}

const char *head_portal(const struct document_words *w, const struct pages *pages)
{
    const char *answer = "";
    for (size_t p = 0; p < pages->n; p++) {
        const struct utf8_form *f = &pages->v[p].forms.folded;
        const char *at = NULL;
        for (size_t i = 0; !at && i < w->lists[WORDS_RECIPIENTS].n; i++)
            at = memmem(f->s, f->n, w->lists[WORDS_RECIPIENTS].v[i],
                        strlen(w->lists[WORDS_RECIPIENTS].v[i]));
        if (!at || !(pages->v[p].kind & (WHERE_BODY | WHERE_ATTACHMENT)))
            continue;
        answer = *answer ? answer : "no";
        for (size_t i = 0; i < w->portals.n; i++)
            if (strstr(at, w->portals.v[i]))
                return "yes";
    }
    return answer;
}
