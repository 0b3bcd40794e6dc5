/* record.c: `record REF WORD --at TIME` says what happened outside (approved, occurred, notified ...) and
 * when, `interim REF --until DATE` tells an asker by when he will be answered (LS-9.7). Both print the
 * clocks that began and ended by it. An interim notice without a date is none. */
#include "act_record.h"
#include "cmd/cmd.h"
#include "cmd/show_case.h"
#include "sys/clock.h"

#define NEED_ACT (NEED_HOUSE | NEED_RULES | NEED_STORE | NEED_LETTERS | NEED_TOKENS)
#define DAY      86400

/* ---- what the clocks did ---- */

static void print_clock(struct context *cx, const char *key, const char *rule, const char *cite,
                        const char *when)
{
    char *text = catalog_say(cx->mem, cx->house->catalog, key, "rule", rule, "cite", cite ? cite : "", "at",
                             when, NULL);
    printf("  %s\n", utf8_printable(cx->mem, text));
}

static const char *in_short(struct context *cx, const char *time)
{
    int64_t t;
    return time && when_parse_rfc3339(time, &t) ? when_short(cx->mem, t) : say(cx, "proof.no-due");
}

static const char *ended_key(const struct submission *s, const char *rule)
{
    for (size_t i = s->n_deadlines; i-- > 0;) {
        const struct case_deadline *d = &s->deadlines[i];
        if (str_eq(d->rule, rule) && *d->ended_by)
            return d->due != WHEN_NONE && d->ended > d->due ? "record.ended-late" : "record.ended";
    }
    return "record.ended";
}

static void print_clocks(struct context *cx, const struct plan *p, const struct submission *s)
{
    for (size_t i = 0; i < p->n_effects; i++) {
        const struct effect *e = &p->effects[i];
        const char *at = e->from && *e->from ? e->from : when_rfc3339(cx->mem, p->now);
        if (e->kind == EFFECT_DEADLINE)
            print_clock(cx, "record.due", e->key, e->cite, in_short(cx, e->to));
        else if (e->kind == EFFECT_DEADLINE_END)
            print_clock(cx, ended_key(s, e->key), e->key, e->cite, in_short(cx, at));
    }
}

static bool print_done(struct context *cx, const char *ref, const char *word, const char *at,
                       const struct plan *p, struct err *err)
{
    struct submission *s;
    if (!store_submission(cx->house->store, cx->mem, ref, &s, err))
        return false;
    if (cx->json) {
        print_json(json_pack("{s:s, s:s, s:s, s:i, s:o}", "submission", ref, "word", word, "at", at,
                             "version", (int)s->version, "deadlines", clocks_json(cx, s)));
        return true;
    }
    const char *label = say(cx, mem_fmt(cx->mem, "since.%s", word));
    printf("%s: %s, %s\n", ref, label, in_short(cx, at));
    print_clocks(cx, p, s);
    return true;
}

/* ---- record ---- */

/* What the inspectorate asks to publish is linked to a complaint, and to nothing else (MIC-13.5d2). */
static bool is_complaint(struct context *cx, const char *ref, struct err *err)
{
    bool yes = false;
    return store_is_restricted(cx->house->store, ref, &yes, err) &&
           (yes || err_set(err, ERR_NO, "--about '%s': not a complaint or denunciation", ref));
}

/* LS-9.3: two days for a document of one's own, ten for that of another. */
static bool read_issuer(struct context *cx, enum issuer *ret, struct err *err)
{
    const char *word = args_value(cx, "--issuer", "");
    *ret = str_eq(word, "own") ? ISSUER_OWN : str_eq(word, "other") ? ISSUER_OTHER : ISSUER_ANY;
    return !*word || *ret != ISSUER_ANY || err_set(err, ERR_USAGE, "--issuer '%s': own or other", word);
}

static bool run_record(struct context *cx, struct err *err)
{
    struct event event = {.name = "record",
                          .ground = "",
                          .hold = "",
                          .reason = args_value(cx, "--reason", ""),
                          .about = args_value(cx, "--about", NULL)};
    const char *at = args_value(cx, "--at", NULL), *ref = args_word(cx);
    struct actor actor;
    struct plan *plan;
    event.word = ref ? args_word(cx) : NULL;
    if (!read_issuer(cx, &event.issuer, err) || !args_need(cx, ref, "REF", err) ||
        !args_need(cx, event.word, "WORD", err) || !args_need(cx, at, "--at TIME", err) ||
        !args_done(cx, err))
        return false;
    if (!when_parse_rfc3339(at, &event.at))
        return err_set(err, ERR_USAGE, "--at '%s': not a time like 2026-11-21T08:30:00+07:00", at);
    return actor_of(cx, &actor, err) && (!event.about || is_complaint(cx, event.about, err)) &&
           act(cx->house, cx->mem, ref, &event, &actor, &plan, err) &&
           print_done(cx, ref, event.word, when_rfc3339(cx->mem, event.at), plan, err);
}

/* ---- interim ---- */

static bool run_interim(struct context *cx, struct err *err)
{
    struct interim_wish wish = {.to = args_value(cx, "--to", ""), .reason = args_value(cx, "--reason", "")};
    const char *until = args_value(cx, "--until", NULL), *ref = args_word(cx);
    struct actor actor;
    struct plan *plan;
    int64_t day;
    if (!args_need(cx, ref, "REF", err) || !args_need(cx, until, "--until DATE", err) ||
        !args_done(cx, err))
        return false;
    if (strlen(until) != 10 || !when_parse_rfc3339(until, &day))
        return err_set(err, ERR_USAGE, "--until '%s': not a date like 2026-11-30", until);
    wish.until = day + DAY - 1;
    if (wish.until < clock_now())
        return err_set(err, ERR_USAGE, "--until '%s': it has passed", until);
    return actor_of(cx, &actor, err) && act_interim(cx->house, cx->mem, ref, &wish, &actor, &plan, err) &&
           print_done(cx, ref, "promised", when_rfc3339(cx->mem, wish.until), plan, err);
}

const struct command cmd_record = {"record", NEED_ACT, run_record};
const struct command cmd_interim = {"interim", NEED_ACT, run_interim};
