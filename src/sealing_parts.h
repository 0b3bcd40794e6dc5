/* sealing_parts.h: what goes into a sealed file, and what stays of a letter outside. Pure. */
#ifndef SEALING_PARTS_H
#define SEALING_PARTS_H

#include "desk/plan.h"

/* Part "record": who sent it and when, for the register; one JSON object. */
char *sealing_record(const void *mem, const struct submission *s, const char *entry);
/* Part "reading": facts, report and extracted texts. `letter` may be NULL: the texts of the case then. */
char *sealing_reading(const void *mem, const struct submission *s, const struct letter *letter,
                      const struct facts *facts, const char *report);
/* The letter report without a word or name of the letter: kind, verdict, rules, counts. */
char *sealing_blank_report(const void *mem, const char *report);
/* What the plan would write of the letter becomes blank. */
void sealing_blank_plan(const void *mem, struct plan *plan);

#endif
