/* test_token.c: the tokens of our letters: 10^5 forged ones are refused, honest ones are found wherever a
 * mail program or a person may leave them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "verify/token.h"
#include "verify_world.h"

static const unsigned char key[TOKEN_KEY_BYTES] = "a key that lies outside the db.";
static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

static struct known_token honest_token(char text[TOKEN_TEXT])
{
    struct known_token t = {.id = 1,
                            .purpose = TOKEN_CONFIRM,
                            .ref = "BBT-2026-000123",
                            .unit = "CVT",
                            .address = "nvk@mic.gov.vn",
                            .content_hash =
                                "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
                            .letter_key = "ask/BBT-2026-000123/1"};
    token_make(key, t.purpose, t.ref, t.content_hash, t.address, t.letter_key, text);
    t.token = text;
    return t;
}

static void a_token_is_known_again(void **state)
{
    char text[TOKEN_TEXT], again[TOKEN_TEXT];
    struct known_token t = honest_token(text);
    (void)state;
    assert_int_equal(strlen(text), TOKEN_CHARS);
    assert_int_equal(strspn(text, digits), TOKEN_CHARS);
    token_make(key, t.purpose, t.ref, t.content_hash, t.address, t.letter_key, again);
    assert_string_equal(text, again);
    assert_true(token_check(key, &t));
}

/* The values must not run into each other: ("ab","c") is not ("a","bc"). */
static void values_have_borders(void **state)
{
    char a[TOKEN_TEXT], b[TOKEN_TEXT];
    (void)state;
    token_make(key, TOKEN_REPLY, "ab", "c", "d", "e", a);
    token_make(key, TOKEN_REPLY, "a", "bc", "d", "e", b);
    assert_string_not_equal(a, b);
    token_make(key, TOKEN_REPLY, "ab", "c", "", "de", a);
    token_make(key, TOKEN_REPLY, "ab", "c", "d", "e", b);
    assert_string_not_equal(a, b);
}

static uint32_t random_next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* One forgery of the honest token: the row differs by `kind`. Never the honest one itself. */
static void forge(struct known_token *t, char text[TOKEN_TEXT], unsigned char other[TOKEN_KEY_BYTES],
                  const unsigned char **use, uint32_t *seed, char room[80])
{
    uint32_t at = random_next(seed) % TOKEN_CHARS;
    switch (random_next(seed) % 9) {
    case 0: /* one character changed */
        text[at] =
            digits[(size_t)(strchr(digits, text[at]) - digits + 1 + (int)(random_next(seed) % 31)) % 32];
        break;
    case 1: /* all random */
        for (size_t i = 0; i < TOKEN_CHARS; i++)
            text[i] = digits[random_next(seed) % 32];
        break;
    case 2: /* cut */
        text[at] = '\0';
        break;
    case 3:
        snprintf(room, 80, "BBT-2026-%06u", 200000 + random_next(seed) % 500000);
        t->ref = room;
        break;
    case 4:
        snprintf(room, 80, "p%u@mic.gov.vn", random_next(seed));
        t->address = room;
        break;
    case 5:
        snprintf(room, 80, "%064x", random_next(seed));
        t->content_hash = room;
        break;
    case 6:
        t->purpose = TOKEN_REPLY;
        break;
    case 7:
        other[at] = (unsigned char)(other[at] ^ (1u << (random_next(seed) % 8)));
        *use = other;
        break;
    default:
        snprintf(room, 80, "ask/BBT-2026-000123/%u", 2 + random_next(seed) % 90000);
        t->letter_key = room;
    }
}

static void a_hundred_thousand_forgeries(void **state)
{
    uint32_t seed = 20261122;
    size_t accepted = 0;
    (void)state;
    for (int i = 0; i < 100000; i++) {
        char text[TOKEN_TEXT], room[80];
        unsigned char other[TOKEN_KEY_BYTES];
        const unsigned char *use = key;
        struct known_token t = honest_token(text);
        memcpy(other, key, sizeof other);
        forge(&t, text, other, &use, &seed, room);
        accepted += token_check(use, &t);
    }
    print_message("# 100000 forged tokens, %zu accepted\n", accepted);
    assert_int_equal(accepted, 0);
}

static void case_length_and_null_are_refused(void **state)
{
    char text[TOKEN_TEXT], longer[TOKEN_TEXT + 1];
    struct known_token t = honest_token(text);
    (void)state;
    snprintf(longer, sizeof longer, "%s0", text);
    t.token = longer;
    assert_false(token_check(key, &t));
    for (size_t i = 0; i < TOKEN_CHARS; i++)
        if (text[i] >= 'a') {
            text[i] = (char)(text[i] - 'a' + 'A');
            break;
        }
    t.token = text;
    assert_false(token_check(key, &t));
    t.token = "";
    assert_false(token_check(key, &t));
    t.token = NULL;
    assert_false(token_check(key, &t));
}

static void only_proved_tokens_are_kept(void **state)
{
    char text[TOKEN_TEXT], bad[TOKEN_TEXT];
    struct known_token v[3] = {honest_token(text), honest_token(bad), honest_token(text)};
    struct known known = {.tokens = v, .n_tokens = 3};
    (void)state;
    bad[3] = bad[3] == '0' ? '1' : '0';
    v[2].id = 3;
    token_keep_proved(key, &known);
    assert_int_equal(known.n_tokens, 2);
    assert_int_equal(known.tokens[1].id, 3);
    assert_string_equal(known.tokens[0].token, "");
    token_keep_proved(key, &known); /* what was checked once bears no token any more */
    assert_int_equal(known.n_tokens, 0);
    struct known_token one[1] = {honest_token(text)};
    known = (struct known){.tokens = one, .n_tokens = 1};
    token_keep_proved(NULL, &known);
    assert_int_equal(known.n_tokens, 0);
}

/* ---- where it is found ---- */

static struct letter *letter_of(const void *mem, const char *headers, const char *body)
{
    struct letter *l = letter_from(mem, headers, strlen(headers));
    *mem_append(mem, l->texts, l->n_texts) = (struct letter_text){.text = body, .charset = "utf-8"};
    letter_derive(mem, l);
    return l;
}

static bool found(const void *mem, const char *headers, const char *body, const char *token)
{
    struct str_list all = token_candidates(mem, letter_of(mem, headers, body));
    return str_list_has(&all, token);
}

static void honest_places(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    char t[TOKEN_TEXT], upper[TOKEN_TEXT];
    struct known_token k = honest_token(t);
    (void)state;
    (void)k;
    for (size_t i = 0; i < sizeof t; i++)
        upper[i] = t[i] >= 'a' ? (char)(t[i] - 'a' + 'A') : t[i];
    assert_true(found(mem, mem_fmt(mem, "To: BBT <banbientap+%s@mic.gov.vn>\r\n", t), "", t));
    assert_true(found(mem, mem_fmt(mem, "Cc: a@b.vn,\r\n <banbientap+%s@mic.gov.vn>\r\n", upper), "", t));
    assert_true(found(mem, mem_fmt(mem, "Delivered-To: banbientap+%s@mic.gov.vn\r\n", t), "", t));
    assert_true(found(mem, mem_fmt(mem, "In-Reply-To: <bbt.%s@mic.gov.vn>\r\n", t), "", t));
    assert_true(found(mem, mem_fmt(mem, "In-Reply-To:\r\n <%.9s\r\n %s@mic.gov.vn>\r\n", t, t + 9), "", t));
    assert_true(found(mem, mem_fmt(mem, "References: <a.b@c>\r\n\t<%s@mic.gov.vn>\r\n", t), "", t));
    assert_true(found(mem, mem_fmt(mem, "Subject: Re: [BBT-2026-000123 %s] xin y kien\r\n", t), "", t));
    assert_true(found(mem, mem_fmt(mem, "Subject: Re: [BBT-2026-000123\r\n %s] a\r\n", upper), "", t));
    assert_true(found(mem, "", mem_fmt(mem, "dong y\n\nMa: %s\n", t), t));
    assert_true(found(mem, "", mem_fmt(mem, "ok\n\nOn 1 Dec 2024 BBT wrote:\n> a\n>> %s.\n", t), t));
    assert_true(found(mem, "", mem_fmt(mem, "ok (%s)", upper), t));
}

/* A person who types it writes o for 0 and l or i for 1. */
static void typed_by_a_person(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    assert_true(found(mem, "", "ma lOil23456789abcdefghjkmnp0 day", "1011123456789abcdefghjkmnp0") ==
                false); /* 27 characters are none */
    assert_true(found(mem, "", "ma lOil23456789abcdefghjkmn0 day", "101123456789abcdefghjkmn0") == false);
    assert_true(found(mem, "", "ma lOil23456789abcdefghjkmnp8 day",
                      "1011"
                      "23456789abcdefghjkmnp8") == true);
}

static void not_a_candidate(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    char t[TOKEN_TEXT];
    struct known_token k = honest_token(t);
    (void)state;
    (void)k;
    assert_false(found(mem, mem_fmt(mem, "From: %s@mic.gov.vn\r\nReply-To: %s@x.vn\r\n", t, t), "", t));
    assert_false(found(mem, "", mem_fmt(mem, "x%s", t), t));
    assert_false(found(mem, "", mem_fmt(mem, "%.25s", t), t));
    struct str many = str_new(mem);
    for (int i = 0; i < 4000; i++)
        str_addf(&many, "%022d%04d ", i, i * 2 % 10 * 1000);
    struct str_list all = token_candidates(mem, letter_of(mem, "Subject: a\r\n", many.s));
    assert_int_equal(all.n, TOKENS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_is_known_again),
        cmocka_unit_test(values_have_borders),
        cmocka_unit_test(a_hundred_thousand_forgeries),
        cmocka_unit_test(case_length_and_null_are_refused),
        cmocka_unit_test(only_proved_tokens_are_kept),
        cmocka_unit_test(honest_places),
        cmocka_unit_test(typed_by_a_person),
        cmocka_unit_test(not_a_candidate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
