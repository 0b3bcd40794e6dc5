/* items.c: the titles come from a list that a line announces (titles.c), else from headings "Item 1: ...",
 * "Item 2: ..." that count from one. The text of an item stands below its heading, or below its title where
 * that stands again, to the next one. An attachment is an item's by the title in its text, by the words of
 * its name, by the number in its name; what is left goes by order when there are just as many texts as
 * items. Refuses to guess beyond that: pictures that nothing points to belong to no item, and a person
 * decides. */
#include "fields/items.h"
#include "fields/titles.h"

enum {
    ITEMS_MAX = 50,
    HEADING_MAX = 300, /* bytes of the line of a heading */
    TITLE_MIN = 6,     /* bytes */
    TITLE_SURE = 20,   /* bytes of a title that is looked for in the text of an attachment */
    TEXT_HEAD = 1500,  /* bytes of that text */
    NAME_WORDS = 40,
    WORDS_ALIKE = 2 /* words that a name and a title must share at least */
};

struct finding {
    const void *mem;
    const struct document_words *w;
    const struct pages *pages;
    const struct page *body;
    size_t until; /* bytes of the body's new text */
    struct item *items;
    size_t n;
};

/* ---- lines of the body ---- */

static size_t line_to(const struct page *page, size_t from, size_t until)
{
    const char *end = memchr(page->forms.exact.s + from, '\n', until - from);
    return end ? (size_t)(end - page->forms.exact.s) : until;
}

static size_t past_blanks(const struct utf8_form *form, size_t from, size_t to)
{
    while (from < to && form->s[from] == ' ')
        from++;
    return from;
}

/* "Item 2: title": its number, 0 for no heading; *ret_title: exact offset of the title. */
static int heading_number(const struct finding *f, size_t from, size_t to, size_t *ret_title)
{
    const struct utf8_form *folded = &f->body->forms.folded;
    size_t a = page_form_offset(folded, from), b = page_form_offset(folded, to), which;
    while (a < b && strchr(" *-+", folded->s[a]))
        a++;
    size_t k = head_list(&f->w->lists[WORDS_ITEM_HEADING], folded->s + a, b - a, &which);
    size_t i = past_blanks(folded, a + k, b), digits = i;
    int number = 0;
    while (i < b && i - digits < 2 && str_digit(folded->s[i]))
        number = number * 10 + (folded->s[i++] - '0');
    i = past_blanks(folded, i, b);
    if (!k || !number || i >= b || !strchr(":.)-", folded->s[i]))
        return 0;
    *ret_title = folded->at[past_blanks(folded, i + 1, b)];
    return to - from <= HEADING_MAX && to > *ret_title + TITLE_MIN ? number : 0;
}

static void read_headings(struct finding *f)
{
    for (size_t at = 0, title = 0; at < f->until && f->n < ITEMS_MAX;) {
        size_t to = line_to(f->body, at, f->until);
        int number = heading_number(f, at, to, &title);
        if (number && (size_t)number == f->n + 1) {
            if (f->n)
                f->items[f->n - 1].text.to = at;
            struct item *item = mem_append(f->mem, f->items, f->n);
            *item = (struct item){.title = head_value(f->mem, f->body, title, to),
                                  .text = {"", f->body->where, to, f->until}};
        }
        at = to + 1;
    }
}

/* A line that is the title again, with nothing but marks around it. */
static bool is_title(const struct finding *f, const char *folded_title, size_t from, size_t to)
{
    const struct utf8_form *folded = &f->body->forms.folded;
    size_t a = page_form_offset(folded, from), b = page_form_offset(folded, to), k = strlen(folded_title);
    while (a < b && (strchr(" *-+.)\"", folded->s[a]) || str_digit(folded->s[a])))
        a++;
    if (b - a < k || memcmp(folded->s + a, folded_title, k) != 0)
        return false;
    for (a += k; a < b && strchr(" .:;\"*", folded->s[a]);)
        a++;
    return a == b;
}

/* The titles of a list where they stand again, in their order, as headings of the texts. */
static void read_texts(struct finding *f)
{
    size_t at = line_to(f->body, f->items[f->n - 1].title.to, f->until) + 1;
    struct item *last = NULL;
    for (size_t i = 0; i < f->n && at < f->until;) {
        size_t to = line_to(f->body, at, f->until);
        _cleanup_mem_ char *title = utf8_fold(NULL, f->items[i].title.text);
        if (is_title(f, title, at, to)) {
            if (last)
                last->text.to = at;
            last = &f->items[i++];
            last->text = (struct value){"", f->body->where, to, f->until};
        }
        at = to + 1;
    }
}

/* A text of nothing but blanks is none. */
static void trim_texts(struct finding *f)
{
    const char *s = f->body->forms.exact.s;
    for (size_t i = 0; i < f->n; i++) {
        struct value *text = &f->items[i].text;
        while (text->from < text->to && str_space(s[text->from]))
            text->from++;
        while (text->to > text->from && str_space(s[text->to - 1]))
            text->to--;
        if (text->from >= text->to)
            *text = (struct value){"", "", 0, 0};
    }
}

/* ---- attachments ---- */

struct words {
    const char *v[NAME_WORDS];
    size_t n;
};

/* Words without marks, numbers too; the last one, behind a full stop, is left out of a file's name. */
static struct words words_of(const void *mem, const char *text, bool file)
{
    struct words words = {.n = 0};
    char *bare = utf8_bare(mem, text), *dot = file ? strrchr(bare, '.') : NULL;
    if (dot)
        *dot = '\0';
    for (char *s = bare; *s && words.n < NAME_WORDS;) {
        size_t k = 0;
        bool digit = str_digit(*s);
        while (digit ? str_digit(s[k]) : str_alpha(s[k]))
            k++;
        if (k)
            words.v[words.n++] = mem_bytes(mem, s, k);
        s += k ? k : 1;
    }
    return words;
}

static size_t words_alike(const struct words *name, const struct words *title)
{
    size_t alike = 0, letters = 0;
    for (size_t i = 0; i < name->n; i++) {
        bool there = false;
        for (size_t k = 0; k < title->n; k++)
            there = there || str_eq(name->v[i], title->v[k]);
        letters += str_alpha(*name->v[i]);
        alike += there && str_alpha(*name->v[i]);
    }
    return alike >= WORDS_ALIKE && alike * 2 > letters ? alike : 0;
}

/* The one item whose title shares most words with the name; `n` for none or a draw. */
static size_t by_words(const struct finding *f, const void *tmp, const struct words *name)
{
    size_t best = 0, item = f->n;
    for (size_t i = 0; i < f->n; i++) {
        struct words title = words_of(tmp, f->items[i].title.text, false);
        size_t alike = words_alike(name, &title);
        if (alike > best)
            item = i;
        else if (alike == best)
            item = f->n;
        best = alike > best ? alike : best;
    }
    return item;
}

/* "2.docx", "Tin 2 - a.docx", "anh tin 2.jpg": the one number of at most two digits in the name. */
static size_t by_number(const struct finding *f, const struct words *name)
{
    size_t numbers = 0, number = 0;
    for (size_t i = 0; i < name->n; i++)
        if (str_digit(*name->v[i])) {
            numbers++;
            number = strlen(name->v[i]) <= 2 ? (size_t)strtoul(name->v[i], NULL, 10) : 0;
        }
    return numbers == 1 && number >= 1 && number <= f->n ? number - 1 : f->n;
}

/* The one item whose title stands at the beginning of the text. */
static size_t by_text(const struct finding *f, const void *tmp, const struct page *text)
{
    size_t item = f->n, found = 0;
    for (size_t i = 0; text && i < f->n; i++) {
        const struct utf8_form *folded = &text->forms.folded;
        const char *title = utf8_fold(tmp, f->items[i].title.text);
        size_t room = folded->n < TEXT_HEAD ? folded->n : TEXT_HEAD;
        if (strlen(title) >= TITLE_SURE && memmem(folded->s, room, title, strlen(title))) {
            item = i;
            found++;
        }
    }
    return found == 1 ? item : f->n;
}

static void give(struct finding *f, size_t item, const char *where)
{
    str_list_add(f->mem, &f->items[item].attachments, where);
}

/* What nothing points to goes by order, when there are as many such texts as items without anything. */
static void give_rest(struct finding *f, const struct str_list *rest)
{
    size_t bare = 0, next = 0;
    for (size_t i = 0; i < f->n; i++)
        bare += !item_found(&f->items[i]);
    if (bare != rest->n || bare != f->n)
        return;
    for (size_t i = 0; i < f->n; i++)
        give(f, i, rest->v[next++]);
}

static void read_attachments(struct finding *f)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct str_list rest = {0};
    for (size_t i = 0; i < f->pages->n; i++) {
        const struct page *name = &f->pages->v[i], *text = name + 1;
        if (name->kind != WHERE_NAME)
            continue;
        if (i + 1 == f->pages->n || text->kind != WHERE_ATTACHMENT || !str_eq(text->where, name->where))
            text = NULL;
        struct words words = words_of(tmp, name->forms.exact.s, true);
        size_t item = by_text(f, tmp, text);
        item = item < f->n ? item : by_words(f, tmp, &words);
        item = item < f->n ? item : by_number(f, &words);
        if (item < f->n)
            give(f, item, name->where);
        else if (text)
            str_list_add(tmp, &rest, name->where);
    }
    give_rest(f, &rest);
}

struct item *items_read(const void *mem, const struct document_words *w, const struct pages *pages,
                        size_t *ret_n)
{
    struct finding f = {.mem = mem, .w = w, .pages = pages};
    size_t n = 0;
    struct value *titles = titles_read(mem, w, pages, &n);
    for (size_t i = 0; i < pages->n; i++)
        if (pages->v[i].kind == WHERE_BODY)
            f.body = &pages->v[i];
    *ret_n = 0;
    if (!f.body)
        return NULL;
    f.until = pages->fresh < f.body->forms.exact.n ? pages->fresh : f.body->forms.exact.n;
    for (size_t i = 0; i < n; i++)
        *mem_append(mem, f.items, f.n) = (struct item){.title = titles[i], .text = {"", "", 0, 0}};
    if (n)
        read_texts(&f);
    else
        read_headings(&f);
    if (f.n < 2)
        return NULL;
    trim_texts(&f);
    read_attachments(&f);
    *ret_n = f.n;
    return f.items;
}
