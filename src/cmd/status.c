/* status.c: is the house well? Exit 1 when something needs a person: a letter that intake could not apply,
 * a mailbox whose last poll failed, an outgoing letter that failed or may have been sent twice. */
#include "backup.h"
#include "cmd/matters.h"
#include "desk/calendar.h"
#include "store/backups.h"
#include "store/receipts.h"
#include "sys/clock.h"

#define WAITING_MAX 100000

struct status {
    struct spool_counts spool;
    struct store_count *counts;
    size_t n_counts;
    struct receipts_account *accounts;
    size_t n_accounts;
    struct store_ledger *ledgers;
    size_t n_ledgers;
    struct entry *waiting; /* spooled, not yet a case; the oldest WAITING_MAX */
    size_t n_waiting;
    int64_t overdue;
    int years[2]; /* whose days off are needed and not confirmed */
    size_t n_years;
    int64_t forged; /* letters of forged senders in the last 24 hours */
    struct backup_state backup;
    bool backup_late;
    const char *restored; /* when the backup was made, of a house nobody has looked through; else NULL */
    struct timer_matter *matters; /* what the clock says that a person must look at */
    size_t n_matters;
};

/* A few forgeries a day are life; more are an attack, and one alarm (SV-9). */
#define FORGED_ALARM 20

/* MIC-7.1a: two a week at least, and none older than four days. A house that is younger has had no time;
 * one for trying out has nothing to lose. */
#define BACKUP_OLD    (INT64_C(4) * 86400)
#define BACKUP_WEEK   (INT64_C(7) * 86400)
#define BACKUPS_LEAST 2

static bool backup_late(const struct context *cx, const struct status *s)
{
    int64_t now = clock_now(), age = s->backup.first ? now - s->backup.first : 0;
    if (cx->house->conf->trial)
        return false;
    return (age > BACKUP_OLD && now - s->backup.made > BACKUP_OLD) ||
           (age > BACKUP_WEEK && s->backup.in_week < BACKUPS_LEAST);
}

/* Whose letters wait. One that intake takes away meanwhile is simply not counted. */
static bool gather_waiting(struct context *cx, struct status *s, struct err *err)
{
    struct spool *spool = cx->house->spool;
    if (!spool_list(spool, cx->mem, "", WAITING_MAX, &s->waiting, &s->n_waiting, err))
        return false;
    for (size_t i = 0; i < s->n_waiting; i++) {
        struct err gone = {0};
        struct entry *e = &s->waiting[i];
        if (!spool_read_facts(spool, cx->mem, e->id, &e->facts, &gone))
            e->facts.account = "";
    }
    return true;
}

static size_t backlog_of(const struct status *s, const char *mailbox)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_waiting; i++)
        n += str_eq(s->waiting[i].facts.account, mailbox);
    return n;
}

/* Rules that are bad are no matter of this: `rules check` says so. */
static bool gather_years(struct context *cx, struct status *s, struct err *err)
{
    struct problems ignored = {0};
    const struct house *h = cx->house;
    const struct profile *p = house_load_profile(cx->mem, h->share, h->conf->profile, &ignored, err);
    const struct notify_rules rules = {.profile = p, .directory = h->directory};
    if (p)
        s->n_years = calendar_unconfirmed(&p->calendar, calendar_day_of(clock_now()), s->years);
    return !err->kind &&
           timers_matters(h->store, cx->mem, &rules, clock_now(), &s->matters, &s->n_matters, err);
}

static bool gather(struct context *cx, struct status *s, struct err *err)
{
    struct receipts *receipts;
    return spool_count(cx->house->spool, &s->spool, err) && gather_waiting(cx, s, err) &&
           store_backup_state(cx->house->store, cx->mem, clock_now(), &s->backup, err) &&
           store_forged_since(cx->house->store, clock_now() - 86400, &s->forged, err) &&
           gather_years(cx, s, err) && store_overdue(cx->house->store, clock_now(), &s->overdue, err) &&
           store_counts(cx->house->store, cx->mem, &s->counts, &s->n_counts, err) &&
           store_ledgers(cx->house->store, cx->mem, &s->ledgers, &s->n_ledgers, err) &&
           receipts_open(cx->mem, cx->house->dir, &receipts, err) &&
           receipts_accounts(receipts, cx->mem, &s->accounts, &s->n_accounts, err);
}

static const struct receipts_account *account_of(const struct status *s, const char *name)
{
    for (size_t i = 0; i < s->n_accounts; i++)
        if (str_eq(s->accounts[i].account, name))
            return &s->accounts[i];
    return NULL;
}

static int64_t count_of(const struct status *s, const char *what, const char *name)
{
    for (size_t i = 0; i < s->n_counts; i++)
        if (str_eq(s->counts[i].what, what) && str_eq(s->counts[i].name, name))
            return s->counts[i].n;
    return 0;
}

static size_t duties_overdue(const struct status *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_matters; i++)
        n += str_eq(s->matters[i].what, "duty-overdue") || str_eq(s->matters[i].what, "freshness");
    return n;
}

/* Letters that nothing will send: 0 where a server is named. */
static int64_t unsendable(const struct context *cx, const struct status *s)
{
    return cx->house->conf->smtp.set ? 0 : count_of(s, "outbox", "queued");
}

/* A house for trying out has nobody to write to: its letters may lie. */
static size_t needs_person(const struct context *cx, const struct status *s)
{
    size_t n =
        s->n_matters + s->spool.held + (s->forged >= FORGED_ALARM) + s->backup_late + (s->restored != NULL);
    n += !cx->house->conf->trial && unsendable(cx, s) > 0;
    for (size_t i = 0; i < s->n_accounts; i++)
        n += s->accounts[i].error && *s->accounts[i].error;
    for (size_t i = 0; i < s->n_counts; i++)
        if (str_eq(s->counts[i].what, "outbox") &&
            (str_eq(s->counts[i].name, "failed") || str_eq(s->counts[i].name, "unknown")))
            n += (size_t)s->counts[i].n;
    return n;
}

/* Are complaints closed to those who may read them, or do they lie open in this house? */
static void print_sealing(struct context *cx, const struct status *s)
{
    int64_t done = count_of(s, "sealed", "done"), waiting = count_of(s, "sealed", "waiting");
    const char *n = mem_fmt(cx->mem, "%lld", (long long)done);
    printf("%s: %s\n", say(cx, "status.sealing"),
           cx->house->conf->seal.set
               ? catalog_say(cx->mem, cx->house->catalog, "status.sealing.on", "n", n, NULL)
               : say(cx, "status.sealing.off"));
    if (waiting)
        printf("! %s\n", catalog_say(cx->mem, cx->house->catalog, "status.sealing.waits", "n",
                                     mem_fmt(cx->mem, "%lld", (long long)waiting), NULL));
}

static json_t *sealing_json(struct context *cx, const struct status *s)
{
    return json_pack("{s:b, s:I, s:I}", "keys", (int)cx->house->conf->seal.set, "sealed",
                     (json_int_t)count_of(s, "sealed", "done"), "waiting",
                     (json_int_t)count_of(s, "sealed", "waiting"));
}

static json_t *counts_json(const struct status *s, const char *what)
{
    json_t *o = json_object();
    for (size_t i = 0; i < s->n_counts; i++)
        if (str_eq(s->counts[i].what, what))
            json_object_set_new(o, s->counts[i].name, json_integer(s->counts[i].n));
    return o;
}

static json_t *mailboxes_json(struct context *cx, const struct status *s)
{
    json_t *a = json_array();
    for (size_t i = 0; i < cx->house->conf->n_mailboxes; i++) {
        const char *name = cx->house->conf->mailboxes[i].name;
        const struct receipts_account *r = account_of(s, name);
        bool polled = r && r->last_good != WHEN_NONE && r->last_good > 0;
        json_array_append_new(
            a, json_pack("{s:s, s:o, s:o, s:i, s:I, s:o}", "name", name, "last_good_poll",
                         polled ? json_string(when_rfc3339(cx->mem, r->last_good)) : json_null(), "cursor",
                         r && r->cursor && *r->cursor ? json_string(r->cursor) : json_null(), "backlog",
                         (int)backlog_of(s, name), "taken", (json_int_t)(r ? r->taken : 0), "error",
                         r && r->error && *r->error ? json_string(r->error) : json_null()));
    }
    return a;
}

static json_t *ledgers_json(struct context *cx, const struct status *s)
{
    json_t *a = json_array();
    for (size_t i = 0; i < s->n_ledgers; i++)
        json_array_append_new(a, json_pack("{s:s, s:s, s:I, s:s}", "recipient", s->ledgers[i].recipient,
                                           "period", s->ledgers[i].period, "items",
                                           (json_int_t)s->ledgers[i].items, "at",
                                           when_rfc3339(cx->mem, s->ledgers[i].at)));
    return a;
}

static json_t *alarms_json(const struct context *cx, const struct status *s)
{
    json_t *a = json_array();
    if (s->forged >= FORGED_ALARM)
        json_array_append_new(a,
                              json_pack("{s:s, s:I}", "what", "forged-burst", "n", (json_int_t)s->forged));
    if (s->backup_late)
        json_array_append_new(
            a, json_pack("{s:s, s:I}", "what", "backup-late", "n", (json_int_t)s->backup.in_week));
    if (s->restored)
        json_array_append_new(a, json_pack("{s:s, s:s}", "what", "restored", "made", s->restored));
    if (unsendable(cx, s))
        json_array_append_new(
            a, json_pack("{s:s, s:I}", "what", "no-smtp", "n", (json_int_t)unsendable(cx, s)));
    return a;
}

static json_t *backup_json(struct context *cx, const struct backup_state *b)
{
    if (!b->verified)
        return json_null();
    return json_pack("{s:s, s:s, s:s, s:I}", "path", utf8_printable(cx->mem, b->path), "made",
                     when_rfc3339(cx->mem, b->made), "verified", when_rfc3339(cx->mem, b->verified),
                     "in_seven_days", (json_int_t)b->in_week);
}

static json_t *years_json(const struct status *s)
{
    json_t *a = json_array();
    for (size_t i = 0; i < s->n_years; i++)
        json_array_append_new(a, json_integer(s->years[i]));
    return a;
}

static void print_status_json(struct context *cx, const struct status *s)
{
    const struct house *h = cx->house;
    print_json(json_pack(
        "{s:s, s:b, s:o, s:{s:i, s:i, s:i}, s:o, s:o, s:o, s:i, s:o, s:o, s:o, s:I, s:i, "
        "s:o, s:o, s:o, s:o, s:o, s:i}",
        "profile", h->conf->profile, "trial", (int)h->conf->trial, "mailboxes", mailboxes_json(cx, s),
        "spool", "waiting", (int)s->spool.waiting, "held", (int)s->spool.held, "done", (int)s->spool.done,
        "held", counts_json(s, "hold"), "open", counts_json(s, "state"), "outbox", counts_json(s, "outbox"),
        "overdue", (int)s->overdue, "unconfirmed_years", years_json(s), "digests", ledgers_json(cx, s),
        "last_backup", backup_json(cx, &s->backup), "schema_version",
        (json_int_t)store_schema_version(h->store), "needs_person", (int)needs_person(cx, s), "alarms",
        alarms_json(cx, s), "sealing", sealing_json(cx, s), "matters",
        matters_json(cx, s->matters, s->n_matters), "decisions", counts_json(s, "decision"), "scheduled",
        counts_json(s, "scheduled"), "duties_overdue", (int)duties_overdue(s)));
}

static void print_counts(struct context *cx, const struct status *s, const char *what, const char *group)
{
    for (size_t i = 0; i < s->n_counts; i++)
        if (str_eq(s->counts[i].what, what))
            printf("  %6lld  %s\n", (long long)s->counts[i].n,
                   say(cx, mem_fmt(cx->mem, "%s.%s", group, s->counts[i].name)));
}

static void print_group(struct context *cx, const struct status *s, const char *title, const char *what,
                        const char *group)
{
    bool any = false;
    for (size_t i = 0; i < s->n_counts; i++)
        any = any || str_eq(s->counts[i].what, what);
    printf("%s%s%s\n", say(cx, title), any ? "" : ": ", any ? "" : say(cx, "status.none"));
    print_counts(cx, s, what, group);
}

static void print_mailboxes(struct context *cx, const struct status *s)
{
    for (size_t i = 0; i < cx->house->conf->n_mailboxes; i++) {
        const char *name = cx->house->conf->mailboxes[i].name;
        const struct receipts_account *r = account_of(s, name);
        bool polled = r && r->last_good != WHEN_NONE && r->last_good > 0;
        printf("  %-16s %s%s%s\n", name,
               polled ? when_short(cx->mem, r->last_good) : say(cx, "status.never"),
               r && r->error && *r->error ? "  ! " : "",
               r && r->error ? utf8_printable(cx->mem, r->error) : "");
    }
}

static void print_status(struct context *cx, const struct status *s)
{
    const struct conf *conf = cx->house->conf;
    printf("%s: %s%s\n", say(cx, "status.profile"), conf->profile,
           conf->trial ? say(cx, "status.trial") : "");
    printf("%s\n", say(cx, "status.mailboxes"));
    print_mailboxes(cx, s);
    printf("%s: %zu / %zu / %zu\n", say(cx, "status.spool"), s->spool.waiting, s->spool.held,
           s->spool.done);
    print_group(cx, s, "status.open", "state", "state");
    print_group(cx, s, "status.holds", "hold", "held");
    print_group(cx, s, "status.outbox", "outbox", "outbox");
    printf("%s: %lld\n", say(cx, "status.overdue"), (long long)s->overdue);
    printf("%s: %zu\n", say(cx, "status.duties"), duties_overdue(s));
    print_sealing(cx, s);
    printf("%s: %s\n", say(cx, "status.backup"),
           s->backup.verified ? when_short(cx->mem, s->backup.made) : say(cx, "status.none"));
    if (s->n_matters)
        printf("%s: %zu\n", say(cx, "status.matters"), s->n_matters);
    print_matters(cx, s->matters, s->n_matters);
    if (s->backup_late)
        printf("! %s\n", say(cx, "status.backup-late"));
    if (s->restored)
        printf("! %s\n",
               catalog_say(cx->mem, cx->house->catalog, "status.restored", "made", s->restored, NULL));
    if (unsendable(cx, s))
        printf("! %s\n", catalog_say(cx->mem, cx->house->catalog, "status.no-smtp", "n",
                                     mem_fmt(cx->mem, "%lld", (long long)unsendable(cx, s)), NULL));
    if (s->spool.held)
        printf("! %s: %zu\n", say(cx, "status.held"), s->spool.held);
    for (size_t i = 0; i < s->n_years; i++)
        printf("! %s\n", catalog_say(cx->mem, cx->house->catalog, "year.needed", "year",
                                     mem_fmt(cx->mem, "%d", s->years[i]), NULL));
    if (s->forged >= FORGED_ALARM)
        printf("! %s\n", catalog_say(cx->mem, cx->house->catalog, "status.forged-burst", "n",
                                     mem_fmt(cx->mem, "%lld", (long long)s->forged), NULL));
    for (size_t i = 0; i < s->n_ledgers; i++)
        printf("%s: %s  %s  (%lld)\n", say(cx, "status.digest"), s->ledgers[i].recipient,
               s->ledgers[i].period, (long long)s->ledgers[i].items);
}

static bool run_status(struct context *cx, struct err *err)
{
    struct status s = {0};
    if (!args_done(cx, err) || !gather(cx, &s, err))
        return false;
    s.backup_late = backup_late(cx, &s);
    s.restored = backup_restored(cx->mem, cx->house->dir);
    if (cx->json)
        print_status_json(cx, &s);
    else
        print_status(cx, &s);
    size_t n = needs_person(cx, &s);
    return n == 0 || err_set(err, ERR_NO, "things that need a person: %zu; see: bbt status, bbt outbox", n);
}

const struct command cmd_status = {"status", NEED_HOUSE | NEED_SPOOL | NEED_STORE, run_status};
