/* topic.c: `topic REF NAME` says of which issue a case speaks, `topic REF` shows what else is said on it,
 * `--seen --reason TEXT` is a leader's word that he looked at it, `--leave --reason TEXT` takes the case
 * out; `topic` alone lists the issues (BCA-5.9: one voice per issue). */
#include "act.h"
#include "cmd/cmd.h"
#include "store/topics.h"

static bool list(struct context *cx, struct err *err)
{
    struct store_topic *all;
    size_t n;
    if (!args_done(cx, err) || !store_topics(cx->house->store, cx->mem, &all, &n, err))
        return false;
    if (!n && !cx->json)
        printf("%s\n", say(cx, "topic.none"));
    for (size_t i = 0; i < n; i++) {
        if (cx->json)
            print_json(json_pack("{s:s, s:I}", "topic", all[i].name, "cases", (json_int_t)all[i].cases));
        else
            printf("%s (%lld)\n", utf8_printable(cx->mem, all[i].name), (long long)all[i].cases);
    }
    return true;
}

static json_t *voices_json(struct context *cx, const struct submission *s)
{
    json_t *a = json_array();
    for (size_t i = 0; i < s->n_voices; i++) {
        const struct voice *v = &s->voices[i];
        json_array_append_new(a, json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "submission", v->ref, "unit",
                                           v->unit, "title", v->title, "state", v->state, "received",
                                           when_rfc3339(cx->mem, v->received), "seen", (int)v->seen));
    }
    return a;
}

static void print_voices(struct context *cx, const struct submission *s)
{
    const struct column columns[] = {{say(cx, "list.ref"), 15},
                                     {say(cx, "campaign.unit"), 10},
                                     {say(cx, "list.state"), 13},
                                     {say(cx, "topic.seen"), 8},
                                     {say(cx, "list.subject"), 0}};
    const char **cells = mem_array(cx->mem, const char *, s->n_voices * 5 + 1);
    for (size_t i = 0; i < s->n_voices; i++) {
        const struct voice *v = &s->voices[i];
        const char **c = &cells[i * 5];
        c[0] = v->ref;
        c[1] = v->unit;
        c[2] = say(cx, mem_fmt(cx->mem, "state.%s", v->state));
        c[3] = say(cx, v->seen ? "topic.yes" : "topic.no");
        c[4] = v->title;
    }
    print_table(columns, ARRAY_LEN(columns), cells, s->n_voices);
}

static bool show(struct context *cx, const char *ref, struct err *err)
{
    struct submission *s;
    if (!store_submission(cx->house->store, cx->mem, ref, &s, err))
        return false;
    if (s->restricted || !*s->topic)
        return err_set(err, ERR_NO, "'%s': %s", ref, say(cx, "topic.none-here"));
    if (cx->json) {
        print_json(json_pack("{s:s, s:s, s:o}", "submission", s->ref, "topic", s->topic, "others",
                             voices_json(cx, s)));
        return true;
    }
    printf("%s: %s\n", s->ref, utf8_printable(cx->mem, s->topic));
    if (s->n_voices)
        print_voices(cx, s);
    return true;
}

/* An issue has one name, however it is typed: in capitals, composed or not, with a line end in it. */
static bool one_name(struct context *cx, const char *typed, const char **ret, struct err *err)
{
    struct store_topic *all;
    size_t n;
    *ret = utf8_printable(cx->mem, utf8_nfc(cx->mem, typed, strlen(typed)));
    if (!store_topics(cx->house->store, cx->mem, &all, &n, err))
        return false;
    const char *folded = utf8_fold(cx->mem, str_trim(cx->mem, *ret, strlen(*ret)));
    for (size_t i = 0; i < n; i++)
        if (str_eq(utf8_fold(cx->mem, all[i].name), folded))
            *ret = all[i].name;
    return true;
}

static bool run_topic(struct context *cx, struct err *err)
{
    bool seen = args_flag(cx, "--seen"), leave = args_flag(cx, "--leave");
    struct event event = {.name = seen ? "topic-seen" : "topic",
                          .ground = "",
                          .reason = args_value(cx, "--reason", ""),
                          .hold = "",
                          .off = leave};
    const char *ref = args_word(cx), *name = args_word(cx);
    if (!args_done(cx, err))
        return false;
    if (seen + leave + (name != NULL) > 1)
        return err_set(err, ERR_USAGE, "NAME, --seen, --leave: one of them");
    if (!ref && (seen || leave))
        return args_need(cx, NULL, "REF", err);
    if (!ref)
        return list(cx, err);
    if (!seen && !leave && !name)
        return show(cx, ref, err);
    return (!name || one_name(cx, name, &event.topic, err)) && do_event(cx, ref, &event, err);
}

const struct command cmd_topic = {
    "topic", NEED_HOUSE | NEED_RULES | NEED_STORE | NEED_LETTERS | NEED_TOKENS, run_topic};
