/* list.c: the queue, and full-text search. Complaints and denunciations are shown to inspector and chief
 * only, and are never in the search index. */
#include "cmd/cmd.h"

/* Each word of a list by commas. */
static struct str_list flags_of(const void *mem, const struct store_row *r)
{
    struct str_list list = {0};
    char *rest = mem_str(mem, r->flags);
    for (char *flag; *r->flags && (flag = strsep(&rest, ","));)
        str_list_add(mem, &list, flag);
    return list;
}

static json_t *flags_json(const void *mem, const struct store_row *r)
{
    const struct str_list flags = flags_of(mem, r);
    json_t *all = json_array();
    for (size_t i = 0; i < flags.n; i++)
        json_array_append_new(all, json_string(flags.v[i]));
    return all;
}

static json_t *row_json(const struct store_row *r)
{
    _cleanup_mem_ void *mem = mem_new();
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:b, s:b}", "submission",
                     r->ref, "received", when_rfc3339(mem, r->received), "state", r->state, "kind", r->kind,
                     "category", r->category, "verdict", r->verdict, "from", r->from, "name", r->from_name,
                     "subject", r->subject, "hold", r->hold, "unit", r->unit, "flags", flags_json(mem, r),
                     "restricted", (int)r->restricted, "priority", (int)r->priority);
}

static void print_rows_json(const struct store_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        print_json(row_json(&rows[i]));
}

/* What stands in the way of a submission, or where it is. */
static const char *standing_of(struct context *cx, const struct store_row *r)
{
    return *r->hold ? say(cx, mem_fmt(cx->mem, "held.%s", r->hold))
                    : say(cx, mem_fmt(cx->mem, "state.%s", r->state));
}

/* The subject, behind what was flagged or stands first. */
static const char *subject_of(struct context *cx, const struct store_row *r)
{
    struct str out = str_new(cx->mem);
    const struct str_list flags = flags_of(cx->mem, r);
    if (r->priority)
        str_addf(&out, "[%s] ", say(cx, "list.priority"));
    for (size_t i = 0; i < flags.n; i++) {
        const char *key = mem_fmt(cx->mem, "flag.%s", flags.v[i]);
        str_addf(&out, "[%s] ", catalog_has(cx->house->catalog, key) ? say(cx, key) : flags.v[i]);
    }
    str_add(&out, *r->subject ? r->subject : say(cx, "list.no-subject"));
    return out.s;
}

static void print_rows(struct context *cx, const struct store_row *rows, size_t n)
{
    const struct column columns[] = {{say(cx, "list.ref"), 15},
                                     {say(cx, "list.received"), 16},
                                     {say(cx, "list.category"), 12},
                                     {say(cx, "list.state"), 13},
                                     {say(cx, "list.subject"), 0}};
    const char **cells = mem_array(cx->mem, const char *, n * 5 + 1);
    for (size_t i = 0; i < n; i++) {
        const char **c = &cells[i * 5];
        c[0] = rows[i].ref;
        c[1] = when_short(cx->mem, rows[i].received);
        c[2] = say(cx, mem_fmt(cx->mem, "category.%s", rows[i].category));
        c[3] = standing_of(cx, &rows[i]);
        c[4] = subject_of(cx, &rows[i]);
    }
    print_table(columns, 5, cells, n);
}

static void print_result(struct context *cx, const struct store_row *rows, size_t n)
{
    if (cx->json)
        print_rows_json(rows, n);
    else if (n == 0)
        printf("%s\n", say(cx, "list.empty"));
    else
        print_rows(cx, rows, n);
}

/* A value that no row can have is a slip of the finger, not an empty queue: each has its label. */
static bool known_value(struct context *cx, const char *option, const char *group, const char *value,
                        struct err *err)
{
    return !*value || catalog_has(cx->house->catalog, mem_fmt(cx->mem, "%s.%s", group, value)) ||
           usage_error(cx, "usage.value", mem_fmt(cx->mem, "%s %s", option, value), cx->command->name, err);
}

static bool known_filter(struct context *cx, const struct store_filter *f, struct err *err)
{
    return known_value(cx, "--state", "state", f->state, err) &&
           known_value(cx, "--category", "category", f->category, err) &&
           known_value(cx, "--hold", "held", f->hold, err);
}

/* Complaints that name the one who asks are not there for him. */
static size_t without_recused(struct context *cx, struct store_row *rows, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!rows[i].restricted || reads_case(cx, rows[i].ref))
            rows[kept++] = rows[i];
    return kept;
}

static bool run_list(struct context *cx, struct err *err)
{
    struct store_row *rows;
    size_t n;
    int64_t limit;
    const char *count = args_value(cx, "--limit", "1000");
    struct store_filter f = {.state = args_value(cx, "--state", ""),
                             .category = args_value(cx, "--category", ""),
                             .hold = args_value(cx, "--hold", ""),
                             .closed_too = args_flag(cx, "--all")};
    if (!args_done(cx, err) || !known_filter(cx, &f, err))
        return false;
    if (!str_int(count, 1, INT64_MAX, &limit))
        return err_set(err, ERR_USAGE, "--limit '%s': not a number above 0", count);
    f.limit = limit;
    f.restricted_too = reads_restricted(cx);
    f.unread_too = reads_unread(cx);
    if (!store_list(cx->house->store, cx->mem, &f, &rows, &n, err))
        return false;
    size_t restricted = 0;
    n = without_recused(cx, rows, n);
    for (size_t i = 0; i < n; i++)
        restricted += rows[i].restricted;
    if (restricted && !note_view(cx, "", mem_fmt(cx->mem, "list=%zu", restricted), err))
        return false;
    print_result(cx, rows, n);
    return true;
}

static bool run_search(struct context *cx, struct err *err)
{
    struct str words = str_new(cx->mem);
    struct store_row *rows;
    size_t n;
    for (const char *w; (w = args_word(cx)) != NULL;)
        str_addf(&words, "%s%s", words.n ? " " : "", w);
    if (!args_done(cx, err) || !args_need(cx, words.n ? words.s : NULL, "WORDS", err))
        return false;
    if (!store_search(cx->house->store, cx->mem, words.s, 100, &rows, &n, err))
        return false;
    if (n > 0)
        print_result(cx, rows, n);
    return n > 0 || err_set(err, ERR_NO, "search '%s': nothing found", words.s);
}

const struct command cmd_list = {"list", NEED_HOUSE | NEED_STORE, run_list};
const struct command cmd_search = {"search", NEED_HOUSE | NEED_STORE, run_search};
