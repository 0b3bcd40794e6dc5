/* instant.h: an instant as a test writes it: at("2026-11-20T09:00:00+07:00"). */
#ifndef TEST_INSTANT_H
#define TEST_INSTANT_H

#include "base/when.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static inline int64_t at(const char *text)
{
    int64_t t;
    assert_true(when_parse_rfc3339(text, &t));
    return t;
}

#endif
