/* show_work.c: what the desk did to a case: flags, what intake established, who approved and who still
 * must, the time of publication; and, for --history, every version of the text with its difference from the
 * one before it, line by line. */
#include "cmd/show_work.h"
#include "act.h"

#define DIFF_LINES 1500 /* of a side that are compared; longer texts are shown as taken out and put in */

static void line(struct context *cx, const char *key, const char *value)
{
    const char *label = say(cx, key);
    printf("%s:%*s %s\n", label, (int)(utf8_width(label) < 16 ? 16 - utf8_width(label) : 0), "",
           utf8_printable(cx->mem, value));
}

void print_work(struct context *cx, const struct submission *s)
{
    for (size_t i = 0; i < s->n_flags; i++)
        line(cx, "show.flag",
             mem_fmt(cx->mem, "%s (%s, %s): %s", s->flags[i].name, s->flags[i].user,
                     when_short(cx->mem, s->flags[i].at), s->flags[i].reason));
    if (s->review.user && *s->review.user)
        line(cx, "show.review",
             catalog_say(cx->mem, cx->house->catalog, "review.given", "user", s->review.user, "by",
                         s->review.given_by, "at", when_short(cx->mem, s->review.at), NULL));
    for (size_t i = 0; i < s->n_checks; i++)
        line(cx, "show.check",
             mem_fmt(cx->mem, "%s: %s (%s)", say(cx, mem_fmt(cx->mem, "check.%s", s->checks[i].name)),
                     s->checks[i].value, s->checks[i].user));
    for (size_t i = 0; i < s->n_consents; i++)
        line(cx, "show.consent",
             mem_fmt(cx->mem, "%s: %s", say(cx, mem_fmt(cx->mem, "held.%s", s->consents[i].hold)),
                     s->consents[i].user));
    if (s->scheduled)
        line(cx, "show.scheduled", when_short(cx->mem, s->scheduled));
    const char *open =
        s->n_approvals && cx->house->profile ? act_approval_open(cx->house, cx->mem, s) : NULL;
    if (open)
        line(cx, "show.missing", open);
}

/* Who has it for review; null: nobody. */
static json_t *review_json(struct context *cx, const struct submission *s)
{
    const struct review *r = &s->review;
    return r->user && *r->user ? json_pack("{s:s, s:s, s:s}", "by", r->user, "from", r->given_by, "since",
                                           when_rfc3339(cx->mem, r->at))
                               : json_null();
}

json_t *work_json(struct context *cx, const struct submission *s)
{
    json_t *flags = json_array(), *checks = json_object(), *approvals = json_array();
    for (size_t i = 0; i < s->n_flags; i++)
        json_array_append_new(flags, json_pack("{s:s, s:s, s:s}", "flag", s->flags[i].name, "by",
                                               s->flags[i].user, "reason", s->flags[i].reason));
    for (size_t i = 0; i < s->n_checks; i++)
        json_object_set_new(checks, s->checks[i].name, json_string(s->checks[i].value));
    for (size_t i = 0; i < s->n_approvals; i++)
        json_array_append_new(approvals, json_pack("{s:s, s:s, s:s}", "by", s->approvals[i].user, "login",
                                                   s->approvals[i].login, "at",
                                                   when_rfc3339(cx->mem, s->approvals[i].at)));
    return json_pack("{s:o, s:o, s:o, s:o, s:s?, s:s, s:s}", "flags", flags, "established", checks,
                     "review", review_json(cx, s), "approvals", approvals, "scheduled",
                     s->scheduled ? when_rfc3339(cx->mem, s->scheduled) : NULL, "extra", s->extra,
                     "content_hash", s->content_hash);
}

/* ---- versions ---- */

static struct str_list lines_of(const void *mem, const struct store_version *v)
{
    struct str_list list = {0};
    char *all = mem_fmt(mem, "%s\n\n%s\n%s", v->title, v->body, v->extra);
    for (char *l; (l = strsep(&all, "\n"));)
        str_list_add(mem, &list, l);
    return list;
}

static void print_line(struct context *cx, char mark, const char *text)
{
    if (*text)
        printf("    %c %s\n", mark, utf8_printable(cx->mem, text));
}

/* Lengths of the longest common tails of a[i..] and b[j..], row by row. */
static uint16_t *common_tails(const void *mem, const struct str_list *a, const struct str_list *b)
{
    size_t w = b->n + 1;
    uint16_t *t = mem_array(mem, uint16_t, (a->n + 1) * w);
    for (size_t i = a->n; i-- > 0;)
        for (size_t j = b->n; j-- > 0;)
            t[i * w + j] = str_eq(a->v[i], b->v[j])                ? (uint16_t)(t[(i + 1) * w + j + 1] + 1)
                           : t[(i + 1) * w + j] > t[i * w + j + 1] ? t[(i + 1) * w + j]
                                                                   : t[i * w + j + 1];
    return t;
}

static void print_diff(struct context *cx, const struct str_list *a, const struct str_list *b)
{
    _cleanup_mem_ void *mem = mem_new();
    size_t i = 0, j = 0, w = b->n + 1;
    bool small = a->n <= DIFF_LINES && b->n <= DIFF_LINES;
    const uint16_t *t = small ? common_tails(mem, a, b) : NULL;
    while (i < a->n || j < b->n) {
        if (i < a->n && j < b->n && str_eq(a->v[i], b->v[j])) {
            i++;
            j++;
        } else if (j == b->n || (i < a->n && (!t || t[(i + 1) * w + j] >= t[i * w + j + 1]))) {
            print_line(cx, '-', a->v[i++]);
        } else {
            print_line(cx, '+', b->v[j++]);
        }
    }
}

bool print_versions(struct context *cx, const char *ref, struct err *err)
{
    struct store_version *v;
    struct str_list before = {0};
    size_t n;
    if (!store_versions(cx->house->store, cx->mem, ref, &v, &n, err))
        return false;
    printf("\n%s\n", say(cx, "show.versions"));
    for (size_t i = 0; i < n; i++) {
        struct str_list now = lines_of(cx->mem, &v[i]);
        const char *who = str_eq(v[i].user, actor_system.user) ? say(cx, "show.system") : v[i].user;
        char *head =
            catalog_say(cx->mem, cx->house->catalog, "show.version", "n", mem_fmt(cx->mem, "%zu", i + 1),
                        "at", when_short(cx->mem, v[i].at), "user", who, NULL);
        printf("  %s%s%s %s\n", utf8_printable(cx->mem, head), *v[i].note ? ": " : "",
               utf8_printable(cx->mem, v[i].note), v[i].published ? say(cx, "show.published") : "");
        if (i)
            print_diff(cx, &before, &now);
        before = now;
    }
    return true;
}

bool versions_json(struct context *cx, const char *ref, json_t **ret, struct err *err)
{
    struct store_version *v;
    size_t n;
    if (!store_versions(cx->house->store, cx->mem, ref, &v, &n, err))
        return false;
    *ret = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(*ret,
                              json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "content_hash",
                                        v[i].hash, "title", v[i].title, "body", v[i].body, "extra",
                                        v[i].extra, "by", v[i].user, "note", v[i].note, "at",
                                        when_rfc3339(cx->mem, v[i].at), "published", (int)v[i].published));
    return true;
}
