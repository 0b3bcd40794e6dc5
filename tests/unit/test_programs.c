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

static const struct letter_attachment *find(const struct letter *l, const char *name)
{
    for (size_t i = 0; i < l->n_attachments; i++)
        if (str_eq(l->attachments[i].name, name))
            return &l->attachments[i];
    fail_msg("no '%s'", name);
    return NULL;
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

/* The bytes of what lies in an archive or a letter are fetched by a second reading. */
static void files_inside_archives_and_letters(void **state)
{
    (void)state;
    needs(PROGRAM_PDF_TEXT);
    needs(PROGRAM_DOC_OTHER);
    needs(PROGRAM_TNEF);
    static const struct {
        const char *name, *how, *words;
    } wanted[] = {{"nested.zip/a.zip/text.pdf", "pdf", "27/BC-UBND"},
                  {"nested.zip/a.zip/word.doc", "doc", "12/TTr-STTTT"},
                  {"nested.zip/a.zip/winmail.dat", "tnef", "Kinh gui"},
                  {"nested.zip/b.eml/in.pdf", "pdf", "27/BC-UBND"},
                  {"nested.zip/text.pdf", "pdf", "27/BC-UBND"},
                  {"nested.zip/a.zip/winmail.dat/tin.txt", "text", "s\u01a1 k\u1ebft"}};
    struct str s = begin();
    add_file(&s, "word.doc"); /* what lies inside counts from its own attachment */
    add_file(&s, "nested.zip");
    const struct letter *l = read_letter(&s);
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        const struct letter_attachment *a = find(l, wanted[i].name);
        check(a, wanted[i].how, wanted[i].words);
    }
    assert_int_equal(l->n_attachments, 11);
}

/* Made by Apache POI and by xlwt: what stands in text boxes, on a second slide, on a second sheet. */
static void presentations_and_workbooks(void **state)
{
    (void)state;
    const struct letter_attachment *a = read_file("slides.ppt");
    check(a, "ppt", "B\u00e1o c\u00e1o chuy\u1ec3n \u0111\u1ed5i s\u1ed1");
    check(a, "ppt", "S\u1ed1: 27/BC-STTTT\nS\u1edf Th\u00f4ng tin");
    check(a, "ppt", "\fTUY\u1ec6T M\u1eacT\n");
    needs(PROGRAM_XLS);
    a = read_file("book.xls");
    check(a, "xls", "23/11/2026\tH\u1ecdp v\u1ec1 chuy\u1ec3n");
    check(a, "xls", "\fTUY\u1ec6T M\u1eacT");
}

/* Cut anywhere: what is there, or a reason, and never the end of the reader. */
static void a_cut_presentation(void **state)
{
    (void)state;
    char *bytes;
    size_t n;
    struct err err = {0};
    assert_true(file_read(mem, "tests/unit/data/programs/slides.ppt", 1u << 20, &bytes, &n, &err));
    for (size_t keep = 512; keep < n; keep += 1100) {
        struct str s = begin();
        add_part(&s, "a.ppt", bytes, keep);
        const struct letter_attachment *a = &read_letter(&s)->attachments[0];
        assert_true(*a->text || a->defects.n > 0);
    }
}

static void needs_ocr(void)
{
    needs(PROGRAM_OCR_LAYOUT);
    needs(PROGRAM_PDF_PAGE);
    needs(PROGRAM_SCALE);
}

/* A telephone says how it was held; a scan on its side or head does not. */
static void pictures_are_read_upright(void **state)
{
    (void)state;
    needs_ocr();
    static const char *const names[] = {"photo.jpg", "side.png", "head.png"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct letter_attachment *a = read_file(names[i]);
        check(a, "ocr", "TUY\u1ec6T M\u1eacT");
        check(a, "ocr", "ng\u00e0y 09 th\u00e1ng 8");
    }
}

/* The stamp is a picture, the rest is text: both are read, and kept apart. */
static void stamps_in_documents_are_seen(void **state)
{
    (void)state;
    needs_ocr();
    static const struct {
        const char *name, *seen, *how, *words;
    } files[] = {{"stamped.docx", "stamped.docx/word/media/image1.png", "docx", "44/Q\u0110-UBND"},
                 {"stamped.odt", "stamped.odt/Pictures/1000.png", "odt", "45/Q\u0110-UBND"},
                 {"stamped.pdf", "stamped.pdf/ocr", "pdf", "27/BC-UBND"}};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct str s = begin();
        add_file(&s, files[i].name);
        const struct letter *l = read_letter(&s);
        check(&l->attachments[0], files[i].how, files[i].words);
        assert_null(strstr(l->attachments[0].text, "M\u1eacT"));
        check(find(l, files[i].seen), "ocr", "TUY\u1ec6T M\u1eacT");
    }
}

/* An emblem in a document says nothing, and that is no reason to hold it; dots are not looked at. */
static void pictures_without_words_are_no_matter(void **state)
{
    (void)state;
    needs_ocr();
    struct str s = begin();
    add_file(&s, "stamped.docx");
    const struct letter *l = read_letter(&s);
    assert_int_equal(l->n_attachments, 3); /* neither the dot nor the drawing */
    const struct letter_attachment *emblem = find(l, "stamped.docx/word/media/image4.png");
    assert_string_equal(emblem->how, "ocr");
    assert_true(str_list_has(&emblem->defects, "ocr-empty"));
    const struct letter_attachment *dot = read_file("dot.png");
    check(dot, "none", "");
    assert_true(str_list_has(&dot->defects, "picture-small"));
}

/* The same emblem on three pages costs no OCR. */
static void a_letterhead_costs_nothing(void **state)
{
    (void)state;
    needs(PROGRAM_PDF_TEXT);
    struct str s = begin();
    add_file(&s, "letterhead.pdf");
    const struct letter *l = read_letter(&s);
    assert_int_equal(l->n_attachments, 1);
    check(&l->attachments[0], "pdf", "27/BC-UBND");
    assert_int_equal(l->attachments[0].defects.n, 0);
}

/* 100,000 by 100,000 dots in 74 bytes. */
static void a_picture_that_lies_is_not_unpacked(void **state)
{
    (void)state;
    const struct letter_attachment *a = read_file("bomb.png");
    check(a, "none", "");
    assert_int_equal(a->defects.n, 1);
    assert_true(str_list_has(&a->defects, "picture-large"));
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

/* A29: what is said of signatures in a PDF. Names, times and ranges are the signer's word. */
static void signatures_in_a_pdf(void **state)
{
    (void)state;
    needs(PROGRAM_PDF_SIGNED);
    static const struct {
        const char *file;
        size_t n;
        bool intact, whole;
        const char *name, *defect;
    } wanted[] = {
        {"signed-whole.pdf", 1, true, true, "S\u00f9ng M\u00ed D\u1ebb", ""},
        {"signed-more.pdf", 1, true, false, "S\u00f9ng M\u00ed D\u1ebb", "signature-part"},
        {"signed-broken.pdf", 1, false, true, "S\u00f9ng M\u00ed D\u1ebb", "signature-broken"},
        {"signed-twice.pdf", 2, true, false, "S\u00f9ng M\u00ed D\u1ebb", "signature-part"},
        {"signed-name.pdf", 1, true, false, NULL, "signature-part"},
        {"text.pdf", 0, false, false, NULL, ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        const struct letter_attachment *a = read_file(wanted[i].file);
        check(a, "pdf", i < 5 ? "khai truong" : "27/BC-UBND");
        assert_int_equal(a->n_signatures, wanted[i].n);
        if (wanted[i].n > 0) {
            assert_int_equal(a->signatures[0].intact, wanted[i].intact);
            assert_int_equal(a->signatures[0].whole, wanted[i].whole);
            assert_true(a->signatures[0].at > 1795000000 && a->signatures[0].at < 1800000000);
        }
        if (wanted[i].name)
            assert_string_equal(a->signatures[0].name, wanted[i].name);
        assert_true(!*wanted[i].defect || str_list_has(&a->defects, wanted[i].defect));
        assert_int_equal(a->defects.n, *wanted[i].defect ? 1 : 0);
    }
    const struct letter_attachment *twice = read_file("signed-twice.pdf");
    assert_true(twice->signatures[1].intact && twice->signatures[1].whole);
    assert_string_equal(twice->signatures[1].name, "Gi\u00e0ng Th\u1ecb E");
}

/* The word that a signature begins with, and none: no warning. */
static void no_signature_in_a_pdf(void **state)
{
    (void)state;
    needs(PROGRAM_PDF_SIGNED);
    char *bytes;
    size_t n;
    struct err err = {0};
    struct str s = begin(), pdf = str_new(mem);
    assert_true(file_read(mem, "tests/unit/data/programs/text.pdf", 1u << 20, &bytes, &n, &err));
    str_addn(&pdf, bytes, n);
    str_add(&pdf, "% /ByteRange [0 1 2 3]\n");
    add_part(&s, "a.pdf", pdf.s, pdf.n);
    const struct letter *l = read_letter(&s);
    check(&l->attachments[0], "pdf", "27/BC-UBND");
    assert_int_equal(l->attachments[0].n_signatures, 0);
    assert_int_equal(l->attachments[0].defects.n, 0);
}

int main(int argc, char **argv)
{
    if (argc > 1 && str_eq(argv[1], "--reader"))
        return reader_server();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pdf_with_text),
        cmocka_unit_test(a_pdf_with_a_password),
        cmocka_unit_test(a_broken_pdf),
        cmocka_unit_test(signatures_in_a_pdf),
        cmocka_unit_test(no_signature_in_a_pdf),
        cmocka_unit_test(scans_are_read_with_their_stamp),
        cmocka_unit_test(a_word_document),
        cmocka_unit_test(a_winmail_dat),
        cmocka_unit_test(files_inside_archives_and_letters),
        cmocka_unit_test(presentations_and_workbooks),
        cmocka_unit_test(a_cut_presentation),
        cmocka_unit_test(pictures_are_read_upright),
        cmocka_unit_test(stamps_in_documents_are_seen),
        cmocka_unit_test(pictures_without_words_are_no_matter),
        cmocka_unit_test(a_letterhead_costs_nothing),
        cmocka_unit_test(a_picture_that_lies_is_not_unpacked),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
