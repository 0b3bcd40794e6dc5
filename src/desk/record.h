/* record.h: staff record that something happened outside this house on which a time rule counts: approved,
 * occurred, detected, appointed, notified ... (DL-1, BCA-5.7). Pure and total. */
#ifndef DESK_RECORD_H
#define DESK_RECORD_H

#include "desk/step_inside.h"

/* The free event "record": event->word happened at event->at; event->about: the complaint that a request to
 * publish its reply is about (MIC-13.5d2), NULL. One NOTE effect "recorded" (from = when, to = the word),
 * and what the clocks do. Refused by plan: a word that no time rule of the case knows, a time to come. */
struct plan *record_happened(const struct stepping *x);

#endif
