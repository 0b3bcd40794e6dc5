/* Sealing: what goes in comes out for each key and for no other, of any size around the chunk; every byte
 * of the ciphertext is authenticated; parts can be handed on without a key, and not be swapped between
 * things; and what stays of a letter outside holds none of its words. */
#include "base/hash.h"
#include "scratch.h"
#include "sealing_parts.h"
#include "sys/seal.h"
#include <setjmp.h>
#include <sodium.h>
#include <sys/stat.h>

#include <cmocka.h>

struct pair {
    struct seal_key public_key;
    unsigned char secret[SEAL_KEY_BYTES];
};

static struct pair new_pair(const char *name)
{
    struct pair p = {.public_key = {.name = name}};
    assert_int_not_equal(sodium_init(), -1);
    crypto_box_keypair(p.public_key.bytes, p.secret);
    return p;
}

static char *pattern(const void *mem, size_t n)
{
    char *s = mem_array(mem, char, n + 1);
    for (size_t i = 0; i < n; i++)
        s[i] = (char)(i * 31 % 251);
    return s;
}

static bool opens(const void *mem, const char *bytes, size_t n, const struct pair *p,
                  struct seal_part **ret, size_t *ret_n, enum err_kind *ret_kind)
{
    struct err err = {0};
    const char *label;
    size_t at = 0;
    *ret_n = 0;
    bool ok = seal_open(mem, bytes, n, &at, p->secret, &label, ret, ret_n, &err) && at == n;
    *ret_kind = err.kind;
    return ok;
}

static void test_sizes(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 131072, 200000};
    struct pair a = new_pair("inspectorate"), b = new_pair("recovery"), c = new_pair("stranger");
    struct seal_key two[] = {a.public_key, b.public_key};
    const struct seal_keys keys = {two, 2};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        void *mem = mem_new();
        const struct seal_part parts[] = {{"record", "{}", 2},
                                          {"letter", pattern(mem, sizes[i]), sizes[i]}};
        struct seal_part *got;
        size_t n, n_got;
        enum err_kind kind;
        char *sealed = seal_close(mem, "BBT-2026-000001", &keys, parts, 2, &n);
        for (int k = 0; k < 2; k++) {
            assert_true(opens(mem, sealed, n, k ? &b : &a, &got, &n_got, &kind));
            assert_int_equal(n_got, 2);
            assert_string_equal(got[1].name, "letter");
            assert_int_equal(got[1].n, sizes[i]);
            assert_memory_equal(got[1].bytes, parts[1].bytes, sizes[i]);
        }
        assert_false(opens(mem, sealed, n, &c, &got, &n_got, &kind));
        assert_int_equal(kind, ERR_NO);
        talloc_free(mem);
    }
}

/* Every bit of a part, one after the other, and every length of the file. */
static void test_damage(void **state)
{
    (void)state;
    void *mem = mem_new();
    struct pair a = new_pair("inspectorate");
    const struct seal_keys keys = {&a.public_key, 1};
    const struct seal_part part = {"letter", "a secret of some length", 23};
    struct seal_part *got;
    size_t n, n_got, begins;
    enum err_kind kind;
    char *sealed = seal_close(mem, "X", &keys, &part, 1, &n);
    begins = (size_t)((char *)memmem(sealed, n, "part letter", 11) - sealed);
    for (size_t i = begins; i < n; i++) {
        for (int bit = 0; bit < 8; bit++) {
            _cleanup_mem_ void *work = mem_new();
            char *bad = mem_bytes(work, sealed, n);
            bad[i] = (char)(bad[i] ^ 1 << bit);
            bool same = opens(work, bad, n, &a, &got, &n_got, &kind);
            assert_false(same);
            assert_true(kind == ERR_DATA || kind == ERR_NO);
        }
    }
    for (size_t cut = 0; cut < n; cut++) {
        _cleanup_mem_ void *work = mem_new();
        assert_false(opens(work, mem_bytes(work, sealed, cut), cut, &a, &got, &n_got, &kind));
    }
    talloc_free(mem);
}

static void test_excerpt(void **state)
{
    (void)state;
    void *mem = mem_new();
    struct pair a = new_pair("inspectorate");
    const struct seal_keys keys = {&a.public_key, 1};
    const struct seal_part parts[] = {{"record", "who", 3}, {"letter", "what", 4}, {"reading", "text", 4}};
    const char *name = "record";
    const struct str_list wanted = {&name, 1};
    struct str out = str_new(mem);
    struct err err = {0};
    size_t n, at = 0, things = 0;
    for (int i = 0; i < 3; i++) {
        char *sealed = seal_close(mem, mem_fmt(mem, "R%d", i), &keys, parts, 3, &n);
        assert_true(seal_excerpt(sealed, n, &wanted, &out, &err));
    }
    while (at < out.n) {
        const char *label;
        struct seal_part *got;
        size_t n_got;
        assert_true(seal_open(mem, out.s, out.n, &at, a.secret, &label, &got, &n_got, &err));
        assert_string_equal(label, mem_fmt(mem, "R%zu", things++));
        assert_int_equal(n_got, 1);
        assert_string_equal(got[0].bytes, "who");
    }
    assert_int_equal(things, 3);
    assert_false(seal_excerpt("x", 1, &wanted, &out, &err));
    talloc_free(mem);
}

/* A part of one thing under the label of another: nobody's key opens that. */
static void test_labels_are_bound(void **state)
{
    (void)state;
    void *mem = mem_new();
    struct pair a = new_pair("inspectorate");
    const struct seal_keys keys = {&a.public_key, 1};
    const struct seal_part part = {"letter", "what", 4};
    struct seal_part *got;
    size_t n, n_got;
    enum err_kind kind;
    char *sealed = seal_close(mem, "BBT-2026-000001", &keys, &part, 1, &n);
    sealed[strlen("BBT-SEALED 1 BBT-2026-00000")] = '2';
    assert_false(opens(mem, sealed, n, &a, &got, &n_got, &kind));
    assert_int_equal(kind, ERR_DATA);
    talloc_free(mem);
}

static void test_key_files(void **state)
{
    (void)state;
    char dir[SCRATCH_MAX];
    assert_non_null(scratch_dir(dir, "seal"));
    void *mem = mem_new();
    char *path = mem_fmt(mem, "%s/key", dir), *other = mem_fmt(mem, "%s/key.pub", dir);
    unsigned char secret[SEAL_KEY_BYTES], derived[SEAL_KEY_BYTES];
    struct seal_key key = {0};
    struct stat st;
    struct err err = {0};
    assert_true(seal_make_pair(path, &err));
    assert_true(seal_read_secret(path, secret, &err) && seal_read_public(other, &key, &err));
    crypto_scalarmult_base(derived, secret);
    assert_memory_equal(derived, key.bytes, SEAL_KEY_BYTES);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_false(seal_make_pair(path, &err));
    assert_false(seal_read_public(path, &key, &err)); /* the secret half is not for a house */
    assert_int_equal(err.kind, ERR_CONF);
    assert_int_equal(chmod(path, 0644), 0);
    assert_false(seal_read_secret(path, secret, &err));
    unlink(path);
    unlink(other);
    rmdir(dir);
    talloc_free(mem);
}

static void test_what_stays_of_a_report(void **state)
{
    (void)state;
    void *mem = mem_new();
    const char *report =
        "{\"file\":\"CANARY\",\"sha256\":\"ab\",\"message_id\":\"CANARY\",\"received\":\"2026\","
        "\"subject\":\"CANARY\","
        "\"sender\":{\"address\":\"CANARY\",\"name\":\"CANARY\",\"unit\":\"CANARY\"},\"verdict\":"
        "\"accept\","
        "\"kind\":\"mic/complaint\",\"category\":\"complaint\",\"score\":0.9,"
        "\"reasons\":[{\"rule\":\"r:1\",\"where\":\"attachment:CANARY\",\"text\":\"CANARY\",\"weight\":3,"
        "\"cite\":\"c\"}],"
        "\"holds\":[{\"reason\":\"limits\",\"text\":\"CANARY\"}],\"route\":[{\"to\":\"TTra\",\"why\":"
        "\"CANARY\"}],"
        "\"attachments\":[{\"name\":\"CANARY\"}],\"secrecy\":{\"marked\":true,\"where\":\"CANARY\"},"
        "\"learnt_tomorrow\":{\"x\":[\"CANARY\"]},\"submission\":\"BBT-1\"}";
    const char *left = sealing_blank_report(mem, report);
    assert_null(strstr(left, "CANARY"));
    static const char *const stays[] = {
        "\"rule\":\"r:1\"", "\"reason\":\"limits\"",    "\"to\":\"TTra\"",        "\"marked\":true",
        "\"weight\":3",     "\"submission\":\"BBT-1\"", "\"verdict\":\"accept\"", "\"sealed\":true"};
    for (size_t i = 0; i < ARRAY_LEN(stays); i++)
        assert_non_null(strstr(left, stays[i]));
    assert_string_equal(sealing_blank_report(mem, "no json CANARY"), "{\"sealed\":true}");
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),     cmocka_unit_test(test_damage),
        cmocka_unit_test(test_excerpt),   cmocka_unit_test(test_labels_are_bound),
        cmocka_unit_test(test_key_files), cmocka_unit_test(test_what_stays_of_a_report)};
    return cmocka_run_group_tests_name("seal", tests, NULL, NULL);
}
