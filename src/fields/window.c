/* window.c: finds a span of days near words of consultation. Refuses spans of anything else (an event, a
 * validity), days that depend on one it does not know, and a span that ends before it begins. A first date
 * may leave its year to the second. */
#include "fields/window.h"

enum {
    CUE_BACK = 300,  /* folded bytes before a date in which words of consultation are looked for */
    CUE_AHEAD = 200, /* and behind it */
    BETWEEN = 40,    /* bytes between the first date and the words before the second */
    HOUR_MAX = 24,   /* bytes of an hour between "before" and "day" */
    DATES_MAX = 400, /* dates looked at on a page: bounds time */
    DAYS_MAX = 366
};

struct search {
    const void *mem;
    const struct document_words *w;
    const struct page *page;
    size_t until; /* folded */
    struct window found;
    bool begins[256]; /* bytes with which words before a date begin */
};

static struct value none(void)
{
    return (struct value){.text = ""};
}

static bool has_cue(const struct search *s, size_t from, size_t to)
{
    const struct utf8_form *f = &s->page->forms.folded;
    size_t k, a = from > CUE_BACK ? from - CUE_BACK : 0;
    while (a > 0 && ((unsigned char)f->s[a] & 0xC0) == 0x80)
        a--;
    size_t b = to + CUE_AHEAD < f->n ? to + CUE_AHEAD : f->n;
    return head_find(&s->w->lists[WORDS_WINDOW_CUE], f, a, b, &k) != SIZE_MAX;
}

static size_t blanks(const struct utf8_form *f, size_t i)
{
    while (i < f->n && strchr(" :,(", f->s[i]))
        i++;
    return i;
}

/* A date behind words like "to" at folded offset i, perhaps with an hour between. Returns its end or 0. */
static size_t date_after(const struct search *s, size_t i, struct date *ret)
{
    const struct utf8_form *f = &s->page->forms.folded;
    i = blanks(f, i);
    size_t k = i < f->n ? date_scan_open(f->s + i, f->n - i, head_dates(s->w, s->page), ret) : 0, which;
    if (k)
        return i + k;
    if (i >= f->n || !str_digit(f->s[i]))
        return 0;
    size_t to = i + HOUR_MAX < f->n ? i + HOUR_MAX : f->n;
    size_t day = head_find(&(struct str_list){(const char *[]){head_dates(s->w, s->page)->day}, 1}, f, i,
                           to, &which);
    k = day == SIZE_MAX ? 0 : date_scan_open(f->s + day, f->n - day, head_dates(s->w, s->page), ret);
    return k ? day + k : 0;
}

static bool later(struct date a, struct date b)
{
    return a.year != b.year ? a.year > b.year : a.month != b.month ? a.month > b.month : a.day > b.day;
}

static struct value as_value(const struct search *s, struct date d, size_t from, size_t to)
{
    const struct utf8_form *f = &s->page->forms.folded;
    return head_says(date_iso(s->mem, d), s->page, f->at[from], f->at[to]);
}

/* "to D" within BETWEEN behind the first date; its end, 0 for none. *ret_from: where its words begin. */
static size_t read_second(const struct search *s, size_t at, size_t *ret_from, struct date *ret)
{
    const struct utf8_form *f = &s->page->forms.folded;
    size_t k, limit = at + BETWEEN < s->until ? at + BETWEEN : s->until;
    *ret_from = head_find(&s->w->lists[WORDS_WINDOW_TO], f, at, limit, &k);
    return *ret_from == SIZE_MAX ? 0 : date_after(s, *ret_from + k, ret);
}

/* A first date without a year takes the second one's, or the year before. */
static void lend_year(struct date *first, struct date last)
{
    if (first->year || !last.year)
        return;
    first->year = last.year;
    first->year -= later(*first, last);
}

/* "from D [to D]" at i; the year of the first may be missing. */
static size_t read_from(struct search *s, size_t i)
{
    const struct utf8_form *f = &s->page->forms.folded;
    struct date first = {0}, last = {0};
    size_t which, to = 0, k = head_list(&s->w->lists[WORDS_WINDOW_FROM], f->s + i, s->until - i, &which);
    size_t end = k ? date_after(s, i + k, &first) : 0;
    if (!end)
        return 0;
    size_t to_end = read_second(s, end, &to, &last), all = to_end ? to_end : end;
    lend_year(&first, last);
    bool in_order = !to_end || (last.year && !later(first, last));
    if (!in_order || !date_valid(first) || !has_cue(s, i, all))
        return in_order ? end : all;
    s->found.from = as_value(s, first, i, end);
    if (to_end)
        s->found.to = as_value(s, last, to, to_end);
    return all;
}

/* "to D", "before D" alone. */
static size_t read_to(struct search *s, size_t i)
{
    const struct utf8_form *f = &s->page->forms.folded;
    struct date last = {0};
    size_t which, k = head_list(&s->w->lists[WORDS_WINDOW_TO], f->s + i, s->until - i, &which);
    size_t end = k ? date_after(s, i + k, &last) : 0;
    if (end && last.year && !*s->found.to.text && has_cue(s, i, end))
        s->found.to = as_value(s, last, i, end);
    return end;
}

/* "60 days from D" at i, where a digit stands. */
static size_t read_days(struct search *s, size_t i)
{
    const struct utf8_form *f = &s->page->forms.folded;
    struct date first = {0};
    int days = 0;
    size_t k = i, which, since;
    while (k < s->until && k - i < 4 && str_digit(f->s[k]))
        days = days * 10 + (f->s[k++] - '0');
    k = blanks(f, k);
    size_t word = head_word(f->s + k, f->n - k, head_dates(s->w, s->page)->day);
    k = word ? blanks(f, k + word) : k;
    if (!word || days < 1 || days > DAYS_MAX ||
        !(since = head_list(&s->w->lists[WORDS_WINDOW_SINCE], f->s + k, f->n - k, &which)))
        return 0;
    size_t end = date_after(s, k + since, &first);
    if (end && first.year && has_cue(s, i, end)) {
        s->found.from = as_value(s, first, k, end);
        s->found.to = as_value(s, date_add(first, days), i, end);
    }
    return end;
}

static bool whole(const struct window *w)
{
    return *w->from.text && *w->to.text;
}

static void read_page(struct search *s)
{
    const struct utf8_form *f = &s->page->forms.folded;
    size_t dates = 0;
    bool edge = true;
    for (size_t i = 0; i < s->until && !whole(&s->found) && dates < DATES_MAX;) {
        size_t end = 0;
        if (edge && s->begins[(unsigned char)f->s[i]]) {
            end = str_digit(f->s[i]) ? read_days(s, i) : read_from(s, i);
            end = end ? end : read_to(s, i);
        }
        dates += end > 0;
        int32_t cp = ' ';
        i = end > i ? end : i + utf8_decode(f->s + i, f->n - i, &cp);
        edge = !utf8_word_char(cp);
    }
}

/* Most words of a letter begin nothing: one look decides, not two lists. */
static void mark_beginnings(struct search *s)
{
    static const enum words_list lists[] = {WORDS_WINDOW_FROM, WORDS_WINDOW_TO};
    for (size_t k = 0; k < ARRAY_LEN(lists); k++)
        for (size_t i = 0; i < s->w->lists[lists[k]].n; i++)
            s->begins[(unsigned char)*s->w->lists[lists[k]].v[i]] = true;
    memset(s->begins + '0', true, 10);
}

struct window window_read(const void *mem, const struct document_words *w, const struct pages *pages)
{
    struct search s = {.mem = mem, .w = w};
    mark_beginnings(&s);
    s.found = (struct window){none(), none()};
    for (size_t i = 0; i < pages->n && !*s.found.to.text; i++) {
        s.page = &pages->v[i];
        const struct utf8_form *f = &s.page->forms.folded;
        if (!(s.page->kind & (WHERE_BODY | WHERE_ATTACHMENT)))
            continue;
        s.until = s.page->kind == WHERE_BODY ? page_form_offset(f, pages->fresh) : f->n;
        s.found = (struct window){none(), none()};
        read_page(&s);
    }
    return s.found;
}
