/* arrive.c: STORY 0: one message becomes one durable entry with a receipt.
 *
 *     begin    a raw file in spool/tmp
 *     write    bytes as they come from the source, hashed on the way
 *     end      the facts beside it: whose mailbox, which receipt, when received, size, SHA-256, and what
 *              the DNS said about its sender, where it may be asked
 *     commit   1. the batch becomes durable and visible in spool/new (one sync for all)
 *              2. receipts and cursor, in one transaction of fetch.db
 *     then     the source may flag, move or delete on the server
 *
 * Why this order cannot lose a letter: before 1 nothing happened, the cursor is old and the server still
 * has everything. Between 1 and 2 the letters are safe; the next fetch brings them once more under the same
 * receipt key and bytes, and intake, whose keys are receipt and SHA-256, makes no second submission of
 * them. After 2 nothing is fetched again. The other order would lose letters: a cursor that has moved past
 * bytes that no disk holds. So a repetition is possible, a loss is not. */
#include "arrive.h"
#include "base/str.h"
#include "source/text.h"
#include "sys/file.h"
#include <errno.h>
#include <limits.h>

struct pending {
    const char *receipt, *entry;
    int64_t received;
    struct facts_attempt *attempt; /* NULL: nobody was asked */
};

struct arrive {
    struct spool *spool;
    struct receipts *receipts;       /* NULL for files */
    const struct conf_mailbox *conf; /* NULL for files */
    struct gather *gather;           /* NULL: the DNS is not asked */
    bool look_up;
    int64_t (*now)(void);
    struct source_sink sink;
    struct spool_batch *batch; /* owns the pending entries' strings */
    struct pending *pending;
    size_t n;
    int fd; /* of the letter begun */
    struct hash hash;
    size_t bytes;
    char sha256[HASH_HEX]; /* of the letter last ended */
    char *dir, *real_dir;  /* of the file last taken, as given and without links */
};

static void start_batch(struct arrive *a)
{
    a->batch = spool_batch_new(a->spool);
    a->pending = NULL;
    a->n = 0;
}

/* ---- begin, write, end ---- */

static bool begin(void *arg, struct err *err)
{
    struct arrive *a = arg;
    hash_start(&a->hash);
    a->bytes = 0;
    return spool_start(a->batch, a->now(), &a->fd, err);
}

static bool write_bytes(void *arg, const void *bytes, size_t n, struct err *err)
{
    struct arrive *a = arg;
    hash_add(&a->hash, bytes, n);
    a->bytes += n;
    return file_write_all(a->fd, bytes, n, err) || err_prefix(err, "spool");
}

static const char *source_name(const struct arrive *a)
{
    return source_ops_for(a->conf)->name;
}

/* A letter of which only the header was taken has no body to hold a signature against. */
static void ask_dns(struct arrive *a, struct facts *facts)
{
    if (!a->gather || !facts->look_up || facts->header_only)
        return;
    facts->attempts = gather_letter(a->gather, a->batch, a->fd, facts->received, a->now());
    facts->n_attempts = 1;
}

static bool end(void *arg, const struct facts *given, struct err *err)
{
    struct arrive *a = arg;
    struct facts facts = *given;
    const char *id;
    if (a->conf) {
        facts.account = a->conf->name;
        facts.source = source_name(a);
        facts.trust_results = a->conf->trust_results;
        facts.look_up = a->conf->look_up;
    }
    hash_end(&a->hash, a->sha256);
    memcpy(facts.sha256, a->sha256, sizeof facts.sha256);
    facts.bytes = a->bytes;
    if (!a->conf)
        facts.receipt = mem_fmt(a->batch, "%s@%.16s", facts.receipt, facts.sha256);
    ask_dns(a, &facts);
    if (!spool_end(a->batch, &facts, &id, err))
        return false;
    *mem_append(a->batch, a->pending, a->n) =
        (struct pending){mem_str(a->batch, facts.receipt), id, facts.received, facts.attempts};
    return true;
}

static void drop(void *arg)
{
    const struct arrive *a = arg;
    spool_drop_current(a->batch);
}

/* Taken already, or in this very batch (a POP3 server may give two letters one identity). */
static bool seen(void *arg, const char *receipt, bool *ret_seen, struct err *err)
{
    const struct arrive *a = arg;
    for (size_t i = 0; i < a->n; i++)
        if (str_eq(a->pending[i].receipt, receipt)) {
            *ret_seen = true;
            return true;
        }
    return receipts_seen(a->receipts, a->conf->name, receipt, ret_seen, err);
}

/* ---- commit ---- */

static bool commit_receipts(struct arrive *a, const char *cursor, struct err *err)
{
    if (!receipts_begin(a->receipts, err))
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!receipts_add(a->receipts, a->conf->name, a->pending[i].receipt, a->pending[i].entry,
                          a->pending[i].received, err))
            return false; /* a failed call has rolled back */
    return receipts_commit(a->receipts, a->conf->name, cursor, err);
}

bool arrive_commit(struct arrive *a, const char *cursor, struct err *err)
{
    bool ok = spool_batch_commit(a->batch, err);
    ok = ok && (!a->receipts || commit_receipts(a, cursor, err));
    arrive_forget(a);
    return ok;
}

static bool commit(void *arg, const char *cursor, struct err *err)
{
    return arrive_commit(arg, cursor, err);
}

/* ---- making one ---- */

static struct arrive *arrive_new(const void *mem, struct spool *spool, int64_t (*now)(void))
{
    struct arrive *a = mem_zero(mem, struct arrive);
    a->spool = spool;
    a->now = now;
    a->fd = -1;
    a->sink = (struct source_sink){a, seen, begin, write_bytes, end, drop, commit};
    start_batch(a);
    return a;
}

struct arrive *arrive_mailbox(const void *mem, struct spool *spool, struct receipts *receipts,
                              const struct conf_mailbox *conf, int64_t (*now)(void))
{
    struct arrive *a = arrive_new(mem, spool, now);
    a->receipts = receipts;
    a->conf = conf;
    return a;
}

struct source_sink *arrive_sink(struct arrive *a)
{
    return &a->sink;
}

void arrive_forget(struct arrive *a)
{
    talloc_free(a->batch);
    start_batch(a);
}

struct arrive *arrive_files(const void *mem, struct spool *spool, bool look_up, int64_t (*now)(void))
{
    struct arrive *a = arrive_new(mem, spool, now);
    a->look_up = look_up;
    return a;
}

void arrive_look_up(struct arrive *a, struct gather *gather)
{
    a->gather = gather;
}

/* ---- files ---- */

/* What is wrong with the file itself is ERR_DATA: it is no reason to leave the next one. */
static bool bad_file(const struct files_letter *letter, const char *why, struct err *err)
{
    return err_set(err, ERR_DATA, "read '%s': %s", letter->path, why);
}

/* `bytes` of the letter, or all there is when they are not known (stdin). */
static bool copy(struct arrive *a, const struct files_letter *letter, struct err *err)
{
    char buf[65536];
    int64_t left = letter->bytes < 0 ? INT64_MAX : letter->bytes;
    while (left > 0) {
        ssize_t n = read(letter->fd, buf, left < (int64_t)sizeof buf ? (size_t)left : sizeof buf);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return bad_file(letter, strerror(errno), err);
        if (n == 0 && letter->bytes >= 0)
            return bad_file(letter, "it became shorter", err);
        if (n == 0)
            return a->bytes > 0 || bad_file(letter, "empty", err);
        if (!write_bytes(a, buf, (size_t)n, err))
            return false;
        left -= n;
    }
    return true;
}

/* Without links. The directory is that of the file before nearly always: it is not resolved again. */
static char *absolute(struct arrive *a, const void *mem, char *path)
{
    char full[PATH_MAX], ignored[1];
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    bool link = readlink(path, ignored, sizeof ignored) >= 0;
    if (!link && n > 0 && a->dir && strlen(a->dir) == n && memcmp(a->dir, path, n) == 0)
        return mem_fmt(mem, "%s%s", a->real_dir, slash);
    if (!realpath(path, full))
        return path;
    if (!link && n > 0 && strrchr(full, '/') > full) {
        talloc_free(a->dir);
        a->dir = mem_bytes(a, path, n);
        a->real_dir = mem_bytes(a->dir, full, (size_t)(strrchr(full, '/') - full));
    }
    return mem_str(mem, full);
}

/* The absolute path with its "#n"; end() adds the beginning of the SHA-256. So the same file is the same
 * receipt wherever the command is run, and another letter under the same name (or on stdin) is not. */
static char *file_receipt(struct arrive *a, const void *mem, const struct files_letter *letter)
{
    const char *number = str_eq(letter->source, "mbox") ? strrchr(letter->path, '#') : NULL;
    size_t n = number ? (size_t)(number - letter->path) : strlen(letter->path);
    char *path = mem_bytes(mem, letter->path, n);
    if (!str_eq(letter->source, "stdin"))
        path = absolute(a, mem, path);
    path = mem_fmt(mem, "%s%s", path, number ? number : "");
    return text_key(mem, path, strlen(path));
}

bool arrive_file(struct arrive *a, const struct files_letter *letter, const void *mem, struct entry *ret,
                 struct err *err)
{
    bool dated = letter->mtime != WHEN_NONE;
    struct facts facts = {.account = "ingest",
                          .source = letter->source,
                          .receipt = file_receipt(a, mem, letter),
                          .shown = mem_str(mem, letter->shown),
                          .received = dated ? letter->mtime : a->now(),
                          .received_by = dated ? "mtime" : "now",
                          .trust_results = true,
                          .look_up = a->look_up};
    if (!begin(a, err))
        return false;
    if (!copy(a, letter, err) || !end(a, &facts, err)) {
        drop(a);
        return false;
    }
    facts.source = mem_str(mem, facts.source);
    facts.receipt = mem_str(mem, a->pending[a->n - 1].receipt);
    facts.bytes = a->bytes;
    memcpy(facts.sha256, a->sha256, sizeof facts.sha256);
    facts.attempts = a->pending[a->n - 1].attempt;
    facts.n_attempts = facts.attempts ? 1 : 0;
    facts_keep(mem, &facts); /* the batch's end takes its own */
    *ret = (struct entry){mem_str(mem, a->pending[a->n - 1].entry), facts};
    return true;
}
