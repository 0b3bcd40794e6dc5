/* moves.c: the moves of a case that the rules in force allow, as rows; and which cases stand first in the
 * queue. A trigger of the schema compares
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

static bool read_rows(struct store *s, const void *mem, const char *query, struct str_list *ret,
                      struct err *err)
{
    bool row = true;
    struct query *q = db_query(s->db, query);
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

/* One line per kind with priority and state in which it waits: "kind<TAB>state". */
static struct str_list first_ones(const void *mem, const struct profile *p)
{
    struct str_list list = {0};
    for (size_t i = 0; i < p->n_kinds; i++) {
        const struct track *t = profile_find_track(p, p->kinds[i].track);
        for (size_t k = 0; p->kinds[i].priority && t && k < t->states.n; k++)
            if (!str_list_has(&t->finals, t->states.v[k]))
                str_list_add(mem, &list, mem_fmt(mem, "%s\t%s", p->kinds[i].id, t->states.v[k]));
    }
    return list;
}

static bool write_first(struct store *s, const struct str_list *list, struct err *err)
{
    if (!db_run(s->db, "priorities_clear", err))
        return false;
    for (size_t i = 0; i < list->n; i++) {
        _cleanup_mem_ char *copy = mem_str(NULL, list->v[i]);
        char *rest = copy, *kind = strsep(&rest, "\t");
        struct query *q = db_query(s->db, "priority_insert");
        q_text(q, ":kind", kind);
        q_text(q, ":state", rest);
        if (!q_run(q, err))
            return false;
    }
    return true;
}

bool store_use_tracks(struct store *s, const struct profile *profile, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct str_list moves = {0}, first = {0};
    const struct str_list all = wanted(mem, profile), ahead = first_ones(mem, profile);
    bool own = false;
    s->tracks = profile;
    if (!read_rows(s, mem, "moves", &moves, err) || !read_rows(s, mem, "priorities", &first, err))
        return false;
    if (same(&all, &moves) && same(&ahead, &first))
        return true;
    return store_own_begin(s, &own, err) &&
           store_own_end(s, own, write_rows(s, &all, err) && write_first(s, &ahead, err), err);
}
