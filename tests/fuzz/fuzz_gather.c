/* fuzz_gather.c: hostile letters and hostile DNS answers to the judges of gather/. The first line of the
 * input is what every name answers; the rest is the letter. No letter has more signatures than
 * the limit, nobody is proved without an authority, and every attempt comes back through its JSON line. */
#include "gather/dkim.h"
#include "gather/dmarc.h"
#include "gather/smime.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum lookup_answer answer(void *arg, const void *mem, const char *name, struct str_list *ret)
{
    const char *text = arg;
    (void)name;
    if (*text == '!')
        return LOOKUP_UNKNOWN;
    if (*text)
        str_list_add(mem, ret, text);
    return ret->n ? LOOKUP_FOUND : LOOKUP_NONE;
}

static void round_trip(const void *mem, const struct facts_attempt *a)
{
    struct facts_attempt back;
    struct err err = {0};
    const char *line = facts_dump_attempt(mem, a);
    if (!facts_parse_attempt(mem, line, strlen(line), &back, &err) || back.n_dkim != a->n_dkim ||
        !str_eq(back.dmarc_result, a->dmarc_result) || !str_eq(back.from_domain, a->from_domain))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_mem_ void *mem = mem_new();
    struct err err = {0};
    struct signatures *signatures;
    struct suffixes *suffixes;
    struct smime *smime;
    const char *line_end = size ? memchr(data, '\n', size) : NULL;
    size_t n = line_end ? (size_t)(line_end - (const char *)data) : size;
    char *text = mem_bytes(mem, data, n);
    const char *letter = line_end ? line_end + 1 : "";
    size_t letter_n = line_end ? size - n - 1 : 0;
    if (!signatures_new(mem, &signatures, &err) ||
        !suffixes_new(mem, "conf/public-suffixes", "conf/public-suffixes", &suffixes, &err) ||
        !smime_new(mem, "", &smime, &err))
        abort();
    const struct lookup lookup = {answer, text};
    struct facts_attempt a = {.at = 1, .complete = true};
    const struct raw *raw = raw_split(mem, letter, letter_n);
    a.from_domain = raw->from_domain;
    signatures_judge(signatures, mem, raw, &lookup, 1700000060, &a.dkim, &a.n_dkim);
    dmarc_judge(suffixes, mem, &lookup, &a);
    smime_judge(smime, mem, raw, 1700000060, &a);
    if (a.n_dkim > SIGNATURES_MAX || str_eq(a.smime, "good"))
        abort();
    round_trip(mem, &a);
    return 0;
}
