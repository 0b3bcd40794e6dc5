/* topics.h: the issues that cases speak of (BCA-5.9). */
#ifndef STORE_TOPICS_H
#define STORE_TOPICS_H

#include "store/store.h"

struct store_topic {
    const char *name;
    int64_t cases;
};

/* By name; restricted cases are in none. */
bool store_topics(struct store *s, const void *mem, struct store_topic **ret, size_t *ret_n,
                  struct err *err);

#endif
