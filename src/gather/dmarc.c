/* dmarc.c: policy discovery, the record, and DKIM alignment (RFC 7489 3.1.1, 6.3, 6.6.3).
 *
 * The public suffix list is Debian's file with ours behind it, never the one compiled into libpsl: that of
 * 2023 lacks id.vn and hanoi.vn, under which strangers stand side by side. Several records are none; a
 * record without a policy that can be read counts only when it asks for reports, as "none"; a look-up that
 * failed is "unknown". Refuses to align anything with a From that is not exactly one plain mailbox. */
#include "gather/dmarc.h"
#include "mail/address.h"
#include "sys/file.h"
#include <errno.h>
#include <libpsl.h>

#define SYSTEM_LIST "/usr/share/publicsuffix/public_suffix_list.dat"
#define LIST_MAX    (4 << 20) /* bytes */

struct suffixes {
    psl_ctx_t *psl;
};

/* ---- organizations ---- */

static int forget(struct suffixes *s)
{
    psl_free(s->psl);
    return 0;
}

static bool load(struct suffixes *s, const char *all, size_t n, struct err *err)
{
    char *copy = mem_bytes(s, all, n);
    FILE *f = fmemopen(copy, n, "r");
    if (!f)
        return err_errno(err, "read the public suffixes");
    s->psl = psl_load_fp(f);
    fclose(f);
    talloc_free(copy);
    return s->psl || err_set(err, ERR_CONF, "public suffixes: the list cannot be understood");
}

bool suffixes_new(const void *mem, const char *system, const char *more, struct suffixes **ret,
                  struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct suffixes *s = mem_zero(mem, struct suffixes);
    char *base, *ours;
    size_t n_base, n_ours;
    talloc_set_destructor(s, forget);
    if (!file_read(tmp, system ? system : SYSTEM_LIST, LIST_MAX, &base, &n_base, err) ||
        !file_read(tmp, more, LIST_MAX, &ours, &n_ours, err)) {
        err->kind = ERR_CONF;
        return err_prefix(err, "public suffixes");
    }
    /* A list ends with the mark of its private section; ours belongs to the first. */
    char *all =
        mem_fmt(tmp, "// ===BEGIN ICANN DOMAINS===\n%s\n// ===END ICANN DOMAINS===\n%s", ours, base);
    if (!load(s, all, strlen(all), err))
        return false;
    *ret = s;
    return true;
}

char *suffixes_organization(const struct suffixes *s, const void *mem, const char *domain)
{
    const char *found = *domain ? psl_registrable_domain(s->psl, domain) : NULL;
    return mem_str(mem, found ? found : domain);
}

bool suffixes_is_public(const struct suffixes *s, const char *domain)
{
    return *domain && psl_is_public_suffix(s->psl, domain) == 1;
}

/* ---- the record ---- */

/* One "tag=value" of the record, trimmed; false at the end. */
static bool next_tag(const void *mem, const char **at, char **ret_tag, char **ret_value)
{
    while (**at) {
        size_t n = strcspn(*at, ";");
        const char *start = *at, *equals = memchr(start, '=', n);
        *at += n + (start[n] == ';');
        if (!equals)
            continue;
        *ret_tag = str_lower(mem, str_trim(mem, start, (size_t)(equals - start)));
        *ret_value = str_trim(mem, equals + 1, n - (size_t)(equals + 1 - start));
        return true;
    }
    return false;
}

static bool policy_of(const char *word, enum dmarc_policy *ret)
{
    static const char *const words[] = {"none", "quarantine", "reject"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_ieq(words[i], word)) {
            *ret = (enum dmarc_policy)i;
            return true;
        }
    return false;
}

/* "v=DMARC1" comes first and is exact. */
static bool is_dmarc(const char *text)
{
    _cleanup_mem_ void *mem = mem_new();
    size_t n = strcspn(text, ";");
    char *first = str_trim(mem, text, n), *equals = strchr(first, '=');
    return equals && str_eq(str_trim(mem, first, (size_t)(equals - first)), "v") &&
           str_eq(str_trim(mem, equals + 1, strlen(equals + 1)), "DMARC1");
}

static enum dmarc_policy lower(enum dmarc_policy p)
{
    return p == DMARC_REJECT ? DMARC_QUARANTINE : DMARC_NONE;
}

struct reading {
    bool p, sp, bad, reports, nobody;
};

static void read_tag(const char *tag, const char *value, struct dmarc_record *r, struct reading *got)
{
    int64_t percent;
    if (str_eq(tag, "p")) {
        got->p = policy_of(value, &r->policy);
        got->bad |= !got->p;
    } else if (str_eq(tag, "sp")) {
        got->sp = policy_of(value, &r->subdomains);
        got->bad |= !got->sp;
    } else if (str_eq(tag, "adkim"))
        r->strict = str_ieq(value, "s");
    else if (str_eq(tag, "rua"))
        got->reports = str_ifind(value, strlen(value), "mailto:") != NULL;
    else if (str_eq(tag, "pct"))
        got->nobody = str_int(value, 0, 100, &percent) && percent == 0;
}

bool dmarc_parse(const char *text, struct dmarc_record *ret)
{
    _cleanup_mem_ void *mem = mem_new();
    struct dmarc_record r = {0};
    struct reading got = {0};
    char *tag, *value;
    if (!is_dmarc(text))
        return false;
    for (const char *at = text; next_tag(mem, &at, &tag, &value);)
        read_tag(tag, value, &r, &got);
    if (got.bad || !got.p) {
        if (!got.reports)
            return false;
        r.policy = r.subdomains = DMARC_NONE;
    } else if (!got.sp)
        r.subdomains = r.policy;
    if (got.nobody) {
        r.policy = lower(r.policy);
        r.subdomains = lower(r.subdomains);
    }
    *ret = r;
    return true;
}

/* ---- discovery ---- */

enum found { FOUND_ONE, FOUND_NOTHING, FOUND_USELESS, FOUND_UNKNOWN };

static enum found ask(const void *mem, const struct lookup *lookup, const char *domain,
                      struct dmarc_record *ret)
{
    struct str_list records = {0};
    const char *only = NULL;
    size_t n = 0;
    enum lookup_answer answer = lookup->txt(lookup->arg, mem, mem_fmt(mem, "_dmarc.%s", domain), &records);
    if (answer == LOOKUP_UNKNOWN)
        return FOUND_UNKNOWN;
    for (size_t i = 0; i < records.n; i++)
        if (is_dmarc(records.v[i])) {
            only = records.v[i];
            n++;
        }
    if (n == 0)
        return FOUND_NOTHING;
    return n == 1 && dmarc_parse(only, ret) ? FOUND_ONE : FOUND_USELESS;
}

/* ---- alignment ---- */

static bool aligned(const struct suffixes *s, const void *mem, const char *from, const char *domain,
                    bool strict)
{
    if (!*domain || !*from)
        return false;
    if (strict)
        return str_eq(from, domain);
    return str_eq(suffixes_organization(s, mem, from), suffixes_organization(s, mem, domain));
}

static const char *result_of(const struct suffixes *s, const void *mem, const struct facts_attempt *a,
                             bool strict)
{
    const char *result = "fail";
    for (size_t i = 0; i < a->n_dkim; i++) {
        const struct facts_dkim *d = &a->dkim[i];
        if (!aligned(s, mem, a->from_domain, d->domain, strict))
            continue;
        if (str_eq(d->result, "pass"))
            return "pass";
        if (str_eq(d->result, "unknown"))
            result = "unknown";
    }
    return result;
}

void dmarc_judge(const struct suffixes *s, const void *mem, const struct lookup *lookup,
                 struct facts_attempt *a)
{
    static const char *const names[] = {"none", "quarantine", "reject"};
    struct dmarc_record record;
    const char *org = suffixes_organization(s, mem, a->from_domain);
    a->org_domain = suffixes_is_public(s, a->from_domain) ? "" : org;
    a->dmarc = "absent";
    a->dmarc_result = "none";
    if (!*a->from_domain)
        return;
    bool below = false;
    enum found found = ask(mem, lookup, a->from_domain, &record);
    if (found == FOUND_NOTHING && !str_eq(org, a->from_domain)) {
        below = true;
        found = ask(mem, lookup, org, &record);
    }
    if (found == FOUND_UNKNOWN)
        a->dmarc = a->dmarc_result = "unknown";
    if (found != FOUND_ONE)
        return;
    a->dmarc = names[below ? record.subdomains : record.policy];
    a->dmarc_result = result_of(s, mem, a, record.strict);
}
