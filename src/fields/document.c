/* document.c: reads the head of a document. The number is the one on the number line; the many numbers
 * behind "pursuant to" are other documents' (DOMAIN 1.2), so a number in running text counts only when no
 * word of citation leads it. A number line left open means "not issued": nothing is guessed then.
 *
 * Refuses to say anything of contested decisions: whether these fields apply at all is the ruling's
 * business (a complaint that cites a number has none of its own). Words are data: common/document.rules. */
#include "fields/document.h"
#include "fields/date.h"
#include "fields/number.h"
#include "house/words.h"

enum {
    HEAD_LINES = 40,       /* non-empty lines in which the head of a document stands */
    DATE_NEAR = 48,        /* bytes after a number within which "day ..." must begin */
    CUE_NEAR = 120,        /* bytes before a number in which a word of citation is looked for */
    SUMMARY_MAX = 600,     /* bytes */
    LINE_MAX_BYTES = 2000, /* of a line in which a label is looked for */
    PLACE_MAX = 120        /* bytes of a "place, day D month M year Y" cell */
};

struct doc_type {
    const char *name, *folded, *symbol; /* symbol "-": has none */
};

struct document_words {
    struct str_list lists[WORDS_COUNT]; /* folded */
    struct str_list urgency_shown;      /* beside lists[WORDS_URGENCY_LEVEL] */
    struct str_list prefix_values;      /* beside lists[WORDS_SUBJECT_PREFIX] */
    struct str_list portals;            /* folded */
    struct doc_type *types;
    size_t n_types;
    struct date_words date;
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

/* ---- words at a place -----------------------------------------------------------------------------------
 */

static size_t word_at(const char *s, size_t n, const char *word)
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

/* The longest entry that stands at s, as whole words; *ret_index tells which. 0 = none. */
static size_t list_at(const struct str_list *list, const char *s, size_t n, size_t *ret_index)
{
    size_t best = 0;
    for (size_t i = 0; i < list->n; i++) {
        size_t k = word_at(s, n, list->v[i]);
        if (k > best) {
            best = k;
            *ret_index = i;
        }
    }
    return best;
}

/* A cell that begins with a label: folded offset behind the label, its colon and blanks. */
struct labelled {
    size_t cell_to; /* folded end of the cell */
    size_t value;   /* folded offset of the value */
    bool colon;
};

static bool label_at(const struct str_list *labels, const struct utf8_form *f, const struct cell *cell,
                     struct labelled *ret)
{
    size_t from = page_form_offset(f, cell->from), to = page_form_offset(f, cell->to), which = 0;
    while (from < to && (f->s[from] == '-' || f->s[from] == ' ' || f->s[from] == '*' || f->s[from] == '+'))
        from++;
    size_t k = list_at(labels, f->s + from, to - from, &which);
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

/* ---- the number -----------------------------------------------------------------------------------------
 */

struct found_number {
    struct number number;
    const struct page *page;
    bool labelled;
};

/* The symbol of a normalised number: behind the sequence and perhaps a year. */
static const char *symbol_of(const char *normal)
{
    const char *symbol = strchr(normal, '/');
    if (!symbol)
        return normal;
    symbol++;
    if (strspn(symbol, "0123456789") == 4 && symbol[4] == '/')
        symbol += 5;
    return symbol;
}

static const char *symbol_type(const struct document_words *w, const char *normal, bool blank)
{
    const char *symbol = blank ? normal : symbol_of(normal);
    for (size_t i = 0; i < w->n_types; i++) {
        size_t k = strlen(w->types[i].symbol);
        if (k && strncmp(symbol, w->types[i].symbol, k) == 0 && (symbol[k] == '-' || symbol[k] == '/'))
            return w->types[i].name;
    }
    return NULL;
}

/* A number, or one left open, that stands behind a label: on its line, perhaps in the next cell. */
static bool number_behind(const void *mem, const struct page *page, size_t value, struct found_number *ret)
{
    const struct utf8_form *exact = &page->forms.exact;
    size_t line_end = value;
    while (line_end < exact->n && exact->s[line_end] != '\n')
        line_end++;
    while (value < line_end &&
           (str_space(exact->s[value]) || exact->s[value] == ':' || exact->s[value] == '|'))
        value++;
    struct number found;
    if (!number_scan_blank(mem, exact->s, line_end, value, &found) &&
        !number_scan_at(mem, exact->s, line_end, value, &found))
        return false;
    *ret = (struct found_number){found, page, true};
    return true;
}

/* "AGENCY A SOCIALIST REPUBLIC ... No.: 982/KH-UBND Nghe An, day ...": a two-column head on one line, as
 * some programs give it. Here the label must have its colon. */
static bool number_inside(const void *mem, const struct document_words *w, const struct page *page,
                          const struct cell *cell, struct found_number *ret)
{
    const struct utf8_form *f = &page->forms.folded;
    size_t from = page_form_offset(f, cell->from), to = page_form_offset(f, cell->to), which = 0;
    to = to - from > LINE_MAX_BYTES ? from + LINE_MAX_BYTES : to;
    for (size_t i = from + 1; i < to; i++) {
        size_t k =
            f->s[i - 1] == ' ' ? list_at(&w->lists[WORDS_NUMBER_LABEL], f->s + i, to - i, &which) : 0;
        size_t colon = i + k;
        while (k && colon < to && f->s[colon] == ' ')
            colon++;
        if (k && colon < to && f->s[colon] == ':' && number_behind(mem, page, f->at[colon], ret))
            return true;
    }
    return false;
}

/* The label at the beginning of a cell, with or without a colon; else inside one. */
static bool number_on_line(const void *mem, const struct document_words *w, const struct page *page,
                           struct found_number *ret)
{
    const struct utf8_form *exact = &page->forms.exact;
    struct cell cell = {0};
    struct labelled label;
    for (size_t pos = 0; page_cell(exact->s, exact->n, &pos, &cell) && cell.line < HEAD_LINES;) {
        if (label_at(&w->lists[WORDS_NUMBER_LABEL], &page->forms.folded, &cell, &label) &&
            number_behind(mem, page, page->forms.folded.at[label.value], ret))
            return true;
        if (number_inside(mem, w, page, &cell, ret))
            return true;
    }
    return false;
}

static bool sentence_end(char c)
{
    return c == '.' || c == ';' || c == ':' || c == '\n' || c == ',' || c == '(';
}

/* Is this number led by a word of citation in its own clause? */
static bool is_cited(const struct document_words *w, const struct page *page, size_t at)
{
    const struct utf8_form *f = &page->forms.folded;
    size_t to = page_form_offset(f, at), from = to;
    while (from > 0 && to - from < CUE_NEAR && !sentence_end(page->forms.exact.s[f->at[from - 1]]))
        from--;
    bool edge = true;
    for (size_t i = from; i < to; i++) {
        size_t which;
        if (edge && list_at(&w->lists[WORDS_CITE_CUE], f->s + i, to - i, &which))
            return true;
        edge = f->s[i] == ' ';
    }
    return false;
}

static bool number_in_prose(const void *mem, const struct document_words *w, const struct page *page,
                            size_t until, struct found_number *ret)
{
    struct number found;
    size_t n = until < page->forms.exact.n ? until : page->forms.exact.n;
    for (size_t at = 0; number_scan(mem, page->forms.exact.s, n, at, &found); at = found.to) {
        bool known = symbol_type(w, found.normal, false) || page->kind == WHERE_SUBJECT;
        if (!known || is_cited(w, page, found.from))
            continue;
        *ret = (struct found_number){found, page, false};
        return true;
    }
    return false;
}

/* The number line first, wherever it stands; then the subject; then the running text of the letter. */
static bool find_number(const void *mem, const struct document_words *w, const struct pages *pages,
                        struct found_number *ret)
{
    for (size_t i = 0; i < pages->n; i++)
        if ((pages->v[i].kind & (WHERE_BODY | WHERE_ATTACHMENT)) &&
            number_on_line(mem, w, &pages->v[i], ret))
            return true;
    for (size_t i = 0; i < pages->n; i++)
        if (pages->v[i].kind & (WHERE_SUBJECT | WHERE_BODY)) {
            size_t until = pages->v[i].kind == WHERE_BODY ? pages->fresh : SIZE_MAX;
            if (number_in_prose(mem, w, &pages->v[i], until, ret))
                return true;
        }
    return false;
}

/* ---- the date -------------------------------------------------------------------------------------------
 */

/* "number 146/..., day 16 ...": the word for day begins close behind the number, or the date does. */
static bool date_behind(const struct document_words *w, const struct page *page, size_t number_to,
                        struct date *ret)
{
    const struct utf8_form *f = &page->forms.folded;
    size_t from = page_form_offset(f, number_to), to = from + DATE_NEAR < f->n ? from + DATE_NEAR : f->n;
    for (size_t i = from; i < to && f->s[i] != ';'; i++)
        if (word_at(f->s + i, f->n - i, w->date.day) && date_scan(f->s + i, f->n - i, &w->date, ret))
            return true;
    return false;
}

static bool date_behind_any(const void *mem, const struct document_words *w, const struct pages *pages,
                            const char *normal, struct date *ret)
{
    for (size_t i = 0; i < pages->n; i++) {
        const struct page *page = &pages->v[i];
        struct number found;
        for (size_t at = 0; number_scan(mem, page->forms.exact.s, page->forms.exact.n, at, &found);
             at = found.to)
            if (str_eq(found.normal, normal) && date_behind(w, page, found.to, ret))
                return true;
    }
    return false;
}

/* A cell "label: date", or "place, day D month M year YYYY" near the top. */
static bool date_on_line(const struct document_words *w, const struct page *page, struct date *ret)
{
    const struct utf8_form *f = &page->forms.folded;
    struct cell cell = {0};
    struct labelled label;
    for (size_t pos = 0;
         page_cell(page->forms.exact.s, page->forms.exact.n, &pos, &cell) && cell.line < HEAD_LINES;) {
        if (label_at(&w->lists[WORDS_DATE_LABEL], f, &cell, &label)) {
            size_t value = label.value; /* the colon and the date may stand in the next cell */
            while (value < f->n && (f->s[value] == ':' || f->s[value] == ' ' || f->s[value] == '|'))
                value++;
            if (date_scan(f->s + value, f->n - value, &w->date, ret))
                return true;
        }
        size_t from = page_form_offset(f, cell.from), to = page_form_offset(f, cell.to);
        if (to - from > PLACE_MAX)
            continue;
        for (size_t i = from; i < to; i++) {
            bool edge = i == from || (f->s[i - 1] == ' ' && i - 1 > from && f->s[i - 2] == ',');
            size_t k = edge && word_at(f->s + i, to - i, w->date.day)
                           ? date_scan(f->s + i, to - i, &w->date, ret)
                           : 0;
            if (k && to - i - k <= 2)
                return true;
        }
    }
    return false;
}

/* ---- type, summary, urgency, recipients -----------------------------------------------------------------
 */

static bool is_capitals(const char *s, size_t n)
{
    _cleanup_mem_ void *tmp = mem_new();
    char *exact = mem_bytes(tmp, s, n);
    return !strpbrk(exact, "abcdefghijklmnopqrstuvwxyz") && !str_eq(utf8_fold(tmp, exact), exact);
}

/* The type's name alone on a line in capitals; *ret_next: exact offset behind it. */
static const char *type_on_line(const struct document_words *w, const struct page *page, size_t *ret_next)
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
static const char *type_before(const struct document_words *w, const struct page *page, size_t at)
{
    const struct utf8_form *f = &page->forms.folded;
    size_t to = page_form_offset(f, at), from = to > 40 ? to - 40 : 0;
    const char *name = NULL;
    for (size_t i = from; i < to; i++)
        for (size_t t = 0; t < w->n_types; t++)
            if (word_at(f->s + i, to - i, w->types[t].folded))
                name = w->types[t].name;
    return name;
}

static const char *typeless(const struct document_words *w)
{
    for (size_t i = 0; i < w->n_types; i++)
        if (str_eq(w->types[i].symbol, "-"))
            return w->types[i].name;
    return "";
}

static const char *cut_text(const void *mem, const char *s, size_t n)
{
    size_t end = 0;
    while (end < n && end < SUMMARY_MAX && s[end] != '\n' && s[end] != '\r')
        end++;
    while (end > 0 && end < n && ((unsigned char)s[end] & 0xC0) == 0x80)
        end--;
    return str_trim(mem, s, end);
}

static const char *summary_on_line(const void *mem, const struct document_words *w, const struct page *page)
{
    const struct utf8_form *exact = &page->forms.exact;
    struct cell cell = {0};
    struct labelled label;
    for (size_t pos = 0; page_cell(exact->s, exact->n, &pos, &cell) && cell.line < HEAD_LINES;) {
        if (!label_at(&w->lists[WORDS_SUMMARY_LABEL], &page->forms.folded, &cell, &label))
            continue;
        size_t value = page->forms.folded.at[label.value];
        while (value < exact->n &&
               (exact->s[value] == ':' || exact->s[value] == ' ' || exact->s[value] == '\t'))
            value++;
        const char *text = cut_text(mem, exact->s + value, exact->n - value);
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
    if (label_at(&w->lists[WORDS_URGENCY_FIELD], f, cell, &label)) {
        size_t value = label.value;
        while (value < f->n && (f->s[value] == ':' || f->s[value] == ' '))
            value++;
        if (list_at(levels, f->s + value, f->n - value, &which))
            return w->urgency_shown.v[which];
    }
    size_t from = page_form_offset(f, cell->from), to = page_form_offset(f, cell->to);
    size_t k = list_at(levels, f->s + from, to - from, &which);
    bool alone = k == to - from || page->kind == WHERE_SUBJECT;
    if (k && alone && is_capitals(page->forms.exact.s + cell->from, f->at[from + k] - cell->from))
        return w->urgency_shown.v[which];
    return NULL;
}

static const char *urgency_of(const struct document_words *w, const struct pages *pages)
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

static const char *portal_of(const struct document_words *w, const struct pages *pages)
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

static const char *type_of(const struct document_words *w, const struct found_number *number,
                           const char *heading)
{
    const char *type = symbol_type(w, number->number.normal, number->number.blank);
    if (type)
        return type;
    if (!number->labelled && (type = type_before(w, number->page, number->number.from)))
        return type;
    return heading ? heading : typeless(w);
}

struct document document_read(const void *mem, const struct pages *pages, const struct document_words *w)
{
    struct document d = {.number = ""};
    struct found_number number = {0};
    struct date date = {0};
    const char *heading = NULL, *summary = NULL;
    size_t behind = 0;
    bool dated = false, has_number = find_number(mem, w, pages, &number);
    for (size_t i = 0; i < pages->n; i++) {
        const struct page *page = &pages->v[i];
        if (!(page->kind & (WHERE_BODY | WHERE_ATTACHMENT)))
            continue;
        summary = summary ? summary : summary_on_line(mem, w, page);
        if (!heading && (heading = type_on_line(w, page, &behind)) && !summary) {
            const char *rest = page->forms.exact.s + behind;
            rest += strspn(rest, " \t\r\n|");
            summary = cut_text(mem, rest, strlen(rest));
        }
        if (!dated && (!has_number || page == number.page || !number.labelled))
            dated = date_on_line(w, page, &date);
    }
    d.blank = has_number && number.number.blank;
    d.at_place = has_number && (number.labelled || number.page->kind == WHERE_SUBJECT);
    d.number = has_number && !d.blank ? number.number.normal : "";
    d.type = has_number ? type_of(w, &number, heading) : heading ? heading : "";
    if (has_number && !d.blank && (!dated || !number.labelled))
        dated = date_behind(w, number.page, number.number.to, &date) ||
                date_behind_any(mem, w, pages, d.number, &date) || dated;
    d.date = dated && !d.blank ? date_iso(mem, date) : "";
    d.summary = summary ? summary : "";
    d.urgency = urgency_of(w, pages);
    d.portal = portal_of(w, pages);
    return d;
}

/* ---- the subject ----------------------------------------------------------------------------------------
 */

char *document_title(const void *mem, const char *subject, const struct document_words *w,
                     struct title_marks *ret_marks)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct utf8_forms forms;
    utf8_make_forms(tmp, subject, strlen(subject), &forms);
    const struct utf8_form *f = &forms.folded;
    struct title_marks marks = {false, false};
    size_t at = 0, which = 0;
    for (;;) {
        while (at < f->n && f->s[at] == ' ')
            at++;
        size_t k = list_at(&w->lists[WORDS_SUBJECT_PREFIX], f->s + at, f->n - at, &which);
        const char *value = k ? w->prefix_values.v[which] : "";
        size_t i = at + k;
        while (k && i < f->n && f->s[i] == ' ')
            i++;
        bool colon = i < f->n && f->s[i] == ':';
        if (!k || (!colon && !str_eq(value, "bare")))
            break;
        marks.forward = marks.forward || str_eq(value, "forward");
        marks.reply = marks.reply || str_eq(value, "reply");
        at = i + colon;
    }
    *ret_marks = marks;
    const char *rest = subject + (at < f->n ? f->at[at] : strlen(subject));
    return str_trim(mem, rest, strlen(rest));
}
