/* test_files.c: which letters the arguments of `bbt ingest` hold, in which order, with which bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "scratch.h"
#include "source/files.h"
#include "source/text.h"
#include "sys/file.h"
#include <cmocka.h>
#include <sys/stat.h>

struct seen {
    void *mem;
    char *dir;
    struct str log; /* "SHOWN SOURCE [bytes]\n" and "bad NAME: why\n" */
};

static bool visit(void *arg, const struct files_letter *letter, struct err *err)
{
    struct seen *s = arg;
    char buf[4096];
    size_t want = (size_t)letter->bytes;
    (void)err;
    assert_true(want < sizeof buf);
    assert_int_equal(read(letter->fd, buf, want), (ssize_t)want);
    buf[want] = '\0';
    assert_true(letter->mtime > 1600000000);
    str_addf(&s->log, "%s %s [%s]\n", letter->shown, letter->source, buf);
    return true;
}

static void bad(void *arg, const char *path, const char *why)
{
    struct seen *s = arg;
    const char *name = strrchr(path, '/');
    str_addf(&s->log, "bad %s: %s\n", name ? name + 1 : path, why);
}

static int setup(void **state)
{
    char dir[SCRATCH_MAX];
    struct seen *s = mem_zero(NULL, struct seen);
    s->mem = s;
    assert_non_null(scratch_dir(dir, "files"));
    s->dir = mem_str(s, dir);
    s->log = str_new(s);
    *state = s;
    return 0;
}

static void remove_tree(const void *mem, const char *path)
{
    struct err err = {0};
    struct stat st;
    const char **names;
    size_t n;
    if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        assert_true(file_names(mem, path, &names, &n, &err));
        for (size_t i = 0; i < n; i++)
            remove_tree(mem, file_join(mem, path, names[i]));
    }
    assert_int_equal(remove(path), 0);
}

static int teardown(void **state)
{
    struct seen *s = *state;
    remove_tree(s, s->dir);
    talloc_free(s);
    return 0;
}

static char *path_of(const struct seen *s, const char *name)
{
    return file_join(s->mem, s->dir, name);
}

static void put(const struct seen *s, const char *name, const char *bytes)
{
    struct err err = {0};
    assert_true(file_write(path_of(s, name), bytes, strlen(bytes), 0600, &err));
}

static void make_dir(const struct seen *s, const char *name)
{
    struct err err = {0};
    assert_true(file_make_dir(path_of(s, name), 0700, &err));
}

static const char *walk(struct seen *s, const char *name)
{
    struct err err = {0};
    assert_true(files_walk(name ? path_of(s, name) : s->dir, visit, bad, s, &err));
    return s->log.n ? s->log.s : "";
}

static void test_directory_in_order(void **state)
{
    struct seen *s = *state;
    put(s, "b.eml", "B");
    put(s, "a.eml", "A");
    make_dir(s, "c");
    put(s, "c/d.eml", "D");
    put(s, ".hidden", "no");
    put(s, "empty", "");
    assert_int_equal(symlink(s->dir, path_of(s, "loop")), 0);
    assert_string_equal(walk(s, NULL),
                        "a.eml file [A]\nb.eml file [B]\nc/d.eml file [D]\nbad empty: empty file\n");
    assert_int_equal(files_count(s->dir), 4);
}

static void test_arguments(void **state)
{
    struct seen *s = *state;
    put(s, "a.eml", "A");
    assert_int_equal(mkfifo(path_of(s, "pipe"), 0600), 0);
    assert_string_equal(walk(s, "a.eml"), "a.eml file [A]\n");
    str_cut(&s->log, 0);
    assert_string_equal(walk(s, "none"), "bad none: No such file or directory\n");
    str_cut(&s->log, 0);
    assert_string_equal(walk(s, "pipe"), "bad pipe: not a regular file\n");
}

static void test_maildir(void **state)
{
    struct seen *s = *state;
    const char *dirs[] = {"box", "box/cur", "box/new", "box/tmp"};
    for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
        make_dir(s, dirs[i]);
    put(s, "box/cur/1:2,S", "one");
    put(s, "box/new/2", "two");
    put(s, "box/tmp/3", "half");
    put(s, "box/dovecot-uidlist", "index");
    assert_string_equal(walk(s, "box"), "cur/1:2,S file [one]\nnew/2 file [two]\n");
}

static void test_mbox(void **state)
{
    struct seen *s = *state;
    put(s, "m",
        "From a@x Sat Nov 21 08:30:00 2026\nSubject: 1\n\none\n>From kept\n\nFrom b\nSubject: 2\n\ntwo\n\n"
        "From here on this is text\nof the second\n\n");
    assert_string_equal(walk(s, "m"),
                        "m#1 mbox [Subject: 1\n\none\n>From kept\n]\n"
                        "m#2 mbox [Subject: 2\n\ntwo\n\nFrom here on this is text\nof the second\n]\n");
    assert_int_equal(files_count(path_of(s, "m")), 1);
}

static void test_mbox_with_crlf(void **state)
{
    struct seen *s = *state;
    put(s, "m", "From a\r\nSubject: 1\r\n\r\none\r\n\r\nFrom b\r\nSubject: 2\r\n\r\ntwo\r\n");
    assert_string_equal(walk(s, "m"),
                        "m#1 mbox [Subject: 1\r\n\r\none\r\n]\nm#2 mbox [Subject: 2\r\n\r\ntwo\r\n]\n");
}

static void test_mbox_of_one(void **state)
{
    struct seen *s = *state;
    put(s, "m", "From a@x Sat Nov 21 08:30:00 2026\nSubject: 1\n\none\n\n");
    assert_string_equal(walk(s, "m"), "m#1 mbox [Subject: 1\n\none\n]\n");
}

static void test_mbox_with_empty_letter(void **state)
{
    struct seen *s = *state;
    put(s, "m",
        "From a@x Sat Nov 21 08:30:00 2026\n\nFrom b@x Sat Nov 21 08:31:00 2026\nSubject: 2\n\ntwo\n\n");
    assert_string_equal(walk(s, "m"), "bad m#1: empty letter\nm#2 mbox [Subject: 2\n\ntwo\n]\n");
}

/* "From " at the start of a file alone makes no mbox. */
static void test_no_mbox(void **state)
{
    struct seen *s = *state;
    put(s, "m", "From here to there.\n\nFrom nowhere.\n");
    assert_string_equal(walk(s, "m"), "m file [From here to there.\n\nFrom nowhere.\n]\n");
}

static void test_keys(void **state)
{
    struct seen *s = *state;
    assert_string_equal(text_key(s, "a b%c\n", 6), "a b%25c%0A");
    assert_string_equal(text_key(s, "\xc4\x91", 2), "\xc4\x91");
    assert_string_equal(text_key(s, "\xc4x", 2), "%C4x");
    assert_string_equal(text_key(s, "", 0), "");
}

static void test_header_end(void **state)
{
    (void)state;
    assert_int_equal(text_header_end("A: b\n\nbody\n", 11), 6);
    assert_int_equal(text_header_end("A: b\r\n\r\nbody", 12), 8);
    assert_int_equal(text_header_end("A: b\nC: d\n", 10), 10);
    assert_int_equal(text_header_end("\nbody", 5), 1);
    assert_int_equal(text_header_end("", 0), 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {T(test_directory_in_order),
                                       T(test_arguments),
                                       T(test_maildir),
                                       T(test_mbox),
                                       T(test_mbox_with_crlf),
                                       T(test_mbox_of_one),
                                       T(test_mbox_with_empty_letter),
                                       T(test_no_mbox),
                                       T(test_keys),
                                       cmocka_unit_test(test_header_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
