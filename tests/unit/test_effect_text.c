/* test_effect_text.c: effects and signals in the words of people (render/effect_text.h). */
#include "render/effect_text.h"
#include <setjmp.h>

#include <cmocka.h>

static const char labels[] = "effect.MOVE \"Moved\"\neffect.LETTER \"Letter\"\neffect.DEADLINE \"Due\"\n"
                             "letter.refused \"Refusal\"\neffect.CONFIRM \"Confirmed\"\neffect.HOLD "
                             "\"Hold\"\nheld.forged \"Held: forged\"\n"
                             "state.received \"received\"\nstate.checked \"checked\"\n"
                             "signal.from-unit \"from a unit\"\ndetail.change \"{{from}} to {{to}}\"\n";

static struct catalog *words(const void *mem)
{
    struct problems problems = {0};
    struct catalog *c = catalog_load(mem, "labels", labels, strlen(labels), &problems);
    assert_non_null(c);
    return c;
}

struct row {
    const char *name, *pairs, *says;
};

static const struct row rows[] = {
    {"MOVE", "from=received to=checked cite=MIC-13.2", "Moved: received to checked (MIC-13.2)"},
    {"MOVE", "to=checked", "Moved: checked"},
    {"MOVE", "", "Moved"},
    {"DEADLINE",
     "key=mic/publish from=2024-09-13T10:10:09+07:00 to=2024-09-13T15:10:00+07:00 cite=MIC-14.1 MIC-P",
     "Due: mic/publish; 13/09/2024 10:10 to 13/09/2024 15:10 (MIC-14.1 MIC-P)"},
    {"LETTER", "key=confirm-request/BBT-2026-000034/1/b45c943612d6", "Letter: confirm-request"},
    {"LETTER", "key=refused/BBT-2026-000034", "Letter: Refusal"},
    {"HOLD", "key=forged", "Hold: forged"},
    {"CONFIRM", "to=d5193d2cbaf0a93dca1db7c86568d24583e2cc1006b78e673caa5e573abb8449 entry=1.2.3",
     "Confirmed"},
    /* a value with blanks goes on to the next pair; a quoted one may hold what looks like a pair */
    {"MOVE", "text=two words cite=A", "Moved: two words (A)"},
    {"MOVE", "text=\"to=checked cite=B\" cite=A", "Moved: to=checked cite=B (A)"},
    /* no label: nothing is hidden */
    {"NEWER", "key=what", "NEWER: what"},
    /* cut short, empty, strange: nothing worse than less said */
    {"MOVE", "text=\"", "Moved"},
    {"MOVE", "text=", "Moved"},
    {"MOVE", "one two  three", "Moved"},
};

static void test_effects(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct catalog *c = words(mem);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_string_equal(effect_says(mem, c, rows[i].name, rows[i].pairs), rows[i].says);
}

static void test_signals(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct catalog *c = words(mem);
    assert_string_equal(reason_says(mem, c, "from-unit"), "from a unit");
    assert_string_equal(reason_says(mem, c, "please publish"), "\"please publish\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_effects), cmocka_unit_test(test_signals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
