/* fuzz_charset.c: any bytes under any label up the ladder. The first line of the input is the label. What
 * comes out is valid NFC, holds no NUL, and the step that decided is named. */
#include "base/utf8.h"
#include "reader/charset.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_mem_ void *mem = mem_new();
    const uint8_t *nl = size ? memchr(data, '\n', size) : NULL;
    size_t label_n = nl ? (size_t)(nl - data) : 0, from = nl ? label_n + 1 : 0;
    char *label = mem_bytes(mem, data, label_n);
    const char *by = NULL;
    bool lossy = false;
    char *text = charset_decode(mem, label, (const char *)data + from, size - from, &by, &lossy);
    if (!text || !by || !*by || !utf8_valid(text, strlen(text)))
        abort();
    if (strlen(text) > 20 * (size + 16))
        abort();
    return 0;
}
