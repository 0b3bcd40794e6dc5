/* moves.c: the moves of a case that the rules in force allow, as rows. A trigger of the schema compares
 * each change of a state with them, so that a plan that is wrong, or a program that is not ours, is refused
 * by the database itself (WF-1). A house whose rules were never loaded allows no move: it fails closed. */
#include "store/inside.h"

/* One line per move: "track<TAB>old<TAB>new"; a state that a case begins in has no old one. */
static void add(const void *mem, struct str_list *list, const char *track, const char *old, const char *new)
{
    char *line = mem_fmt(mem, "%s\t%s\t%s", track, old, new);
    if (!str_list_has(list, line))
        str_list_add(mem, list, line);
}

static struct str_list wanted(const void *mem, const struct profile *p)
{
    struct str_list list = {0};
    add(mem, &list, "", "", "closed"); /* a kind without a track */
    for (size_t i = 0; i < p->n_tracks; i++) {
        const struct track *t = &p->tracks[i];
        add(mem, &list, t->name, "", t->start);
        for (size_t k = 0; k < t->n_transitions; k++)
            if (!str_eq(t->transitions[k].from, t->transitions[k].to))
                add(mem, &list, t->name, t->transitions[k].from, t->transitions[k].to);
    }
    return list;
}

static bool read_rows(struct store *s, const void *mem, struct str_list *ret, struct err *err)
{
    bool row = true;
    struct query *q = db_query(s->db, "moves");
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        str_list_add(mem, ret, q_col_text(mem, q, 0));
    }
    return false;
}

static bool same(const struct str_list *a, const struct str_list *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!str_list_has(b, a->v[i]))
            return false;
    return true;
}

static bool write_row(struct store *s, const char *line, struct err *err)
{
    _cleanup_mem_ char *copy = mem_str(NULL, line);
    char *rest = copy, *track = strsep(&rest, "\t"), *old = strsep(&rest, "\t");
    struct query *q = db_query(s->db, "move_insert");
    q_text(q, ":track", track);
    q_text(q, ":old", old);
    q_text(q, ":new", rest);
    return q_run(q, err);
}

static bool write_rows(struct store *s, const struct str_list *list, struct err *err)
{
    if (!db_run(s->db, "moves_clear", err))
        return false;
    for (size_t i = 0; i < list->n; i++)
        if (!write_row(s, list->v[i], err))
            return false;
    return true;
}

bool store_use_tracks(struct store *s, const struct profile *profile, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct str_list there = {0}, list = wanted(mem, profile);
    bool own = false;
    s->tracks = profile;
    if (!read_rows(s, mem, &there, err))
        return false;
    if (same(&list, &there))
        return true;
    return store_own_begin(s, &own, err) && store_own_end(s, own, write_rows(s, &list, err), err);
}
