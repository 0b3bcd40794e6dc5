/* words.h: lists of Vietnamese words that code needs but must not contain: marks, labels, document types,
 * prefixes. In rules files:  words LIST { "TEXT" [VALUE] ... one entry a line }. A profile's entries follow
 * those of rules/common. Owner: the profile. */
#ifndef HOUSE_WORDS_H
#define HOUSE_WORDS_H

#include "house/profile.h"

/* The lists there are, and what an entry's text and value mean in each. */
#define WORDS_LISTS(LIST)                                                                                  \
    LIST(SECRECY_LEVEL, "secrecy-level", "mark in capitals, gravest first")                                \
    LIST(SECRECY_FRAME, "secrecy-frame", "word that may stand before a mark on its own line")              \
    LIST(SECRECY_FIELD, "secrecy-field", "label of the field that holds the level")                        \
    LIST(SECRECY_JOIN, "secrecy-join", "word before a mark that makes it prose: bi mat, giai mat")         \
    LIST(URGENCY_LEVEL, "urgency-level", "mark in capitals, most urgent first")                            \
    LIST(URGENCY_FIELD, "urgency-field", "label of the field that holds the urgency")                      \
    LIST(NUMBER_LABEL, "number-label", "label before a document's own number")                             \
    LIST(DATE_LABEL, "date-label", "label before the date of issue")                                       \
    LIST(SUMMARY_LABEL, "summary-label", "label before the summary (trich yeu)")                           \
    LIST(RECIPIENTS, "recipients", "heading of the list of recipients")                                    \
    LIST(DOC_TYPE, "doc-type", "name of a type; value: abbreviation in numbers, or - for none")            \
    LIST(CITE_CUE, "cite-cue", "word after which a number is cited, not the document's own")               \
    LIST(DATE_DAY, "date-day", "the word for day in a long date")                                          \
    LIST(DATE_MONTH, "date-month", "the word for month")                                                   \
    LIST(DATE_YEAR, "date-year", "the word for year")                                                      \
    LIST(SUBJECT_PREFIX, "subject-prefix", "prefix to take off a subject, without its colon or slash")

enum words_list {
#define LIST(id, word, meaning) WORDS_##id,
    WORDS_LISTS(LIST)
#undef LIST
        WORDS_COUNT
};

const char *words_list_name(enum words_list list);

/* The next entry of a list; begin with *cursor = 0. NULL at the end. */
const struct word_entry *words_next(const struct profile *p, enum words_list list, size_t *cursor);

/* For the loader: reads one `words` block into p->words. `mem` owns the problems. */
void profile_words_read(const void *mem, struct profile *p, const struct tree_node *node,
                        struct problems *problems);

#endif
