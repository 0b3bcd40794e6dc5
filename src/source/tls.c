/* tls.c: TLS 1.2 or 1.3 with GnuTLS, chain and host name verified inside the handshake, so that no byte of
 * ours reaches a server that is not the one configured. There is no switch to turn that off (MIC-18.2).
 * Refuses: TLS 1.1 and older, RSA below 2048 bits, renegotiation. The clock of the verification is the real
 * one: `--now` must not revive an expired certificate. */
#include "base/str.h"
#include "source/stream_state.h"
#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/x509.h>
#include <poll.h>
#include <sys/socket.h>

#define PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%PROFILE_MEDIUM"
#define RAW_ROOM 65536

/* One recv(2) serves several records; GnuTLS alone would ask twice for each. */
static ssize_t pull(gnutls_transport_ptr_t p, void *buf, size_t n)
{
    struct stream *s = p;
    if (s->raw_at == s->raw_n) {
        ssize_t got = stream_recv(s, s->raw, RAW_ROOM);
        if (got <= 0) {
            gnutls_transport_set_errno(s->tls, got < 0 ? errno : 0);
            return got;
        }
        s->raw_at = 0;
        s->raw_n = (size_t)got;
    }
    if (n > s->raw_n - s->raw_at)
        n = s->raw_n - s->raw_at;
    memcpy(buf, s->raw + s->raw_at, n);
    s->raw_at += n;
    return (ssize_t)n;
}

static ssize_t push(gnutls_transport_ptr_t p, const void *buf, size_t n)
{
    struct stream *s = p;
    ssize_t put = send(s->fd, buf, n, MSG_NOSIGNAL);
    if (put < 0)
        gnutls_transport_set_errno(s->tls, errno);
    return put;
}

static int pull_wait(gnutls_transport_ptr_t p, unsigned ms)
{
    struct stream *s = p;
    struct pollfd one = {s->fd, POLLIN, 0};
    return s->raw_at < s->raw_n ? 1 : poll(&one, 1, ms > 3600000 ? 3600000 : (int)ms);
}

static bool load_trust(struct stream *s, struct err *err)
{
    int n;
    if (gnutls_certificate_allocate_credentials(&s->trust) < 0)
        mem_exhausted();
    if (s->peer.ca_file[0])
        n = gnutls_certificate_set_x509_trust_file(s->trust, s->peer.ca_file, GNUTLS_X509_FMT_PEM);
    else
        n = gnutls_certificate_set_x509_system_trust(s->trust);
    if (n > 0)
        return true;
    return err_set(err, ERR_CONF, "load certificate authorities '%s': %s",
                   s->peer.ca_file[0] ? s->peer.ca_file : "of the system",
                   n < 0 ? gnutls_strerror(n) : "none found");
}

static bool is_address(const char *host)
{
    unsigned char buf[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, host, buf) == 1 || inet_pton(AF_INET6, host, buf) == 1;
}

static bool start_session(struct stream *s, struct err *err)
{
    int rc = gnutls_init(&s->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK);
    if (rc == 0)
        rc = gnutls_priority_set_direct(s->tls, PRIORITY, NULL);
    if (rc == 0)
        rc = gnutls_credentials_set(s->tls, GNUTLS_CRD_CERTIFICATE, s->trust);
    if (rc == 0 && !is_address(s->peer.host))
        rc = gnutls_server_name_set(s->tls, GNUTLS_NAME_DNS, s->peer.host, strlen(s->peer.host));
    if (rc < 0)
        return err_set(err, ERR_CONF, "start TLS with '%s': %s", s->peer.host, gnutls_strerror(rc));
    gnutls_session_set_verify_cert(s->tls, s->peer.host, 0);
    gnutls_transport_set_ptr(s->tls, s);
    gnutls_transport_set_pull_function(s->tls, pull);
    gnutls_transport_set_push_function(s->tls, push);
    gnutls_transport_set_pull_timeout_function(s->tls, pull_wait);
    return true;
}

/* What an operator can act on, the most telling fault first. */
static const char *certificate_fault(const void *mem, unsigned status)
{
    static const struct {
        unsigned flag;
        const char *words;
    } faults[] = {{GNUTLS_CERT_UNEXPECTED_OWNER, "is for another host"},
                  {GNUTLS_CERT_EXPIRED, "has expired"},
                  {GNUTLS_CERT_NOT_ACTIVATED, "is not valid yet"},
                  {GNUTLS_CERT_REVOKED, "was revoked"},
                  {GNUTLS_CERT_SIGNER_NOT_FOUND, "has an unknown issuer"},
                  {GNUTLS_CERT_SIGNER_NOT_CA, "was issued by no authority"},
                  {GNUTLS_CERT_INSECURE_ALGORITHM, "is too weak"}};
    struct str words = str_new(mem);
    for (size_t i = 0; i < ARRAY_LEN(faults); i++)
        if (status & faults[i].flag)
            str_addf(&words, "%s%s", words.n ? " and " : "", faults[i].words);
    return words.n ? words.s : "is not valid";
}

static bool handshake_failed(struct stream *s, int rc, struct err *err)
{
    unsigned status = gnutls_session_get_verify_cert_status(s->tls);
    if (rc == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
        return err_set(err, ERR_CONF, "TLS with '%s' refused: its certificate %s", s->peer.host,
                       certificate_fault(s, status));
    if (s->fault)
        return err_set(err, ERR_RETRY, "TLS with '%s': %s", s->peer.host, s->fault);
    bool closed = rc == GNUTLS_E_PREMATURE_TERMINATION || rc == GNUTLS_E_PULL_ERROR;
    return err_set(err, closed ? ERR_RETRY : ERR_CONF, "TLS with '%s' refused: %s", s->peer.host,
                   closed ? "the server closed the connection" : gnutls_strerror(rc));
}

/* GnuTLS says "again" also between two records; what we hold already must not be waited for. */
static bool ready(struct stream *s)
{
    if (!gnutls_record_get_direction(s->tls) && s->raw_at < s->raw_n)
        return true;
    return stream_ready(s, gnutls_record_get_direction(s->tls) ? POLLOUT : POLLIN);
}

bool stream_secure(struct stream *s, struct err *err)
{
    int rc;
    s->raw = mem_array(s, char, RAW_ROOM);
    if (!load_trust(s, err) || !start_session(s, err))
        return false;
    do
        rc = gnutls_handshake(s->tls);
    while (rc == GNUTLS_E_INTERRUPTED || rc == GNUTLS_E_WARNING_ALERT_RECEIVED ||
           (rc == GNUTLS_E_AGAIN && ready(s)));
    if (rc != 0) {
        handshake_failed(s, rc, err);
        stream_fault(s, "the TLS handshake failed");
        return false;
    }
    s->secure = true;
    return true;
}

/* True: try again. */
static bool again(struct stream *s, ssize_t rc)
{
    if (rc == GNUTLS_E_INTERRUPTED)
        return true;
    if (rc == GNUTLS_E_AGAIN)
        return ready(s);
    bool closed = rc == 0 || rc == GNUTLS_E_PREMATURE_TERMINATION;
    return stream_fault(s, closed ? "the server closed the connection" : "the TLS connection broke");
}

ssize_t tls_read(struct stream *s, void *buf, size_t n)
{
    ssize_t got;
    do
        got = gnutls_record_recv(s->tls, buf, n);
    while (got <= 0 && again(s, got));
    return got > 0 ? got : -1;
}

ssize_t tls_write(struct stream *s, const void *buf, size_t n)
{
    ssize_t put;
    do
        put = gnutls_record_send(s->tls, buf, n);
    while (put <= 0 && again(s, put));
    return put > 0 ? put : -1;
}

bool tls_buffered(const struct stream *s)
{
    return s->secure && (s->raw_at < s->raw_n || gnutls_record_check_pending(s->tls) > 0);
}

void tls_close(struct stream *s)
{
    if (s->secure && !s->fault)
        (void)gnutls_bye(s->tls, GNUTLS_SHUT_WR);
    if (s->tls)
        gnutls_deinit(s->tls);
    if (s->trust)
        gnutls_certificate_free_credentials(s->trust);
    s->tls = NULL;
    s->trust = NULL;
    s->secure = false;
}
