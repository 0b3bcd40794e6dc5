/* act_question.h: STORY 2 for questions: the daily round, and the help of another unit (MIC-13.5d). */
#ifndef ACT_QUESTION_H
#define ACT_QUESTION_H

#include "act.h"

/* A question that waits for a person, because the program may not pass it on. */
struct question_left {
    const char *ref, *subject;
    int64_t received;
    const char *why, *detail; /* as question_cannot_pass() */
};

/* Those that are in the state they came in, and why each is not passed on (`why` NULL: it will be). Needs
 * rules and directory only. Owned by mem. */
bool act_questions_left(struct store *store, const void *mem, const struct notify_rules *rules,
                        struct question_left **ret, size_t *ret_n, struct err *err);

/* Passes on each that it may, by one plan each. *ret_left: those that stay. */
bool act_questions_route(struct house *house, const void *mem, size_t *ret_passed,
                         struct question_left **ret_left, size_t *ret_n, struct err *err);

bool act_consult(struct house *house, const void *mem, const char *ref, const char *unit,
                 const char *reason, const struct actor *actor, struct plan **ret_plan, struct err *err);

#endif
