/* agreement_items.c: a text as a row of known and unknown words.
 *
 * Words are compared folded, with their marks. A word without any mark may stand for an entry with marks
 * (people write without them), but an entry that fits with its marks is preferred, and of two that fit
 * equally the more dangerous one is taken: "dung" is rather "stop" than "right". The longest entry wins.
 * Cost: one binary search a word, and the few entries that begin with it. */
#include "verify/agreement_items.h"
#include "base/utf8.h"

enum { ENTRY_WORDS = 12, WORD_BYTES = 48, SYMBOL_FIRST = 0x2190, CJK_FIRST = 0x2E80, CJK_LAST = 0x9FFF };

struct entry {
    enum item_class class;
    size_t n;
    const char *folded[ENTRY_WORDS], *bare[ENTRY_WORDS];
};

struct key {
    const char *word; /* the first of the entry, folded or bare */
    size_t entry;
};

struct agreement_words {
    struct entry *entries;
    size_t n_entries;
    struct key *keys; /* sorted by word */
    size_t n_keys;
};

static const struct {
    enum words_list list;
    enum item_class class;
} lists[] = {
    {WORDS_AGREE_ACT, ITEM_ACT},           {WORDS_AGREE_ORDER, ITEM_ORDER},
    {WORDS_AGREE_WEAK, ITEM_WEAK},         {WORDS_AGREE_PLAIN, ITEM_PLAIN},
    {WORDS_AGREE_OBJECT, ITEM_OBJECT},     {WORDS_AGREE_SEEN, ITEM_SEEN},
    {WORDS_AGREE_YOU, ITEM_YOU},           {WORDS_AGREE_TITLE, ITEM_TITLE},
    {WORDS_AGREE_GREETING, ITEM_GREETING}, {WORDS_AGREE_NOT, ITEM_NOT},
    {WORDS_AGREE_REFUSE, ITEM_REFUSE},     {WORDS_AGREE_IF, ITEM_IF},
    {WORDS_AGREE_ASK, ITEM_ASK},           {WORDS_AGREE_WITHDRAW, ITEM_WITHDRAW},
    {WORDS_AGREE_REQUEST, ITEM_REQUEST},   {WORDS_AGREE_PUBLISH, ITEM_PUBLISH},
    {WORDS_AGREE_APPEAL, ITEM_APPEAL},     {WORDS_AGREE_OTHER, ITEM_OTHER},
    {WORDS_AGREE_CHANGE, ITEM_CHANGE},
};

/* ---- words ---- */

struct word {
    char folded[WORD_BYTES]; /* "" for a mark or a word too long to be in a list */
    struct item item;
};

static bool apostrophe(int32_t cp)
{
    return cp == '\'' || cp == 0x2019 || cp == 0x2BC;
}

static bool cjk(int32_t cp)
{
    return cp >= CJK_FIRST && cp <= CJK_LAST && !(cp >= 0x3000 && cp <= 0x303F);
}

/* What a sign between words says; ITEM_UNKNOWN: nothing (a blank, a bracket's kin). */
static enum item_class sign(int32_t cp)
{
    switch (cp) {
    case '\n':
        return ITEM_LINE;
    case '?':
    case 0xFF1F:
        return ITEM_QUESTION;
    case '.':
    case '!':
    case ';':
    case 0x2026:
    case 0x3002:
    case 0xFF01:
    case 0xFF1B:
        return ITEM_STOP;
    case ',':
    case '(':
    case ')':
    case '-':
    case 0x2013:
    case 0x2014:
    case 0xFF0C:
        return ITEM_COMMA;
    case ':':
    case 0xFF1A:
        return ITEM_COLON;
    case '"':
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0xAB:
    case 0xBB:
        return ITEM_QUOTE;
    default:
        return ITEM_UNKNOWN;
    }
}

/* A text in its folded form, read word by word. */
struct scanner {
    const struct utf8_form *f;
    const char *text;
    size_t i;
};

static size_t peek(const struct scanner *s, size_t i, int32_t *cp)
{
    *cp = 0;
    return i < s->f->n ? utf8_decode(s->f->s + i, s->f->n - i, cp) : 0;
}

/* The end of the word at s->i. Apostrophes join (don't); a slash joins single letters (an abbreviation). */
static size_t word_end(const struct scanner *s, int32_t first)
{
    size_t i = s->i, letters = 0;
    int32_t cp = first, next, after;
    for (size_t len; (len = peek(s, i, &cp)) > 0; letters++) {
        if (utf8_word_char(cp) && !cjk(cp)) {
            i += len;
            continue;
        }
        size_t m = peek(s, i + len, &next), k = peek(s, i + len + m, &after);
        bool joins = apostrophe(cp) || (cp == '/' && letters == 1 && (!k || !utf8_word_char(after)));
        if (!joins || !letters || !utf8_word_char(next))
            break;
        i += len;
    }
    return i;
}

/* Begins with a capital and goes on in small letters: a name. Words all in capitals are shouted, not names.
 */
static bool is_capital(const char *text, size_t from, size_t to, const char *folded)
{
    size_t n = strlen(folded), at = 0, same = 0;
    bool first = false;
    for (size_t i = 0; i < n && from < to; at++) {
        int32_t written = 0, small = 0;
        from += utf8_decode(text + from, to - from, &written);
        i += utf8_decode(folded + i, n - i, &small);
        if (at == 0)
            first = written != small && utf8_word_char(written);
        else
            same += written == small;
    }
    return first && (at == 1 || same > 0);
}

/* Copies without apostrophes; too long a word is in no list. */
static void copy_word(struct word *w, const char *s, size_t n)
{
    size_t k = 0;
    for (size_t i = 0; i < n && n < WORD_BYTES;) {
        int32_t cp;
        size_t len = utf8_decode(s + i, n - i, &cp);
        if (!apostrophe(cp)) {
            memcpy(w->folded + k, s + i, len);
            k += len;
        }
        i += len;
    }
    w->folded[k] = '\0';
}

/* A blank of the folded form may have been a line end. */
static bool ends_line(const struct scanner *s, size_t i)
{
    size_t from = s->f->at[i], to = s->f->at[i + 1];
    return memchr(s->text + from, '\n', to - from) != NULL;
}

/* The next word or sign that says something; false at the end. */
static bool next_word(struct scanner *s, struct word *ret)
{
    int32_t cp;
    for (size_t len; (len = peek(s, s->i, &cp)) > 0;) {
        size_t from = s->i, to = from + len;
        bool symbol = !utf8_word_char(cp) && cp >= SYMBOL_FIRST && sign(cp) == ITEM_UNKNOWN;
        enum item_class class = cp == ' ' && ends_line(s, from) ? ITEM_LINE : sign(cp);
        if (utf8_word_char(cp) && !cjk(cp))
            to = word_end(s, cp);
        s->i = to;
        if (!utf8_word_char(cp) && !symbol && class == ITEM_UNKNOWN)
            continue;
        if ((cp >= 0xFE00 && cp <= 0xFE0F) || cp == 0x3000)
            continue; /* how an emoji is drawn; a wide blank */
        *ret = (struct word){.item = {.class = class, .from = s->f->at[from], .to = s->f->at[to]}};
        if (class == ITEM_UNKNOWN)
            copy_word(ret, s->f->s + from, to - from);
        ret->item.capital = is_capital(s->text, ret->item.from, ret->item.to, ret->folded);
        return true;
    }
    return false;
}

/* ---- the vocabulary ---- */

static int key_order(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    int order = strcmp(x->word, y->word);
    return order ? order : (x->entry > y->entry) - (x->entry < y->entry);
}

static void add_key(struct agreement_words *w, const char *word)
{
    *mem_append(w, w->keys, w->n_keys) = (struct key){word, w->n_entries - 1};
}

static struct entry entry_of(const void *mem, enum item_class class, const char *text)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct entry e = {.class = class};
    struct word word;
    struct utf8_form folded = utf8_make_folded(tmp, text, strlen(text));
    struct scanner s = {.f = &folded, .text = text};
    while (next_word(&s, &word) && e.n < ENTRY_WORDS)
        if (*word.folded) {
            e.folded[e.n] = mem_str(mem, word.folded);
            e.bare[e.n] = utf8_bare(mem, word.folded);
            e.n++;
        }
    return e;
}

static void add_entry(struct agreement_words *w, enum item_class class, const char *text)
{
    const struct entry e = entry_of(w, class, text);
    if (!e.n)
        return;
    *mem_append(w, w->entries, w->n_entries) = e;
    add_key(w, e.folded[0]);
    if (!str_eq(e.folded[0], e.bare[0]))
        add_key(w, e.bare[0]);
}

struct agreement_words *agreement_words_new(const void *mem, const struct profile *profile)
{
    struct agreement_words *w = mem_zero(mem, struct agreement_words);
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        size_t cursor = 0;
        const struct word_entry *e;
        while ((e = words_next(profile, lists[i].list, &cursor)))
            add_entry(w, lists[i].class, e->text);
    }
    if (w->n_keys)
        qsort(w->keys, w->n_keys, sizeof *w->keys, key_order);
    return w;
}

static size_t first_key(const struct agreement_words *w, const char *word)
{
    size_t low = 0, high = w->n_keys;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (strcmp(w->keys[mid].word, word) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* ---- matching ---- */

/* 0: does not fit; 1: without marks; 2: as written. */
static int fits(const struct entry *e, const struct word *words, size_t n)
{
    int how = 2;
    if (e->n > n)
        return 0;
    for (size_t i = 0; i < e->n; i++) {
        if (str_eq(words[i].folded, e->folded[i]))
            continue;
        if (!str_eq(words[i].folded, e->bare[i]))
            return 0;
        how = 1;
    }
    return how;
}

static bool better(const struct entry *e, int how, const struct entry *best, int best_how)
{
    if (!best || e->n != best->n)
        return !best || e->n > best->n;
    return how != best_how ? how > best_how : e->class > best->class;
}

static const struct entry *longest(const struct agreement_words *w, const struct word *words, size_t n)
{
    const struct entry *best = NULL;
    int best_how = 0;
    for (size_t k = first_key(w, words[0].folded);
         k < w->n_keys && str_eq(w->keys[k].word, words[0].folded); k++) {
        const struct entry *e = &w->entries[w->keys[k].entry];
        int how = fits(e, words, n);
        if (how && better(e, how, best, best_how)) {
            best = e;
            best_how = how;
        }
    }
    return best;
}

/* The entry for the words at hand: a list's, or the writer's own unit when its name is as long. */
static const struct entry *entry_at(const struct agreement_words *w, const struct entry *own,
                                    const struct word *words, size_t n)
{
    const struct entry *e = *words[0].folded ? longest(w, words, n) : NULL;
    bool is_own = own->n && (!e || own->n >= e->n) && fits(own, words, n);
    return is_own ? own : e;
}

struct items agreement_items(const void *mem, const char *text, const char *unit,
                             const struct agreement_words *words)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct word *all = NULL, word;
    size_t n = 0;
    struct items ret = {0};
    const struct entry own = entry_of(tmp, ITEM_PLAIN, unit);
    struct utf8_form folded = utf8_make_folded(tmp, text, strlen(text));
    struct scanner s = {.f = &folded, .text = text};
    while (next_word(&s, &word))
        *mem_append(tmp, all, n) = word;
    for (size_t i = 0; i < n;) {
        const struct entry *e = entry_at(words, &own, all + i, n - i);
        struct item *item = mem_append(mem, ret.v, ret.n);
        *item = all[i].item;
        size_t used = e ? e->n : 1;
        item->to = all[i + used - 1].item.to;
        if (e)
            item->class = e->class;
        i += used;
    }
    *mem_append(mem, ret.v, ret.n) = (struct item){ITEM_LINE, strlen(text), strlen(text), false};
    return ret;
}
