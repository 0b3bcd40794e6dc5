/* imap_fetch.c: letters from an IMAP folder into the sink, a bounded batch at a time.
 *
 * First UID, size and INTERNALDATE of a range of UIDs; then runs of small letters in one FETCH each (a
 * round trip per run, not per letter), letters over 1 MB one by one and streamed, letters over max-letter
 * as their header alone. Always BODY.PEEK[] and always by UID. A server that answers with letters nobody
 * asked for, or the same twice, is not believed: only UIDs of the run count, once each.
 *
 * Invariants: the cursor names a UID only when every letter up to it is in the sink, was there before, or
 * is gone from the server. A letter that exists but cannot be had is a hole: later letters are taken, the
 * cursor stays below the hole, each poll tries again and reports it. */
#include "base/str.h"
#include "source/imap_state.h"

#define BATCH      200               /* letters in one commit */
#define RUN_BYTES  (4 * 1024 * 1024) /* bytes of one FETCH: libetpan holds them in memory */
#define SMALL      (1024 * 1024)     /* larger letters are streamed */
#define HEADER_MAX (256 * 1024)      /* of a letter over max-letter */
#define META_BYTES 200               /* of one "* n FETCH (UID RFC822.SIZE INTERNALDATE)" */
#define TAIL_MAX   100000            /* letters one open-ended answer may describe */

char *imap_receipt(const void *mem, const struct source *s, const struct imap *m, uint32_t uid)
{
    return mem_fmt(mem, "%s/%lu/%lu", s->conf->folder, (unsigned long)m->validity, (unsigned long)uid);
}

/* ---- libetpan's shapes ---- */

static struct mailimap_fetch_type *fetch_type(struct mailimap_fetch_att *const *atts, size_t n)
{
    struct mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
    bool ok = type != NULL;
    for (size_t i = 0; ok && i < n; i++)
        ok = atts[i] && mailimap_fetch_type_new_fetch_att_list_add(type, atts[i]) == MAILIMAP_NO_ERROR;
    if (!ok)
        mem_exhausted();
    return type;
}

static struct mailimap_fetch_type *want_meta(void)
{
    struct mailimap_fetch_att *atts[] = {mailimap_fetch_att_new_uid(), mailimap_fetch_att_new_rfc822_size(),
                                         mailimap_fetch_att_new_internaldate()};
    return fetch_type(atts, ARRAY_LEN(atts));
}

static struct mailimap_fetch_type *want_body(bool header)
{
    struct mailimap_section *section = header ? mailimap_section_new_header() : mailimap_section_new(NULL);
    if (!section)
        mem_exhausted();
    struct mailimap_fetch_att *atts[] = {
        mailimap_fetch_att_new_uid(),
        header ? mailimap_fetch_att_new_body_peek_section_partial(section, 0, HEADER_MAX)
               : mailimap_fetch_att_new_body_peek_section(section)};
    return fetch_type(atts, ARRAY_LEN(atts));
}

/* UID FETCH first:last (last 0 is "*"); the list is the caller's, and NULL when the server said NO. */
static bool uid_fetch(struct imap *m, uint32_t first, uint32_t last, struct mailimap_fetch_type *type,
                      clist **ret, struct err *err)
{
    struct mailimap_set *set = mailimap_set_new_interval(first, last);
    clist *list = NULL;
    if (!set)
        mem_exhausted();
    int r = mailimap_uid_fetch(m->session, set, type, &list);
    mailimap_fetch_type_free(type);
    mailimap_set_free(set);
    if (r != MAILIMAP_NO_ERROR && r != MAILIMAP_ERROR_UID_FETCH)
        return imap_fail(m, r, ERR_RETRY, err, "fetch UID %lu", (unsigned long)first);
    *ret = r == MAILIMAP_NO_ERROR ? list : NULL;
    return true;
}

static void list_free(clist *list)
{
    if (list)
        mailimap_fetch_list_free(list);
}

/* INTERNALDATE "21-Nov-2026 08:30:00 +0700"; libetpan gives the zone as the number 700. */
static int64_t instant(const struct mailimap_date_time *d)
{
    if (!d || d->dt_year < 1970 || d->dt_year > 9999 || d->dt_month < 1 || d->dt_month > 12 ||
        d->dt_day < 1 || d->dt_day > 31)
        return WHEN_NONE;
    int zone = d->dt_zone < 0 ? -d->dt_zone : d->dt_zone;
    int64_t shift = (zone / 100 * 60 + zone % 100) * 60;
    return when_from_civil(d->dt_year, d->dt_month, d->dt_day, d->dt_hour, d->dt_min, d->dt_sec) +
           WHEN_VN_SHIFT - (d->dt_zone < 0 ? -shift : shift);
}

struct answer { /* one FETCH line, as far as we asked */
    struct imap_meta meta;
    const struct mailimap_msg_att_body_section *body;
};

static struct answer read_answer(const struct mailimap_msg_att *att)
{
    struct answer a = {.meta = {.size = -1, .date = WHEN_NONE}};
    for (clistiter *i = clist_begin(att->att_list); i; i = clist_next(i)) {
        const struct mailimap_msg_att_item *item = clist_content(i);
        if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC)
            continue;
        const struct mailimap_msg_att_static *st = item->att_data.att_static;
        if (st->att_type == MAILIMAP_MSG_ATT_UID)
            a.meta.uid = st->att_data.att_uid;
        else if (st->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE)
            a.meta.size = st->att_data.att_rfc822_size;
        else if (st->att_type == MAILIMAP_MSG_ATT_INTERNALDATE)
            a.meta.date = instant(st->att_data.att_internal_date);
        else if (st->att_type == MAILIMAP_MSG_ATT_BODY_SECTION)
            a.body = st->att_data.att_body_section;
    }
    return a;
}

/* ---- what is there ---- */

static int by_uid(const void *a, const void *b)
{
    const struct imap_meta *x = a, *y = b;
    return x->uid < y->uid ? -1 : x->uid > y->uid;
}

/* "n:*" always brings the last letter, even one below n: it is passed over. */
static void fill_queue(struct imap *m, clist *list, uint32_t first, uint32_t last)
{
    size_t n = 0;
    for (clistiter *i = list ? clist_begin(list) : NULL; i; i = clist_next(i)) {
        struct answer a = read_answer(clist_content(i));
        if (a.meta.uid >= first && (last == 0 || a.meta.uid <= last))
            *mem_append(m->mem, m->queue, m->n_queue) = a.meta;
    }
    if (m->n_queue)
        qsort(m->queue, m->n_queue, sizeof m->queue[0], by_uid);
    for (size_t i = 0; i < m->n_queue; i++)
        if (n == 0 || m->queue[n - 1].uid != m->queue[i].uid)
            m->queue[n++] = m->queue[i];
    m->n_queue = n;
}

static bool scan(struct imap *m, uint32_t first, uint32_t last, struct err *err)
{
    clist *list = NULL;
    uint32_t most = last ? m->window : TAIL_MAX;
    stream_allow(m->stream, (int64_t)(most < TAIL_MAX ? most : TAIL_MAX) * META_BYTES);
    talloc_free(m->queue);
    m->queue = NULL;
    m->n_queue = m->at = 0;
    if (!uid_fetch(m, first, last, want_meta(), &list, err))
        return false;
    if (!list)
        return imap_fail(m, MAILIMAP_ERROR_UID_FETCH, ERR_RETRY, err, "list letters");
    fill_queue(m, list, first, last);
    list_free(list);
    if (last)
        m->scanned = last;
    else if (m->n_queue)
        m->scanned = m->queue[m->n_queue - 1].uid;
    return true;
}

/* Windows up to UIDNEXT as it was at SELECT (growing over empty stretches), then what came since. */
static bool refill(struct imap *m, struct err *err)
{
    while (m->at >= m->n_queue && m->next && m->scanned < m->next - 1) {
        uint32_t left = m->next - 1 - m->scanned;
        if (!scan(m, m->scanned + 1, m->scanned + (left < m->window ? left : m->window), err))
            return false;
        m->window = m->n_queue ? IMAP_WINDOW : m->window < UINT32_MAX / 8 ? m->window * 4 : m->window;
    }
    if (m->at < m->n_queue || m->tail_done || m->scanned == UINT32_MAX)
        return true;
    m->tail_done = true;
    return scan(m, m->scanned + 1, 0, err);
}

/* ---- bytes into the sink ---- */

static bool finish_letter(struct source *s, const struct imap *m, struct imap_meta *meta, bool whole,
                          struct err *err)
{
    char *receipt = imap_receipt(m->mem, s, m, meta->uid);
    bool dated = meta->date != WHEN_NONE;
    struct facts facts = {.receipt = receipt,
                          .shown = receipt,
                          .received = dated ? meta->date : s->now(),
                          .received_by = dated ? "internaldate" : "now",
                          .header_only = !whole};
    meta->done = s->sink->end(s->sink->arg, &facts, err);
    meta->whole = whole;
    talloc_free(receipt);
    return meta->done;
}

static bool put_letter(struct source *s, const struct imap *m, struct imap_meta *meta, const char *bytes,
                       size_t n, struct err *err)
{
    struct source_sink *sink = s->sink;
    return sink->begin(sink->arg, err) && sink->write(sink->arg, bytes, n, err) &&
           finish_letter(s, m, meta, true, err);
}

/* A run of small letters in one FETCH; those the server left out stay not done. */
static bool take_run(struct source *s, struct imap *m, size_t from, size_t until, int64_t bytes,
                     struct err *err)
{
    clist *list;
    bool ok = true;
    stream_allow(m->stream, bytes + (int64_t)(until - from) * META_BYTES);
    if (!uid_fetch(m, m->queue[from].uid, m->queue[until - 1].uid, want_body(false), &list, err))
        return false;
    for (clistiter *i = list ? clist_begin(list) : NULL; i && ok; i = clist_next(i)) {
        struct answer a = read_answer(clist_content(i));
        struct imap_meta *meta =
            bsearch(&a.meta, m->queue + from, until - from, sizeof m->queue[0], by_uid);
        if (meta && !meta->done && a.body && a.body->sec_body_part)
            ok = put_letter(s, m, meta, a.body->sec_body_part, a.body->sec_length, err);
    }
    list_free(list);
    return ok;
}

struct streaming {
    struct source_sink *sink;
    bool failed;
    struct err err;
};

static bool stream_body(int type, struct mailimap_msg_att_body_section *section, const char *bytes,
                        size_t n, void *context)
{
    struct streaming *st = context;
    (void)type;
    (void)section;
    if (!st->failed && !st->sink->write(st->sink->arg, bytes, n, &st->err))
        st->failed = true;
    return !st->failed;
}

/* The handler is told no UID, so the answer must hold exactly one body, and it must be ours. */
static bool one_body(clist *list, uint32_t uid)
{
    size_t bodies = 0, ours = 0;
    for (clistiter *i = list ? clist_begin(list) : NULL; i; i = clist_next(i)) {
        struct answer a = read_answer(clist_content(i));
        if (!a.body)
            continue;
        bodies++;
        ours += a.meta.uid == uid && a.body->sec_body_part;
    }
    return bodies == 1 && ours == 1;
}

/* One letter, streamed. meta->done stays false when the server did not give it. */
static bool take_one(struct source *s, struct imap *m, struct imap_meta *meta, bool header, struct err *err)
{
    struct streaming st = {.sink = s->sink};
    clist *list = NULL;
    if (!s->sink->begin(s->sink->arg, err))
        return false;
    stream_allow(m->stream, header || meta->size < 0 ? HEADER_MAX : meta->size);
    mailimap_set_msg_body_handler(m->session, stream_body, &st);
    bool ok = uid_fetch(m, meta->uid, meta->uid, want_body(header), &list, err);
    mailimap_set_msg_body_handler(m->session, NULL, NULL);
    if (st.failed)
        *err = st.err;
    ok = ok && !st.failed;
    if (ok && one_body(list, meta->uid))
        ok = finish_letter(s, m, meta, !header, err);
    else
        s->sink->drop(s->sink->arg);
    list_free(list);
    return ok;
}

/* ---- one batch ---- */

static bool seen(struct source *s, const struct imap *m, uint32_t uid, bool *ret, struct err *err)
{
    char *receipt = imap_receipt(m->mem, s, m, uid);
    bool ok = s->sink->seen(s->sink->arg, receipt, ret, err);
    talloc_free(receipt);
    return ok;
}

/* How many letters from `at` go into one FETCH; 0: this one goes alone. */
static bool run_length(struct source *s, struct imap *m, size_t until, size_t *ret, int64_t *ret_bytes,
                       bool *ret_seen, struct err *err)
{
    size_t n = 0;
    int64_t bytes = 0;
    *ret_seen = false;
    for (size_t i = m->at; i < until; i++, n++) {
        const struct imap_meta *meta = &m->queue[i];
        bool taken = false;
        if (meta->size < 0 || meta->size > SMALL || meta->size > s->max_letter ||
            bytes + meta->size > RUN_BYTES)
            break;
        if (!seen(s, m, meta->uid, &taken, err))
            return false;
        if (taken) {
            *ret_seen = n == 0;
            break;
        }
        bytes += meta->size;
    }
    *ret = n;
    *ret_bytes = bytes;
    return true;
}

/* Not given although listed: gone meanwhile, or there and not to be had (a hole). */
static bool look_again(struct source *s, struct imap *m, struct imap_meta *meta, struct err *err)
{
    clist *list = NULL;
    bool there = false;
    if (!take_one(s, m, meta, false, err))
        return false;
    if (meta->done)
        return true;
    stream_allow(m->stream, META_BYTES);
    if (!uid_fetch(m, meta->uid, meta->uid, want_meta(), &list, err))
        return false;
    for (clistiter *i = list ? clist_begin(list) : NULL; i; i = clist_next(i))
        there = there || read_answer(clist_content(i)).meta.uid == meta->uid;
    list_free(list);
    if (there && (m->hole == 0 || meta->uid < m->hole))
        m->hole = meta->uid;
    return true;
}

static bool take_alone(struct source *s, struct imap *m, struct err *err)
{
    struct imap_meta *meta = &m->queue[m->at];
    bool taken = false;
    if (!seen(s, m, meta->uid, &taken, err))
        return false;
    m->at++;
    if (taken)
        return true;
    if (!take_one(s, m, meta, meta->size < 0 || meta->size > s->max_letter, err))
        return false;
    return meta->done || look_again(s, m, meta, err);
}

static bool take_next(struct source *s, struct imap *m, size_t until, struct err *err)
{
    size_t n, from = m->at;
    int64_t bytes;
    bool taken;
    if (!run_length(s, m, until, &n, &bytes, &taken, err))
        return false;
    if (taken)
        m->at++;
    if (taken || n == 0)
        return taken || take_alone(s, m, err);
    m->at += n;
    if (!take_run(s, m, from, m->at, bytes, err))
        return false;
    for (size_t i = from; i < m->at; i++)
        if (!m->queue[i].done && !look_again(s, m, &m->queue[i], err))
            return false;
    return true;
}

static bool commit(struct source *s, struct imap *m, struct err *err)
{
    char cursor[48];
    uint32_t uid = m->hole && m->hole <= m->last ? m->hole - 1 : m->last;
    snprintf(cursor, sizeof cursor, "%lu:%lu", (unsigned long)m->validity, (unsigned long)uid);
    return s->sink->commit(s->sink->arg, cursor, err);
}

static bool report_hole(struct imap *m, struct err *err)
{
    uint32_t uid = m->hole;
    m->hole = 0;
    return err_set(err, ERR_RETRY, "fetch UID %lu: the server lists this letter but does not give it",
                   (unsigned long)uid);
}

bool imap_pull(struct source *s, size_t *ret_count, bool *ret_more, struct err *err)
{
    struct imap *m = s->state;
    size_t count = 0;
    if (!refill(m, err))
        return false;
    size_t from = m->at, until = m->n_queue - from > BATCH ? from + BATCH : m->n_queue;
    while (m->at < until)
        if (!take_next(s, m, until, err))
            return false;
    for (size_t i = from; i < until; i++)
        count += m->queue[i].done;
    if (until > from) {
        m->last = m->queue[until - 1].uid;
        if (!commit(s, m, err) || !imap_after(s, m, from, until, err))
            return false;
    }
    *ret_more = m->at < m->n_queue || !m->tail_done;
    if (!*ret_more)
        m->tail_done = false; /* the next call asks for what is new */
    *ret_count = count;
    return *ret_more || m->hole == 0 || report_hole(m, err);
}
