/* topic.h: which fields of a profile's taxonomy (MIC-10.1, DN-8.2) a letter is about, by their phrases.
 * Pure and total. It does not say whose they are: desk/route does. */
#ifndef CLASSIFY_TOPIC_H
#define CLASSIFY_TOPIC_H

#include "fields/page.h"

struct found_topic {
    size_t topic;      /* index into profile.office.topics */
    int score;         /* sum of weights; a phrase counts once per place, doubled in the subject */
    const char *where; /* of the strongest phrase: "subject" "body" "attachment:NAME" */
    const char *text;  /* that phrase as its editor wrote it */
};

/* A profile's phrases made ready once; immutable, owned by mem. NULL when it has no fields. */
struct topic_words;
struct topic_words *topic_words_new(const void *mem, const struct profile *profile);

/* Strongest first; those too weak to mean anything, or far behind the first, are left out. */
struct found_topic *topics_find(const void *mem, const struct topic_words *words, const struct pages *pages,
                                size_t *ret_n);

#endif
