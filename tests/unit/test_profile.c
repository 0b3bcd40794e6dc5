/* Profiles: the four shipped ones load whole and mean what their regulations say; what replaces what; and
 * what a profile is made of. */
#include "house/directory.h"
#include "house/signals.h"
#include "profiles.h"
#include <time.h>

/* The base of tests/grammar with more files, given as text: "common/..." or "t/...". */
static struct profile *with(const void *mem, const char *common, const char *own, struct problems *problems)
{
    struct profile_file *files = NULL;
    size_t n = 0;
    *mem_append(mem, files, n) = (struct profile_file){"t/own.rules", own, strlen(own)};
    *mem_append(mem, files, n) = (struct profile_file){"common/a.rules", common, strlen(common)};
    add_files(mem, "tests/grammar", "base", &files, &n);
    return profile_load(mem, "t", files, n, problems);
}

static void test_shipped_identity(void **state)
{
    static const char *const ids[] = {"mx.mic.gov.vn", "mx.google.com", "mx.dongnai.gov.vn",
                                      "mx.bca.gov.vn"};
    static const char *const own[] = {"mic.gov.vn", "langson.gov.vn", "dongnai.gov.vn", "bca.gov.vn"};
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shipped); i++) {
        const struct profile *p = load_profile(mem, shipped[i]);
        assert_string_equal(p->name, shipped[i]);
        assert_int_equal(p->authserv_ids.n, 1);
        assert_string_equal(p->authserv_ids.v[0], ids[i]);
        assert_int_equal(p->own_domains.n, 1);
        assert_string_equal(p->own_domains.v[0], own[i]);
        assert_true(p->stamps && p->own_accounts_suffice && p->receivers.n && p->portal_names.n);
        assert_true(p->confirm_deputies && p->confirm_days == 14);
        assert_true(str_list_has(&p->public_mail, "gmail.com"));
        for (size_t c = 0; c < CATEGORY_COUNT; c++) {
            const struct kind *k = &p->kinds[p->main_kind[c]];
            assert_int_equal(k->category, c);
            assert_true(*k->label && *k->cite && *k->track);
        }
        assert_int_equal(p->kinds[p->fallback_kind].category, CATEGORY_OTHER);
        assert_true(p->n_grounds >= 5);
        for (size_t g = 0; g < p->n_grounds; g++)
            assert_true(*p->grounds[g].text && strchr(p->grounds[g].cite, '-'));
    }
}

static void test_shipped_policy(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *mic = load_profile(mem, "mic"), *ls = load_profile(mem, "langson");
    (void)state;
    assert_int_equal(profile_find_kind(ls, "langson/news")->confirm, CONFIRM_LEADER_ALWAYS);
    assert_int_equal(profile_find_kind(ls, "langson/document")->confirm, CONFIRM_NOBODY);
    assert_int_equal(profile_find_kind(mic, "mic/news")->confirm, CONFIRM_NOBODY);
    assert_non_null(profile_find_ground(mic, "14.4\xc4\x91")); /* 14.4 d with stroke */
    assert_int_equal(mic->n_grounds, 10);
    assert_null(profile_find_ground(mic, "14.4"));
    assert_null(profile_find_kind(mic, "langson/news"));
    /* the centre publishes what the board approved, and may not approve (LS-4.6) */
    const struct track *news = profile_find_track(ls, "news");
    assert_false(str_list_has(&track_find(news, "received", "approve")->roles, "editor"));
    assert_true(str_list_has(&track_find(news, "approved", "publish")->roles, "editor"));
    assert_string_equal(track_find(news, "approved", "publish")->effect, "publish");
    assert_true(track_find(news, "approved", "refuse")->needs_ground);
    assert_string_equal(news->file, "langson/tracks.rules");
    assert_string_equal(profile_find_track(ls, "document")->file, "langson/tracks.rules");
    assert_string_equal(profile_find_track(ls, "aside")->file, "common/tracks.rules");
    /* LS-12.1: the chief; LS-12.2: the head of the agency besides, for what is important */
    assert_true(str_list_has(&news->approvals[0].roles, "chief"));
    assert_string_equal(news->approvals[1].flag, "important");
    assert_true(str_list_has(&news->approvals[1].roles, "deputy"));
    assert_null(track_find(news, "received", "publish")); /* nothing is published unapproved */
}

/* Whatever the tracks say elsewhere: complaints have no way to the portal (MIC-13.5d). */
static void test_complaints_are_never_published(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shipped); i++) {
        const struct profile *p = load_profile(mem, shipped[i]);
        for (size_t k = 0; k < p->n_kinds; k++) {
            if (!category_is_restricted(p->kinds[k].category))
                continue;
            const struct track *t = profile_find_track(p, p->kinds[k].track);
            for (size_t n = 0; n < t->n_transitions; n++) {
                assert_string_equal(t->transitions[n].effect, "");
                assert_string_equal(t->transitions[n].letter, "");
                assert_false(str_list_has(&t->transitions[n].roles, "editor"));
            }
        }
    }
}

static void test_load_time(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shipped); i++) {
        clock_t start = clock();
        load_profile(mem, shipped[i]);
        double ms = 1e3 * (double)(clock() - start) / CLOCKS_PER_SEC;
        print_message("profile %s: %.1f ms\n", shipped[i], ms);
        assert_true(ms < 500); /* under sanitizers; 50 ms is the aim of a plain build */
    }
}

static void test_replacement(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct problems none = {0};
    (void)state;
    const struct profile *p =
        with(mem,
             "phrases news { \"one\" 1; \"two\" 2; \"three\" 3 subject }\n"
             "signals news { bulk -2; bounce -3 }\n"
             "track long { start a; states a; final b; on close from a to b by staff cite X-1 }\n"
             "fallback news\n",
             "phrases t/news { \"ONE\" 7; \"two\" 0; bare \"one\" 2; \"three\" 4 body }\n"
             "signals t/news { bulk 5 cite X-1; bounce 0 }\n"
             "track long { start x; final x }\n",
             &none);
    assert_int_equal(none.n, 0);
    assert_int_equal(p->n_phrases, 3);
    for (size_t i = 0; i < p->n_phrases; i++)
        assert_string_equal(p->phrases[i].file, "t/own.rules");
    assert_string_equal(p->phrases[0].text, "one");
    assert_string_equal(p->phrases[0].shown, "ONE");
    assert_int_equal(p->phrases[0].weight, 7);
    assert_string_equal(p->phrases[0].cite, "T-1"); /* the kind's own */
    assert_int_equal(p->phrases[1].form, UTF8_BARE);
    assert_int_equal(p->phrases[2].where, WHERE_BODY);
    assert_int_equal(p->n_signals, 1);
    assert_int_equal(p->signals[0].weight, 5);
    assert_string_equal(p->signals[0].cite, "X-1");
    assert_string_equal(profile_find_track(p, "long")->start, "x");
    assert_string_equal(p->kinds[p->fallback_kind].id, "t/other"); /* the profile's own word holds */
}

static void test_forms_and_blocks(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct problems none = {0};
    (void)state;
    const struct profile *p = with(mem, "",
                                   "phrases question {\n"
                                   "  \"Khi\xe1\xba\xbfu  N\xe1\xba\xa1i\" 3 subject\n"
                                   "  bare \"\xc4\x90\xc6\xa1n\" -4\n"
                                   "  exact \"KN\" +2 name cite A-1 B-2\n"
                                   "  weight 9 bare anywhere cite C-3 { \"x\" \"y\"\n \"z\" }\n"
                                   "  cite T-9\n"
                                   "}\n"
                                   "example question { subject \"S\"; body \"p1\" \"p2\"; from own }\n",
                                   &none);
    assert_int_equal(none.n, 0);
    assert_int_equal(p->n_phrases, 6);
    const struct phrase *f = p->phrases;
    assert_string_equal(f[0].text, "khi\xe1\xba\xbfu n\xe1\xba\xa1i");
    assert_int_equal(f[0].where, WHERE_SUBJECT);
    assert_string_equal(f[0].cite, "T-9");
    assert_int_equal(f[0].line, 2);
    assert_string_equal(f[1].text, "don");
    assert_int_equal(f[1].weight, -4);
    assert_int_equal(f[1].where, WHERE_SUBJECT | WHERE_BODY | WHERE_ATTACHMENT);
    assert_string_equal(f[2].text, "KN");
    assert_int_equal(f[2].weight, 2);
    assert_string_equal(f[2].cite, "A-1 B-2");
    assert_string_equal(f[5].text, "z");
    assert_int_equal(f[5].line, 6);
    assert_int_equal(f[5].where, 15);
    assert_string_equal(f[5].cite, "C-3");
    assert_string_equal(p->kinds[f[5].kind].id, "t/question");
    assert_int_equal(p->n_examples, 1);
    assert_string_equal(p->examples[0].body, "p1\n\np2");
    assert_true(p->examples[0].from_own);
}

static void test_tracks(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct problems none = {0};
    (void)state;
    const struct profile *p = with(mem, "",
                                   "track w {\n"
                                   "  on edit from any to same by staff { cite A-1 B-2; reason }\n"
                                   "  on refuse from a b to no by chief ground letter refused cite X-1\n"
                                   "  final no; states a b; start a\n"
                                   "  on approve from a to b by chief system cite X-1\n"
                                   "}\n",
                                   &none);
    assert_int_equal(none.n, 0);
    const struct track *t = profile_find_track(p, "w");
    assert_int_equal(t->n_transitions, 5);
    assert_string_equal(track_find(t, "b", "edit")->to, "b");
    assert_true(track_find(t, "b", "edit")->needs_reason);
    assert_string_equal(track_find(t, "a", "edit")->cite, "A-1 B-2");
    assert_true(str_list_has(&track_find(t, "a", "edit")->roles, "inspector"));
    assert_false(str_list_has(&track_find(t, "a", "edit")->roles, "viewer"));
    assert_false(str_list_has(&track_find(t, "a", "edit")->roles, "system"));
    assert_string_equal(track_find(t, "b", "refuse")->letter, "refused");
    assert_string_equal(track_find(t, "a", "approve")->letter, "");
    assert_null(track_find(t, "no", "edit"));
}

static void test_categories(void **state)
{
    enum category c = CATEGORY_NEWS;
    (void)state;
    for (size_t i = 0; i < CATEGORY_COUNT; i++) {
        assert_true(category_parse(category_name((enum category)i), &c));
        assert_int_equal(c, i);
    }
    assert_false(category_parse("event", &c));
    assert_true(category_is_citizens(CATEGORY_QUESTION) && !category_is_restricted(CATEGORY_QUESTION));
    assert_true(category_is_restricted(CATEGORY_DENUNCIATION));
    assert_false(category_is_citizens(CATEGORY_NEWS));
}

/* Every signal of the list can be used. */
static void test_signals_are_known(void **state)
{
    static const char *const words[] = {
#define SIGNAL(id, word, meaning) word,
        SIGNALS(SIGNAL)
#undef SIGNAL
    };
    _cleanup_mem_ void *mem = mem_new();
    struct problems none = {0};
    struct str s = str_new(mem);
    (void)state;
    str_add(&s, "signals news { ");
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        str_addf(&s, "%s 1; ", words[i]);
    str_add(&s, "}");
    const struct profile *p = with(mem, "", s.s, &none);
    assert_non_null(p);
    assert_int_equal(p->n_signals, ARRAY_LEN(words));
}

/* The manual page names every signal. */
static void test_signals_are_described(void **state)
{
    static const char *const words[] = {
#define SIGNAL(id, word, meaning) word,
        SIGNALS(SIGNAL)
#undef SIGNAL
    };
    _cleanup_mem_ void *mem = mem_new();
    size_t n = 0;
    (void)state;
    const char *page = read_whole(mem, "man/banbientap-rules.5", &n);
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (!strstr(page, mem_fmt(mem, "\n.It Cm %s\n", words[i])))
            fail_msg("banbientap-rules(5) does not describe the signal %s", words[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shipped_identity),
        cmocka_unit_test(test_shipped_policy),
        cmocka_unit_test(test_complaints_are_never_published),
        cmocka_unit_test(test_load_time),
        cmocka_unit_test(test_replacement),
        cmocka_unit_test(test_forms_and_blocks),
        cmocka_unit_test(test_tracks),
        cmocka_unit_test(test_categories),
        cmocka_unit_test(test_signals_are_known),
        cmocka_unit_test(test_signals_are_described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
