/* sealing_inside.h: what sealing.c and sealing_later.c share with each other and with nobody else. */
#ifndef SEALING_INSIDE_H
#define SEALING_INSIDE_H

#include "sealing.h"

struct sealed_letter {
    const struct submission *s;
    const struct letter *letter; /* NULL: not read now */
    const struct facts *facts;
    const char *entry, *report;
    const char *rows;                /* what else the house knows of the case, as JSON; NULL: nothing */
    const struct str_list *evidence; /* files under HOUSE/evidence that go with it; NULL: none */
    bool recused;
};

/* Closes it into HOUSE/sealed/ENTRY.part, which is not synced yet. *ret borrows from mem and l. */
bool sealing_write(struct house *h, const void *mem, const struct sealed_letter *l,
                   struct store_sealed *ret, struct err *err);
/* What a crash left undone. */
bool sealing_recover(struct house *h, struct err *err);
char *sealing_evidence_path(const struct house *h, const void *mem, const char *hash);

#endif
