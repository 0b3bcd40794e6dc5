/* fuzz_text.c: any bytes as the text of a letter: made valid NFC, then the three forms with their offset
 * maps, the quote finder and both time parsers. An offset beyond the text would show staff the wrong words.
 */
#include "base/utf8.h"
#include "base/when.h"
#include "mail/thread.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_mem_ void *mem = mem_new();
    int64_t t = 0;
    char *raw = mem_bytes(mem, data, size);
    char *text = utf8_nfc(mem, raw, strlen(raw));
    struct utf8_forms forms = {0};
    struct thread thread = thread_split(mem, text, false, NULL);
    if (!utf8_valid(text, strlen(text)) || (thread.n > 0 && thread.spans[thread.n - 1].to != strlen(text)))
        abort();
    utf8_make_forms(mem, text, strlen(text), &forms);
    for (size_t i = 0; i <= forms.folded.n; i++)
        if (forms.folded.at[i] > strlen(text))
            abort();
    for (size_t i = 0; i <= forms.bare.n; i++)
        if (forms.bare.at[i] > strlen(text))
            abort();
    if (!utf8_valid(utf8_bare(mem, text), strlen(utf8_bare(mem, text))))
        abort();
    if (!utf8_valid(utf8_printable(mem, text), strlen(utf8_printable(mem, text))))
        abort();
    when_parse_rfc3339(raw, &t);
    when_parse_rfc5322(raw, &t);
    return 0;
}
