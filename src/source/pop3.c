/* pop3.c: one POP3 mailbox (RFC 1939, 2449, 2595): letters by UIDL, deleted on the server only when `after
 * delete` says so and only once they are durable here (DELE takes effect at QUIT).
 *
 * Speaks the protocol itself: libetpan keeps a whole letter in memory, rewrites its line ends, and writes
 * outside its table when LIST answers "0 1". Bytes are streamed and only the dots are undone.
 * Refuses: a server without UIDL (no receipt could be made), PASS before TLS, text between STLS and the
 * handshake, control characters in user and password. A session is a snapshot: new letters need a new one.
 */
#include "base/str.h"
#include "base/utf8.h"
#include "source/source.h"
#include "source/stream.h"

#define BATCH       200     /* letters in one commit */
#define LETTERS_MAX 1000000 /* in a mailbox: more is a lie that eats memory */
#define LINE_MAX_P3 1024    /* RFC 2449 says 512 for answers */
#define LIST_BYTES  120     /* of one line of LIST or UIDL */
#define HEADER_MAX  (256 * 1024)

struct letter_row {
    int64_t size;
    const char *uidl; /* NULL when the server gave none */
};

struct pop3 {
    void *mem;
    struct stream *stream;
    char buf[32768];
    size_t at, n;
    char line[LINE_MAX_P3]; /* the last line read, without CR LF */
    bool stls;
    struct letter_row *rows; /* rows[number - 1] */
    size_t n_rows, next;
};

/* ---- lines ---- */

static bool fail(struct pop3 *p, struct err *err, const char *what)
{
    if (stream_failed(p->stream, what, err))
        return false;
    return err_set(err, ERR_RETRY, "%s: the answer of the server makes no sense", what);
}

static bool fill(struct pop3 *p)
{
    ssize_t got = stream_read(p->stream, p->buf, sizeof p->buf);
    if (got <= 0)
        return false;
    p->at = 0;
    p->n = (size_t)got;
    return true;
}

static bool get_line(struct pop3 *p, const char *what, struct err *err)
{
    size_t n = 0;
    for (;;) {
        if (p->at == p->n && !fill(p))
            return fail(p, err, what);
        char c = p->buf[p->at++];
        if (c == '\n')
            break;
        if (c == '\0' || n == sizeof p->line - 1)
            return fail(p, err, what);
        p->line[n++] = c;
    }
    if (n && p->line[n - 1] == '\r')
        n--;
    p->line[n] = '\0';
    return true;
}

static bool send_line(struct pop3 *p, const char *what, const char *command, const char *arg,
                      struct err *err)
{
    char *line = mem_fmt(p->mem, "%s%s%s\r\n", command, arg[0] ? " " : "", arg);
    size_t n = strlen(line), done = 0;
    while (done < n) {
        ssize_t put = stream_write(p->stream, line + done, n - done);
        if (put <= 0)
            break;
        done += (size_t)put;
    }
    explicit_bzero(line, n);
    talloc_free(line);
    return done == n || fail(p, err, what);
}

static bool answer_ok(const struct pop3 *p)
{
    return str_istarts(p->line, "+OK");
}

/* Sends a command and reads its first line; true also for -ERR. */
static bool ask(struct pop3 *p, const char *command, const char *arg, struct err *err)
{
    return send_line(p, command, command, arg, err) && get_line(p, command, err);
}

static bool refused(struct pop3 *p, enum err_kind kind, const char *what, struct err *err)
{
    bool later =
        strstr(p->line, "[SYS/TEMP]") || strstr(p->line, "[IN-USE]") || strstr(p->line, "[LOGIN-DELAY]");
    return err_set(err, later ? ERR_RETRY : kind, "%s: the server says: %.200s", what,
                   utf8_printable(p->mem, utf8_nfc(p->mem, p->line, strlen(p->line))));
}

/* ---- opening ---- */

static bool greet(struct pop3 *p, struct err *err)
{
    return get_line(p, "greeting", err) && (answer_ok(p) || refused(p, ERR_RETRY, "greeting", err));
}

static bool read_capabilities(struct pop3 *p, struct err *err)
{
    if (!ask(p, "CAPA", "", err))
        return false;
    if (!answer_ok(p))
        return true;
    while (get_line(p, "CAPA", err)) {
        if (str_eq(p->line, "."))
            return true;
        p->stls = p->stls || str_ieq(p->line, "STLS");
    }
    return false;
}

static bool start_tls(struct pop3 *p, struct err *err)
{
    if (!greet(p, err) || !read_capabilities(p, err))
        return false;
    if (!p->stls)
        return err_set(err, ERR_CONF, "STLS is not offered by the server");
    if (!ask(p, "STLS", "", err))
        return false;
    if (!answer_ok(p))
        return refused(p, ERR_CONF, "STLS", err);
    if (p->at != p->n)
        return err_set(err, ERR_CONF, "STLS: the server sent text before the handshake");
    return stream_secure(p->stream, err);
}

static bool connect_secure(struct source *s, struct pop3 *p, struct err *err)
{
    const struct conf_mailbox *conf = s->conf;
    const char *ca = conf->ca_file;
    if (ca[0] && ca[0] != '/')
        ca = mem_fmt(p->mem, "%s/%s", s->house, ca);
    struct stream_peer peer = {conf->host, conf->port, ca, conf->timeout, s->stop_fd};
    if (!stream_connect(p->mem, &peer, &p->stream, err))
        return false;
    if (conf->tls == CONF_TLS_STARTTLS)
        return start_tls(p, err);
    return stream_secure(p->stream, err) && greet(p, err);
}

static bool plain_text(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return false;
    return true;
}

static bool log_in(struct source *s, struct pop3 *p, struct err *err)
{
    const char *what = mem_fmt(p->mem, "log in as '%s'", s->conf->user);
    if (!ask(p, "USER", s->conf->user, err))
        return false;
    if (!answer_ok(p))
        return refused(p, ERR_CONF, what, err);
    if (!ask(p, "PASS", s->password, err))
        return false;
    return answer_ok(p) || refused(p, ERR_CONF, what, err);
}

/* ---- what is there ---- */

/* "3 1234" or "3 uidl" -> 3 and the rest; false for nonsense. */
static bool split_row(const char *line, size_t *ret_number, const char **ret_rest)
{
    char *end;
    if (!str_digit(line[0]))
        return false;
    unsigned long number = strtoul(line, &end, 10);
    if (number < 1 || number > LETTERS_MAX || *end != ' ')
        return false;
    *ret_number = number;
    *ret_rest = end + 1;
    return true;
}

static bool add_size(struct pop3 *p, size_t number, const char *rest)
{
    int64_t size;
    const char *end = strchr(rest, ' ');
    const char *word = end ? mem_bytes(p->mem, rest, (size_t)(end - rest)) : rest;
    if (!str_int(word, 0, INT64_MAX / 4, &size))
        return false;
    if (number > p->n_rows) {
        p->rows = mem_grow(p->mem, p->rows, p->n_rows, number, sizeof p->rows[0]);
        p->n_rows = number;
    }
    p->rows[number - 1].size = size;
    return true;
}

static bool add_uidl(struct pop3 *p, size_t number, const char *rest)
{
    if (number <= p->n_rows && !p->rows[number - 1].uidl)
        p->rows[number - 1].uidl = rest[0] ? mem_str(p->mem, rest) : NULL;
    return true;
}

static bool read_rows(struct pop3 *p, const char *command, bool (*add)(struct pop3 *, size_t, const char *),
                      struct err *err)
{
    size_t number;
    const char *rest;
    if (!ask(p, command, "", err))
        return false;
    if (!answer_ok(p))
        return refused(p, ERR_CONF, command, err);
    while (get_line(p, command, err)) {
        if (str_eq(p->line, "."))
            return true;
        if (!split_row(p->line, &number, &rest) || !add(p, number, rest))
            return fail(p, err, command);
    }
    return false;
}

static void pop3_close(struct source *s)
{
    struct pop3 *p = s->state;
    struct err ignored = {0};
    if (!p)
        return;
    if (p->stream) {
        stream_hurry(p->stream, 3);
        (void)ask(p, "QUIT", "", &ignored);
    }
    talloc_free(p->mem);
    s->state = NULL;
}

static bool pop3_open(struct source *s, struct err *err)
{
    void *mem = talloc_new(s->mem);
    if (!mem)
        mem_exhausted();
    struct pop3 *p = mem_zero(mem, struct pop3);
    p->mem = mem;
    s->state = p;
    bool ok = plain_text(s->conf->user) && s->password && plain_text(s->password);
    if (!ok)
        err_set(err, ERR_CONF, "user or password is missing or holds a control character");
    if (ok && connect_secure(s, p, err) && log_in(s, p, err)) {
        stream_allow(p->stream, LETTERS_MAX * LIST_BYTES);
        if (read_rows(p, "LIST", add_size, err) && read_rows(p, "UIDL", add_uidl, err))
            return true;
    }
    pop3_close(s);
    return false;
}

/* ---- one letter ---- */

/* Undoing the dots (RFC 1939 section 3) over any cut of the stream. */
enum place { LINE_START, IN_LINE, AT_CR, AFTER_DOT, DOT_CR, ENDED };

struct body {
    struct source_sink *sink;
    enum place at;
};

static enum place next_place(enum place at, char c)
{
    if (at == LINE_START && c == '.')
        return AFTER_DOT;
    if (at == AFTER_DOT && c == '\r')
        return DOT_CR;
    if ((at == AFTER_DOT || at == DOT_CR) && c == '\n')
        return ENDED;
    if (at == AT_CR && c == '\n')
        return LINE_START;
    return c == '\r' ? AT_CR : IN_LINE;
}

static bool pass_on(struct body *b, const char *bytes, size_t n, struct err *err)
{
    return n == 0 || b->sink->write(b->sink->arg, bytes, n, err);
}

/* Takes bytes up to the end of the letter; passes them on in the largest pieces possible. */
static bool take_bytes(struct body *b, const char *in, size_t n, size_t *ret_used, struct err *err)
{
    size_t from = 0, i = 0;
    for (; i < n && b->at != ENDED; i++) {
        enum place next = next_place(b->at, in[i]);
        bool framing = next == AFTER_DOT || next == DOT_CR || next == ENDED;
        if (framing) {
            if (!pass_on(b, in + from, i - from, err))
                return false;
            from = i + 1;
        } else if (b->at == DOT_CR && !pass_on(b, "\r", 1, err)) {
            return false;
        }
        b->at = next;
    }
    *ret_used = i;
    return pass_on(b, in + from, i - from, err);
}

static bool read_body(struct pop3 *p, struct source_sink *sink, struct err *err)
{
    struct body b = {sink, LINE_START};
    while (b.at != ENDED) {
        size_t used;
        if (p->at == p->n && !fill(p))
            return fail(p, err, "RETR");
        if (!take_bytes(&b, p->buf + p->at, p->n - p->at, &used, err))
            return false;
        p->at += used;
    }
    return true;
}

static bool retrieve(struct source *s, struct pop3 *p, size_t number, bool header, struct err *err)
{
    char arg[48];
    snprintf(arg, sizeof arg, header ? "%zu 0" : "%zu", number);
    stream_allow(p->stream, header ? HEADER_MAX : p->rows[number - 1].size);
    if (!ask(p, header ? "TOP" : "RETR", arg, err))
        return false;
    if (!answer_ok(p))
        return refused(p, ERR_RETRY, header ? "TOP" : "RETR", err);
    return read_body(p, s->sink, err);
}

static bool take(struct source *s, struct pop3 *p, size_t number, struct err *err)
{
    const struct letter_row *row = &p->rows[number - 1];
    bool header = row->size > s->max_letter;
    struct facts facts = {.receipt = row->uidl,
                          .shown = row->uidl,
                          .received = s->now(),
                          .received_by = "now",
                          .header_only = header};
    if (!s->sink->begin(s->sink->arg, err))
        return false;
    if (retrieve(s, p, number, header, err))
        return s->sink->end(s->sink->arg, &facts, err);
    s->sink->drop(s->sink->arg);
    return false;
}

/* ---- one batch ---- */

static bool forget(struct source *s, struct pop3 *p, size_t number, struct err *err)
{
    char arg[24];
    if (s->conf->after != CONF_AFTER_DELETE || p->rows[number - 1].size > s->max_letter)
        return true;
    snprintf(arg, sizeof arg, "%zu", number);
    stream_allow(p->stream, 0);
    return ask(p, "DELE", arg, err) && (answer_ok(p) || refused(p, ERR_RETRY, "DELE", err));
}

static bool pop3_pull(struct source *s, size_t *ret_count, bool *ret_more, struct err *err)
{
    struct pop3 *p = s->state;
    size_t taken = 0, from = p->next;
    for (; p->next < p->n_rows && taken < BATCH; p->next++) {
        const struct letter_row *row = &p->rows[p->next];
        bool seen = false;
        if (row->size == 0 && !row->uidl)
            continue; /* a number LIST passed over */
        if (!row->uidl)
            return err_set(err, ERR_CONF, "UIDL: the server gives letter %zu no identity", p->next + 1);
        if (!s->sink->seen(s->sink->arg, row->uidl, &seen, err))
            return false;
        if (seen)
            continue;
        if (!take(s, p, p->next + 1, err))
            return false;
        taken++;
    }
    if (taken && !s->sink->commit(s->sink->arg, "", err))
        return false;
    for (size_t i = from; i < p->next; i++)
        if (p->rows[i].uidl && !forget(s, p, i + 1, err))
            return false;
    *ret_count = taken;
    *ret_more = p->next < p->n_rows;
    return true;
}

/* Never called (snapshot), but whole: it waits for the stop alone. */
static bool pop3_wait(struct source *s, int seconds, int stop_fd, struct err *err)
{
    (void)s;
    (void)err;
    (void)stream_sleep(seconds, stop_fd);
    return true;
}

const struct source_ops source_pop3 = {.name = "pop3",
                                       .snapshot = true,
                                       .open = pop3_open,
                                       .pull = pop3_pull,
                                       .wait = pop3_wait,
                                       .close = pop3_close};
