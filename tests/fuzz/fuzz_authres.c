/* fuzz_authres.c: hostile Authentication-Results and Received values. What parses must have an authserv-id
 * and only lower-case method names without blanks: everything later relies on tokens being tokens. */
#include "mail/authres.h"
#include "mail/received.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_token(const char *s)
{
    if (!s || !*s)
        abort();
    for (; *s; s++)
        if (str_space(*s) || (*s >= 'A' && *s <= 'Z') || *s == ';')
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_mem_ void *mem = mem_new();
    struct authres ar = {0};
    if (authres_parse(mem, (const char *)data, size, &ar)) {
        if (!ar.authserv_id || !*ar.authserv_id)
            abort();
        for (size_t i = 0; i < ar.n_results; i++) {
            check_token(ar.results[i].method);
            check_token(ar.results[i].result);
            authres_property(&ar.results[i], "header", "from");
        }
    }
    struct received r = received_parse(mem, (const char *)data, size);
    if (!r.from || !r.by)
        abort();
    return 0;
}
