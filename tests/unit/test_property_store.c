/* The random cases of test_property.c through the real store: the desk sees what the store gives, the store
 * applies what the desk says, and after each step the two agree with the oracle's case in memory. Between
 * the steps somebody tries what no rule allows, past the desk: the database refuses it. */
#include "store_fixture.h"

#include "property_world.h"

#define SEQUENCES 400

static void open_it(struct fixture *f, struct world *w, unsigned n)
{
    struct plan *p = sample_plan(f, &(struct sample){.id = mem_fmt(w->mem, "p%u", n)}, NULL);
    struct submission *s = &p->opening->s;
    s->kind = w->s.kind;
    s->category = w->s.category;
    s->track = w->s.track;
    s->sender_unit = w->s.sender_unit;
    s->verdict = w->s.verdict;
    s->from = w->s.from;
    s->title = w->s.title;
    s->body = w->s.body;
    s->extra = "";
    s->content_hash = w->s.content_hash;
    s->holds = w->s.holds;
    s->n_holds = w->s.n_holds;
    for (size_t i = 0; i < w->s.n_flags; i++) {
        struct effect *e = plan_add(p, EFFECT_FLAG);
        e->key = w->s.flags[i].name;
        e->to = "raised";
        e->text = "words";
    }
    ok(store_apply(f->store, p, &f->err));
    w->s.ref = p->ref;
}

static void agree(struct fixture *f, const struct world *w)
{
    const struct submission *s = get_case(f, w->s.ref);
    assert_string_equal(s->state, w->s.state);
    assert_string_equal(s->content_hash, w->s.content_hash);
    assert_string_equal(s->verdict, w->s.verdict);
    assert_int_equal(s->n_holds, w->s.n_holds);
    assert_int_equal(s->n_flags, w->s.n_flags);
    assert_int_equal(s->n_consents, w->s.n_consents);
    assert_int_equal(s->scheduled, w->s.scheduled);
    size_t present = 0; /* the store gives the approvals of the present content only, each person's once */
    for (size_t i = 0; i < w->s.n_approvals; i++) {
        bool again = false;
        for (size_t k = 0; k < i; k++)
            again = again || (str_eq(w->s.approvals[k].user, w->s.approvals[i].user) &&
                              str_eq(w->s.approvals[k].content_hash, w->s.approvals[i].content_hash));
        present += !again && str_eq(w->s.approvals[i].content_hash, w->s.content_hash);
    }
    assert_int_equal(s->n_approvals, present);
}

static bool allowed_move(const struct world *w, const char *to)
{
    const struct track *t = profile_find_track(w->profile, w->s.track);
    for (size_t i = 0; i < t->n_transitions; i++)
        if (str_eq(t->transitions[i].from, w->s.state) && str_eq(t->transitions[i].to, to))
            return true;
    return str_eq(to, w->s.state);
}

/* A plan that no desk made. What the database lets through is rolled back; what it should not is an error.
 */
static void past_the_desk(struct fixture *f, struct world *w, unsigned n)
{
    static const char *const states[] = {"approved", "published", "received", "scheduled", "nonsense"};
    const char *to = states[rnd(ARRAY_LEN(states))];
    struct plan *p =
        plan_new(w->mem, mem_fmt(w->mem, "evil/%u/%u", n, rnd(1u << 30)), w->s.ref, &chief, w->now);
    bool publish = chance(50);
    struct effect *e = plan_add(p, publish ? EFFECT_PUBLISH : EFFECT_MOVE);
    e->from = "";
    e->to = publish ? w->s.content_hash : to;
    e->text = "";
    e->key = "evil";
    bool may = publish ? !w->b.holds.n && !w->b.forged &&
                             (!w->b.needs_word || w->b.confirmed_version == w->b.version) &&
                             some_valid(&w->b, ~0u)
                       : allowed_move(w, to);
    if (may)
        return;
    assert_false(store_apply(f->store, p, &f->err));
    f->err = (struct err){0};
}

static void one_step(struct fixture *f, struct world *w)
{
    const struct who *by = &people[rnd(PEOPLE)];
    struct actor actor = {.user = by->user, .login = by->login, .roles = by->roles, .trial = w->b.trial};
    struct event ev = random_event(w, random_name());
    struct submission *s = get_case(f, w->s.ref);
    struct plan *plan = desk_step(w->mem, s, &ev, &actor, w->profile, w->now);
    if (plan->refused)
        return;
    size_t kept = 0; /* letters are not rendered here */
    for (size_t i = 0; i < plan->n_effects; i++)
        if (plan->effects[i].kind != EFFECT_LETTER)
            plan->effects[kept++] = plan->effects[i];
    plan->n_effects = kept;
    if (!store_apply(f->store, plan, &f->err))
        fail_msg("%s: %s", ev.name, f->err.text);
    apply(w, plan, by);
}

static void the_store_does_what_the_desk_says_and_nothing_else(void **state)
{
    struct fixture *f = *state;
    const struct profile *profiles[ARRAY_LEN(shipped)];
    size_t published = 0;
    load_all(f->mem, profiles);
    for (unsigned i = 0; i < SEQUENCES; i++) {
        struct world w;
        void *mem = talloc_new(f->mem);
        seed = UINT64_C(0x9e3779b97f4a7c15) * (i + 1) + 11;
        ok(store_use_tracks(f->store, profiles[i * ARRAY_LEN(shipped) / SEQUENCES], &f->err));
        begin(&w, mem, profiles[i * ARRAY_LEN(shipped) / SEQUENCES]);
        ok(store_begin(f->store, &f->err));
        open_it(f, &w, i);
        for (int k = 0; k < STEPS && !w.wrong; k++) {
            if (chance(30))
                past_the_desk(f, &w, i);
            one_step(f, &w);
            agree(f, &w);
            if (chance(20))
                w.now += rnd(5000);
        }
        ok(store_commit(f->store, &f->err));
        if (w.wrong)
            fail_msg("sequence %u (%s): %s", i, w.profile->name, w.wrong);
        published += w.published;
    }
    print_message("%zu publications in %d sequences\n", published, SEQUENCES);
    assert_true(published > SEQUENCES / 20);
    assert_int_equal(ask(f, "SELECT count(*) FROM published WHERE withdrawn = 0"), (int64_t)published);
    assert_int_equal(count_faults(f), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(
        the_store_does_what_the_desk_says_and_nothing_else, fixture_setup, fixture_teardown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
