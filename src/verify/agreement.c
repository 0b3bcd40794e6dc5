/* agreement.c: does this text agree? (DOMAIN 6; SV-7, SV-8)
 *
 * Plain agreement is a text in which some words agree and every other word is known to be harmless: one
 * word that no list knows, and a person looks. So a wording that nobody thought of costs a glance and never
 * a publication. Sentence by sentence: what takes back beats what refuses, then asks, then sets a
 * condition. A name before the act makes it that person's ("anh Hung dong y"), and so do the one spoken to
 * and words in quotation marks. Line ends end sentences, so a sentence cut by a mail program only loses.
 * Refuses texts over 20,000 bytes. Linear. */
#include "verify/agreement_items.h"

enum { TEXT_MAX = 20000, NAME_WORDS = 5, TITLE_ITEMS = 40, EVIDENCE_BYTES = 300 };

/* What one sentence says. */
enum said { SAID_PLAIN, SAID_YES, SAID_UNCLEAR, SAID_CONDITION, SAID_QUESTION, SAID_NO, SAID_WITHDRAWN };

const char *agreement_name(enum agreement a)
{
    static const char *const names[] = {"none", "yes", "no", "condition", "question", "withdrawn"};
    return names[a];
}

static bool is_act(enum item_class c)
{
    return c == ITEM_ACT || c == ITEM_ORDER || c == ITEM_WEAK;
}

static bool ends_sentence(enum item_class c)
{
    return c == ITEM_STOP || c == ITEM_QUESTION || c == ITEM_LINE;
}

static bool ends_clause(enum item_class c)
{
    return c == ITEM_COMMA || c == ITEM_COLON || ends_sentence(c);
}

static bool harmless(enum item_class c)
{
    return c == ITEM_PLAIN || c == ITEM_OBJECT || c == ITEM_TITLE || c == ITEM_NAME || c == ITEM_SEEN ||
           c == ITEM_YOU || c == ITEM_GREETING || c == ITEM_PUBLISH;
}

static bool has(const struct items *t, size_t from, size_t to, enum item_class class)
{
    while (from < to && t->v[from].class != class)
        from++;
    return from < to;
}

/* ---- what is no word of the writer's opinion: names, addresses, titles of articles ---- */

/* Capitalised unknown words behind a title. */
static void name_people(struct items *t)
{
    for (size_t i = 0; i + 1 < t->n; i++) {
        if (t->v[i].class != ITEM_TITLE && t->v[i].class != ITEM_YOU)
            continue;
        for (size_t k = i + 1; k < t->n && k <= i + NAME_WORDS; k++) {
            if (t->v[k].class != ITEM_UNKNOWN || !t->v[k].capital)
                break;
            t->v[k].class = ITEM_NAME;
        }
    }
}

/* The last line, when all of it is one to five capitalised words that no list of danger knows. */
static void name_signer(struct items *t)
{
    size_t end = t->n, from, unknown = 0;
    while (end > 0 && (t->v[end - 1].class == ITEM_LINE || t->v[end - 1].class == ITEM_STOP))
        end--;
    for (from = end; from > 0 && t->v[from - 1].class != ITEM_LINE; from--) {
        const struct item *item = &t->v[from - 1];
        if (!item->capital || (item->class != ITEM_UNKNOWN && !harmless(item->class)))
            return;
        unknown += item->class == ITEM_UNKNOWN;
    }
    if (from == 0 || !unknown || end - from > NAME_WORDS)
        return;
    for (size_t i = from; i < end; i++)
        t->v[i].class = ITEM_NAME;
}

/* "Kinh gui Phong Bien tap,": unknown words up to the end of the clause or line. */
static void swallow_greetings(struct items *t)
{
    bool first = true;
    for (size_t i = 0; i < t->n; i++) {
        bool greets = first && t->v[i].class == ITEM_GREETING;
        first = t->v[i].class == ITEM_LINE;
        for (size_t k = i + 1; greets && k < t->n && !ends_clause(t->v[k].class); k++)
            if (t->v[k].class == ITEM_UNKNOWN)
                t->v[k].class = ITEM_NAME;
    }
}

/* BBT-2026-000123: which submission is meant, not how. */
static void swallow_references(struct items *t, const char *text)
{
    size_t end = 0;
    for (size_t i = 0; i < t->n; i++) {
        const char *s = text + t->v[i].from;
        if (t->v[i].from >= end && str_istarts(s, "BBT-") && str_digit(s[4]))
            end = t->v[i].from + 4 + strspn(s + 4, "0123456789-");
        if (t->v[i].from < end)
            t->v[i].class = ITEM_PLAIN;
    }
}

/* The quoted title behind "article", on one line: harmless whatever it says. */
static void swallow_titles(struct items *t)
{
    bool agreed = false;
    for (size_t i = 0; i < t->n; i++) {
        agreed = agreed || is_act(t->v[i].class);
        if (!agreed || t->v[i].class != ITEM_OBJECT || t->v[i + 1].class != ITEM_QUOTE)
            continue;
        size_t close = i + 2;
        while (close < t->n && close < i + TITLE_ITEMS && t->v[close].class != ITEM_QUOTE &&
               t->v[close].class != ITEM_LINE)
            close++;
        if (close == t->n || t->v[close].class != ITEM_QUOTE)
            continue;
        for (size_t k = i + 1; k <= close; k++)
            t->v[k].class = ITEM_NAME;
    }
}

/* ---- one clause, one sentence ---- */

/* All that is left of a clause is harmless. */
static bool rest_is_plain(const struct items *t, size_t i, size_t to)
{
    while (i < to && harmless(t->v[i].class))
        i++;
    return i == to;
}

/* Whether the act at i is somebody else's: a name before it, a line of address, two persons ("em gui anh
 * duyet"), or the one spoken to directly before it. */
static bool another_agrees(const struct items *t, size_t from, size_t i)
{
    size_t persons = 0;
    for (size_t k = from; k < i; k++) {
        if (t->v[k].class == ITEM_NAME || t->v[k].class == ITEM_GREETING)
            return true;
        persons += t->v[k].class == ITEM_TITLE || t->v[k].class == ITEM_YOU;
    }
    return persons > 1 || (t->v[i].class != ITEM_ORDER && i > from && t->v[i - 1].class == ITEM_YOU);
}

/* One clause as it is read, word by word. */
struct clause {
    bool negated, act, unclear;
    bool asks; /* "please", and not yet what for */
    enum said said;
};

static void raise(struct clause *k, enum said said)
{
    k->said = said > k->said ? said : k->said;
}

static void read_act(struct clause *k, bool others)
{
    if (k->negated)
        raise(k, SAID_NO);
    k->unclear = k->unclear || others;
    k->act = true;
    k->asks = false;
}

/* "Please publish" agrees; "publish" alone is about the matter. */
static void read_publish(struct clause *k)
{
    if (k->negated && !k->act)
        raise(k, SAID_NO);
    k->act = k->act || k->asks;
    k->asks = false;
}

static void read_word(struct clause *k, const struct items *t, size_t from, size_t i, size_t to)
{
    enum item_class c = t->v[i].class;
    if (is_act(c))
        read_act(k, another_agrees(t, from, i) || (k->asks && c != ITEM_ORDER));
    else if (c == ITEM_PUBLISH)
        read_publish(k);
    else if (c == ITEM_WITHDRAW)
        raise(k, SAID_WITHDRAWN);
    else if (c == ITEM_REFUSE)
        raise(k, SAID_NO);
    else if (c == ITEM_NOT && k->act && rest_is_plain(t, i + 1, to))
        raise(k, SAID_QUESTION); /* "dong y chua", "dong y khong a" */
    else if (c == ITEM_IF || c == ITEM_CHANGE)
        raise(k, SAID_CONDITION);
    else if (c == ITEM_REQUEST)
        k->asks = true;
    else if (!harmless(c))
        k->unclear = true;
    k->negated = k->negated || c == ITEM_NOT;
}

static enum said read_clause(const struct items *t, size_t from, size_t to)
{
    struct clause k = {.said = SAID_PLAIN};
    for (size_t i = from; i < to; i++)
        read_word(&k, t, from, i, to);
    if (k.said == SAID_PLAIN)
        k.said = k.unclear || k.asks ? SAID_UNCLEAR : k.act ? SAID_YES : SAID_PLAIN;
    return k.said;
}

static bool has_act(const struct items *t, size_t from, size_t to)
{
    return has(t, from, to, ITEM_ACT) || has(t, from, to, ITEM_ORDER) || has(t, from, to, ITEM_WEAK);
}

/* The gravest word of its clauses; `end` is the sign that ends the sentence. */
static enum said read_sentence(const struct items *t, size_t from, size_t end)
{
    enum said said = SAID_PLAIN;
    bool named = false; /* "Hung: agreed" */
    if (t->v[end].class == ITEM_QUESTION)
        return SAID_QUESTION;
    for (size_t i = from; i <= end; i++)
        if (i == end || ends_clause(t->v[i].class)) {
            enum said clause = read_clause(t, from, i);
            clause = named && clause == SAID_YES ? SAID_UNCLEAR : clause;
            named = named || (t->v[i].class == ITEM_COLON && has(t, from, i, ITEM_NAME));
            said = clause > said ? clause : said;
            from = i + 1;
        }
    return said;
}

static enum said read_asking(const struct items *t, size_t from, size_t end)
{
    enum said said = read_sentence(t, from, end);
    bool asks = has_act(t, from, end) && has(t, from, end, ITEM_ASK);
    return asks && said < SAID_QUESTION ? SAID_QUESTION : said;
}

/* ---- the whole ---- */

struct verdict {
    enum said said;
    size_t from, to; /* bytes: the sentence that decides */
    bool yes, unclear, act;
};

static void weigh(struct verdict *v, const struct items *t, size_t from, size_t end, enum said said)
{
    bool act = has_act(t, from, end);
    v->yes = v->yes || said == SAID_YES;
    v->unclear = v->unclear || said == SAID_UNCLEAR;
    /* Of sentences that say the same the one that acts is the evidence. */
    if (from < end && (said > v->said || (said == v->said && act && !v->act))) {
        v->said = said;
        v->from = t->v[from].from;
        v->to = t->v[end].to;
    }
    v->act = v->act || act;
}

/* "OK, seen": the weak word only says that it arrived. */
static bool only_seen(const struct items *t)
{
    bool weak = false, seen = false;
    for (size_t i = 0; i < t->n; i++) {
        if (t->v[i].class == ITEM_ACT || t->v[i].class == ITEM_ORDER)
            return false;
        seen = seen || (weak && t->v[i].class == ITEM_SEEN);
        weak = weak || t->v[i].class == ITEM_WEAK;
    }
    return seen;
}

/* Some sentence says that somebody agrees, with no request before it. */
static bool states(const struct items *t)
{
    bool asked = false;
    for (size_t i = 0; i < t->n; i++) {
        enum item_class c = t->v[i].class;
        asked = (asked || c == ITEM_REQUEST || c == ITEM_APPEAL) && !ends_sentence(c);
        if (!asked && (c == ITEM_ACT || c == ITEM_WEAK))
            return true;
    }
    return false;
}

static enum agreement conclude(const struct verdict *v, const struct items *t)
{
    switch (v->said) {
    case SAID_WITHDRAWN:
        return AGREEMENT_WITHDRAWN;
    case SAID_NO:
        return AGREEMENT_NO;
    case SAID_QUESTION:
        return AGREEMENT_QUESTION;
    case SAID_CONDITION:
        return v->act ? AGREEMENT_CONDITION : AGREEMENT_NONE;
    default:
        return v->yes && !v->unclear && !only_seen(t) ? AGREEMENT_YES : AGREEMENT_NONE;
    }
}

static const char *evidence(const void *mem, const char *text, const struct verdict *v, enum agreement what)
{
    if (what == AGREEMENT_NONE && !v->act)
        return "";
    size_t n = v->to - v->from;
    n = n > EVIDENCE_BYTES ? utf8_prefix(text + v->from, SIZE_MAX, EVIDENCE_BYTES) : n;
    return str_trim(mem, text + v->from, n);
}

struct agreement_found agreement_read_of(const void *mem, const char *text, const char *unit_name,
                                         const struct agreement_words *words)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct agreement_found none = {AGREEMENT_NONE, "", false, false};
    if (!words || !text || strlen(text) > TEXT_MAX)
        return none;
    struct items t = agreement_items(tmp, text, unit_name, words);
    struct verdict v = {.said = SAID_PLAIN};
    swallow_references(&t, text);
    swallow_titles(&t);
    swallow_greetings(&t);
    name_people(&t);
    name_signer(&t);
    for (size_t i = 0, from = 0; i < t.n; i++)
        if (ends_sentence(t.v[i].class)) {
            weigh(&v, &t, from, i, read_asking(&t, from, i));
            from = i + 1;
        }
    enum agreement what = conclude(&v, &t);
    bool changes = what == AGREEMENT_CONDITION && !has(&t, 0, t.n, ITEM_IF);
    return (struct agreement_found){what, evidence(mem, text, &v, what), states(&t), changes};
}

struct agreement_found agreement_read(const void *mem, const char *text,
                                      const struct agreement_words *words)
{
    return agreement_read_of(mem, text, "", words);
}
