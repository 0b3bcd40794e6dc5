/* Random people do random things to random cases under the four shipped profiles, and an oracle that was
 * written from the regulations, not from the desk, looks at every publication: was it approved by whom the
 * institution demands, for exactly these bytes, by people who did not write them, with the leader's word
 * where it is needed, with nothing held, not before its time? The desk decides; effects of its plans are
 * applied to a case in memory, as the store would.
 *
 * BBT_PROPERTY=N runs N sequences (20,000 without; `make stress` 200,000). The mutants at the end take one
 * wall away each, and the oracle must notice every one of them. */
#include "property_world.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* ---- mutants: each takes one wall away, by hiding from the desk what it would look at ---- */

enum mutant {
    HONEST,
    BLIND_TO_HOLDS,
    BLIND_TO_AUTHORS,
    CONTENT_NOT_BOUND,
    ONE_LOGIN_IS_MANY,
    WORD_NOT_NEEDED,
    BLIND_TO_FLAGS,
    BLIND_TO_TIME,
    ONE_IS_ENOUGH,
    CONSENT_OF_ONE,
    BLIND_TO_NEW_WORDS,
    ONCE_PASSED_IS_PASSED,
    BLIND_TO_VOICES,
    MUTANTS
};

static struct submission as_seen(struct world *w, enum mutant m, struct actor *a)
{
    struct submission s = w->s;
    if (m == BLIND_TO_HOLDS)
        s.n_holds = 0;
    if (m == BLIND_TO_AUTHORS)
        s.n_authors = 0, s.from = "";
    if (m == ONE_LOGIN_IS_MANY)
        a->trial = true;
    if (m == WORD_NOT_NEEDED)
        s.verdict = "accept",
        s.n_holds = w->b.holds.n && submission_is_held_for(&s, "confirmation") ? 0 : s.n_holds;
    if (m == BLIND_TO_FLAGS)
        s.n_flags = 0;
    if (m == BLIND_TO_VOICES)
        s.n_voices = 0;
    if (m == BLIND_TO_TIME)
        s.scheduled = 0;
    if (m == ONCE_PASSED_IS_PASSED)
        s.n_let_pass = 0;
    if (m == CONTENT_NOT_BOUND) {
        struct approval *all = mem_array(w->mem, struct approval, s.n_approvals + 1);
        for (size_t i = 0; i < s.n_approvals; i++) {
            all[i] = s.approvals[i];
            all[i].content_hash = s.content_hash;
        }
        s.approvals = all;
    }
    return s;
}

static struct profile mutated(void *mem, const struct profile *p, enum mutant m)
{
    struct profile q = *p;
    if (m == ONE_IS_ENOUGH) { /* `each` reads as "one of" */
        q.tracks = mem_array(mem, struct track, p->n_tracks);
        for (size_t i = 0; i < p->n_tracks; i++) {
            struct approval_rule *rules =
                mem_array(mem, struct approval_rule, p->tracks[i].n_approvals + 1);
            q.tracks[i] = p->tracks[i];
            for (size_t k = 0; k < p->tracks[i].n_approvals; k++) {
                rules[k] = p->tracks[i].approvals[k];
                rules[k].each = false;
                rules[k].people = 1;
            }
            q.tracks[i].approvals = rules;
        }
    }
    if (m == BLIND_TO_NEW_WORDS) {
        q.flags = mem_array(mem, struct flag_rule, p->n_flags);
        for (size_t i = 0; i < p->n_flags; i++) {
            q.flags[i] = p->flags[i];
            q.flags[i].words.n = 0;
        }
    }
    if (m == CONSENT_OF_ONE) {
        q.releases = mem_array(mem, struct release_rule, p->n_releases);
        for (size_t i = 0; i < p->n_releases; i++) {
            q.releases[i] = p->releases[i];
            q.releases[i].people = 1;
        }
    }
    return q;
}

static void act(struct world *w, const struct profile *p, enum mutant m, const char *name)
{
    const struct who *by = &people[rnd(PEOPLE)];
    struct actor actor = {.user = by->user, .login = by->login, .roles = by->roles, .trial = w->b.trial};
    struct event ev = random_event(w, name);
    struct submission seen = as_seen(w, m, &actor);
    struct plan *plan = desk_step(w->mem, &seen, &ev, &actor, p, w->now);
    if (!plan->refused)
        apply(w, plan, by);
}

/* Where one voice is demanded another unit speaks of the same issue now and then. */
static void begin_voices(struct world *w)
{
    if (str_eq(w->b.profile, "bca") && chance(20))
        other_speaks(w);
}

/* Runs sequences until one goes wrong; NULL when none did. */
static const char *run(const struct profile *const *profiles, size_t n_profiles, size_t n, enum mutant m,
                       size_t *published, size_t *flagged)
{
    for (size_t i = 0; i < n; i++) {
        _cleanup_mem_ void *mem = mem_new();
        struct world w;
        const struct profile *honest = profiles[i % n_profiles];
        seed = UINT64_C(0x9e3779b97f4a7c15) * (i + 1) + 7;
        begin(&w, mem, honest);
        struct profile p = mutated(mem, honest, m);
        begin_voices(&w);
        for (int k = 0; k < STEPS && !w.wrong; k++)
            if (chance(8))
                outside(&w);
            else if (w.b.other && chance(5))
                other_speaks(&w);
            else
                act(&w, &p, m, w.b.other && chance(10) ? "topic-seen" : random_name());
        published[i % n_profiles] += w.published;
        flagged[i % n_profiles] += w.flagged;
        if (w.wrong) {
            if (m == HONEST)
                print_error("sequence %zu (%s): %s\n", i, honest->name, w.wrong);
            return mem_str(NULL, w.wrong);
        }
    }
    return NULL;
}

static void test_no_publication_without_what_the_profile_demands(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *profiles[ARRAY_LEN(shipped)];
    const char *wanted = getenv("BBT_PROPERTY");
    size_t n = wanted ? strtoul(wanted, NULL, 10) : 20000;
    size_t published[ARRAY_LEN(shipped)] = {0}, flagged[ARRAY_LEN(shipped)] = {0};
    (void)state;
    load_all(mem, profiles);
    assert_null(run(profiles, ARRAY_LEN(shipped), n, HONEST, published, flagged));
    for (size_t i = 0; i < ARRAY_LEN(shipped); i++) {
        print_message("%s: %zu publications, %zu of them flagged, in %zu sequences\n", shipped[i],
                      published[i], flagged[i], n / ARRAY_LEN(shipped));
        assert_true(published[i] > n / 400);
        assert_true(flagged[i] > n / 4000);
    }
}

static void test_every_mutant_is_caught(void **state)
{
    static const char *const names[MUTANTS] = {
        "",         "holds", "authors",    "content", "login",     "leader's word",
        "flags",    "time",  "two people", "consent", "new words", "what was let pass",
        "one voice"};
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *profiles[ARRAY_LEN(shipped)];
    size_t ignored[ARRAY_LEN(shipped)] = {0};
    (void)state;
    load_all(mem, profiles);
    for (enum mutant m = HONEST + 1; m < MUTANTS; m++) {
        const char *wrong = run(profiles, ARRAY_LEN(shipped), 20000, m, ignored, ignored);
        if (!wrong)
            fail_msg("the desk without the wall '%s' was not caught", names[m]);
        print_message("without %s: %s\n", names[m], wrong);
        talloc_free((void *)(uintptr_t)wrong);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_publication_without_what_the_profile_demands),
        cmocka_unit_test(test_every_mutant_is_caught)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
