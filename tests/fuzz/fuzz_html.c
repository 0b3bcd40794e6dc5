/* fuzz_html.c: hostile HTML to text. What comes out is valid UTF-8 without the tags' brackets turned into
 * anything longer than the input allows: entities may grow a text, but not without bound. */
#include "base/utf8.h"
#include "reader/html.h"
#include "reader/parse.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_mem_ void *mem = mem_new();
    static bool warm;
    if (!warm)
        parse_prewarm();
    warm = true;
    struct str_list defects = {0};
    char *raw = mem_bytes(mem, data, size);
    char *utf8 = utf8_nfc(mem, raw, strlen(raw)), *hidden = NULL;
    char *text = html_read(mem, utf8, strlen(utf8), &hidden, &defects);
    if (!text || !hidden || !utf8_valid(text, strlen(text)) || !utf8_valid(hidden, strlen(hidden)))
        abort();
    if (strlen(text) > 300 * (size + 16) || strlen(hidden) > 300 * (size + 16))
        abort();
    return 0;
}
