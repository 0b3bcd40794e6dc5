/* secrecy.c: finds marks of the three levels by their form, as DOMAIN section 2 describes them:
 *   (a) a line (or a cell of a two-column head) that is nothing but the mark in capitals, boxed or not, in
 *       the first lines of an attachment or a pasted document, or at the top of a page;
 *   (b) a field "label: level" in any case;
 *   (c) in a subject or file name: the mark in capitals in brackets or as a part between separators.
 * Refuses prose: lower case outside a field, longer lines, and marks led by the words that make them
 * something else ("keep secret", "declassified"). Without Vietnamese marks only capitals of two words count
 * on a line, since "mat" is also eye, lost, cool and face. The words themselves are data
 * (rules/common/secrecy.rules). Law 117/2025/QH15; Decree 30/2020 annex I element 10. */
#include "fields/secrecy.h"
#include "house/words.h"
#include <utf8proc.h>

enum {
    HEAD_LINES = 15, /* non-empty lines of a head in which a stamp stands */
    MARK_MAX = 64,   /* bytes of a cell that can be a mark: longer ones are prose */
    CELL_GAP = 3,    /* blanks between two cells of a line */
    LABEL_AHEAD = 24 /* bytes of a label that follows the value of another on its line */
};

/* One level in the shapes it is looked for. */
struct level {
    const char *shown;
    const char *capitals[2]; /* exact; ASCII capitals (NULL when a single word: too ambiguous) */
    const char *folded, *bare, *bare_capitals;
};

struct secrecy_words {
    struct level *levels;
    size_t n_levels;
    struct str_list frames;    /* exact */
    struct str_list tails;     /* bare capitals */
    struct str_list fields[2]; /* folded, bare */
    struct str_list joins;     /* bare, lower case */
};

static char *ascii_capitals(const void *mem, const char *bare)
{
    char *s = mem_str(mem, bare);
    for (char *p = s; *p; p++)
        *p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
    return s;
}

struct secrecy_words *secrecy_words_new(const void *mem, const struct profile *profile)
{
    struct secrecy_words *w = mem_zero(mem, struct secrecy_words);
    const struct word_entry *e;
    for (size_t at = 0; (e = words_next(profile, WORDS_SECRECY_LEVEL, &at));) {
        struct level *level = mem_append(w, w->levels, w->n_levels);
        level->shown = mem_str(w, e->text);
        level->capitals[0] = utf8_nfc(w, e->text, strlen(e->text));
        level->folded = utf8_fold(w, e->text);
        level->bare = utf8_bare(w, e->text);
        level->bare_capitals = ascii_capitals(w, level->bare);
        level->capitals[1] = strchr(level->bare, ' ') ? level->bare_capitals : NULL;
    }
    for (size_t at = 0; (e = words_next(profile, WORDS_SECRECY_FRAME, &at));)
        str_list_add(w, &w->frames, e->text);
    for (size_t at = 0; (e = words_next(profile, WORDS_SECRECY_TAIL, &at));)
        str_list_add(w, &w->tails, ascii_capitals(w, utf8_bare(w, e->text)));
    for (size_t at = 0; (e = words_next(profile, WORDS_SECRECY_FIELD, &at));) {
        str_list_add(w, &w->fields[0], utf8_fold(w, e->text));
        str_list_add(w, &w->fields[1], utf8_bare(w, e->text));
    }
    for (size_t at = 0; (e = words_next(profile, WORDS_SECRECY_JOIN, &at));)
        str_list_add(w, &w->joins, utf8_bare(w, e->text));
    return w;
}

/* ---- the best mark so far: lower rank is graver ---- */

struct search {
    const struct secrecy_words *words;
    size_t rank; /* n_levels: none yet */
    const char *where;
};

/* Of two marks of one level the one that a reader sees is named: "hidden" then means only there. */
static void found(struct search *s, size_t rank, const char *where)
{
    bool seen = rank == s->rank && rank < s->words->n_levels && str_eq(s->where, PAGE_HIDDEN);
    if (rank > s->rank || (rank == s->rank && !seen))
        return;
    s->rank = rank;
    s->where = where;
}

static bool same(const char *s, size_t n, const char *word)
{
    return word && strlen(word) == n && memcmp(s, word, n) == 0;
}

/* ---- (a) lines ---- */

/* Box drawing and punctuation around a stamp. */
static bool is_frame(int32_t cp)
{
    return !utf8_word_char(cp);
}

/* What takes no room on the page: zero-width blanks and joiners, soft hyphens. */
static bool is_nothing(int32_t cp)
{
    return cp == 0xAD || (cp >= 0x200B && cp <= 0x200F) || cp == 0x2060 || cp == 0xFEFF;
}

/* The words of a cell, one blank between them, without what frames them. Returns 0 when too long. */
static size_t plain_words(const char *s, size_t n, char *out, size_t room)
{
    size_t k = 0;
    bool gap = false;
    for (size_t i = 0; i < n;) {
        int32_t cp;
        size_t len = utf8_decode(s + i, n - i, &cp);
        if (is_nothing(cp)) {
            i += len;
            continue;
        }
        if (is_frame(cp)) {
            gap = k > 0;
        } else {
            if (k + gap + len >= room)
                return 0;
            if (gap)
                out[k++] = ' ';
            memcpy(out + k, s + i, len);
            k += len;
            gap = false;
        }
        i += len;
    }
    return k;
}

/* "M A T", as stamps are set: single letters that spell the word when the blanks are left out. */
static bool spells(const char *s, size_t n, const char *word)
{
    size_t letters = 0, i = 0;
    for (const char *p = word; *p; p++) {
        if (*p == ' ')
            continue;
        if (i < n && s[i] == ' ' && ((unsigned char)*p & 0xC0) != 0x80)
            i++;
        if (i == n || s[i++] != *p)
            return false;
        letters += ((unsigned char)*p & 0xC0) != 0x80;
    }
    size_t blanks = 0;
    for (size_t k = 0; k < n; k++)
        blanks += s[k] == ' ';
    return i == n && blanks + 1 == letters;
}

static size_t level_in_capitals(const struct secrecy_words *w, const char *s, size_t n)
{
    for (size_t i = 0; i < w->n_levels; i++)
        if (same(s, n, w->levels[i].capitals[0]) || same(s, n, w->levels[i].capitals[1]) ||
            spells(s, n, w->levels[i].capitals[0]))
            return i;
    return w->n_levels;
}

static bool begins_with_level(const struct secrecy_words *w, const char *s, size_t n)
{
    for (size_t i = 0; i < w->n_levels; i++)
        for (size_t shape = 0; shape < 2; shape++) {
            const char *word = w->levels[i].capitals[shape];
            size_t k = word ? strlen(word) : n;
            if (k < n && s[k] == ' ' && memcmp(s, word, k) == 0)
                return true;
        }
    return false;
}

/* Without "copy no. 3" behind a level; n when it has none. */
static size_t without_tail(const struct secrecy_words *w, const char *s, size_t n)
{
    if (!begins_with_level(w, s, n))
        return n;
    _cleanup_mem_ void *tmp = mem_new();
    size_t end = n;
    while (end > 0 && (str_digit(s[end - 1]) || s[end - 1] == ' '))
        end--;
    for (size_t from = 0; from < end; from++) {
        if (from == 0 || s[from - 1] != ' ')
            continue;
        const char *rest = ascii_capitals(tmp, utf8_bare(tmp, mem_bytes(tmp, s + from, end - from)));
        if (str_list_has(&w->tails, rest))
            return from - 1;
    }
    return n;
}

/* A stamp of nothing but [frame word] level. Inner commas and the like would make it a sentence: only what
 * stands around may be punctuation, which plain_words() has taken off together with inner marks, so the
 * cell must not be longer than the mark by more than a box. */
static size_t level_of_stamp(const struct secrecy_words *w, const char *s, size_t n)
{
    char plain[MARK_MAX];
    size_t k = n < MARK_MAX * 2 ? plain_words(s, n, plain, sizeof plain) : 0;
    if (k == 0)
        return w->n_levels;
    k = without_tail(w, plain, k);
    size_t rank = level_in_capitals(w, plain, k);
    for (size_t i = 0; rank == w->n_levels && i < w->frames.n; i++) {
        size_t f = strlen(w->frames.v[i]);
        if (k > f + 1 && memcmp(plain, w->frames.v[i], f) == 0 && plain[f] == ' ')
            rank = level_in_capitals(w, plain + f + 1, k - f - 1);
    }
    return rank;
}

static bool ends_in_join(const struct secrecy_words *w, const char *s, size_t n)
{
    size_t from = n;
    while (from > 0 && !str_space(s[from - 1]))
        from--;
    if (n - from == 0 || n - from > 16)
        return false;
    _cleanup_mem_ void *tmp = mem_new();
    return str_list_has(&w->joins, utf8_bare(tmp, mem_bytes(tmp, s + from, n - from)));
}

/* A line of a few cells that together are a stamp: letters set far apart. */
static size_t level_of_line(const struct secrecy_words *w, const char *text, size_t n, size_t from)
{
    const char *end = memchr(text + from, '\n', n - from < MARK_MAX * 2 ? n - from : MARK_MAX * 2);
    size_t to = end ? (size_t)(end - text) : n;
    return to - from < MARK_MAX * 2 ? level_of_stamp(w, text + from, to - from) : w->n_levels;
}

static void look_for_stamps(struct search *s, const struct page *page)
{
    const char *text = page->forms.exact.s;
    size_t n = page->forms.exact.n, pos = 0, top = 0, seen = 0;
    struct cell cell = {0}, before = {0};
    while (page_cell(text, n, &pos, &cell)) {
        if (memchr(text + seen, '\f', cell.from - seen))
            top = cell.line; /* a new page: its head counts again */
        seen = cell.from;
        size_t rank = cell.line < top + HEAD_LINES
                          ? level_of_stamp(s->words, text + cell.from, cell.to - cell.from)
                          : s->words->n_levels;
        if (cell.first && !cell.last && cell.line < top + HEAD_LINES) {
            size_t line = level_of_line(s->words, text, n, cell.from);
            rank = line < rank ? line : rank;
        }
        if (rank < s->words->n_levels && rank <= s->rank &&
            !ends_in_join(s->words, text + before.from, before.to - before.from))
            found(s, rank, page->where);
        before = cell;
    }
}

/* ---- (b) fields ---- */

static bool starts_word(const char *s, size_t n, const char *word)
{
    size_t k = strlen(word);
    int32_t cp = 0;
    if (k > n || memcmp(s, word, k) != 0)
        return false;
    if (k < n)
        utf8_decode(s + k, n - k, &cp);
    return k == n || !utf8_word_char(cp);
}

static bool is_punctuation(char c)
{
    return (unsigned char)c > ' ' && (unsigned char)c < 0x7F && !str_alpha(c) && !str_digit(c);
}

/* Where the value behind a label begins: behind a colon, or in the next cell. 0 when neither is there. */
static size_t value_of_field(const struct utf8_form *form, const struct utf8_form *exact, size_t after)
{
    size_t i = after;
    while (i < form->n && form->s[i] == ' ')
        i++;
    const char *gap = exact->s + form->at[after];
    size_t gap_n = form->at[i] - form->at[after];
    bool colon = i < form->n && form->s[i] == ':';
    if (!colon && !memchr(gap, '\t', gap_n) && !memchr(gap, '|', gap_n))
        return 0;
    while (i < form->n && (form->s[i] == ' ' || is_punctuation(form->s[i])))
        i++;
    return i;
}

/* Another label begins at `at`: "Urgency:". */
static bool label_follows(const struct utf8_form *exact, size_t at)
{
    int32_t first = 0;
    size_t i = at;
    if (at < exact->n)
        utf8_decode(exact->s + at, exact->n - at, &first);
    while (i < exact->n && i - at < LABEL_AHEAD && !strchr(":\n.;,", exact->s[i]))
        i++;
    return utf8proc_category(first) == UTF8PROC_CATEGORY_LU && i < exact->n && exact->s[i] == ':';
}

/* Nothing more on the line, a mark of punctuation, another cell or another label. In the folded forms line
 * ends have become blanks, so the exact text behind the value is asked. */
static bool value_ends(const struct utf8_form *exact, size_t end)
{
    int32_t next = 0;
    size_t from = end;
    while (end < exact->n && (exact->s[end] == ' ' || exact->s[end] == '\t'))
        end++;
    if (end < exact->n)
        utf8_decode(exact->s + end, exact->n - end, &next);
    bool cell = end - from >= CELL_GAP || memchr(exact->s + from, '\t', end - from);
    return !utf8_word_char(next) || cell || label_follows(exact, end);
}

static size_t level_of_field(const struct secrecy_words *w, const struct utf8_form *form, bool bare,
                             const struct utf8_form *exact, size_t after)
{
    size_t value = value_of_field(form, exact, after);
    for (size_t k = 0; value && k < w->n_levels; k++) {
        const char *word = bare ? w->levels[k].bare : w->levels[k].folded;
        if (starts_word(form->s + value, form->n - value, word) &&
            value_ends(exact, form->at[value + strlen(word)]))
            return k;
    }
    return w->n_levels;
}

static void look_for_fields(struct search *s, const struct page *page, bool bare)
{
    const struct utf8_form *form = bare ? &page->forms.bare : &page->forms.folded;
    const struct str_list *labels = &s->words->fields[bare];
    for (size_t i = 0; i < labels->n; i++) {
        size_t k = strlen(labels->v[i]);
        const char *at = form->s, *end = form->s + form->n;
        while ((at = memmem(at, (size_t)(end - at), labels->v[i], k))) {
            size_t after = (size_t)(at - form->s) + k;
            found(s, level_of_field(s->words, form, bare, &page->forms.exact, after), page->where);
            at += k;
        }
    }
}

/* ---- (c) tokens in subjects and names ---- */

static bool token_edge(char c)
{
    return strchr("[]()_-.:/{}", c) != NULL;
}

/* Parts between separators, in capitals, single words too: [MAT], _MAT_, "TOI MAT - plan". A part led by a
 * joining word's part is prose cut by separators: BAO_MAT. */
static void look_for_tokens(struct search *s, const struct page *page)
{
    const char *t = page->forms.exact.s;
    size_t n = page->forms.exact.n, before_from = 0, before_to = 0;
    for (size_t i = 0; i <= n;) {
        size_t from = i;
        while (i < n && !token_edge(t[i]))
            i++;
        char plain[MARK_MAX];
        size_t k = i - from < MARK_MAX * 2 ? plain_words(t + from, i - from, plain, sizeof plain) : 0;
        for (size_t r = 0; k && r < s->words->n_levels; r++)
            if ((same(plain, k, s->words->levels[r].capitals[0]) ||
                 same(plain, k, s->words->levels[r].bare_capitals)) &&
                !ends_in_join(s->words, t + before_from, before_to - before_from))
                found(s, r, page->where);
        if (k) {
            before_from = from;
            before_to = i;
        }
        i++;
    }
}

/* Two words in capitals anywhere in a name ("CV TOI MAT.pdf", "TOI_MAT.pdf"): rare enough to be meant. */
static void look_for_names(struct search *s, const struct page *page)
{
    char plain[512];
    size_t k = plain_words(page->forms.exact.s, page->forms.exact.n, plain, sizeof plain - 1);
    plain[k] = 0;
    for (size_t r = 0; k && r < s->words->n_levels; r++)
        for (size_t shape = 0; shape < 2; shape++) {
            const char *word = s->words->levels[r].capitals[shape];
            const char *at = word && strchr(word, ' ') ? strstr(plain, word) : NULL;
            if (at && (at == plain || at[-1] == ' ') && starts_word(at, strlen(at), word))
                found(s, r, page->where);
        }
}

struct secrecy secrecy_find(const struct pages *pages, const struct secrecy_words *words)
{
    struct search s = {.words = words, .rank = words->n_levels, .where = ""};
    for (size_t i = 0; i < pages->n; i++) {
        const struct page *page = &pages->v[i];
        bool token = page->kind == WHERE_SUBJECT || page->kind == WHERE_NAME;
        if (token)
            look_for_tokens(&s, page);
        if (page->kind == WHERE_NAME)
            look_for_names(&s, page);
        if (!token)
            look_for_stamps(&s, page);
        look_for_fields(&s, page, page->unaccented);
    }
    if (s.rank == words->n_levels)
        return (struct secrecy){.level = "", .where = ""};
    return (struct secrecy){.marked = true, .level = words->levels[s.rank].shown, .where = s.where};
}
