/* question.h: a citizen's question on its way to the unit that answers, and back (MIC-13.5d, BCA-5.10,
 * LS-9.7; QC-1..5). Pure and total. What a question needs beside the steps of its track. */
#ifndef DESK_QUESTION_H
#define DESK_QUESTION_H

#include "desk/notify.h"
#include "desk/step.h"

/* A question of a citizen (and not the letter in which a unit answers one). */
bool question_is(const struct submission *s);

/* Who of the unit gets it: its contact, else its leader; NULL when neither has an address. */
const struct person *question_contact(const char *unit, const struct notify_rules *rules);

/* Why the program does not pass it on by itself: a refusal key, *ret_detail its detail; NULL: it may. Which
 * unit it goes to is s->unit: a question with two owners has none until a person picks. */
const char *question_cannot_pass(const struct submission *s, const struct notify_rules *rules,
                                 const char **ret_detail);

/* Adds to the plan of a step what goes with it: to "assign" the letter to the unit (template
 * "question-forward", with a token, without who asks), to "answer" (event->body) the version that is
 * published: question, masked, and answer together. In other cases an answer is an opinion on the text: a
 * note. Nothing for other steps. */
void question_after(struct plan *p, const struct submission *s, const struct event *event,
                    const struct notify_rules *rules);

/* Adds to the plan of a letter that joins the case: the answer, when it is one. It is one when the letter
 * carries the token of our letter to that unit and somebody of that unit, proved, wrote it; every other
 * letter stays what it is, evidence. */
void question_answered(struct plan *p, const struct submission *s, const struct letter *letter,
                       const struct evidence *e, const struct known *known, const struct profile *profile);

/* Another unit has to work on the answer: recorded, the longer term takes over where the rules have one,
 * and that unit gets a letter. Of other cases: the step "consult" of the track, and the unit is asked for
 * its opinion (template "consult"). A refused plan when it cannot be. */
struct plan *question_consult(const void *mem, const struct submission *s, const char *unit,
                              const char *reason, const struct actor *actor,
                              const struct notify_rules *rules, int64_t now);

#endif
