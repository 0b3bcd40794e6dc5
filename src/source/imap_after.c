/* imap_after.c: what `after` says is done with a letter on the server, once it is durable here: a keyword,
 * a move, or deletion. Only letters that were taken whole are moved or deleted: of one over max-letter we
 * hold the header alone, so the server keeps it.
 *
 * A crash between commit and this leaves letters untouched on the server; imap_after_leftovers() finds them
 * at the next start. Deletion uses UID EXPUNGE (RFC 4315) only: a plain EXPUNGE would also remove what
 * other people marked. Without UIDPLUS the letters stay marked \Deleted. */
#include "base/str.h"
#include "source/imap_state.h"

#define DEFAULT_KEYWORD "$BanBienTap"
#define AT_ONCE         500 /* UIDs in one command: keeps the line short */

struct uids {
    uint32_t *v;
    size_t n;
};

/* ---- libetpan's shapes ---- */

static struct mailimap_set *uid_set(const uint32_t *v, size_t n)
{
    struct mailimap_set *set = mailimap_set_new_empty();
    bool ok = set != NULL;
    for (size_t i = 0, end; ok && i < n; i = end) {
        for (end = i + 1; end < n && v[end] == v[end - 1] + 1; end++)
            ;
        ok = mailimap_set_add_interval(set, v[i], v[end - 1]) == MAILIMAP_NO_ERROR;
    }
    if (!ok)
        mem_exhausted();
    return set;
}

static const char *keyword(const struct conf_mailbox *conf)
{
    return conf->after_arg[0] ? conf->after_arg : DEFAULT_KEYWORD;
}

static struct mailimap_flag *flag_of(const char *name)
{
    if (str_ieq(name, "\\Seen"))
        return mailimap_flag_new_seen();
    if (str_ieq(name, "\\Flagged"))
        return mailimap_flag_new_flagged();
    if (str_ieq(name, "\\Deleted"))
        return mailimap_flag_new_deleted();
    return mailimap_flag_new_flag_keyword(strdup(name));
}

static struct mailimap_search_key *bare_key(int type)
{
    return mailimap_search_key_new(type, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                                   NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL,
                                   NULL);
}

static struct mailimap_search_key *without_flag(const char *name)
{
    if (str_ieq(name, "\\Seen"))
        return bare_key(MAILIMAP_SEARCH_KEY_UNSEEN);
    if (str_ieq(name, "\\Flagged"))
        return bare_key(MAILIMAP_SEARCH_KEY_UNFLAGGED);
    if (str_ieq(name, "\\Deleted"))
        return bare_key(MAILIMAP_SEARCH_KEY_UNDELETED);
    return mailimap_search_key_new_unkeyword(strdup(name));
}

/* ---- the three things ---- */

static bool add_flag(struct imap *m, struct mailimap_set *set, const char *name, struct err *err)
{
    struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();
    struct mailimap_flag *flag = flag_of(name);
    if (!flags || !flag || mailimap_flag_list_add(flags, flag) != MAILIMAP_NO_ERROR)
        mem_exhausted();
    struct mailimap_store_att_flags *store = mailimap_store_att_flags_new_add_flags_silent(flags);
    if (!store)
        mem_exhausted();
    int r = mailimap_uid_store(m->session, set, store);
    mailimap_store_att_flags_free(store);
    return r == MAILIMAP_NO_ERROR || imap_fail(m, r, ERR_CONF, err, "set flag '%s'", name);
}

static bool remove_letters(struct imap *m, struct mailimap_set *set, struct err *err)
{
    if (!add_flag(m, set, "\\Deleted", err))
        return false;
    if (!mailimap_has_uidplus(m->session))
        return true;
    int r = mailimap_uid_expunge(m->session, set);
    return r == MAILIMAP_NO_ERROR || imap_fail(m, r, ERR_RETRY, err, "expunge");
}

static bool move(struct imap *m, struct mailimap_set *set, const char *name, struct err *err)
{
    bool native = mailimap_has_extension(m->session, "MOVE");
    int r = native ? mailimap_uid_move(m->session, set, m->target)
                   : mailimap_uid_copy(m->session, set, m->target);
    if (r != MAILIMAP_NO_ERROR)
        return imap_fail(m, r, ERR_CONF, err, "move letters to folder '%s'", name);
    return native || remove_letters(m, set, err);
}

static bool apply(const struct source *s, struct imap *m, const struct uids *uids, struct err *err)
{
    bool ok = true;
    for (size_t at = 0; ok && at < uids->n; at += AT_ONCE) {
        struct mailimap_set *set = uid_set(uids->v + at, uids->n - at < AT_ONCE ? uids->n - at : AT_ONCE);
        stream_allow(m->stream, 256 * 1024); /* a server may list every flag and expunge */
        if (s->conf->after == CONF_AFTER_FLAG)
            ok = add_flag(m, set, keyword(s->conf), err);
        else if (s->conf->after == CONF_AFTER_MOVE)
            ok = move(m, set, s->conf->after_arg, err);
        else
            ok = remove_letters(m, set, err);
        mailimap_set_free(set);
    }
    return ok;
}

/* ---- after a commit ---- */

bool imap_after(struct source *s, struct imap *m, size_t from, size_t until, struct err *err)
{
    struct uids uids = {0};
    if (s->conf->after == CONF_AFTER_KEEP)
        return true;
    for (size_t i = from; i < until; i++) {
        const struct imap_meta *meta = &m->queue[i];
        if (meta->done && (meta->whole || s->conf->after == CONF_AFTER_FLAG))
            *mem_append(m->mem, uids.v, uids.n) = meta->uid;
    }
    bool ok = apply(s, m, &uids, err);
    talloc_free(uids.v);
    return ok;
}

/* ---- after a crash ---- */

/* UID 1:last, and not flagged yet, or small enough to have been taken whole. */
static struct mailimap_search_key *leftover_key(const struct source *s, const struct imap *m)
{
    struct mailimap_search_key *key = mailimap_search_key_new_multiple_empty();
    struct mailimap_set *set = mailimap_set_new_interval(1, m->last);
    struct mailimap_search_key *range = set ? mailimap_search_key_new_uid(set) : NULL;
    struct mailimap_search_key *rest =
        s->conf->after == CONF_AFTER_FLAG
            ? without_flag(keyword(s->conf))
            : mailimap_search_key_new_smaller(
                  (uint32_t)(s->max_letter < UINT32_MAX ? s->max_letter + 1 : UINT32_MAX));
    if (!key || !range || !rest || mailimap_search_key_multiple_add(key, range) != MAILIMAP_NO_ERROR ||
        mailimap_search_key_multiple_add(key, rest) != MAILIMAP_NO_ERROR)
        mem_exhausted();
    return key;
}

/* Only what has a receipt: a letter somebody else put there is none of ours. */
static bool keep_seen(struct source *s, struct imap *m, clist *found, struct uids *ret, struct err *err)
{
    for (clistiter *i = clist_begin(found); i; i = clist_next(i)) {
        const uint32_t *uid = clist_content(i);
        bool taken = false;
        char *receipt = imap_receipt(m->mem, s, m, *uid);
        bool ok = s->sink->seen(s->sink->arg, receipt, &taken, err);
        talloc_free(receipt);
        if (!ok)
            return false;
        if (taken)
            *mem_append(m->mem, ret->v, ret->n) = *uid;
    }
    return true;
}

bool imap_after_leftovers(struct source *s, struct imap *m, struct err *err)
{
    clist *found = NULL;
    struct uids uids = {0};
    if (s->conf->after == CONF_AFTER_KEEP || m->last == 0)
        return true;
    struct mailimap_search_key *key = leftover_key(s, m);
    stream_allow(m->stream, 4 * 1024 * 1024);
    int r = mailimap_uid_search(m->session, NULL, key, &found);
    mailimap_search_key_free(key);
    if (r != MAILIMAP_NO_ERROR)
        return imap_fail(m, r, ERR_RETRY, err, "search for letters already taken");
    bool ok = keep_seen(s, m, found, &uids, err) && apply(s, m, &uids, err);
    mailimap_search_result_free(found);
    talloc_free(uids.v);
    return ok;
}
