/* imap.c: one IMAP mailbox (RFC 3501, IDLE RFC 2177): open, wait, close. Fetching is in imap_fetch.c.
 *
 * libetpan speaks the protocol, over our own stream. Invariants: no password before TLS is verified; with
 * STARTTLS nothing the server said in clear is believed afterwards (capabilities are asked again, waiting
 * bytes are refused: CVE-2020-15953); `after keep` opens the folder with EXAMINE, which can alter nothing.
 * Refuses: a server without STARTTLS where it is configured, PREAUTH (it would skip STARTTLS or login),
 * control characters in user, password and folder. Never asks for ENVELOPE or BODYSTRUCTURE: libetpan
 * parses them recursively and can be crashed by their nesting. */
#include "base/str.h"
#include "base/utf8.h"
#include "source/imap_state.h"

#define IDLE_MOST (28 * 60) /* seconds; servers may log out after 30 minutes (RFC 2177) */

/* ---- errors ---- */

static bool temporary(const mailimap *session)
{
    const char *code = session->imap_response_info ? session->imap_response_info->rsp_atom : NULL;
    return code && (str_ieq(code, "UNAVAILABLE") || str_ieq(code, "INUSE") || str_ieq(code, "SERVERBUG") ||
                    str_ieq(code, "LIMIT"));
}

static const char *server_words(const void *mem, const mailimap *session)
{
    if (!session->imap_response || !session->imap_response[0])
        return "refused";
    return mem_fmt(mem, "%.200s", utf8_printable(mem, session->imap_response));
}

bool imap_fail(const struct imap *m, int r, enum err_kind refused, struct err *err, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *what = mem_vfmt(m->mem, fmt, ap);
    va_end(ap);
    if (m->stream && stream_failed(m->stream, what, err))
        return false;
    if (r == MAILIMAP_ERROR_PARSE || r == MAILIMAP_ERROR_MEMORY || r == MAILIMAP_ERROR_STREAM)
        return err_set(err, ERR_RETRY, "%s: the answer of the server makes no sense", what);
    return err_set(err, temporary(m->session) ? ERR_RETRY : refused, "%s: the server says: %s", what,
                   server_words(m->mem, m->session));
}

/* ---- opening, in the order of the dialogue ---- */

static bool plain_text(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            return false;
    return true;
}

static bool check_conf(struct source *s, struct imap *m, struct err *err)
{
    const struct conf_mailbox *conf = s->conf;
    if (!plain_text(conf->user) || !s->password || !plain_text(s->password))
        return err_set(err, ERR_CONF, "user or password is missing or holds a control character");
    if (!imap_folder_name(m->mem, conf->folder, &m->folder, err))
        return false;
    if (conf->after == CONF_AFTER_FLAG && !plain_text(conf->after_arg))
        return err_set(err, ERR_CONF, "flag name holds a control character");
    return conf->after != CONF_AFTER_MOVE || imap_folder_name(m->mem, conf->after_arg, &m->target, err);
}

static bool greet(struct imap *m, struct err *err)
{
    int r = mailimap_connect(m->session, stream_mailstream(m->stream));
    if (r == MAILIMAP_NO_ERROR_NON_AUTHENTICATED)
        return true;
    if (r == MAILIMAP_NO_ERROR_AUTHENTICATED)
        return err_set(err, ERR_CONF, "log in: the server says PREAUTH, unasked");
    return imap_fail(m, r, ERR_RETRY, err, "greeting");
}

/* mailimap_capability() would crash on an OK without a CAPABILITY line. */
static bool ask_capabilities(struct imap *m, struct err *err)
{
    int r = mailimap_custom_command(m->session, "CAPABILITY");
    return r == MAILIMAP_NO_ERROR || imap_fail(m, r, ERR_RETRY, err, "ask for capabilities");
}

static bool start_tls(struct imap *m, struct err *err)
{
    if (!greet(m, err) || !ask_capabilities(m, err))
        return false;
    if (!mailimap_has_extension(m->session, "STARTTLS"))
        return err_set(err, ERR_CONF, "STARTTLS is not offered by the server");
    int r = mailimap_starttls(m->session);
    if (r != MAILIMAP_NO_ERROR)
        return imap_fail(m, r, ERR_CONF, err, "STARTTLS");
    if (m->session->imap_stream->read_buffer_len != 0)
        return err_set(err, ERR_CONF, "STARTTLS: the server sent text before the handshake");
    return stream_secure(m->stream, err);
}

static bool connect_secure(struct source *s, struct imap *m, struct err *err)
{
    const struct conf_mailbox *conf = s->conf;
    const char *ca = conf->ca_file;
    if (ca[0] && ca[0] != '/')
        ca = mem_fmt(m->mem, "%s/%s", s->house, ca);
    struct stream_peer peer = {conf->host, conf->port, ca, conf->timeout, s->stop_fd};
    if (!stream_connect(m->mem, &peer, &m->stream, err))
        return false;
    if (conf->tls == CONF_TLS_STARTTLS)
        return start_tls(m, err);
    return stream_secure(m->stream, err) && greet(m, err);
}

static bool log_in(struct source *s, struct imap *m, struct err *err)
{
    int r = mailimap_login(m->session, s->conf->user, s->password);
    mailstream *stream = m->session->imap_stream;
    if (stream->write_buffer_len == 0)
        explicit_bzero(stream->write_buffer, stream->buffer_max_size);
    if (r != MAILIMAP_NO_ERROR)
        return imap_fail(m, r, ERR_CONF, err, "log in as '%s'", s->conf->user);
    return ask_capabilities(m, err);
}

/* "UIDVALIDITY:UID"; another UIDVALIDITY means that the UIDs are new, so all is scanned again: the receipts
 * differ, and intake sees by the bytes that the letters are the same. */
static uint32_t cursor_uid(const char *cursor, uint32_t validity)
{
    unsigned long v, uid;
    if (sscanf(cursor, "%lu:%lu", &v, &uid) != 2 || v != validity || uid > UINT32_MAX)
        return 0;
    return (uint32_t)uid;
}

static bool select_folder(struct source *s, struct imap *m, struct err *err)
{
    bool keep = s->conf->after == CONF_AFTER_KEEP;
    int r = keep ? mailimap_examine(m->session, m->folder) : mailimap_select(m->session, m->folder);
    const struct mailimap_selection_info *info = m->session->imap_selection_info;
    if (r != MAILIMAP_NO_ERROR)
        return imap_fail(m, r, ERR_CONF, err, "open folder '%s'", s->conf->folder);
    if (!info || info->sel_uidvalidity == 0)
        return err_set(err, ERR_CONF, "open folder '%s': the server keeps no UIDVALIDITY", s->conf->folder);
    m->validity = info->sel_uidvalidity;
    m->next = info->sel_uidnext;
    m->last = m->scanned = cursor_uid(s->cursor, m->validity);
    m->window = IMAP_WINDOW;
    return true;
}

static void imap_close(struct source *s)
{
    struct imap *m = s->state;
    if (!m || !m->mem)
        return;
    if (m->stream)
        stream_hurry(m->stream, 3);
    mailimap_free(m->session);
    talloc_free(m->mem);
    *m = (struct imap){.no_idle = m->no_idle};
}

static bool imap_open(struct source *s, struct err *err)
{
    if (!s->state)
        s->state = mem_zero(s->mem, struct imap);
    struct imap *m = s->state;
    m->mem = talloc_new(s->mem);
    m->session = mailimap_new(0, NULL);
    if (!m->mem || !m->session)
        mem_exhausted();
    if (check_conf(s, m, err) && connect_secure(s, m, err) && log_in(s, m, err) &&
        select_folder(s, m, err) && imap_after_leftovers(s, m, err))
        return true;
    imap_close(s);
    return false;
}

/* ---- waiting ---- */

/* libetpan reads one line before "+": a server that says more gives an error, and we poll from then on. */
static bool start_idle(struct imap *m, struct err *err)
{
    stream_allow(m->stream, 0);
    int r = mailimap_idle(m->session);
    if (r == MAILIMAP_NO_ERROR)
        return true;
    m->no_idle = true;
    return imap_fail(m, r, ERR_RETRY, err, "IDLE");
}

static bool wait_idle(const struct source *s, struct imap *m, struct err *err)
{
    int64_t most = s->conf->idle < IDLE_MOST ? s->conf->idle : IDLE_MOST;
    if (!start_idle(m, err))
        return false;
    if (m->session->imap_stream->read_buffer_len == 0 && stream_wait(m->stream, most) == STREAM_STOP)
        return true; /* closing ends the IDLE as well */
    stream_allow(m->stream, 0);
    int r = mailimap_idle_done(m->session);
    return r == MAILIMAP_NO_ERROR || imap_fail(m, r, ERR_RETRY, err, "end of IDLE");
}

static bool imap_wait(struct source *s, int seconds, int stop_fd, struct err *err)
{
    struct imap *m = s->state;
    if (!m->no_idle && mailimap_has_idle(m->session))
        return wait_idle(s, m, err);
    if (stream_sleep(seconds, stop_fd))
        return true;
    stream_allow(m->stream, 0);
    int r = mailimap_noop(m->session);
    return r == MAILIMAP_NO_ERROR || imap_fail(m, r, ERR_RETRY, err, "NOOP");
}

const struct source_ops source_imap = {
    .name = "imap", .open = imap_open, .pull = imap_pull, .wait = imap_wait, .close = imap_close};
