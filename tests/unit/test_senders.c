/* test_senders.c: forged and honest senders under the four shipped profiles, through verify() and
 * desk_verdict() (data/senders.tsv). No honest letter may be rejected and no forged one may pass for an
 * official, whatever else the table says. */
#include "desk/admit.h"
#include "rulings.h"
#include "verify_world.h"

struct tally {
    int forged, honest, wrong;
};

static void read_directory(void *mem, const struct profile *p, struct directory *d)
{
    struct directory_row *rows = NULL;
    size_t n = 0, other = 0, bytes;
    struct err err = {0};
    const char *file = "tests/unit/data/senders_directory.tsv", *text = read_whole(mem, file, &bytes);
    assert_true(directory_parse(mem, file, text, bytes, false, p->name, &rows, &n, &other, &err));
    for (size_t i = 0; i < n; i++)
        directory_add(mem, d, rows[i].unit, rows[i].unit_name, &rows[i].person);
    d->shared = p->public_mail;
    directory_finish(mem, d);
}

static struct policy policy_of(const void *mem, const struct profile *p)
{
    return (struct policy){.profile = p,
                           .own_domains = p->own_domains,
                           .authserv_ids = p->authserv_ids,
                           .receivers = p->receivers,
                           .stamps = p->stamps,
                           .agreement = agreement_words_new(mem, p)};
}

/* The header as it came: the trace, our stamp, the sender's lines. */
static struct str compose(const void *mem, const struct profile *p, const char *stamp, const char *rest)
{
    struct str b = str_new(mem);
    str_addf(&b,
             "Received: from mail.sender.example (mail.sender.example [192.0.2.7]) by %s with ESMTPS id 1; "
             "Mon, 16 Nov 2026 08:00:00 +0700\r\n",
             p->receivers.v[0]);
    if (!str_eq(stamp, "-"))
        str_addf(&b, "Authentication-Results: %s; %s\r\n", p->authserv_ids.v[0], stamp);
    for (const char *s = rest; *s; s++) {
        bool escape = s[0] == '\\' && (s[1] == 'n' || s[1] == '0');
        if (str_starts(s, "{AR}")) {
            str_addf(&b, "Authentication-Results: %s;", p->authserv_ids.v[0]);
            s += 3;
        } else if (escape)
            *++s == 'n' ? str_add(&b, "\r\n") : str_addn(&b, "", 1);
        else
            str_addc(&b, *s);
    }
    str_addf(&b, "\r\nTo: %s\r\nDate: Mon, 16 Nov 2026 07:59:00 +0700\r\nSubject: tin\r\n\r\n", p->mailbox);
    return b;
}

static struct letter *read_letter(const void *mem, const struct str *raw)
{
    struct letter *l = letter_from(mem, raw->s, raw->n);
    letter_derive(mem, l);
    return l;
}

static void row(char **column, void *arg)
{
    struct tally *tally = arg;
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *p = shipped_profile(column[1]);
    struct directory d = {0};
    struct policy policy = policy_of(mem, p);
    struct facts facts = trusted;
    enum category category = CATEGORY_OTHER;
    bool forged = str_eq(column[0], "F");
    read_directory(mem, p, &d);
    assert_true(category_parse(column[2], &category));
    struct str raw = compose(mem, p, column[4], column[5]);
    struct evidence *e = verify(mem, read_letter(mem, &raw), &facts, NULL, &d, &policy);
    struct ruling ruling = {.kind = &p->kinds[p->main_kind[category]], .category = category};
    const char *verdict = verdict_name(desk_verdict(e, &ruling, &policy));
    bool official = e->auth == AUTH_AUTHENTICATED && (e->own_domain || e->person || e->unit);
    bool wrong = !str_eq(verdict, column[3]) || (forged && official && !e->impersonates);
    tally->forged += forged;
    tally->honest += !forged;
    tally->wrong += wrong;
    if (wrong)
        print_error("%s %s %s: want %s got %s (auth %s, from '%s') %s | %s\n", column[0], column[1],
                    column[2], column[3], verdict, auth_result_name(e->auth), e->from, column[4],
                    column[5]);
    if (!forged && str_eq(verdict, "reject-spoof"))
        fail_msg("an honest letter is rejected: %s", column[5]);
}

static void every_row_gets_its_verdict(void **state)
{
    struct tally tally = {0};
    (void)state;
    each_row("tests/unit/data/senders.tsv", 6, row, &tally);
    print_message("# %d forged and %d honest senders, %d wrong verdicts\n", tally.forged, tally.honest,
                  tally.wrong);
    assert_int_equal(tally.wrong, 0);
    assert_true(tally.forged >= 60 && tally.honest >= 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_gets_its_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
