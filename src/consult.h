/* consult.h: the story of a consultation on a draft: comments by mail, its two turns, the bundle for the
 * unit. */
#ifndef CONSULT_H
#define CONSULT_H

#include "desk/consultation.h"
#include "open.h"
#include "render/letter_report.h"

/* Is the letter a comment on a draft? Then *ret_plan attaches it to that draft's consultation; NULL when it
 * is none. */
bool consult_comment(struct house *h, const void *mem, const struct letter_report *r, const char *entry,
                     int64_t now, struct plan **ret_plan, struct err *err);

/* Publishes what was scheduled for now, then makes known what has begun or ended; at the end the unit gets
 * the comments. Counts publications and turns: 0 means that the portal is as it was. */
bool consult_due(struct house *h, size_t *ret_n, struct err *err);

/* Sets the window by hand. ERR_NO when the rules refuse. */
bool consult_set(struct house *h, const void *mem, const char *ref, int64_t opens, int64_t closes,
                 const char *reason, const struct actor *actor, struct err *err);

/* Writes comments.csv and the letters themselves, 001.eml ..., into the directory `dir`, which must not
 * exist yet. ERR_NO: not for this actor, since comments name citizens. */
bool consult_bundle(struct house *h, const void *mem, const char *ref, const char *dir,
                    const struct actor *actor, size_t *ret_n, struct err *err);

#endif
