/* Files and letters that try to be read as less than they are, or to cost more: each is within its bounds,
 * and what could not be read is said. Large inputs are made here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "attached.h"
#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>
#include <sodium.h>
#include <sys/mman.h>
#include <unistd.h>

#define SHEET "xl/worksheets/sheet1.xml"

/* ---- office files ---- */

static const char *read_zipped(const char *name, const char *const *files, size_t n_files)
{
    size_t room = 32u << 20, n = 0;
    char *bytes = talloc_size(mem, room);
    struct archive *a = archive_write_new();
    archive_write_set_format_zip(a);
    archive_write_set_bytes_in_last_block(a, 1);
    assert_int_equal(archive_write_open_memory(a, bytes, room, &n), ARCHIVE_OK);
    for (size_t i = 0; i < n_files; i += 2) {
        struct archive_entry *e = archive_entry_new();
        archive_entry_set_pathname(e, files[i]);
        archive_entry_set_filetype(e, AE_IFREG);
        archive_entry_set_perm(e, 0644);
        archive_entry_set_size(e, (la_int64_t)strlen(files[i + 1]));
        assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
        archive_write_data(a, files[i + 1], strlen(files[i + 1]));
        archive_entry_free(e);
    }
    archive_write_close(a);
    archive_write_free(a);
    double from = seconds();
    const char *text = read_bytes(name, bytes, n);
    assert_true(seconds() - from < 4.0);
    return text;
}

static const char *read_sheet(const char *cells, const char *styles)
{
    const char *const files[] = {"[Content_Types].xml",
                                 "<Types/>",
                                 "xl/workbook.xml",
                                 "<workbook><sheets><sheet name='a' sheetId='1'/></sheets></workbook>",
                                 "xl/sharedStrings.xml",
                                 "<sst><si><t>zero</t></si></sst>",
                                 "xl/styles.xml",
                                 styles,
                                 SHEET,
                                 mem_fmt(mem, "<worksheet><sheetData>%s</sheetData></worksheet>", cells)};
    return read_zipped("a.xlsx", files, ARRAY_LEN(files));
}

static void cells(void **state)
{
    (void)state;
    const char *text =
        read_sheet("<row><c r='ZZZZZZ9999999' t='inlineStr'><is><t>far</t></is></c>"
                   "<c r='A99999999999999999999' t='inlineStr'><is><t>near</t></is></c></row>",
                   "<a/>");
    assert_non_null(strstr(text, "far"));
    assert_non_null(strstr(text, "near"));
    assert_string_equal(read_sheet("<row><c t='s'><v>0</v></c></row>", "<a/>"), "zero");
    assert_int_equal(x.a->defects.n, 0);
    static const char *const nowhere[] = {"-1", "1", "4294967296", "99999999999999999999", "1e9", "x"};
    for (size_t i = 0; i < ARRAY_LEN(nowhere); i++) {
        read_sheet(mem_fmt(mem, "<row><c t='s'><v>%s</v></c></row>", nowhere[i]), "<a/>");
        assert_true(has("file-broken"));
    }
}

/* Every cell asks for its format among all. */
static void formats_of_cells(void **state)
{
    (void)state;
    struct str styles = str_new(mem), rows = str_new(mem);
    str_add(&styles, "<styleSheet><numFmts>");
    for (size_t i = 0; i < 60000; i++)
        str_addf(&styles, "<numFmt numFmtId='%zu' formatCode='x%zu'/>", i + 200, i * 7919 % 100000);
    str_add(&styles, "</numFmts><cellXfs><xf numFmtId='99'/></cellXfs></styleSheet>");
    for (size_t i = 0; i < 200000; i++)
        str_addf(&rows, "<c s='0'><v>%zu</v></c>", i * 7919 % 100000);
    read_sheet(rows.s, styles.s);
}

static void attributes(void **state)
{
    (void)state;
    struct str row = str_new(mem);
    str_add(&row, "<row");
    for (size_t i = 0; i < 300000; i++)
        str_addf(&row, " a%zu='>'", i);
    str_add(&row, "><c t='str'><v>y</v></c></row>");
    read_sheet(row.s, "<a/>");
    assert_true(has("limit-archive"));
    read_sheet("<row><c t='str' r='A1' s='0'><v>a = \"b</v></c></row>", "<a/>");
    assert_int_equal(x.a->defects.n, 0);
}

/* ---- rich text ---- */

static void rich_text(void **state)
{
    (void)state;
    static const struct {
        const char *rtf;
        bool whole;
    } files[] = {
        {"{\\rtf1 a\\bin3 }}}b}", true},
        {"{\\rtf1 a\\bin-5 b}", true},
        {"{\\rtf1 a\\bin0 b}", true},
        {"{\\rtf1 a\\bin99999 b}", false},
        {"{\\rtf1 a\\bin99999999999999999999 b}", false},
        {"{\\rtf1 a{b}", false},
        {"{\\rtf1 a\\", false},
        {"{\\rtf1 a\\u-10179", false},
        {"{\\rtf1 \\uc99999999 \\u99999999?b}", true},
    };
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        read_bytes("a.rtf", files[i].rtf, strlen(files[i].rtf));
        assert_string_equal(x.a->real, "rtf");
        assert_int_equal(!has("file-broken"), files[i].whole);
    }
}

/* ---- few bytes ---- */

static void short_files(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
    } marks[] = {{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8},
                 {"PK\3\4", 4},
                 {"Rar!\x1a\x07\x01\x00", 8},
                 {"7z\xbc\xaf\x27\x1c", 6},
                 {"\x1f\x8b\x08", 3},
                 {"BZh91AY&SY", 10},
                 {"{\\rtf", 5},
                 {"\xff\xfe", 2},
                 {"\xef\xbb\xbf", 3},
                 {"BEGIN:VCALENDAR", 15},
                 {"", 0}};
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        for (size_t n = 0; n <= 40; n++) {
            char bytes[40] = {0};
            memcpy(bytes, marks[i].bytes, marks[i].n);
            assert_non_null(read_bytes("a", mem_bytes(mem, bytes, n), n));
        }
}

static void long_lines(void **state)
{
    (void)state;
    static const struct {
        const char *name, *begin, *again;
    } files[] = {{"a.csv", "", "a"},
                 {"a.csv", "\"", "a,"},
                 {"a.csv", "", ","},
                 {"a.csv", "", "\""},
                 {"a.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\n", " b\n"},
                 {"a.ics", "BEGIN:VCALENDAR\nSUMMARY", ";X=\"a:b\""},
                 {"a.txt", "", "a "}};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct str s = str_new(mem);
        str_add(&s, files[i].begin);
        while (s.n < 20u << 20)
            str_add(&s, files[i].again);
        double from = seconds();
        read_bytes(files[i].name, s.s, s.n);
        assert_true(seconds() - from < 4.0);
        assert_true(has("text-cut"));
        talloc_free(s.s);
    }
}

/* ---- letters ---- */

static struct letter *read_letter(const char *bytes, size_t n)
{
    int fd = memfd_create("letter", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), (ssize_t)n);
    struct letter *l = parse_letter(mem, fd);
    close(fd);
    assert_non_null(l);
    return l;
}

static struct letter *read_body(const char *type, const char *bytes, size_t n)
{
    struct str s = str_new(mem);
    size_t room = sodium_base64_ENCODED_LEN(n, sodium_base64_VARIANT_ORIGINAL);
    char *packed = talloc_size(mem, room);
    sodium_bin2base64(packed, room, (const unsigned char *)bytes, n, sodium_base64_VARIANT_ORIGINAL);
    str_addf(&s,
             "From: a@b.example\nMIME-Version: 1.0\nContent-Type: %s\n"
             "Content-Transfer-Encoding: base64\n\n",
             type);
    for (size_t at = 0; at < strlen(packed); at += 76)
        str_addf(&s, "%.76s\n", packed + at);
    return read_letter(s.s, s.n);
}

/* A document is one whatever it is declared to be; text stays text. */
static void documents_as_text(void **state)
{
    (void)state;
    static const char *const files[] = {"full.docx", "full.rtf", "old.doc", "all.zip"};
    static const char *const reals[] = {"docx", "rtf", "doc", "zip"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        size_t n;
        char *bytes = read_whole(mem, mem_fmt(mem, "tests/unit/data/formats/%s", files[i]), &n);
        struct letter *l = read_body(i % 2 ? "text/html" : "text/plain; charset=us-ascii", bytes, n);
        assert_int_equal(l->n_texts, 0);
        assert_true(l->n_attachments > 0);
        assert_string_equal(l->attachments[0].real, reals[i]);
    }
    static const char *const texts[] = {"#!/bin/sh\necho",
                                        "BEGIN:VCALENDAR\n",
                                        "From: a\nTo: b\n\nc",
                                        "a,b\n",
                                        "MZ is what it says",
                                        "BM 12",
                                        ""};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct letter *l = read_body("text/plain", texts[i], strlen(texts[i]));
        assert_int_equal(l->n_attachments, 0);
    }
}

#define VIET                                                                                               \
    "K\xc3\xadnh g\xe1\xbb\xadi Ban bi\xc3\xaan t\xe1\xba\xadp, \xc4\x91\xe1\xbb\x81 ngh\xe1\xbb\x8b "     \
    "\xc4\x91\xc4\x83ng"

static void wide_text(void **state)
{
    (void)state;
    static const int32_t points[] = {'K', 0xED,   'n',    'h', ' ',   'g',   0x1EED, 'i', ' ',
                                     'B', 'a',    'n',    ' ', 'b',   'i',   0xEA,   'n', ' ',
                                     't', 0x1EAD, 'p',    ',', ' ',   0x111, 0x1EC1, ' ', 'n',
                                     'g', 'h',    0x1ECB, ' ', 0x111, 0x103, 'n',    'g'};
    static const char *const types[] = {"text/plain", "text/plain; charset=utf-8",
                                        "text/plain; charset=us-ascii", "text/plain; charset=utf-16",
                                        "text/html; charset=windows-1258"};
    for (int form = 0; form < 4; form++) { /* little, big; without a mark, with one */
        struct str s = str_new(mem);
        bool big = form & 1;
        if (form & 2)
            str_addn(&s, big ? "\xfe\xff" : "\xff\xfe", 2);
        for (size_t i = 0; i < ARRAY_LEN(points); i++) {
            char pair[2] = {(char)(points[i] & 255), (char)(points[i] >> 8)};
            str_addc(&s, pair[big]);
            str_addc(&s, pair[!big]);
        }
        for (size_t i = 0; i < ARRAY_LEN(types); i++) {
            if (form == 1 && i == 3) /* "utf-16" without a mark is what its label leaves open */
                continue;
            struct letter *l = read_body(types[i], s.s, s.n);
            assert_int_equal(l->n_texts, 1);
            assert_string_equal(l->texts[0].text, VIET);
            assert_int_equal(l->defects.n, 0);
        }
    }
}

/* 49 MB of text: cut where a character begins, so that it stays the text it is; and said. */
static void much_text(void **state)
{
    (void)state;
    for (size_t odd = 0; odd < 3; odd++) {
        struct str s = str_new(mem);
        str_add(&s, "From: a@b.example\nContent-Type: text/plain\n\n");
        str_addn(&s, "...", odd);
        while (s.n < 6u << 20)
            str_add(&s, "\xe1\xba\xad\xe1\xba\xad\xe1\xba\xad\xe1\xba\xad\xe1\xba\xad\xe1\xba\xad\n");
        struct letter *l = read_letter(s.s, s.n);
        assert_true(str_list_has(&l->defects, "text-cut"));
        assert_false(str_list_has(&l->defects, "charset"));
        assert_string_equal(l->texts[0].charset_by, "utf8");
    }
}

static void many_parts(void **state)
{
    (void)state;
    static const size_t counts[] = {10000, 1000, 300};
    static const char *const defects[] = {"limit-parts", "limit-parts", "limit-attachments"};
    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        struct str s = str_new(mem);
        str_add(&s, "From: a@b.example\nContent-Type: multipart/mixed; boundary=q\n\n");
        for (size_t k = 0; k < counts[i]; k++)
            str_addf(&s, "--q\nContent-Type: text/plain; name=a%zu.txt\n\nwords\n", k);
        str_add(&s, "--q--\n");
        double from = seconds();
        assert_true(str_list_has(&read_letter(s.s, s.n)->defects, defects[i]));
        assert_true(seconds() - from < 4.0);
    }
}

/* RFC 2231: numbers without end, twice, negative, of other charsets. */
static void continued_names(void **state)
{
    (void)state;
    struct str s = str_new(mem);
    str_add(&s, "From: a@b.example\nContent-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: "
                "application/pdf\nContent-Disposition: attachment; filename*99999999999999999999=x; "
                "filename*-1=y; filename*0*=zz'zz'%ff; filename*0=../../a");
    for (size_t k = 900; k > 0; k--)
        str_addf(&s, ";\n filename*%zu*=%%2f%%00%%%02zx", k, k % 256);
    str_add(&s, "\n\n%PDF-1.4\n--q--\n");
    struct letter *l = read_letter(s.s, s.n);
    assert_int_equal(l->n_attachments, 1);
    assert_null(strchr(l->attachments[0].name, '/'));
    assert_true(strlen(l->attachments[0].name) <= 200);
}

/* A subject in TCVN3 with a body in Unicode: the letter says that something was converted. */
static void legacy_headers(void **state)
{
    (void)state;
    static const struct {
        const char *subject, *shown;
        bool converted;
    } letters[] = {
        {"C\xc3\xa9ng ho\xc2\xb5 x\xc2\xb7 h\xc3\xa9i ch\xc3\xb1 ngh\xc3\x9c"
         "a Vi\xc3\x96t Nam",
         NULL, true}, /* as windows-1252 made UTF-8 */
        {"=?iso-8859-1?Q?C=E9ng_ho=B5_x=B7_h=E9i_ch=F1_ngh=DCa_Vi=D6t_Nam?=", NULL, true},
        {VIET, VIET, false},
        {"=?utf-8?Q?C=C3=B4ng_v=C4=83n?=", "C\xc3\xb4ng v\xc4\x83n", false},
        {"=?windows-1258?Q?C=F4ng_v=E3n?=", "C\xc3\xb4ng v\xc4\x83n", false},
        {"caf\xc3\xa9", "caf\xc3\xa9", false},
        {"plain", "plain", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(letters); i++) {
        char *bytes = mem_fmt(mem, "From: a@b.example\nSubject: %s\n\n" VIET "\n", letters[i].subject);
        struct letter *l = read_letter(bytes, strlen(bytes));
        const char *shown = letters[i].shown
                                ? letters[i].shown
                                : "C\xe1\xbb\x99ng ho\xc3\xa0 x\xc3\xa3 h\xe1\xbb\x99i ch\xe1\xbb\xa7 "
                                  "ngh\xc4\xa9"
                                  "a Vi\xe1\xbb\x87t Nam";
        assert_string_equal(letter_header_find(l, "Subject", 0)->value, shown);
        assert_int_equal(str_list_has(&l->defects, "unicode"), letters[i].converted);
    }
}

int main(void)
{
    parse_prewarm();
    const struct CMUnitTest tests[] = {ATTACHED(cells),
                                       ATTACHED(formats_of_cells),
                                       ATTACHED(attributes),
                                       ATTACHED(rich_text),
                                       ATTACHED(short_files),
                                       ATTACHED(long_lines),
                                       ATTACHED(documents_as_text),
                                       ATTACHED(wide_text),
                                       ATTACHED(much_text),
                                       ATTACHED(many_parts),
                                       ATTACHED(continued_names),
                                       ATTACHED(legacy_headers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
