/* fuzz_address.c: hostile From values. What is accepted as one plain mailbox must be just that: the
 * sender's identity hangs on it (abuse A7). */
#include "mail/address.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_plain(const struct address *a)
{
    size_t ats = 0;
    for (const char *p = a->spec; *p; p++) {
        if (*p == '@')
            ats++;
        if ((unsigned char)*p <= ' ' || *p == 127 || strchr("<>()[]\\,;:\"", *p))
            abort();
    }
    if (ats != 1 || !*a->local || !*a->domain)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_mem_ void *mem = mem_new();
    struct address a = {0};
    const char *why = NULL;
    if (address_parse_one(mem, (const char *)data, size, &a, &why))
        check_plain(&a);
    else if (!why || !*why)
        abort();
    char *text = mem_bytes(mem, data, size);
    address_find_all(mem, text);
    address_in_domain(text, "mic.gov.vn");
    address_sendable(text);
    return 0;
}
