/* ocr.c: see ocr.h. A secrecy stamp is a word in a frame, and the layout analysis of tesseract takes a
 * frame for a picture (measured: TOI MAT in a frame is lost by --psm 3 and read by --psm 6). A reading
 * without layout analysis keeps it but mixes columns, so both are made and put together here.
 *
 * Refuses to compare more than 64 KB of text: then both readings follow each other. */
#include "reader/ocr.h"

#define COMPARE_MAX (64u << 10)
#define LINES_MAX   400u
#define SENSE_WORDS 5u   /* fewer: nothing can be said */
#define NOISE_WORDS 60u  /* more than any stamp has */
#define NOISE_SENSE 85u  /* measured: pages 90 and more, a photo 76 */
#define ALIKE_WORDS 400u /* are enough to tell */
#define WORDS_MAX   64u  /* of one line; the rest is not compared */

struct word {
    const char *s;
    size_t n;
};

struct line {
    const char *s;
    size_t n;
    struct word *words;
    size_t n_words;
};

struct page {
    struct line *lines;
    size_t n;
};

static void split_words(const void *mem, struct line *l)
{
    for (size_t i = 0; i < l->n && l->n_words < WORDS_MAX;) {
        size_t from = i;
        while (i < l->n && !str_space(l->s[i]))
            i++;
        if (i > from)
            *mem_append(mem, l->words, l->n_words) = (struct word){l->s + from, i - from};
        while (i < l->n && str_space(l->s[i]))
            i++;
    }
}

/* Empty lines belong to the line before them. */
static struct page split_lines(const void *mem, const char *text)
{
    struct page p = {0};
    while (*text && p.n < LINES_MAX) {
        struct line l = {.s = text, .n = strcspn(text, "\n")};
        text += l.n;
        text += *text == '\n';
        split_words(mem, &l);
        if (l.n_words > 0)
            *mem_append(mem, p.lines, p.n) = l;
    }
    return p;
}

static bool same_word(const struct word *a, const struct word *b)
{
    return a->n == b->n && memcmp(a->s, b->s, a->n) == 0;
}

static bool has_word(const struct line *l, const struct word *w)
{
    for (size_t i = 0; i < l->n_words; i++)
        if (same_word(&l->words[i], w))
            return true;
    return false;
}

static size_t shared_words(const struct line *a, const struct line *in)
{
    size_t n = 0;
    for (size_t i = 0; i < a->n_words; i++)
        n += has_word(in, &a->words[i]);
    return n;
}

/* The line of `p` that says the same: half of the words at least. A few words are not "the same" as a long
 * line that holds them somewhere: a stamp repeats words of the text. */
static bool find_same(const struct page *p, const struct line *l, size_t *ret)
{
    size_t best = 0;
    for (size_t i = 0; i < p->n; i++) {
        size_t shared = shared_words(l, &p->lines[i]);
        bool alike = l->n_words > 3 || p->lines[i].n_words <= 2 * l->n_words + 1;
        if (alike && 2 * shared >= l->n_words && shared > best) {
            best = shared;
            *ret = i;
        }
    }
    return best > 0;
}

/* No small letter, and capitals enough to be a word (of Vietnamese letters only the plain ones count). */
static bool in_capitals(const struct word *w)
{
    size_t capitals = 0;
    for (size_t i = 0; i < w->n; i++) {
        if (w->s[i] >= 'a' && w->s[i] <= 'z')
            return false;
        capitals += w->s[i] >= 'A' && w->s[i] <= 'Z';
    }
    return capitals >= 2;
}

/* ---- putting together ---- */

struct merge {
    const struct page *page;
    size_t at; /* lines of the page that are out */
    struct str out;
};

static void put(struct merge *m, const char *s, size_t n)
{
    str_addn(&m->out, s, n);
    str_addc(&m->out, '\n');
}

static void put_until(struct merge *m, size_t end)
{
    for (; m->at < end; m->at++)
        put(m, m->page->lines[m->at].s, m->page->lines[m->at].n);
}

/* Words in capitals that the line `same` has not, beside words that it has: a stamp next to a date. Where
 * the page has those words as a line of their own they are another column. */
static void put_run(struct merge *m, const struct line *run, size_t before)
{
    size_t at;
    if (run->n_words == 0 || find_same(m->page, run, &at))
        return;
    put_until(m, before);
    for (size_t i = 0; i < run->n_words; i++) {
        str_add(&m->out, i > 0 ? " " : "");
        str_addn(&m->out, run->words[i].s, run->words[i].n);
    }
    str_addc(&m->out, '\n');
}

static void put_new_words(struct merge *m, const struct line *l, size_t same)
{
    struct line run = {0};
    for (size_t i = 0; i < l->n_words; i++) {
        struct word *w = &l->words[i];
        if (in_capitals(w) && !has_word(&m->page->lines[same], w)) {
            run.words = run.n_words++ ? run.words : w;
        } else {
            put_run(m, &run, same);
            run = (struct line){0};
        }
    }
    put_run(m, &run, same);
}

/* Dots and strokes are what a speckled frame looks like. */
static bool is_words(const struct line *l)
{
    size_t letters = 0;
    for (size_t i = 0; i < l->n; i++)
        letters += str_alpha(l->s[i]) || str_digit(l->s[i]);
    return letters >= 2 && 2 * letters >= l->n / 2;
}

char *ocr_merge(const void *mem, const char *layout, const char *lines)
{
    if (strlen(layout) > COMPARE_MAX || strlen(lines) > COMPARE_MAX)
        return mem_fmt(mem, "%s\n%s", layout, lines);
    _cleanup_mem_ void *tmp = mem_new();
    struct page page = split_lines(tmp, layout), other = split_lines(tmp, lines);
    struct merge m = {.page = &page, .out = str_new(mem)};
    size_t last = 0; /* lines of the page up to the one that was seen last */
    for (size_t i = 0; i < other.n; i++) {
        size_t same = 0;
        if (find_same(&page, &other.lines[i], &same)) {
            put_new_words(&m, &other.lines[i], same);
            last = same + 1 > last ? same + 1 : last;
        } else if (is_words(&other.lines[i])) {
            put_until(&m, last);
            put(&m, other.lines[i].s, other.lines[i].n);
        }
    }
    put_until(&m, page.n);
    return m.out.n ? m.out.s : mem_str(mem, "");
}

static bool on_page(const struct page *p, const struct word *w)
{
    for (size_t i = 0; i < p->n; i++)
        if (has_word(&p->lines[i], w))
            return true;
    return false;
}

bool ocr_alike(const char *layout, const char *lines)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct page page = split_lines(tmp, layout), other = split_lines(tmp, lines);
    size_t all = 0, shared = 0;
    for (size_t i = 0; i < other.n && all < ALIKE_WORDS; i++) {
        all += other.lines[i].n_words;
        for (size_t k = 0; k < other.lines[i].n_words; k++)
            shared += on_page(&page, &other.lines[i].words[k]);
    }
    return 2 * shared >= all && (all > 0 || page.n == 0);
}

static bool is_edge(char c)
{
    return (c >= '!' && c <= '/') || strchr(":;?[]", c);
}

enum shape { OTHER, UPPER, LOWER, EITHER, DIGIT };

/* Letters beyond ASCII may be of either case. */
static enum shape shape_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return UPPER;
    if (c >= 'a' && c <= 'z')
        return LOWER;
    if ((unsigned char)c >= 0x80)
        return EITHER;
    return str_digit(c) || is_edge(c) ? DIGIT : OTHER;
}

static bool looks_like_word(const struct word *w)
{
    size_t from = 0, to = w->n, digits = 0;
    enum shape before = OTHER, shape;
    while (from < to && is_edge(w->s[from]))
        from++;
    while (to > from && is_edge(w->s[to - 1]))
        to--;
    for (size_t i = from; i < to; i++, before = shape) {
        shape = shape_of(w->s[i]);
        digits += shape == DIGIT;
        if (shape == OTHER || (shape == UPPER && before == LOWER) ||
            (shape == LOWER && before == UPPER && i > from + 1))
            return false;
    }
    return to > from && (digits == 0 || digits == to - from);
}

/* Percent, and of how many. */
static unsigned sense_of(const char *text, size_t *ret_words)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct page page = split_lines(tmp, text);
    size_t all = 0, words = 0;
    for (size_t i = 0; i < page.n; i++) {
        all += page.lines[i].n_words;
        for (size_t k = 0; k < page.lines[i].n_words; k++)
            words += looks_like_word(&page.lines[i].words[k]);
    }
    *ret_words = all;
    return all < SENSE_WORDS ? 100 : (unsigned)(words * 100 / all);
}

unsigned ocr_sense(const char *text)
{
    size_t n;
    return sense_of(text, &n);
}

bool ocr_noise(const char *layout, const char *lines)
{
    size_t n, none;
    sense_of(layout, &none);
    return none == 0 && sense_of(lines, &n) < NOISE_SENSE && n > NOISE_WORDS;
}
