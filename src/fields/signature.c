/* signature.c: reads "TM. BODY / KT. HEAD / DEPUTY HEAD / Full Name", on lines of their own, in the right
 * column beside the list of recipients, or on one line. A block begins with a capacity or an office in
 * capitals and is complete with a name: words that each begin with a capital. Refuses prose: an office in
 * capitals that is followed by anything else ("THE CHAIRMAN / Pursuant to ...") was the authority that
 * decides, not a signer. A typed name proves nothing; whether a signature is valid is not asked here. */
#include "fields/signature.h"
#include <utf8proc.h>

enum {
    CELL_MAX = 400,   /* bytes of a cell that can belong to a signature */
    SKIPPED_MAX = 40, /* cells of the left column between the parts of one signature */
    NAME_WORDS = 6,
    MARK_MAX = 48 /* bytes of a mark in brackets */
};

/* ---- words ---- */

static size_t word_to(const char *s, size_t from, size_t to)
{
    while (from < to && !str_space(s[from]))
        from++;
    return from;
}

static size_t next_word(const char *s, size_t from, size_t to)
{
    while (from < to && str_space(s[from]))
        from++;
    return from;
}

/* A capital, then letters in lower case; apostrophes and hyphens as in "Y'Wem" begin anew. */
static bool is_title_word(const char *s, size_t n)
{
    bool first = true;
    for (size_t i = 0; i < n;) {
        int32_t cp;
        i += utf8_decode(s + i, n - i, &cp);
        utf8proc_category_t kind = utf8proc_category(cp);
        bool joint = !first && i < n && (cp == '\'' || cp == '-' || cp == 0x2019);
        if (!joint && kind != UTF8PROC_CATEGORY_LU && (first || kind != UTF8PROC_CATEGORY_LL))
            return false;
        if (kind == UTF8PROC_CATEGORY_LU && !first && i > 0)
            return false;
        first = joint;
    }
    return n > 0;
}

static size_t capitals_to(const char *s, size_t from, size_t to)
{
    size_t end = from;
    for (size_t i = from; i < to;) {
        size_t k = word_to(s, i, to);
        int32_t cp;
        size_t lone = utf8_decode(s + i, k - i, &cp);
        bool letter = head_capitals(s + i, k - i) && !(lone == k - i && end > from);
        if (!letter && (utf8_word_char(cp) || end == from))
            break;
        end = letter ? k : end;
        i = next_word(s, k, to);
    }
    return end;
}

static bool known_family(const struct document_words *w, const struct page *page, size_t from, size_t to)
{
    const struct utf8_form *f = &page->forms.folded;
    size_t a = page_form_offset(f, from), which;
    return head_list(&w->lists[WORDS_FAMILY_NAME], f->s + a, page_form_offset(f, to) - a, &which) > 0;
}

static size_t past_rank(const struct document_words *w, const struct page *page, size_t from, size_t to)
{
    const struct utf8_form *f = &page->forms.folded;
    size_t b = page_form_offset(f, to), which;
    for (;;) {
        size_t a = page_form_offset(f, from),
               k = head_list(&w->lists[WORDS_SIGN_RANK], f->s + a, b - a, &which);
        size_t i = a + k;
        while (k && i < b && strchr(". ,", f->s[i]))
            i++;
        if (!k || i == a + k || i >= b)
            return from;
        from = f->at[i];
    }
}

/* A mark that stands for the signature, perhaps in brackets, fills [from, to); whatever stands alone in
 * brackets does: programs put their own words there. */
static bool is_sign_mark(const struct document_words *w, const struct page *page, size_t from, size_t to)
{
    const struct utf8_form *f = &page->forms.folded;
    const char *s = page->forms.exact.s;
    if (to - from > 2 && to - from <= MARK_MAX && strchr("[(<", s[from]) && strchr("])>", s[to - 1]))
        return true;
    size_t a = page_form_offset(f, from), b = page_form_offset(f, to), which;
    while (a < b && strchr("([ ", f->s[a]))
        a++;
    return head_list(&w->lists[WORDS_SIGN_MARK], f->s + a, b - a, &which) > 0;
}

/* [from, to) holds a name and perhaps a mark behind it. In capitals it must begin with a family name and
 * have three words. */
static bool name_at(const struct document_words *w, const struct page *page, size_t from, size_t to,
                    size_t *ret_from, size_t *ret_to)
{
    const char *s = page->forms.exact.s;
    size_t words = 0, end = from = past_rank(w, page, from, to);
    bool capitals = head_capitals(s + from, to - from);
    for (size_t i = from; i < to && words <= NAME_WORDS;) {
        size_t k = word_to(s, i, to);
        if (s[i] == '(' && is_sign_mark(w, page, i, to))
            break;
        if (capitals ? !head_capitals(s + i, k - i) || s[k - 1] == '.' : !is_title_word(s + i, k - i))
            return false;
        words++;
        end = k;
        i = next_word(s, k, to);
    }
    if (words < 2 || words > NAME_WORDS || (capitals && (words < 3 || !known_family(w, page, from, to))))
        return false;
    *ret_from = from;
    *ret_to = end;
    return true;
}

/* ---- blocks ---- */

struct block {
    const void *mem;
    const struct document_words *w;
    const struct page *page;
    bool open;
    size_t from, to;               /* of the capitals */
    size_t office_from, office_to; /* equal: none yet */
    struct str capacity;
    size_t skipped;
    struct signature *ret;
};

static bool boundary(const struct utf8_form *f, size_t i, size_t from)
{
    return i == from || f->s[i - 1] == ' ' || f->s[i - 1] == '.' || f->s[i - 1] == '/';
}

/* "KT." or an office at folded offset i? */
static size_t capacity_at(const struct block *b, size_t i, size_t to)
{
    const struct utf8_form *f = &b->page->forms.folded;
    size_t which, k = head_list(&b->w->lists[WORDS_SIGN_CAPACITY], f->s + i, to - i, &which);
    return k && i + k < to && (f->s[i + k] == '.' || f->s[i + k] == '/') &&
                   head_capitals(b->page->forms.exact.s + f->at[i], f->at[i + k] - f->at[i])
               ? k
               : 0;
}

static size_t office_at(const struct block *b, size_t i, size_t to)
{
    const struct utf8_form *f = &b->page->forms.folded;
    size_t which, k = head_list(&b->w->lists[WORDS_SIGN_OFFICE], f->s + i, to - i, &which);
    return k && head_capitals(b->page->forms.exact.s + f->at[i], f->at[i + k] - f->at[i]) ? k : 0;
}

/* Takes up the capacities and the last office in exact [from, to), which is all capitals. */
static void take_capitals(struct block *b, size_t from, size_t to)
{
    const struct utf8_form *f = &b->page->forms.folded;
    size_t first = page_form_offset(f, from), end = page_form_offset(f, to), k = 0;
    for (size_t i = first; i < end; i += k ? k : 1) {
        k = boundary(f, i, first) ? capacity_at(b, i, end) : 0;
        if (k) {
            if (b->capacity.n)
                str_addc(&b->capacity, ' ');
            str_addn(&b->capacity, b->page->forms.exact.s + f->at[i], f->at[i + k] - f->at[i]);
            str_addc(&b->capacity, '.');
            b->office_from = b->office_to = 0;
        } else if (boundary(f, i, first) && (k = office_at(b, i, end))) {
            b->office_from = f->at[i];
            b->office_to = to;
        }
    }
    if (!b->open)
        b->from = from;
    b->to = to;
    b->open = true;
    b->skipped = 0;
}

/* A block that no name completes still says in what capacity somebody signs, when it has one. */
static void keep_capacity(struct block *b)
{
    if (b->capacity.n && !*b->ret->capacity.text)
        b->ret->capacity = head_says(b->capacity.s, b->page, b->from, b->to);
}

static void reset(struct block *b)
{
    if (b->open)
        keep_capacity(b);
    b->open = false;
    b->capacity = str_new(b->mem);
    b->office_from = b->office_to = b->skipped = 0;
}

static bool complete(struct block *b, size_t name_from, size_t name_to)
{
    if (!b->capacity.n && b->office_from == b->office_to)
        return false;
    b->ret->name = head_value(b->mem, b->page, name_from, name_to);
    b->ret->capacity = (struct value){.text = ""};
    keep_capacity(b);
    if (b->office_to > b->office_from)
        b->ret->office = head_value(b->mem, b->page, b->office_from, b->office_to);
    return true;
}

/* Where in the cell a signature begins: at its beginning, or at a capacity inside ("- Archive: VT. TM.
 * BODY"); SIZE_MAX: nowhere. */
static size_t begins_at(const struct block *b, const struct cell *cell)
{
    const struct utf8_form *f = &b->page->forms.folded;
    size_t from = page_form_offset(f, cell->from), to = page_form_offset(f, cell->to);
    if (to == from)
        return SIZE_MAX;
    if (capacity_at(b, from, to) || office_at(b, from, to))
        return cell->from;
    for (size_t i = from + 1; i + 3 < to; i++)
        if (f->s[i - 1] == ' ' && capacity_at(b, i, to) &&
            capitals_to(b->page->forms.exact.s, f->at[i], cell->to) > f->at[i] + 6)
            return f->at[i];
    return SIZE_MAX;
}

/* A cell that begins or goes on with capitals; true when the signature is complete with it. */
static bool signs(struct block *b, size_t from, size_t to)
{
    const char *s = b->page->forms.exact.s;
    size_t end = capitals_to(s, from, to), name_from, name_to, rest = next_word(s, end, to);
    take_capitals(b, from, end);
    if (rest == to || is_sign_mark(b->w, b->page, rest, to))
        return false;
    if (name_at(b->w, b->page, rest, to, &name_from, &name_to) && complete(b, name_from, name_to))
        return true;
    reset(b);
    return false;
}

/* The left column: items of a list, the heading of the recipients. */
static bool is_other_column(const struct block *b, const struct cell *cell)
{
    const struct utf8_form *f = &b->page->forms.folded;
    const char *s = b->page->forms.exact.s;
    struct labelled label;
    char last = s[cell->to - 1];
    return strchr("-+*", s[cell->from]) || last == ';' || last == ':' ||
           head_label(&b->w->lists[WORDS_RECIPIENTS], f, cell, &label) ||
           head_label(&b->w->lists[WORDS_FILE_COPY], f, cell, &label);
}

/* In the right column, or moved to the right. */
static bool is_indented(const char *s, const struct cell *cell)
{
    return cell->from > 0 && strchr(" \t|", s[cell->from - 1]);
}

/* The cell behind an open block; true when the signature is complete. */
static bool goes_on(struct block *b, const struct cell *cell)
{
    const char *s = b->page->forms.exact.s;
    size_t from, to;
    if (is_sign_mark(b->w, b->page, cell->from, cell->to))
        return false;
    if (name_at(b->w, b->page, cell->from, cell->to, &from, &to) &&
        (!b->skipped || is_indented(s, cell) || known_family(b->w, b->page, from, to)) &&
        complete(b, from, to))
        return true;
    if (is_other_column(b, cell) && b->skipped < SKIPPED_MAX)
        b->skipped++;
    else if (capitals_to(s, cell->from, cell->to) > cell->from + 2)
        return signs(b, cell->from, cell->to);
    else
        reset(b);
    return false;
}

struct signature signature_read(const void *mem, const struct document_words *w, const struct page *page)
{
    struct value none = {.text = ""};
    struct signature found = {none, none, none};
    struct block b = {.mem = mem, .w = w, .page = page, .ret = &found, .capacity = str_new(mem)};
    struct cell cell = {0};
    for (size_t pos = 0; page_cell(page->forms.exact.s, page->forms.exact.n, &pos, &cell);) {
        if (cell.to - cell.from > CELL_MAX) {
            reset(&b);
            continue;
        }
        size_t at = begins_at(&b, &cell);
        if (at != SIZE_MAX ? signs(&b, at, cell.to) : b.open && goes_on(&b, &cell))
            return found;
    }
    if (b.open)
        keep_capacity(&b);
    return found;
}
