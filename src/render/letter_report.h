/* letter_report.h: the contract's letter report, one JSON object per letter, every key always present. */
#ifndef RENDER_LETTER_REPORT_H
#define RENDER_LETTER_REPORT_H

#include "classify/classify.h"
#include "desk/admit.h"
#include "render/catalog.h"

struct letter_report {
    const struct letter *letter;
    const struct facts *facts;
    const struct evidence *evidence;
    const struct ruling *ruling;
    const struct plan *plan;
    const struct known *known;
    const struct policy *policy;
    bool stored; /* false: explain; submission and state are null */
};

/* One line of compact JSON, owned by mem. */
char *letter_report_line(const void *mem, const struct letter_report *r, const struct catalog *catalog);

/* For a person: the same in the catalogue's language, a few lines with reasons and the plan; exact_plan:
 * the plan as plan_dump() writes it, with all that a test or a developer compares. */
char *letter_report_text(const void *mem, const struct letter_report *r, const struct catalog *catalog,
                         bool exact_plan);

#endif
