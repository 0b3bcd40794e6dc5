/* The programs of Debian, run by the reader as it is shipped, over the files of data/programs (make.py says
 * how they were made). Where a program is not installed its test is skipped: the reader then says so as
 * well. */

#include "reader/program.h"
#include "reader/reader.h"
#include "sys/file.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include <cmocka.h>

static void *mem;
static struct reader *reader;

static void add_part(struct str *s, const char *name, const char *bytes, size_t n)
{
    str_addf(s,
             "--b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
             "Content-Disposition: attachment; filename=\"%s\"\n\n",
             name);
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        unsigned v = 0;
        for (size_t k = 0; k < 3; k++)
            v = v << 8 | (i + k < n ? (unsigned char)bytes[i + k] : 0);
        for (unsigned k = 0; k < 4; k++)
            str_addc(s, i + k > n ? '=' : digits[v >> (18 - 6 * k) & 63]);
        if (i % 57 == 54)
            str_addc(s, '\n');
    }
    str_addc(s, '\n');
}

static struct str begin(void)
{
    struct str s = str_new(mem);
    str_add(&s,
            "From: a@example.org\nSubject: x\nMIME-Version: 1.0\n"
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nsee the file\n");
    return s;
}

static const struct letter *read_letter(struct str *s)
{
    struct err err = {0};
    uint64_t tag;
    str_add(s, "--b--\n");
    int fd = memfd_create("letter", MFD_CLOEXEC);
    assert_int_equal(write(fd, s->s, s->n), s->n);
    assert_true(reader_submit(reader, fd, "", s->n, 7, &err));
    close(fd);
    const struct letter *l = reader_wait(reader, mem, -1, &tag);
    assert_true(l && l->complete && tag == 7);
    return l;
}

static void add_file(struct str *s, const char *name)
{
    char *bytes;
    size_t n;
    struct err err = {0};
    const char *path = mem_fmt(mem, "tests/unit/data/programs/%s", name);
    if (!file_read(mem, path, 1u << 20, &bytes, &n, &err))
        fail_msg("%s", err.text);
    add_part(s, name, bytes, n);
}

static const struct letter_attachment *read_file(const char *name)
{
    struct str s = begin();
    add_file(&s, name);
    return &read_letter(&s)->attachments[0];
}

static bool installed(enum program_id id)
{
    return access(program_table()->of[id].path, X_OK) == 0;
}

static void check(const struct letter_attachment *a, const char *how, const char *words)
{
    assert_string_equal(a->how, how);
    if (!strstr(a->text, words))
        fail_msg("'%s' not in: %s", words, a->text);
}

static void needs(enum program_id id)
{
    if (!installed(id))
        skip();
}

static void a_pdf_with_text(void **state)
{
    (void)state;
    needs(PROGRAM_PDF_TEXT);
    const struct letter_attachment *a = read_file("text.pdf");
    check(a, "pdf", "27/BC-UBND");
    check(a, "pdf", "B\u00c1O C\u00c1O\nV\u1ec1 k\u1ebft qu\u1ea3"); /* NFC Vietnamese */
    assert_int_equal(a->defects.n, 0);
}

static void a_pdf_with_a_password(void **state)
{
    (void)state;
    needs(PROGRAM_PDF_TEXT);
    const struct letter_attachment *a = read_file("locked.pdf");
    check(a, "none", "");
    assert_true(str_list_has(&a->defects, "encrypted"));
}

/* What only begins like a PDF, and one that is cut off: a reason, and nothing else happens. */
static void a_broken_pdf(void **state)
{
    (void)state;
    needs(PROGRAM_PDF_TEXT);
    struct str s = begin();
    add_part(&s, "a.pdf", "%PDF-1.7\n%%EOF garbage", 22);
    add_file(&s, "text.pdf");
    const struct letter *l = read_letter(&s);
    check(&l->attachments[0], "none", "");
    assert_true(str_list_has(&l->attachments[0].defects, "program-failed"));
    check(&l->attachments[1], "pdf", "27/BC-UBND"); /* its neighbour is read */
}

/* The stamp stands in a frame, which the layout analysis takes for a picture. */
static void scans_are_read_with_their_stamp(void **state)
{
    (void)state;
    needs(PROGRAM_OCR_LAYOUT);
    needs(PROGRAM_PDF_PAGE);
    needs(PROGRAM_SCALE);
    static const char *const names[] = {"scan.pdf", "scan.png"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct letter_attachment *a = read_file(names[i]);
        check(a, "ocr", "31/CV-UBND");
        check(a, "ocr", "TUY\u1ec6T M\u1eacT");
        check(a, "ocr", "ng\u00e0y 09 th\u00e1ng 8");
    }
}

static void a_word_document(void **state)
{
    (void)state;
    needs(PROGRAM_DOC_OTHER);
    const struct letter_attachment *a = read_file("word.doc");
    check(a, "doc", "12/TTr-STTTT\nV\u1ec1 vi\u1ec7c ph\u00ea duy\u1ec7t");
}

/* Its text, and its files as attachments that are read in turn; a name that would lead elsewhere is shown.
 */
static void a_winmail_dat(void **state)
{
    (void)state;
    needs(PROGRAM_TNEF);
    needs(PROGRAM_PDF_TEXT);
    struct str s = begin();
    add_file(&s, "winmail.dat");
    const struct letter *l = read_letter(&s);
    assert_int_equal(l->n_attachments, 3);
    check(&l->attachments[0], "tnef", "Kinh gui Ban bien tap");
    assert_true(str_starts(l->attachments[1].name, "winmail.dat/"));
    assert_true(str_ends(l->attachments[1].name, "evil.pdf"));
    check(&l->attachments[1], "pdf", "27/BC-UBND");
    assert_string_equal(l->attachments[2].name, "winmail.dat/tin.txt");
    check(&l->attachments[2], "text", "s\u01a1 k\u1ebft");
}

static int start(void **state)
{
    (void)state;
    struct err err = {0};
    mem = mem_new();
    return reader_start(mem, "/proc/self/exe", 2, &reader, &err) ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    reader_stop(reader);
    talloc_free(mem);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1 && str_eq(argv[1], "--reader"))
        return reader_server();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pdf_with_text), cmocka_unit_test(a_pdf_with_a_password),
        cmocka_unit_test(a_broken_pdf),    cmocka_unit_test(scans_are_read_with_their_stamp),
        cmocka_unit_test(a_word_document), cmocka_unit_test(a_winmail_dat),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
