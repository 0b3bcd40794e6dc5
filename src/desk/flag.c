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

void flag_by_words(struct plan *p, const struct submission *s, const struct flag_words *words)
{
    static const char *const published[] = {"news", "document", "draft", "thematic", "event-notice"};
    bool may = false;
    for (size_t i = 0; i < ARRAY_LEN(published); i++)
        may = may || str_eq(s->category, published[i]);
    if (!words || !may)
        return;
    _cleanup_mem_ void *tmp = mem_new();
    size_t n = utf8_prefix(s->body, SIZE_MAX, LOOK_BYTES);
    struct looking l = {.p = p, .words = words};
    l.text = utf8_fold(tmp, mem_fmt(tmp, "%s\n%.*s", s->title, (int)n, s->body));
    match_run(words->set, l.text, strlen(l.text), hit, &l);
}
