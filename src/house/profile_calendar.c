/* profile_calendar.c: reads office hours and the days that are not what their weekday says:
 *
 *     hours from 2024-01-01 { 08:00-12:00 13:00-17:00; source "..." }
 *     switch culture-day no
 *     year 2026 {
 *         source "..."; provisional yes
 *         off 02-16..02-20 "Tet" source "..." [provisional] [switch NAME]
 *         work 01-10 "make-up" hours 08:00-12:00
 *         ordinary 11-24
 *     }
 *
 * Every year, holidays are decided anew, so nothing about one stands in C (DOMAIN 4). Refuses a single day
 * that would change nothing (off on a Sunday, work on a Monday): it is a slip of the pen. A profile's year
 * adds to that of rules/common and replaces single days of it; `ordinary` takes a mark away. */
#include "house/profile_load.h"

/* ---- words ---- */

bool load_clock(const char *word, int *ret)
{
    int64_t h, m;
    const char *colon = word ? strchr(word, ':') : NULL;
    if (!colon || colon - word > 2 || strlen(colon + 1) != 2)
        return false;
    _cleanup_mem_ char *hour = mem_bytes(NULL, word, (size_t)(colon - word));
    if (!str_int(hour, 0, 24, &h) || !str_int(colon + 1, 0, 59, &m) || h * 60 + m > 1440)
        return false;
    *ret = (int)(h * 60 + m);
    return true;
}

/* "2026-02-16" as a day. */
static bool parse_day(const char *word, int32_t *ret)
{
    int64_t t;
    if (!word || strlen(word) != 10 || !when_parse_rfc3339(word, &t))
        return false;
    *ret = (int32_t)((t + WHEN_VN_SHIFT) / 86400 - ((t + WHEN_VN_SHIFT) % 86400 < 0));
    return true;
}

/* 1 Monday .. 7 Sunday */
static int weekday(int32_t day)
{
    return ((day + 3) % 7 + 7) % 7 + 1;
}

static bool parse_span(const char *word, struct office_span *ret)
{
    const char *dash = strchr(word, '-');
    if (!dash)
        return false;
    _cleanup_mem_ char *from = mem_bytes(NULL, word, (size_t)(dash - word));
    return load_clock(from, &ret->from) && load_clock(dash + 1, &ret->to) && ret->from < ret->to;
}

/* words[i] as one more span behind the others. */
static void add_span(struct loader *l, const struct tree_node *node, size_t i, struct office_spans *spans)
{
    struct office_span s;
    if (!parse_span(tree_word(node, i), &s))
        loader_problem(l, node, i, "not-office-hours", "08:00-12:00");
    else if (spans->n && s.from <= spans->v[spans->n - 1].to)
        loader_problem(l, node, i, "hours-not-in-order", "");
    else if (spans->n == ARRAY_LEN(spans->v))
        loader_problem(l, node, i, "too-many-words", "hours");
    else
        spans->v[spans->n++] = s;
}

/* ---- hours ---- */

static void read_hours_line(struct loader *l, const struct tree_node *line, struct office_hours *h)
{
    const char *word = tree_word(line, 0);
    if (str_eq(word, "source")) {
        if (option_word_count(l->mem, line, 2, 2, l->problems))
            h->source = tree_word(line, 1);
    } else if (str_eq(word, "cite")) {
        option_cite(l->p, line, 1, line->n_words, l->problems, &h->at.cite);
    } else if (str_eq(word, "provisional")) {
        h->provisional = true;
        option_word_count(l->mem, line, 1, 1, l->problems);
    } else {
        for (size_t i = 0; i < line->n_words; i++)
            add_span(l, line, i, &h->spans);
    }
}

/* Keeps them ascending by day; a profile's own drive out those of rules/common, which are read first. */
static void keep_hours(struct loader *l, const struct tree_node *node, const struct office_hours *h)
{
    struct calendar_rules *c = &l->p->calendar;
    if (c->n_hours && loader_common(c->hours[0].at.file) && !loader_common(h->at.file))
        c->n_hours = 0;
    for (size_t i = 0; i < c->n_hours; i++)
        if (c->hours[i].from_day == h->from_day) {
            loader_problem(l, node, 2, "duplicate", "");
            return;
        }
    size_t at = c->n_hours;
    (void)mem_append(l->p, c->hours, c->n_hours);
    for (; at > 0 && c->hours[at - 1].from_day > h->from_day; at--)
        c->hours[at] = c->hours[at - 1];
    c->hours[at] = *h;
}

void load_hours(struct loader *l, const struct tree_node *node)
{
    struct office_hours h = {.source = "", .at = {"", node->file, node->line}};
    if (!option_word_count(l->mem, node, 3, 3, l->problems))
        return;
    if (!str_eq(tree_word(node, 1), "from"))
        loader_problem(l, node, 1, "unknown-word", "from");
    for (size_t i = 0; i < node->n_children; i++)
        read_hours_line(l, &node->children[i], &h);
    if (h.spans.n == 0)
        problem_add(l->mem, l->problems, node->file, node->line, node->words[0].column, "missing", "hours",
                    "08:00-12:00 13:00-17:00");
    if (!parse_day(tree_word(node, 2), &h.from_day))
        loader_problem(l, node, 2, "not-a-date", "2026-01-01");
    else
        keep_hours(l, node, &h);
}

/* ---- single settings ---- */

void load_day_ends(struct loader *l, const struct tree_node *node)
{
    static const char *const words[] = {"midnight", "office"};
    if (!option_word_count(l->mem, node, 2, 2, l->problems))
        return;
    if (str_eq(tree_word(node, 1), "office") || str_eq(tree_word(node, 1), "midnight"))
        l->p->calendar.day_ends_with_office = str_eq(tree_word(node, 1), "office");
    else
        option_unknown(l->mem, node, 1, "not-a-choice", words, ARRAY_LEN(words), l->problems);
}

static struct calendar_switch *find_switch(const struct calendar_rules *c, const char *name)
{
    for (size_t i = 0; i < c->n_switches; i++)
        if (str_eq(c->switches[i].name, name))
            return &c->switches[i];
    return NULL;
}

void load_switch(struct loader *l, const struct tree_node *node)
{
    static const char *const words[] = {"yes", "no"};
    struct calendar_rules *c = &l->p->calendar;
    struct calendar_switch s = {.at = {"", node->file, node->line}};
    if (!option_word_count(l->mem, node, 3, 3, l->problems))
        return;
    s.name = tree_word(node, 1);
    s.on = str_eq(tree_word(node, 2), "yes");
    if (!option_name_valid(s.name))
        loader_problem(l, node, 1, "not-a-name", "a-z 0-9 -");
    if (!s.on && !str_eq(tree_word(node, 2), "no"))
        option_unknown(l->mem, node, 2, "not-a-choice", words, ARRAY_LEN(words), l->problems);
    struct calendar_switch *old = find_switch(c, s.name);
    if (old && loader_common(old->at.file) == loader_common(s.at.file))
        loader_problem(l, node, 1, "duplicate", "");
    else if (old)
        *old = s;
    else
        *mem_append(l->p, c->switches, c->n_switches) = s;
}

/* ---- the days of a year ---- */

enum mark { MARK_OFF, MARK_WORK, MARK_ORDINARY };

struct day_line {
    const struct tree_node *node;
    enum mark mark;
    int32_t from, until; /* both included */
    bool range, skipped; /* its switch is off */
    struct marked_day like;
};

/* "02-16" or "02-16..02-20" */
static bool read_days(struct loader *l, int year, struct day_line *line)
{
    const char *word = tree_word(line->node, 1), *dots = strstr(word, "..");
    char *from =
        mem_fmt(l->mem, "%04d-%.*s", year, (int)(dots ? dots - word : (ptrdiff_t)strlen(word)), word);
    line->range = dots != NULL;
    bool good = parse_day(from, &line->from);
    line->until = line->from;
    if (good && dots)
        good = parse_day(mem_fmt(l->mem, "%04d-%s", year, dots + 2), &line->until) &&
               line->until > line->from && line->until - line->from < 31;
    if (!good)
        loader_problem(l, line->node, 1, "not-a-date", "02-16");
    return good;
}

static bool read_switch_word(struct loader *l, const struct tree_node *node, size_t i,
                             struct day_line *line)
{
    const struct calendar_rules *c = &l->p->calendar;
    const struct calendar_switch *s = i < node->n_words ? find_switch(c, tree_word(node, i)) : NULL;
    if (s) {
        line->skipped = !s->on;
        return true;
    }
    const char **names = mem_array(l->mem, const char *, c->n_switches + 1);
    for (size_t k = 0; k < c->n_switches; k++)
        names[k] = c->switches[k].name;
    if (i < node->n_words)
        option_unknown(l->mem, node, i, "unknown-switch", names, c->n_switches, l->problems);
    else
        loader_problem(l, node, i, "missing-value", "switch");
    return false;
}

/* What stands behind the name: source TEXT, provisional, switch NAME, hours SPAN..., cite ID... */
static void read_day_clauses(struct loader *l, struct day_line *line)
{
    static const char *const words[] = {"source", "provisional", "switch", "hours", "cite"};
    const struct tree_node *node = line->node;
    for (size_t i = 3; i < node->n_words; i++) {
        const char *w = tree_word(node, i);
        if (str_eq(w, "provisional")) {
            line->like.provisional = true;
        } else if (str_eq(w, "source") && i + 1 < node->n_words) {
            line->like.source = tree_word(node, ++i);
        } else if (str_eq(w, "switch")) {
            if (!read_switch_word(l, node, ++i, line))
                return;
        } else if (str_eq(w, "hours")) {
            while (i + 1 < node->n_words && str_digit(tree_word(node, i + 1)[0]))
                add_span(l, node, ++i, &line->like.spans);
        } else if (str_eq(w, "cite")) {
            option_cite(l->p, node, i + 1, node->n_words, l->problems, &line->like.at.cite);
            return;
        } else {
            option_unknown(l->mem, node, i, "unknown-word", words, ARRAY_LEN(words), l->problems);
            return;
        }
    }
}

static size_t find_day(const struct calendar_rules *c, int32_t day)
{
    size_t i = c->n_days;
    while (i > 0 && c->days[i - 1].day >= day)
        i--;
    return i;
}

static void remove_day(struct calendar_rules *c, size_t at)
{
    c->n_days--;
    for (size_t i = at; i < c->n_days; i++)
        c->days[i] = c->days[i + 1];
}

/* One day of a line; the profile's own replaces that of rules/common. */
static void keep_day(struct loader *l, const struct day_line *line, int32_t day)
{
    struct calendar_rules *c = &l->p->calendar;
    size_t at = find_day(c, day);
    bool there = at < c->n_days && c->days[at].day == day;
    if (there && loader_common(c->days[at].at.file) == loader_common(line->node->file)) {
        loader_problem(l, line->node, 1, "duplicate",
                       mem_fmt(l->mem, "%s:%d", c->days[at].at.file, c->days[at].at.line));
        return;
    }
    if (line->mark == MARK_ORDINARY) {
        if (there)
            remove_day(c, at);
        else
            loader_problem(l, line->node, 1, "day-not-marked", "");
        return;
    }
    if (!there) {
        size_t n = c->n_days;
        (void)mem_append(l->p, c->days, c->n_days);
        for (; n > at; n--)
            c->days[n] = c->days[n - 1];
    }
    c->days[at] = line->like;
    c->days[at].day = day;
}

/* Whether the line would change anything about that weekday. */
static bool changes(const struct day_line *line, int32_t day)
{
    bool weekend = weekday(day) >= 6;
    if (line->mark == MARK_OFF)
        return !weekend;
    return line->mark == MARK_ORDINARY || weekend || line->like.spans.n > 0;
}

/* Off by a law that is not decided: worked for now, and whatever counts the day is provisional. */
static void keep_undecided(struct day_line *line)
{
    line->skipped = false;
    line->like.works = true;
}

static void load_day(struct loader *l, int year, const struct tree_node *node, enum mark mark)
{
    struct day_line line = {.node = node, .mark = mark};
    line.like = (struct marked_day){.works = mark == MARK_WORK, .source = "", .name = ""};
    line.like.at = (struct timing_source){"", node->file, node->line};
    if (!option_word_count(l->mem, node, mark == MARK_ORDINARY ? 2 : 3, mark == MARK_ORDINARY ? 2 : 30,
                           l->problems) ||
        !read_days(l, year, &line))
        return;
    if (mark != MARK_ORDINARY) {
        line.like.name = tree_word(node, 2);
        read_day_clauses(l, &line);
    }
    if (!line.range && !changes(&line, line.from))
        loader_problem(l, node, 1, mark == MARK_OFF ? "already-off" : "already-works", "");
    if (line.skipped && line.like.provisional && mark == MARK_OFF)
        keep_undecided(&line);
    for (int32_t day = line.from; !line.skipped && day <= line.until; day++)
        if (changes(&line, day))
            keep_day(l, &line, day);
}

/* source, provisional: about the list as a whole. */
static bool read_year_word(struct loader *l, const struct tree_node *node, struct calendar_year *y)
{
    static const struct option table[] = {
        {.word = "source", .type = OPTION_TEXT, .at = offsetof(struct calendar_year, source)},
        {.word = "provisional", .type = OPTION_YES, .at = offsetof(struct calendar_year, provisional)},
    };
    struct tree_node block = {.words = node->words, .n_words = 1, .children = (struct tree_node *)node};
    block.n_children = 1;
    block.file = node->file;
    block.line = node->line;
    if (!str_eq(tree_word(node, 0), "source") && !str_eq(tree_word(node, 0), "provisional"))
        return false;
    option_read(l->p, &block, table, ARRAY_LEN(table), y, l->problems);
    return true;
}

static void keep_year(struct loader *l, const struct tree_node *node, const struct calendar_year *y)
{
    struct calendar_rules *c = &l->p->calendar;
    size_t at = 0;
    while (at < c->n_years && c->years[at].year < y->year)
        at++;
    if (at < c->n_years && c->years[at].year == y->year) {
        if (loader_common(c->years[at].at.file) == loader_common(node->file))
            loader_problem(l, node, 1, "duplicate", "");
        else if (*y->source)
            c->years[at] = *y;
        return;
    }
    size_t n = c->n_years;
    (void)mem_append(l->p, c->years, c->n_years);
    for (; n > at; n--)
        c->years[n] = c->years[n - 1];
    c->years[at] = *y;
}

void load_year(struct loader *l, const struct tree_node *node)
{
    static const char *const marks[] = {"off", "work", "ordinary"};
    static const char *const words[] = {"off", "work", "ordinary", "source", "provisional"};
    struct calendar_year y = {.source = "", .at = {"", node->file, node->line}};
    int64_t year;
    if (!option_word_count(l->mem, node, 2, 2, l->problems))
        return;
    if (!str_int(tree_word(node, 1), 1990, 2199, &year)) {
        loader_problem(l, node, 1, "not-a-year", "1990 .. 2199");
        return;
    }
    y.year = (int)year;
    for (size_t i = 0; i < node->n_children; i++) {
        const struct tree_node *line = &node->children[i];
        size_t m = 0;
        while (m < ARRAY_LEN(marks) && !str_eq(tree_word(line, 0), marks[m]))
            m++;
        if (m < ARRAY_LEN(marks))
            load_day(l, y.year, line, (enum mark)m);
        else if (!read_year_word(l, line, &y))
            option_unknown(l->mem, line, 0, "unknown-word", words, ARRAY_LEN(words), l->problems);
    }
    keep_year(l, node, &y);
}

void calendar_finish(struct loader *l)
{
    if (l->p->calendar.n_hours == 0)
        problem_add(l->mem, l->problems, l->first_file, 1, 1, "missing", "hours",
                    "hours from 2024-01-01 { 08:00-12:00 13:00-17:00 }");
}
