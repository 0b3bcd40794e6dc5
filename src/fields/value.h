/* value.h: the fields that are read from a letter, each with the place it was read at, so that staff see
 * the very words. Adding a field is one line in FIELDS and whatever reads it. */
#ifndef FIELDS_VALUE_H
#define FIELDS_VALUE_H

#include "base/str.h"

/* Name in reports, and what it holds. Dates are ISO. */
#define FIELDS(FIELD)                                                                                      \
    FIELD(NUMBER, "doc_number", "own number, normalised")                                                  \
    FIELD(TYPE, "doc_type", "as in the rules")                                                             \
    FIELD(DATE, "doc_date", "date of issue")                                                               \
    FIELD(SUMMARY, "trich_yeu", "1 to 4 lines, joined")                                                    \
    FIELD(BODY, "issuing_body", "as in the head")                                                          \
    FIELD(PLACE, "place", "of issue")                                                                      \
    FIELD(ISSUED, "issued", "yes; no: number or date left open")                                           \
    FIELD(EFFECTIVE, "effective", "date from which it is in force")                                        \
    FIELD(SIGNER, "signer", "name")                                                                        \
    FIELD(CAPACITY, "signer_capacity", "as stacked: TM. KT.")                                              \
    FIELD(OFFICE, "signer_office", "the signer's own office")                                              \
    FIELD(PORTAL, "portal_recipient", "yes no unclear; the line that decided it")                          \
    FIELD(RECIPIENTS, "recipients", "the list, as written")                                                \
    FIELD(URGENCY, "urgency", "as in the rules")                                                           \
    FIELD(CONSULT_FROM, "consult_from", "first day of a consultation")                                     \
    FIELD(CONSULT_TO, "consult_to", "last day")                                                            \
    FIELD(FORM, "form", "heading of a request form (LS-7.2)")                                              \
    FIELD(FORM_UNIT, "form_unit", "unit that asks")                                                        \
    FIELD(FORM_TITLE, "form_title", "title of the item")                                                   \
    FIELD(FORM_TOPIC, "form_topic", "field or column")                                                     \
    FIELD(FORM_TIME, "form_time", "as written")                                                            \
    FIELD(FORM_SENDER, "form_sender", "as written")                                                        \
    FIELD(FORM_OPINION, "form_opinion", "the leader's, as written")                                        \
    FIELD(FORM_LEADER, "form_leader", "as written")                                                        \
    FIELD(FORM_APPROVED, "form_approved", "yes; no: left blank; unclear: a person must read it")

enum field {
#define FIELD(id, name, meaning) FIELD_##id,
    FIELDS(FIELD)
#undef FIELD
        FIELD_COUNT
};

/* What was read and where: bytes [from, to) of the text of a page ("subject" "body" "attachment:NAME"). */
struct value {
    const char *text; /* "" or NULL when unknown */
    const char *where;
    size_t from, to;
};

/* One of several items in a letter (DN-10.1, CL-7): its title, and what belongs to it. */
struct item {
    struct value title;
    struct value
        text; /* the bytes of a page that hold its text; its words are not copied. where "": none */
    struct str_list attachments; /* "attachment:NAME", in the letter's order */
};

/* Has it text or an attachment? */
bool item_found(const struct item *item);

const char *field_name(enum field field);
const char *field_meaning(enum field field);

#endif
