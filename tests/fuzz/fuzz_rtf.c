/* fuzz_rtf.c: hostile Rich Text, calendars and tables: the small readers that are our own. What comes out
 * is valid UTF-8 of a bounded length. */
#include "base/utf8.h"
#include "reader/extract.h"
#include "reader/parse.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_as(const char *name, const char *begin, const uint8_t *data, size_t size)
{
    _cleanup_mem_ void *mem = mem_new();
    struct part_budget left = {.left = 8u << 20};
    struct str bytes = str_new(mem);
    struct letter_attachment a = {.name = name, .type = "application/octet-stream"};
    struct extract x = {.mem = mem, .charset = "", .a = &a};
    str_add(&bytes, begin);
    str_addn(&bytes, data, size);
    x.part = part_open_bytes(mem, bytes.s ? bytes.s : "", bytes.n, &left);
    extract_read(&x);
    if (!a.text || strlen(a.text) > EXTRACT_MAX_TEXT || !utf8_valid(a.text, strlen(a.text)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool warm;
    if (!warm)
        parse_prewarm();
    warm = true;
    read_as("a.rtf", "{\\rtf1", data, size);
    read_as("a.ics", "BEGIN:VCALENDAR\n", data, size);
    read_as("a.csv", "", data, size);
    return 0;
}
