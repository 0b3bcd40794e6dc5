/* clocks.h: which deadlines an event opens, ends or exchanges on a case, as effects of its plan. Pure. */
#ifndef DESK_CLOCKS_H
#define DESK_CLOCKS_H

#include "desk/deadline.h"
#include "desk/plan.h"

/* An event word of the time rules happens to the case at `at`: an EFFECT_DEADLINE for each rule of its kind
 * that starts with it. What the case must not be worked on for (forged, secrecy) opens nothing, and a clock
 * that runs, or that was exchanged for one that runs, is not wound up again: passing a question on to
 * another unit gives no new term. */
void clocks_begin(struct plan *p, const struct submission *s, const char *word, int64_t at,
                  const struct profile *profile);

/* A document of known date arrives: the clocks that run since it was signed or issued. Those that the
 * receipt itself ends are kept as they ended: how late its unit was (MIC-11.2b1). `date`: "2024-11-18", ""
 * when not known; `body`: the issuing body as in its head, "" when not known. Of a letter that corrects the
 * case (`s` with its receipt; LS-7.4): a clock that runs from another date is set right, and what was
 * supplied with that date before is not supplied again. */
void clocks_document(struct plan *p, const struct submission *s, const char *date, const char *body,
                     const struct profile *profile);

/* The same happens to a case that is there: first its open deadlines that the word ends end, those that
 * switch on it are exchanged (same start), then clocks_begin(). */
void clocks_happen(struct plan *p, const struct submission *s, const char *word, int64_t at,
                   const struct profile *profile);

/* Staff say that the word happened at `at`: as clocks_happen(), and besides what the rules open by their
 * word only (`by-hand`); a clock that runs is set right, and starts from that time. `issuer`: whose
 * document it is, ISSUER_ANY when they do not say. */
void clocks_recorded(struct plan *p, const struct submission *s, const char *word, int64_t at,
                     enum issuer issuer, const struct profile *profile);

/* Does it depend on who issued the document what the word begins (LS-9.3)? */
bool clocks_need_issuer(const struct submission *s, const char *word, const struct profile *profile);

/* The words that staff may record of the case: those by which a time rule of its kind, or one that runs on
 * it, starts, ends or is exchanged, but for what a command does (of what is on the portal also that it was
 * published). Owned by mem. */
struct str_list clocks_recordable(const void *mem, const struct submission *s,
                                  const struct profile *profile);

/* The command that brings the word about by itself ("publish" of "published"); NULL: none does. */
const char *clocks_command(const char *word);

/* May the word be about something that is still to come? */
bool clocks_planned(const char *word);

/* Event words that stand for a step of a track: "publish" -> "published"; returns how many (0-2). */
size_t clocks_words(const char *event, const char *ret[2]);

/* EFFECT_DEADLINE for a deadline that was computed: opened, or written over the open one of its rule. */
void clocks_open(struct plan *p, const struct deadline *d);

/* The deadline anew, by the rules and the calendar of today; NULL when its rule is gone. Owned by mem. */
struct deadline *clocks_recompute(const void *mem, const struct case_deadline *d,
                                  const struct profile *profile);

#endif
