/* facts.c: struct facts as one line of JSON, and back without loss.
 *
 * Paths are bytes, JSON is UTF-8: a string that is not valid UTF-8 is written in hexadecimal under
 * "KEY-hex". Unknown keys are tolerated (a later version may have written them); a missing or mistyped key
 * that the program needs is an error, because intake must not guess whom to trust. */
#include "verify/facts.h"
#include "base/json_out.h"
#include "base/utf8.h"
#include <jansson.h>

static void put_string(struct str *b, const char *key, const char *value)
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
    put_string(&b, "account", f->account);
    put_string(&b, "source", f->source);
    put_string(&b, "receipt", f->receipt);
    put_string(&b, "shown", f->shown);
    json_put_int(&b, "received", f->received);
    put_string(&b, "received_by", f->received_by);
    json_put_bool(&b, "trust_results", f->trust_results);
    json_put_bool(&b, "look_up", f->look_up);
    json_put_bool(&b, "header_only", f->header_only);
    json_put_int(&b, "bytes", (int64_t)f->bytes);
    put_string(&b, "sha256", f->sha256);
    json_close(&b, '}');
    return b.s;
}

static bool bad(struct err *err, const char *key)
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

static bool get_string(const void *mem, const json_t *o, const char *key, const char **ret, struct err *err)
{
    const json_t *v = json_object_get(o, key);
    if (json_is_string(v)) {
        *ret = mem_str(mem, json_string_value(v));
        return true;
    }
    v = json_object_get(o, mem_fmt(mem, "%s-hex", key));
    if (json_is_string(v) && get_hex(mem, json_string_value(v), ret))
        return true;
    return bad(err, key);
}

static bool get_bool(const json_t *o, const char *key, bool *ret, struct err *err)
{
    const json_t *v = json_object_get(o, key);
    if (!json_is_boolean(v))
        return bad(err, key);
    *ret = json_is_true(v);
    return true;
}

static bool get_number(const json_t *o, const char *key, int64_t *ret, struct err *err)
{
    const json_t *v = json_object_get(o, key);
    if (!json_is_integer(v))
        return bad(err, key);
    *ret = json_integer_value(v);
    return true;
}

static bool get_strings(const void *mem, const json_t *o, struct facts *f, struct err *err)
{
    const char *sha256;
    unsigned char raw[HASH_BYTES];
    if (!get_string(mem, o, "account", &f->account, err) ||
        !get_string(mem, o, "source", &f->source, err) ||
        !get_string(mem, o, "receipt", &f->receipt, err) || !get_string(mem, o, "shown", &f->shown, err) ||
        !get_string(mem, o, "received_by", &f->received_by, err) ||
        !get_string(mem, o, "sha256", &sha256, err))
        return false;
    if (strlen(sha256) != HASH_HEX - 1 || !hash_from_hex(sha256, raw, HASH_BYTES))
        return bad(err, "sha256");
    memcpy(f->sha256, sha256, HASH_HEX);
    return true;
}

static bool get_rest(const json_t *o, struct facts *f, struct err *err)
{
    int64_t bytes = 0;
    if (!get_number(o, "received", &f->received, err) || !get_number(o, "bytes", &bytes, err) ||
        !get_bool(o, "trust_results", &f->trust_results, err) || !get_bool(o, "look_up", &f->look_up, err))
        return false;
    if (bytes < 0)
        return bad(err, "bytes");
    f->bytes = (size_t)bytes;
    /* Absent in entries written before it existed: the whole letter was taken. */
    f->header_only = json_is_true(json_object_get(o, "header_only"));
    return true;
}

bool facts_parse(const void *mem, const char *bytes, size_t n, struct facts *ret, struct err *err)
{
    json_error_t why;
    json_t *o = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &why);
    if (!o)
        return err_set(err, ERR_DATA, "cannot read facts: %s at byte %d", why.text, why.position);
    struct facts f = {0};
    bool ok = json_is_object(o) ? get_strings(mem, o, &f, err) && get_rest(o, &f, err) : bad(err, "object");
    json_decref(o);
    if (ok)
        *ret = f;
    return ok;
}
