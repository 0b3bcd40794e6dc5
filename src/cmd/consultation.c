/* consultation.c: `consultation REF` shows the window of a draft's consultation, `--from T --to T --reason
 * TEXT` sets it, `--bundle DIR` writes what was said; `consultation --run` makes known what has begun or
 * ended (bbt run does it by itself). A day given as the end counts whole. */
#include "cmd/cmd.h"
#include "consult.h"
#include "store/consultations.h"
#include "sys/clock.h"

#define DAY 86400

static bool run_due(struct context *cx, struct err *err)
{
    size_t n;
    if (!args_done(cx, err) || !consult_due(cx->house, &n, err))
        return false;
    if (n)
        return build_site(cx, err);
    if (cx->json)
        print_json(json_pack("{s:i}", "turned", 0));
    return true;
}

static void print_one(struct context *cx, const struct consultation *c)
{
    const char *phase = consultation_phase_name(consultation_phase(c, clock_now()));
    const char *address = consultation_address(cx->mem, cx->house->profile->mailbox, c->ref);
    if (cx->json) {
        print_json(json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:I, s:I, s:s}", "submission", c->ref,
                             "opens", when_rfc3339(cx->mem, c->opens), "closes",
                             when_rfc3339(cx->mem, c->closes), "phase", phase, "address", address, "opened",
                             (int)(c->opened != WHEN_NONE), "closed", (int)(c->closed != WHEN_NONE),
                             "comments", (json_int_t)c->comments, "late", (json_int_t)c->late, "set_by",
                             c->user));
        return;
    }
    printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "consultation.line", "ref", c->ref, "opens",
                               when_short(cx->mem, c->opens), "closes", when_short(cx->mem, c->closes),
                               "phase", say(cx, mem_fmt(cx->mem, "consultation.%s", phase)), NULL));
    printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "consultation.comments", "comments",
                               mem_fmt(cx->mem, "%lld", (long long)c->comments), "late",
                               mem_fmt(cx->mem, "%lld", (long long)c->late), "address", address, NULL));
}

static bool show(struct context *cx, const char *ref, struct err *err)
{
    struct consultation *c;
    struct submission *s;
    if (!find_case(cx, ref, &s, err) || !store_consultation(cx->house->store, cx->mem, ref, &c, err))
        return false;
    if (!c)
        return err_set(err, ERR_NO, "'%s': %s", ref, say(cx, "consultation.none"));
    print_one(cx, c);
    return true;
}

static bool parse_time(const char *option, const char *text, bool end, int64_t *ret, struct err *err)
{
    if (!when_parse_rfc3339(text, ret))
        return err_set(err, ERR_USAGE,
                       "%s '%s': not a day like 2026-11-23 or a time like 2026-11-23T08:00:00+07:00",
                       option, text);
    if (end && strlen(text) == strlen("2026-11-23"))
        *ret += DAY;
    return true;
}

static bool set(struct context *cx, const char *ref, const char *from, const char *to, const char *reason,
                struct err *err)
{
    struct actor actor;
    int64_t opens, closes;
    if (!args_need(cx, from, "--from TIME", err) || !args_need(cx, to, "--to TIME", err))
        return false;
    return parse_time("--from", from, false, &opens, err) && parse_time("--to", to, true, &closes, err) &&
           actor_of(cx, &actor, err) &&
           consult_set(cx->house, cx->mem, ref, opens, closes, reason, &actor, err) && show(cx, ref, err);
}

/* Comments carry names and addresses of citizens: who took them is in the journal. */
static bool bundle(struct context *cx, const char *ref, const char *dir, struct err *err)
{
    struct actor actor;
    size_t n;
    if (!actor_of(cx, &actor, err) || !consult_bundle(cx->house, cx->mem, ref, dir, &actor, &n, err) ||
        !store_note(cx->house->store, ref, &actor, "NOTE", "key=consultation-bundle", clock_now(), err))
        return false;
    if (cx->json)
        print_json(json_pack("{s:s, s:s, s:i}", "submission", ref, "bundle", dir, "comments", (int)n));
    else
        printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "consultation.bundled", "ref", ref, "n",
                                   mem_fmt(cx->mem, "%zu", n), "dir", dir, NULL));
    return true;
}

static bool run_consultation(struct context *cx, struct err *err)
{
    if (args_flag(cx, "--run"))
        return run_due(cx, err);
    const char *from = args_value(cx, "--from", NULL), *to = args_value(cx, "--to", NULL);
    const char *reason = args_value(cx, "--reason", ""), *dir = args_value(cx, "--bundle", NULL);
    const char *ref = args_word(cx);
    if (!args_need(cx, ref, "REF", err) || !args_done(cx, err))
        return false;
    if (dir)
        return bundle(cx, ref, dir, err);
    return from || to ? set(cx, ref, from, to, reason, err) : show(cx, ref, err);
}

const struct command cmd_consultation = {
    "consultation", NEED_HOUSE | NEED_RULES | NEED_STORE | NEED_LETTERS | NEED_TOKENS | NEED_SPOOL,
    run_consultation};
