/* learn.c: `learn`: counts the words of every letter whose kind a person has decided, into
 * HOUSE/learned.model, which votes beside the shipped model from the next start (or SIGHUP) on.
 *
 * Decided is what was reclassified, what was approved, and what was released from the hold "unsure": in
 * each a person looked and let a kind stand. The machine's own guesses are never learned from. The file is
 * made anew each time from the letters in the spool, so that a decision that was changed is forgotten; it
 * holds counts of words, and of words outside the shipped model only those that three letters have. */
#include "classify/model.h"
#include "cmd/letters.h"
#include "sys/clock.h"
#include "sys/file.h"

enum { LEAST = 3 };
#define MAY_LEARN (ROLE_CHIEF | ROLE_ADMIN)

struct learning {
    struct context *cx;
    struct spool *spool;
    struct model *model;
    size_t n[CATEGORY_COUNT], letters;
};

static bool is_decision(const struct store_event *e)
{
    if (!*e->user || str_eq(e->user, actor_system.user))
        return false;
    return str_eq(e->what, "RECLASSIFY") || str_eq(e->what, "APPROVE") ||
           (str_eq(e->what, "RELEASE") && str_starts(e->detail, "unsure"));
}

static bool decided(const struct learning *l, const void *mem, const char *ref, bool *ret, struct err *err)
{
    struct store_event *events;
    size_t n;
    *ret = false;
    if (!store_history(l->cx->house->store, mem, ref, &events, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        *ret = *ret || is_decision(&events[i]);
    return true;
}

/* The first letter of the case, as the classifier sees it. */
static bool learn_case(struct learning *l, void *mem, const char *ref, struct err *err)
{
    struct submission *s;
    struct facts facts;
    struct letter *letter;
    enum category category;
    if (!store_submission(l->cx->house->store, mem, ref, &s, err))
        return false;
    bool sealed = false; /* then there is no letter here to learn from */
    if (s->n_receipts && !store_is_sealed(l->cx->house->store, s->receipts[0].entry, &sealed, err))
        return false;
    if (!s->n_receipts || sealed || !category_parse(s->category, &category))
        return true;
    if (!spooled_letter(l->cx, l->spool, mem, s->receipts[0].entry, &facts, &letter, err))
        return false;
    letter_thread(letter, letter, l->cx->house->conversation);
    struct pages pages = pages_make(mem, letter);
    model_learn(l->model, category, &pages);
    l->n[category]++;
    l->letters++;
    return true;
}

/* A letter that cannot be read again is passed over, and said. */
static bool learn_row(struct learning *l, const char *ref, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct err why = {0};
    bool yes = false;
    if (!decided(l, mem, ref, &yes, err))
        return false;
    if (!yes || learn_case(l, mem, ref, &why))
        return true;
    if (why.kind != ERR_DATA && why.kind != ERR_NO) {
        *err = why;
        return false;
    }
    print_failure(l->cx, why.text);
    return true;
}

static bool learn_all(struct learning *l, struct err *err)
{
    struct store_filter all = {.state = "",
                               .category = "",
                               .hold = "",
                               .restricted_too = true,
                               .closed_too = true,
                               .limit = INT64_MAX};
    struct store_row *rows;
    size_t n;
    if (!store_list(l->cx->house->store, l->cx->mem, &all, &rows, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!learn_row(l, rows[i].ref, err))
            return false;
    return true;
}

static bool write_model(const struct learning *l, const char *user, struct err *err)
{
    struct context *cx = l->cx;
    struct model *start;
    if (!house_load_model(cx->mem, cx->house->share, NULL, &start, err))
        return false;
    char *bytes = mem_fmt(
        cx->mem, "# Learned from %zu decided letters on %s by %s. Made by `bbt learn`.\n%s", l->letters,
        when_rfc3339(cx->mem, clock_now()), user, model_write(cx->mem, l->model, LEAST, start));
    return file_write(mem_fmt(cx->mem, "%s/learned.model", cx->house->dir), bytes, strlen(bytes), 0600,
                      err);
}

static void print_learned(struct context *cx, const struct learning *l)
{
    json_t *counts = json_object();
    for (enum category c = 0; c < CATEGORY_COUNT; c++)
        if (l->n[c])
            json_object_set_new(counts, category_name(c), json_integer((json_int_t)l->n[c]));
    if (cx->json) {
        print_json(json_pack("{s:i, s:o}", "letters", (int)l->letters, "categories", counts));
        return;
    }
    printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "learn.done", "letters",
                               mem_fmt(cx->mem, "%zu", l->letters), NULL));
    for (enum category c = 0; c < CATEGORY_COUNT; c++)
        if (l->n[c])
            printf("  %-20s %zu\n", say(cx, mem_fmt(cx->mem, "category.%s", category_name(c))), l->n[c]);
    json_decref(counts);
}

static bool run_learn(struct context *cx, struct err *err)
{
    struct actor actor;
    struct learning l = {.cx = cx, .spool = cx->house->spool, .model = model_new(cx->mem)};
    if (!args_done(cx, err) || !actor_of(cx, &actor, err))
        return false;
    if (!(actor.roles & MAY_LEARN))
        return err_set(err, ERR_NO, "%s",
                       catalog_say(cx->mem, cx->house->catalog, "refusal.not-allowed-role", "detail",
                                   say(cx, "summary.learn"), NULL));
    if (!learn_all(&l, err) || !write_model(&l, actor.user, err))
        return false;
    print_learned(cx, &l);
    return true;
}

const struct command cmd_learn = {"learn", NEED_HOUSE | NEED_RULES | NEED_READER | NEED_SPOOL | NEED_STORE,
                                  run_learn};
