/* facts_attempt.c: one visit to the DNS as one line of JSON, and back without loss (facts.h).
 *
 * What comes back is taken for what it says only when every word is one of those that facts.h lists: an
 * attempt crosses a process boundary from a process that reads hostile bytes, and its words decide whom to
 * trust. Refuses more signatures than a letter is asked about, and strings longer than a domain. */
#include "base/json_out.h"
#include "verify/facts_inside.h"

#define MOST_DKIM 16
#define LONGEST   512 /* bytes of any string: a domain has 253, an address 254 */

static void dump_dkim(struct str *b, const struct facts_dkim *d)
{
    json_open(b, NULL, '{');
    facts_put_string(b, "domain", d->domain);
    facts_put_string(b, "selector", d->selector);
    json_put(b, "result", d->result);
    json_put(b, "why", d->why);
    json_put_int(b, "key_bits", d->key_bits);
    if (d->signed_at != WHEN_NONE)
        json_put_int(b, "signed_at", d->signed_at);
    json_close(b, '}');
}

char *facts_dump_attempt(const void *mem, const struct facts_attempt *a)
{
    struct str b = str_new(mem);
    json_open(&b, NULL, '{');
    json_put_int(&b, "attempt", a->at);
    json_put_bool(&b, "complete", a->complete);
    json_open(&b, "dkim", '[');
    for (size_t i = 0; i < a->n_dkim; i++)
        dump_dkim(&b, &a->dkim[i]);
    json_close(&b, ']');
    facts_put_string(&b, "from_domain", a->from_domain);
    json_put(&b, "dmarc", a->dmarc);
    json_put(&b, "dmarc_result", a->dmarc_result);
    facts_put_string(&b, "org_domain", a->org_domain);
    json_put(&b, "smime", a->smime);
    facts_put_string(&b, "smime_signer", a->smime_signer);
    json_close(&b, '}');
    return b.s;
}

static bool get_short(const void *mem, const json_t *o, const char *key, const char **ret, struct err *err)
{
    if (!facts_get_string(mem, o, key, ret, err))
        return false;
    return strlen(*ret) <= LONGEST || facts_bad(err, key);
}

/* One of the words, NULL-ended. */
static bool get_word(const void *mem, const json_t *o, const char *key, const char *const *words,
                     const char **ret, struct err *err)
{
    if (!facts_get_string(mem, o, key, ret, err))
        return false;
    for (size_t i = 0; words[i]; i++)
        if (str_eq(words[i], *ret))
            return true;
    return facts_bad(err, key);
}

static bool get_dkim(const void *mem, const json_t *o, struct facts_dkim *ret, struct err *err)
{
    static const char *const results[] = {"pass", "fail", "weak", "unknown", NULL};
    const json_t *at = json_object_get(o, "signed_at");
    if (at && !json_is_integer(at))
        return facts_bad(err, "signed_at");
    ret->signed_at = at ? json_integer_value(at) : WHEN_NONE;
    return get_short(mem, o, "domain", &ret->domain, err) &&
           get_short(mem, o, "selector", &ret->selector, err) &&
           get_word(mem, o, "result", results, &ret->result, err) &&
           get_short(mem, o, "why", &ret->why, err) && facts_get_number(o, "key_bits", &ret->key_bits, err);
}

static bool get_all_dkim(const void *mem, const json_t *o, struct facts_attempt *a, struct err *err)
{
    const json_t *list = json_object_get(o, "dkim");
    size_t n = json_array_size(list);
    if (!json_is_array(list) || n > MOST_DKIM)
        return facts_bad(err, "dkim");
    a->dkim = mem_array(mem, struct facts_dkim, n + 1);
    a->n_dkim = n;
    for (size_t i = 0; i < n; i++)
        if (!get_dkim(mem, json_array_get(list, i), &a->dkim[i], err))
            return false;
    return true;
}

static bool get_attempt(const void *mem, const json_t *o, struct facts_attempt *a, struct err *err)
{
    static const char *const policies[] = {"none", "quarantine", "reject", "absent", "unknown", NULL};
    static const char *const results[] = {"pass", "fail", "unknown", "none", NULL};
    static const char *const smime[] = {"none", "good", "bad", "untrusted", "unread", NULL};
    return facts_get_number(o, "attempt", &a->at, err) &&
           facts_get_bool(o, "complete", &a->complete, err) && get_all_dkim(mem, o, a, err) &&
           get_short(mem, o, "from_domain", &a->from_domain, err) &&
           get_word(mem, o, "dmarc", policies, &a->dmarc, err) &&
           get_word(mem, o, "dmarc_result", results, &a->dmarc_result, err) &&
           get_short(mem, o, "org_domain", &a->org_domain, err) &&
           get_word(mem, o, "smime", smime, &a->smime, err) &&
           get_short(mem, o, "smime_signer", &a->smime_signer, err);
}

bool facts_parse_attempt(const void *mem, const char *bytes, size_t n, struct facts_attempt *ret,
                         struct err *err)
{
    json_error_t why;
    struct facts_attempt a = {0};
    json_t *o = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &why);
    if (!o)
        return err_set(err, ERR_DATA, "cannot read facts: %s at byte %d", why.text, why.position);
    bool ok = json_is_object(o) ? get_attempt(mem, o, &a, err) : facts_bad(err, "object");
    json_decref(o);
    if (ok)
        *ret = a;
    return ok;
}
