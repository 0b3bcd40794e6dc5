/* why.c: `why REF | FILE...`: everything that spoke for or against each kind of a letter, with the line of
 * the rules and the words, and the model's shares and best words. The rules and the model are those of now:
 * what was decided at intake stands in `show`. Refuses restricted cases to those who may not read them. */
#include "cmd/letters.h"
#include "render/effect_text.h"

struct side { /* what spoke about one kind */
    const struct kind *kind;
    int sum;
    const struct hit *const *hits;
    size_t n;
};

static int heaviest_hit(const void *a, const void *b)
{
    const struct hit *const *x = a, *const *y = b;
    int wx = abs((*x)->reason.weight), wy = abs((*y)->reason.weight);
    return wx != wy ? (wx > wy ? -1 : 1) : strcmp((*x)->reason.rule, (*y)->reason.rule);
}

static int heaviest_side(const void *a, const void *b)
{
    const struct side *x = a, *y = b;
    return x->sum != y->sum ? (x->sum > y->sum ? -1 : 1) : strcmp(x->kind->id, y->kind->id);
}

static void add_side(const void *mem, const struct ruling *r, const struct kind *kind, struct side **sides,
                     size_t *n)
{
    const struct hit **hits = NULL;
    struct side side = {.kind = kind};
    for (size_t i = 0; i < r->n_hits; i++)
        if (r->hits[i].kind == kind) {
            *mem_append(mem, hits, side.n) = &r->hits[i];
            side.sum += r->hits[i].reason.weight;
        }
    if (!side.n)
        return;
    qsort(hits, side.n, sizeof(struct hit *), heaviest_hit);
    side.hits = hits;
    *mem_append(mem, *sides, *n) = side;
}

static struct side *sides_of(const void *mem, const struct profile *p, const struct ruling *r,
                             size_t *ret_n)
{
    struct side *sides = NULL;
    *ret_n = 0;
    for (size_t k = 0; k < p->n_kinds; k++)
        add_side(mem, r, &p->kinds[k], &sides, ret_n);
    if (*ret_n)
        qsort(sides, *ret_n, sizeof *sides, heaviest_side);
    return sides;
}

/* ---- for programs ---- */

static json_t *reasons_json(const struct side *s)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->n; i++) {
        const struct reason *x = &s->hits[i]->reason;
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:i, s:s}", "rule", x->rule, "where", x->where,
                                        "text", x->text, "weight", x->weight, "cite", x->cite));
    }
    return list;
}

static json_t *model_json(const struct model_vote *v)
{
    json_t *shares = json_object(), *words = json_array();
    for (enum category c = 0; v->any && c < CATEGORY_COUNT; c++)
        json_object_set_new(shares, category_name(c), json_real(v->share[c]));
    for (size_t i = 0; i < v->n_words; i++)
        json_array_append_new(words, json_pack("{s:s, s:s, s:f}", "text", v->words[i].text, "where",
                                               v->words[i].where, "weight", v->words[i].weight));
    return json_pack("{s:b, s:o, s:o}", "any", v->any, "shares", shares, "words", words);
}

static void print_as_json(const struct letter_report *r, const struct side *sides, size_t n)
{
    const struct ruling *ruling = r->ruling;
    json_t *kinds = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(kinds, json_pack("{s:s, s:i, s:o}", "kind", sides[i].kind->id, "sum",
                                               sides[i].sum, "reasons", reasons_json(&sides[i])));
    print_json(json_pack("{s:s, s:s, s:s, s:f, s:b, s:s?, s:o, s:o}", "file", r->facts->shown, "kind",
                         ruling->kind->id, "category", category_name(ruling->category), "score",
                         ruling->score, "unsure", ruling->unsure, "second",
                         ruling->second ? ruling->second->id : NULL, "kinds", kinds, "model",
                         model_json(&ruling->vote)));
}

/* ---- for people ---- */

static void print_model(struct context *cx, const struct model_vote *v)
{
    if (!v->any)
        return;
    printf("\n%s: %s %.0f %%, %s %.0f %%\n", say(cx, "why.model"),
           say(cx, mem_fmt(cx->mem, "category.%s", category_name(v->best))), 100 * v->share[v->best],
           say(cx, mem_fmt(cx->mem, "category.%s", category_name(v->second))), 100 * v->share[v->second]);
    for (size_t i = 0; i < v->n_words; i++)
        printf("  %+5.1f  %s  (%s)\n", v->words[i].weight, utf8_printable(cx->mem, v->words[i].text),
               utf8_printable(cx->mem, v->words[i].where));
}

static void print_side(struct context *cx, const struct side *s)
{
    printf("\n%s  %s  %d\n", s->kind->id, s->kind->label, s->sum);
    for (size_t i = 0; i < s->n; i++) {
        const struct reason *x = &s->hits[i]->reason;
        const char *said = reason_says(cx->mem, cx->house->catalog, x->text);
        printf("  %+3d  %s  %s: %s%s%s%s\n", x->weight, x->rule, utf8_printable(cx->mem, x->where),
               utf8_printable(cx->mem, said), *x->cite ? " (" : "", x->cite, *x->cite ? ")" : "");
    }
}

static void show(struct context *cx, void *mem, const struct letter_report *r)
{
    size_t n;
    const struct ruling *ruling = r->ruling;
    struct side *sides = sides_of(mem, cx->house->profile, ruling, &n);
    if (cx->json) {
        print_as_json(r, sides, n);
        return;
    }
    printf("%s: %s (%s), %.2f\n", utf8_printable(mem, r->facts->shown), ruling->kind->label,
           ruling->kind->id, ruling->score);
    if (ruling->unsure)
        printf("%s%s%s\n", say(cx, "why.unsure"), ruling->second ? ": " : "",
               ruling->second ? ruling->second->label : "");
    for (size_t i = 0; i < n; i++)
        print_side(cx, &sides[i]);
    for (size_t i = 0; n == 0 && i < ruling->n_reasons; i++)
        printf("  %+3d  %s  %s: \"%s\"\n", ruling->reasons[i].weight, ruling->reasons[i].rule,
               ruling->reasons[i].where, utf8_printable(mem, ruling->reasons[i].text));
    print_model(cx, &ruling->vote);
}

/* ---- a case of the house ---- */

static bool show_case(struct context *cx, const char *ref, struct err *err)
{
    struct submission *s;
    struct spool *spool;
    struct facts facts;
    struct letter *letter;
    struct letter_report report;
    struct house *h = cx->house;
    if (!store_submission(h->store, cx->mem, ref, &s, err))
        return false;
    if (!reads_words(cx, s))
        return err_set(err, ERR_NO, "'%s': %s", ref, say(cx, "refusal.restricted"));
    if (!s->n_receipts)
        return err_set(err, ERR_DATA, "'%s': no receipt", ref);
    if (!spool_open(cx->mem, h->dir, &spool, err) ||
        !spooled_letter(cx, spool, cx->mem, s->receipts[0].entry, &facts, &letter, err))
        return false;
    intake_explain(h, cx->mem, letter, &facts, &report);
    facts.shown = s->ref;
    show(cx, cx->mem, &report);
    return true;
}

/* A word without a file of that name, in a house, is a reference. */
static bool run_why(struct context *cx, struct err *err)
{
    struct house *h = cx->house;
    const char *first = cx->n_args ? cx->args[0] : "";
    if (!*h->dir || !*first || *first == '-' || access(first, F_OK) == 0)
        return explain_files(cx, show, err);
    const char *ref = args_word(cx);
    return args_done(cx, err) && store_open(cx->mem, h->dir, &h->store, err) && show_case(cx, ref, err);
}

const struct command cmd_why = {"why", NEED_RULES | NEED_READER | NEED_DIRECTORY, run_why};
