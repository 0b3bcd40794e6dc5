/* event.c: see event.h. Refuses to send somebody to what is no notice of an event, to leave a host without
 * a reason (BCA-5.3), and to name an article and a decision in one breath. The calendar entry keeps its UID
 * and counts its changes, so that a calendar replaces it (RFC 5545, 3.8.4.7 and 3.8.7.4); what strangers
 * wrote into title and place is escaped there (3.3.11) and folded between characters (3.1). */
#include "desk/event.h"
#include "desk/clocks.h"
#include "mail/address.h"

#define CITE       "MIC-13.5a"
#define LINE_BYTES 75
#define HOUR       3600
#define MAY_DECIDE (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_SECRETARY)

/* ---- iCalendar ---- */

static void add_folded(struct str *out, const char *line)
{
    size_t room = LINE_BYTES;
    for (size_t at = 0, n = strlen(line); at < n;) {
        size_t take = utf8_prefix(line + at, SIZE_MAX, room);
        take = take ? take : n - at;
        str_addn(out, line + at, take);
        at += take;
        str_add(out, at < n ? "\r\n " : "\r\n");
        room = LINE_BYTES - 1;
    }
}

static void add_text(struct str *out, const char *name, const char *value)
{
    _cleanup_mem_ void *mem = mem_new();
    struct str line = str_new(mem);
    str_addf(&line, "%s:", name);
    for (const char *c = value; *c; c++) {
        if (*c == '\n')
            str_add(&line, "\\n");
        else if (strchr("\\;,", *c))
            str_addf(&line, "\\%c", *c);
        else if ((unsigned char)*c >= 0x20 && *c != 0x7f)
            str_addc(&line, *c);
    }
    add_folded(out, line.s);
}

static void add_time(struct str *out, const char *name, int64_t t)
{
    struct when_civil c = when_civil(t - WHEN_VN_SHIFT); /* as the clock stands at UTC */
    str_addf(out, "%s:%04d%02d%02dT%02d%02d%02dZ\r\n", name, c.year, c.month, c.day, c.hour, c.minute,
             c.second);
}

char *event_ics(const void *mem, const struct submission *s, const struct event_decision *e,
                const char *domain, int64_t now)
{
    _cleanup_mem_ void *work = mem_new();
    struct str out = str_new(mem);
    str_add(&out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//banbientap//bbt//"
                  "VI\r\nMETHOD:PUBLISH\r\nBEGIN:VEVENT\r\n");
    add_text(&out, "UID", mem_fmt(work, "%s@%s", s->ref, domain));
    add_time(&out, "DTSTAMP", now);
    add_time(&out, "DTSTART", e->starts);
    add_time(&out, "DTEND", e->ends);
    str_addf(&out, "SEQUENCE:%lld\r\n", (long long)e->sequence);
    add_text(&out, "SUMMARY", mem_fmt(work, "[%s] %s", s->ref, s->title));
    if (*e->place)
        add_text(&out, "LOCATION", e->place);
    str_add(&out, "END:VEVENT\r\nEND:VCALENDAR\r\n");
    return out.s;
}

/* ---- decisions ---- */

static const char *cannot(const struct submission *s, const struct event_decision *before,
                          const struct event_wish *w, const struct actor *actor)
{
    bool article = *w->article, goes = *w->editor;
    if (!(actor->roles & (MAY_DECIDE | (article ? ROLE_EDITOR : 0))))
        return "not-allowed-role";
    if (!str_eq(s->category, category_name(CATEGORY_EVENT_NOTICE)))
        return "not-an-event";
    if (article)
        return before ? NULL : "event-undecided";
    if (!goes && utf8_blank(w->reason))
        return "needs-reason";
    return goes && (w->starts <= 0 || w->ends < w->starts) ? "event-time" : NULL;
}

static const char *domain_of(const struct profile *profile)
{
    const char *at = strchr(profile->mailbox, '@');
    return at ? at + 1 : "localhost";
}

static void tell_editor(struct plan *p, const struct submission *s, const struct event_decision *e,
                        const char *to, const struct profile *profile)
{
    if (!address_sendable(to))
        return;
    struct plan_letter *l = notify_letter(p, s, "event-assigned", to, "", profile);
    const char *ics = event_ics(l, s, e, domain_of(profile), p->now);
    notify_param(l, "title", s->title);
    notify_param(l, "starts", when_short(l, e->starts));
    notify_param(l, "place", e->place);
    *mem_append(l, l->attachments, l->n_attachments) = (struct plan_attachment){
        .name = mem_fmt(l, "%s.ics", s->ref), .type = "text/calendar", .bytes = ics, .n = strlen(ics)};
}

/* Only to an address that was authenticated (SV-9). */
static void tell_host(struct plan *p, const struct submission *s, const struct event_decision *e,
                      const struct profile *profile)
{
    if (!s->authenticated || !address_sendable(s->from)) {
        plan_add(p, EFFECT_NOTE)->key = "host-not-told";
        return;
    }
    struct plan_letter *l = notify_letter(p, s, "event-cannot", s->from, "", profile);
    notify_param(l, "title", s->title);
    notify_param(l, "reason", e->reason);
    l->answerable = true;
    l->token_purpose = TOKEN_REPLY;
    l->token_seconds = INT64_C(180) * 86400;
}

static struct event_decision *decision(const void *mem, const struct submission *s,
                                       const struct event_decision *before, const struct event_wish *w)
{
    struct event_decision *e = mem_zero(mem, struct event_decision);
    if (before)
        *e = *before;
    e->ref = s->ref;
    e->article = *w->article ? mem_str(e, w->article) : before ? before->article : "";
    if (*w->article)
        return e;
    e->sequence = before ? before->sequence + 1 : 0;
    e->answer = *w->editor ? "assigned" : "cannot";
    e->editor = mem_str(e, w->editor);
    e->reason = mem_str(e, w->reason);
    e->place = mem_str(e, w->place);
    e->starts = w->starts;
    e->ends = w->ends;
    return e;
}

struct plan *event_decide(const void *mem, const struct submission *s, const struct event_decision *before,
                          const struct event_wish *wish, const struct actor *actor,
                          const struct profile *profile, int64_t now)
{
    struct plan *p = plan_on(mem, s, "event", actor, now);
    const char *no = cannot(s, before, wish, actor);
    if (no)
        return plan_refuse(p, no,
                           str_eq(no, "not-allowed-role") || str_eq(no, "needs-reason") ? "event" : s->ref);
    struct event_decision *e = decision(p, s, before, wish);
    struct effect *x = plan_add(p, EFFECT_EVENT);
    x->key = *wish->article ? "article" : e->answer;
    x->to = *wish->article ? e->article : e->editor;
    x->text = *wish->article ? "" : e->reason;
    x->event = e;
    x->cite = CITE;
    if (*wish->article)
        return p;
    if (e->starts > 0) /* the notice was to come before it (BCA-5.3b) */
        clocks_happen(p, s, "event", e->starts, profile);
    if (*wish->editor)
        tell_editor(p, s, e, wish->editor_address, profile);
    else
        tell_host(p, s, e, profile);
    plan_bind_key(p);
    return p;
}
