/* portal.c: portal.db, the only database that the publisher opens. It holds approved versions and
 * withdrawals, nothing of the case: a publisher that is taken over has nothing to tell (A33). Rows are
 * added, never changed (what became a complaint goes altogether); (ref, version) makes handing over twice
 * harmless. */
#include "store/portal.h"
#include "store/db_sqlite.h"
#include "sys/file.h"

struct portal {
    struct db *db;
};

bool portal_open(const void *mem, const char *house, struct portal **ret, struct err *err)
{
    struct portal *p = mem_zero(mem, struct portal);
    /* 0660: the publisher may be another user of the house's group; a WAL reader writes -shm. */
    if (!db_open(p, file_join(p, house, "portal.db"), "portal", 0660, &p->db, err)) {
        talloc_free(p);
        return false;
    }
    *ret = p;
    return true;
}

bool portal_put(struct portal *p, const struct portal_item *item, struct err *err)
{
    struct query *q = db_query(p->db, "portal_put");
    q_text(q, ":ref", item->ref);
    q_int(q, ":version", item->version);
    q_text(q, ":category", item->category);
    q_text(q, ":kind_label", item->kind_label);
    q_text(q, ":title", item->title);
    q_text(q, ":body", item->body);
    q_text(q, ":unit_name", item->unit_name);
    q_text(q, ":content_hash", item->content_hash);
    q_int(q, ":published", item->published);
    q_int(q, ":withdrawn", item->withdrawn);
    q_text(q, ":reason", item->reason);
    q_text(q, ":extra", item->extra ? item->extra : "");
    return q_run(q, err);
}

bool portal_window(struct portal *p, const char *ref, int64_t opens, int64_t closes, struct err *err)
{
    struct query *q = db_query(p->db, "portal_window");
    q_text(q, ":ref", ref);
    q_int(q, ":opens", opens);
    q_int(q, ":closes", closes);
    return q_run(q, err);
}

bool portal_place(struct portal *p, const char *ref, const char *code, const char *title, int64_t section,
                  const char *section_title, struct err *err)
{
    struct query *q = db_query(p->db, "portal_place");
    q_text(q, ":ref", ref);
    q_text(q, ":code", code);
    q_text(q, ":title", title);
    q_int(q, ":number", section);
    q_text(q, ":section", section_title);
    return q_run(q, err);
}

static bool forget_in(struct portal *p, const char *query, const char *ref, struct err *err)
{
    struct query *q = db_query(p->db, query);
    q_text(q, ":ref", ref);
    return q_run(q, err);
}

bool portal_forget(struct portal *p, const char *ref, struct err *err)
{
    return forget_in(p, "portal_forget", ref, err) && forget_in(p, "portal_forget_window", ref, err) &&
           forget_in(p, "portal_forget_place", ref, err) && db_scrub(p->db, err);
}

bool portal_items(struct portal *p, const void *mem, bool withdrawn_too, struct portal_item **ret,
                  size_t *ret_n, struct err *err)
{
    struct portal_item *items = NULL;
    size_t n = 0;
    bool row = true;
    struct query *q = db_query(p->db, "portal_items");
    q_int(q, ":withdrawn_too", withdrawn_too);
    while (q_next(q, &row, err)) {
        if (!row) {
            *ret = items;
            *ret_n = n;
            return true;
        }
        *mem_append(mem, items, n) = (struct portal_item){.ref = q_col_text(mem, q, 0),
                                                          .version = q_col_int(q, 1),
                                                          .category = q_col_text(mem, q, 2),
                                                          .kind_label = q_col_text(mem, q, 3),
                                                          .title = q_col_text(mem, q, 4),
                                                          .body = q_col_text(mem, q, 5),
                                                          .unit_name = q_col_text(mem, q, 6),
                                                          .content_hash = q_col_text(mem, q, 7),
                                                          .published = q_col_int(q, 8),
                                                          .withdrawn = q_col_int(q, 9) != 0,
                                                          .reason = q_col_text(mem, q, 10),
                                                          .extra = q_col_text(mem, q, 11),
                                                          .opens = q_col_int(q, 12),
                                                          .closes = q_col_int(q, 13),
                                                          .campaign = q_col_text(mem, q, 14),
                                                          .campaign_title = q_col_text(mem, q, 15),
                                                          .section = q_col_int(q, 16),
                                                          .section_title = q_col_text(mem, q, 17)};
    }
    return false;
}
