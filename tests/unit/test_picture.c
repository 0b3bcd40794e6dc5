/* What the first bytes of a picture say of it, honest and hostile, and what is made of two readings of it.
 */
#include "reader/ocr.h"
#include "reader/picture.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define JPEG_SIZE "\xff\xc0\0\x0b\x08\x02\x58\x03\x20\1\1\x11\0" /* 800 by 600 */
#define EXIF(order, rest)                                                                                  \
    "\xff\xd8\xff\xe1\0\x22"                                                                               \
    "Exif\0\0" order rest JPEG_SIZE
#define LITTLE(o) EXIF("II*\0\x08\0\0\0", "\1\0\x12\1\3\0\1\0\0\0" o "\0\0\0\0\0\0\0")
#define BIG(o)    EXIF("MM\0*\0\0\0\x08", "\0\1\1\x12\0\3\0\0\0\1\0" o "\0\0\0\0\0\0")

#define LOOK(bytes) picture_look(bytes, sizeof(bytes) - 1)

static void check(struct picture p, unsigned width, unsigned height, unsigned turn)
{
    assert_int_equal(p.width, width);
    assert_int_equal(p.height, height);
    assert_int_equal(p.turn, turn);
}

static void sizes(void **state)
{
    (void)state;
    check(LOOK("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\3\x20\0\0\2\x58"), 800, 600, 0);
    check(LOOK("GIF89a\x20\3\x58\2"), 800, 600, 0);
    check(LOOK("BM\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x20\3\0\0\xa8\xfd\xff\xff"), 800, 600, 0);
    check(LOOK("\xff\xd8\xff\xff" JPEG_SIZE), 800, 600, 0);
    check(LOOK("\xff\xd8\xff\xc4\0\2" JPEG_SIZE), 800, 600, 0); /* a table is no frame */
    check(LOOK("II*\0"), 0, 0, 0);
    check(LOOK(""), 0, 0, 0);
}

static void orientations(void **state)
{
    (void)state;
    check(LOOK(LITTLE("\1")), 800, 600, 0);
    check(LOOK(LITTLE("\3")), 800, 600, 180);
    check(LOOK(LITTLE("\6")), 800, 600, 90);
    check(LOOK(LITTLE("\x08")), 800, 600, 270);
    check(LOOK(BIG("\6")), 800, 600, 90);
    check(LOOK(LITTLE("\x63")), 800, 600, 0);
    /* a directory beyond the end, a million entries, a length of nothing */
    check(LOOK(EXIF("II*\0\xff\xff\xff\xff", "\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0")), 800, 600, 0);
    check(LOOK(EXIF("II*\0\x08\0\0\0", "\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")), 800, 600, 0);
    check(LOOK("\xff\xd8\xff\xe1\0\0" JPEG_SIZE), 0, 0, 0);
}

/* Cut at every byte: never more than is there (the sanitizers watch). */
static void cut(void **state)
{
    (void)state;
    static const char whole[] = LITTLE("\6");
    for (size_t n = 0; n < sizeof whole - 1; n++) {
        _cleanup_mem_ void *mem = mem_new();
        char *some = mem_zero_size(mem, n ? n : 1, 1, "some");
        memcpy(some, whole, n);
        struct picture p = picture_look(some, n);
        assert_true(p.width == 0 || p.width == 800 || p.width == 3 << 8);
    }
}

static void limits(void **state)
{
    (void)state;
    assert_true(picture_small(&(struct picture){63, 63, 0}));
    assert_true(picture_small(&(struct picture){500, 19, 0}));
    assert_true(picture_small(&(struct picture){19, 500, 0}));
    assert_false(picture_small(&(struct picture){64, 20, 0}));
    assert_false(picture_small(&(struct picture){0, 0, 0}));
    assert_false(picture_large(&(struct picture){10000, 5000, 0}));
    assert_true(picture_large(&(struct picture){10000, 5001, 0}));
    assert_true(picture_large(&(struct picture){UINT32_MAX, UINT32_MAX, 0}));
}

static void readings(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    assert_true(ocr_alike("a b c\nd e", "a b\nc d x"));
    assert_false(ocr_alike("a b c", "x y z"));
    assert_false(ocr_alike("a b c", ""));
    assert_true(ocr_alike("", ""));
    assert_in_range(ocr_sense("UBND T\u1ec8NH, s\u1ed1: 31 ng\u00e0y 09/8/2024 v\u1ec1 vi\u1ec7c"), 90,
                    100);
    assert_in_range(ocr_sense("(a1 01\u1ecdp{[ hA shqd qu\u1ecbp e8 O0 T0Nd .LI]AnLL EZ0Z IPPp"), 0, 50);
    assert_int_equal(ocr_sense("x1y"), 100);
    struct str many = str_new(mem), page_of_words = str_new(mem);
    for (size_t i = 0; i < 40; i++) {
        str_add(&many, "tan r\u01af\u00caN: J-x kf1 iO\n");
        str_add(&page_of_words, "c\u1ed9ng h\u00f2a x\u00e3 h\u1ed9i\n");
    }
    assert_true(ocr_noise("\n \n", many.s));
    assert_false(ocr_noise("a word", many.s));
    assert_false(ocr_noise("", page_of_words.s)); /* a page in a frame */
    assert_false(ocr_noise("", "TUY\u1ec6T M\u1eacT ~1x"));
    /* A stamp beside a date is taken out of the line though the page has its word elsewhere. */
    const char *page = "B\u00c1O C\u00c1O V\u1ec0 B\u00cd M\u1eacT C\u1ee6A NH\u00c0 M\u00c1Y\nH\u00e0 "
                       "N\u1ed9i, ng\u00e0y 3 th\u00e1ng 2 n\u0103m 2025\n";
    const char *lines = "M\u1eacT H\u00e0 N\u1ed9i, ng\u00e0y 3 th\u00e1ng 2 n\u0103m 2025\nB\u00c1O "
                        "C\u00c1O V\u1ec0 B\u00cd M\u1eacT C\u1ee6A NH\u00c0 M\u00c1Y\n";
    char *merged = ocr_merge(mem, page, lines);
    assert_non_null(strstr(merged, "\nM\u1eacT\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes),  cmocka_unit_test(orientations), cmocka_unit_test(cut),
        cmocka_unit_test(limits), cmocka_unit_test(readings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
