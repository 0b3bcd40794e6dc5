/* duties.c: `duties` lists the periodic duties of the profile with their present periods and what is
 * overdue of earlier ones, `duties done ID` and `duties undone ID` record what somebody says of one (RP-6).
 */
#include "duties.h"
#include "cmd/cmd.h"
#include "sys/clock.h"

#define NOTE_MAX 2000 /* characters; it stands in the journal */

static const char *named(struct context *cx, const char *group, const char *word)
{
    const char *key = mem_fmt(cx->mem, "%s.%s", group, word);
    return catalog_has(cx->house->catalog, key) ? say(cx, key) : word;
}

/* "overdue 1/2": how often only where once is not enough. */
static const char *state_text(struct context *cx, const struct duty_task *t)
{
    const char *state = named(cx, "duty", duty_state_name(t->state));
    return t->duty->times > 1 ? mem_fmt(cx->mem, "%s %d/%d", state, t->done, t->duty->times) : state;
}

static const char *whose_text(struct context *cx, const struct duty_task *t)
{
    const char *owner = named(cx, "owner", t->duty->owner);
    return *t->whose ? mem_fmt(cx->mem, "%s (%s)", t->whose, owner) : owner;
}

static json_t *marks_json(struct context *cx, const struct duty_task *t)
{
    json_t *a = json_array();
    for (size_t i = 0; i < t->n_marks; i++) {
        const struct duty_mark *m = t->marks[i];
        json_array_append_new(a, json_pack("{s:s, s:s, s:s, s:s}", "said", duty_said_name(m->said), "by",
                                           m->user, "at", when_rfc3339(cx->mem, m->at), "note",
                                           utf8_printable(cx->mem, m->note)));
    }
    return a;
}

static void print_task_json(struct context *cx, const struct duty_task *t)
{
    const struct duty *d = t->duty;
    json_t *remind = t->remind == WHEN_NONE ? json_null() : json_string(when_rfc3339(cx->mem, t->remind));
    print_json(json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:s, s:o, s:s, s:i, s:i, s:s, s:o}", "duty", d->id,
        "label", d->label, "cite", d->at.cite, "owner", d->owner, "whose", t->whose, "period",
        duty_period_name(cx->mem, d, &t->period), "present", (int)t->present, "from",
        when_rfc3339(cx->mem, t->period.from), "until", when_rfc3339(cx->mem, t->period.until), "due",
        when_rfc3339(cx->mem, t->period.due), "remind", remind, "state", duty_state_name(t->state), "done",
        t->done, "times", d->times, "proof", timing_proof_words[d->proof], "marks", marks_json(cx, t)));
}

static void add_cell(struct str *line, const char *text, size_t width)
{
    size_t w = utf8_width(text);
    str_addf(line, "%s ", text);
    for (; w < width; w++)
        str_addc(line, ' ');
}

/* What a person types, when it is due and how it stands; below it in words, and whose it is. */
static void print_task(struct context *cx, const struct duty_task *t)
{
    struct str line = str_new(cx->mem);
    add_cell(&line, t->duty->id, 26);
    add_cell(&line, duty_period_name(cx->mem, t->duty, &t->period), 10);
    add_cell(&line, when_short(cx->mem, t->period.due), 16);
    add_cell(&line, state_text(cx, t), 12);
    str_add(&line, t->duty->at.cite);
    print_wrapped(line.s, 0);
    print_wrapped(mem_fmt(cx->mem, "%s; %s", t->duty->label, utf8_printable(cx->mem, whose_text(cx, t))),
                  4);
    for (size_t i = 0; i < t->n_marks; i++) {
        const struct duty_mark *m = t->marks[i];
        const char *key = mem_fmt(cx->mem, "duty.said.%s", duty_said_name(m->said));
        const char *text = catalog_say(cx->mem, cx->house->catalog, key, "by", m->user, "at",
                                       when_short(cx->mem, m->at), NULL);
        text = mem_fmt(cx->mem, "%s%s%s", text, *m->note ? ": " : "", m->note);
        print_wrapped(utf8_printable(cx->mem, text), 4);
    }
}

static bool list(struct context *cx, const char *at, bool all, struct err *err)
{
    struct duty_task *v;
    size_t n;
    int64_t now = clock_now();
    if (!args_done(cx, err))
        return false;
    if (at && !when_parse_rfc3339(at, &now))
        return err_set(err, ERR_USAGE,
                       "--at '%s': not a day like 2026-11-23 or a time like 2026-11-23T08:00:00+07:00", at);
    if (!duties_tasks(cx->house->store, cx->mem, &cx->house->notify, now, all, &v, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (cx->json)
            print_task_json(cx, &v[i]);
        else
            print_task(cx, &v[i]);
    if (n == 0 && !cx->json)
        printf("%s\n", say(cx, "duty.none"));
    return true;
}

static bool record(struct context *cx, struct duty_word *w, struct err *err)
{
    struct actor actor;
    struct duty_task t;
    w->duty = args_word(cx);
    if (!args_need(cx, w->duty, "ID", err) || !args_done(cx, err))
        return false;
    if (w->said == DUTY_SAID_TAKEN_BACK && !*w->note)
        return args_need(cx, NULL, "--note TEXT", err);
    if (utf8_count(w->note) > NOTE_MAX)
        return err_set(err, ERR_USAGE, "--note: longer than %d characters", NOTE_MAX);
    if (!actor_of(cx, &actor, err) || !duties_say(cx->house, cx->mem, w, &actor, &t, err))
        return false;
    if (cx->json)
        print_task_json(cx, &t);
    else
        print_task(cx, &t);
    return true;
}

static bool run_duties(struct context *cx, struct err *err)
{
    struct duty_word w = {.period = args_value(cx, "--period", ""),
                          .whose = args_value(cx, "--for", ""),
                          .note = args_value(cx, "--note", "")};
    const char *at = args_value(cx, "--at", NULL);
    bool all = args_flag(cx, "--all"), unchanged = args_flag(cx, "--unchanged");
    bool about_one = unchanged || *w.period || *w.whose || *w.note;
    const char *what = args_word(cx);
    if (!what && (!about_one || cx->n_args))
        return list(cx, at, all, err);
    if (!str_eq(what, "done") && (!str_eq(what, "undone") || unchanged))
        return args_one_of(cx, what, "done, undone", err);
    if (at || all)
        return usage_error(cx, "usage.option", at ? "--at" : "--all", cx->command->name, err);
    w.said = unchanged ? DUTY_SAID_UNCHANGED : str_eq(what, "done") ? DUTY_SAID_DONE : DUTY_SAID_TAKEN_BACK;
    return record(cx, &w, err);
}

const struct command cmd_duties = {"duties", NEED_HOUSE | NEED_RULES | NEED_STORE, run_duties};
