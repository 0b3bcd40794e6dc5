/* model.c: Naive Bayes over the words and word pairs of a letter, from a file of counts.
 *
 * A word counts once per letter. The probability of a word in a category is smoothed with its mean over the
 * categories (Dirichlet, SMOOTH words), so that a category of thirty letters and one of three hundred are
 * asked alike, and all categories are equally likely beforehand: how many letters of a kind came in is no
 * reason to call this one so. The sum of the logarithms is divided by a power of their number, since words
 * of one letter are far from independent; what is left is a share that means something, not always 0 or 1.
 *
 * Refuses files with unknown categories or numbers; a damaged model is an error and no guess. */
#include "classify/model.h"
#include <math.h>

enum {
    SMOOTH = 2000,  /* words that the mean weighs against a category's own */
    FEW = 4,        /* known words under which nothing is said */
    WORD_LONG = 24, /* bytes: longer ones are addresses and noise */
    NAME_LONG = 64, /* of a pair, with room */
    COUNT_MOST = 1000000
};
#define SPREAD 0.62 /* sums are divided by the number of words to this power: found by cross-validation */
#define SCALE  2.0  /* so that a share of nine in ten is right nine times in ten */

struct seen {
    uint8_t category;
    uint32_t n;
    float weight; /* log of its share there over that of a word not seen there */
};

struct word {
    uint64_t hash;
    const char *name;
    struct seen *seen;
    size_t n_seen;
    uint64_t letter; /* the last letter that had it: once per letter */
};

struct model {
    struct word *words;
    size_t n_words;
    uint32_t *slots; /* open addressing: 1 + index into words */
    size_t n_slots;  /* a power of two, more than twice n_words */
    size_t letters[CATEGORY_COUNT];
    uint64_t letter; /* number of the letter that is being learned */
    double unseen[CATEGORY_COUNT];
    bool usable[CATEGORY_COUNT];
};

struct model *model_new(const void *mem)
{
    return mem_zero(mem, struct model);
}

size_t model_letters(const struct model *m, enum category c)
{
    return m->letters[c];
}

size_t model_size(const struct model *m)
{
    return m->n_words;
}

/* ---- the table ---- */

#define HASH_START UINT64_C(14695981039346656037)

static uint64_t hash_on(uint64_t h, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)s[i]) * UINT64_C(1099511628211);
    return h;
}

static size_t slot_of(const struct model *m, uint64_t hash)
{
    size_t i = (size_t)(hash ^ (hash >> 29)) & (m->n_slots - 1);
    while (m->slots[i] && m->words[m->slots[i] - 1].hash != hash)
        i = (i + 1) & (m->n_slots - 1);
    return i;
}

static void widen(struct model *m)
{
    m->n_slots = m->n_slots ? m->n_slots * 2 : 1024;
    talloc_free(m->slots);
    m->slots = mem_array(m, uint32_t, m->n_slots);
    for (size_t i = 0; i < m->n_words; i++)
        m->slots[slot_of(m, m->words[i].hash)] = (uint32_t)i + 1;
}

static struct word *find(const struct model *m, uint64_t hash)
{
    uint32_t i = m->n_slots ? m->slots[slot_of(m, hash)] : 0;
    return i ? &m->words[i - 1] : NULL;
}

static struct word *find_or_add(struct model *m, uint64_t hash, const char *name, size_t n)
{
    struct word *w = find(m, hash);
    if (w)
        return w;
    if ((m->n_words + 1) * 2 > m->n_slots)
        widen(m);
    size_t slot = slot_of(m, hash);
    w = mem_append(m, m->words, m->n_words);
    *w = (struct word){.hash = hash, .name = mem_bytes(m, name, n)};
    m->slots[slot] = (uint32_t)m->n_words;
    return w;
}

static void add_count(struct model *m, struct word *w, enum category c, uint32_t n)
{
    for (size_t i = 0; i < w->n_seen; i++)
        if (w->seen[i].category == c) {
            w->seen[i].n += n;
            return;
        }
    *mem_append(m, w->seen, w->n_seen) = (struct seen){.category = (uint8_t)c, .n = n};
}

/* ---- the file ---- */

struct line {
    const char *name;
    int number;
    struct err *err;
};

static bool bad(const struct line *l, const char *what)
{
    return err_set(l->err, ERR_CONF, "%s:%d: %s", l->name, l->number, what);
}

static bool read_letters(struct model *m, char *rest, const struct line *l)
{
    int64_t n;
    enum category c;
    char *blank = strchr(rest, ' ');
    if (!blank)
        return bad(l, "category and number wanted");
    *blank = '\0';
    if (!category_parse(rest, &c) || !str_int(blank + 1, 0, COUNT_MOST, &n))
        return bad(l, "not a category and a number");
    m->letters[c] += (size_t)n;
    return true;
}

static bool read_counts(struct model *m, struct word *w, char *s, const struct line *l)
{
    while (*s) {
        int64_t n;
        enum category c;
        char *colon = strchr(s, ':'), *end = strchrnul(s, ' '), *next = *end ? end + 1 : end;
        *end = '\0';
        if (!colon || colon > end)
            return bad(l, "CATEGORY:N wanted");
        *colon = '\0';
        if (!category_parse(s, &c) || !str_int(colon + 1, 1, COUNT_MOST, &n))
            return bad(l, "not a category and a number");
        add_count(m, w, c, (uint32_t)n);
        s = next;
    }
    return true;
}

static bool read_line(struct model *m, char *s, const struct line *l)
{
    char *tab = strchr(s, '\t');
    if (*s == '\0' || *s == '#')
        return true;
    if (str_starts(s, "letters "))
        return read_letters(m, s + 8, l);
    if (!tab || tab == s || tab - s > NAME_LONG || !tab[1])
        return bad(l, "WORD, a tab and counts wanted");
    *tab = '\0';
    size_t n = (size_t)(tab - s);
    return read_counts(m, find_or_add(m, hash_on(HASH_START, s, n), s, n), tab + 1, l);
}

bool model_read(struct model *m, const char *name, const char *bytes, size_t n, struct err *err)
{
    _cleanup_mem_ char *text = mem_bytes(NULL, bytes, n);
    struct line l = {.name = name, .err = err};
    bool headed = false;
    for (char *s = text, *next; s && *s; s = next) {
        next = strchr(s, '\n');
        if (next)
            *next++ = '\0';
        l.number++;
        if (!headed && *s && *s != '#') {
            headed = str_eq(s, "model 1");
            if (!headed)
                return bad(&l, "not a model of this version");
        } else if (!read_line(m, s, &l)) {
            return false;
        }
    }
    return true;
}

static int by_name(const void *a, const void *b)
{
    const struct word *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

static uint32_t letters_with(const struct word *w)
{
    uint32_t n = 0;
    for (size_t i = 0; i < w->n_seen; i++)
        n += w->seen[i].n;
    return n;
}

static int by_category(const void *a, const void *b)
{
    const struct seen *x = a, *y = b;
    return (int)x->category - (int)y->category;
}

static void write_word(struct str *out, const struct word *w)
{
    str_add(out, w->name);
    qsort(w->seen, w->n_seen, sizeof *w->seen, by_category);
    for (size_t i = 0; i < w->n_seen; i++)
        str_addf(out, "%c%s:%u", i ? ' ' : '\t', category_name((enum category)w->seen[i].category),
                 w->seen[i].n);
    str_addc(out, '\n');
}

char *model_write(const void *mem, const struct model *m, unsigned least, const struct model *known)
{
    _cleanup_mem_ void *tmp = mem_new();
    const struct word **sorted = mem_array(tmp, const struct word *, m->n_words + 1);
    struct str out = str_new(mem);
    for (size_t i = 0; i < m->n_words; i++)
        sorted[i] = &m->words[i];
    qsort(sorted, m->n_words, sizeof(struct word *), by_name);
    str_add(&out, "model 1\n");
    for (enum category c = 0; c < CATEGORY_COUNT; c++)
        if (m->letters[c])
            str_addf(&out, "letters %s %zu\n", category_name(c), m->letters[c]);
    for (size_t i = 0; i < m->n_words; i++)
        if (letters_with(sorted[i]) >= least || (known && find(known, sorted[i]->hash)))
            write_word(&out, sorted[i]);
    return out.s;
}

/* ---- the words of a letter ---- */

struct token {
    const char *s;
    size_t n;
    uint64_t hash;
};

struct walk {
    const struct page *page;
    struct token last; /* n 0: none, or a mark stood between */
    void (*word)(struct walk *w, struct token t);
    struct model *learning;
    struct tally *tally;
};

/* What a number is called. */
static const struct token any_number = {"0", 1, 0};

static bool word_byte(char c)
{
    return str_digit(c) || str_alpha(c) || (unsigned char)c >= 0x80;
}

static struct token token_of(const char *s, size_t n)
{
    size_t digits = 0;
    while (digits < n && str_digit(s[digits]))
        digits++;
    struct token t = digits == n ? any_number : (struct token){s, n, 0};
    t.hash = hash_on(HASH_START, t.s, t.n);
    return t;
}

static void pair(struct walk *w, struct token t)
{
    char name[NAME_LONG];
    size_t n = w->last.n;
    memcpy(name, w->last.s, n);
    name[n++] = ' ';
    memcpy(name + n, t.s, t.n);
    n += t.n;
    w->word(w, (struct token){name, n, hash_on(hash_on(w->last.hash, " ", 1), t.s, t.n)});
}

/* Each word, and each pair with nothing but one blank between, of the first `n` bytes of a bare text. */
static void walk_text(struct walk *w, const char *s, size_t n)
{
    w->last.n = 0;
    for (size_t i = 0; i < n;) {
        size_t from = i;
        while (i < n && word_byte(s[i]))
            i++;
        if (i == from) {
            if (s[i++] != ' ')
                w->last.n = 0;
            continue;
        }
        struct token t = token_of(s + from, i - from);
        if (t.n > WORD_LONG) {
            w->last.n = 0;
            continue;
        }
        w->word(w, t);
        if (w->last.n)
            pair(w, t);
        w->last = t;
    }
}

static void walk_pages(struct walk *w, const struct pages *pages)
{
    size_t left = MODEL_BYTES;
    for (size_t i = 0; i < pages->n && left; i++) {
        const struct page *page = &pages->v[i];
        const struct utf8_form *bare = &page->forms.bare;
        size_t n = page->kind == WHERE_BODY ? page_form_offset(bare, pages->fresh) : bare->n;
        if (page->kind == WHERE_NAME)
            continue;
        n = n < left ? n : left;
        left -= n;
        w->page = page;
        walk_text(w, bare->s, n);
    }
}

/* ---- learning ---- */

static void learn_word(struct walk *w, struct token t)
{
    struct model *m = w->learning;
    struct word *word = find_or_add(m, t.hash, t.s, t.n);
    if (word->letter == m->letter)
        return;
    word->letter = m->letter;
    enum category c = (enum category)(m->letter & 15);
    add_count(m, word, c, 1);
}

void model_learn(struct model *m, enum category c, const struct pages *pages)
{
    struct walk w = {.word = learn_word, .learning = m};
    m->letter = ((m->letter >> 4) + 1) << 4 | (uint64_t)c;
    m->letters[c]++;
    walk_pages(&w, pages);
}

void model_finish(struct model *m)
{
    double total[CATEGORY_COUNT] = {0};
    size_t usable = 0;
    for (size_t i = 0; i < m->n_words; i++)
        for (size_t k = 0; k < m->words[i].n_seen; k++)
            total[m->words[i].seen[k].category] += m->words[i].seen[k].n;
    for (enum category c = 0; c < CATEGORY_COUNT; c++) {
        m->usable[c] = m->letters[c] && total[c] > 0;
        usable += m->usable[c];
        m->unseen[c] = log(SMOOTH / (total[c] + SMOOTH));
    }
    for (size_t i = 0; i < m->n_words; i++) {
        struct word *w = &m->words[i];
        double mean = 0;
        for (size_t k = 0; k < w->n_seen; k++)
            mean += w->seen[k].n / total[w->seen[k].category] / (double)usable;
        for (size_t k = 0; k < w->n_seen; k++)
            w->seen[k].weight = (float)log(1 + w->seen[k].n / (SMOOTH * mean));
    }
}

/* ---- voting ---- */

struct used {
    const struct word *word;
    const char *where;
};

struct tally {
    const struct model *m;
    const void *tmp;
    uint32_t *slots; /* words of the letter that were met: open addressing over their index + 1 */
    size_t n_slots;
    struct used *used;
    size_t n_used;
    double sum[CATEGORY_COUNT];
};

/* False: it was there already. */
static bool mark(struct tally *t, uint32_t index)
{
    size_t i = (index * UINT32_C(2654435761)) & (t->n_slots - 1);
    while (t->slots[i] && t->slots[i] != index + 1)
        i = (i + 1) & (t->n_slots - 1);
    if (t->slots[i])
        return false;
    t->slots[i] = index + 1;
    return true;
}

static void vote_word(struct walk *w, struct token token)
{
    struct tally *t = w->tally;
    const struct word *word = find(t->m, token.hash);
    if (!word || !mark(t, (uint32_t)(word - t->m->words)))
        return;
    t->used[t->n_used++] = (struct used){word, w->page->where};
    for (size_t i = 0; i < word->n_seen; i++)
        t->sum[word->seen[i].category] += (double)word->seen[i].weight;
}

static double weight_in(const struct word *w, enum category c)
{
    for (size_t i = 0; i < w->n_seen; i++)
        if (w->seen[i].category == c)
            return (double)w->seen[i].weight;
    return 0;
}

static void set_shares(const struct tally *t, struct model_vote *v)
{
    double best = -INFINITY, all = 0, n = (double)t->n_used, by = SCALE / pow(n, SPREAD);
    for (enum category c = 0; c < CATEGORY_COUNT; c++) {
        v->share[c] = t->m->usable[c] ? (t->sum[c] + n * t->m->unseen[c]) * by : -INFINITY;
        best = v->share[c] > best ? v->share[c] : best;
    }
    for (enum category c = 0; c < CATEGORY_COUNT; c++)
        all += v->share[c] = exp(v->share[c] - best);
    for (enum category c = 0; c < CATEGORY_COUNT; c++) {
        v->share[c] /= all;
        if (v->share[c] > v->share[v->best])
            v->best = c;
    }
    v->second = v->best == 0 ? 1 : 0;
    for (enum category c = 0; c < CATEGORY_COUNT; c++)
        if (c != v->best && v->share[c] > v->share[v->second])
            v->second = c;
}

/* Keeps the strongest, in order. */
static void keep_word(struct model_vote *v, struct model_word word)
{
    size_t at = v->n_words;
    while (at > 0 && v->words[at - 1].weight < word.weight)
        at--;
    if (at >= MODEL_WORDS)
        return;
    size_t last = v->n_words < MODEL_WORDS ? v->n_words++ : MODEL_WORDS - 1;
    memmove(&v->words[at + 1], &v->words[at], (last - at) * sizeof word);
    v->words[at] = word;
}

struct model_vote model_vote(const void *mem, const struct model *m, const struct pages *pages)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct model_vote v = {0};
    struct tally t = {.m = m, .tmp = tmp, .n_slots = 2 * MODEL_BYTES};
    struct walk w = {.word = vote_word, .tally = &t};
    if (m->n_words == 0)
        return v;
    while (t.n_slots & (t.n_slots - 1))
        t.n_slots += t.n_slots & -t.n_slots;
    t.slots = mem_array(tmp, uint32_t, t.n_slots);
    t.used = mem_array(tmp, struct used, MODEL_BYTES); /* a word and a pair need two bytes at least */
    walk_pages(&w, pages);
    if (t.n_used < FEW)
        return v;
    v.any = true;
    set_shares(&t, &v);
    for (size_t i = 0; i < t.n_used; i++) {
        const struct word *word = t.used[i].word;
        double weight = weight_in(word, v.best) - weight_in(word, v.second);
        if (weight > 0)
            keep_word(&v, (struct model_word){word->name, t.used[i].where, weight});
    }
    for (size_t i = 0; i < v.n_words; i++) { /* model and pages may go before the vote does */
        v.words[i].text = mem_str(mem, v.words[i].text);
        v.words[i].where = mem_str(mem, v.words[i].where);
    }
    return v;
}
