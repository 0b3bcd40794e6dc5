/* Who is proposed for a letter: fields by their words, owners by date, deputies, two owners, the
 * inspectorate alone for complaints, and whom a letter accuses. On a small profile of its own and on the
 * shipped ones. */
#include "desk/recuse.h"
#include "desk/route.h"
#include "rulings.h"

#define DAY "2026-11-20T09:00:00+07:00"

static const char *const office =
    "unit A { name \"Unit A\"; cite T-1 } unit B { name \"Unit B\"; cite T-1 }\n"
    "unit X { name \"Thanh tra B\xe1\xbb\x99\"; also \"Inspectorate\"; alternate Y; inspectorate yes; cite "
    "T-1 }\n"
    "unit Y { name \"L\xc3\xa3nh \xc4\x91\xe1\xba\xa1o B\xe1\xbb\x99\"; alternate A; cite T-1 }\n"
    "field one { label One; weight 4 { \"first words\" } cite T-2 }\n"
    "field two { label Two; weight 4 { \"second words\"; \"n\xc6\xb0\xe1\xbb\x9b"
    "c s\xe1\xba\xa1"
    "ch\" } cite T-2 }\n"
    "field weak { label Weak; weight 2 { \"passing\" } cite T-2 }\n"
    "route one { to A; until 2026-06-30; cite T-3 }\n"
    "route one { to B; from 2026-07-01; deputy member@t.vn; away 2026-12-01 2026-12-05 ; cite T-4 }\n"
    "route two { to A; shared yes; cite T-5 } route two { to B; shared yes; cite T-6 }\n"
    "route weak { to A; cite T-7 }\n"
    "words recuse-appeal { \"\xc4\x91\xe1\xbb\x81 ngh\xe1\xbb\x8b\"; \"t\xe1\xbb\x9bi\"; \"ask\" ask }\n"
    "words recuse-accuse { \"bao che\"; \"bribe\" bribe }\n"
    "words recuse-addressee { \"K\xc3\xadnh g\xe1\xbb\xadi\"; \"To\" to }\n";

struct world {
    struct profile *p;
    struct classifier *c;
};

static struct world world_new(const void *mem)
{
    struct profile_file *files = NULL;
    size_t n = 0;
    add_files(mem, "tests/grammar", "base", &files, &n);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!strstr(files[i].name, "office"))
            files[kept++] = files[i];
    struct profile_file *own = mem_append(mem, files, kept);
    *own = (struct profile_file){"t/route.rules", office, strlen(office)};
    struct world w = {.p = profile_from(mem, "t", files, kept)};
    w.c = classifier_new(mem, w.p);
    return w;
}

/* The receivers of a letter classified as `kind`, joined by blanks. */
static const char *receivers(const void *mem, const struct world *w, const char *kind, const char *body,
                             const char *when, const struct directory *d)
{
    struct letter *l = new_letter(mem, "", body);
    struct evidence *e = sender(mem, w->p, "outside");
    struct ruling *r = classify(mem, l, e, w->c);
    struct str_list to = {0};
    int64_t now = 0;
    e->directory = d;
    assert_true(when_parse_rfc3339(when, &now));
    r->kind = profile_find_kind(w->p, kind);
    r->category = r->kind->category;
    struct routes routes = desk_route(mem, l, e, r, w->p, now);
    for (size_t i = 0; i < routes.n; i++) {
        assert_true(*routes.v[i].cite != '\0');
        str_list_add(mem, &to, routes.v[i].to);
    }
    if (routes.recused)
        str_list_add(mem, &to, "recused");
    return to.n ? str_list_join(mem, &to, " ") : "";
}

static void test_fields(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct world w = world_new(mem);
    (void)state;
    const char *one = "about first words here", *both = "first words and second words";
    assert_string_equal(receivers(mem, &w, "t/question", one, DAY, NULL), "B");
    assert_string_equal(receivers(mem, &w, "t/question", one, "2026-06-30T23:59:59+07:00", NULL), "A");
    assert_string_equal(receivers(mem, &w, "t/question", one, "2026-07-01T00:00:00+07:00", NULL), "B");
    assert_string_equal(receivers(mem, &w, "t/question", one, "2026-12-01T00:00:00+07:00", NULL),
                        "member@t.vn");
    assert_string_equal(receivers(mem, &w, "t/question", one, "2026-12-06T00:00:00+07:00", NULL), "B");
    assert_string_equal(receivers(mem, &w, "t/news", "second words", DAY, NULL), "A B");
    assert_string_equal(receivers(mem, &w, "t/news", both, DAY, NULL), "B A");
    assert_string_equal(receivers(mem, &w, "t/news", "passing", DAY, NULL), "");
    assert_string_equal(receivers(mem, &w, "t/news", "passing, firstwords", DAY, NULL), "");
    assert_string_equal(receivers(mem, &w, "t/spam", one, DAY, NULL), "");
    assert_string_equal(receivers(mem, &w, "t/autoreply", one, DAY, NULL), "");
    /* written without marks */
    assert_string_equal(receivers(mem, &w, "t/question", "xin hoi ve nuoc sach o xa toi", DAY, NULL),
                        "A B");
}

static void test_complaints(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct world w = world_new(mem);
    struct directory d = {0};
    struct person head = {.unit = "X",
                          .role = PERSON_LEADER,
                          .name = "M\xe1\xba\xa1"
                                  "c Th\xe1\xbb\x8b B",
                          .title = "",
                          .address = "b@t.vn"};
    (void)state;
    directory_add(mem, &d, "X", "X", &head);
    directory_finish(mem, &d);
    static const struct {
        const char *body, *to;
    } rows[] = {
        {"about first words", "X"}, /* never by field */
        {"K\xc3\xadnh g\xe1\xbb\xadi: Thanh tra B\xe1\xbb\x99\n\n\xc3\x94ng K bao che.", "X"},
        {"To:\n- Inspectorate\n- Others\n\nMr K took a bribe.", "X"},
        {"\xc4\x90\xe1\xbb\x81 ngh\xe1\xbb\x8b Thanh tra B\xe1\xbb\x99 x\xe1\xbb\xad l\xc3\xbd "
         "k\xe1\xba\xbb bao che.",
         "X"},
        {"Thanh tra B\xe1\xbb\x99 bao che cho \xc3\xb4ng K.", "Y recused"},
        {"T\xc3\xb4i g\xe1\xba\xb7p Thanh tra B\xe1\xbb\x99 h\xc3\xb4m qua. \xc3\x94ng K bao che.",
         "X"},                                            /* another sentence */
        {"Thanh tra Bo bao che cho ong K.", "Y recused"}, /* without marks */
        {"Thanh tra B\xe1\xbb\x99 v\xc3\xa0 L\xc3\xa3nh \xc4\x91\xe1\xba\xa1o B\xe1\xbb\x99 bao che.",
         "A recused"},
        {"B\xc3\xa0 M\xe1\xba\xa1"
         "c Th\xe1\xbb\x8b B l\xc3\xa0 ng\xc6\xb0\xe1\xbb\x9di nh\xe1\xba\xadn ti\xe1\xbb\x81n.",
         "Y recused"},
        {"T\xc3\xb4i t\xe1\xbb\x91 c\xc3\xa1o b\xc3\xa0 M\xe1\xba\xa1"
         "c Th\xe1\xbb\x8b B.",
         "Y recused"}, /* "toi" is no appeal */
        {"B\xc3\xa0 M\xe1\xba\xa1"
         "c Th\xe1\xbb\x8b Ba l\xc3\xa0 ng\xc6\xb0\xe1\xbb\x9di kh\xc3\xa1"
         "c.",
         "X"}, /* whole names only */
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *got = receivers(mem, &w, "t/denunciation", rows[i].body, DAY, &d);
        if (!str_eq(got, rows[i].to))
            fail_msg("%s: want %s got %s", rows[i].body, rows[i].to, got);
        assert_string_equal(receivers(mem, &w, "t/complaint", rows[i].body, DAY, &d), rows[i].to);
    }
    /* everybody is accused: nobody is proposed, and it is said so */
    assert_string_equal(
        receivers(
            mem, &w, "t/complaint",
            "Thanh tra B\xe1\xbb\x99, L\xc3\xa3nh \xc4\x91\xe1\xba\xa1o B\xe1\xbb\x99, Unit A bao che.",
            DAY, &d),
        "recused");
}

/* Each field of a shipped profile has an owner today, and each cited article is its institution's. */
static void test_shipped(void **state)
{
    static const struct {
        const char *name, *prefix;
        size_t units, shared;
    } rows[] = {{"mic", "MIC-", 20, 0},
                {"langson", "LS-", 6, 2},
                {"dongnai", "DN-", 26, 7},
                {"bca", "BCA-", 12, 0}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        _cleanup_mem_ void *mem = mem_new();
        const struct office_rules *o = &load_profile(mem, rows[i].name)->office;
        size_t shared = 0;
        assert_true(o->n_units >= rows[i].units);
        assert_true(o->n_roles >= 9 && o->n_metadata >= 3 && o->n_retention >= 3);
        for (size_t k = 0; k < o->n_topics; k++) {
            size_t owners = 0;
            for (size_t r = 0; r < o->n_routes; r++)
                owners += o->routes[r].topic == k && route_holds(&o->routes[r], 20777);
            assert_true(owners > 0);
            assert_true(str_starts(o->topics[k].at.cite, rows[i].prefix));
        }
        for (size_t r = 0; r < o->n_routes; r++) {
            shared += o->routes[r].shared;
            assert_true(str_starts(o->routes[r].at.cite, rows[i].prefix));
        }
        assert_int_equal(shared, rows[i].shared);
    }
}

/* DN-8.2: food safety is Industry's and Health's, the countryside Agriculture's and Culture's. */
static void test_two_owners(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    struct world w = {.p = load_profile(mem, "dongnai")};
    w.c = classifier_new(mem, w.p);
    (void)state;
    const char *food =
        "Cho t\xc3\xb4i h\xe1\xbb\x8fi v\xe1\xbb\x81 an to\xc3\xa0n th\xe1\xbb\xb1"
        "c ph\xe1\xba\xa9m \xe1\xbb\x9f b\xe1\xba\xbfp \xc4\x83n t\xe1\xba\xadp th\xe1\xbb\x83?";
    assert_string_equal(receivers(mem, &w, "dongnai/question", food, DAY, NULL), "SCT SYT");
    const char *rural =
        "X\xc3\xa2y d\xe1\xbb\xb1ng n\xc3\xb4ng th\xc3\xb4n m\xe1\xbb\x9bi \xe1\xbb\x9f x\xc3\xa3";
    assert_string_equal(receivers(mem, &w, "dongnai/question", rural, DAY, NULL), "SNNPTNT SVHTTDL");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fields), cmocka_unit_test(test_complaints),
                                       cmocka_unit_test(test_shipped), cmocka_unit_test(test_two_owners)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
