/* flag.c: see flag.h. The case that is flagged by mistake costs one more approval; a person may lower the
 * flag with a reason, but nobody who wrote the text. Text behind the first 60,000 bytes is not looked at:
 * such a letter is nobody's piece of news. */
#include "desk/flag.h"
#include "classify/match.h"

#define LOOK_BYTES 60000

struct flag_words {
    const struct profile *profile;
    struct match_set *set; /* ids are indexes of profile->flags */
};

struct flag_words *flag_words_new(const void *mem, const struct profile *profile)
{
    struct flag_words *w = mem_zero(mem, struct flag_words);
    size_t n = 0;
    w->profile = profile;
    w->set = match_new(w);
    for (size_t i = 0; i < profile->n_flags; i++)
        for (size_t k = 0; k < profile->flags[i].words.n; k++, n++)
            match_add(w->set, profile->flags[i].words.v[k], strlen(profile->flags[i].words.v[k]), i);
    match_build(w->set);
    if (n)
        return w;
    talloc_free(w);
    return NULL;
}

struct looking {
    struct plan *p;
    const struct flag_words *words;
    const char *text;
    uint64_t seen; /* a bit for each flag; more than 64 flags are not told apart */
};

static bool hit(void *arg, size_t id, size_t start, size_t end)
{
    struct looking *l = arg;
    const struct flag_rule *f = &l->words->profile->flags[id];
    uint64_t bit = UINT64_C(1) << (id % 64);
    if (l->seen & bit)
        return true;
    l->seen |= bit;
    struct effect *e = plan_add(l->p, EFFECT_FLAG);
    e->key = f->name;
    e->to = "raised";
    e->text = mem_bytes(l->p, l->text + start, end - start);
    e->cite = f->cite;
    return true;
}

/* Is a letter of this category looked at for these words? */
static bool looked_at(const char *category)
{
    static const char *const published[] = {"news", "document", "draft", "thematic", "event-notice"};
    for (size_t i = 0; i < ARRAY_LEN(published); i++)
        if (str_eq(category, published[i]))
            return true;
    return false;
}

static void look(struct plan *p, const char *title, const char *body, const struct flag_words *words)
{
    _cleanup_mem_ void *tmp = mem_new();
    size_t n = utf8_prefix(body, SIZE_MAX, LOOK_BYTES);
    struct looking l = {.p = p, .words = words};
    l.text = utf8_fold(tmp, mem_fmt(tmp, "%s\n%.*s", title, (int)n, body));
    match_run(words->set, l.text, strlen(l.text), hit, &l);
}

void flag_by_words(struct plan *p, const struct submission *s, const struct flag_words *words)
{
    if (words && looked_at(s->category))
        look(p, s->title, s->body, words);
}

/* ---- a case that is there ---- */

static bool stands(const struct submission *s, const char *flag)
{
    for (size_t i = 0; i < s->n_flags; i++)
        if (str_eq(s->flags[i].name, flag))
            return true;
    return false;
}

static bool raises(const struct plan *p, const char *flag)
{
    for (size_t i = 0; i < p->n_effects; i++)
        if (str_eq(p->effects[i].key, flag))
            return true;
    return false;
}

/* Flags that the words raise, without those that stand and those that `before` raises. */
static void look_again(struct plan *p, const struct submission *s, const char *title, const char *body,
                       const struct plan *before, const struct flag_words *words)
{
    struct plan *found = plan_new(p, "", s->ref, &p->actor, p->now);
    look(found, title, body, words);
    for (size_t i = 0; i < found->n_effects; i++)
        if (!stands(s, found->effects[i].key) && !(before && raises(before, found->effects[i].key)))
            *plan_add(p, EFFECT_FLAG) = found->effects[i];
}

void flag_new_text(struct plan *p, const struct submission *s, const char *title, const char *body,
                   const struct profile *profile)
{
    struct flag_words *words = looked_at(s->category) ? flag_words_new(p, profile) : NULL;
    if (!words)
        return;
    struct plan *before = plan_new(p, "", s->ref, &p->actor, p->now);
    look(before, s->title, s->body, words);
    look_again(p, s, title, body, before, words);
}

void flag_new_category(struct plan *p, const struct submission *s, const char *category,
                       const struct profile *profile)
{
    bool first = !looked_at(s->category) && looked_at(category);
    struct flag_words *words = first ? flag_words_new(p, profile) : NULL;
    if (words)
        look_again(p, s, s->title, s->body, NULL, words);
}
