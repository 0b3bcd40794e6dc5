/* What a question shows of who asks it: nothing of his name, home, numbers; all of the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk/mask.h"

static struct word_entry entries[] = {{"mask-label", "s\u1ED1 \u0111i\u1EC7n tho\u1EA1i", "", "", 1},
                                      {"mask-label", "h\u1ECD t\u00EAn", "", "", 1},
                                      {"mask-self", "t\u00F4i l\u00E0", "", "", 1},
                                      {"mask-self", "t\u00F4i t\u00EAn l\u00E0", "", "", 1},
                                      {"mask-home", "tr\u00FA t\u1EA1i", "", "", 1},
                                      {"mask-place", "x\u00E3", "", "", 1}};

static void expect(const char *text, const char *name, const char *wanted)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile p = {.words = entries, .n_words = sizeof entries / sizeof *entries};
    assert_string_equal(mask_asker(mem, text, name, &p), wanted);
}

static void numbers(void **state)
{
    (void)state;
    expect("goi 0912 345 678 nhe", "", "goi *** nhe");
    expect("goi 0912.345.678.", "", "goi ***.");
    expect("goi (024) 3943-5602", "", "goi ***");
    expect("goi +84 912345678", "", "goi ***");
    expect("so 001099012345, cap 2021", "", "so ***, cap 2021");
    expect("so 012 345 678", "", "so ***");
    expect("viet cho a.b@c.vn nhe", "", "viet cho *** nhe");
}

static void amounts_and_documents_stay(void **state)
{
    (void)state;
    expect("nop 1.500.000.000 dong ngay 20/11/2026", "", "nop 1.500.000.000 dong ngay 20/11/2026");
    expect("theo 15/2021/TT-BTTTT, Dieu 5", "", "theo 15/2021/TT-BTTTT, Dieu 5");
    expect("nam 2024 2025 2026", "", "nam 2024 2025 2026");
}

static void names(void **state)
{
    (void)state;
    expect("Toi, TRAN VAN DAN, muon hoi", "Tr\u1EA7n V\u0103n D\u00E2n", "Toi, ***, muon hoi");
    expect("hoi ve Dan so", "Tran Van Dan", "hoi ve Dan so");
    expect("Cam on.\nTran Van Dan, Ha Noi", "Tran Van Dan", "Cam on.\n***");
    expect("van de dan", "Dan", "van de dan");
    expect("T\u00F4i l\u00E0 L\u00EA Th\u1ECB Hoa, mu\u1ED1n h\u1ECFi", "",
           "T\u00F4i l\u00E0 ***, mu\u1ED1n h\u1ECFi");
    expect("T\u00F4i t\u00EAn l\u00E0 L\u00EA Hoa.", "", "T\u00F4i t\u00EAn l\u00E0 ***.");
    expect("T\u00F4i l\u00E0 Gi\u00E1m \u0111\u1ED1c doanh nghi\u1EC7p", "",
           "T\u00F4i l\u00E0 Gi\u00E1m \u0111\u1ED1c doanh nghi\u1EC7p");
}

static void homes_and_labels(void **state)
{
    (void)state;
    expect("tr\u00FA t\u1EA1i s\u1ED1 5 A, x\u00E3 B, mu\u1ED1n h\u1ECFi", "",
           "tr\u00FA t\u1EA1i ***, mu\u1ED1n h\u1ECFi");
    expect("S\u1ED1 \u0111i\u1EC7n tho\u1EA1i: 12 ho\u1EB7c 13\nH\u1ECFi: g\u00EC", "",
           "S\u1ED1 \u0111i\u1EC7n tho\u1EA1i: ***\nH\u1ECFi: g\u00EC");
    expect("", "", "");
    expect("\n\n", "A B", "\n\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(numbers),
                                       cmocka_unit_test(amounts_and_documents_stay),
                                       cmocka_unit_test(names), cmocka_unit_test(homes_and_labels)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
