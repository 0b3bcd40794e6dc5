/* facts.c: struct facts as lines of JSON, and back without loss: the arrival, then one line an attempt.
 *
 * Each attempt ends with a newline, written last: what stands behind the last newline was cut by a crash
 * while it was appended, is ignored here and overwritten by the next (spool_append_attempt).
 *
 * Paths are bytes, JSON is UTF-8: a string that is not valid UTF-8 is written in hexadecimal under
 * "KEY-hex". Unknown keys are tolerated (a later version may have written them); a missing or mistyped key
 * that the program needs is an error, because intake must not guess whom to trust. */
#include "base/json_out.h"
#include "base/utf8.h"
#include "verify/facts_inside.h"

void facts_put_string(struct str *b, const char *key, const char *value)
{
    size_t n = value ? strlen(value) : 0;
    if (!n || utf8_valid(value, n)) {
        json_put(b, key, n ? value : "");
        return;
    }
    _cleanup_mem_ char *hex = mem_grow(NULL, NULL, 0, 2 * n + 1, 1),
                       *hex_key = mem_fmt(NULL, "%s-hex", key);
    hash_to_hex((const unsigned char *)value, n, hex);
    json_put(b, hex_key, hex);
}

char *facts_dump(const void *mem, const struct facts *f)
{
    struct str b = str_new(mem);
    json_open(&b, NULL, '{');
    facts_put_string(&b, "account", f->account);
    facts_put_string(&b, "source", f->source);
    facts_put_string(&b, "receipt", f->receipt);
    facts_put_string(&b, "shown", f->shown);
    json_put_int(&b, "received", f->received);
    facts_put_string(&b, "received_by", f->received_by);
    json_put_bool(&b, "trust_results", f->trust_results);
    json_put_bool(&b, "look_up", f->look_up);
    json_put_bool(&b, "header_only", f->header_only);
    json_put_int(&b, "bytes", (int64_t)f->bytes);
    facts_put_string(&b, "sha256", f->sha256);
    json_close(&b, '}');
    if (f->n_attempts)
        str_addc(&b, '\n');
    for (size_t i = 0; i < f->n_attempts; i++)
        str_addf(&b, "%s\n", facts_dump_attempt(mem, &f->attempts[i]));
    return b.s;
}

bool facts_bad(struct err *err, const char *key)
{
    return err_set(err, ERR_DATA, "cannot read facts: '%s' is missing or wrong", key);
}

static bool get_hex(const void *mem, const char *hex, const char **ret)
{
    size_t n = strlen(hex) / 2;
    char *bytes = mem_grow(mem, NULL, 0, n + 1, 1);
    if (strlen(hex) % 2 || !hash_from_hex(hex, (unsigned char *)bytes, n))
        return false;
    *ret = bytes;
    return true;
}

bool facts_get_string(const void *mem, const json_t *o, const char *key, const char **ret, struct err *err)
{
    const json_t *v = json_object_get(o, key);
    if (json_is_string(v)) {
        *ret = mem_str(mem, json_string_value(v));
        return true;
    }
    v = json_object_get(o, mem_fmt(mem, "%s-hex", key));
    if (json_is_string(v) && get_hex(mem, json_string_value(v), ret))
        return true;
    return facts_bad(err, key);
}

bool facts_get_bool(const json_t *o, const char *key, bool *ret, struct err *err)
{
    const json_t *v = json_object_get(o, key);
    if (!json_is_boolean(v))
        return facts_bad(err, key);
    *ret = json_is_true(v);
    return true;
}

bool facts_get_number(const json_t *o, const char *key, int64_t *ret, struct err *err)
{
    const json_t *v = json_object_get(o, key);
    if (!json_is_integer(v))
        return facts_bad(err, key);
    *ret = json_integer_value(v);
    return true;
}

static bool get_strings(const void *mem, const json_t *o, struct facts *f, struct err *err)
{
    const char *sha256;
    unsigned char raw[HASH_BYTES];
    if (!facts_get_string(mem, o, "account", &f->account, err) ||
        !facts_get_string(mem, o, "source", &f->source, err) ||
        !facts_get_string(mem, o, "receipt", &f->receipt, err) ||
        !facts_get_string(mem, o, "shown", &f->shown, err) ||
        !facts_get_string(mem, o, "received_by", &f->received_by, err) ||
        !facts_get_string(mem, o, "sha256", &sha256, err))
        return false;
    if (strlen(sha256) != HASH_HEX - 1 || !hash_from_hex(sha256, raw, HASH_BYTES))
        return facts_bad(err, "sha256");
    memcpy(f->sha256, sha256, HASH_HEX);
    return true;
}

static bool get_rest(const json_t *o, struct facts *f, struct err *err)
{
    int64_t bytes = 0;
    if (!facts_get_number(o, "received", &f->received, err) || !facts_get_number(o, "bytes", &bytes, err) ||
        !facts_get_bool(o, "trust_results", &f->trust_results, err) ||
        !facts_get_bool(o, "look_up", &f->look_up, err))
        return false;
    if (bytes < 0)
        return facts_bad(err, "bytes");
    f->bytes = (size_t)bytes;
    /* Absent in entries written before it existed: the whole letter was taken. */
    f->header_only = json_is_true(json_object_get(o, "header_only"));
    return true;
}

static bool parse_arrival(const void *mem, const char *bytes, size_t n, struct facts *f, struct err *err)
{
    json_error_t why;
    json_t *o = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &why);
    if (!o)
        return err_set(err, ERR_DATA, "cannot read facts: %s at byte %d", why.text, why.position);
    bool ok =
        json_is_object(o) ? get_strings(mem, o, f, err) && get_rest(o, f, err) : facts_bad(err, "object");
    json_decref(o);
    return ok;
}

/* A last line without its newline was cut. Blank ones are what a crash left before it. */
static bool parse_attempts(const void *mem, const char *bytes, size_t n, struct facts *f, struct err *err)
{
    const char *end = bytes + n, *next;
    for (; (next = memchr(bytes, '\n', (size_t)(end - bytes))) != NULL; bytes = next + 1)
        if (next > bytes && !facts_parse_attempt(mem, bytes, (size_t)(next - bytes),
                                                 mem_append(mem, f->attempts, f->n_attempts), err))
            return false;
    return true;
}

bool facts_parse(const void *mem, const char *bytes, size_t n, struct facts *ret, struct err *err)
{
    struct facts f = {0};
    const char *line_end = n ? memchr(bytes, '\n', n) : NULL;
    size_t first = line_end ? (size_t)(line_end - bytes) : n;
    if (!parse_arrival(mem, bytes, first, &f, err) ||
        (line_end && !parse_attempts(mem, line_end + 1, n - first - 1, &f, err)))
        return false;
    *ret = f;
    return true;
}

/* ---- keeping ---- */

static void keep_strings(const void *mem, const char **const strings[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        *strings[i] = mem_str(mem, *strings[i]);
}

static void keep_attempt(const void *mem, struct facts_attempt *a)
{
    const char **strings[] = {&a->from_domain, &a->dmarc, &a->dmarc_result,
                              &a->org_domain,  &a->smime, &a->smime_signer};
    keep_strings(mem, strings, ARRAY_LEN(strings));
    struct facts_dkim *from = a->dkim, *kept = NULL;
    size_t n = 0;
    for (size_t i = 0; i < a->n_dkim; i++) {
        struct facts_dkim *d = mem_append(mem, kept, n);
        *d = from[i];
        const char **own[] = {&d->domain, &d->selector, &d->result, &d->why};
        keep_strings(mem, own, ARRAY_LEN(own));
    }
    a->dkim = kept;
}

void facts_keep(const void *mem, struct facts *f)
{
    const char **strings[] = {&f->account, &f->source, &f->receipt, &f->shown, &f->received_by};
    keep_strings(mem, strings, ARRAY_LEN(strings));
    struct facts_attempt *from = f->attempts, *kept = NULL;
    size_t n = 0;
    for (size_t i = 0; i < f->n_attempts; i++) {
        struct facts_attempt *a = mem_append(mem, kept, n);
        *a = from[i];
        keep_attempt(mem, a);
    }
    f->attempts = kept;
}
