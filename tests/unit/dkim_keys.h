/* dkim_keys.h: a DNS of lines "NAME<TAB>TXT" for the tests of gather/; a TXT of "!" cannot be looked up. */
#ifndef TESTS_DKIM_KEYS_H
#define TESTS_DKIM_KEYS_H

#include "gather/lookup.h"

struct keys {
    const char *lines;
    size_t asked;
};

static inline enum lookup_answer keys_answer(void *arg, const void *mem, const char *name,
                                             struct str_list *ret)
{
    struct keys *keys = arg;
    size_t n = strlen(name);
    keys->asked++;
    for (const char *line = keys->lines; *line;) {
        const char *end = strchr(line, '\n') ? strchr(line, '\n') : line + strlen(line);
        if (str_ieqn(line, name, n) && line[n] == '\t') {
            if (line[n + 1] == '!')
                return LOOKUP_UNKNOWN;
            *mem_append(mem, ret->v, ret->n) = mem_bytes(mem, line + n + 1, (size_t)(end - line) - n - 1);
        }
        line = *end ? end + 1 : end;
    }
    return ret->n ? LOOKUP_FOUND : LOOKUP_NONE;
}

#endif
