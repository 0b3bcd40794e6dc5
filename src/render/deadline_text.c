/* deadline_text.c: writes proofs. A step is one line: + counted or - skipped, when, how much, why; what
 * does not fit into 80 columns goes on under the last column. Nothing is left out: the steps of the text
 * are those of the JSON. */
#include "render/deadline_text.h"
#include "base/json_out.h"

#define SCREEN     80
#define LABEL      16
#define WHEN_WIDTH 32
#define AMOUNT     10

static void pad(struct str *out, size_t had, size_t width)
{
    for (; had < width; had++)
        str_addc(out, ' ');
}

/* Words from column `at` on, broken before column 80, with the next lines indented to `at`. */
static void add_wrapped(struct str *out, const char *text, size_t at)
{
    size_t column = at;
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, " ");
        _cleanup_mem_ char *word = mem_bytes(NULL, p, n);
        size_t width = utf8_width(word);
        if (column > at && column + 1 + width > SCREEN) {
            str_addc(out, '\n');
            pad(out, 0, at);
            column = at;
        } else if (column > at) {
            str_addc(out, ' ');
            column++;
        }
        str_add(out, word);
        column += width;
        p += n;
        p += strspn(p, " ");
    }
    str_addc(out, '\n');
}

static const char *named(const void *mem, const struct catalog *c, const char *group, const char *word)
{
    return catalog_text(c, mem_fmt(mem, "%s.%s", group, word));
}

static void line(struct str *out, const struct catalog *c, const char *key, const char *value)
{
    const char *label = catalog_text(c, key);
    if (!*value)
        return;
    str_add(out, label);
    str_addc(out, ':');
    pad(out, utf8_width(label) + 1, LABEL);
    add_wrapped(out, value, LABEL);
}

/* "T6 08/11/2024 15:30"; with seconds where they matter: 23:59:59. */
static char *moment(const void *mem, int64_t t, const struct catalog *c)
{
    struct when_civil w = when_civil(t);
    const char *day = catalog_text(c, mem_fmt(mem, "weekday.%d", w.weekday));
    if (w.second)
        return mem_fmt(mem, "%s %s:%02d", day, when_short(mem, t), w.second);
    return mem_fmt(mem, "%s %s", day, when_short(mem, t));
}

/* ---- the term in words ---- */

static const char *unit_key(const struct time_rule *r)
{
    switch (r->unit) {
    case SPAN_WORKING_MINUTES:
        return r->in_hours ? "term.working-hours" : "term.working-minutes";
    case SPAN_WORKING_DAYS:
        return "term.working-days";
    case SPAN_CLOCK_MINUTES:
        return r->in_hours ? "term.clock-hours" : "term.clock-minutes";
    case SPAN_CALENDAR_DAYS:
        return "term.calendar-days";
    case SPAN_MONTHS:
        break;
    }
    return "term.months";
}

char *deadline_term(const void *mem, const struct time_rule *r, const struct catalog *c)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct str_list events = {0};
    for (size_t i = 0; i < r->starts.n; i++)
        str_list_add(tmp, &events, named(tmp, c, "since", r->starts.v[i]));
    const char *since = str_list_join(tmp, &events, catalog_text(c, "term.or"));
    const char *n = mem_fmt(tmp, "%d", r->in_hours ? r->length / 60 : r->length);
    const char *term = catalog_say(tmp, c, unit_key(r), "n", n, NULL);
    const char *key = r->at_once                      ? "term.at-once"
                      : r->length == 0 && r->backward ? "term.before-it"
                      : r->length == 0                ? "term.together"
                      : r->backward                   ? "term.before"
                                                      : "term.within";
    return catalog_say(mem, c, key, "term", term, "since", since, NULL);
}

char *remind_text(const void *mem, const struct remind *r, const char *way, const struct catalog *c)
{
    bool minutes = r->unit == SPAN_WORKING_MINUTES || r->unit == SPAN_CLOCK_MINUTES;
    const struct time_rule span = {.unit = r->unit, .in_hours = minutes && r->length % 60 == 0};
    if (r->how == REMIND_USUAL)
        return mem_str(mem, "");
    if (r->how == REMIND_NO)
        return mem_str(mem, catalog_text(c, "remind.no"));
    const char *n = mem_fmt(mem, "%d", span.in_hours ? r->length / 60 : r->length);
    const char *term = catalog_say(mem, c, unit_key(&span), "n", n, NULL);
    return catalog_say(mem, c, mem_fmt(mem, "remind.%s", way), "term", term, NULL);
}

/* ---- steps ---- */

static char *step_when(const void *mem, const struct proof_step *s, const struct catalog *c)
{
    struct when_civil a = when_civil(s->from), b = when_civil(s->until);
    const char *from = catalog_text(c, mem_fmt(mem, "weekday.%d", a.weekday));
    const char *until = catalog_text(c, mem_fmt(mem, "weekday.%d", b.weekday));
    int32_t first = calendar_day_of(s->from), last = calendar_day_of(s->until - 1);
    bool whole = s->from == calendar_day_start(first) && s->until == calendar_day_start(last + 1);
    if (first == last && whole)
        return mem_fmt(mem, "%s %02d/%02d/%04d", from, a.day, a.month, a.year);
    if (first == last)
        return mem_fmt(mem, "%s %02d/%02d/%04d %02d:%02d-%02d:%02d", from, a.day, a.month, a.year, a.hour,
                       a.minute, s->until == calendar_day_start(last + 1) ? 24 : b.hour, b.minute);
    return mem_fmt(mem, "%s %02d/%02d %02d:%02d - %s %02d/%02d %02d:%02d", from, a.day, a.month, a.hour,
                   a.minute, until, b.day, b.month, b.hour, b.minute);
}

static char *step_amount(const void *mem, const struct deadline *d, const struct proof_step *s,
                         const struct catalog *c)
{
    const char *n = mem_fmt(mem, "%lld", (long long)s->amount);
    if (!s->counted)
        return mem_str(mem, "");
    if (d->rule->unit == SPAN_MONTHS)
        return catalog_say(mem, c, "proof.months", "n", n, NULL);
    if (d->rule->unit == SPAN_WORKING_DAYS || d->rule->unit == SPAN_CALENDAR_DAYS)
        return catalog_say(mem, c, "proof.days", "n", n, NULL);
    return catalog_say(mem, c, "proof.minutes", "n", n, NULL);
}

static void add_step(struct str *out, const struct deadline *d, const struct proof_step *s,
                     const struct catalog *c)
{
    _cleanup_mem_ void *tmp = mem_new();
    const char *when = step_when(tmp, s, c), *amount = step_amount(tmp, d, s, c);
    struct str why = str_new(tmp);
    str_add(&why, named(tmp, c, "proof", s->cause));
    if (*s->name)
        str_addf(&why, ": %s", s->name);
    if (*s->source)
        str_addf(&why, " (%s)", s->source);
    if (s->provisional)
        str_addf(&why, " %s", catalog_text(c, "proof.provisional-mark"));
    str_addf(out, "%c ", s->counted ? '+' : '-');
    str_add(out, when);
    pad(out, utf8_width(when), WHEN_WIDTH);
    str_add(out, amount);
    pad(out, utf8_width(amount), AMOUNT);
    add_wrapped(out, why.s, 2 + WHEN_WIDTH + AMOUNT);
}

static void add_source(struct str *out, const void *mem, const struct timing_source *at,
                       const struct catalog *c)
{
    line(out, c, "proof.cite", mem_fmt(mem, "%s (%s:%d)", at->cite, at->file, at->line));
}

char *deadline_text(const void *mem, const struct deadline *d, const struct catalog *c)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct str out = str_new(tmp);
    const struct time_rule *r = d->rule;
    add_wrapped(&out, mem_fmt(tmp, "%s: %s", r->id, r->label), 0);
    add_source(&out, tmp, &r->at, c);
    line(&out, c, "proof.term", deadline_term(tmp, r, c));
    line(&out, c, "proof.owner", named(tmp, c, "owner", r->owner));
    line(&out, c, "proof.note", r->note);
    line(&out, c, "proof.start", moment(tmp, d->start, c));
    line(&out, c, "proof.due",
         d->due == WHEN_NONE ? catalog_text(c, "proof.no-due") : moment(tmp, d->due, c));
    if (d->provisional)
        line(&out, c, "proof.mind", catalog_text(c, "proof.provisional"));
    if (d->n_steps)
        str_addc(&out, '\n');
    for (size_t i = 0; i < d->n_steps; i++)
        add_step(&out, d, &d->steps[i], c);
    return mem_str(mem, out.s);
}

/* ---- for programs ---- */

static void put_step(struct str *b, const void *mem, const struct proof_step *s)
{
    json_open(b, NULL, '{');
    json_put(b, "from", when_rfc3339(mem, s->from));
    json_put(b, "until", when_rfc3339(mem, s->until));
    json_put_bool(b, "counted", s->counted);
    json_put_int(b, "amount", s->amount);
    json_put(b, "cause", s->cause);
    json_put_text(b, "name", s->name);
    json_put_text(b, "source", s->source);
    json_put_bool(b, "provisional", s->provisional);
    json_close(b, '}');
}

static void put_time(struct str *b, const void *mem, const char *key, int64_t t)
{
    json_put_text(b, key, when_rfc3339(mem, t)); /* WHEN_NONE: null */
}

char *deadline_json(const void *mem, const struct deadline *d)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct str b = str_new(tmp);
    json_open(&b, NULL, '{');
    json_put(&b, "rule", d->rule->id);
    json_put(&b, "label", d->rule->label);
    json_put(&b, "cite", d->rule->at.cite);
    json_put(&b, "owner", d->rule->owner);
    put_time(&b, tmp, "start", d->start);
    put_time(&b, tmp, "due", d->due);
    json_put_bool(&b, "provisional", d->provisional);
    json_put_bool(&b, "at_once", d->rule->at_once);
    json_open(&b, "steps", '[');
    for (size_t i = 0; i < d->n_steps; i++)
        put_step(&b, tmp, &d->steps[i]);
    json_close(&b, ']');
    json_close(&b, '}');
    return mem_str(mem, b.s);
}

/* ---- duties ---- */

char *duty_term(const void *mem, const struct duty *d, const struct catalog *c)
{
    static const char *const keys[] = {"every.day",     "every.working-day", "every.week", "every.month",
                                       "every.quarter", "every.half-year",   "every.year", "every.dates"};
    const char *term = catalog_say(mem, c, keys[d->every], "n", mem_fmt(mem, "%d", d->times), NULL);
    return d->if_changed ? mem_fmt(mem, "%s, %s", term, catalog_text(c, "every.if-changed"))
                         : mem_str(mem, term);
}

char *duty_text(const void *mem, const struct duty *d, const struct duty_period *p, const struct catalog *c)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct str out = str_new(tmp);
    add_wrapped(&out, mem_fmt(tmp, "%s: %s", d->id, d->label), 0);
    add_source(&out, tmp, &d->at, c);
    line(&out, c, "proof.term", duty_term(tmp, d, c));
    line(&out, c, "proof.owner", named(tmp, c, "owner", d->owner));
    line(&out, c, "proof.note", d->note);
    line(&out, c, "proof.start", moment(tmp, p->from, c));
    line(&out, c, "proof.due", moment(tmp, p->due, c));
    return mem_str(mem, out.s);
}

char *duty_json(const void *mem, const struct duty *d, int64_t t, const struct duty_period *p)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct str b = str_new(tmp);
    json_open(&b, NULL, '{');
    json_put(&b, "rule", d->id);
    json_put(&b, "label", d->label);
    json_put(&b, "cite", d->at.cite);
    json_put(&b, "owner", d->owner);
    put_time(&b, tmp, "start", t);
    put_time(&b, tmp, "from", p->from);
    put_time(&b, tmp, "until", p->until);
    put_time(&b, tmp, "due", p->due);
    json_put_int(&b, "times", d->times);
    json_close(&b, '}');
    return mem_str(mem, b.s);
}
