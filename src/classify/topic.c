/* topic.c: the fields that a letter is about. One pass per page over all phrases of all fields.
 *
 * A field needs more than a passing word; a second field is named only when it comes near the first, since
 * a person must then choose between their owners (DN-8.2: two owners are both proposed). Quoted text does
 * not count, and of a long attachment only its head: a decree speaks of everything. */
#include "classify/topic.h"
#include "classify/match.h"

enum {
    TOPIC_LEAST = 3,  /* a sum below it is a passing word */
    TOPICS_MAX = 3,   /* more than three fields are none */
    TOPIC_HEAD = 6000 /* bytes of an attachment that count */
};

struct topic_ref {
    size_t topic;
    const struct topic_phrase *phrase;
};

struct topic_words {
    struct match_set *folded, *bare;
    struct topic_ref *refs;
    size_t n_refs, n_topics;
};

struct topic_words *topic_words_new(const void *mem, const struct profile *profile)
{
    const struct office_rules *o = &profile->office;
    if (!o->n_topics)
        return NULL;
    struct topic_words *w = mem_zero(mem, struct topic_words);
    _cleanup_mem_ void *tmp = mem_new();
    w->folded = match_new(w);
    w->bare = match_new(w);
    w->n_topics = o->n_topics;
    for (size_t i = 0; i < o->n_topics; i++)
        for (size_t k = 0; k < o->topics[i].n_phrases; k++) {
            const struct topic_phrase *p = &o->topics[i].phrases[k];
            const char *bare = utf8_bare(tmp, p->text);
            match_add(w->folded, p->text, strlen(p->text), w->n_refs);
            match_add(w->bare, bare, strlen(bare), w->n_refs);
            *mem_append(w, w->refs, w->n_refs) = (struct topic_ref){i, p};
        }
    match_build(w->folded);
    match_build(w->bare);
    return w;
}

struct count {
    const struct topic_words *words;
    struct found_topic *found; /* one for each topic */
    int *best;                 /* weight of the phrase that found[i] shows */
    uint8_t *seen;             /* per phrase: kinds of page it has counted in */
    const struct page *page;
};

static bool count_hit(void *arg, size_t id, size_t start, size_t end)
{
    struct count *c = arg;
    const struct topic_ref *ref = &c->words->refs[id];
    struct found_topic *f = &c->found[ref->topic];
    unsigned here = c->page->kind;
    int weight = here == WHERE_SUBJECT ? 2 * ref->phrase->weight : ref->phrase->weight;
    (void)start;
    (void)end;
    if (c->seen[id] & here)
        return true;
    c->seen[id] = (uint8_t)(c->seen[id] | here);
    f->score += weight;
    if (weight > c->best[ref->topic]) {
        c->best[ref->topic] = weight;
        f->where = c->page->where;
        f->text = ref->phrase->shown;
    }
    return true;
}

static void count_page(struct count *c, const struct page *page, size_t fresh)
{
    size_t until = page->kind == WHERE_BODY ? fresh : page->forms.exact.n;
    if (page->kind == WHERE_ATTACHMENT && until > TOPIC_HEAD)
        until = TOPIC_HEAD;
    const struct utf8_form *form = page->unaccented ? &page->forms.bare : &page->forms.folded;
    c->page = page;
    match_run(page->unaccented ? c->words->bare : c->words->folded, form->s, page_form_offset(form, until),
              count_hit, c);
}

static int stronger_first(const void *a, const void *b)
{
    const struct found_topic *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return (x->topic > y->topic) - (x->topic < y->topic);
}

struct found_topic *topics_find(const void *mem, const struct topic_words *words, const struct pages *pages,
                                size_t *ret_n)
{
    *ret_n = 0;
    if (!words)
        return NULL;
    struct found_topic *found = mem_array(mem, struct found_topic, words->n_topics);
    _cleanup_mem_ void *tmp = mem_new();
    struct count c = {words, found, mem_array(tmp, int, words->n_topics),
                      mem_array(tmp, uint8_t, words->n_refs + 1), NULL};
    for (size_t i = 0; i < words->n_topics; i++)
        found[i].topic = i;
    for (size_t i = 0; i < pages->n; i++)
        if (pages->v[i].kind != WHERE_NAME)
            count_page(&c, &pages->v[i], pages->fresh);
    qsort(found, words->n_topics, sizeof *found, stronger_first);
    while (*ret_n < words->n_topics && *ret_n < TOPICS_MAX && found[*ret_n].score >= TOPIC_LEAST &&
           found[*ret_n].score * 4 >= found[0].score * 3)
        (*ret_n)++;
    for (size_t i = 0; i < *ret_n; i++)
        found[i].where = mem_str(found, found[i].where);
    return found;
}
