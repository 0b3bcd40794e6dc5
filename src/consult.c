/* consult.c: see consult.h. What a letter names is looked up, never believed: a reference without a
 * consultation makes no comment. At the end nothing is thrown away: what is too big for a letter is fetched
 * with `bbt consultation REF --bundle DIR`. The turn of a consultation is one plan with one key, so two
 * daemons make it once. A draft that was approved and scheduled for the opening is published in that
 * minute, by the schedule and its guards; what was not approved is not published by a turn, and somebody is
 * told. */
#include "consult.h"
#include "act.h"
#include "store/consultations.h"
#include "sys/clock.h"
#include "sys/file.h"
#include <unistd.h>

#define ORIGINALS_MAX                                                                                      \
    (8u << 20) /* bytes of letters in one letter; mail servers refuse more than 10 to 25 MB */

bool consult_comment(struct house *h, const void *mem, const struct letter_report *r, const char *entry,
                     int64_t now, struct plan **ret_plan, struct err *err)
{
    struct consultation *c;
    struct submission *about;
    *ret_plan = NULL;
    if (*r->known->duplicate_of)
        return true;
    const char *ref = consultation_named(mem, r->letter, r->evidence, r->ruling, h->profile->mailbox);
    if (!*ref)
        return true;
    if (!store_consultation(h->store, mem, ref, &c, err))
        return false;
    if (!c)
        return true;
    if (!store_submission(h->store, mem, ref, &about, err))
        return false;
    *ret_plan = consultation_comment(mem, r->letter, r->facts, r->evidence, r->known, about, c, &h->notify,
                                     entry, now);
    return true;
}

static bool apply(struct house *h, const void *mem, struct plan *plan, struct err *err)
{
    return letters_render(mem, plan, h->letters, err) && act_apply(h, plan, err);
}

bool consult_set(struct house *h, const void *mem, const char *ref, int64_t opens, int64_t closes,
                 const char *reason, const struct actor *actor, struct err *err)
{
    struct submission *s;
    struct consultation *before;
    if (!store_submission(h->store, mem, ref, &s, err) ||
        !store_consultation(h->store, mem, ref, &before, err))
        return false;
    struct plan *p =
        consultation_set(mem, s, before, opens, closes, reason, actor, h->profile, clock_now());
    return p->refused ? act_refused(h, p, s, err) : apply(h, mem, p, err);
}

/* ---- the bundle ---- */

static const char *label(void *arg, const char *key)
{
    return catalog_text(arg, key);
}

static bool read_original(struct house *h, const void *mem, const char *entry, struct str *out,
                          struct err *err)
{
    _cleanup_close_ int fd = -1;
    char buf[65536];
    ssize_t n;
    *out = str_new(mem);
    if (!spool_open_raw(h->spool, entry, &fd, err))
        return false;
    while ((n = read(fd, buf, sizeof buf)) > 0)
        str_addn(out, buf, (size_t)n);
    return n == 0 || err_errno(err, "read letter '%s'", entry);
}

/* All of them or, when they are too much for a letter, none. */
static bool enclose(struct house *h, const void *mem, const struct comment *comments, size_t n,
                    struct plan_attachment **ret, size_t *ret_n, struct err *err)
{
    size_t bytes = 0;
    *ret = NULL;
    *ret_n = 0;
    for (size_t i = 0; i < n; i++) {
        struct str raw;
        if (!read_original(h, mem, comments[i].entry, &raw, err))
            return false;
        bytes += raw.n;
        if (bytes > ORIGINALS_MAX) {
            *ret_n = 0;
            return true;
        }
        *mem_append(mem, *ret, *ret_n) = (struct plan_attachment){.name = mem_fmt(mem, "%03zu.eml", i + 1),
                                                                  .type = "message/rfc822",
                                                                  .bytes = raw.n ? raw.s : "",
                                                                  .n = raw.n};
    }
    return true;
}

#define MAY_TAKE (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_SECRETARY | ROLE_EDITOR)

static bool may_take(struct house *h, const void *mem, const struct submission *s,
                     const struct actor *actor, struct err *err)
{
    const char *no = !(actor->roles & MAY_TAKE) ? "not-allowed-role" : s->restricted ? "restricted" : NULL;
    struct plan *p = plan_new(mem, "", s->ref, actor, clock_now());
    return !no || act_refused(h, plan_refuse(p, no, s->restricted ? s->ref : "consultation"), s, err);
}

bool consult_bundle(struct house *h, const void *mem, const char *ref, const char *dir,
                    const struct actor *actor, size_t *ret_n, struct err *err)
{
    struct comment *comments;
    struct submission *s;
    if (!store_submission(h->store, mem, ref, &s, err) || !may_take(h, mem, s, actor, err) ||
        !store_comments(h->store, mem, ref, &comments, ret_n, err))
        return false;
    if (file_exists(dir))
        return err_set(err, ERR_NO, "directory '%s': is there already", dir);
    const char *csv = consultation_csv(mem, comments, *ret_n, label, (void *)(uintptr_t)h->catalog);
    if (!file_make_dir(dir, 0700, err) ||
        !file_write(file_join(mem, dir, "comments.csv"), csv, strlen(csv), 0600, err))
        return false;
    for (size_t i = 0; i < *ret_n; i++) {
        _cleanup_mem_ void *one = mem_new();
        struct str raw;
        if (!read_original(h, one, comments[i].entry, &raw, err) ||
            !file_write(file_join(one, dir, mem_fmt(one, "%03zu.eml", i + 1)), raw.n ? raw.s : "", raw.n,
                        0600, err))
            return false;
    }
    return true;
}

/* ---- turns ---- */

static bool turn(struct house *h, const struct consultation *c, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct submission *s;
    struct comment *comments = NULL;
    struct plan_attachment *originals = NULL;
    size_t n = 0, n_originals = 0;
    int64_t now = clock_now();
    bool over = consultation_phase(c, now) == CONSULTATION_OVER;
    if (!store_submission(h->store, mem, c->ref, &s, err) ||
        (over && !store_comments(h->store, mem, c->ref, &comments, &n, err)) ||
        (over && !enclose(h, mem, comments, n, &originals, &n_originals, err)))
        return false;
    const char *csv = consultation_csv(mem, comments, n, label, (void *)(uintptr_t)h->catalog);
    return apply(h, mem, consultation_turn(mem, s, c, csv, originals, n_originals, &h->notify, now), err);
}

bool consult_due(struct house *h, size_t *ret_n, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct consultation *due;
    size_t n;
    if (!act_due(h, ret_n, err) || !store_consultations(h->store, mem, clock_now(), false, &due, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!turn(h, &due[i], err))
            return false;
        ++*ret_n;
    }
    return true;
}
