/* gather_judge.c: what the judges of gather/ say about letters, with the keys given in a file.
 *
 *     gather_judge KEYS [RECEIVED] < LIST-OF-PATHS
 *
 * KEYS: lines "NAME<TAB>TXT"; a TXT of "!" is a look-up that fails for the time being; names not listed do
 * not exist. RECEIVED: seconds UTC at which every letter arrived (x=, t=). One attempt a letter, as JSON.
 */
#include "gather/dkim.h"
#include "gather/dmarc.h"
#include "sys/file.h"
#include <stdlib.h>

static enum lookup_answer answer(void *arg, const void *mem, const char *name, struct str_list *ret)
{
    size_t n = strlen(name);
    for (const char *line = arg; *line;) {
        const char *end = strchr(line, '\n') ? strchr(line, '\n') : line + strlen(line);
        if (str_ieqn(line, name, n) && line[n] == '\t') {
            if (line[n + 1] == '!')
                return LOOKUP_UNKNOWN;
            *mem_append(mem, ret->v, ret->n) = mem_bytes(mem, line + n + 1, (size_t)(end - line) - n - 1);
        }
        line = *end ? end + 1 : end;
    }
    return ret->n ? LOOKUP_FOUND : LOOKUP_NONE;
}

static void judge(struct signatures *s, const struct suffixes *suffixes, const struct lookup *lookup,
                  const char *path, int64_t received)
{
    _cleanup_mem_ void *mem = mem_new();
    struct err err = {0};
    struct facts_attempt a = {.at = received, .complete = true, .smime = "none", .smime_signer = ""};
    char *bytes;
    size_t n;
    if (!file_read(mem, path, 1 << 28, &bytes, &n, &err)) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    const struct raw *raw = raw_split(mem, bytes, n);
    signatures_judge(s, mem, raw, lookup, received, &a.dkim, &a.n_dkim);
    a.from_domain = raw->from_domain;
    dmarc_judge(suffixes, mem, lookup, &a);
    printf("%s\n", facts_dump_attempt(mem, &a));
}

int main(int argc, char **argv)
{
    _cleanup_mem_ void *mem = mem_new();
    struct err err = {0};
    struct signatures *s;
    struct suffixes *suffixes;
    char *keys, path[4096];
    size_t n;
    if (argc < 2 || !file_read(mem, argv[1], 1 << 24, &keys, &n, &err) || !signatures_new(mem, &s, &err) ||
        !suffixes_new(mem, NULL, "conf/public-suffixes", &suffixes, &err)) {
        fprintf(stderr, "gather_judge KEYS [RECEIVED] < PATHS: %s\n", err.text);
        return 64;
    }
    const struct lookup lookup = {answer, keys};
    while (fgets(path, sizeof path, stdin)) {
        path[strcspn(path, "\n")] = '\0';
        judge(s, suffixes, &lookup, path, argc > 2 ? atoll(argv[2]) : 1700000000);
    }
    return 0;
}
