/* Tokens, confirmations, limits of automatic letters and the migration from version 1: what the store
 * itself guarantees, whatever a plan says. */
#include "store_fixture.h"

#include "verify/token.h"

/* One as the program makes them. */
static const char *token_1(struct fixture *f)
{
    static const unsigned char key[TOKEN_KEY_BYTES] = {1};
    char token[TOKEN_TEXT];
    token_make(key, TOKEN_CONFIRM, "r", "h", "a", "l", token);
    return mem_str(f->mem, token);
}

static struct plan_confirmation *said(struct plan *p, int64_t token)
{
    struct plan_confirmation *c = mem_zero(p, struct plan_confirmation);
    *c = (struct plan_confirmation){
        .person = "lead@x.vn", .evidence = "e", .evidence_name = "", .words = "ok"};
    c->token = token;
    return c;
}

static void add_confirm(struct plan *p, const char *hash, int64_t token)
{
    struct effect *e = plan_add(p, EFFECT_CONFIRM);
    e->key = "confirmed";
    e->text = "token";
    e->to = hash;
    e->confirmation = said(p, token);
}

static void issue(struct fixture *f, const char *ref, const char *token, const char *event)
{
    struct plan *p = step_plan(f, ref, event);
    struct plan_token *t = mem_zero(p, struct plan_token);
    *t = (struct plan_token){.hash = hash_hex(t, token, strlen(token)),
                             .purpose = TOKEN_CONFIRM,
                             .address = "lead@x.vn",
                             .content_hash = get_case(f, ref)->content_hash,
                             .letter = "confirm-request/1",
                             .expires = NOW + 86400};
    plan_add(p, EFFECT_TOKEN)->token = t;
    apply_one_plan(f, p);
}

static struct known find(struct fixture *f, const char *in_reply_to, const char *text)
{
    struct known k = {0};
    struct letter *l = sample_letter(f->mem, &(struct sample){.id = text, .body = text});
    l->in_reply_to = in_reply_to;
    ok(store_find_related(f->store, f->mem, l, NOW, &k, &f->err));
    return k;
}

static void a_token_is_found_by_its_hash_only(void **state)
{
    struct fixture *f = *state;
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    issue(f, ref, token_1(f), "ask");
    assert_int_equal(
        ask(f, mem_fmt(f->mem, "SELECT count(*) FROM tokens WHERE hash LIKE '%%%s%%'", token_1(f))), 0);
    struct known k = find(f, "", mem_fmt(f->mem, "answer %s", token_1(f)));
    assert_int_equal(k.n_tokens, 1);
    assert_string_equal(k.tokens[0].ref, ref);
    assert_string_equal(k.tokens[0].address, "lead@x.vn");
    assert_string_equal(k.tokens[0].letter_key, "confirm-request/1");
    assert_int_equal(k.tokens[0].purpose, TOKEN_CONFIRM);
    assert_int_equal(k.tokens[0].expires, NOW + 86400);
    assert_true(k.tokens[0].open);
    assert_false(k.tokens[0].used);
    assert_false(k.tokens[0].waiting);
    char *other = mem_fmt(f->mem, "answer %s", token_1(f));
    other[8] = other[8] == '7' ? '8' : '7';
    assert_int_equal(find(f, "", other).n_tokens, 0);
    assert_int_equal(get_case(f, ref)->requests, 1);
    struct plan *p = step_plan(f, ref, "none");
    plan_add(p, EFFECT_TOKEN)->token = mem_zero(p, struct plan_token);
    p->effects[0].token->hash = "";
    ok(store_begin(f->store, &f->err));
    fails(ERR_BUG, store_apply(f->store, p, &f->err));
    store_rollback(f->store);
}

static void a_case_is_found_by_message_id(void **state)
{
    struct fixture *f = *state;
    const char *ref = open_case(f, &(struct sample){.id = "a", .message_id = "m1@x"});
    open_case(f, &(struct sample){.id = "b", .message_id = "shared@x"});
    open_case(f, &(struct sample){.id = "c", .message_id = "shared@x"});
    struct known k = find(f, "m1@x", "x");
    assert_int_equal(k.n_cases, 1);
    assert_string_equal(k.cases[0].ref, ref);
    assert_true(k.cases[0].open);
    assert_true(k.cases[0].unchanged);
    assert_int_equal(k.cases[0].received, NOW - 3600);
    assert_int_equal(find(f, "shared@x", "y").n_cases, 2);
    assert_int_equal(find(f, "", "z").n_cases, 0);
    vandal(f, "case.db", "UPDATE submissions SET state = 'closed' WHERE ref = 'BBT-2026-000001'");
    assert_false(find(f, "m1@x", "w").cases[0].open);
}

/* A letter that joins: a letter and a receipt there, a new version, no new case, no lost reference. */
static struct plan *attach_plan(struct fixture *f, const char *id, const char *ref)
{
    struct plan *p = sample_plan(f, &(struct sample){.id = id}, NULL);
    p->spare_ref = p->ref;
    p->ref = ref;
    p->version = get_case(f, ref)->version;
    p->effects[0].kind = EFFECT_ATTACH;
    return p;
}

static void a_letter_joins_a_case(void **state)
{
    struct fixture *f = *state;
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    ok(store_begin(f->store, &f->err));
    struct plan *p = attach_plan(f, "b", ref);
    assert_string_equal(p->spare_ref, "BBT-2026-000002");
    ok(store_apply(f->store, p, &f->err));
    ok(store_apply(f->store, p, &f->err));
    ok(store_commit(f->store, &f->err));
    assert_int_equal(get_case(f, ref)->version, 2);
    assert_int_equal(get_case(f, ref)->n_receipts, 2);
    assert_int_equal(ask(f, "SELECT count(*) FROM submissions"), 1);
    assert_string_equal(open_case(f, &(struct sample){.id = "c"}), "BBT-2026-000002");
    assert_int_equal(ask(f, "SELECT count(*) FROM journal WHERE what = 'ATTACH'"), 1);
    assert_int_equal(count_faults(f), 0);
    ok(store_begin(f->store, &f->err));
    p = attach_plan(f, "d", ref);
    p->version = 1;
    fails(ERR_RETRY, store_apply(f->store, p, &f->err));
    store_rollback(f->store);
}

static void a_confirmation_binds_the_content_and_uses_its_token(void **state)
{
    struct fixture *f = *state;
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    const char *hash = get_case(f, ref)->content_hash;
    issue(f, ref, token_1(f), "ask");
    struct plan *p = step_plan(f, ref, "confirm");
    add_confirm(p, "another", 1);
    ok(store_begin(f->store, &f->err));
    fails(ERR_RETRY, store_apply(f->store, p, &f->err));
    ok(store_commit(f->store, &f->err));
    assert_int_equal(ask(f, "SELECT count(*) FROM tokens WHERE used_at IS NOT NULL"), 0);
    p = step_plan(f, ref, "confirm");
    add_confirm(p, hash, 1);
    apply_one_plan(f, p);
    apply_one_plan(f, p);
    assert_string_equal(get_case(f, ref)->verdict, "confirmed");
    assert_true(submission_is_confirmed(get_case(f, ref)));
    assert_int_equal(get_case(f, ref)->n_confirmations, 1);
    assert_true(find(f, "", mem_fmt(f->mem, "again %s", token_1(f))).tokens[0].used);
    p = step_plan(f, ref, "again");
    add_confirm(p, hash, 1);
    ok(store_begin(f->store, &f->err));
    fails(ERR_RETRY, store_apply(f->store, p, &f->err));
    store_rollback(f->store);
    assert_int_equal(count_faults(f), 0);
}

/* The wall behind the desk: a confirmed text that was changed is not published. */
static void a_changed_content_is_not_published(void **state)
{
    struct fixture *f = *state;
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    struct plan *p = step_plan(f, ref, "confirm");
    add_confirm(p, get_case(f, ref)->content_hash, 0);
    apply_one_plan(f, p);
    vandal(f, "case.db",
           "INSERT INTO contents (submission, hash, title, body, at) VALUES (1, 'new', 't', 'b', 1);"
           "UPDATE submissions SET content_hash = 'new'");
    p = step_plan(f, ref, "approve"); /* an approval alone does not make up for it */
    plan_add(p, EFFECT_APPROVE)->to = "new";
    apply_one_plan(f, p);
    p = step_plan(f, ref, "publish");
    plan_add(p, EFFECT_PUBLISH)->to = "new";
    ok(store_begin(f->store, &f->err));
    fails(ERR_NO, store_apply(f->store, p, &f->err));
    store_rollback(f->store);
    assert_false(submission_is_confirmed(get_case(f, ref)));
}

/* Nor one that waits for a word and has lost its hold, or whose word was taken back. */
static void nothing_is_published_without_a_word(void **state)
{
    struct fixture *f = *state;
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    const char *hash = get_case(f, ref)->content_hash;
    static const char *const made[] = {"UPDATE submissions SET verdict = 'needs-confirmation'",
                                       "INSERT INTO confirmations (submission, what, person, how, "
                                       "content_hash, evidence, evidence_name, words,"
                                       " at, recorded_by) SELECT id, 'confirmed', 'p', 'token', "
                                       "content_hash, 'e', '', '', 1, 's' FROM submissions;"
                                       "INSERT INTO confirmations (submission, what, person, how, "
                                       "content_hash, evidence, evidence_name, words,"
                                       " at, recorded_by) SELECT id, 'withdrawn', 'p', 'token', "
                                       "content_hash, 'f', '', '', 2, 's' FROM submissions",
                                       "UPDATE submissions SET verdict = 'confirmed'"};
    struct plan *approval = step_plan(f, ref, "approve");
    plan_add(approval, EFFECT_APPROVE)->to = hash;
    apply_one_plan(f, approval);
    for (size_t i = 0; i < ARRAY_LEN(made); i++) {
        vandal(f, "case.db", made[i]);
        struct plan *p = step_plan(f, ref, "publish");
        plan_add(p, EFFECT_PUBLISH)->to = hash;
        ok(store_begin(f->store, &f->err));
        fails(ERR_NO, store_apply(f->store, p, &f->err));
        store_rollback(f->store);
    }
    vandal(f, "case.db", "UPDATE submissions SET verdict = 'accept'");
    struct plan *p = step_plan(f, ref, "publish");
    plan_add(p, EFFECT_PUBLISH)->to = hash;
    apply_one_plan(f, p);
}

static void a_forged_case_is_confirmed_by_nobody(void **state)
{
    struct fixture *f = *state;
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    vandal(f, "case.db", "UPDATE submissions SET verdict = 'reject-spoof'");
    struct plan *p = step_plan(f, ref, "confirm");
    add_confirm(p, get_case(f, ref)->content_hash, 0);
    ok(store_begin(f->store, &f->err));
    fails(ERR_RETRY, store_apply(f->store, p, &f->err));
    store_rollback(f->store);
}

/* ---- limits ---- */

static struct plan_letter *automatic(struct fixture *f, const char *key, const char *to, bool must)
{
    struct plan_letter *l = sample_outgoing(f->mem, key);
    l->to = to;
    l->purpose = "request";
    l->per_address = 2;
    l->per_hour = 3;
    l->must = must;
    return l;
}

static void send(struct fixture *f, const char *ref, struct plan_letter *l)
{
    struct plan *p = step_plan(f, ref, l->key);
    plan_add(p, EFFECT_LETTER)->letter = l;
    apply_one_plan(f, p);
}

static int64_t due(struct fixture *f, const char *key)
{
    return ask(f, mem_fmt(f->mem, "SELECT coalesce((SELECT due FROM outbox WHERE key = '%s'), 0)", key)) -
           (NOW + 60);
}

static void automatic_letters_are_limited(void **state)
{
    struct fixture *f = *state;
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    send(f, ref, automatic(f, "a1", "a@x.vn", true));
    send(f, ref, automatic(f, "a2", "a@x.vn", true));
    send(f, ref, automatic(f, "a3", "a@x.vn", true)); /* the third to one address waits a day */
    send(f, ref, automatic(f, "a4", "a@x.vn", true));
    send(f, ref, automatic(f, "a5", "a@x.vn", true)); /* and the fifth two */
    assert_int_equal(due(f, "a1"), 0);
    assert_int_equal(due(f, "a2"), 0);
    assert_int_equal(due(f, "a3"), 86400);
    assert_int_equal(due(f, "a4"), 86400);
    assert_int_equal(due(f, "a5"), 2 * 86400);
    send(f, ref, automatic(f, "a6", "a@x.vn", false)); /* what may be dropped is */
    assert_int_equal(ask(f, "SELECT count(*) FROM outbox WHERE key = 'a6'"), 0);
    assert_int_equal(ask(f, "SELECT count(*) FROM journal WHERE detail LIKE '%key=a6%fate=dropped%'"), 1);
    send(f, ref, sample_outgoing(f->mem, "by a person")); /* never limited */
    assert_int_equal(due(f, "by a person"), 0);
}

static void all_automatic_letters_have_an_hourly_limit(void **state)
{
    struct fixture *f = *state;
    static const char *const to[] = {"a@x.vn", "b@x.vn", "c@x.vn", "d@x.vn", "e@x.vn", "f@x.vn", "g@x.vn"};
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    for (size_t i = 0; i < ARRAY_LEN(to); i++) {
        send(f, ref, automatic(f, to[i], to[i], true));
        assert_int_equal(due(f, to[i]), (int64_t)(i / 3) * 3600);
    }
    struct outgoing *o;
    for (size_t i = 0; i < 3; i++) {
        ok(store_outbox_claim(f->store, f->mem, NOW + 61, &o, &f->err));
        assert_non_null(o);
    }
    ok(store_outbox_claim(f->store, f->mem, NOW + 3000, &o, &f->err));
    assert_null(o);
    ok(store_outbox_claim(f->store, f->mem, NOW + 3661, &o, &f->err));
    assert_non_null(o);
}

static void requests_without_an_answer_are_found(void **state)
{
    struct fixture *f = *state;
    struct str_list refs = {0};
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    struct plan *p = step_plan(f, ref, "hold");
    struct effect *e = plan_add(p, EFFECT_HOLD);
    e->key = "confirmation";
    e->text = "";
    apply_one_plan(f, p);
    ok(store_unanswered(f->store, f->mem, NOW + 1000, &refs, &f->err));
    assert_int_equal(refs.n, 0); /* never asked */
    issue(f, ref, token_1(f), "ask");
    ok(store_unanswered(f->store, f->mem, NOW, &refs, &f->err));
    assert_int_equal(refs.n, 0); /* asked just now */
    ok(store_unanswered(f->store, f->mem, NOW + 1000, &refs, &f->err));
    assert_int_equal(refs.n, 1);
    vandal(f, "case.db", "UPDATE tokens SET letter = 'confirm-reminder/x'");
    refs = (struct str_list){0};
    ok(store_unanswered(f->store, f->mem, NOW + 1000, &refs, &f->err));
    assert_int_equal(refs.n, 0);
}

/* ---- version 1 becomes version 2 ---- */

static void a_version_1_database_migrates(void **state)
{
    struct fixture *f = *state;
    char *sql;
    size_t n;
    const char *root = getenv("BBT_ROOT");
    talloc_free(f->store);
    f->store = NULL;
    assert_int_equal(unlink(fixture_path(f, "case.db")), 0);
    assert_int_equal(unlink(fixture_path(f, "journal.head")), 0);
    char *schema = mem_fmt(f->mem, "%s/src/store/schema_old.sql", root ? root : ".");
    ok(file_read(f->mem, schema, 1 << 20, &sql, &n, &f->err));
    char *from = strstr(sql, "-- version: 1"), *until = strstr(sql, "-- version: 2");
    assert_non_null(from);
    assert_non_null(until);
    *until = '\0';
    vandal(f, "case.db", from);
    vandal(
        f, "case.db",
        "INSERT INTO units VALUES ('HG', 'Ha Giang');"
        "INSERT INTO people VALUES (1, 'HG', 'leader', 'L', '', 'Lead@hg.vn');"
        "INSERT INTO submissions VALUES (1, 'BBT-2026-000001', 1, 'received', 'mic/news', 'news', 'news', "
        "'', 0, 'confirmed', 'lead@hg.vn', '', 1, 's', '', 1, 1, 'h', 'sha'),"
        "(2, 'BBT-2026-000002', 1, 'received', 'mic/news', 'news', 'news', '', 0, 'accept', 'lead@hg.vn', "
        "'', 0, 's', '', 1, 1, 'h', 'sha');"
        "INSERT INTO contents VALUES (1, 1, 'h', 't', 'b', 1), (2, 2, 'h', 't', 'b', 1);"
        "INSERT INTO outbox (key, ref, rcpt, sender, message_id, subject, state, next_try, queued, "
        "changed, "
        "bytes) VALUES ('k', '', 'a@x.vn', '', 'm', 's', 'queued', 7, 5, 6, x'41');");
    fixture_reopen(f);
    int64_t version = store_schema_version(f->store);
    assert_true(version >= 3);
    struct submission *s = get_case(f, "BBT-2026-000001");
    assert_string_equal(s->sender_unit, "HG");
    assert_true(submission_is_confirmed(s));
    assert_string_equal(s->confirmations[0].person, "lead@hg.vn");
    assert_string_equal(get_case(f, "BBT-2026-000002")->sender_unit, ""); /* was never proved */
    assert_int_equal(ask(f, "SELECT due FROM outbox WHERE key = 'k'"), 5);
    fixture_reopen(f);
    assert_int_equal(store_schema_version(f->store), version);
}

static void confirmations_are_append_only(void **state)
{
    struct fixture *f = *state;
    sqlite3 *db;
    const char *ref = open_case(f, &(struct sample){.id = "a"});
    struct plan *p = step_plan(f, ref, "confirm");
    add_confirm(p, get_case(f, ref)->content_hash, 0);
    apply_one_plan(f, p);
    assert_int_equal(sqlite3_open(fixture_path(f, "case.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE confirmations SET person = 'x'", NULL, NULL, NULL),
                     SQLITE_CONSTRAINT);
    assert_int_equal(sqlite3_exec(db, "DELETE FROM confirmations", NULL, NULL, NULL), SQLITE_CONSTRAINT);
    sqlite3_close(db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(a_token_is_found_by_its_hash_only),
                                       TEST(a_case_is_found_by_message_id),
                                       TEST(a_letter_joins_a_case),
                                       TEST(a_confirmation_binds_the_content_and_uses_its_token),
                                       TEST(a_changed_content_is_not_published),
                                       TEST(nothing_is_published_without_a_word),
                                       TEST(a_forged_case_is_confirmed_by_nobody),
                                       TEST(automatic_letters_are_limited),
                                       TEST(all_automatic_letters_have_an_hourly_limit),
                                       TEST(requests_without_an_answer_are_found),
                                       TEST(a_version_1_database_migrates),
                                       TEST(confirmations_are_append_only)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
