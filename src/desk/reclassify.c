/* reclassify.c: a person says what a case is (CL-8). By content, not by title (TT 05/2021 art. 6).
 *
 * Kind, category, track and rights change together: what becomes a complaint or a denunciation is from that
 * moment for inspector and chief only. It is proposed to whom it would have been at receipt. Its clocks
 * end, and those of the new kind run from the receipt, for the sender's right does not depend on our
 * mistake (DL-7). The doubt about the kind is settled; a complaint waits for no leader's word, and what is
 * to be published from an account that is no unit's waits for it again (MIC-13.1a).
 *
 * Refuses to take anything out of the inspector's hands by somebody else, and what is on the portal: that
 * is withdrawn first. */
#include "desk/reclassify.h"
#include "desk/clocks.h"
#include "desk/field_holds.h"
#include "desk/flag.h"
#include "desk/reroute.h"

#define MAY                                                                                                \
    (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_SECRETARY | ROLE_EDITOR | ROLE_INSPECTOR)

struct refused {
    const char *key, *detail;
};

static struct refused cannot(const struct submission *s, const struct event *ev, const struct kind *kind,
                             const struct actor *actor)
{
    if (!(actor->roles & MAY))
        return (struct refused){"not-allowed-role", ev->name};
    if (!kind)
        return (struct refused){"unknown-kind", ev->kind ? ev->kind : ""};
    if (str_eq(kind->id, s->kind))
        return (struct refused){"same-kind", kind->label};
    if (s->on_portal)
        return (struct refused){"published", s->ref};
    if (!*ev->reason)
        return (struct refused){"needs-reason", ev->name};
    return (struct refused){0};
}

/* On another track a case begins anew. */
static const char *state_on(const struct submission *s, const struct kind *kind,
                            const struct profile *profile)
{
    const struct track *track = profile_find_track(profile, kind->track);
    if (str_eq(kind->track, s->track))
        return s->state;
    return track ? track->start : "closed";
}

static void settle_holds(struct plan *p, const struct submission *s, const struct kind *kind)
{
    enum category was = CATEGORY_OTHER;
    bool for_citizens = category_is_citizens(kind->category),
         waits = submission_is_held_for(s, "confirmation");
    category_parse(s->category, &was);
    if (submission_is_held_for(s, "unsure"))
        plan_add(p, EFFECT_RELEASE)->key = "unsure";
    if (for_citizens && waits)
        plan_add(p, EFFECT_RELEASE)->key = "confirmation";
    if (!for_citizens && !waits && category_is_citizens(was) && !(s->authenticated && *s->sender_unit)) {
        struct effect *e = plan_add(p, EFFECT_HOLD);
        e->key = "confirmation";
        e->text = "";
        e->cite = "MIC-13.1a";
    }
}

/* Its unit does not come from the kind that it had. */
static bool keeps_unit(const struct submission *s, const struct profile *profile)
{
    const struct kind *was = profile_find_kind(profile, s->kind);
    return s->unit && *s->unit && !s->restricted && !(was && *was->to);
}

/* Whose it is by the rules of the new kind; between two a person picks. What is of a unit already, which
 * sent it or was given it, stays there, as at receipt. */
static void propose(struct plan *p, const struct submission *s, const struct event *ev,
                    const struct kind *kind, const struct profile *profile)
{
    bool restricted = category_is_restricted(kind->category);
    const struct routes routes = reroute(p, s, kind, ev->directory, profile, p->now);
    const char *unit = routes_unit(&routes, profile);
    if (!restricted && !*kind->to && keeps_unit(s, profile))
        unit = s->unit;
    if (!str_eq(unit, s->unit ? s->unit : ""))
        plan_add(p, EFFECT_ASSIGN)->to = mem_str(p, unit);
    if (!routes.recused || submission_is_held_for(s, "recusal"))
        return;
    struct effect *e = plan_add(p, EFFECT_HOLD);
    e->key = "recusal";
    e->text = routes.n ? mem_str(p, routes.v[0].to) : "";
    e->cite = "MIC-13.5d1";
}

/* What the reader saw in it counts once it is a document; it was none when it came. */
static void hold_as_document(struct plan *p, const struct submission *s, const struct event *ev,
                             const struct kind *kind, const struct profile *profile)
{
    bool becomes =
        kind->category == CATEGORY_DOCUMENT && !str_eq(s->category, category_name(CATEGORY_DOCUMENT));
    if (becomes && ev->document)
        hold_document(p, ev->document, profile);
}

static void exchange_clocks(struct plan *p, const struct submission *s, const struct kind *kind,
                            const struct profile *profile)
{
    struct submission then = *s;
    for (size_t i = 0; i < s->n_deadlines; i++) {
        const struct case_deadline *d = &s->deadlines[i];
        if (d->ended != WHEN_NONE)
            continue;
        struct effect *e = plan_add(p, EFFECT_DEADLINE_END);
        e->key = mem_str(p, d->rule);
        e->text = "reclassified";
        e->cite = mem_str(p, d->cite);
    }
    then.kind = kind->id;
    then.category = category_name(kind->category);
    clocks_begin(p, &then, "received", s->received, profile);
}

struct plan *reclassify(struct plan *p, const struct submission *s, const struct event *ev,
                        const struct actor *actor, const struct profile *profile)
{
    const struct kind *kind = ev->kind ? profile_find_kind(profile, ev->kind) : NULL;
    struct refused no = cannot(s, ev, kind, actor);
    if (no.key)
        return plan_refuse(p, no.key, no.detail);
    struct plan_reclassified *r = mem_zero(p, struct plan_reclassified);
    *r = (struct plan_reclassified){.category = category_name(kind->category),
                                    .track = mem_str(p, kind->track),
                                    .state = mem_str(p, state_on(s, kind, profile)),
                                    .restricted = category_is_restricted(kind->category)};
    struct effect *e = plan_add(p, EFFECT_RECLASSIFY);
    e->from = mem_str(p, s->kind);
    e->to = mem_str(p, kind->id);
    e->text = mem_str(p, ev->reason);
    e->cite = mem_str(p, kind->cite);
    e->reclassified = r;
    propose(p, s, ev, kind, profile);
    settle_holds(p, s, kind);
    hold_as_document(p, s, ev, kind, profile);
    if (s->scheduled && !str_eq(kind->track, s->track))
        plan_add(p, EFFECT_SCHEDULE)->key = ""; /* nobody approved it as what it is now */
    flag_new_category(p, s, r->category, profile);
    exchange_clocks(p, s, kind, profile);
    return p;
}
