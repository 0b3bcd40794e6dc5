/* fuzz_packed.c: hostile archives (tar, rar, 7z, files packed alone) and Outlook messages, as attachments.
 * What comes out is valid UTF-8 of a bounded length, and nothing is read more than a few deep. */
#include "base/utf8.h"
#include "reader/extract.h"
#include "reader/parse.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct letter_attachment *a)
{
    if (!a->text || !a->how || !a->real || strlen(a->text) > EXTRACT_MAX_TEXT ||
        !utf8_valid(a->text, strlen(a->text)) || !utf8_valid(a->name, strlen(a->name)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    if (!ready)
        parse_prewarm();
    ready = true;
    _cleanup_mem_ void *mem = mem_new();
    struct part_budget left = {.left = 8u << 20};
    struct letter_attachment a = {.name = "a.bin", .type = "application/octet-stream"};
    struct extract x = {.mem = mem, .charset = "", .a = &a};
    x.part = part_open_bytes(mem, (const char *)data, size, &left);
    extract_read(&x);
    check(&a);
    for (size_t i = 0; i < x.n_inner; i++)
        check(&x.inner[i]);
    return 0;
}
