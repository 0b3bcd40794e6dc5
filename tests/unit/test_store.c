/* The store: plans become rows once, together, or not at all. */
#include "store_fixture.h"

#include <signal.h>
#include <sys/resource.h>

static void opens_and_reads_back(void **state)
{
    struct fixture *f = *state;
    const char *report, *by_entry;
    const char *ref = open_case(f, &(struct sample){.id = "one", .subject = "S", .body = "B"});
    assert_string_equal(ref, "BBT-2026-000001");
    struct submission *s = get_case(f, ref);
    assert_int_equal(s->version, 1);
    assert_string_equal(s->state, "received");
    assert_string_equal(s->body, "B");
    assert_string_equal(s->from_name, "An");
    assert_int_equal(s->n_receipts, 1);
    assert_string_equal(s->receipts[0].entry, "entry-one");
    ok(store_report(f->store, f->mem, ref, &report, &f->err));
    assert_string_equal(report, "{\"a\":1}");
    ok(store_entry_ref(f->store, f->mem, "entry-one", &by_entry, &f->err));
    assert_string_equal(by_entry, ref);
    ok(store_entry_ref(f->store, f->mem, "entry-none", &by_entry, &f->err));
    assert_string_equal(by_entry, "");
    fails(ERR_NO, store_submission(f->store, f->mem, "BBT-2026-000009", &s, &f->err));
    assert_int_equal(count_faults(f), 0);
}

static void rollback_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    ok(store_begin(f->store, &f->err));
    ok(store_apply(f->store, sample_plan(f, &(struct sample){.id = "a"}, NULL), &f->err));
    store_rollback(f->store);
    assert_int_equal(ask(f, "SELECT count(*) FROM submissions"), 0);
    assert_int_equal(ask(f, "SELECT count(*) FROM journal"), 0);
    assert_string_equal(open_case(f, &(struct sample){.id = "b"}), "BBT-2026-000001");
    assert_int_equal(count_faults(f), 0);
}

static void a_store_that_dies_in_a_batch_keeps_the_batches_before(void **state)
{
    struct fixture *f = *state;
    open_case(f, &(struct sample){.id = "kept"});
    ok(store_begin(f->store, &f->err));
    ok(store_apply(f->store, sample_plan(f, &(struct sample){.id = "lost"}, NULL), &f->err));
    fixture_reopen(f);
    assert_int_equal(ask(f, "SELECT count(*) FROM submissions"), 1);
    assert_int_equal(count_faults(f), 0);
}

static void applying_twice_changes_nothing(void **state)
{
    struct fixture *f = *state;
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    struct plan *p = step_plan(f, ref, "note");
    plan_add(p, EFFECT_NOTE)->text = "hello";
    add_move(p, "received", "editing");
    apply_one_plan(f, p);
    int64_t rows = ask(f, "SELECT count(*) FROM journal");
    apply_one_plan(f, p);
    ok(store_begin(f->store, &f->err));
    ok(store_apply(f->store, p, &f->err));
    ok(store_apply(f->store, p, &f->err));
    ok(store_commit(f->store, &f->err));
    assert_int_equal(ask(f, "SELECT count(*) FROM journal"), rows);
    assert_int_equal(get_case(f, ref)->version, 2);
    assert_string_equal(get_case(f, ref)->state, "editing");
}

static void the_same_key_by_another_user_is_a_race(void **state)
{
    struct fixture *f = *state;
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    struct plan *mine = step_plan(f, ref, "approve"), *theirs = step_plan(f, ref, "approve");
    plan_add(mine, EFFECT_APPROVE)->to = get_case(f, ref)->content_hash;
    plan_add(theirs, EFFECT_APPROVE)->to = get_case(f, ref)->content_hash;
    theirs->actor.user = "deputy";
    apply_one_plan(f, mine);
    ok(store_begin(f->store, &f->err));
    fails(ERR_RETRY, store_apply(f->store, theirs, &f->err));
    ok(store_commit(f->store, &f->err));
    assert_int_equal(get_case(f, ref)->n_approvals, 1);
}

/* Of the letter `id`, as it comes out of another entry under the receipt "a". */
static struct plan *as_receipt_a(struct fixture *f, const char *id, const char *entry)
{
    struct plan *p = sample_plan(f, &(struct sample){.id = id}, NULL);
    struct facts *same = mem_zero(p, struct facts);
    *same = *p->opening->facts;
    same->receipt = "a";
    p->opening->facts = same;
    p->opening->entry = entry;
    p->key = mem_fmt(p, "letter/%s", entry);
    return p;
}

static void a_known_receipt_is_nothing_new(void **state)
{
    struct fixture *f = *state;
    open_case(f, &(struct sample){.id = "a"});
    ok(store_begin(f->store, &f->err));
    struct plan *p = as_receipt_a(f, "a", "again");
    plan_add(p, EFFECT_HOLD)->key = "unsure";
    ok(store_apply(f->store, p, &f->err));
    ok(store_commit(f->store, &f->err));
    assert_int_equal(ask(f, "SELECT count(*) FROM submissions"), 1);
    assert_int_equal(ask(f, "SELECT count(*) FROM receipts"), 1);
    assert_int_equal(ask(f, "SELECT count(*) FROM holds"), 0);
}

/* A server may give two letters one identity: the second is a letter of its own, once. */
static void other_bytes_under_a_known_receipt_are_another_letter(void **state)
{
    struct fixture *f = *state;
    open_case(f, &(struct sample){.id = "a"});
    ok(store_begin(f->store, &f->err));
    ok(store_apply(f->store, as_receipt_a(f, "other", "two"), &f->err));
    ok(store_apply(f->store, as_receipt_a(f, "other", "three"), &f->err));
    ok(store_commit(f->store, &f->err));
    assert_int_equal(ask(f, "SELECT count(*) FROM submissions"), 2);
    assert_int_equal(ask(f, "SELECT count(*) FROM receipts"), 2);
    assert_int_equal(ask(f, "SELECT count(*) FROM letters"), 2);
    assert_int_equal(count_faults(f), 0);
}

/* The same bytes, and the same letter with other trace headers: one case, three receipts. */
static void duplicates_are_receipts(void **state)
{
    struct fixture *f = *state;
    const char *ref = open_case(f, &(struct sample){.id = "a", .sameness = "same"});
    struct known known;
    ok(store_begin(f->store, &f->err));
    struct plan *again = sample_plan(f, &(struct sample){.id = "b", .sameness = "same"}, &known);
    assert_string_equal(known.duplicate_of, ref);
    assert_string_equal(known.next_ref, "");
    ok(store_apply(f->store, again, &f->err));
    struct plan *bytes = sample_plan(f, &(struct sample){.id = "a"}, &known);
    assert_string_equal(known.duplicate_of, ref);
    struct facts elsewhere = *bytes->opening->facts;
    elsewhere.receipt = "INBOX/1/7";
    bytes->opening->facts = &elsewhere;
    bytes->opening->entry = "entry-c";
    bytes->key = "letter/c";
    ok(store_apply(f->store, bytes, &f->err));
    ok(store_commit(f->store, &f->err));
    assert_int_equal(get_case(f, ref)->n_receipts, 3);
    assert_int_equal(get_case(f, ref)->version, 1);
    assert_int_equal(ask(f, "SELECT count(*) FROM submissions"), 1);
    assert_int_equal(ask(f, "SELECT count(*) FROM letters"), 2);
    assert_int_equal(count_faults(f), 0);
}

static void a_thousand_letters_may_share_a_message_id(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 1000; i++) {
        ok(store_begin(f->store, &f->err));
        char *id = mem_fmt(f->mem, "n%d", i);
        struct sample s = {.id = id, .body = id, .message_id = "same@id.vn"};
        ok(store_apply(f->store, sample_plan(f, &s, NULL), &f->err));
        if (i % 128 == 127)
            ok(store_commit(f->store, &f->err));
    }
    ok(store_commit(f->store, &f->err));
    assert_int_equal(ask(f, "SELECT count(*) FROM submissions"), 1000);
    assert_int_equal(ask(f, "SELECT last FROM counters WHERE year = 2026"), 1000);
    assert_int_equal(count_faults(f), 0);
}

/* A plan that fails in its middle takes nothing with it, and gives its reference back. */
static void a_failing_plan_fails_alone(void **state)
{
    struct fixture *f = *state;
    ok(store_begin(f->store, &f->err));
    ok(store_apply(f->store, sample_plan(f, &(struct sample){.id = "first"}, NULL), &f->err));
    struct plan *bad = sample_plan(f, &(struct sample){.id = "bad"}, NULL);
    plan_add(bad, EFFECT_NOTE)->text = "before";
    plan_add(bad, EFFECT_LETTER)->letter = sample_outgoing(f->mem, "k");
    bad->effects[2].letter->bytes = NULL;
    fails(ERR_BUG, store_apply(f->store, bad, &f->err));
    struct plan *next = sample_plan(f, &(struct sample){.id = "next"}, NULL);
    assert_string_equal(next->ref, "BBT-2026-000002");
    ok(store_apply(f->store, next, &f->err));
    ok(store_commit(f->store, &f->err));
    assert_int_equal(ask(f, "SELECT count(*) FROM submissions"), 2);
    assert_int_equal(ask(f, "SELECT count(*) FROM receipts WHERE receipt = 'bad'"), 0);
    assert_int_equal(ask(f, "SELECT count(*) FROM applied WHERE plan LIKE '%bad'"), 0);
    assert_int_equal(ask(f, "SELECT count(*) FROM journal"), 2);
    assert_int_equal(count_faults(f), 0);
}

static void moves_need_their_state_and_version(void **state)
{
    struct fixture *f = *state;
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    struct plan *wrong = step_plan(f, ref, "wrong"), *stale = step_plan(f, ref, "stale");
    add_move(wrong, "approved", "published");
    add_move(stale, "received", "closed");
    ok(store_begin(f->store, &f->err));
    fails(ERR_RETRY, store_apply(f->store, wrong, &f->err));
    struct plan *good = step_plan(f, ref, "good");
    add_move(good, "received", "editing");
    add_move(good, "editing", "approved");
    ok(store_apply(f->store, good, &f->err));
    fails(ERR_RETRY, store_apply(f->store, stale, &f->err));
    ok(store_commit(f->store, &f->err));
    assert_string_equal(get_case(f, ref)->state, "approved");
    assert_int_equal(get_case(f, ref)->version, 2);
}

static void plans_outside_batches_or_refused_are_not_applied(void **state)
{
    struct fixture *f = *state;
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    struct plan *p = step_plan(f, ref, "x");
    add_move(p, "received", "closed");
    fails(ERR_BUG, store_apply(f->store, p, &f->err));
    ok(store_begin(f->store, &f->err));
    fails(ERR_NO, store_apply(f->store, plan_refuse(p, "held", ""), &f->err));
    store_rollback(f->store);
    assert_string_equal(get_case(f, ref)->state, "received");
}

static void limit_files(rlim_t bytes)
{
    struct rlimit r;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &r), 0);
    r.rlim_cur = bytes == RLIM_INFINITY ? r.rlim_max : bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &r), 0);
}

/* The disk is full at some write: the batch fails as a whole, says so, and the store lives on. */
static void a_full_disk_loses_the_batch_and_nothing_else(void **state)
{
    struct fixture *f = *state;
    char *body = mem_array(f->mem, char, 200000);
    signal(SIGXFSZ, SIG_IGN);
    open_case(f, &(struct sample){.id = "before"});
    for (rlim_t limit = 200000; limit < 1600000; limit += 200000) {
        bool good = true;
        memset(body, 'x', 199999);
        limit_files(limit);
        good = store_begin(f->store, &f->err);
        for (int i = 0; good && i < 12; i++) {
            struct sample s = {.id = mem_fmt(f->mem, "%llu-%d", (unsigned long long)limit, i),
                               .body = body};
            struct plan *p = sample_plan(f, &s, NULL);
            good = store_apply(f->store, p, &f->err);
        }
        if (!good) /* what came before in the batch must not be committed alone, or as if it were whole */
            assert_int_equal(f->err.kind, ERR_RETRY);
        good = store_commit(f->store, &f->err) && good;
        limit_files(RLIM_INFINITY);
        assert_false(good);
        f->err = (struct err){0};
        store_rollback(f->store);
        assert_int_equal(ask(f, "SELECT count(*) FROM submissions"), 1);
        assert_int_equal(count_faults(f), 0);
    }
    assert_string_equal(open_case(f, &(struct sample){.id = "after"}), "BBT-2026-000002");
    assert_int_equal(count_faults(f), 0);
}

/* The same in the middle of a batch that is larger than the cache: SQLite ends the transaction itself, and
 * nothing may slip in after it as if the batch still stood. */
static void a_batch_that_the_database_ended_stays_lost(void **state)
{
    struct fixture *f = *state;
    struct known known;
    struct plan *p = NULL;
    bool good = true;
    char *body = mem_array(f->mem, char, 1000000);
    memset(body, 'x', 999999);
    signal(SIGXFSZ, SIG_IGN);
    ok(store_begin(f->store, &f->err));
    limit_files(1000000);
    for (int i = 0; good && i < 60; i++) {
        p = sample_plan(f, &(struct sample){.id = mem_fmt(f->mem, "n%d", i), .body = body}, NULL);
        good = store_apply(f->store, p, &f->err);
    }
    limit_files(RLIM_INFINITY);
    assert_false(good);
    assert_int_equal(f->err.kind, ERR_RETRY);
    fails(ERR_RETRY, store_apply(f->store, p, &f->err));
    fails(ERR_RETRY, store_find_related(f->store, f->mem, p->opening->letter, NOW, &known, &f->err));
    fails(ERR_RETRY, store_begin(f->store, &f->err));
    fails(ERR_RETRY, store_commit(f->store, &f->err));
    assert_int_equal(ask(f, "SELECT count(*) FROM submissions"), 0);
    assert_string_equal(open_case(f, &(struct sample){.id = "after"}), "BBT-2026-000001");
    assert_int_equal(count_faults(f), 0);
}

static void holds_are_added_once_and_end(void **state)
{
    struct fixture *f = *state;
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    struct plan *p = step_plan(f, ref, "hold");
    for (int i = 0; i < 2; i++) {
        struct effect *e = plan_add(p, EFFECT_HOLD);
        e->key = "unsure";
        e->text = "why";
    }
    apply_one_plan(f, p);
    assert_int_equal(get_case(f, ref)->n_holds, 1);
    assert_string_equal(get_case(f, ref)->holds[0].detail, "why");
    p = step_plan(f, ref, "release");
    plan_add(p, EFFECT_RELEASE)->key = "unsure";
    apply_one_plan(f, p);
    assert_int_equal(get_case(f, ref)->n_holds, 0);
    p = step_plan(f, ref, "release");
    plan_add(p, EFFECT_RELEASE)->key = "unsure";
    ok(store_begin(f->store, &f->err));
    fails(ERR_RETRY, store_apply(f->store, p, &f->err));
    store_rollback(f->store);
}

static void related_by_ids_and_subject(void **state)
{
    struct fixture *f = *state;
    struct known k;
    const char *ref = open_case(f, &(struct sample){.id = "a", .message_id = "m1@x.vn"});
    struct plan *p = step_plan(f, ref, "refuse");
    plan_add(p, EFFECT_LETTER)->letter = sample_outgoing(f->mem, "refused/1");
    apply_one_plan(f, p);
    struct letter *l =
        sample_letter(f->mem, &(struct sample){.id = "new", .subject = "Re: [bbt-2026-000001] x"});
    ok(store_find_related(f->store, f->mem, l, NOW, &k, &f->err));
    assert_string_equal(k.claims, ref);
    assert_string_equal(k.next_ref, "BBT-2026-000002");
    l->subject = "BBT- BBT-2026-999999 BBT-9999999999999999999999999999999999999999-1 BBT";
    ok(store_find_related(f->store, f->mem, l, NOW, &k, &f->err));
    assert_string_equal(k.claims, "");
    l->in_reply_to = "refused/1@bbt.vn";
    ok(store_find_related(f->store, f->mem, l, NOW, &k, &f->err));
    assert_string_equal(k.claims, ref);
    l->in_reply_to = "unknown@x.vn";
    str_list_add(l, &l->references, "m1@x.vn");
    str_list_add(l, &l->references, "z@x.vn");
    ok(store_find_related(f->store, f->mem, l, NOW, &k, &f->err));
    assert_string_equal(k.claims, ref);
    /* Outside a batch nothing is reserved. */
    ok(store_find_related(f->store, f->mem, l, NOW, &k, &f->err));
    assert_string_equal(k.next_ref, "BBT-2026-000002");
}

static void references_count_per_year_of_viet_nam(void **state)
{
    struct fixture *f = *state;
    struct known k;
    struct letter *l = sample_letter(f->mem, &(struct sample){.id = "a"});
    ok(store_begin(f->store, &f->err));
    int64_t new_year = when_from_civil(2027, 1, 1, 0, 0, 0);
    ok(store_find_related(f->store, f->mem, l, new_year - 1, &k, &f->err));
    assert_string_equal(k.next_ref, "BBT-2026-000001");
    ok(store_find_related(f->store, f->mem, l, new_year, &k, &f->err));
    assert_string_equal(k.next_ref, "BBT-2027-000001");
    ok(store_find_related(f->store, f->mem, l, new_year, &k, &f->err));
    assert_string_equal(k.next_ref, "BBT-2027-000002");
    store_rollback(f->store);
}

static size_t list_count(struct fixture *f, struct store_filter filter)
{
    struct store_row *rows;
    size_t n;
    filter.limit = filter.limit ? filter.limit : 100;
    ok(store_list(f->store, f->mem, &filter, &rows, &n, &f->err));
    return n;
}

static void lists_are_filtered(void **state)
{
    struct fixture *f = *state;
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    open_case(f, &(struct sample){.id = "b", .restricted = true});
    open_case(f, &(struct sample){.id = "c", .state = "closed"});
    struct plan *p = step_plan(f, ref, "hold");
    plan_add(p, EFFECT_HOLD)->key = "forged";
    apply_one_plan(f, p);
    struct store_filter any = {.state = "", .category = "", .hold = ""};
    assert_int_equal(list_count(f, any), 1);
    any.restricted_too = any.closed_too = true;
    assert_int_equal(list_count(f, any), 3);
    any.limit = 2;
    assert_int_equal(list_count(f, any), 2);
    any.hold = "forged";
    assert_int_equal(list_count(f, any), 1);
    any = (struct store_filter){.state = "closed", .category = "news", .hold = ""};
    assert_int_equal(list_count(f, any), 1);
    struct store_count *counts;
    size_t n, held = 0;
    ok(store_counts(f->store, f->mem, &counts, &n, &f->err));
    for (size_t i = 0; i < n; i++)
        if (str_eq(counts[i].what, "hold") && str_eq(counts[i].name, "forged"))
            held = (size_t)counts[i].n;
    assert_int_equal(held, 1);
}

static void approvals_bind_the_present_content(void **state)
{
    struct fixture *f = *state;
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    struct plan *p = step_plan(f, ref, "approve");
    plan_add(p, EFFECT_APPROVE)->to = get_case(f, ref)->content_hash;
    apply_one_plan(f, p);
    assert_int_equal(get_case(f, ref)->n_approvals, 1);
    assert_string_equal(get_case(f, ref)->approvals[0].login, "hoa");
    p = step_plan(f, ref, "approve");
    plan_add(p, EFFECT_APPROVE)->to = "another content";
    ok(store_begin(f->store, &f->err));
    fails(ERR_RETRY, store_apply(f->store, p, &f->err));
    store_rollback(f->store);
}

static void staff_and_directory(void **state)
{
    struct fixture *f = *state;
    struct staff *found, hoa = {.user = "chief", .login = "hoa", .name = "Hoa", .roles = ROLE_CHIEF};
    ok(store_staff_add(f->store, &hoa, &chief, NOW, &f->err));
    ok(store_staff_find(f->store, f->mem, "hoa", "", &found, &f->err));
    assert_int_equal(found->roles, ROLE_CHIEF);
    ok(store_staff_find(f->store, f->mem, "", "chief", &found, &f->err));
    fails(ERR_NO, store_staff_find(f->store, f->mem, "", "", &found, &f->err));
    struct staff second = {.user = "other", .login = "hoa", .name = "x"};
    fails(ERR_DATA, store_staff_add(f->store, &second, &chief, NOW, &f->err));
    hoa.disabled = true;
    ok(store_staff_add(f->store, &hoa, &chief, NOW, &f->err));
    fails(ERR_NO, store_staff_find(f->store, f->mem, "hoa", "", &found, &f->err));
    struct directory_row rows[] = {
        {.unit = "CVT", .unit_name = "Cuc", .person = {"CVT", PERSON_LEADER, "An", "head", "an@cvt.vn"}},
        {.unit = "CVT", .unit_name = "Cuc", .person = {"CVT", PERSON_MEMBER, "Binh", "", "binh@cvt.vn"}}};
    struct directory *d;
    for (int i = 0; i < 2; i++)
        ok(store_units_import(f->store, rows, 2, &chief, NOW, &f->err));
    ok(store_directory(f->store, f->mem, &(struct str_list){0}, &d, &f->err));
    assert_int_equal(d->n_people, 2);
    assert_int_equal(directory_find_address(d, "an@cvt.vn")->role, PERSON_LEADER);
    assert_int_equal(count_faults(f), 0);
}

static void history_tells_who(void **state)
{
    struct fixture *f = *state;
    struct store_event *events;
    size_t n;
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    struct plan *p = step_plan(f, ref, "x");
    add_move(p, "received", "editing");
    apply_one_plan(f, p);
    ok(store_history(f->store, f->mem, ref, &events, &n, &f->err));
    assert_int_equal(n, 2);
    assert_string_equal(events[0].what, "OPEN");
    assert_string_equal(events[0].user, "system");
    assert_string_equal(events[1].login, "hoa");
    assert_non_null(strstr(events[1].detail, "from=received to=editing"));
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(opens_and_reads_back),
        TEST(rollback_leaves_nothing),
        TEST(a_store_that_dies_in_a_batch_keeps_the_batches_before),
        TEST(applying_twice_changes_nothing),
        TEST(the_same_key_by_another_user_is_a_race),
        TEST(a_known_receipt_is_nothing_new),
        TEST(other_bytes_under_a_known_receipt_are_another_letter),
        TEST(duplicates_are_receipts),
        TEST(a_thousand_letters_may_share_a_message_id),
        TEST(a_failing_plan_fails_alone),
        TEST(moves_need_their_state_and_version),
        TEST(plans_outside_batches_or_refused_are_not_applied),
        TEST(a_full_disk_loses_the_batch_and_nothing_else),
        TEST(a_batch_that_the_database_ended_stays_lost),
        TEST(holds_are_added_once_and_end),
        TEST(related_by_ids_and_subject),
        TEST(references_count_per_year_of_viet_nam),
        TEST(lists_are_filtered),
        TEST(approvals_bind_the_present_content),
        TEST(staff_and_directory),
        TEST(history_tells_who),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
