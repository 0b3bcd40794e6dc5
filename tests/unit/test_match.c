/* Many phrases in one pass: compared with a naive search over random texts, and held to linear time. */
#include "base/utf8.h"
#include "classify/match.h"
#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

struct seen {
    size_t id[4096], start[4096], end[4096], n, stop_after;
};

static bool note(void *arg, size_t id, size_t start, size_t end)
{
    struct seen *s = arg;
    assert_true(s->n < ARRAY_LEN(s->id));
    s->id[s->n] = id;
    s->start[s->n] = start;
    s->end[s->n++] = end;
    return s->stop_after == 0 || s->n < s->stop_after;
}

static bool has(const struct seen *s, size_t id, size_t start, size_t end)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->id[i] == id && s->start[i] == start && s->end[i] == end)
            return true;
    return false;
}

static struct seen run(const char *const phrases[], size_t n, const char *text)
{
    _cleanup_mem_ void *mem = mem_new();
    struct seen seen = {0};
    struct match_set *set = match_new(mem);
    for (size_t i = 0; i < n; i++)
        match_add(set, phrases[i], strlen(phrases[i]), i);
    match_build(set);
    match_run(set, text, strlen(text), note, &seen);
    return seen;
}

static void test_overlapping(void **state)
{
    static const char *const phrases[] = {"don khieu nai", "khieu nai", "nai", "khieu nai", "nai lan hai"};
    (void)state;
    struct seen s = run(phrases, 5, "don khieu nai lan hai");
    assert_int_equal(s.n, 5);
    assert_true(has(&s, 0, 0, 13) && has(&s, 1, 4, 13) && has(&s, 3, 4, 13));
    assert_true(has(&s, 2, 10, 13) && has(&s, 4, 10, 21));
}

static void test_whole_words(void **state)
{
    static const char *const phrases[] = {"mat", "t\u1ed1 c\u00e1o"};
    (void)state;
    assert_int_equal(run(phrases, 1, "matt amat mat1 1mat").n, 0);
    assert_int_equal(run(phrases, 1, "\u1eadmat mat\u1ead \u0111mat").n, 0);
    assert_int_equal(run(phrases, 1, "mat\u0301").n, 0); /* a combining mark belongs to the letter */
    assert_int_equal(run(phrases, 1, "(mat) mat,mat").n, 3);
    assert_int_equal(run(phrases, 2, "\u201ct\u1ed1 c\u00e1o\u201d").n, 1);
    assert_int_equal(run(phrases, 1, "mat").n, 1);
}

static void test_empty_and_stop(void **state)
{
    static const char *const phrases[] = {"a", ""};
    _cleanup_mem_ void *mem = mem_new();
    struct seen seen = {.stop_after = 2};
    struct match_set *set = match_new(mem), *none = match_new(mem);
    (void)state;
    match_build(none);
    match_run(none, "a a", 3, note, &seen);
    assert_int_equal(seen.n, 0);
    match_add(set, phrases[0], 1, 7);
    match_add(set, phrases[1], 0, 8); /* an empty phrase is no phrase */
    match_build(set);
    match_run(set, "a a a a", 7, note, &seen);
    assert_int_equal(seen.n, 2);
    assert_int_equal(seen.id[1], 7);
    seen.n = 0;
    match_run(set, "", 0, note, &seen);
    assert_int_equal(seen.n, 0);
}

static unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return *seed >> 16;
}

static void random_text(unsigned *seed, char *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = "aab bc "[next_random(seed) % 7];
    out[n] = 0;
}

static bool edge(const char *text, size_t n, size_t at)
{
    return at >= n || text[at] == ' ';
}

/* Small alphabet, many phrases that are parts of one another: every hit and no other. */
static void test_against_naive(void **state)
{
    unsigned seed = 7;
    (void)state;
    for (int round = 0; round < 200; round++) {
        char phrases[40][12], text[400];
        const char *list[40];
        size_t expected = 0;
        for (size_t i = 0; i < 40; i++) {
            random_text(&seed, phrases[i], 1 + next_random(&seed) % 10);
            list[i] = phrases[i];
        }
        random_text(&seed, text, 399);
        struct seen s = run(list, 40, text);
        for (size_t p = 0; p < 40; p++) {
            size_t k = strlen(list[p]);
            for (size_t at = 0; at + k <= 399; at++)
                if (memcmp(text + at, list[p], k) == 0 && (at == 0 || text[at - 1] == ' ') &&
                    edge(text, 399, at + k)) {
                    assert_true(has(&s, p, at, at + k));
                    expected++;
                }
        }
        assert_int_equal(s.n, expected);
    }
}

static bool count_hit(void *arg, size_t id, size_t start, size_t end)
{
    (void)id, (void)start, (void)end;
    ++*(size_t *)arg;
    return true;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double worst_case(size_t n)
{
    _cleanup_mem_ void *mem = mem_new();
    struct match_set *set = match_new(mem);
    struct str phrase = str_new(mem), text = str_new(mem);
    size_t hits = 0;
    for (size_t i = 0; i < 300; i++)
        str_add(&phrase, "a ");
    str_addc(&phrase, 'b');
    match_add(set, phrase.s, phrase.n, 0);
    match_build(set);
    while (text.n < n)
        str_add(&text, "a ");
    double begin = seconds();
    match_run(set, text.s, text.n, count_hit, &hits);
    assert_int_equal(hits, 0);
    return seconds() - begin;
}

/* The text that makes a backtracking search quadratic: eight times the bytes, about eight times the time.
 */
static void test_linear(void **state)
{
    (void)state;
    double small = worst_case(200000), large = worst_case(1600000);
    assert_true(large < small * 40 + 0.05);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_overlapping),    cmocka_unit_test(test_whole_words),
        cmocka_unit_test(test_empty_and_stop), cmocka_unit_test(test_against_naive),
        cmocka_unit_test(test_linear),
    };
    return cmocka_run_group_tests_name("match", tests, NULL, NULL);
}
