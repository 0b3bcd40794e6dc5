/* staff.c: who works here, and the directory of units and people that senders are compared with. The
 * directory is replaced whole, so that a person who left is gone; one journal line says who did it. */
#include "store/inside.h"

bool store_directory(struct store *s, const void *mem, const struct str_list *shared,
                     struct directory **ret, struct err *err)
{
    bool row = true;
    struct query *q = db_query(s->db, "directory");
    struct directory *d = mem_zero(mem, struct directory);
    while (q_next(q, &row, err)) {
        if (!row) {
            d->shared = *shared;
            directory_finish(d, d);
            *ret = d;
            return true;
        }
        _cleanup_mem_ char *role = q_col_text(NULL, q, 2);
        struct person p = {.unit = q_col_text(d, q, 0),
                           .role = PERSON_MEMBER,
                           .name = q_col_text(d, q, 3),
                           .title = q_col_text(d, q, 4),
                           .address = q_col_text(d, q, 5)};
        person_role_parse(role, &p.role);
        directory_add(d, d, p.unit, q_col_text(d, q, 1), &p);
    }
    talloc_free(d);
    return false;
}

static bool add_person(struct store *s, const struct directory_row *r, struct err *err)
{
    struct query *q = db_query(s->db, "unit_insert");
    q_text(q, ":id", r->unit);
    q_text(q, ":name", r->unit_name);
    if (!q_run(q, err))
        return false;
    q = db_query(s->db, "person_insert");
    q_text(q, ":unit", r->unit);
    q_text(q, ":role", person_role_name(r->person.role));
    q_text(q, ":name", r->person.name);
    q_text(q, ":title", r->person.title);
    q_text(q, ":address", r->person.address);
    return q_run(q, err);
}

static bool import(struct store *s, const struct directory_row *rows, size_t n, const struct actor *actor,
                   int64_t now, struct err *err)
{
    _cleanup_mem_ char *detail = mem_fmt(NULL, "people=%zu", n);
    if (!db_run(s->db, "people_clear", err) || !db_run(s->db, "units_clear", err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!add_person(s, &rows[i], err))
            return err_prefix(err, "directory line %d", rows[i].line);
    return journal_add(s, now, "", actor, "UNITS", detail, err);
}

bool store_units_import(struct store *s, const struct directory_row *rows, size_t n,
                        const struct actor *actor, int64_t now, struct err *err)
{
    bool own;
    if (!store_own_begin(s, &own, err))
        return false;
    return store_own_end(s, own, import(s, rows, n, actor, now, err), err);
}

static bool put_staff(struct store *s, const struct staff *staff, const struct actor *actor, int64_t now,
                      struct err *err)
{
    _cleanup_mem_ char *detail = mem_fmt(NULL, "user=%s login=%s roles=%u disabled=%d", staff->user,
                                         staff->login, staff->roles, staff->disabled);
    struct query *q = db_query(s->db, "staff_upsert");
    q_text(q, ":user", staff->user);
    q_text(q, ":login", staff->login);
    q_text(q, ":name", staff->name);
    q_int(q, ":roles", staff->roles);
    q_int(q, ":disabled", staff->disabled);
    if (!q_run(q, err))
        return err_prefix(err, "staff account '%s'", staff->user);
    return journal_add(s, now, "", actor, "STAFF", detail, err);
}

bool store_staff_add(struct store *s, const struct staff *staff, const struct actor *actor, int64_t now,
                     struct err *err)
{
    bool own;
    if (!store_own_begin(s, &own, err))
        return false;
    return store_own_end(s, own, put_staff(s, staff, actor, now, err), err);
}

bool store_staff_find(struct store *s, const void *mem, const char *login, const char *user,
                      struct staff **ret, struct err *err)
{
    bool row = false, by_user = user && *user;
    const char *value = by_user ? user : login ? login : "";
    struct query *q = db_query(s->db, by_user ? "staff_by_user" : "staff_by_login");
    q_text(q, by_user ? ":user" : ":login", value);
    if (!q_next(q, &row, err))
        return false;
    if (!row)
        return err_set(err, ERR_NO, "staff account of %s '%s': none, or disabled",
                       by_user ? "user" : "login", value);
    struct staff *one = mem_zero(mem, struct staff);
    one->user = q_col_text(one, q, 0);
    one->login = q_col_text(one, q, 1);
    one->name = q_col_text(one, q, 2);
    one->roles = (unsigned)q_col_int(q, 3);
    one->disabled = q_col_int(q, 4) != 0;
    q_end(q);
    *ret = one;
    return true;
}
