/* dkim.c: DKIM by libopendkim, with the key look-up injected, and with the conditions that it leaves open
 * (LIBRARIES 3.1, abuse A9). A signature passes only when the library says passed, the body hash matches,
 * there is no signature error, the algorithm is not rsa-sha1, the whole body is signed, the key has 1,024
 * bits, From is signed, and the letter was received between t= and x=.
 *
 * "weak" is what verifies and fails one of ours; "fail" does not verify, or its key is surely absent;
 * "unknown" is a look-up that gave nothing: never a pass and never a fail (promise 15). The library's own
 * clock is kept out of it (it would judge a replay by today): a drift of decades, and our own comparison.
 * ARC is not evaluated: ARC-Seal and ARC-Message-Signature are fields like any other. */
#include "gather/dkim.h"
#include <opendkim/dkim.h>

#define AGES      1262304000u /* seconds, 40 years: less than the time since 1970, which it is taken from */
#define DRIFT     300         /* seconds that clocks may differ */
#define MIN_BITS  1024
#define BODY_STEP 65536

struct signatures {
    DKIM_LIB *lib;
};

/* One letter under way: what the library's callbacks need. */
struct judging {
    const void *mem;
    const struct lookup *lookup;
    int64_t received;
    struct facts_dkim *list;
    size_t n;
};

/* ---- keys ---- */

static bool is_name(const char *s)
{
    size_t n = strlen(s);
    for (size_t i = 0; i < n; i++)
        if (!str_alpha(s[i]) && !str_digit(s[i]) && !strchr("-._", s[i]))
            return false;
    return n > 0 && n <= 253 && s[0] != '.' && s[n - 1] != '.';
}

/* The one record that is a key; several are none (RFC 6376 3.6.2.2 leaves it undefined: fail closed). */
static const char *only_key(const struct str_list *records)
{
    const char *found = NULL;
    for (size_t i = 0; i < records->n; i++) {
        if (!strchr(records->v[i], '='))
            continue;
        if (found)
            return NULL;
        found = records->v[i];
    }
    return found;
}

static DKIM_CBSTAT find_key(DKIM *dkim, DKIM_SIGINFO *sig, unsigned char *buf, size_t size)
{
    const struct judging *j = dkim_get_user_context(dkim);
    const char *domain = (const char *)dkim_sig_getdomain(sig);
    const char *selector = (const char *)dkim_sig_getselector(sig);
    struct str_list records = {0};
    if (!domain || !selector || !is_name(domain) || !is_name(selector))
        return DKIM_CBSTAT_NOTFOUND;
    _cleanup_mem_ void *mem = mem_new();
    const char *name = mem_fmt(mem, "%s._domainkey.%s", selector, domain);
    switch (j->lookup->txt(j->lookup->arg, mem, name, &records)) {
    case LOOKUP_UNKNOWN:
        return DKIM_CBSTAT_TRYAGAIN;
    case LOOKUP_NONE:
        return DKIM_CBSTAT_NOTFOUND;
    default:
        break;
    }
    const char *key = only_key(&records);
    if (!key || strlen(key) >= size)
        return DKIM_CBSTAT_NOTFOUND;
    memcpy(buf, key, strlen(key) + 1);
    return DKIM_CBSTAT_CONTINUE;
}

/* ---- one signature ---- */

static const char *text(const void *mem, const unsigned char *s)
{
    const char *c = (const char *)s;
    return c && is_name(c) ? str_lower(mem, c) : "";
}

static const char *tag(DKIM_SIGINFO *sig, const char *name)
{
    unsigned char key[4];
    snprintf((char *)key, sizeof key, "%s", name);
    return (const char *)dkim_sig_gettagvalue(sig, false, key);
}

/* Why it does not verify. */
static const char *why_of(int error, int status, bool body_differs)
{
    switch (error) {
    case DKIM_SIGERROR_NOKEY:
        return "no-key";
    case DKIM_SIGERROR_KEYFAIL:
        return "temporary";
    case DKIM_SIGERROR_KEYREVOKED:
        return "revoked";
    case DKIM_SIGERROR_KEYTOOSMALL:
        return "key-bits";
    case DKIM_SIGERROR_EXPIRED:
    case DKIM_SIGERROR_FUTURE:
        return "expired";
    case DKIM_SIGERROR_OK:
    case DKIM_SIGERROR_UNKNOWN:
    case DKIM_SIGERROR_BADSIG:
        break;
    default:
        return "syntax";
    }
    if (status == DKIM_STAT_CBTRYAGAIN || status == DKIM_STAT_KEYFAIL)
        return "temporary";
    if (status == DKIM_STAT_NOKEY)
        return "no-key";
    if (status == DKIM_STAT_REVOKED)
        return "revoked";
    return body_differs ? "body-hash" : "signature";
}

/* Text behind l= is nobody's. The library gives the length as it came: that a few blanks, which the form of
 * the body drops, make a signature weak that covers all is the safe side of a tag nobody should use. */
static bool partly_signed(DKIM *dkim, DKIM_SIGINFO *sig)
{
    ssize_t whole = 0, covered = 0;
    if (!tag(sig, "l"))
        return false;
    return dkim_sig_getcanonlen(dkim, sig, &whole, &covered, NULL) != DKIM_STAT_OK || covered < whole;
}

static bool out_of_time(const struct judging *j, DKIM_SIGINFO *sig, int64_t signed_at)
{
    int64_t expires;
    const char *x = tag(sig, "x");
    if (signed_at != WHEN_NONE && signed_at > j->received + DRIFT)
        return true;
    return x && (!str_int(x, 0, INT64_MAX, &expires) || j->received > expires + DRIFT);
}

/* Which of our own conditions a signature that verifies fails; "ok" none. */
static const char *weakness(const struct judging *j, DKIM *dkim, DKIM_SIGINFO *sig,
                            const struct facts_dkim *f)
{
    dkim_alg_t algorithm;
    unsigned char from[] = "from";
    if (dkim_sig_getsignalg(sig, &algorithm) != DKIM_STAT_OK || algorithm == DKIM_SIGN_RSASHA1)
        return "sha1";
    if (algorithm != DKIM_SIGN_ED25519SHA256 && f->key_bits < MIN_BITS) /* Ed25519 keys have one size */
        return "key-bits";
    if (!dkim_sig_hdrsigned(sig, from))
        return "from-unsigned";
    if (partly_signed(dkim, sig))
        return "length";
    if (dkim_sig_getflags(sig) & DKIM_SIGFLAG_TESTKEY) /* t=y: to be treated as unsigned, RFC 6376 3.6.1 */
        return "testing";
    return out_of_time(j, sig, f->signed_at) ? "expired" : "ok";
}

static void conclude(const struct judging *j, DKIM *dkim, DKIM_SIGINFO *sig, int status,
                     struct facts_dkim *f)
{
    int error = dkim_sig_geterror(sig), hash = dkim_sig_getbh(sig);
    bool verified = status == DKIM_STAT_OK && (dkim_sig_getflags(sig) & DKIM_SIGFLAG_PASSED) &&
                    hash == DKIM_SIGBH_MATCH && error == DKIM_SIGERROR_OK;
    if (verified) {
        f->why = weakness(j, dkim, sig, f);
        f->result = str_eq(f->why, "ok") ? "pass" : "weak";
        return;
    }
    f->why = why_of(error, status, hash == DKIM_SIGBH_MISMATCH);
    f->result = str_eq(f->why, "temporary") ? "unknown" : str_eq(f->why, "key-bits") ? "weak" : "fail";
}

static void judge_one(struct judging *j, DKIM *dkim, DKIM_SIGINFO *sig)
{
    struct facts_dkim *f = mem_append(j->mem, j->list, j->n);
    unsigned bits = 0;
    uint64_t when = 0;
    int status = DKIM_STAT_SYNTAX, error = dkim_sig_geterror(sig);
    f->domain = text(j->mem, dkim_sig_getdomain(sig));
    f->selector = text(j->mem, dkim_sig_getselector(sig));
    f->signed_at = dkim_sig_getsigntime(sig, &when) == DKIM_STAT_OK && when > 0 && when <= INT64_MAX
                       ? (int64_t)when
                       : WHEN_NONE;
    if (error <= DKIM_SIGERROR_OK && *f->domain && *f->selector)
        status = dkim_sig_process(dkim, sig);
    if (dkim_sig_getkeysize(sig, &bits) == DKIM_STAT_OK)
        f->key_bits = bits;
    f->result = "fail";
    f->why = "syntax";
    if (*f->domain && *f->selector)
        conclude(j, dkim, sig, status, f);
}

/* Before any key is looked up: what is beyond the limit costs nothing. */
static DKIM_CBSTAT prescreen(DKIM *dkim, DKIM_SIGINFO **sigs, int n)
{
    (void)dkim;
    for (int i = SIGNATURES_MAX; i < n; i++)
        dkim_sig_ignore(sigs[i]);
    return DKIM_CBSTAT_CONTINUE;
}

/* The body is hashed: all are judged, where the library would stop at the first that is good. */
static DKIM_CBSTAT final(DKIM *dkim, DKIM_SIGINFO **sigs, int n)
{
    struct judging *j = dkim_get_user_context(dkim);
    for (int i = 0; i < n && i < SIGNATURES_MAX; i++)
        judge_one(j, dkim, sigs[i]);
    return DKIM_CBSTAT_CONTINUE;
}

/* ---- one letter ---- */

static bool feed_header(DKIM *dkim, const struct raw *raw)
{
    for (size_t i = 0; i < raw->n_fields; i++) {
        _cleanup_mem_ char *line = mem_bytes(NULL, raw->fields[i].line, raw->fields[i].n);
        (void)dkim_header(dkim, (unsigned char *)line, raw->fields[i].n);
    }
    int status = dkim_eoh(dkim);
    return status == DKIM_STAT_OK || status == DKIM_STAT_CBTRYAGAIN;
}

/* In steps, so that a large letter is not held twice. A step never ends between CR and LF. A last line
 * without its end gets one (RFC 6376 3.4.3, 3.4.4), which the library does not add itself. */
static void feed_body(DKIM *dkim, const struct raw *raw)
{
    for (size_t at = 0; at < raw->n_body;) {
        size_t n = raw->n_body - at, made;
        n = n > BODY_STEP ? BODY_STEP : n;
        if (at + n < raw->n_body && raw->body[at + n - 1] == '\r')
            n++;
        char *step = raw_crlf(NULL, raw->body + at, n, &made);
        (void)dkim_body(dkim, (unsigned char *)step, made);
        talloc_free(step);
        at += n;
    }
    unsigned char line_end[] = "\r\n";
    if (raw->n_body && raw->body[raw->n_body - 1] != '\n')
        (void)dkim_body(dkim, line_end, 2);
}

static bool has_signature(const struct raw *raw)
{
    for (size_t i = 0; i < raw->n_fields; i++)
        if (str_ieq(raw->fields[i].name, "DKIM-Signature"))
            return true;
    return false;
}

void signatures_judge(struct signatures *s, const void *mem, const struct raw *raw,
                      const struct lookup *lookup, int64_t received, struct facts_dkim **ret, size_t *ret_n)
{
    static const unsigned char id[] = "letter";
    struct judging j = {.mem = mem, .lookup = lookup, .received = received};
    DKIM_STAT status;
    DKIM *dkim = has_signature(raw) ? dkim_verify(s->lib, id, NULL, &status) : NULL;
    if (dkim) {
        dkim_set_user_context(dkim, &j);
        if (feed_header(dkim, raw)) {
            feed_body(dkim, raw);
            (void)dkim_eom(dkim, NULL);
        }
        dkim_free(dkim);
    }
    *ret = j.list;
    *ret_n = j.n;
}

/* ---- the library ---- */

static int close_library(struct signatures *s)
{
    dkim_close(s->lib);
    return 0;
}

static bool set(DKIM_LIB *lib, int option, void *value, size_t n)
{
    return dkim_options(lib, DKIM_OP_SETOPT, (dkim_opts_t)option, value, n) == DKIM_STAT_OK;
}

bool signatures_new(const void *mem, struct signatures **ret, struct err *err)
{
    DKIM_LIB *lib = dkim_init(NULL, NULL);
    if (!lib)
        return err_set(err, ERR_CONF, "dkim: the library cannot be used");
    struct signatures *s = mem_zero(mem, struct signatures);
    s->lib = lib;
    talloc_set_destructor(s, close_library);
    unsigned flags = DKIM_LIBFLAGS_DELAYSIGPROC | DKIM_LIBFLAGS_BADSIGHANDLES, bits = MIN_BITS;
    uint64_t drift = AGES;
    if (!set(lib, DKIM_OPTS_FLAGS, &flags, sizeof flags) ||
        !set(lib, DKIM_OPTS_MINKEYBITS, &bits, sizeof bits) ||
        !set(lib, DKIM_OPTS_CLOCKDRIFT, &drift, sizeof drift) ||
        dkim_set_key_lookup(lib, find_key) != DKIM_STAT_OK ||
        dkim_set_prescreen(lib, prescreen) != DKIM_STAT_OK || dkim_set_final(lib, final) != DKIM_STAT_OK)
        return err_set(err, ERR_CONF, "dkim: the library refuses its options");
    *ret = s;
    return true;
}
