/* fuzz_wire.c: bytes from a reader child that was taken over. What decodes is a letter that can be encoded
 * again to the same bytes, so that no field can hide from the parent. */
#include "base/utf8.h"
#include "reader/wire.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_mem_ void *mem = mem_new();
    struct letter *letter = wire_decode(mem, (const char *)data, size);
    if (!letter)
        return 0;
    for (size_t i = 0; i < letter->n_texts; i++)
        if (!utf8_valid(letter->texts[i].text, strlen(letter->texts[i].text)))
            abort();
    if (!letter->subject || !letter->body || !letter->fresh || !letter->message_id)
        abort();
    struct str out = str_new(mem);
    wire_encode(&out, letter);
    struct letter *again = wire_decode(mem, out.s, out.n);
    if (!again || again->n_headers != letter->n_headers || again->n_texts != letter->n_texts ||
        again->n_attachments != letter->n_attachments)
        abort();
    return 0;
}
