/* Outgoing letters, the digest's ledger, and what is handed to the portal. */
#include "store_fixture.h"

#include "store/portal.h"

static void queue(struct fixture *f, const char *key)
{
    bool is_new;
    ok(store_outbox_queue(f->store, sample_outgoing(f->mem, key), "bbt@mic.gov.vn", NOW, &is_new, &f->err));
    assert_true(is_new);
}

static struct outgoing *claim(struct fixture *f, int64_t now)
{
    struct outgoing *o = NULL;
    ok(store_outbox_claim(f->store, f->mem, now, &o, &f->err));
    return o;
}

static void queued_once_per_key(void **state)
{
    struct fixture *f = *state;
    bool is_new = true;
    queue(f, "k");
    struct plan_letter *other = sample_outgoing(f->mem, "k");
    other->bytes = "Subject: x\r\n\r\nother";
    other->n_bytes = strlen(other->bytes);
    ok(store_outbox_queue(f->store, other, "", NOW, &is_new, &f->err));
    assert_false(is_new);
    struct outgoing *o = claim(f, NOW);
    assert_string_equal(o->subject, "\xC4\x90\xC3\xAC"
                                    "nh k");
}

static void a_claim_is_committed_before_it_returns(void **state)
{
    struct fixture *f = *state;
    queue(f, "k");
    struct outgoing *o = claim(f, NOW);
    assert_string_equal(o->state, "sending");
    assert_int_equal(o->attempts, 1);
    assert_int_equal(o->n_bytes, sample_outgoing(f->mem, "k")->n_bytes);
    assert_string_equal(o->from, "bbt@mic.gov.vn");
    assert_int_equal(ask(f, "SELECT state = 'sending' FROM outbox"), 1);
    assert_null(claim(f, NOW));
    ok(store_begin(f->store, &f->err));
    fails(ERR_BUG, store_outbox_claim(f->store, f->mem, NOW, &o, &f->err));
    store_rollback(f->store);
}

static void sent_is_final(void **state)
{
    struct fixture *f = *state;
    static const char *const states[] = {"queued", "sending", "unknown", "failed", "sent", "nonsense"};
    queue(f, "k");
    int64_t id = claim(f, NOW)->id;
    ok(store_outbox_mark(f->store, id, "sent", "", NOW, NOW, &f->err));
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        fails(ERR_NO, store_outbox_mark(f->store, id, states[i], "", NOW, NOW, &f->err));
    fails(ERR_NO, store_outbox_mark(f->store, 999, "sent", "", NOW, NOW, &f->err));
    assert_null(claim(f, NOW + 100000));
}

static void backs_off_until_next_try(void **state)
{
    struct fixture *f = *state;
    queue(f, "k");
    int64_t id = claim(f, NOW)->id;
    ok(store_outbox_mark(f->store, id, "queued", "451 later", NOW + 600, NOW, &f->err));
    assert_null(claim(f, NOW + 599));
    struct outgoing *o = claim(f, NOW + 600);
    assert_int_equal(o->attempts, 2);
    assert_string_equal(o->error, "451 later");
}

/* Queued under a clock that ran a year ahead: not to be found in a year only. */
static void a_clock_set_back_delays_nothing(void **state)
{
    struct fixture *f = *state;
    queue(f, "k");
    int64_t id = claim(f, NOW)->id;
    ok(store_outbox_mark(f->store, id, "queued", "451 later", NOW + 365 * 86400 + 600, NOW + 365 * 86400,
                         &f->err));
    assert_non_null(claim(f, NOW));
    ok(store_outbox_mark(f->store, id, "queued", "451 later", NOW + 4 * 3600, NOW, &f->err));
    assert_null(claim(f, NOW));
}

static void unknown_is_resent_once_and_byte_identical(void **state)
{
    struct fixture *f = *state;
    int64_t count = 0;
    queue(f, "k");
    struct outgoing *first = claim(f, NOW);
    fixture_reopen(f);
    ok(store_outbox_recover(f->store, NOW, &count, &f->err));
    assert_int_equal(count, 1);
    assert_null(claim(f, NOW + 100000));
    ok(store_outbox_mark(f->store, first->id, "queued", "", NOW, NOW, &f->err));
    struct outgoing *again = claim(f, NOW);
    assert_int_equal(again->resends, 1);
    assert_int_equal(again->n_bytes, first->n_bytes);
    assert_memory_equal(again->bytes, first->bytes, first->n_bytes);
    ok(store_outbox_mark(f->store, first->id, "unknown", "silence after DATA", NOW, NOW, &f->err));
    fails(ERR_NO, store_outbox_mark(f->store, first->id, "queued", "", NOW, NOW, &f->err));
    ok(store_outbox_mark(f->store, first->id, "failed", "a person looked", NOW, NOW, &f->err));
}

static void the_database_keeps_bytes_and_moves(void **state)
{
    struct fixture *f = *state;
    static const char *const tries[] = {"UPDATE outbox SET bytes = x'00'", "UPDATE outbox SET rcpt = 'e@x'",
                                        "UPDATE outbox SET state = 'sent'",
                                        "UPDATE outbox SET state = 'gone'",
                                        "UPDATE outbox SET resends = 2"};
    queue(f, "k");
    for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
        sqlite3 *db;
        assert_int_equal(sqlite3_open(fixture_path(f, "case.db"), &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, tries[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
        sqlite3_close(db);
    }
}

static void a_plan_and_its_letter_are_one(void **state)
{
    struct fixture *f = *state;
    struct outgoing *all;
    size_t n;
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    struct plan *p = step_plan(f, ref, "refuse");
    plan_add(p, EFFECT_LETTER)->letter = sample_outgoing(f->mem, "refused/a");
    add_move(p, "nowhere", "closed");
    ok(store_begin(f->store, &f->err));
    fails(ERR_RETRY, store_apply(f->store, p, &f->err));
    ok(store_commit(f->store, &f->err));
    assert_null(claim(f, NOW + 100));
    p = step_plan(f, ref, "refuse2");
    plan_add(p, EFFECT_LETTER)->letter = sample_outgoing(f->mem, "refused/a");
    apply_one_plan(f, p);
    apply_one_plan(f, p);
    ok(store_outbox_list(f->store, f->mem, &all, &n, &f->err));
    assert_int_equal(n, 1);
    assert_string_equal(all[0].ref, ref);
    assert_string_equal(all[0].from, ""); /* a notice: its bounce goes nowhere */
}

/* ---- digest ---- */

static size_t items(struct fixture *f, const char *who, const char *period, struct digest_item **ret)
{
    size_t n;
    ok(store_digest_items(f->store, f->mem, who, period, NOW - 4000, NOW, false, ret, &n, &f->err));
    return n;
}

static bool record(struct fixture *f, const char *who, const char *period, const struct digest_item *list,
                   size_t n)
{
    bool is_new = false;
    struct plan_letter *l = sample_outgoing(f->mem, mem_fmt(f->mem, "digest/%s/%s", who, period));
    ok(store_digest_record(f->store, who, period, list, n, l, "bbt@mic.gov.vn", NOW, &is_new, &f->err));
    return is_new;
}

static void a_complaint_is_in_one_digest(void **state)
{
    struct fixture *f = *state;
    struct digest_item *list, *more;
    open_case(f, &(struct sample){.id = "a", .restricted = true});
    open_case(f, &(struct sample){.id = "b"});
    assert_int_equal(items(f, "tt@x.vn", "2026-W47", &list), 1);
    assert_false(list[0].late);
    assert_true(record(f, "tt@x.vn", "2026-W47", list, 1));
    assert_int_equal(items(f, "tt@x.vn", "2026-W47", &list), 1);
    assert_false(record(f, "tt@x.vn", "2026-W47", list, 1));
    assert_int_equal(items(f, "tt@x.vn", "2026-W48", &more), 0);
    assert_int_equal(items(f, "other@x.vn", "2026-W47", &more), 0); /* in one, whoever gets it */
    assert_int_equal(ask(f, "SELECT count(*) FROM outbox"), 1);
    struct store_ledger *ledgers;
    size_t n;
    ok(store_ledgers(f->store, f->mem, &ledgers, &n, &f->err));
    assert_int_equal(n, 1);
    assert_int_equal(ledgers[0].items, 1);
    assert_int_equal(count_faults(f), 0);
}

static void an_item_in_two_digests_rolls_everything_back(void **state)
{
    struct fixture *f = *state;
    struct digest_item *list;
    bool is_new = false;
    open_case(f, &(struct sample){.id = "a", .restricted = true});
    const char *free_ref = open_case(f, &(struct sample){.id = "b", .restricted = true});
    assert_int_equal(items(f, "tt@x.vn", "2026-W47", &list), 2);
    assert_true(record(f, "tt@x.vn", "2026-W47", list, 1));
    list[1] = list[0];
    list[0].ref = free_ref;
    struct plan_letter *l = sample_outgoing(f->mem, "digest/48");
    fails(ERR_DATA,
          store_digest_record(f->store, "tt@x.vn", "2026-W48", list, 2, l, "", NOW, &is_new, &f->err));
    assert_false(is_new);
    assert_int_equal(ask(f, "SELECT count(*) FROM outbox"), 1);
    assert_int_equal(ask(f, "SELECT count(*) FROM digests"), 1);
    assert_int_equal(items(f, "tt@x.vn", "2026-W48", &list), 1);
}

/* Inside a batch of the caller: what failed halfway is not committed with it. */
static void a_failing_record_loses_the_batch(void **state)
{
    struct fixture *f = *state;
    bool is_new = false;
    const char *ref = open_case(f, &(struct sample){.id = "a"}); /* not restricted: no digest item */
    struct digest_item item = {.ref = ref};
    struct plan_letter *l = sample_outgoing(f->mem, "digest/47");
    ok(store_begin(f->store, &f->err));
    fails(ERR_BUG,
          store_digest_record(f->store, "tt@x.vn", "2026-W47", &item, 1, l, "", NOW, &is_new, &f->err));
    fails(ERR_RETRY, store_commit(f->store, &f->err));
    assert_int_equal(ask(f, "SELECT count(*) FROM outbox"), 0);
}

static void what_came_before_the_period_is_late(void **state)
{
    struct fixture *f = *state;
    struct digest_item *list;
    size_t n;
    open_case(f, &(struct sample){.id = "a", .restricted = true});
    ok(store_digest_items(f->store, f->mem, "t@x.vn", "2026-W48", NOW, NOW + 10, false, &list, &n,
                          &f->err));
    assert_int_equal(n, 1);
    assert_true(list[0].late);
    ok(store_digest_items(f->store, f->mem, "t@x.vn", "2026-W46", NOW - 9000, NOW - 8000, false, &list, &n,
                          &f->err));
    assert_int_equal(n, 0);
}

/* ---- portal ---- */

static struct portal_item *portal(struct fixture *f, bool withdrawn_too, size_t *ret_n)
{
    struct portal *p;
    struct portal_item *list;
    ok(portal_open(f->mem, f->house, &p, &f->err));
    ok(portal_items(p, f->mem, withdrawn_too, &list, ret_n, &f->err));
    return list;
}

static void approve(struct fixture *f, const char *ref)
{
    struct plan *p = step_plan(f, ref, "approve");
    plan_add(p, EFFECT_APPROVE)->to = get_case(f, ref)->content_hash;
    apply_one_plan(f, p);
}

static void publish(struct fixture *f, const char *ref)
{
    approve(f, ref);
    struct plan *p = step_plan(f, ref, "publish");
    plan_add(p, EFFECT_PUBLISH)->to = get_case(f, ref)->content_hash;
    apply_one_plan(f, p);
}

static void published_after_the_commit(void **state)
{
    struct fixture *f = *state;
    size_t n;
    const char *ref = open_case(f, &(struct sample){.id = "a", .subject = "Title", .body = "Body"});
    approve(f, ref);
    struct plan *p = step_plan(f, ref, "publish");
    plan_add(p, EFFECT_PUBLISH)->to = get_case(f, ref)->content_hash;
    ok(store_begin(f->store, &f->err));
    ok(store_apply(f->store, p, &f->err));
    portal(f, true, &n);
    assert_int_equal(n, 0);
    ok(store_commit(f->store, &f->err));
    struct portal_item *list = portal(f, false, &n);
    assert_int_equal(n, 1);
    assert_string_equal(list[0].ref, ref);
    assert_int_equal(list[0].version, 3);
    assert_string_equal(list[0].title, "Title");
    assert_string_equal(list[0].content_hash, submission_content_hash(f->mem, "Title", "Body"));
    p = step_plan(f, ref, "withdraw");
    plan_add(p, EFFECT_WITHDRAW)->text = "why";
    apply_one_plan(f, p);
    portal(f, false, &n);
    assert_int_equal(n, 0);
    list = portal(f, true, &n);
    assert_int_equal(n, 1);
    assert_true(list[0].withdrawn);
    assert_string_equal(list[0].reason, "why");
}

/* The process died after COMMIT: the next open hands over, once. */
static void open_completes_the_handing_over(void **state)
{
    struct fixture *f = *state;
    size_t n;
    publish(f, open_case(f, &(struct sample){.id = "a"}));
    vandal(f, "case.db", "UPDATE published SET handed = 0");
    vandal(f, "portal.db", "DELETE FROM items");
    fixture_reopen(f);
    portal(f, true, &n);
    assert_int_equal(n, 1);
    vandal(f, "case.db", "UPDATE published SET handed = 0");
    fixture_reopen(f);
    portal(f, true, &n);
    assert_int_equal(n, 1);
    assert_int_equal(ask(f, "SELECT count(*) FROM published WHERE handed = 0"), 0);
}

static void put_is_idempotent(void **state)
{
    struct fixture *f = *state;
    struct portal *p;
    size_t n;
    struct portal_item item = {.ref = "R", .version = 1, .title = "first", .body = "", .published = NOW};
    ok(portal_open(f->mem, f->house, &p, &f->err));
    ok(portal_put(p, &item, &f->err));
    item.title = "second";
    ok(portal_put(p, &item, &f->err));
    struct portal_item *list = portal(f, false, &n);
    assert_int_equal(n, 1);
    assert_string_equal(list[0].title, "first");
}

static void restricted_held_or_changed_is_not_published(void **state)
{
    struct fixture *f = *state;
    const char *sealed = open_case(f, &(struct sample){.id = "a"});
    const char *held = open_case(f, &(struct sample){.id = "b"});
    approve(f, sealed);
    vandal(f, "case.db", "UPDATE submissions SET restricted = 1 WHERE ref = 'BBT-2026-000001'");
    approve(f, held);
    struct plan *p = step_plan(f, held, "hold");
    plan_add(p, EFFECT_HOLD)->key = "unsure";
    apply_one_plan(f, p);
    const char *plain = open_case(f, &(struct sample){.id = "c"});
    const char *bare = open_case(f, &(struct sample){.id = "d"}); /* nobody approved it */
    approve(f, plain);
    ok(store_begin(f->store, &f->err));
    struct plan *p1 = step_plan(f, sealed, "publish"), *p2 = step_plan(f, held, "publish"),
                *p3 = step_plan(f, plain, "publish");
    plan_add(p1, EFFECT_PUBLISH)->to = get_case(f, sealed)->content_hash;
    plan_add(p2, EFFECT_PUBLISH)->to = get_case(f, held)->content_hash;
    plan_add(p3, EFFECT_PUBLISH)->to = "stale";
    struct plan *p4 = step_plan(f, bare, "publish");
    plan_add(p4, EFFECT_PUBLISH)->to = get_case(f, bare)->content_hash;
    fails(ERR_NO, store_apply(f->store, p4, &f->err));
    fails(ERR_NO, store_apply(f->store, p1, &f->err));
    fails(ERR_NO, store_apply(f->store, p2, &f->err));
    fails(ERR_NO, store_apply(f->store, p3, &f->err));
    ok(store_commit(f->store, &f->err));
    size_t n;
    portal(f, true, &n);
    assert_int_equal(n, 0);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(queued_once_per_key),
        TEST(a_claim_is_committed_before_it_returns),
        TEST(sent_is_final),
        TEST(backs_off_until_next_try),
        TEST(a_clock_set_back_delays_nothing),
        TEST(unknown_is_resent_once_and_byte_identical),
        TEST(the_database_keeps_bytes_and_moves),
        TEST(a_plan_and_its_letter_are_one),
        TEST(a_complaint_is_in_one_digest),
        TEST(an_item_in_two_digests_rolls_everything_back),
        TEST(a_failing_record_loses_the_batch),
        TEST(what_came_before_the_period_is_late),
        TEST(published_after_the_commit),
        TEST(open_completes_the_handing_over),
        TEST(put_is_idempotent),
        TEST(restricted_held_or_changed_is_not_published),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
