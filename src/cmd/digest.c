/* digest.c: `digest complaints`: the weekly letter to the inspectorate (MIC-13.5d1), one per (recipient,
 * week). Composed from what is in no digest yet, recorded and queued in one transaction; `send` carries it.
 *
 * Without --week all weeks are made that are over and were not: after two weeks offline that is two
 * letters, and each says which week. What accuses the inspectorate goes to the alternate, who hears nothing
 * of weeks without such a letter (A35). With keys, names travel in a sealed file only. */
#include "desk/digest.h"
#include "cmd/cmd.h"
#include "desk/step.h"
#include "mail/address.h"
#include "sealing.h"
#include "sys/clock.h"
#include "sys/seal.h"

#define WEEK         (7 * 86400)
#define WEEKS_MISSED 520 /* made at once, at most */

struct recipient {
    const char *address, *other;
    bool alternate; /* gets what accuses the inspectorate, and no empty weeks */
};

static const char *label(const void *arg, const char *key)
{
    return catalog_text(arg, key);
}

/* A week that still runs is refused: its digest would miss letters. */
static bool set_week(struct digest_input *in, const char *week, bool dry, struct err *err)
{
    if (!when_week_span(week, &in->from, &in->until))
        return err_set(err, ERR_USAGE, "--week '%s': not an ISO week like 2026-W47", week);
    if (in->until > clock_now() && !dry)
        return err_set(err, ERR_NO, "digest of week '%s': the week is not over; look at it with --dry-run",
                       week);
    in->period = week;
    in->date = in->until;
    return true;
}

static bool address_it(const struct house *h, const struct recipient *to, struct digest_input *in,
                       struct err *err)
{
    const char *at = strchr(h->conf->from[0] ? h->conf->from : h->profile->mailbox, '@');
    in->recipient = to->address;
    in->institution = h->profile->institution;
    in->domain = at ? at + 1 : "localhost";
    in->label = label;
    in->label_arg = h->catalog;
    in->sealed = sealing_on(h);
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

/* ---- what goes with it ---- */

static bool add_sealed(struct context *cx, const char *ref, struct str *bundle, bool *ret_any,
                       struct err *err)
{
    const char *both[] = {"record", "letter"};
    const struct str_list wanted = {both, cx->house->profile->digest_originals ? 2 : 1};
    struct store_sealed *rows;
    size_t n;
    if (!store_sealed_of(cx->house->store, cx->mem, ref, &rows, &n, err))
        return false;
    *ret_any = n > 0;
    for (size_t i = 0; i < n; i++) {
        char *bytes;
        size_t size;
        if (!sealing_read(cx->house, cx->mem, &rows[i], &bytes, &size, err) ||
            !seal_excerpt(bytes, size, &wanted, bundle, err))
            return false;
        talloc_free(bytes);
    }
    return true;
}

static bool add_original(struct context *cx, const struct submission *s, struct digest_input *in,
                         struct err *err)
{
    for (size_t i = 0; i < s->n_receipts; i++) {
        _cleanup_close_ int fd = -1;
        struct str out = str_new(cx->mem);
        char buf[65536];
        ssize_t n;
        if (!spool_open_raw(cx->house->spool, s->receipts[i].entry, &fd, err))
            return false;
        while ((n = read(fd, buf, sizeof buf)) > 0)
            str_addn(&out, buf, (size_t)n);
        if (n < 0)
            return err_errno(err, "read letter '%s'", s->receipts[i].entry);
        *mem_append(cx->mem, in->originals, in->n_originals) =
            (struct plan_attachment){.name = mem_fmt(cx->mem, i ? "%s.%zu.eml" : "%s.eml", s->ref, i + 1),
                                     .type = "message/rfc822",
                                     .bytes = out.n ? out.s : "",
                                     .n = out.n};
    }
    return true;
}

/* A case that is not sealed in a house with keys (they are new, or its letter could not be sealed yet): its
 * names are sealed for the way all the same. */
static bool add_plain(struct context *cx, const char *ref, struct digest_input *in, struct str *bundle,
                      struct err *err)
{
    const char *both[] = {"record", "letter"};
    const struct str_list wanted = {both, cx->house->profile->digest_originals ? 2 : 1};
    struct submission *s;
    const char *bytes;
    size_t n;
    if (!in->sealed && !cx->house->profile->digest_originals)
        return true;
    if (!store_submission(cx->house->store, cx->mem, ref, &s, err))
        return false;
    if (!in->sealed)
        return add_original(cx, s, in, err);
    return sealing_now(cx->house, cx->mem, s, &bytes, &n, err) &&
           seal_excerpt(bytes, n, &wanted, bundle, err);
}

static bool enclose(struct context *cx, struct digest_input *in, struct err *err)
{
    struct str bundle = str_new(cx->mem);
    for (size_t i = 0; i < in->n_items; i++) {
        const char *ref = in->items[i].ref;
        bool sealed = false;
        if (!add_sealed(cx, ref, &bundle, &sealed, err) ||
            (!sealed && !add_plain(cx, ref, in, &bundle, err)))
            return false;
    }
    in->bundle = bundle.s;
    in->n_bundle = bundle.n;
    return store_journal_before(cx->house->store, cx->mem, in->until, &in->journal, err);
}

/* ---- one digest ---- */

static bool take_items(struct context *cx, const struct recipient *to, struct digest_input *in,
                       struct err *err)
{
    struct digest_item *items;
    if (!store_digest_items(cx->house->store, cx->mem, in->recipient, in->period, in->from, in->until,
                            to->alternate, &items, &in->n_items, err))
        return false;
    in->items = items;
    return true;
}

/* The inspectorate has another address since: what came in that week went to the old one, and the new one
 * must not be told that nothing came. */
static bool went_elsewhere(struct context *cx, const struct recipient *to, const struct digest_input *in,
                           bool *ret, struct err *err)
{
    struct store_ledger *l;
    size_t n;
    *ret = false;
    if (to->alternate || in->n_items)
        return true;
    if (!store_ledgers(cx->house->store, cx->mem, &l, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        *ret = *ret || (str_eq(l[i].period, in->period) && !str_eq(l[i].recipient, in->recipient) &&
                        !str_eq(l[i].recipient, to->other));
    return true;
}

/* Choosing the items, the ledger, the letter and the moves are one transaction. */
static bool make_digest(struct context *cx, const struct recipient *to, struct digest_input *in,
                        struct err *err)
{
    struct store *store = cx->house->store;
    bool is_new = false, elsewhere = false;
    if (!store_begin(store, err))
        return false;
    if (!take_items(cx, to, in, err) || !enclose(cx, in, err) ||
        !went_elsewhere(cx, to, in, &elsewhere, err) ||
        ((in->n_items || !to->alternate) && !elsewhere && !record(cx, in, &is_new, err)) ||
        !store_commit(store, err)) {
        store_rollback(store);
        return false;
    }
    return (to->alternate && !is_new) || print_digest(cx, in, is_new ? "queued" : "already");
}

static bool one_digest(struct context *cx, const struct recipient *to, const char *week, bool dry,
                       struct err *err)
{
    struct digest_input in = {0};
    if (!set_week(&in, week, dry, err) || !address_it(cx->house, to, &in, err))
        return false;
    if (!dry)
        return make_digest(cx, to, &in, err);
    return take_items(cx, to, &in, err) && ((to->alternate && !in.n_items) || print_digest(cx, &in, "dry"));
}

/* ---- which ---- */

/* The first week that is over and has no digest of this recipient, after the last that has one. */
static bool first_missing(struct context *cx, const char *recipient, int64_t *ret_at, struct err *err)
{
    struct store_ledger *ledgers;
    size_t n;
    int64_t last = clock_now() - WEEK, from, until, latest = WHEN_NONE;
    if (!store_ledgers(cx->house->store, cx->mem, &ledgers, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (str_eq(ledgers[i].recipient, recipient) && when_week_span(ledgers[i].period, &from, &until) &&
            from > latest)
            latest = from;
    *ret_at = latest == WHEN_NONE || latest + WEEK > last ? last : latest + WEEK;
    if (last - *ret_at > (int64_t)WEEKS_MISSED * WEEK)
        *ret_at = last - (int64_t)WEEKS_MISSED * WEEK;
    return true;
}

static bool digests_for(struct context *cx, const struct recipient *to, const char *week, bool dry,
                        struct err *err)
{
    int64_t at, last = clock_now() - WEEK;
    if (week)
        return one_digest(cx, to, week, dry, err);
    if (!first_missing(cx, to->address, &at, err))
        return false;
    const char *until = when_iso_week(cx->mem, last);
    for (bool done = false; !done; at += WEEK) {
        week = when_iso_week(cx->mem, at);
        done = at >= last || str_eq(week, until);
        if (!one_digest(cx, to, week, dry, err))
            return false;
    }
    return true;
}

static bool run_digest(struct context *cx, struct err *err)
{
    const struct house *h = cx->house;
    const char *what = args_word(cx), *week = args_value(cx, "--week", NULL);
    bool dry = args_flag(cx, "--dry-run");
    size_t sealed;
    const char *conf = h->conf->inspectorate, *other = h->conf->alternate;
    const char *first = *conf ? conf : h->profile->inspectorate,
               *second = *other ? other : h->profile->alternate;
    const struct recipient to = {first, second, false}, alternate = {second, first, true};
    if (!str_eq(what, "complaints"))
        return args_one_of(cx, what, "complaints", err);
    if (!args_done(cx, err) || !sealing_sweep(cx->house, &sealed, err))
        return false;
    return digests_for(cx, &to, week, dry, err) &&
           (!*alternate.address || digests_for(cx, &alternate, week, dry, err));
}

const struct command cmd_digest = {
    "digest", NEED_HOUSE | NEED_RULES | NEED_SPOOL | NEED_STORE | NEED_LETTERS, run_digest};
