/* What a kind must come with: fields that a reader found, headings of an attached table with or without
 * marks, a file at all; what nobody can read is never said to be missing. */
#include "desk/metadata.h"
#include "rulings.h"

static const char *missing(const void *mem, const char *kind, const char *name, const char *text,
                           const char *effective)
{
    const struct profile *p = load_profile(mem, str_starts(kind, "mic/") ? "mic" : "dongnai");
    struct letter *l = new_letter(mem, "x", "y");
    struct ruling *r = mem_zero(mem, struct ruling);
    r->kind = profile_find_kind(p, kind);
    r->fields.title = "x";
    r->fields.v[FIELD_EFFECTIVE].text = effective;
    r->fields.v[FIELD_NUMBER].text = "12/Q";
    r->fields.v[FIELD_TYPE].text = r->fields.v[FIELD_DATE].text = r->fields.v[FIELD_SUMMARY].text = "z";
    r->fields.v[FIELD_BODY].text = "UBND";
    if (*name)
        attach(mem, l, name, text);
    struct str_list list = metadata_missing(mem, l, r, p);
    return list.n ? str_list_join(mem, &list, "|") : "";
}

static void test_document(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    assert_string_equal(missing(mem, "dongnai/document", "a.pdf", "", "2026-01-01"), "");
    assert_string_equal(missing(mem, "dongnai/document", "a.pdf", "", ""),
                        "Ng\xc3\xa0y hi\xe1\xbb\x87u l\xe1\xbb\xb1"
                        "c");
    assert_non_null(strstr(missing(mem, "dongnai/document", "", "", "2026-01-01"), "T\xe1\xbb\x87p"));
    assert_string_equal(missing(mem, "dongnai/other", "", "", ""), ""); /* demands nothing */
    assert_string_equal(missing(mem, "dongnai/news", "", "", ""), "");  /* the author is nobody's to read */
}

static void test_columns(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    const char *all =
        "STT\tS\xe1\xbb\x91 GP\tNg\xc3\xa0y c\xe1\xba\xa5p\tLo\xe1\xba\xa1i gi\xe1\xba\xa5y ph\xc3\xa9p\t"
        "L\xc4\xa9nh v\xe1\xbb\xb1"
        "c\tTh\xe1\xbb\x9di h\xe1\xba\xa1n";
    assert_string_equal(missing(mem, "mic/licence-list", "a.xlsx", all, ""), "");
    assert_string_equal(missing(mem, "mic/licence-list", "a.xlsx", "So GP\tNgay cap\tLoai\tLinh vuc", ""),
                        "Th\xe1\xbb\x9di h\xe1\xba\xa1n gi\xe1\xba\xa5y ph\xc3\xa9p");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_document), cmocka_unit_test(test_columns)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
