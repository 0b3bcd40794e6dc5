/* document.c: reads the head of a document. The number is the one on the number line; the many numbers
 * behind "pursuant to" are other documents' (DOMAIN 1.2), so a number in running text counts only when no
 * word of citation leads it. A number line left open means "not issued": nothing is guessed then.
 *
 * Refuses to say anything of contested decisions: whether these fields apply at all is the ruling's
 * business (a complaint that cites a number has none of its own). Words are data: common/document.rules. */
#include "fields/document.h"
#include "fields/form.h"
#include "fields/frame.h"
#include "fields/head.h"
#include "fields/items.h"
#include "fields/number.h"
#include "fields/recipients.h"
#include "fields/signature.h"
#include "fields/summary.h"
#include "fields/window.h"

enum {
    DATE_NEAR = 48,        /* bytes after a number within which "day ..." must begin */
    CUE_NEAR = 120,        /* bytes before a number in which a word of citation is looked for */
    LATER_DAYS = 186,      /* a day further ahead is no event that a letter announces */
    LINE_MAX_BYTES = 2000, /* of a line in which a label is looked for */
    PLACE_MAX = 90         /* bytes before the date in a "place, day D month M year Y" cell */
};

/* ---- the number ---- */

struct found_number {
    struct number number;
    const struct page *page;
    bool labelled;
};

/* The symbol of a normalised number: behind the sequence and perhaps a year. */
static const char *symbol_of(const char *normal)
{
    size_t digits = strspn(normal, "0123456789");
    if (digits && normal[digits] == '-')
        return normal + digits + 1;
    const char *symbol = strchr(normal, '/');
    if (!symbol)
        return normal;
    symbol++;
    if (strspn(symbol, "0123456789") == 4 && symbol[4] == '/')
        symbol += 5;
    return symbol;
}

static size_t line_end(const struct utf8_form *exact, size_t at)
{
    while (at < exact->n && exact->s[at] != '\n')
        at++;
    return at;
}

/* A number, or one left open, that stands behind a label: on its line, perhaps in the next cell; or on the
 * next line, as text taken from a table has it. */
static bool number_behind(const void *mem, const struct page *page, size_t value, struct found_number *ret)
{
    const struct utf8_form *exact = &page->forms.exact;
    size_t end = line_end(exact, value);
    while (value < end && (str_space(exact->s[value]) || exact->s[value] == ':' || exact->s[value] == '|'))
        value++;
    if (value == end) {
        while (value < exact->n && str_space(exact->s[value]))
            value++;
        end = line_end(exact, value);
    }
    struct number found;
    if (!number_scan_blank(mem, exact->s, end, value, &found) &&
        !number_scan_labelled(mem, exact->s, end, value, &found))
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
            f->s[i - 1] == ' ' ? head_list(&w->lists[WORDS_NUMBER_LABEL], f->s + i, to - i, &which) : 0;
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
        if (head_label(&w->lists[WORDS_NUMBER_LABEL], &page->forms.folded, &cell, &label) &&
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
        if (edge && head_list(&w->lists[WORDS_CITE_CUE], f->s + i, to - i, &which))
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
        bool known = head_symbol_type(w, symbol_of(found.normal)) || page->kind == WHERE_SUBJECT;
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

/* ---- the date ---- */

struct found_date {
    struct date date;
    const struct page *page;
    size_t from, to; /* exact */
};

/* The date at folded offset i of the page. */
static bool date_here(const struct document_words *w, const struct page *page, size_t i,
                      struct found_date *ret)
{
    const struct utf8_form *f = &page->forms.folded;
    struct date date;
    size_t k = i < f->n ? date_scan(f->s + i, f->n - i, head_dates(w, page), &date) : 0;
    if (k)
        *ret = (struct found_date){date, page, f->at[i], f->at[i + k]};
    return k > 0;
}

/* "number 146/..., day 16 ...": the word for day begins close behind the number, or the date does. */
static bool date_behind(const struct document_words *w, const struct page *page, size_t number_to,
                        struct found_date *ret)
{
    const struct utf8_form *f = &page->forms.folded;
    size_t from = page_form_offset(f, number_to), to = from + DATE_NEAR < f->n ? from + DATE_NEAR : f->n;
    for (size_t i = from; i < to && f->s[i] != ';'; i++)
        if (head_word(f->s + i, f->n - i, head_dates(w, page)->day) && date_here(w, page, i, ret))
            return true;
    return false;
}

static bool date_behind_any(const void *mem, const struct document_words *w, const struct pages *pages,
                            const char *normal, struct found_date *ret)
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

/* "label: date"; the colon and the date may stand in the next cell. */
static bool date_labelled(const struct document_words *w, const struct page *page, const struct cell *cell,
                          struct found_date *ret)
{
    const struct utf8_form *f = &page->forms.folded;
    struct labelled label;
    if (!head_label(&w->lists[WORDS_DATE_LABEL], f, cell, &label))
        return false;
    size_t value = label.value;
    while (value < f->n && strchr(": |", f->s[value]))
        value++;
    return date_here(w, page, value, ret);
}

/* "place, day D month M year YYYY": a short cell that ends with the date. */
static bool date_of_place(const struct document_words *w, const struct page *page, const struct cell *cell,
                          struct found_date *ret)
{
    const struct utf8_form *f = &page->forms.folded;
    size_t from = page_form_offset(f, cell->from), to = page_form_offset(f, cell->to);
    for (size_t i = from; i < to && i - from < PLACE_MAX; i++) {
        bool edge = i == from || (i > from + 1 && f->s[i - 1] == ' ' && f->s[i - 2] == ',');
        struct date date;
        if (!edge || !head_word(f->s + i, to - i, head_dates(w, page)->day))
            continue;
        size_t k = date_scan(f->s + i, to - i, head_dates(w, page), &date);
        if (k && to - i - k <= 2)
            return date_here(w, page, i, ret);
    }
    return false;
}

static bool date_on_line(const struct document_words *w, const struct page *page, struct found_date *ret)
{
    const struct utf8_form *exact = &page->forms.exact;
    struct cell cell = {0};
    for (size_t pos = 0; page_cell(exact->s, exact->n, &pos, &cell) && cell.line < HEAD_LINES;)
        if (date_labelled(w, page, &cell, ret) || date_of_place(w, page, &cell, ret))
            return true;
    return false;
}

/* ---- the whole ---- */

/* By the symbol, unless the page is an official letter, whose symbol begins with a body that may be called
 * like a type (CT: directive, and department of taxes). */
static const char *type_of(const struct document_words *w, const struct found_number *number,
                           const char *heading, bool untyped)
{
    if (!number->page)
        return heading ? heading : "";
    const char *normal = number->number.normal;
    const char *type = head_symbol_type(w, number->number.blank ? normal : symbol_of(normal));
    if (type && untyped && !heading && number->labelled)
        type = NULL;
    if (!type && !number->labelled)
        type = head_type_before(w, number->page, number->number.from);
    if (!type)
        type = heading;
    return type ? type : head_typeless(w);
}

/* The heading of the first page that has one, and the summary: behind its label, else under the heading. */
static const char *read_heading(const void *mem, const struct document_words *w, const struct pages *pages,
                                struct value *ret_summary, bool *ret_untyped)
{
    const char *heading = NULL;
    struct value summary = {.text = ""};
    for (size_t i = 0; i < pages->n; i++) {
        const struct page *page = &pages->v[i];
        size_t behind = 0;
        if (!(page->kind & (WHERE_BODY | WHERE_ATTACHMENT)))
            continue;
        if (!*summary.text)
            summary = summary_labelled(mem, w, page, ret_untyped);
        if (!heading)
            heading = head_type_line(w, page, &behind);
        if (behind && !*summary.text)
            summary = summary_under(mem, w, page, behind);
    }
    *ret_summary = summary;
    return heading;
}

/* The date in the head of the page that has the number line, else close behind the number, else in any
 * head. */
static bool find_date(const void *mem, const struct document_words *w, const struct pages *pages,
                      const struct found_number *number, struct found_date *ret)
{
    if (number->labelled && date_on_line(w, number->page, ret))
        return true;
    if (number->page && (date_behind(w, number->page, number->number.to, ret) ||
                         date_behind_any(mem, w, pages, number->number.normal, ret)))
        return true;
    for (size_t i = 0; !number->labelled && i < pages->n; i++)
        if ((pages->v[i].kind & (WHERE_BODY | WHERE_ATTACHMENT)) && date_on_line(w, &pages->v[i], ret))
            return true;
    return false;
}

/* The page on which the document itself stands: the one with the number line, else the first attachment
 * that begins as documents do; NULL when the letter only speaks of one. */
static const struct page *page_of(const struct document_words *w, const struct pages *pages,
                                  const struct found_number *number)
{
    if (number->page && number->labelled)
        return number->page;
    for (size_t i = 0; i < pages->n; i++)
        if (pages->v[i].kind == WHERE_ATTACHMENT && head_is_document(w, &pages->v[i]))
            return &pages->v[i];
    for (size_t i = 0; i < pages->n; i++)
        if (pages->v[i].kind == WHERE_BODY && head_is_document(w, &pages->v[i]))
            return &pages->v[i];
    return NULL;
}

/* Number, date, type, and whether it was issued: with a number or a date left open it was not. */
static void read_identity(const void *mem, const struct document_words *w, const struct pages *pages,
                          const struct found_number *number, const struct page *page, struct document *d)
{
    struct found_date date = {0};
    bool open = false;
    if (number->page) {
        d->where = number->page->where;
        d->blank = number->number.blank;
        d->at_place = number->labelled || number->page->kind == WHERE_SUBJECT;
    }
    if (page)
        d->v[FIELD_PLACE] = frame_place(mem, w, page, &open);
    if (number->page && !d->blank)
        d->v[FIELD_NUMBER] =
            head_says(number->number.normal, number->page, number->number.from, number->number.to);
    if (!d->blank && !open && find_date(mem, w, pages, number, &date))
        d->v[FIELD_DATE] = head_says(date_iso(mem, date.date), date.page, date.from, date.to);
    if (d->blank)
        d->v[FIELD_ISSUED] = head_says("no", number->page, number->number.from, number->number.to);
    else if (open)
        d->v[FIELD_ISSUED] =
            (struct value){"no", page->where, d->v[FIELD_PLACE].from, d->v[FIELD_PLACE].to};
    else if (*d->v[FIELD_NUMBER].text && *d->v[FIELD_DATE].text)
        d->v[FIELD_ISSUED] = (struct value){.text = "yes", .where = d->where};
}

/* What the text, or else the subject, says behind the number, and behind its date when that follows. */
static struct value summary_behind(const void *mem, const struct document_words *w,
                                   const struct pages *pages, const char *normal)
{
    struct value found = {.text = ""};
    for (size_t i = 0; i < pages->n; i++) {
        const struct page *page = &pages->v[i];
        struct number number;
        size_t n = page->kind == WHERE_BODY && pages->fresh < page->forms.exact.n ? pages->fresh
                                                                                  : page->forms.exact.n;
        if (!(page->kind & (WHERE_SUBJECT | WHERE_BODY)))
            continue;
        bool done = false;
        for (size_t at = 0; !done && number_scan(mem, page->forms.exact.s, n, at, &number);
             at = number.to) {
            struct found_date date = {.to = number.to};
            if (!str_eq(number.normal, normal))
                continue;
            date_behind(w, page, number.to, &date);
            struct value said = summary_in_prose(mem, w, page, date.to);
            done = *said.text != '\0';
            found = done ? said : found;
        }
    }
    return found;
}

/* What only the document's own page can say. */
static void read_page_fields(const void *mem, const struct document_words *w, const struct page *page,
                             struct document *d)
{
    struct signature s = signature_read(mem, w, page);
    d->v[FIELD_SIGNER] = s.name;
    d->v[FIELD_CAPACITY] = s.capacity;
    d->v[FIELD_OFFICE] = s.office;
    d->v[FIELD_BODY] = frame_body(mem, w, page);
    d->v[FIELD_EFFECTIVE] = frame_effective(mem, w, page, d->v[FIELD_DATE].text);
}

struct document document_read(const void *mem, const struct pages *pages, const struct document_words *w)
{
    struct document d = {.where = ""};
    struct found_number number = {0};
    for (enum field i = 0; i < FIELD_COUNT; i++)
        d.v[i] = (struct value){.text = "", .where = ""};
    find_number(mem, w, pages, &number);
    const struct page *page = page_of(w, pages, &number);
    bool untyped = false;
    const char *heading = read_heading(mem, w, pages, &d.v[FIELD_SUMMARY], &untyped);
    read_identity(mem, w, pages, &number, page, &d);
    if (!*d.v[FIELD_SUMMARY].text && *d.v[FIELD_NUMBER].text && !number.labelled)
        d.v[FIELD_SUMMARY] = summary_behind(mem, w, pages, d.v[FIELD_NUMBER].text);
    if (page)
        read_page_fields(mem, w, page, &d);
    struct recipients r = recipients_read(mem, w, pages, page);
    struct window window = window_read(mem, w, pages);
    d.v[FIELD_TYPE] = (struct value){.text = type_of(w, &number, heading, untyped), .where = d.where};
    d.v[FIELD_URGENCY] = head_urgency(w, pages);
    d.v[FIELD_RECIPIENTS] = r.list;
    d.v[FIELD_PORTAL] = r.portal;
    d.v[FIELD_CONSULT_FROM] = window.from;
    d.v[FIELD_CONSULT_TO] = window.to;
    form_read(mem, w, pages, d.v);
    d.items = items_read(mem, w, pages, &d.n_items);
    d.number = d.v[FIELD_NUMBER].text;
    d.date = d.v[FIELD_DATE].text;
    d.type = d.v[FIELD_TYPE].text;
    d.summary = d.v[FIELD_SUMMARY].text;
    d.portal = d.v[FIELD_PORTAL].text;
    return d;
}

/* ---- days to come ---- */

static int days_of_year(struct date d)
{
    return (d.month - 1) * 31 + d.day; /* only ever compared with one of the same kind */
}

bool document_says_later(const struct document_words *w, const struct page *page, size_t from, size_t to,
                         int64_t now)
{
    const struct utf8_form *f = page->unaccented ? &page->forms.bare : &page->forms.folded;
    struct when_civil today = when_civil(now);
    int day = days_of_year((struct date){today.year, today.month, today.day});
    for (size_t i = from; i < to && i < f->n;) {
        struct date d;
        size_t k = str_digit(f->s[i]) ? date_scan_open(f->s + i, f->n - i, head_dates(w, page), &d) : 0;
        int after = k ? ((d.year ? d.year : today.year) - today.year) * 12 * 31 + days_of_year(d) - day : 0;
        if (after > 0 && after <= LATER_DAYS)
            return true;
        i += k;
        while (!k && i < to && str_digit(f->s[i]))
            i++;
        i += !k;
    }
    return false;
}

/* ---- the subject ---- */

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
        size_t k = head_list(&w->lists[WORDS_SUBJECT_PREFIX], f->s + at, f->n - at, &which);
        const char *value = k ? w->values[WORDS_SUBJECT_PREFIX].v[which] : "";
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
