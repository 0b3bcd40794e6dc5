/* The whole reader through its server: what a letter says, the bounds at their edge, and death of children
 * and server. This program is its own server (--reader). Run from the top of the tree. */
#include "base/utf8.h"
#include "mail/thread.h"
#include "reader/html.h"
#include "reader/limits.h"
#include "reader/reader.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static struct reader *reader;
static void *mem;

static int raw_fd(const char *bytes, size_t n)
{
    int fd = memfd_create("letter", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), (ssize_t)n);
    return fd;
}

static const struct letter *wait_one(void)
{
    uint64_t tag = 0;
    const struct letter *l = reader_wait(reader, mem, -1, &tag);
    assert_non_null(l);
    assert_int_equal(tag, 7);
    assert_int_equal(reader_in_flight(reader), 0);
    return l;
}

static const struct letter *read_fd(int fd)
{
    struct err err = {0};
    assert_true(reader_submit(reader, fd, "", 0, 7, &err));
    close(fd);
    return wait_one();
}

static const struct letter *read_bytes(const char *bytes, size_t n)
{
    return read_fd(raw_fd(bytes, n));
}

static const struct letter *read_text(const char *text)
{
    return read_bytes(text, strlen(text));
}

static const struct letter *read_file(const char *name)
{
    char *path = mem_fmt(mem, "tests/unit/data/reader/%s", name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    return read_fd(fd);
}

static bool has(const struct letter *l, const char *defect)
{
    return str_list_has(&l->defects, defect);
}

/* ---- what a letter says ---- */

static void plain(void **state)
{
    (void)state;
    const struct letter *l =
        read_text("Received: by x\r\nFrom: =?utf-8?q?=C4=90=C6=A1n?= <a@b.vn>\r\n"
                  "Subject: =?UTF-8?B?YWJjZA==?= =?UTF-8?B?ZWZnaA==?=\r\n"
                  "Message-ID: <1@b.vn>\r\nIn-Reply-To: <0@b.vn> <x@y>\r\n"
                  "References: <r1@b> <r2@b>\r\nDate: Fri, 20 Nov 2026 08:00:00 +0700\r\n"
                  "Content-Type: text/plain; charset=us-ascii\r\n\r\n"
                  "ti\xe1\xba\xbfng\r\nhai\r\n");
    assert_true(l->complete);
    assert_int_equal(l->defects.n, 0);
    assert_string_equal(l->subject, "abcdefgh");
    assert_string_equal(letter_header_find(l, "from", 0)->value, "\xc4\x90\xc6\xa1n <a@b.vn>");
    assert_memory_equal(letter_header_find(l, "From", 0)->raw, " =?utf-8?q?=C4=90=C6=A1n?= <a@b.vn>", 35);
    assert_string_equal(l->message_id, "1@b.vn");
    assert_string_equal(l->in_reply_to, "0@b.vn");
    assert_int_equal(l->references.n, 2);
    assert_int_equal(l->date, 1795136400);
    assert_string_equal(l->body, "ti\xe1\xba\xbfng\nhai\n");
    assert_string_equal(l->texts[0].charset_by, "utf8");
    assert_string_equal(l->texts[0].charset, "us-ascii");
}

static void ids(void **state)
{
    (void)state;
    assert_string_equal(read_text("Message-ID: < >\n\nx")->message_id, "");
    assert_string_equal(read_text("Message-ID: <a@b>\nMessage-ID: <a@b>\n\nx")->message_id, "");
    assert_string_equal(read_text("Message-ID: <a@b> <c@d>\n\nx")->message_id, "");
    assert_string_equal(read_text("Message-ID: a@b\n\nx")->message_id, "a@b");
    assert_string_equal(read_text("Message-ID: =?utf-8?q?=3Ca@b=3E?=\n\nx")->message_id, "a@b");
}

static void alternative_keeps_all(void **state)
{
    (void)state;
    const struct letter *l = read_text(
        "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; "
        "format=flowed\n\n"
        "one \nline\n\n> old \n> words\n--b\nContent-Type: text/html; charset=utf-8\n\n"
        "<html><head><title>no</title><meta charset=windows-1258><style>p{}</style></head><body>"
        "<p>\xc4\x90\xc6\xa1n&nbsp;&amp; <b>x</b></p><script>no()</script><div>a<br>b</div>"
        "<table><tr><td>1<td>2</table><blockquote type=cite><p>old</p>words</blockquote></body></html>\n"
        "--b--\n");
    assert_int_equal(l->n_texts, 2);
    assert_int_equal(l->n_attachments, 0);
    assert_false(l->texts[0].html);
    assert_string_equal(l->texts[0].text, "one line\n\n> old words");
    assert_true(l->texts[1].html);
    assert_string_equal(l->texts[1].text, "\xc4\x90\xc6\xa1n & x\n\na\nb\n1 2\n\n> old\n\n> words");
    assert_string_equal(l->body, l->texts[0].text);
    assert_string_equal(l->fresh, "one line");
    struct thread thread = thread_split(l, l->texts[1].text, false, NULL);
    assert_string_equal(thread_text(l, l->texts[1].text, &thread, THREAD_FRESH),
                        "\xc4\x90\xc6\xa1n & x\n\na\nb\n1 2");
}

static void embedded_letter(void **state)
{
    (void)state;
    static const char inner[] =
        "From: x@y.vn\r\nSubject: =?utf-8?q?=C4=91?=\r\n"
        "Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\ninner text\r\n--i\r\n"
        "Content-Type: image/png; name=\"../../p.png\"\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nYWJj\r\n--i--\r\n";
    char *raw = mem_fmt(mem,
                        "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\nouter\r\n--o\r\n"
                        "Content-Type: message/rfc822; name=fwd.eml\r\n\r\n%s\r\n--o--\r\n",
                        inner);
    const struct letter *l = read_text(raw);
    assert_int_equal(l->n_texts, 1);
    assert_string_equal(l->texts[0].text, "outer");
    assert_int_equal(l->n_attachments, 2);
    assert_string_equal(l->attachments[0].type, "message/rfc822");
    assert_string_equal(l->attachments[0].how, "text");
    assert_string_equal(l->attachments[0].text, "\xc4\x91\ninner text");
    assert_string_equal(l->attachments[1].name, "fwd.eml/p.png");
    assert_string_equal(l->attachments[1].how, "text"); /* by its bytes it is no picture */
    assert_int_equal(l->attachments[1].bytes, 3);
    assert_string_equal(l->attachments[1].sha256,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    /* The embedded letter is hashed as it stands; GMime would write it anew. */
    assert_int_equal(l->attachments[0].bytes, sizeof inner - 1 + 2);
}

static void documents(void **state)
{
    (void)state;
    const struct letter *l = read_file("docx.eml");
    assert_string_equal(l->attachments[0].how, "docx");
    assert_string_equal(l->attachments[0].name, "don.docx");
    assert_string_equal(
        l->attachments[0].text,
        "M\xe1\xba\xacT\n\f\xc4\x90\xc6\xa1n khi\xe1\xba\xbfu n\xe1\xba\xa1i\nT\xc3\xb4i t\xc3\xaan "
        "L\xc3\xa2m\tB\xc3\xa1n\n& con\n\fremoved");
    assert_int_equal(l->attachments[0].defects.n, 1);
    assert_true(str_list_has(&l->attachments[0].defects, "tracked-changes"));
    l = read_file("odt.eml");
    assert_string_equal(l->attachments[0].how, "odt");
    assert_string_equal(l->attachments[0].text,
                        "T\xe1\xbb\x9d tr\xc3\xacnh\nm\xe1\xbb\x99t\thai  ba\nb\xe1\xbb\x91n\n"
                        "ch\xc3\xa2n trang\n\fremoved");
    l = read_file("fake.eml");
    assert_string_equal(l->attachments[0].real, "text"); /* whatever it calls itself */
    assert_true(str_starts(l->attachments[0].text, "this is no archive"));
    assert_true(str_list_has(&l->attachments[0].defects, "wrong-extension"));
}

static void hostile_documents(void **state)
{
    (void)state;
    const struct letter *l = read_file("bomb.eml");
    assert_true(l->complete);
    assert_true(str_list_has(&l->attachments[0].defects, "limit-archive"));
    assert_string_equal(l->attachments[0].text, "first");
    l = read_file("dtd.eml");
    assert_true(str_list_has(&l->attachments[0].defects, "xml-dtd"));
    assert_string_equal(l->attachments[0].text, "");
    l = read_file("broken.eml");
    assert_true(l->complete);
    assert_true(str_list_has(&l->attachments[0].defects, "file-broken"));
    assert_true(l->attachments[0].bytes > 0);
}

static void too_many_entries(void **state)
{
    (void)state;
    struct str raw = str_new(mem);
    str_add(&raw, "Content-Type: application/octet-stream; name=a.docx\n"
                  "Content-Disposition: attachment\nContent-Transfer-Encoding: binary\n\n");
    for (size_t i = 0; i < 2001; i++) /* empty stored entries */
        str_addn(&raw, "PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0x", 31);
    const struct letter *l = read_bytes(raw.s, raw.n);
    assert_true(str_list_has(&l->attachments[0].defects, "limit-archive"));
}

static void base64_bodies_are_whole(void **state)
{
    (void)state;
    const struct letter *l = read_text("Content-Transfer-Encoding: base64\n\nZmlyc3QgcGFydDs=\nc2Vjb25k\n");
    assert_string_equal(l->body, "first part;second"); /* GMime stops at the '=' */
}

/* ---- bad input ---- */

static void garbage(void **state)
{
    (void)state;
    const struct letter *l = read_text("");
    assert_true(l->complete && has(l, "empty") && has(l, "no-headers"));
    l = read_text("just words\nwithout a header\n\nand more\n");
    assert_true(has(l, "no-headers"));
    assert_string_equal(l->body, "just words\nwithout a header\n\nand more\n");
    l = read_text("From: a@b\rSubject: old mac\r\rbody\rlines");
    assert_true(has(l, "bare-cr"));
    assert_string_equal(l->subject, "old mac");
    assert_string_equal(l->body, "body\nlines");
    l = read_text("Content-Type: multipart/mixed; boundary=x\n\nno boundary ever\n");
    assert_true(l->n_texts == 1);
    assert_string_equal(l->body, "no boundary ever\n");
    char bytes[4096];
    uint32_t seed = 7;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(unsigned char)((seed = seed * 1664525u + 1013904223u) >> 24);
    l = read_bytes(bytes, sizeof bytes);
    assert_true(l->complete);
    assert_int_equal(l->bytes, sizeof bytes);
    assert_true(has(l, "not-a-letter"));
    assert_string_equal(l->body, "");
    l = read_bytes("\x7f"
                   "ELF\2\1\1\0\0\0corruption\0",
                   22); /* words of a program are nobody's words */
    assert_true(has(l, "not-a-letter"));
    assert_string_equal(l->body, "");
    l = read_bytes("\xff\xfe"
                   "t\0o\0 \0u\0s\0\n\0",
                   14); /* text, in UTF-16 */
    assert_false(has(l, "not-a-letter"));
    assert_string_equal(l->body, "to us\n");
}

static void html_bounds(void **state)
{
    (void)state;
    for (size_t attrs = HTML_MAX_ATTRS - 1; attrs <= HTML_MAX_ATTRS + 1; attrs++) {
        struct str raw = str_new(mem);
        str_add(&raw, "Content-Type: text/html\n\n<p");
        for (size_t i = 0; i < attrs; i++)
            str_addf(&raw, " a%zu='x > y'", i);
        str_add(&raw, ">words</p>");
        const struct letter *l = read_text(raw.s);
        assert_int_equal(has(l, "limit-html"), attrs > HTML_MAX_ATTRS);
        assert_true(strstr(l->body, "words") != NULL);
    }
}

static void html_depth(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) { /* html and body stand above, the text below */
        struct str raw = str_new(mem);
        str_add(&raw, "Content-Type: text/html\n\n");
        for (size_t k = 0; k < HTML_MAX_DEPTH - 3 + i; k++)
            str_add(&raw, "<div>");
        str_add(&raw, "deep");
        const struct letter *l = read_text(raw.s);
        assert_int_equal(has(l, "limit-html"), i == 1);
        assert_true(strstr(l->body, "deep") != NULL);
    }
}

/* 200,000 marks in the wrong order: utf8proc alone would need seconds, the child has ten. */
static void marks_are_linear(void **state)
{
    (void)state;
    struct str raw = str_new(mem);
    str_add(&raw, "Subject: x\n\na");
    for (size_t i = 0; i < 200000; i++)
        str_add(&raw, i % 2 ? "\xcc\x81" : "\xcc\xa3");
    const struct letter *l = read_text(raw.s);
    assert_true(l->complete);
    assert_true(strlen(l->body) > 400000);
    assert_true(str_starts(l->body, "\xe1\xba\xa1")); /* a with a dot below */
}

/* Each bound at -1, 0, +1: letters made by a function of the number. */
static char *many(size_t n, const char *what)
{
    struct str s = str_new(mem);
    for (size_t i = 0; i < n; i++)
        str_add(&s, what);
    return s.n ? s.s : mem_str(mem, "");
}

static char *fill(size_t n)
{
    char *s = mem_zero_size(mem, n + 1, 1, "fill");
    memset(s, 'x', n);
    return s;
}

static char *header_of(size_t n) /* the block has n bytes in fields under the field limit */
{
    struct str s = str_new(mem);
    while (s.n + 20000 < n)
        str_addf(&s, "X: %s\n", fill(10000));
    str_addf(&s, "X: %s\n", fill(n - s.n - 4));
    str_add(&s, "\nbody");
    return s.s;
}

static char *field_of(size_t n)
{
    return mem_fmt(mem, "X: %s\n\nbody", fill(n - 4));
}

static char *fields_of(size_t n)
{
    return mem_fmt(mem, "%s\nbody", many(n, "X: y\n"));
}

static char *groups_of(size_t n)
{
    return mem_fmt(mem, "From: %sa@b\n\nbody", many(n - 1, "g:"));
}

static char *depth_of(size_t n)
{
    struct str s = str_new(mem);
    for (size_t i = 0; i < n; i++)
        str_addf(&s, "Content-Type: multipart/mixed; boundary=b%zu\n\n--b%zu\n", i, i);
    str_add(&s, "\nbody\n");
    return s.s;
}

static char *parts_of(size_t n)
{
    return mem_fmt(mem, "Content-Type: multipart/mixed; boundary=b\n\n%s", many(n, "--b\n\nbody\n"));
}

static char *boundary_of(size_t n)
{
    char *b = fill(n);
    return mem_fmt(mem, "Content-Type: multipart/mixed; boundary=%s\n\n--%s\n\nbody\n--%s--\n", b, b, b);
}

static char *line_of(size_t n)
{
    return mem_fmt(mem, "Subject: x\n\nbody\n%s\n", fill(n - 1));
}

static void limits(void **state)
{
    (void)state;
    static const struct {
        char *(*make)(size_t n);
        size_t limit;
        const char *code;
    } cases[] = {
        {header_of, LIMIT_HEADERS, "limit-headers"},     {field_of, LIMIT_FIELD, "limit-field"},
        {fields_of, LIMIT_FIELDS, "limit-fields"},       {groups_of, LIMIT_GROUPS, "limit-groups"},
        {depth_of, LIMIT_DEPTH, "limit-depth"},          {parts_of, LIMIT_PARTS, "limit-parts"},
        {boundary_of, LIMIT_BOUNDARY, "limit-boundary"}, {line_of, LIMIT_LINE, "limit-line"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        for (int d = -1; d <= 1; d++) {
            const struct letter *l = read_text(cases[i].make(cases[i].limit + (size_t)(long)d));
            assert_true(l->complete);
            if (has(l, cases[i].code) != (d > 0))
                fail_msg("%s at %+d", cases[i].code, d);
            /* Within a bound everything is read; over it the headers still are. */
            assert_true(l->n_headers > 0);
            if (d <= 0 && !strstr(l->body, "body"))
                fail_msg("%s at %+d: no body", cases[i].code, d);
        }
}

static void the_group_bomb(void **state)
{
    (void)state;
    /* RELIABILITY 0.9: GMime dies of this; here also where only GMime would look, in an embedded letter. */
    char *groups = many(40300, "g:");
    const struct letter *l = read_text(mem_fmt(mem, "From: %s\nSubject: s\n\nx", groups));
    assert_true(l->complete && has(l, "limit-field"));
    l = read_text(
        mem_fmt(mem, "Subject: s\nContent-Type: message/rfc822\n\nFrom: %s\n\nx", many(9000, "g:")));
    assert_true(l->complete && has(l, "limit-groups"));
    assert_string_equal(l->subject, "s");
}

static void sameness(void **state)
{
    (void)state;
    const struct letter *a =
        read_text("Received: one\r\nFrom: a@b\r\nSubject:  x\r\n y\r\n\r\nbody\r\n\r\n");
    const struct letter *b = read_text("Received: two\nX-Spam: no\nFrom: a@b\nSubject: x y\n\nbody\n");
    const struct letter *c = read_text("From: a@b\nSubject: x y\n\nbody!\n");
    const struct letter *d = read_text("From: a@c\nSubject: x y\n\nbody\n");
    assert_string_equal(a->sameness, b->sameness);
    assert_string_not_equal(a->sha256, b->sha256);
    assert_string_not_equal(b->sameness, c->sameness);
    assert_string_not_equal(b->sameness, d->sameness);
    assert_string_equal(read_text("abc")->sha256,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* A letter of several buffers: every structure is found wherever a buffer ends. */
static void large_letters(void **state)
{
    (void)state;
    struct str raw = str_new(mem);
    str_add(&raw, "Subject: large\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nbody\n--b\n"
                  "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n");
    for (size_t i = 0; i < 60000; i++)
        str_add(&raw, "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5\n");
    str_add(&raw, "--b\nContent-Type: message/rfc822\n\nSubject: in\n\ntext\n--b--\n");
    const struct letter *l = read_bytes(raw.s, raw.n);
    assert_int_equal(l->defects.n, 0);
    assert_int_equal(l->attachments[0].bytes, 60000 * 51);
    assert_string_equal(l->attachments[1].text, "in\ntext");
    assert_int_equal(l->attachments[1].bytes, strlen("Subject: in\n\ntext\n"));
}

/* ---- death ---- */

static pid_t server_pid(void)
{
    char line[64] = "";
    int fd = open(mem_fmt(mem, "/proc/self/task/%d/children", (int)getpid()), O_RDONLY);
    assert_true(fd >= 0 && read(fd, line, sizeof line - 1) > 0);
    close(fd);
    return (pid_t)strtol(line, NULL, 10);
}

static void death_of_the_server(void **state)
{
    (void)state;
    struct err err = {0};
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const char *sha = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    assert_true(reader_submit(reader, ends[0], sha, 99, 7, &err)); /* its child blocks on the pipe */
    close(ends[0]);
    usleep(50000);
    kill(server_pid(), SIGKILL);
    const struct letter *l = wait_one();
    close(ends[1]);
    assert_false(l->complete);
    assert_true(has(l, "reader-died") && l->defects.n == 1);
    assert_string_equal(l->sha256, sha);
    assert_int_equal(l->bytes, 99);
    assert_string_equal(l->body, "");
    assert_string_equal(read_text("Subject: back\n\nx")->subject, "back");
}

static void facts_win(void **state)
{
    (void)state;
    struct err err = {0};
    int fd = raw_fd("abc", 3);
    const char *sha = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    assert_true(reader_submit(reader, fd, sha, 3, 7, &err));
    close(fd);
    const struct letter *l = wait_one();
    assert_string_equal(l->sha256, sha);
    assert_true(has(l, "sha256-differs"));
}

static void several_in_flight(void **state)
{
    (void)state;
    struct err err = {0};
    uint64_t seen = 0, tag;
    for (uint64_t i = 0; i < 4; i++) {
        int fd = raw_fd("Subject: x\n\ny", 13);
        assert_true(reader_submit(reader, fd, "", 13, i, &err));
        close(fd);
    }
    assert_true(reader_full(reader));
    int fd = raw_fd("x", 1);
    assert_false(reader_submit(reader, fd, "", 1, 9, &err));
    close(fd);
    while (reader_wait(reader, mem, -1, &tag))
        seen |= 1u << tag;
    assert_int_equal(seen, 15);
    assert_null(reader_wait(reader, mem, 10, &tag));
}

int main(int argc, char **argv)
{
    if (argc > 1 && str_eq(argv[1], "--reader"))
        return reader_server();
    struct err err = {0};
    mem = mem_new();
    if (!reader_start(mem, "/proc/self/exe", 4, &reader, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain),
        cmocka_unit_test(ids),
        cmocka_unit_test(alternative_keeps_all),
        cmocka_unit_test(embedded_letter),
        cmocka_unit_test(documents),
        cmocka_unit_test(hostile_documents),
        cmocka_unit_test(too_many_entries),
        cmocka_unit_test(base64_bodies_are_whole),
        cmocka_unit_test(garbage),
        cmocka_unit_test(html_bounds),
        cmocka_unit_test(html_depth),
        cmocka_unit_test(marks_are_linear),
        cmocka_unit_test(limits),
        cmocka_unit_test(the_group_bomb),
        cmocka_unit_test(sameness),
        cmocka_unit_test(large_letters),
        cmocka_unit_test(several_in_flight),
        cmocka_unit_test(facts_win),
        cmocka_unit_test(death_of_the_server),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    reader_stop(reader);
    talloc_free(mem);
    return failed;
}
