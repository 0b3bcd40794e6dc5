/* Who may do what: every role at every event of every track of the four profiles, cell by cell, through
 * desk_step() on a case where nothing else is in the way. The golden file is for people to read and to
 * sign; BBT_UPDATE=1 writes it anew from the rules. */
#include "desk/accounts.h"
#include "desk/step.h"
#include "profiles.h"
#include <stdlib.h>

#define GOLDEN "tests/unit/data/matrix.tsv"
#define NOW    INT64_C(1795240800)

static const enum role roles[] = {ROLE_CHIEF,     ROLE_STANDING_DEPUTY, ROLE_DEPUTY,    ROLE_MEMBER,
                                  ROLE_SECRETARY, ROLE_EDITOR,          ROLE_INSPECTOR, ROLE_ADMIN,
                                  ROLE_VIEWER,    ROLE_SYSTEM};

static const struct kind *kind_of(const struct profile *p, const char *track)
{
    for (size_t i = 0; i < p->n_kinds; i++)
        if (str_eq(p->kinds[i].track, track))
            return &p->kinds[i];
    return NULL;
}

/* Received from somebody else, confirmed, approved by two other people, held for nothing. */
static struct submission *case_in(const void *mem, const struct profile *p, const struct track *t,
                                  const char *state, bool waits)
{
    struct submission *s = mem_zero(mem, struct submission);
    const struct kind *k = kind_of(p, t->name);
    bool secret = k && (k->category == CATEGORY_COMPLAINT || k->category == CATEGORY_DENUNCIATION);
    struct approval *two = mem_array(mem, struct approval, 2);
    char *hash = submission_whole_hash(mem, "title", "body", "");
    two[0] = (struct approval){
        .user = "first", .login = "first", .content_hash = hash, .at = NOW, .roles = ROLE_CHIEF};
    two[1] = (struct approval){.user = "second",
                               .login = "second",
                               .content_hash = hash,
                               .at = NOW,
                               .roles = ROLE_STANDING_DEPUTY};
    static struct author author[] = {{"writer", "writer"}};
    static struct hold unsure = {.reason = "unsure", .detail = ""},
                       word = {.reason = "confirmation", .detail = ""};
    *s = (struct submission){.ref = "BBT-2026-000001",
                             .version = 3,
                             .state = state,
                             .kind = k ? k->id : "",
                             .category = k ? category_name(k->category) : "other",
                             .track = t->name,
                             .unit = "",
                             .sender_unit = "CVT",
                             .authenticated = true,
                             .restricted = secret,
                             .verdict = "accept",
                             .from = "an@example.vn",
                             .from_name = "",
                             .subject = "title",
                             .message_id = "",
                             .title = "title",
                             .body = "body",
                             .extra = "",
                             .authors = author,
                             .n_authors = 1,
                             .content_hash = hash,
                             .letter_sha256 = "",
                             .received = NOW,
                             .opened = NOW,
                             .approvals = two,
                             .n_approvals = 2};
    if (waits) {
        s->holds = mem_array(mem, struct hold, 2);
        s->holds[0] = unsure;
        s->holds[1] = word;
        s->n_holds = 2;
    }
    return s;
}

/* "+" may; "." may not, by his role; else what else stood in the way. */
static const char *cell(const void *mem, const struct profile *p, const struct submission *s,
                        const struct transition *t, const char *name, enum role role)
{
    const struct actor actor = {.user = "actor", .login = "actor", .roles = role};
    const char *ground = t && t->grounds.n ? t->grounds.v[0] : p->n_grounds ? p->grounds[0].code : "";
    static const struct content_field origin = {"origin", "unit"};
    struct str_list todo = {0};
    bool edits = str_eq(name, "edit") || str_eq(name, "answer");
    str_list_add(mem, &todo, "photographs");
    struct event ev = {.name = name,
                       .body = edits ? "another body" : NULL,
                       .fields = str_eq(name, "check") ? &origin : NULL,
                       .n_fields = str_eq(name, "check"),
                       .todo = &todo,
                       .at = NOW + 86400,
                       .unit = "CVT",
                       .ground = t && t->needs_ground ? ground : "",
                       .reason = "reason",
                       .hold = str_eq(name, "release") ? "unsure" : "",
                       .how = "paper",
                       .by = "",
                       .evidence = "e",
                       .evidence_name = "e"};
    struct plan *plan = desk_step(mem, s, &ev, &actor, p, NOW);
    if (!plan->refused)
        return "+";
    return str_eq(plan->refused, "not-allowed-role") || str_eq(plan->refused, "restricted") ? "."
                                                                                            : plan->refused;
}

static void row(struct str *out, const void *mem, const struct profile *p, const struct track *k,
                const struct transition *t, const char *name)
{
    const char *state = t ? t->from : k->start;
    const struct submission *s = case_in(mem, p, k, state, !t);
    str_addf(out, "%s\t%s\t%s\t%s\t%s", p->name, k->name, t ? state : "*", name, t ? t->to : "-");
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        str_addf(out, "\t%s", cell(mem, p, s, t, name, roles[i]));
    str_addc(out, '\n');
}

static char *matrix(const void *mem)
{
    static const char *const free_events[] = {"note", "release", "confirm"};
    struct str out = str_new(mem);
    str_add(&out,
            "# Who may take which step: + may, . may not. A step of a track from one state to another, or\n"
            "# (state *) one that stands beside the tracks. Written by tests/unit/test_matrix.c.\n"
            "profile\ttrack\tstate\tevent\tto");
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        str_addf(&out, "\t%s", roles[i] == ROLE_SYSTEM ? "system" : role_name(roles[i]));
    str_addc(&out, '\n');
    for (size_t i = 0; i < ARRAY_LEN(shipped); i++) {
        const struct profile *p = load_profile(mem, shipped[i]);
        for (size_t k = 0; k < p->n_tracks; k++) {
            const struct track *t = &p->tracks[k];
            for (size_t e = 0; e < t->n_transitions; e++)
                row(&out, mem, p, t, &t->transitions[e], t->transitions[e].event);
            for (size_t e = 0; e < ARRAY_LEN(free_events); e++)
                row(&out, mem, p, t, NULL, free_events[e]);
        }
    }
    return out.s;
}

static char *golden(const void *mem)
{
    size_t n;
    return read_whole(mem, GOLDEN, &n);
}

static void every_cell_is_as_it_was_signed(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    char *now = matrix(mem);
    (void)state;
    if (getenv("BBT_UPDATE")) {
        FILE *f = fopen(GOLDEN, "w");
        assert_non_null(f);
        fputs(now, f);
        fclose(f);
    }
    char *old = golden(mem);
    for (char *a, *b; (a = strsep(&now, "\n")) && (b = strsep(&old, "\n"));)
        if (!str_eq(a, b)) {
            print_error("is:  %s\nwas: %s\n", a, b);
            fail();
        }
    assert_true(!now && !old);
}

/* The same cells against the rules' own lists of roles: nobody gets in by another door. */
static void a_step_is_for_those_whom_its_line_names(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    size_t cells = 0;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shipped); i++) {
        const struct profile *p = load_profile(mem, shipped[i]);
        for (size_t k = 0; k < p->n_tracks; k++)
            for (size_t e = 0; e < p->tracks[k].n_transitions; e++) {
                const struct transition *t = &p->tracks[k].transitions[e];
                const struct submission *s = case_in(mem, p, &p->tracks[k], t->from, false);
                for (size_t r = 0; r < ARRAY_LEN(roles); r++, cells++) {
                    const struct actor a = {.user = "a", .login = "a", .roles = roles[r]};
                    bool named = actor_has_any(&a, &t->roles),
                         may = str_eq(cell(mem, p, s, t, t->event, roles[r]), "+");
                    bool hidden = s->restricted && !actor_reads_restricted(&a);
                    if (may && (!named || hidden))
                        print_error("%s:%d: %s may %s\n", t->file, t->line, role_name(roles[r]), t->event);
                    assert_false(may && (!named || hidden));
                }
            }
    }
    assert_true(cells > 500);
}

/* WF-2: no admin, viewer or machine decides about content; nor an editor or secretary. */
static void who_never_decides(void **state)
{
    static const char *const deciding[] = {"approve", "refuse"};
    static const enum role never[] = {ROLE_ADMIN, ROLE_VIEWER, ROLE_SYSTEM};
    _cleanup_mem_ void *mem = mem_new();
    size_t seen = 0;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shipped); i++) {
        const struct profile *p = load_profile(mem, shipped[i]);
        for (size_t k = 0; k < p->n_tracks; k++)
            for (size_t e = 0; e < p->tracks[k].n_transitions; e++) {
                const struct transition *t = &p->tracks[k].transitions[e];
                const struct submission *s = case_in(mem, p, &p->tracks[k], t->from, false);
                bool decides = str_eq(t->event, deciding[0]) || str_eq(t->event, deciding[1]);
                seen += decides;
                for (size_t r = 0; decides && r < ARRAY_LEN(never); r++)
                    assert_string_not_equal(cell(mem, p, s, t, t->event, never[r]), "+");
            }
    }
    assert_true(seen >= 4);
}

/* ---- accounts: who may change which, who may hand over what */

static void accounts_rules(void **state)
{
    const struct actor admin = {.user = "adm", .login = "root", .roles = ROLE_ADMIN},
                       chief = {.user = "chief", .login = "chief", .roles = ROLE_CHIEF};
    const struct account own = {.user = "adm", .login = "root", .roles = ROLE_ADMIN},
                         mine_too = {.user = "second", .login = "root", .roles = 0},
                         other = {.user = "x", .login = "x", .roles = ROLE_EDITOR},
                         boss = {.user = "chief", .login = "chief", .roles = ROLE_CHIEF | ROLE_EDITOR},
                         gone = {.user = "chief", .login = "chief", .roles = ROLE_CHIEF, .disabled = true};
    struct account more = own, mixed = other, promoted = mine_too;
    struct delegation d = {.giver = "chief", .taker = "x", .since = 100, .until = 200};
    (void)state;
    more.roles |= ROLE_INSPECTOR;
    mixed.roles = ROLE_ADMIN | ROLE_DEPUTY;
    promoted.roles = ROLE_DEPUTY;
    assert_null(accounts_cannot_change(&admin, NULL, &other, false));
    assert_string_equal(accounts_cannot_change(&chief, NULL, &other, false), "not-allowed-role");
    assert_string_equal(accounts_cannot_change(&chief, NULL, &other, true), "not-allowed-role");
    assert_string_equal(accounts_cannot_change(&admin, &own, &more, false), "own-roles");
    assert_null(accounts_cannot_change(&admin, &more, &own, false)); /* fewer is his to choose */
    assert_string_equal(accounts_cannot_change(&admin, &mine_too, &promoted, false), "own-roles");
    assert_string_equal(accounts_cannot_change(&admin, &other, &mixed, false), "admin-decides");
    assert_null(accounts_cannot_change(&admin, &other, &mixed, true));
    assert_string_equal(accounts_cannot_disable(&admin, &own, 0), "last-admin");
    assert_null(accounts_cannot_disable(&admin, &own, 1));
    assert_string_equal(accounts_cannot_disable(&chief, &other, 1), "not-allowed-role");
    assert_null(accounts_cannot_delegate(&chief, &boss, &other, 100, 200, 50, false));
    assert_string_equal(accounts_cannot_delegate(&chief, &other, &boss, 100, 200, 50, false), "own-roles");
    assert_string_equal(accounts_cannot_delegate(&chief, &boss, &other, 100, 200, 200, false),
                        "bad-window");
    assert_string_equal(accounts_cannot_delegate(&chief, &boss, &other, 100, 100, 50, false), "bad-window");
    assert_string_equal(accounts_cannot_delegate(&chief, &boss, &own, 100, 200, 50, false),
                        "admin-decides");
    assert_string_equal(accounts_cannot_delegate(&chief, &gone, &other, 100, 200, 50, false),
                        "account-disabled");
    assert_int_equal(accounts_handed_over(&boss, &d, 99), 0);
    assert_int_equal(accounts_handed_over(&boss, &d, 100),
                     ROLE_CHIEF); /* the editor's is not handed over */
    assert_int_equal(accounts_handed_over(&boss, &d, 199), ROLE_CHIEF);
    assert_int_equal(accounts_handed_over(&boss, &d, 200), 0);
    assert_int_equal(accounts_handed_over(&gone, &d, 150), 0);
    d.ended = 150;
    assert_int_equal(accounts_handed_over(&boss, &d, 149), ROLE_CHIEF);
    assert_int_equal(accounts_handed_over(&boss, &d, 150), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_as_it_was_signed),
        cmocka_unit_test(a_step_is_for_those_whom_its_line_names),
        cmocka_unit_test(who_never_decides),
        cmocka_unit_test(accounts_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
