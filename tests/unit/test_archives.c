/* Archives other than zip: tar, gzip, bzip2, xz, 7z are written here by libarchive, rar comes from its own
 * tests (data/archives/README). Honest ones give their files, locked ones, volumes and bombs are said to be
 * what they are. Run from the top of the tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "attached.h"
#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#define ROOM (8u << 20)

typedef int archive_option(struct archive *a);

struct made {
    struct archive *a;
    char *bytes;
    size_t n;
};

static void begin(struct made *m, archive_option *format, archive_option *filter)
{
    *m = (struct made){.a = archive_write_new(), .bytes = talloc_size(mem, ROOM)};
    assert_int_equal(format(m->a), ARCHIVE_OK);
    if (filter)
        assert_int_equal(filter(m->a), ARCHIVE_OK);
    archive_write_set_bytes_in_last_block(m->a, 1);
    assert_int_equal(archive_write_open_memory(m->a, m->bytes, ROOM, &m->n), ARCHIVE_OK);
}

static void add(struct made *m, const char *name, const char *bytes, size_t n)
{
    struct archive_entry *e = archive_entry_new();
    archive_entry_set_pathname(e, name);
    archive_entry_set_filetype(e, bytes ? AE_IFREG : AE_IFDIR);
    archive_entry_set_perm(e, 0644);
    archive_entry_set_size(e, (la_int64_t)n);
    assert_int_equal(archive_write_header(m->a, e), ARCHIVE_OK);
    if (n > 0)
        assert_int_equal(archive_write_data(m->a, bytes, n), n);
    archive_entry_free(e);
}

static const char *finish(struct made *m, const char *name)
{
    archive_write_close(m->a);
    archive_write_free(m->a);
    return read_bytes(name, m->bytes, m->n);
}

static const char *read_fixture(const char *name)
{
    size_t n;
    char *bytes = read_whole(mem, mem_fmt(mem, "tests/unit/data/archives/%s", name), &n);
    return read_bytes(name, bytes, n);
}

static const struct packing {
    const char *name, *real;
    archive_option *format, *filter;
} packings[] = {
    {"a.tar", "tar", archive_write_set_format_pax_restricted, NULL},
    {"a.tar", "tar", archive_write_set_format_gnutar, NULL},
    {"a.tgz", "gzip", archive_write_set_format_ustar, archive_write_add_filter_gzip},
    {"a.tar.bz2", "bzip2", archive_write_set_format_pax_restricted, archive_write_add_filter_bzip2},
    {"a.tar.xz", "xz", archive_write_set_format_pax_restricted, archive_write_add_filter_xz},
    {"a.tar.zst", "zstd", archive_write_set_format_pax_restricted, archive_write_add_filter_zstd},
    {"a.7z", "7z", archive_write_set_format_7zip, NULL},
};

/* The rtf is one that test_formats reads: what lies in an archive goes through the same table. */
static void files_inside(void **state)
{
    (void)state;
    size_t n;
    char *rtf = read_whole(mem, "tests/unit/data/formats/full.rtf", &n);
    for (size_t i = 0; i < ARRAY_LEN(packings); i++) {
        const struct packing *p = &packings[i];
        struct made m;
        begin(&m, p->format, p->filter);
        add(&m, "vb", NULL, 0);
        add(&m, "vb/full.rtf", rtf, n);
        add(&m, "th\xc6\xb0.txt", "xin ch\xc3\xa0o", 9);
        assert_string_equal(finish(&m, p->name), "vb/full.rtf\t558\nth\xc6\xb0.txt\t9");
        assert_string_equal(x.a->real, p->real);
        assert_string_equal(x.a->how, p->real);
        assert_int_equal(x.a->defects.n, 0);
        assert_int_equal(x.n_inner, 2);
        assert_non_null(strstr(inner(mem_fmt(mem, "%s/vb/full.rtf", p->name))->text, "M\xe1\xba\xacT"));
        assert_string_equal(inner(mem_fmt(mem, "%s/th\xc6\xb0.txt", p->name))->text, "xin ch\xc3\xa0o");
    }
}

static void one_file_packed(void **state)
{
    (void)state;
    static const char words[] = "ph\xe1\xbb\xa5 l\xe1\xbb\xa5"
                                "c";
    static archive_option *const filters[] = {archive_write_add_filter_gzip, archive_write_add_filter_bzip2,
                                              archive_write_add_filter_xz, archive_write_add_filter_zstd};
    for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
        struct made m;
        begin(&m, archive_write_set_format_raw, filters[i]);
        add(&m, "x", words, sizeof words - 1);
        assert_string_equal(finish(&m, "vb.txt.gz"), "vb.txt\t11");
        assert_string_equal(inner("vb.txt.gz/vb.txt")->text, words);
    }
    assert_true(has("wrong-extension")); /* zstd under the name of gzip */
}

static void rar(void **state)
{
    (void)state;
    assert_string_equal(read_fixture("rar4.rar"), "test.txt\t20\ntestlink\t0\ntestdir/test.txt\t20");
    assert_string_equal(x.a->how, "rar");
    assert_string_equal(inner("rar4.rar/testdir/test.txt")->text, "test text document\n");
    assert_string_equal(read_fixture("rar5.rar"), "helloworld.txt\t29");
    assert_string_equal(x.a->how, "rar");
    assert_non_null(strstr(x.inner[0].text, "hello"));
}

static void locked(void **state)
{
    (void)state;
    static const char *const names[] = {"rar4-locked.rar", "rar4-locked-names.rar",
                                        "rar5-locked.rar", "rar5-locked-names.rar",
                                        "7z-locked.7z",    "7z-locked-names.7z"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        assert_string_equal(read_fixture(names[i]), "");
        assert_string_equal(x.a->how, "none");
        assert_true(has("encrypted"));
        for (size_t k = 0; k < x.n_inner; k++) /* only what is not locked; no cipher is taken for words */
            assert_int_equal(strncmp(x.inner[k].text, "This is from ", 13), 0);
    }
}

static void volumes(void **state)
{
    (void)state;
    static const char *const names[] = {"rar4-part.rar", "rar5-part.rar"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        read_fixture(names[i]);
        assert_string_equal(x.a->how, "none");
        assert_true(has("archive-part"));
    }
}

/* ---- hostile ---- */

static void bombs(void **state)
{
    (void)state;
    char *zeros = talloc_zero_size(mem, 32u << 20);
    for (size_t i = 2; i < ARRAY_LEN(packings); i++) {
        struct made m;
        begin(&m, packings[i].format, packings[i].filter);
        for (size_t k = 0; k < 3; k++)
            add(&m, "zeros", zeros, 32u << 20);
        double from = seconds();
        finish(&m, packings[i].name);
        assert_true(has("limit-archive"));
        assert_true(seconds() - from < 5.0);
    }
}

static void many_files(void **state)
{
    (void)state;
    struct made m;
    begin(&m, archive_write_set_format_ustar, archive_write_add_filter_gzip);
    for (size_t i = 0; i < 3000; i++)
        add(&m, "a.txt", "a", 1);
    finish(&m, "a.tgz");
    assert_true(has("limit-archive") && has("limit-attachments"));
    assert_true(x.n_inner <= EXTRACT_MAX_INNER);
}

static void nothing_inside(void **state)
{
    (void)state;
    struct made m;
    begin(&m, archive_write_set_format_7zip, NULL);
    assert_string_equal(finish(&m, "a.7z"), "");
    assert_string_equal(x.a->how, "none");
    assert_true(has("file-broken"));
}

/* Cut at every length, and bytes changed: no fault, and a file that is cut is never called whole. */
static void damage(void **state)
{
    (void)state;
    static const char *const names[] = {"rar4.rar", "rar5.rar", "rar5-locked.rar", "rar4-locked.rar",
                                        "7z-locked.7z"};
    uint32_t seed = 5;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        size_t n;
        char *bytes = read_whole(mem, mem_fmt(mem, "tests/unit/data/archives/%s", names[i]), &n);
        for (size_t cut = 8; cut < n; cut++)
            assert_non_null(read_bytes(names[i], bytes, cut));
        for (size_t round = 0; round < 500; round++) {
            char *copy = mem_bytes(mem, bytes, n);
            seed = seed * 1664525u + 1013904223u;
            copy[(seed >> 8) % n] = (char)(unsigned char)(seed >> 24);
            assert_non_null(read_bytes(names[i], copy, n));
        }
    }
}

int main(void)
{
    parse_prewarm();
    const struct CMUnitTest tests[] = {ATTACHED(files_inside), ATTACHED(one_file_packed), ATTACHED(rar),
                                       ATTACHED(locked),       ATTACHED(volumes),         ATTACHED(bombs),
                                       ATTACHED(many_files),   ATTACHED(nothing_inside),  ATTACHED(damage)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
