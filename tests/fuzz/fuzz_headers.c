/* fuzz_headers.c: hostile header blocks through the splitter, the RFC 2047 decoder and RFC 2231 parameters.
 * Beyond memory errors it checks what the contract promises: fields point into the block, decoded values
 * are valid UTF-8, and nothing is longer than the input allows. */
#include "base/utf8.h"
#include "mail/headers.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stands in for the reader's iconv: bytes above ASCII become '?', so the result is always valid. */
static char *convert(const void *mem, const char *charset, const char *bytes, size_t n, bool *ret_lossy)
{
    char *s = mem_bytes(mem, bytes, n);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] > 126 || s[i] == '\0') {
            s[i] = '?';
            *ret_lossy = true;
        }
    return *charset || n ? s : s;
}

static void check_field(const void *mem, const char *raw, size_t n)
{
    static const char *const params[] = {"filename", "name", "charset", "boundary"};
    bool lossy = false;
    char *value = headers_decode(mem, raw, n, convert, &lossy);
    if (!utf8_valid(value, strlen(value)))
        abort();
    for (size_t i = 0; i < ARRAY_LEN(params); i++) {
        char *param = headers_param(mem, raw, n, params[i], convert, &lossy);
        if (param && !utf8_valid(param, strlen(param)))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_mem_ void *mem = mem_new();
    const char *raw = (const char *)data;
    struct headers_field *fields;
    size_t end, n = headers_split(mem, raw, size, 200, &fields, &end);
    if (n > 200 || end > size)
        abort();
    for (size_t i = 0; i < n; i++) {
        if (fields[i].raw < raw || fields[i].raw + fields[i].raw_n > raw + size)
            abort();
        check_field(mem, fields[i].raw, fields[i].raw_n);
    }
    return 0;
}
