/* stream_state.h: shared by stream.c (connection, deadline, budget) and tls.c (GnuTLS); nobody else's. */
#ifndef SOURCE_STREAM_STATE_H
#define SOURCE_STREAM_STATE_H

#include "source/stream.h"
#include <gnutls/gnutls.h>

struct stream {
    struct stream_peer peer;
    int fd;
    int64_t deadline; /* monotonic milliseconds */
    int64_t budget;   /* bytes the server may still send */
    gnutls_session_t tls;
    gnutls_certificate_credentials_t trust;
    bool secure;
    char *raw; /* bytes received but not yet decrypted: one recv for many records */
    size_t raw_at, raw_n;
    const char *fault; /* static, NULL while all is well */
};

/* Bytes from the socket without waiting: > 0, or -1 with errno (EAGAIN: nothing there). */
ssize_t stream_recv(struct stream *s, void *buf, size_t n);
/* Until the socket is ready for `events`; false records the fault. */
bool stream_ready(struct stream *s, short events);
bool stream_fault(struct stream *s, const char *fault); /* false, always */

ssize_t tls_read(struct stream *s, void *buf, size_t n);
ssize_t tls_write(struct stream *s, const void *buf, size_t n);
bool tls_buffered(const struct stream *s);
void tls_close(struct stream *s);

#endif
