/* act_question.c: see act_question.h. The round is safe to repeat: a question that was passed on is in
 * another state, and two rounds at once find that the other was faster. One that the rules refuse is left
 * for a person and does not stop the next. */
#include "act_question.h"
#include "desk/question.h"
#include "sys/clock.h"

enum { ROUND_MAX = 10000 /* questions of one round */ };

bool act_questions_left(struct store *store, const void *mem, const struct notify_rules *rules,
                        struct question_left **ret, size_t *ret_n, struct err *err)
{
    struct store_row *rows;
    size_t n;
    const struct store_filter filter = {
        .state = "received", .category = "question", .hold = "", .limit = ROUND_MAX};
    if (!store_list(store, mem, &filter, &rows, &n, err))
        return false;
    *ret = NULL;
    *ret_n = 0;
    for (size_t i = 0; i < n; i++) {
        struct submission *s;
        if (!store_submission(store, mem, rows[i].ref, &s, err))
            return false;
        if (!question_is(s))
            continue;
        struct question_left *q = mem_append(mem, *ret, *ret_n);
        const char *subject = submission_is_withheld(s) ? "" : s->subject;
        *q = (struct question_left){.ref = s->ref, .subject = subject, .received = s->received};
        q->why = question_cannot_pass(s, rules, &q->detail);
    }
    return true;
}

/* ERR_NO and "changed meanwhile": it stays on the list with the reason; the next round sees it again. */
static bool pass_one(struct house *h, const void *mem, struct question_left *q, struct err *err)
{
    struct submission *s;
    struct err why = {0};
    if (!store_submission(h->store, mem, q->ref, &s, err))
        return false;
    const struct event event = {.name = "assign", .ground = "", .reason = "", .hold = "", .unit = s->unit};
    if (act(h, mem, q->ref, &event, &actor_system, NULL, &why))
        return true;
    if (why.kind != ERR_NO && why.kind != ERR_RETRY) {
        *err = why;
        return false;
    }
    q->why = "wrong-state";
    q->detail = s->state;
    return true;
}

bool act_questions_route(struct house *h, const void *mem, size_t *ret_passed,
                         struct question_left **ret_left, size_t *ret_n, struct err *err)
{
    struct question_left *all;
    size_t n;
    *ret_passed = *ret_n = 0;
    *ret_left = NULL;
    if (!act_questions_left(h->store, mem, &h->notify, &all, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!all[i].why && !pass_one(h, mem, &all[i], err))
            return false;
        if (all[i].why)
            *mem_append(mem, *ret_left, *ret_n) = all[i];
        else
            ++*ret_passed;
    }
    return true;
}

bool act_consult(struct house *h, const void *mem, const char *ref, const char *unit, const char *reason,
                 const struct actor *actor, struct plan **ret_plan, struct err *err)
{
    struct submission *s;
    if (!store_submission(h->store, mem, ref, &s, err))
        return false;
    *ret_plan = question_consult(mem, s, unit, reason, actor, &h->notify, clock_now());
    if ((*ret_plan)->refused)
        return act_refused(h, *ret_plan, s, err);
    notify_issue_tokens(*ret_plan, s, &h->notify);
    return letters_render(mem, *ret_plan, h->letters, err) && act_apply(h, *ret_plan, err);
}
