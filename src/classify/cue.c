/* cue.c: kinds of words that meet in one sentence. One pass of the automaton per page; a sentence is a set
 * of bits. Refuses to look further than a sentence, or SENTENCE bytes of one without a full stop: words
 * that merely occur in the same letter say nothing together; and into quotations in curly marks, where news
 * has the words of others. */
#include "classify/cue.h"
#include "house/words.h"

enum {
    SENTENCE = 400,    /* bytes after which a sentence is over in any case */
    UNIT_HEAD = 6000,  /* bytes of a unit's attachment that are looked at */
    LONG_WORDS = 120,  /* a text of more words would say "I" if anybody spoke for himself */
    PARTS = 3,         /* different words of a legal document */
    PARTS_MAX = 64,    /* entries of cue-part that are told apart */
    MONEY_BEFORE = 16, /* bytes in which the figure before "million" must stand */
    SHOWN = 160,       /* bytes of the words that are shown */
    QUOTED = 600       /* bytes after which an opened quotation is held to be closed */
};

/* The kinds of words: one bit each. */
#define LISTS(LIST)                                                                                        \
    LIST(SELF, CUE_SELF)                                                                                   \
    LIST(HARM, CUE_HARM)                                                                                   \
    LIST(CONTEST, CUE_CONTEST)                                                                             \
    LIST(DECISION, CUE_DECISION)                                                                           \
    LIST(ACCUSED, CUE_ACCUSED)                                                                             \
    LIST(MISDEED, CUE_MISDEED)                                                                             \
    LIST(MONEY, CUE_MONEY)                                                                                 \
    LIST(PROOF, CUE_PROOF)                                                                                 \
    LIST(TIME, CUE_TIME)                                                                                   \
    LIST(EVENT, CUE_EVENT)                                                                                 \
    LIST(AHEAD, CUE_AHEAD)                                                                                 \
    LIST(PART, CUE_PART)

enum kind_of_word {
#define KIND(id, list) WORD_##id,
    LISTS(KIND)
#undef KIND
        WORD_COUNT
};
#define BIT(id) (1u << WORD_##id)

struct entry {
    enum kind_of_word kind;
    unsigned number; /* among those of its list */
    bool named;      /* counts only before a name: value "named", "accented-named" */
};

struct cue_words {
    struct match_set *folded, *plain;
    struct entry *v;
    size_t n;
};

static const enum words_list lists[WORD_COUNT] = {
#define KIND(id, list) [WORD_##id] = WORDS_##list,
    LISTS(KIND)
#undef KIND
};

struct cue_words *cue_words_new(const void *mem, const struct profile *profile)
{
    struct cue_words *w = mem_zero(mem, struct cue_words);
    _cleanup_mem_ void *tmp = mem_new();
    w->folded = match_new(w);
    w->plain = match_new(w);
    for (enum kind_of_word k = 0; k < WORD_COUNT; k++) {
        size_t cursor = 0;
        unsigned number = 0;
        for (const struct word_entry *e; (e = words_next(profile, lists[k], &cursor)) != NULL;) {
            const char *folded = utf8_fold(tmp, e->text), *bare = utf8_bare(tmp, e->text);
            match_add(w->folded, folded, strlen(folded), w->n);
            if (!str_starts(e->value, "accented"))
                match_add(w->plain, bare, strlen(bare), w->n);
            *mem_append(w, w->v, w->n) = (struct entry){k, number++, str_ends(e->value, "named")};
        }
    }
    match_build(w->folded);
    match_build(w->plain);
    return w;
}

/* ---- one pass ---- */

struct scan {
    const void *mem;
    const struct cue_words *words;
    const struct document_words *dates;
    int64_t received;
    const struct page *page;
    const struct utf8_form *form;
    struct cues *ret;
    unsigned sentence; /* kinds seen in it */
    unsigned before;   /* kinds seen in the sentence before it */
    bool dated, ahead; /* its dates were looked at, and one lies ahead */
    size_t from, at;   /* its first hit; how far its end was looked for */
    size_t quoted;     /* where a quotation was opened, + 1; 0: none is open */
    uint64_t parts;
    bool self; /* somebody speaks of himself, anywhere */
};

/* Which kinds must stand in one sentence. */
static const struct {
    enum cue cue;
    unsigned need;
} meetings[] = {{CUE_GRIEVANCE, BIT(SELF) | BIT(HARM)},
                {CUE_CONTEST, BIT(CONTEST) | BIT(DECISION)},
                {CUE_ACCUSATION, BIT(ACCUSED) | BIT(MISDEED)},
                {CUE_MONEY, BIT(MONEY)},
                {CUE_EVIDENCE, BIT(PROOF)},
                {CUE_EVENT, BIT(TIME) | BIT(EVENT)}};

static size_t exact_at(const struct scan *s, size_t at)
{
    return s->form->at ? s->form->at[at] : at;
}

static void see(struct scan *s, enum cue cue, size_t from, size_t to)
{
    struct cue_seen *seen = &s->ret->v[cue];
    if (seen->yes)
        return;
    const char *text = s->page->forms.exact.s + exact_at(s, from);
    size_t n = exact_at(s, to) - exact_at(s, from);
    while (n > 0 && str_space(text[n - 1]))
        n--;
    *seen = (struct cue_seen){true, s->page->where, NULL};
    seen->text = mem_bytes(s->mem, text, n > SHOWN ? utf8_prefix(text, SIZE_MAX, SHOWN) : n);
}

static bool ends_sentence(const char *s, size_t n, size_t i)
{
    bool mark = s[i] == '.' || s[i] == '!' || s[i] == '?' || s[i] == ';';
    return mark && (i + 1 == n || s[i + 1] == ' ');
}

/* The forms have one kind of quotation mark; one behind a blank opens. */
static bool opens_quote(const char *s, size_t i)
{
    return i == 0 || s[i - 1] == ' ' || s[i - 1] == '(';
}

/* A new sentence has begun when a full stop stands before `start`, or the old one is too long. */
static void move_to(struct scan *s, size_t start)
{
    bool over = s->sentence && start > s->from + SENTENCE;
    for (; s->at < start; s->at++) {
        over = over || ends_sentence(s->form->s, s->form->n, s->at);
        if (s->form->s[s->at] == '"')
            s->quoted = opens_quote(s->form->s, s->at) ? s->at + 1 : 0;
        else if (s->at > s->quoted + QUOTED)
            s->quoted = 0;
    }
    if (over || !s->sentence) {
        s->before = start > s->from + 2 * SENTENCE ? 0 : s->sentence;
        s->sentence = 0;
        s->dated = s->ahead = false;
        s->from = start;
    }
}

/* "1.5 million", "300 trieu": a figure before the unit of money. */
static bool figure_before(const char *s, size_t start)
{
    for (size_t i = start; i > 0 && start - i < MONEY_BEFORE; i--) {
        char c = s[i - 1];
        if (str_digit(c))
            return true;
        if (c != ' ' && c != '.' && c != ',')
            return false;
    }
    return false;
}

/* A capital follows: the folded byte is not the written one. */
static bool name_follows(const struct scan *s, size_t end)
{
    const char *exact = s->page->forms.exact.s;
    size_t i = end;
    while (i < s->form->n && s->form->s[i] == ' ')
        i++;
    if (i == end || i >= s->form->n)
        return false;
    int32_t written, folded;
    size_t from = exact_at(s, i);
    utf8_decode(exact + from, s->page->forms.exact.n - from, &written);
    utf8_decode(s->form->s + i, s->form->n - i, &folded);
    return written != folded && utf8_word_char(written);
}

/* Who tells of himself names the person or the paper in one sentence and says what was wrong in the next;
 * elsewhere only words of one sentence belong together. */
static bool meets(const struct scan *s, enum cue cue, unsigned need)
{
    bool told = s->self && (cue == CUE_ACCUSATION || cue == CUE_CONTEST);
    return ((told ? s->sentence | s->before : s->sentence) & need) == need;
}

/* Where the sentence ends that goes on at `end`. */
static size_t sentence_end(const struct scan *s, size_t end)
{
    size_t i = end;
    while (i < s->form->n && i < end + SENTENCE && !ends_sentence(s->form->s, s->form->n, i))
        i++;
    return i;
}

/* A sentence that asks tells nothing: "if we do not agree with a decision, where do we complain?" */
static bool asks(const struct scan *s, size_t end)
{
    size_t i = sentence_end(s, end);
    return i < s->form->n && s->form->s[i] == '?';
}

/* What a sentence says of an event is still to come. */
static enum cue cue_of(struct scan *s, enum cue cue, size_t end)
{
    if (cue == CUE_EVENT && !s->dated) {
        s->dated = true;
        s->ahead = document_says_later(s->dates, s->page, s->from, sentence_end(s, end), s->received);
    }
    return cue == CUE_EVENT && (s->ahead || s->sentence & BIT(AHEAD)) ? CUE_UPCOMING : cue;
}

static bool told(const struct scan *s, enum cue cue, size_t end)
{
    return cue > CUE_ACCUSATION || s->ret->v[cue].yes || !asks(s, end);
}

static bool hit(void *arg, size_t id, size_t start, size_t end)
{
    struct scan *s = arg;
    const struct entry *e = &s->words->v[id];
    if ((e->named && !name_follows(s, end)) || (e->kind == WORD_MONEY && !figure_before(s->form->s, start)))
        return true;
    move_to(s, start);
    if (s->quoted) /* somebody else's words */
        return true;
    s->sentence |= 1u << e->kind;
    s->self = s->self || e->kind == WORD_SELF;
    if (e->kind == WORD_PART && e->number < PARTS_MAX)
        s->parts |= UINT64_C(1) << e->number;
    for (size_t i = 0; i < ARRAY_LEN(meetings); i++)
        if (meets(s, meetings[i].cue, meetings[i].need) && (meetings[i].need & (1u << e->kind)) &&
            told(s, meetings[i].cue, end))
            see(s, cue_of(s, meetings[i].cue, end), s->from < start ? s->from : start, end);
    return true;
}

static size_t scan_page(struct scan *s, const struct page *page, size_t until)
{
    size_t words = 0;
    bool inside = false;
    s->page = page;
    s->form = page->unaccented ? &page->forms.bare : &page->forms.folded;
    s->sentence = s->before = 0;
    s->dated = s->ahead = false;
    s->from = s->at = s->quoted = 0;
    size_t n = page_form_offset(s->form, until);
    match_run(page->unaccented ? s->words->plain : s->words->folded, s->form->s, n, hit, s);
    for (size_t i = 0; i < n; i++) {
        words += !inside && s->form->s[i] != ' ';
        inside = s->form->s[i] != ' ';
    }
    return words;
}

static int bits(uint64_t v)
{
    int n = 0;
    for (; v; v &= v - 1)
        n++;
    return n;
}

struct cues cues_see(const void *mem, const struct pages *pages, const struct cue_words *words, bool unit,
                     const struct document_words *dates, int64_t received)
{
    struct cues cues = {0};
    struct scan s = {.mem = mem, .words = words, .ret = &cues, .dates = dates, .received = received};
    size_t n_words = 0;
    for (size_t i = 0; i < pages->n; i++) {
        const struct page *page = &pages->v[i];
        size_t until = page->kind == WHERE_BODY ? pages->fresh : page->forms.exact.n;
        if (page->kind == WHERE_ATTACHMENT && unit && until > UNIT_HEAD)
            until = UNIT_HEAD;
        if (page->kind != WHERE_NAME)
            n_words += scan_page(&s, page, until);
        if (bits(s.parts) >= PARTS && !cues.v[CUE_PARTS].yes)
            cues.v[CUE_PARTS] = (struct cue_seen){true, page->where, ""};
    }
    if (!s.self) {
        cues.v[CUE_CONTEST].yes = cues.v[CUE_EVIDENCE].yes = false;
        cues.v[CUE_IMPERSONAL] = (struct cue_seen){n_words > LONG_WORDS, "body", ""};
    }
    return cues;
}
