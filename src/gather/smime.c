/* smime.c: CMS_verify of libcrypto over the first part of a multipart/signed letter, byte for byte with CR
 * LF, against a configured file of authorities, for the purpose S/MIME, at the time the letter was
 * received.
 *
 * "good" only when the chain holds and the signer's certificate names the address in From (RFC 8550 3:
 * subjectAltName, else the subject's emailAddress); a good signature of somebody else is "bad".
 * "untrusted": the bytes are what the certificate signed, but none of our authorities answers for it.
 * Revocation is not asked (no network): the authorities' file is the operator's to keep. Refuses opaque
 * signatures (the reader shows their text as an attachment; nothing outside the signed part may be shown as
 * signed). */
#include "gather/smime.h"
#include "base/utf8.h"
#include "mail/headers.h"
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define SIGNATURE_MAX (1 << 20) /* bytes of the signature part, encoded */

struct smime {
    X509_STORE *authorities; /* NULL: none configured */
};

/* ---- the two parts ---- */

struct span {
    const char *s;
    size_t n;
};

static char *plain(const void *mem, const char *charset, const char *bytes, size_t n, bool *ret_lossy)
{
    (void)charset;
    (void)ret_lossy;
    return utf8_nfc(mem, bytes, n);
}

static const struct raw_field *field(const struct raw *raw, const char *name)
{
    const struct raw_field *found = NULL;
    for (size_t i = 0; i < raw->n_fields; i++)
        if (str_ieq(raw->fields[i].name, name)) {
            if (found)
                return NULL; /* two readers could take either */
            found = &raw->fields[i];
        }
    return found;
}

static bool has_type(const struct raw_field *f, const char *type)
{
    const char *v = f->value;
    while (str_space(*v))
        v++;
    size_t n = strlen(type);
    return str_ieqn(v, type, n) && strchr(" \t\r\n;", v[n]) != NULL;
}

/* The next line that is "--BOUNDARY" or "--BOUNDARY--", at or after `from`; n when there is none.
 * *ret_after is where the line ends. */
static size_t delimiter(struct span body, size_t from, const char *boundary, size_t *ret_after)
{
    size_t len = strlen(boundary);
    for (size_t at = from; at < body.n;) {
        const char *lf = memchr(body.s + at, '\n', body.n - at);
        size_t next = lf ? (size_t)(lf - body.s) + 1 : body.n;
        if (next - at >= len + 2 && memcmp(body.s + at, "--", 2) == 0 &&
            memcmp(body.s + at + 2, boundary, len) == 0) {
            *ret_after = next;
            return at;
        }
        at = next;
    }
    *ret_after = body.n;
    return body.n;
}

/* The delimiter at `at` closes, and no other comes after it: a third part would be read and is not signed.
 */
static bool is_last(struct span body, size_t at, const char *boundary)
{
    size_t len = strlen(boundary), ignored;
    return body.n - at >= len + 4 && memcmp(body.s + at + 2 + len, "--", 2) == 0 &&
           delimiter(body, at + len + 4, boundary, &ignored) == body.n;
}

/* Exactly two parts; the line end before a delimiter is the delimiter's. */
static bool two_parts(struct span body, const char *boundary, struct span *first, struct span *second)
{
    size_t a_end, b_end, c_end;
    size_t a = delimiter(body, 0, boundary, &a_end);
    if (a == body.n)
        return false;
    size_t b = delimiter(body, a_end, boundary, &b_end);
    if (b == body.n)
        return false;
    size_t c = delimiter(body, b_end, boundary, &c_end);
    if (c == body.n || c - b_end > SIGNATURE_MAX || !is_last(body, c, boundary))
        return false;
    *first = (struct span){body.s + a_end, b - a_end};
    *second = (struct span){body.s + b_end, c - b_end};
    if (first->n && first->s[first->n - 1] == '\n')
        first->n -= first->n > 1 && first->s[first->n - 2] == '\r' ? 2 : 1;
    return true;
}

/* ---- the signature ---- */

static CMS_ContentInfo *read_signature(const void *mem, struct span part)
{
    const struct raw *head = raw_split(mem, part.s, part.n);
    const struct raw_field *type = field(head, "Content-Type"),
                           *coding = field(head, "Content-Transfer-Encoding");
    if (!type || !coding || !has_type(coding, "base64") ||
        (!has_type(type, "application/pkcs7-signature") &&
         !has_type(type, "application/x-pkcs7-signature")))
        return NULL;
    BIO *text = BIO_new_mem_buf(head->body, (int)head->n_body), *decode = BIO_new(BIO_f_base64());
    CMS_ContentInfo *cms = NULL;
    if (text && decode)
        cms = d2i_CMS_bio(BIO_push(decode, text), NULL);
    BIO_free(decode);
    BIO_free(text);
    return cms;
}

static bool verified(CMS_ContentInfo *cms, X509_STORE *store, const char *bytes, size_t n, unsigned flags)
{
    BIO *content = n < INT32_MAX ? BIO_new_mem_buf(bytes, (int)n) : NULL;
    bool ok = content && CMS_verify(cms, NULL, store, content, NULL, CMS_BINARY | flags) == 1;
    BIO_free(content);
    ERR_clear_error();
    return ok;
}

/* The one signer's certificate names the address. */
static bool names(CMS_ContentInfo *cms, const char *address)
{
    STACK_OF(X509) *signers = CMS_get0_signers(cms);
    bool ok = *address && signers && sk_X509_num(signers) == 1 &&
              X509_check_email(sk_X509_value(signers, 0), address, strlen(address), 0) == 1;
    sk_X509_free(signers);
    return ok;
}

static void conclude(const struct smime *s, const void *mem, CMS_ContentInfo *cms, struct span content,
                     int64_t received, const char *from, struct facts_attempt *a)
{
    size_t n;
    const char *bytes = raw_crlf(mem, content.s, content.n, &n);
    X509_VERIFY_PARAM *param = s->authorities ? X509_STORE_get0_param(s->authorities) : NULL;
    if (param)
        X509_VERIFY_PARAM_set_time(param, (time_t)received);
    if (s->authorities && verified(cms, s->authorities, bytes, n, 0)) {
        bool his = names(cms, from);
        a->smime = his ? "good" : "bad";
        a->smime_signer = his ? from : "";
    } else
        a->smime = verified(cms, NULL, bytes, n, CMS_NO_SIGNER_CERT_VERIFY) ? "untrusted" : "bad";
}

void smime_judge(const struct smime *s, const void *mem, const struct raw *raw, int64_t received,
                 struct facts_attempt *a)
{
    const struct raw_field *type = field(raw, "Content-Type");
    struct span first, second;
    bool lossy = false;
    a->smime = raw->too_large ? "unread" : "none";
    a->smime_signer = "";
    if (!type || !has_type(type, "multipart/signed"))
        return;
    const char *protocol = headers_param(mem, type->value, strlen(type->value), "protocol", plain, &lossy);
    const char *boundary = headers_param(mem, type->value, strlen(type->value), "boundary", plain, &lossy);
    if (!protocol || !boundary || !*boundary || !str_iends(protocol, "pkcs7-signature"))
        return; /* OpenPGP and others: not ours to judge */
    a->smime = "bad";
    if (!two_parts((struct span){raw->body, raw->n_body}, boundary, &first, &second))
        return;
    CMS_ContentInfo *cms = read_signature(mem, second);
    if (cms)
        conclude(s, mem, cms, first, received, raw->from, a);
    CMS_ContentInfo_free(cms);
}

/* ---- the authorities ---- */

static int forget(struct smime *s)
{
    X509_STORE_free(s->authorities);
    return 0;
}

bool smime_new(const void *mem, const char *ca, struct smime **ret, struct err *err)
{
    struct smime *s = mem_zero(mem, struct smime);
    talloc_set_destructor(s, forget);
    OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_LOAD_CONFIG, NULL);
    if (*ca) {
        s->authorities = X509_STORE_new();
        if (!s->authorities || X509_STORE_load_file(s->authorities, ca) != 1 ||
            X509_STORE_set_purpose(s->authorities, X509_PURPOSE_SMIME_SIGN) != 1)
            return err_set(err, ERR_CONF, "smime-ca '%s': no certificate can be read from it", ca);
    }
    *ret = s;
    return true;
}
