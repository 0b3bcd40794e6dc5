/* deadline.c: `deadline compute`: what one time rule gives for one start, with the proof; or for many, one
 * JSON line each on stdin. `deadline list`: every time rule of a profile. `deadline propose YEAR`: the days
 * off that the labour code and the lunar calendar give, as lines for a rules file; `deadline years`: which
 * lists were announced. Nothing is stored here; what concerns a case is in deadline_case.c. */
#include "cmd/deadline.h"
#include "render/deadline_text.h"
#include "sys/clock.h"
#include <stdlib.h>

#define PAUSES_MAX 100

/* What is asked: a rule, a start, pauses. */
struct question {
    const char *rule;
    int64_t start;
    struct pause pauses[PAUSES_MAX];
    size_t n_pauses;
};

/* The profile named, the house's, or the one that the rule's id names. */
static bool open_profile(struct context *cx, const char *rule, const struct profile **ret, struct err *err)
{
    struct problems problems = {0};
    const char *name = cx->options.profile;
    const char *slash = rule ? strchr(rule, '/') : NULL;
    if (!*name && cx->house->conf)
        name = cx->house->conf->profile;
    if (!*name && slash && !str_starts(rule, "common/"))
        name = mem_bytes(cx->mem, rule, (size_t)(slash - rule));
    if (!*name)
        return err_set(err, ERR_USAGE, "missing option: --profile NAME");
    *ret = house_load_profile(cx->mem, cx->house->share, name, &problems, err);
    if (!*ret && !err->kind)
        err_set(err, ERR_CONF, "profile '%s': problems: %zu\n%s", name, problems.n,
                house_problems_text(cx->mem, &problems, cx->house->catalog));
    return *ret != NULL;
}

/* "FROM/UNTIL"; nothing behind the stroke: paused still. */
static bool add_pause(struct question *q, const char *text, struct err *err)
{
    const char *stroke = strchr(text, '/');
    struct pause p = {.until = WHEN_NONE, .cause = "returned"};
    if (q->n_pauses == PAUSES_MAX)
        return err_set(err, ERR_USAGE, "--pause '%s': more than %d", text, PAUSES_MAX);
    _cleanup_mem_ char *from = mem_bytes(NULL, text, stroke ? (size_t)(stroke - text) : strlen(text));
    if (!stroke || !when_parse_rfc3339(from, &p.from) ||
        (stroke[1] && !when_parse_rfc3339(stroke + 1, &p.until)))
        return err_set(err, ERR_USAGE,
                       "--pause '%s': not FROM/UNTIL with times like 2026-11-21T08:30:00+07:00", text);
    q->pauses[q->n_pauses++] = p;
    return true;
}

static bool unknown_rule(const struct profile *p, const char *rule, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    const char **ids = mem_array(mem, const char *, p->n_time_rules + p->n_duties + 1);
    size_t n = 0;
    for (size_t i = 0; i < p->n_time_rules; i++)
        ids[n++] = p->time_rules[i].id;
    for (size_t i = 0; i < p->n_duties; i++)
        ids[n++] = p->duties[i].id;
    const char *near = tree_nearest(rule, ids, n);
    if (*near)
        return err_set(err, ERR_USAGE, "rule '%s': not in profile '%s'; nearest: %s", rule, p->name, near);
    return err_set(err, ERR_USAGE, "rule '%s': not in profile '%s'; see: bbt deadline list", rule, p->name);
}

/* The answer as text, or as JSON; owned by mem. NULL: err set. */
static const char *answer(struct context *cx, const void *mem, const struct profile *p,
                          const struct question *q, struct err *err)
{
    const struct time_rule *rule = profile_find_time_rule(p, q->rule);
    const struct duty *duty = rule ? NULL : profile_find_duty(p, q->rule);
    struct duty_period period;
    if (!rule && !duty) {
        unknown_rule(p, q->rule, err);
        return NULL;
    }
    if (rule) {
        const struct deadline *d =
            deadline_compute(mem, rule, q->start, &p->calendar, q->pauses, q->n_pauses);
        return cx->json ? deadline_json(mem, d) : deadline_text(mem, d, cx->house->catalog);
    }
    if (!duty_period(duty, &p->calendar, q->start, &period)) {
        err_set(err, ERR_USAGE, "start '%s': beyond the calendar", when_rfc3339(cx->mem, q->start));
        return NULL;
    }
    return cx->json ? duty_json(mem, duty, q->start, &period)
                    : duty_text(mem, duty, &period, cx->house->catalog);
}

/* ---- many questions on stdin ---- */

static bool read_question(const char *line, struct question *q, json_t **ret_keep, struct err *err)
{
    json_error_t why;
    json_t *o = *ret_keep = json_loads(line, 0, &why), *pauses, *p;
    const char *start;
    size_t i;
    if (!o)
        return err_set(err, ERR_DATA, "not JSON: %s", why.text);
    q->rule = json_string_value(json_object_get(o, "rule"));
    start = json_string_value(json_object_get(o, "start"));
    if (!q->rule || !start || !when_parse_rfc3339(start, &q->start))
        return err_set(err, ERR_DATA, "not {\"rule\": ID, \"start\": TIME}");
    pauses = json_object_get(o, "pauses");
    json_array_foreach(pauses, i, p) if (!json_is_string(p) ||
                                         !add_pause(q, json_string_value(p), err)) return err->kind
        ? false
        : err_set(err, ERR_DATA, "a pause is no text");
    return true;
}

static bool compute_line(struct context *cx, const struct profile *p, const char *line, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct question q = {0};
    json_t *keep;
    const char *text = read_question(line, &q, &keep, err) ? answer(cx, mem, p, &q, err) : NULL;
    if (text)
        puts(text);
    json_decref(keep);
    return text != NULL;
}

/* One answer or one error a line, so that line N of the output belongs to line N of the input. */
static bool compute_many(struct context *cx, struct err *err)
{
    const struct profile *p;
    char *line = NULL;
    size_t room = 0;
    bool bad = false;
    if (!open_profile(cx, NULL, &p, err))
        return false;
    cx->json = true;
    for (ssize_t n; (n = getline(&line, &room, stdin)) >= 0;) {
        struct err why = {0};
        if (!compute_line(cx, p, line, &why)) {
            print_json(error_json(cx, &why));
            bad = true;
        }
    }
    free(line);
    err->kind = bad ? ERR_DATA : ERR_NONE;
    return !bad;
}

static bool compute(struct context *cx, struct err *err)
{
    struct question q = {.rule = args_value(cx, "--rule", NULL)};
    const char *start = args_value(cx, "--start", NULL), *pause;
    const struct profile *p;
    if (args_flag(cx, "--batch"))
        return args_done(cx, err) && compute_many(cx, err);
    while ((pause = args_value(cx, "--pause", NULL)) != NULL)
        if (!add_pause(&q, pause, err))
            return false;
    if (!args_need(cx, q.rule, "--rule ID", err) || !args_need(cx, start, "--start TIME", err) ||
        !args_done(cx, err))
        return false;
    if (!when_parse_rfc3339(start, &q.start))
        return err_set(err, ERR_USAGE, "--start '%s': not a time like 2026-11-21T08:30:00+07:00", start);
    if (!open_profile(cx, q.rule, &p, err))
        return false;
    const char *text = answer(cx, cx->mem, p, &q, err);
    if (text && cx->json)
        puts(text);
    else if (text)
        print_text(stdout, text);
    return text != NULL;
}

/* ---- list, propose ---- */

static void list_rule_json(const struct time_rule *r, const char *term)
{
    print_json(json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:i}", "rule", r->id, "label", r->label, "term",
                         term, "owner", r->owner, "cite", r->at.cite, "file", r->at.file, "line",
                         r->at.line));
}

static void list_duty_json(const struct duty *d, const char *term)
{
    print_json(json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:i}", "rule", d->id, "label", d->label, "term",
                         term, "owner", d->owner, "cite", d->at.cite, "file", d->at.file, "line",
                         d->at.line));
}

static bool list(struct context *cx, struct err *err)
{
    const struct column columns[] = {
        {say(cx, "column.rule"), 27}, {say(cx, "column.cite"), 12}, {say(cx, "column.term"), 0}};
    const struct profile *p;
    const char **cells = NULL;
    size_t n = 0;
    if (!args_done(cx, err) || !open_profile(cx, NULL, &p, err))
        return false;
    cells = mem_array(cx->mem, const char *, 3 * (p->n_time_rules + p->n_duties) + 1);
    for (size_t i = 0; i < p->n_time_rules; i++) {
        const struct time_rule *r = &p->time_rules[i];
        const char *term = deadline_term(cx->mem, r, cx->house->catalog);
        if (cx->json)
            list_rule_json(r, term);
        cells[n++] = r->id;
        cells[n++] = r->at.cite;
        cells[n++] = term;
    }
    for (size_t i = 0; i < p->n_duties; i++) {
        const struct duty *d = &p->duties[i];
        const char *term = duty_term(cx->mem, d, cx->house->catalog);
        if (cx->json)
            list_duty_json(d, term);
        cells[n++] = d->id;
        cells[n++] = d->at.cite;
        cells[n++] = term;
    }
    if (!cx->json)
        print_table(columns, ARRAY_LEN(columns), cells, n / 3);
    return true;
}

static bool propose(struct context *cx, struct err *err)
{
    const char *word = args_word(cx);
    struct proposed_day days[16];
    int64_t year;
    if (!args_need(cx, word, "YEAR", err) || !args_done(cx, err))
        return false;
    if (!str_int(word, 1990, 2199, &year))
        return err_set(err, ERR_USAGE, "year '%s': not 1990 to 2199", word);
    size_t n = calendar_propose((int)year, days);
    if (!cx->json)
        printf("year %d {\n    source \"%s\"\n    provisional yes\n", (int)year, say(cx, "holiday.source"));
    for (size_t i = 0; i < n; i++) {
        const char *date = when_date(cx->mem, calendar_day_start(days[i].day));
        const char *name = say(cx, mem_fmt(cx->mem, "holiday.%s", days[i].holiday));
        if (cx->json)
            print_json(json_pack("{s:s, s:s, s:s, s:b}", "day", date, "holiday", days[i].holiday, "name",
                                 name, "moved", days[i].moved));
        else
            printf("    off %s \"%s%s\" provisional\n", date + 5,
                   days[i].moved ? say(cx, "holiday.moved") : "", name);
    }
    if (!cx->json)
        puts("}");
    return true;
}

/* The years that deadlines need now and whose days off nobody announced; exit code 1 when there are any. */
static bool years(struct context *cx, struct err *err)
{
    const struct profile *p;
    int need[2];
    if (!args_done(cx, err) || !open_profile(cx, NULL, &p, err))
        return false;
    size_t n = calendar_unconfirmed(&p->calendar, calendar_day_of(clock_now()), need);
    for (size_t i = 0; i < p->calendar.n_years; i++) {
        const struct calendar_year *y = &p->calendar.years[i];
        if (cx->json)
            print_json(json_pack("{s:i, s:b, s:s}", "year", y->year, "confirmed", (int)!y->provisional,
                                 "source", y->source));
        else
            printf("%d  %s  %s\n", y->year, say(cx, y->provisional ? "year.provisional" : "year.confirmed"),
                   y->source);
    }
    return n == 0 || err_set(err, ERR_NO, "%s",
                             catalog_say(cx->mem, cx->house->catalog, "year.needed", "year",
                                         mem_fmt(cx->mem, "%d", need[n - 1]), NULL));
}

static bool run_deadline(struct context *cx, struct err *err)
{
    static const struct {
        const char *word;
        bool (*run)(struct context *cx, struct err *err);
    } words[] = {{"compute", compute}, {"explain", deadline_explain},
                 {"list", list},       {"recompute", deadline_recompute},
                 {"years", years},     {"propose", propose}};
    const char *what = args_word(cx);
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_eq(words[i].word, what))
            return words[i].run(cx, err);
    return args_one_of(cx, what, "compute, explain, list, recompute, years, propose", err);
}

const struct command cmd_deadline = {"deadline", NEED_RULES_FILES, run_deadline};
