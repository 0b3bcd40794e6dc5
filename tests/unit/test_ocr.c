/* Two readings of a page become one: what stands in a frame is found again, nothing is said twice. The
 * words are ASCII here; the merge compares bytes. */
#include "reader/ocr.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void check(const char *layout, const char *lines, const char *wanted)
{
    _cleanup_mem_ void *mem = mem_new();
    assert_string_equal(ocr_merge(mem, layout, lines), wanted);
}

static void same_readings_stay_one(void **state)
{
    (void)state;
    check("", "", "");
    check("UBND tinh\n\nSo: 19/UBND-NC\n", "UBND tinh\nSo: 19/UBND-NC\n", "UBND tinh\nSo: 19/UBND-NC\n");
    check("a line of words\n", "", "a line of words\n");
    check("", "a line of words\n", "a line of words\n");
}

static void a_stamp_stands_where_it_was(void **state)
{
    (void)state;
    check("UBND TINH DONG NAI\n\nSo: 19/UBND-NC\nV/v phoi hop\n",
          "UBND TINH DONG NAI\nTOI MAT\nSo: 19/UBND-NC\nV/v phoi hop\n",
          "UBND TINH DONG NAI\nTOI MAT\nSo: 19/UBND-NC\nV/v phoi hop\n");
    check("So: 19/UBND-NC\n", "MAT\nSo: 19/UBND-NC\n", "MAT\nSo: 19/UBND-NC\n");
    check("So: 19/UBND-NC\n", "So: 19/UBND-NC\nHOA TOC\n", "So: 19/UBND-NC\nHOA TOC\n");
}

/* The text names the mark in a sentence: the stamp is still a line of its own. */
static void a_stamp_is_not_lost_in_prose(void **state)
{
    (void)state;
    check("the list of what is TOI MAT in this province and why\n",
          "TOI MAT\nthe list of what is TOI MAT in this province and why\n",
          "TOI MAT\nthe list of what is TOI MAT in this province and why\n");
}

static void a_stamp_beside_a_date(void **state)
{
    (void)state;
    check("UBND TINH\nHa Noi, ngay 9 thang 5 nam 2024\n",
          "UBND TINH\nTUYET MAT Ha Noi, ngay 9 thang 5 nam 2024\n",
          "UBND TINH\nTUYET MAT\nHa Noi, ngay 9 thang 5 nam 2024\n");
}

/* Columns: the line-by-line reading joins them; the layout's order stays. A slip of the second reading and
 * the specks of a frame add nothing. */
static void columns_and_specks_add_nothing(void **state)
{
    (void)state;
    check("UBND TINH DONG NAI\n\nCONG HOA XA HOI\nDoc lap Tu do\n",
          "UBND TINH DONG NAI CONG HOA XA HOI\nDoc lap Tu do\n",
          "UBND TINH DONG NAI\nCONG HOA XA HOI\nDoc lap Tu do\n");
    check("phoi hop bao dam an ninh\n", "phoi hop bao dam an nlnh\n. - | . ' ,\n",
          "phoi hop bao dam an ninh\n");
}

/* A hostile picture: too much to compare is put one after the other, nothing is dropped. */
static void too_much_is_kept_whole(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct str much = str_new(mem);
    while (much.n <= 64u << 10)
        str_add(&much, "abc ");
    assert_int_equal(strlen(ocr_merge(mem, much.s, "TOI MAT\n")), much.n + 1 + 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_readings_stay_one),         cmocka_unit_test(a_stamp_stands_where_it_was),
        cmocka_unit_test(a_stamp_is_not_lost_in_prose),   cmocka_unit_test(a_stamp_beside_a_date),
        cmocka_unit_test(columns_and_specks_add_nothing), cmocka_unit_test(too_much_is_kept_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
