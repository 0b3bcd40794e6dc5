/* event_notice.c: `event REF --assign EDITOR --at TIME [--until TIME] [--place TEXT]` sends an editor to an
 * event,
 * `--cannot --reason TEXT` tells the host that nobody comes, `--article REF` links what reports it, `event
 * REF` shows what was decided; `event --unreported` lists the events of the last working day that no
 * article reports. */
#include "act.h"
#include "cmd/cmd.h"
#include "desk/calendar.h"
#include "store/accounts.h"
#include "store/events.h"
#include "sys/clock.h"

#define HOURS_2 (2 * 3600)

static void print_one(struct context *cx, const struct event_decision *e)
{
    const char *starts = e->starts ? when_rfc3339(cx->mem, e->starts) : "";
    if (cx->json)
        print_json(json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "submission", e->ref, "answer",
                             e->answer, "editor", e->editor, "starts", starts, "place", e->place, "reason",
                             e->reason, "article", e->article));
    else
        printf("%s: %s%s%s%s%s\n", e->ref, say(cx, mem_fmt(cx->mem, "event.%s", e->answer)),
               *e->editor ? " " : "", utf8_printable(cx->mem, e->editor), *e->article ? " -> " : "",
               e->article);
}

static bool show(struct context *cx, const char *ref, struct err *err)
{
    struct submission *s;
    struct event_decision *e;
    if (!find_case(cx, ref, &s, err) || !store_event(cx->house->store, cx->mem, ref, &e, err))
        return false;
    if (!e)
        return err_set(err, ERR_NO, "'%s': %s", ref, say(cx, "event.none"));
    print_one(cx, e);
    return true;
}

static bool decide(struct context *cx, const char *ref, const struct event_wish *wish, struct err *err)
{
    struct house *h = cx->house;
    struct actor actor;
    struct submission *s, *article;
    struct event_decision *before;
    if (!actor_of(cx, &actor, err) || !store_submission(h->store, cx->mem, ref, &s, err) ||
        (*wish->article && !store_submission(h->store, cx->mem, wish->article, &article, err)) ||
        !store_event(h->store, cx->mem, ref, &before, err))
        return false;
    struct plan *p = event_decide(cx->mem, s, before, wish, &actor, h->profile, clock_now());
    if (p->refused)
        return act_refused(h, p, s, err);
    notify_issue_tokens(p, s, &h->notify);
    return letters_render(cx->mem, p, h->letters, err) && act_apply(h, p, err) && show(cx, ref, err);
}

static bool assign(struct context *cx, const char *ref, struct event_wish *wish, const char *at,
                   const char *until, struct err *err)
{
    struct account who;
    if (!args_need(cx, at, "--at TIME", err) ||
        !store_account(cx->house->store, cx->mem, wish->editor, &who, err))
        return false;
    if (who.disabled)
        return err_set(err, ERR_NO, "account '%s': disabled", wish->editor);
    wish->editor_address = who.address;
    if (!when_parse_rfc3339(at, &wish->starts) || (until && !when_parse_rfc3339(until, &wish->ends)))
        return err_set(err, ERR_USAGE, "time '%s': not a time like 2026-11-23T08:00:00+07:00",
                       until ? until : at);
    wish->ends = until ? wish->ends : wish->starts + HOURS_2;
    return decide(cx, ref, wish, err);
}

/* Events since the last working day began that are over since a day that worked: by now they should be
 * reported. */
static bool unreported(struct context *cx, struct err *err)
{
    struct str_list refs = {0};
    int32_t today = calendar_day_of(clock_now()), last = today - 1;
    if (!args_done(cx, err))
        return false;
    while (last > CALENDAR_FIRST && !calendar_works(&cx->house->profile->calendar, last))
        last--;
    if (!store_events_unreported(cx->house->store, cx->mem, calendar_day_start(last),
                                 calendar_day_start(today), &refs, err))
        return false;
    for (size_t i = 0; i < refs.n; i++)
        if (!show(cx, refs.v[i], err))
            return false;
    return true;
}

static bool run_event_notice(struct context *cx, struct err *err)
{
    struct event_wish wish = {.editor = args_value(cx, "--assign", ""),
                              .editor_address = "",
                              .reason = args_value(cx, "--reason", ""),
                              .place = args_value(cx, "--place", ""),
                              .article = args_value(cx, "--article", "")};
    const char *at = args_value(cx, "--at", NULL), *until = args_value(cx, "--until", NULL);
    bool no = args_flag(cx, "--cannot");
    if (args_flag(cx, "--unreported"))
        return unreported(cx, err);
    const char *ref = args_word(cx);
    if (!args_need(cx, ref, "REF", err) || !args_done(cx, err))
        return false;
    if ((*wish.editor != '\0') + no + (*wish.article != '\0') > 1)
        return err_set(err, ERR_USAGE, "--assign, --cannot, --article: one of them");
    if (*wish.editor)
        return assign(cx, ref, &wish, at, until, err);
    return no || *wish.article ? decide(cx, ref, &wish, err) : show(cx, ref, err);
}

const struct command cmd_event = {
    "event", NEED_HOUSE | NEED_RULES | NEED_STORE | NEED_LETTERS | NEED_TOKENS, run_event_notice};
