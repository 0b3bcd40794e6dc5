/* digest.h: the weekly register of complaints and denunciations for the inspectorate (MIC-13.5d1), as a
 * letter. Pure and total: the same input gives the same letter, byte for byte, so a digest that is rebuilt
 * after a crash is the same digest.
 *
 * Nobody's name, address or words stand in the headers, the subject or the body (QC-8, abuse A33): the body
 * has counts and references; identities are in the attached CSV register only. */
#ifndef DESK_DIGEST_H
#define DESK_DIGEST_H

#include "desk/plan.h"

struct digest_item {
    const char *ref, *category, *unit, *from, *from_name, *subject, *state;
    int64_t received;
    bool late; /* received before this period began, but in no earlier digest */
};

struct digest_input {
    const char *recipient;   /* one sendable address */
    const char *institution; /* its full name */
    const char *period;      /* ISO week, "2026-W47" */
    int64_t from, until;     /* the period's span: [from, until) seconds UTC */
    int64_t date;            /* of the letter; the same date gives the same bytes */
    const char *domain;      /* right-hand side of the Message-ID: ours */
    const struct digest_item *items;
    size_t n_items;
    bool sealed;        /* names are in the bundle alone: the register has none */
    const char *bundle; /* sealed records, and letters when the profile asks; NULL */
    size_t n_bundle;
    struct plan_attachment *originals; /* the letters themselves, where nothing is sealed */
    size_t n_originals;
    const char *journal; /* "count link" of the journal at the end of the week, "" */
    /* The catalogue's text for a key ("category.complaint"); this room lies above render/. */
    const char *(*label)(const void *arg, const char *key);
    const void *label_arg;
};

/* The letter, owned by mem: template "digest", key "digest/RECIPIENT/PERIOD", parameters institution,
 * period, week, year, from_date, to_date (dd/mm/yyyy, last day included), total, empty ("yes" or ""),
 * counts and lines (ready text), late (their number, "" when none), journal, sealed ("yes" or ""), and the
 * register as attachments (text/csv, text/html, the sealed bundle, originals) unless the week is empty.
 * Items are taken in the order received, then ref. */
struct plan_letter *digest_letter(const void *mem, const struct digest_input *in);

/* The register: RFC 4180, UTF-8 with BOM, CRLF, every cell quoted; a cell that a spreadsheet could take for
 * a formula begins with an apostrophe (abuse A34). Items in the order given. */
char *digest_csv(const void *mem, const struct digest_input *in);
/* The same as one HTML page, with the same apostrophes. */
char *digest_html(const void *mem, const struct digest_input *in);

/* One cell of a CSV row, safe from spreadsheets that look for formulas (A34). */
void csv_cell(struct str *out, const char *s, bool last);

#endif
