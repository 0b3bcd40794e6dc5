/* test_arc.c: ARC is not evaluated: whatever ARC headers say, valid or broken, changes nothing of what is
 * concluded about a sender (issue 4 item 1). The messages of the ARC test suite, where they are (they are
 * not part of the repository), under the assumption that their list server is our own. */
#include "rulings.h"
#include "verify_world.h"

static const char SUITE[] = "../shared/corpus/auth/arc-draft-validation-tests.part.yml";

/* The next block after "message:", without its indent; NULL at the end. */
static char *next_message(const void *mem, const char **at)
{
    enum { INDENT = 6 };
    struct str b = str_new(mem);
    const char *s = strstr(*at, "\n    message:");
    if (!s)
        return NULL;
    for (s = strchr(s + 1, '\n'); s && *s == '\n';) {
        const char *line = s + 1, *end = strchr(line, '\n');
        size_t n = end ? (size_t)(end - line) : strlen(line);
        if (n && strspn(line, " ") < INDENT)
            break;
        str_addf(&b, "%.*s\r\n", n > INDENT ? (int)(n - INDENT) : 0, n > INDENT ? line + INDENT : "");
        s = end;
    }
    *at = s ? s : "";
    return mem_str(mem, b.n ? b.s : "");
}

/* The same letter without what ARC put into its header. */
static struct letter *without_arc(const void *mem, const struct letter *l)
{
    struct letter *ret = mem_zero(mem, struct letter);
    ret->headers = mem_array(mem, struct letter_header, l->n_headers + 1);
    for (size_t i = 0; i < l->n_headers; i++)
        if (!str_istarts(l->headers[i].name, "ARC-"))
            ret->headers[ret->n_headers++] = l->headers[i];
    return ret;
}

static bool judge_message(const char *message)
{
    struct world *w = world_new();
    str_list_add(w->mem, &w->policy.own_domains, "d1.example.org");
    str_list_add(w->mem, &w->policy.authserv_ids, "lists.example.org");
    char *raw = mem_fmt(w->mem, TRACE "%s", message);
    struct letter *with = letter_from(w->mem, raw, strlen(raw)), *bare = without_arc(w->mem, with);
    const struct evidence *a = verify(w->mem, with, &trusted, NULL, &w->directory, &w->policy);
    const struct evidence *b = verify(w->mem, bare, &trusted, NULL, &w->directory, &w->policy);
    bool had_arc = bare->n_headers < with->n_headers;
    assert_int_not_equal(a->auth, AUTH_AUTHENTICATED);
    assert_int_equal(a->auth, b->auth);
    assert_int_equal(a->standing, b->standing);
    assert_int_equal(a->n_findings, b->n_findings);
    talloc_free(w->mem);
    return had_arc;
}

static void arc_changes_nothing(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    size_t n, messages = 0, sealed = 0;
    (void)state;
    if (access(SUITE, R_OK) != 0)
        skip();
    const char *at = read_whole(mem, SUITE, &n);
    for (char *m; (m = next_message(mem, &at)); messages++)
        sealed += judge_message(m);
    print_message("# %zu messages of the ARC suite, %zu with ARC headers: none changes anything\n",
                  messages, sealed);
    assert_true(messages >= 20 && sealed >= messages / 2);
}

/* A valid-looking seal of our own server under a letter that nothing proves. */
static void a_seal_is_no_proof(void **state)
{
    (void)state;
    struct world *w = world_new();
    const struct evidence *e =
        judge(w, TRACE
              "ARC-Seal: i=1; a=rsa-sha256; cv=pass; d=mx.mic.gov.vn; s=a; b=AAAA\r\n"
              "ARC-Authentication-Results: i=1; mx.mic.gov.vn; dmarc=pass header.from=mic.gov.vn\r\n" HUY);
    assert_int_equal(e->auth, AUTH_FORGED);
    e = judge(w, TRACE OURS "ARC-Seal: i=1; a=rsa-sha256; cv=fail; d=x.vn; s=a; b=AAAA\r\n" HUY);
    assert_int_equal(e->auth, AUTH_AUTHENTICATED);
    talloc_free(w->mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arc_changes_nothing),
        cmocka_unit_test(a_seal_is_no_proof),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
