/* stream.h: one connection to a mail server, under libetpan or read directly.
 *
 * libetpan 1.9.4 brings no safe transport (it verifies no certificate, spins for ever when the server
 * closes inside a literal, and uses select()), so this is ours: GnuTLS >= 1.2 with chain and host name
 * checked in the handshake, poll(), a wall-clock deadline and a byte budget for every command. End of file
 * is an error. The first fault stands: every later call fails with it. */
#ifndef SOURCE_STREAM_H
#define SOURCE_STREAM_H

#include "base/err.h"
#include <libetpan/libetpan.h>
#include <sys/types.h>

struct stream;

struct stream_peer {
    const char *host; /* name or address; the certificate must be for it */
    int64_t port;
    const char *ca_file; /* absolute; "" = the system's authorities */
    int64_t timeout;     /* seconds of silence allowed */
    int stop_fd;         /* readable = give up at once; -1: none */
};

/* Connects (no TLS yet). The stream hangs on mem; freeing it closes the connection. Everything up to the
 * next stream_allow() is one command for the deadline and the budget: the whole opening dialogue. */
bool stream_connect(const void *mem, const struct stream_peer *peer, struct stream **ret, struct err *err);
/* The TLS handshake. A certificate fault is CONF and is named in words. */
bool stream_secure(struct stream *s, struct err *err);

/* A command begins: its answer may have about `bytes` bytes (a slack of 64 KB and half is added for the
 * protocol) and take `timeout` seconds plus one for every 16 KB. */
void stream_allow(struct stream *s, int64_t bytes);
/* The farewell: at most `seconds`. */
void stream_hurry(struct stream *s, int seconds);

ssize_t stream_read(struct stream *s, void *buf, size_t n);        /* > 0, or -1 */
ssize_t stream_write(struct stream *s, const void *buf, size_t n); /* > 0, or -1 */

/* Until the server says something, at most `seconds`. */
enum stream_news { STREAM_QUIET, STREAM_NEWS, STREAM_STOP };
enum stream_news stream_wait(struct stream *s, int64_t seconds);

/* Has the connection failed? Then *err says why ("what: the server closed the connection"). */
bool stream_failed(const struct stream *s, const char *what, struct err *err);

/* The same connection as libetpan wants it; the result belongs to libetpan, its data stays ours. */
mailstream *stream_mailstream(struct stream *s);

/* Waits without a connection: true when stop_fd became readable within `seconds`. */
bool stream_sleep(int64_t seconds, int stop_fd);

#endif
