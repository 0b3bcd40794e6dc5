/* Where new text ends: the shapes of quotes, and what only looks like one. */
#include "mail/thread.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void check(const char *body, const char *fresh)
{
    size_t n = thread_fresh_length(body);
    assert_true(n <= strlen(body));
    char got[2048];
    snprintf(got, sizeof got, "%.*s", (int)n, body);
    assert_string_equal(got, fresh);
}

static void quotes(void **state)
{
    (void)state;
    check("new\n\n> old\n> old\n", "new");
    check("new\n> old", "new");
    check("> old\n> old\n", "");
    /* Gmail in Vietnamese, also where it runs over two lines */
    check("ok em\n\nV\xc3\xa0o Th 6, 6 thg 12, 2024 v\xc3\xa0o l\xc3\xba"
          "c 08:40 X <x@a.vn> "
          "\xc4\x91\xc3\xa3 vi\xe1\xba\xbf"
          "t:\n> c\xc5\xa9\n> c\xc5\xa9",
          "ok em");
    check("ok\n\nOn Fri, Dec 6, 2024 at 8:40 X Y Z\n<x@a.vn> wrote:\n\n> old\n", "ok");
    check("yes\n-----Original Message-----\nFrom: A [mailto:a@b.vn]\nSent: Friday, 6 December 2024 "
          "08:40\nTo: "
          "B\nSubject: x\n\nold",
          "yes");
    check("yes\n----- Th\xc6\xb0 g\xe1\xbb\x91"
          "c -----\nT\xe1\xbb\xab: A\nT\xe1\xbb\x9bi: B\n\nold",
          "yes");
    check("yes\n\n---------- Forwarded message ---------\nT\xe1\xbb\xab: A <a@b.vn>\nDate: x\n\nold",
          "yes");
    /* Outlook without a ruler */
    check("yes\r\n\r\nT\xe1\xbb\xab: A <a@b.vn>\r\n\xc4\x90\xc3\xa3 g\xe1\xbb\xadi: 06/12/2024 08:40\r\n"
          "T\xe1\xbb\x9bi: B\r\nCh\xe1\xbb\xa7 \xc4\x91\xe1\xbb\x81: x\r\n\r\nold",
          "yes");
    check("yes\n________________________________\nFrom: A <a@b.vn>\nSent: 6 Dec 2024 08:40\nTo: B\n\nold",
          "yes");
}

static void no_quotes(void **state)
{
    (void)state;
    static const char *const whole[] = {
        "",
        "just text",
        "a title\n>> see more here\nand the article goes on\n",
        /* a citizen's form is not a copied header block */
        "H\xe1\xbb\x8d t\xc3\xaan: A\n\xc4\x90\xe1\xbb\x8b"
        "a ch\xe1\xbb\x89: B\nEmail: a@b.vn\nN\xe1\xbb\x99i "
        "dung: t\xc3\xb4i khi\xe1\xba\xbfu n\xe1\xba\xa1i",
        "text\n-- \nPhone: 024\nEmail: a@b.vn\nWeb: b.vn",
        "----------\nplain rule\n----------\ntext",
        "----- PHU LUC -----\nsome text without headers",
        "write to a@b.vn:\nand then",
    };
    for (size_t i = 0; i < ARRAY_LEN(whole); i++)
        assert_int_equal(thread_fresh_length(whole[i]), strlen(whole[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(quotes), cmocka_unit_test(no_quotes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
