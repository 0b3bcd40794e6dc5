/* Full text: bare words find accented ones, exact accents rank first, sealed letters are never found. */
#include "store_fixture.h"

#define DIEN_TU      "\xC4\x91i\xE1\xBB\x87n t\xE1\xBB\xAD" /* d-stroke i e-circumflex-dot n, t u-horn-hook */
#define DIEN_TU_UP   "\xC4\x90I\xE1\xBB\x86N T\xE1\xBB\xAC" /* the same in capitals */
#define DON_PETITION "\xC4\x91\xC6\xA1n"                    /* a petition; "don" is something else */
#define HOA_OLD      "ho\xC3\xA0"                           /* tone mark on the a */
#define HOA_NEW                                                                                            \
    "h\xC3\xB2"                                                                                            \
    "a" /* on the o */

static size_t search(struct fixture *f, const char *words, struct store_row **ret)
{
    struct store_row *rows;
    size_t n;
    ok(store_search(f->store, f->mem, words, 20, &rows, &n, &f->err));
    if (ret)
        *ret = rows;
    return n;
}

static void bare_words_find_accented_ones(void **state)
{
    struct fixture *f = *state;
    struct store_row *rows;
    open_case(f, &(struct sample){.id = "a",
                                  .body = "C\xE1\xBB\x95ng th\xC3\xB4ng tin " DIEN_TU " B\xE1\xBB\x99"});
    open_case(f, &(struct sample){.id = "b", .body = "nothing of the kind"});
    assert_int_equal(search(f, "dien tu", &rows), 1);
    assert_string_equal(rows[0].ref, "BBT-2026-000001");
    assert_non_null(strstr(rows[0].snippet, DIEN_TU));
    assert_int_equal(search(f, "DIEN", NULL), 1);
    assert_int_equal(search(f, DIEN_TU_UP, NULL), 1);
    assert_int_equal(search(f, "dien nothing", NULL), 0);
    assert_int_equal(search(f, "die", NULL), 0);
    assert_int_equal(search(f, "", NULL), 0);
    assert_int_equal(search(f, " -- ", NULL), 0);
}

static void exact_accents_rank_first(void **state)
{
    struct fixture *f = *state;
    struct store_row *rows;
    /* By bm25 alone the short letter that repeats the word would win. */
    open_case(f, &(struct sample){.id = "a", .subject = "s", .body = "don don don"});
    open_case(f, &(struct sample){.id = "b",
                                  .subject = "s",
                                  .body = DON_PETITION " and many other words that make it long"});
    assert_int_equal(search(f, DON_PETITION, &rows), 2);
    assert_string_equal(rows[0].ref, "BBT-2026-000002");
    assert_int_equal(search(f, "don", &rows), 2);
    assert_string_equal(rows[0].ref, "BBT-2026-000001");
    assert_int_equal(search(f, "don many", &rows), 1);
}

static void the_place_of_the_tone_mark_does_not_matter(void **state)
{
    struct fixture *f = *state;
    open_case(f, &(struct sample){.id = "a", .body = "x " HOA_OLD " y"});
    assert_int_equal(search(f, HOA_NEW, NULL), 1);
    assert_int_equal(search(f, "hoa", NULL), 1);
}

static void subject_name_and_attachments_are_searched(void **state)
{
    struct fixture *f = *state;
    ok(store_begin(f->store, &f->err));
    struct plan *p = sample_plan(f, &(struct sample){.id = "a", .subject = "alpha"}, NULL);
    struct letter *l = sample_letter(f->mem, &(struct sample){.id = "a", .subject = "alpha"});
    l->attachments = mem_array(l, struct letter_attachment, 1);
    l->n_attachments = 1;
    l->attachments[0] = (struct letter_attachment){.name = "", .type = "", .how = "docx", .text = "gamma"};
    p->opening->letter = l;
    ok(store_apply(f->store, p, &f->err));
    ok(store_commit(f->store, &f->err));
    assert_int_equal(search(f, "alpha gamma an body", NULL), 1);
}

static void no_syntax_gets_through(void **state)
{
    struct fixture *f = *state;
    static const char *const words[] = {
        "\"",       "a\" OR \"b", "exact:body", "body*",       "NEAR(body x)", "-body",
        "^body",    "body AND",   "(body",      "{bare}:body", "'; DROP",      "body NOT body",
        "\xC2\xA0", "body\nbody", "OR",         "%s%n body",   "\xCC\x80",     "body \xCC\x81"};
    open_case(f, &(struct sample){.id = "a"});
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        search(f, words[i], NULL);
    assert_int_equal(search(f, "body*", NULL), 1);
    assert_int_equal(search(f, "body OR nothing", NULL), 0);
    assert_int_equal(search(f, "bod*", NULL), 0);
}

static bool in_files(struct fixture *f, const char *canary)
{
    static const char *const files[] = {"journal.head", "portal.db", "portal.db-wal"};
    bool hit = false;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        char *bytes;
        size_t n;
        ok(file_read(f->mem, fixture_path(f, files[i]), 1 << 26, &bytes, &n, &f->err));
        hit = hit || memmem(bytes, n, canary, strlen(canary)) != NULL;
    }
    return hit;
}

static void restricted_letters_are_never_indexed(void **state)
{
    struct fixture *f = *state;
    open_case(f, &(struct sample){.id = "a", .body = "canary17", .restricted = true});
    assert_int_equal(search(f, "canary17", NULL), 0);
    assert_int_equal(ask(f, "SELECT count(*) FROM texts"), 0);
    assert_int_equal(ask(f, "SELECT count(*) FROM search"), 0);
    assert_int_equal(
        ask(f, "SELECT count(*) FROM journal WHERE detail LIKE '%canary%' OR detail LIKE '%an@mic%'"), 0);
    assert_false(in_files(f, "canary17"));
    assert_int_equal(count_faults(f), 0);
}

static void a_secrecy_hold_takes_a_letter_out(void **state)
{
    struct fixture *f = *state;
    const char *ref = open_case(f, &(struct sample){.id = "a", .body = "secret " DIEN_TU});
    open_case(f, &(struct sample){.id = "b", .body = "secret open"});
    assert_int_equal(search(f, "secret", NULL), 2);
    struct plan *p = step_plan(f, ref, "hold");
    plan_add(p, EFFECT_HOLD)->key = "secrecy";
    apply_one_plan(f, p);
    assert_int_equal(search(f, "secret", NULL), 1);
    assert_int_equal(search(f, "dien", NULL), 0);
    assert_int_equal(count_faults(f), 0);
    p = step_plan(f, ref, "release");
    plan_add(p, EFFECT_RELEASE)->key = "secrecy";
    apply_one_plan(f, p);
    assert_int_equal(search(f, "dien", NULL), 1);
    assert_int_equal(count_faults(f), 0);
}

static void a_letter_held_from_the_start_is_not_indexed(void **state)
{
    struct fixture *f = *state;
    ok(store_begin(f->store, &f->err));
    struct plan *p = sample_plan(f, &(struct sample){.id = "a", .body = "topsecret"}, NULL);
    plan_add(p, EFFECT_HOLD)->key = "secrecy";
    ok(store_apply(f->store, p, &f->err));
    ok(store_commit(f->store, &f->err));
    assert_int_equal(search(f, "topsecret", NULL), 0);
    assert_int_equal(ask(f, "SELECT count(*) FROM texts"), 0);
    assert_int_equal(count_faults(f), 0);
}

/* Opened, held, released, held again before anything was committed. */
static void holds_within_one_batch(void **state)
{
    struct fixture *f = *state;
    ok(store_begin(f->store, &f->err));
    struct plan *p = sample_plan(f, &(struct sample){.id = "a", .body = "inbatch"}, NULL);
    ok(store_apply(f->store, p, &f->err));
    for (int i = 0; i < 3; i++) {
        struct plan *step = step_plan(f, p->ref, "step");
        plan_add(step, i % 2 ? EFFECT_RELEASE : EFFECT_HOLD)->key = "secrecy";
        ok(store_apply(f->store, step, &f->err));
        /* A plan that fails after it took the letter out leaves it as it was. */
        step = step_plan(f, p->ref, "bad");
        plan_add(step, i % 2 ? EFFECT_HOLD : EFFECT_RELEASE)->key = "secrecy";
        add_move(step, "nowhere", "closed");
        fails(ERR_RETRY, store_apply(f->store, step, &f->err));
        if (i == 1) {
            ok(store_commit(f->store, &f->err));
            assert_int_equal(search(f, "inbatch", NULL), 1);
            assert_int_equal(count_faults(f), 0);
            ok(store_begin(f->store, &f->err));
        }
    }
    ok(store_commit(f->store, &f->err));
    assert_int_equal(search(f, "inbatch", NULL), 0);
    assert_int_equal(count_faults(f), 0);
}

static void long_letters_are_cut(void **state)
{
    struct fixture *f = *state;
    struct str body = str_new(f->mem);
    for (int i = 0; i < 300000; i++)
        str_addf(&body, "w%d ", i);
    str_add(&body, "beyond");
    open_case(f, &(struct sample){.id = "a", .body = body.s});
    assert_int_equal(search(f, "w100", NULL), 1);
    assert_int_equal(search(f, "beyond", NULL), 0);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bare_words_find_accented_ones),
        TEST(exact_accents_rank_first),
        TEST(the_place_of_the_tone_mark_does_not_matter),
        TEST(subject_name_and_attachments_are_searched),
        TEST(no_syntax_gets_through),
        TEST(restricted_letters_are_never_indexed),
        TEST(a_secrecy_hold_takes_a_letter_out),
        TEST(a_letter_held_from_the_start_is_not_indexed),
        TEST(holds_within_one_batch),
        TEST(long_letters_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
