/* smtp.c: see smtp.h. libcurl speaks; this file gives it only what cannot be misread (libcurl sends CR LF
 * in an address as it stands: LIBRARIES pitfall 13) and judges the outcome from four facts it records
 * itself: libcurl's code, the last reply of this very letter, whether MAIL was sent, and whether the last
 * byte of the letter left our hands. A server counts a letter as taken only after its final dot, which
 * follows the last byte; so before that a broken connection means "later", after it "unknown".
 *
 * Refuses: a plain connection (CURLUSESSL_ALL or smtps), an unverified certificate, TLS below 1.2, proxies,
 * redirection to another protocol, bare CR or LF in a letter (SMTP smuggling). */
#include "send/smtp.h"
#include "base/utf8.h"
#include "mail/address.h"
#include "sys/file.h"
#include <curl/curl.h>

#define CONNECT_SECONDS 30L
#define IDLE_SECONDS    20L /* an idle connection older than this is not used again */

struct smtp {
    CURL *curl;
    struct curl_slist *to;
    /* of the letter under way: */
    const char *bytes;
    size_t n, given;
    bool mail_begun, quitting;
    int code; /* of the last reply line, 0 when none came */
    char reply[256];
};

static size_t give(char *to, size_t size, size_t count, void *arg)
{
    struct smtp *s = arg;
    size_t left = s->n - s->given, room = size * count, n = left < room ? left : room;
    memcpy(to, s->bytes + s->given, n);
    s->given += n;
    return n;
}

static size_t hear(char *line, size_t size, size_t count, void *arg)
{
    struct smtp *s = arg;
    size_t n = size * count;
    if (!s->quitting && n >= 3 && str_digit(line[0]) && str_digit(line[1]) && str_digit(line[2])) {
        s->code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
        snprintf(s->reply, sizeof s->reply, "%.*s", (int)(n < 250 ? n : 250), line);
    }
    return n;
}

/* The only way to learn what libcurl has said to the server; the answer to its QUIT is not about the
 * letter. Nothing is kept: a login passes here too. */
static int watch(CURL *curl, curl_infotype type, char *data, size_t n, void *arg)
{
    struct smtp *s = arg;
    (void)curl;
    if (type == CURLINFO_HEADER_OUT && n >= 5) {
        s->mail_begun = s->mail_begun || memcmp(data, "MAIL ", 5) == 0;
        s->quitting = s->quitting || memcmp(data, "QUIT", 4) == 0;
    }
    return 0;
}

static size_t swallow(char *data, size_t size, size_t count, void *arg)
{
    (void)data, (void)arg;
    return size * count;
}

static bool host_ok(const char *host)
{
    size_t n = strlen(host);
    for (size_t i = 0; i < n; i++)
        if (!str_alpha(host[i]) && !str_digit(host[i]) && !strchr(".-:", host[i]))
            return false;
    return n > 0 && n <= 253;
}

static void set_url(struct smtp *s, const struct conf_smtp *conf)
{
    const char *scheme = conf->tls == CONF_TLS_IMPLICIT ? "smtps" : "smtp";
    bool v6 = strchr(conf->host, ':') != NULL;
    char *url = mem_fmt(s, "%s://%s%s%s:%lld", scheme, v6 ? "[" : "", conf->host, v6 ? "]" : "",
                        (long long)conf->port);
    curl_easy_setopt(s->curl, CURLOPT_URL, url);
    curl_easy_setopt(s->curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(s->curl, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
    curl_easy_setopt(s->curl, CURLOPT_PROXY, "");
    curl_easy_setopt(s->curl, CURLOPT_NOPROXY, "*");
}

static void set_trust(struct smtp *s, const struct conf_smtp *conf, const char *house)
{
    curl_easy_setopt(s->curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(s->curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(s->curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (*conf->ca_file) { /* this authority alone, not the system's beside it */
        curl_easy_setopt(s->curl, CURLOPT_CAINFO, file_join(s, house, conf->ca_file));
        curl_easy_setopt(s->curl, CURLOPT_CAPATH, NULL);
    }
}

static void set_login(struct smtp *s, const struct conf_smtp *conf, const char *password)
{
    if (!*conf->user || !password || !*password)
        return;
    curl_easy_setopt(s->curl, CURLOPT_USERNAME, conf->user);
    curl_easy_setopt(s->curl, CURLOPT_PASSWORD, password);
}

static void set_ears(struct smtp *s, long timeout)
{
    curl_easy_setopt(s->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(s->curl, CURLOPT_TIMEOUT, timeout);
    curl_easy_setopt(s->curl, CURLOPT_CONNECTTIMEOUT,
                     timeout < CONNECT_SECONDS ? timeout : CONNECT_SECONDS);
    curl_easy_setopt(s->curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, timeout);
    curl_easy_setopt(s->curl, CURLOPT_MAXAGE_CONN, IDLE_SECONDS);
    curl_easy_setopt(s->curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(s->curl, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(s->curl, CURLOPT_READDATA, s);
    curl_easy_setopt(s->curl, CURLOPT_HEADERFUNCTION, hear);
    curl_easy_setopt(s->curl, CURLOPT_HEADERDATA, s);
    curl_easy_setopt(s->curl, CURLOPT_WRITEFUNCTION, swallow);
    curl_easy_setopt(s->curl, CURLOPT_DEBUGFUNCTION, watch);
    curl_easy_setopt(s->curl, CURLOPT_DEBUGDATA, s);
    curl_easy_setopt(s->curl, CURLOPT_VERBOSE, 1L);
}

static int smtp_close(struct smtp *s)
{
    curl_easy_cleanup(s->curl);
    curl_slist_free_all(s->to);
    return 0;
}

bool smtp_open(const void *mem, const struct conf_smtp *conf, const char *house, const char *password,
               struct smtp **ret, struct err *err)
{
    if (!host_ok(conf->host))
        return err_set(err, ERR_CONF, "cannot use the mail relay '%s': not a host name", conf->host);
    struct smtp *s = mem_zero(mem, struct smtp);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(s->curl = curl_easy_init())) {
        talloc_free(s);
        return err_set(err, ERR_RETRY, "cannot start libcurl");
    }
    talloc_set_destructor(s, smtp_close);
    set_url(s, conf);
    set_trust(s, conf, house);
    set_login(s, conf, password);
    set_ears(s, conf->timeout > 0 ? (long)conf->timeout : 120L);
    *ret = s;
    return true;
}

static bool crlf_only(const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r'))
            return false;
        if (bytes[i] == '\0' || (bytes[i] == '\r' && (i + 1 == n || bytes[i + 1] != '\n')))
            return false;
    }
    return n > 0;
}

static CURLcode transfer(struct smtp *s, const char *from, const char *to, const char *bytes, size_t n)
{
    s->bytes = bytes;
    s->n = n;
    s->given = 0;
    s->mail_begun = s->quitting = false;
    s->code = 0;
    s->reply[0] = '\0';
    curl_slist_free_all(s->to);
    if (!(s->to = curl_slist_append(NULL, to)))
        mem_exhausted();
    curl_easy_setopt(s->curl, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, s->to);
    curl_easy_setopt(s->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)n);
    return curl_easy_perform(s->curl);
}

/* A connection kept from the last letter that the server had closed meanwhile: try once with a new one. */
static bool was_stale(const struct smtp *s, CURLcode rc)
{
    long made = 1;
    curl_easy_getinfo(s->curl, CURLINFO_NUM_CONNECTS, &made);
    return rc != CURLE_OK && made == 0 && s->given == 0 && (s->code == 0 || s->code == 421);
}

static bool needs_operator(CURLcode rc)
{
    switch (rc) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_USE_SSL_FAILED:
    case CURLE_LOGIN_DENIED:
    case CURLE_REMOTE_ACCESS_DENIED:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
        return true;
    default:
        return false;
    }
}

static enum smtp_outcome judge(const struct smtp *s, CURLcode rc)
{
    bool out = s->given == s->n;
    int kind = s->code / 100;
    bool login = s->code == 530 || s->code == 534 || s->code == 535 || s->code == 538;
    if (rc == CURLE_OK || (out && kind == 2))
        return SMTP_SENT;
    if (kind == 4)
        return SMTP_LATER;
    if (kind == 5)
        return s->mail_begun && !login ? SMTP_REFUSED : SMTP_CONFIG;
    if (out)
        return SMTP_UNKNOWN;
    return needs_operator(rc) && !s->mail_begun ? SMTP_CONFIG : SMTP_LATER;
}

static const char *say(const void *mem, const struct smtp *s, CURLcode rc, bool server)
{
    struct str text = str_new(mem);
    str_add(&text, server && s->code ? s->reply : curl_easy_strerror(rc));
    str_trim_end(&text);
    return utf8_printable(mem, utf8_nfc(mem, text.s, text.n));
}

enum smtp_outcome smtp_send(struct smtp *s, const void *mem, const char *from, const char *to,
                            const char *bytes, size_t n, const char **ret_text)
{
    if (!address_sendable(to) || (*from && !address_sendable(from))) {
        *ret_text = "not sent: an address of the envelope is not sendable";
        return SMTP_REFUSED;
    }
    if (!crlf_only(bytes, n)) {
        *ret_text = "not sent: the letter's line ends are not CRLF";
        return SMTP_REFUSED;
    }
    CURLcode rc = transfer(s, from, to, bytes, n);
    if (was_stale(s, rc))
        rc = transfer(s, from, to, bytes, n);
    enum smtp_outcome outcome = judge(s, rc);
    *ret_text = say(mem, s, rc, outcome != SMTP_UNKNOWN && (rc == CURLE_OK || s->code >= 400));
    return outcome;
}

const char *smtp_outcome_name(enum smtp_outcome outcome)
{
    static const char *const names[] = {"sent", "later", "refused", "unknown", "config"};
    return names[outcome];
}
