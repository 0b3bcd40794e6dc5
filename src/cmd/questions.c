/* questions.c: `questions` lists those that no unit has yet, and why; `questions route` passes on each that
 * the rules give to one unit (MIC-13.5d: daily). `bbt run` does that by itself on working days. */
#include "act_question.h"
#include "cmd/cmd.h"
#include "desk/calendar.h"
#include "sys/clock.h"

static const char *why_text(struct context *cx, const struct question_left *q)
{
    const struct catalog *c = cx->house->catalog;
    const char *detail = q->detail;
    const char *group = str_eq(q->why, "held") ? "held" : str_eq(q->why, "wrong-state") ? "state" : NULL;
    const char *key = group ? mem_fmt(cx->mem, "%s.%s", group, detail) : "";
    return catalog_say(cx->mem, c, mem_fmt(cx->mem, "refusal.%s", q->why), "detail",
                       catalog_has(c, key) ? catalog_text(c, key) : detail, "ref", q->ref, NULL);
}

static json_t *left_json(struct context *cx, const struct question_left *v, size_t n)
{
    json_t *a = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(a, json_pack("{s:s, s:s, s:s, s:s?, s:s?}", "submission", v[i].ref, "subject",
                                           v[i].subject, "received", when_rfc3339(cx->mem, v[i].received),
                                           "why", v[i].why, "detail", v[i].why ? v[i].detail : NULL));
    return a;
}

static void print_left(struct context *cx, const struct question_left *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        printf("%s  %s  %s\n    %s\n", v[i].ref, when_short(cx->mem, v[i].received),
               utf8_printable(cx->mem, v[i].subject),
               v[i].why ? why_text(cx, &v[i]) : say(cx, "questions.next-round"));
}

static bool list(struct context *cx, struct err *err)
{
    struct question_left *v;
    size_t n;
    if (!args_done(cx, err) ||
        !act_questions_left(cx->house->store, cx->mem, &cx->house->notify, &v, &n, err))
        return false;
    if (cx->json)
        print_json(json_pack("{s:o}", "unrouted", left_json(cx, v, n)));
    else if (n)
        print_left(cx, v, n);
    else
        printf("%s\n", say(cx, "questions.nothing"));
    return true;
}

static bool route(struct context *cx, struct err *err)
{
    struct question_left *v = NULL;
    size_t n = 0, passed = 0;
    bool daily = args_flag(cx, "--daily");
    if (!args_done(cx, err))
        return false;
    bool today = calendar_works(&cx->house->profile->calendar, calendar_day_of(clock_now()));
    if ((!daily || today) && !act_questions_route(cx->house, cx->mem, &passed, &v, &n, err))
        return false;
    if (cx->json) {
        print_json(json_pack("{s:i, s:o}", "passed", (int)passed, "unrouted", left_json(cx, v, n)));
        return true;
    }
    printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "questions.passed", "n",
                               mem_fmt(cx->mem, "%zu", passed), "left", mem_fmt(cx->mem, "%zu", n), NULL));
    print_left(cx, v, n);
    return true;
}

static bool run_questions(struct context *cx, struct err *err)
{
    bool routes = cx->n_args && str_eq(cx->args[0], "route");
    if (!routes)
        return list(cx, err);
    args_word(cx);
    return route(cx, err);
}

const struct command cmd_questions = {
    "questions", NEED_HOUSE | NEED_RULES | NEED_STORE | NEED_LETTERS | NEED_TOKENS, run_questions};
