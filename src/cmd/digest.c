/* digest.c: `digest complaints`: the weekly letter to the inspectorate (MIC-13.5d1), one per (recipient,
 * week). Composed from what is in no digest yet, recorded and queued in one transaction; `send` carries it.
 */
#include "desk/digest.h"
#include "cmd/cmd.h"
#include "desk/step.h"
#include "mail/address.h"
#include "sys/clock.h"

static const char *label(const void *arg, const char *key)
{
    return catalog_text(arg, key);
}

/* The week that is over, unless one is named. A week that still runs is refused: its digest would miss
 * letters. */
static bool choose_week(struct context *cx, struct digest_input *in, bool dry, struct err *err)
{
    int64_t now = clock_now();
    const char *week = args_value(cx, "--week", when_iso_week(cx->mem, now - 7 * 86400));
    if (!when_week_span(week, &in->from, &in->until))
        return err_set(err, ERR_USAGE, "--week '%s': not an ISO week like 2026-W47", week);
    if (in->until > now && !dry)
        return err_set(err, ERR_NO, "digest of week '%s': the week is not over; look at it with --dry-run",
                       week);
    in->period = week;
    in->date = in->until;
    return true;
}

static bool address_it(const struct house *h, struct digest_input *in, struct err *err)
{
    const char *at = strchr(h->conf->from[0] ? h->conf->from : h->profile->mailbox, '@');
    in->recipient = *h->conf->inspectorate ? h->conf->inspectorate : h->profile->inspectorate;
    in->institution = h->profile->institution;
    in->domain = at ? at + 1 : "localhost";
    in->label = label;
    in->label_arg = h->catalog;
    if (!address_sendable(in->recipient))
        return err_set(
            err, ERR_CONF,
            "digest: no inspectorate to send it to; set: inspectorate ADDRESS in banbientap.conf");
    return true;
}

static bool print_digest(struct context *cx, const struct digest_input *in, const char *state)
{
    size_t late = 0;
    for (size_t i = 0; i < in->n_items; i++)
        late += in->items[i].late;
    if (cx->json)
        print_json(json_pack("{s:s, s:s, s:i, s:i, s:s}", "recipient", in->recipient, "period", in->period,
                             "items", (int)in->n_items, "late", (int)late, "state", state));
    else
        printf("%s\n", catalog_say(cx->mem, cx->house->catalog, mem_fmt(cx->mem, "digest.%s", state),
                                   "recipient", in->recipient, "period", in->period, "items",
                                   mem_fmt(cx->mem, "%zu", in->n_items), NULL));
    return true;
}

/* Each complaint of the digest is in the inspectorate's hands: the track's `digest` event, by the system.
 */
static bool forward_items(struct context *cx, const struct digest_input *in, struct err *err)
{
    const struct event event = {.name = "digest", .ground = "", .reason = in->period, .hold = ""};
    for (size_t i = 0; i < in->n_items; i++) {
        struct submission *s;
        if (!store_submission(cx->house->store, cx->mem, in->items[i].ref, &s, err))
            return false;
        struct plan *p = desk_step(cx->mem, s, &event, &actor_system, cx->house->profile, clock_now());
        if (!p->refused && !store_apply(cx->house->store, p, err))
            return false;
    }
    return true;
}

static bool record(struct context *cx, const struct digest_input *in, bool *ret_new, struct err *err)
{
    struct house *h = cx->house;
    struct plan *plan = plan_new(cx->mem, "digest", in->period, &actor_system, clock_now());
    struct plan_letter *letter = digest_letter(cx->mem, in);
    plan_add(plan, EFFECT_LETTER)->letter = letter;
    if (!letters_render(cx->mem, plan, h->letters, err) ||
        !store_digest_record(h->store, in->recipient, in->period, in->items, in->n_items, letter,
                             letters_from(h->letters), clock_now(), ret_new, err))
        return false;
    return !*ret_new || forward_items(cx, in, err);
}

static bool take_items(struct context *cx, struct digest_input *in, struct err *err)
{
    struct digest_item *items;
    if (!store_digest_items(cx->house->store, cx->mem, in->recipient, in->period, in->from, in->until,
                            &items, &in->n_items, err))
        return false;
    in->items = items;
    return true;
}

/* Choosing the items, the ledger, the letter and the moves are one transaction. */
static bool make_digest(struct context *cx, struct digest_input *in, struct err *err)
{
    struct store *store = cx->house->store;
    bool is_new = false;
    if (!store_begin(store, err))
        return false;
    if (!take_items(cx, in, err) || !record(cx, in, &is_new, err) || !store_commit(store, err)) {
        store_rollback(store);
        return false;
    }
    return print_digest(cx, in, is_new ? "queued" : "already");
}

static bool run_digest(struct context *cx, struct err *err)
{
    struct digest_input in = {0};
    const char *what = args_word(cx);
    bool dry = args_flag(cx, "--dry-run");
    if (!str_eq(what, "complaints"))
        return args_one_of(cx, what, "complaints", err);
    if (!choose_week(cx, &in, dry, err) || !args_done(cx, err) || !address_it(cx->house, &in, err))
        return false;
    if (!dry)
        return make_digest(cx, &in, err);
    return take_items(cx, &in, err) && print_digest(cx, &in, "dry");
}

const struct command cmd_digest = {"digest", NEED_HOUSE | NEED_RULES | NEED_STORE | NEED_LETTERS,
                                   run_digest};
