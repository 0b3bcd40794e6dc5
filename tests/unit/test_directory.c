/* Units and people: whose domain is whose, look-ups, and directory files good and bad. */
#include "house/directory.h"
#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

static void add(const void *mem, struct directory *d, const char *unit, const char *name,
                const char *address)
{
    const struct person p = {.name = name, .title = "", .address = address, .role = PERSON_CONTACT};
    directory_add(mem, d, unit, unit, &p);
}

static const char *domain_unit(const struct directory *d, const char *domain)
{
    const struct unit *u = directory_find_domain(d, domain);
    return u ? u->id : "-";
}

static void test_domains(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct directory d = {0};
    (void)state;
    add(mem, &d, "VP", "A", "a@Tinh.gov.vn");
    add(mem, &d, "VP", "B", "b@tinh.gov.vn");
    add(mem, &d, "STP", "C", "c@stp.tinh.gov.vn");
    add(mem, &d, "STP", "D", "d@luat.vn");
    add(mem, &d, "SYT", "E", "e@luat.vn");
    add(mem, &d, "SYT", "F", "f@syt.tinh.gov.vn");
    add(mem, &d, "SYT", "G", "g@gmail.com");
    add(mem, &d, "NXB", "H", "h@nxb.vn");
    str_list_add(mem, &d.shared, "gmail.com");
    directory_finish(mem, &d);
    assert_string_equal(domain_unit(&d, "tinh.gov.vn"), "VP");
    assert_string_equal(domain_unit(&d, "STP.tinh.gov.vn"), "STP");
    assert_string_equal(domain_unit(&d, "phong.stp.tinh.gov.vn"), "STP");
    assert_string_equal(domain_unit(&d, "moi.tinh.gov.vn"), "-"); /* others have domains below: MIC-8.2 */
    assert_string_equal(domain_unit(&d, "luat.vn"), "-");         /* two units */
    assert_string_equal(domain_unit(&d, "gmail.com"), "-");       /* shared, though one unit */
    assert_string_equal(domain_unit(&d, "mail.nxb.vn"), "NXB");
    assert_string_equal(domain_unit(&d, "annxb.vn"), "-"); /* no dot boundary */
    assert_string_equal(domain_unit(&d, "vn"), "-");
    assert_string_equal(domain_unit(&d, ""), "-");
    assert_int_equal(d.n_units, 4);
    assert_int_equal(directory_find_unit(&d, "SYT")->domains.n, 1);
    assert_null(directory_find_unit(&d, "syt"));
}

static void test_people(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct directory d = {0}, empty = {0};
    (void)state;
    add(mem, &d, "VP", "\xc4\x90\xe1\xbb\x97 Quang  Huy", "Huy@mic.gov.vn"); /* "Do Quang Huy" with marks */
    directory_finish(mem, &d);
    assert_string_equal(directory_find_address(&d, "HUY@mic.gov.VN")->unit, "VP");
    assert_null(directory_find_address(&d, "huy@mic.gov.vn "));
    assert_string_equal(directory_find_name(&d, " do quang huy")->address, "huy@mic.gov.vn");
    assert_null(directory_find_name(&d, "do quang"));
    assert_null(directory_find_name(&d, ""));
    assert_null(directory_find_address(&empty, "a@b")); /* not finished: nobody, no crash */
    assert_null(directory_find_domain(&empty, "b"));
    directory_finish(mem, &empty);
    assert_null(directory_find_name(&empty, "x"));
}

static void test_ten_thousand(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct directory d = {0};
    (void)state;
    for (int i = 0; i < 10000; i++)
        add(mem, &d, mem_fmt(mem, "U%d", i % 200), mem_fmt(mem, "Person %d", i),
            mem_fmt(mem, "p%d@u%d.vn", i, i % 200));
    directory_finish(mem, &d);
    clock_t start = clock();
    for (int i = 0; i < 10000; i++) {
        assert_non_null(directory_find_address(&d, mem_fmt(mem, "p%d@u%d.vn", i, i % 200)));
        assert_string_equal(domain_unit(&d, mem_fmt(mem, "x.u%d.vn", i % 200)),
                            mem_fmt(mem, "U%d", i % 200));
    }
    assert_true(clock() - start < CLOCKS_PER_SEC); /* binary searches: some 50 ms; a scan takes minutes */
}

#define HEADER "profile\tunit\tunit_name\trole\tname\ttitle\taddress\n"

static void test_files(void **state)
{
    static const char tsv[] =
        "\xef\xbb\xbf" HEADER "mic\tVP\tV\xc4\x83n ph\xc3\xb2ng\tleader\tA B\tChief\tA.B@Mic.Gov.VN\r\n"
        "\n"
        "bca\tV03\tC\tcontact\tX\t\tx@bca.gov.vn\n"
        "mic\tVP\tV\xc4\x83n ph\xc3\xb2ng\tmember\tC\t\tc@mic.gov.vn";
    static const char csv[] = "address,extra,role,unit_name,unit,profile,title,name\r\n"
                              "a@b.vn,,deputy,\"Office, main\",VP,mic,\"two\nlines\",\"say \"\"A\"\"\"\r\n";
    _cleanup_mem_ void *mem = mem_new();
    struct directory_row *rows = NULL;
    size_t n = 0, other = 0;
    struct err err = {0};
    (void)state;
    assert_true(directory_parse(mem, "d.tsv", tsv, sizeof tsv - 1, false, "mic", &rows, &n, &other, &err));
    assert_int_equal(n, 2);
    assert_int_equal(other, 1);
    assert_string_equal(rows[0].person.address, "a.b@mic.gov.vn");
    assert_string_equal(rows[0].unit_name, "V\xc4\x83n ph\xc3\xb2ng");
    assert_int_equal(rows[0].person.role, PERSON_LEADER);
    assert_int_equal(rows[1].line, 5);
    assert_true(directory_parse(mem, "d.csv", csv, sizeof csv - 1, true, "mic", &rows, &n, &other, &err));
    assert_int_equal(n, 1);
    assert_string_equal(rows[0].unit_name, "Office, main");
    assert_string_equal(rows[0].person.title, "two\nlines");
    assert_string_equal(rows[0].person.name, "say \"A\"");
}

static const char *refusal(const void *mem, const char *text)
{
    struct directory_row *rows = (void *)1;
    size_t n = 7, other = 7;
    struct err *err = mem_zero(mem, struct err);
    assert_false(directory_parse(mem, "d.tsv", text, strlen(text), false, "mic", &rows, &n, &other, err));
    assert_ptr_equal(rows, (void *)1); /* outputs untouched */
    assert_int_equal(n, 7);
    assert_int_equal(err->kind, ERR_DATA);
    return err->text;
}

static void test_bad_files(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    (void)state;
    assert_string_equal(refusal(mem, ""), "d.tsv:1: no header line");
    assert_string_equal(refusal(mem, "profile\tunit\tunit_name\tname\ttitle\taddress\nmic\n"),
                        "d.tsv:1: missing column 'role'");
    assert_string_equal(refusal(mem, HEADER "mic\tVP\tOffice\tboss\tA\t\ta@b.vn\n"
                                            "mic\t\tOffice\tleader\tB\t\tnobody\n"
                                            "mic\tVP\tOffice\tleader\tC\t\tc@b.vn\n"
                                            "mic\tVP\tOffice\tmember\tC\t\tC@B.vn\n"
                                            "mic\tVP\n"
                                            "mic\tVP\tOffice\tmember\t\xff\t\td@b.vn\n"),
                        "d.tsv:2: not a role (leader, deputy, contact, member) 'boss'\n"
                        "d.tsv:3: no unit for 'nobody'\n"
                        "d.tsv:3: not an address 'nobody'\n"
                        "d.tsv:6: no unit name for 'VP'\n"
                        "d.tsv:6: not an address ''\n"
                        "d.tsv:6: not a role (leader, deputy, contact, member) ''\n"
                        "d.tsv:7: not UTF-8 'd@b.vn'\n"
                        "d.tsv:5: address of line 4 again: 'c@b.vn'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_domains),      cmocka_unit_test(test_people),
        cmocka_unit_test(test_ten_thousand), cmocka_unit_test(test_files),
        cmocka_unit_test(test_bad_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
