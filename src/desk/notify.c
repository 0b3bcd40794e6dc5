/* notify.c: see notify.h. Refuses to show a text to a leader by mail that may be secret, that nobody could
 * read, or whose sender is in doubt: a person looks first, and asks with `bbt confirm REF --request`.
 *
 * What the leader is asked about is what he sees: title and text stand in the letter, framed line by line
 * so that a text cannot pose as our own words, and the token binds their hash (A11, A13). */
#include "desk/notify.h"
#include "mail/address.h"
#include "verify/token.h"

#define SHOWN_BYTES 20000 /* of a text in the letter itself; all of a longer one is attached */
#define DAY         86400

/* ---- building a letter ---- */

void notify_param(struct plan_letter *l, const char *name, const char *value)
{
    *mem_append(l, l->params, l->n_params) = (struct plan_param){name, mem_str(l, value)};
}

static char *message_id(const void *mem, const struct plan_letter *l, const char *token,
                        const struct profile *profile)
{
    _cleanup_mem_ void *tmp = mem_new();
    const char *at = strchr(profile->mailbox, '@');
    char *hash = hash_hex(tmp, l->key, strlen(l->key));
    return *token ? mem_fmt(mem, "%s.%.16s%s", token, hash, at ? at : "@localhost")
                  : mem_fmt(mem, "%.32s%s", hash, at ? at : "@localhost");
}

struct plan_letter *notify_letter(struct plan *p, const struct submission *s, const char *template,
                                  const char *to, const char *mark, const struct profile *profile)
{
    struct plan_letter *l = mem_zero(p, struct plan_letter);
    l->template = template;
    l->to = mem_str(l, to);
    l->key =
        mem_fmt(l, "%s/%s/%lld%s%s", template, s->ref, (long long)s->version + 1, *mark ? "/" : "", mark);
    l->message_id = message_id(l, l, "", profile);
    l->date = p->now;
    notify_param(l, "ref", s->ref);
    notify_param(l, "institution", profile->institution);
    plan_add(p, EFFECT_LETTER)->letter = l;
    return l;
}

static char *day(const void *mem, int64_t t)
{
    struct when_civil c = when_civil(t);
    return mem_fmt(mem, "%02d/%02d/%04d", c.day, c.month, c.year);
}

/* Bytes of the line end at s: U+2028 and U+2029 begin a new line in some mail programs. */
static size_t line_end(const char *s, size_t n)
{
    if (*s == '\n')
        return 1;
    bool separator = n >= 3 && memcmp(s, "\xE2\x80", 2) == 0 && (s[2] == '\xA8' || s[2] == '\xA9');
    return separator ? 3 : 0;
}

/* Every line behind a bar. */
char *notify_framed(const void *mem, const char *text, size_t n)
{
    struct str out = str_new(mem);
    for (size_t from = 0; from < n;) {
        size_t at = from, end = 0;
        while (at < n && !(end = line_end(text + at, n - at)))
            at++;
        str_addf(&out, "| %.*s\n", (int)(at - from), text + from);
        from = at + end;
    }
    return out.n ? out.s : mem_str(mem, "|\n");
}

static char *on_one_line(const void *mem, const char *s)
{
    struct str out = str_new(mem);
    size_t n = strlen(s), end;
    for (size_t i = 0; i < n; i += end ? end : 1) {
        end = line_end(s + i, n - i);
        str_addc(&out, end ? ' ' : s[i]);
    }
    return out.n ? out.s : mem_str(mem, "");
}

/* ---- who is asked ---- */

/* The mailbox, or NAME+ANYTHING@ of it. */
static bool is_box(const char *address, const char *box)
{
    const char *at = strrchr(address, '@'), *box_at = box ? strrchr(box, '@') : NULL;
    size_t n = box_at ? (size_t)(box_at - box) : 0;
    return at && n && str_ieq(at, box_at) && str_ieqn(address, box, n) &&
           (address[n] == '@' || address[n] == '+');
}

bool notify_is_ours(const char *address, const struct notify_rules *r)
{
    return is_box(address, r->profile->mailbox) || is_box(address, r->from);
}

static bool may_be_asked(const struct person *p, const struct submission *s, const struct notify_rules *r)
{
    bool right = p->role == PERSON_LEADER || (p->role == PERSON_DEPUTY && r->ask_deputies);
    return right && str_eq(p->unit, s->sender_unit) && address_sendable(p->address) &&
           !notify_is_ours(p->address, r) && !str_ieq(p->address, s->from);
}

static bool anybody(const struct submission *s, const struct notify_rules *r)
{
    const struct directory *d = r->directory;
    for (size_t i = 0; d && i < d->n_people; i++)
        if (may_be_asked(&d->people[i], s, r))
            return true;
    return false;
}

/* Doubts about the kind do not stop a request; doubts about sender, secrecy and what the text is do. */
static bool harmless(const char *hold)
{
    return str_eq(hold, "confirmation") || str_eq(hold, "unsure") || str_eq(hold, "form") ||
           str_eq(hold, "portal-recipient");
}

/* What was refused or closed waits for nobody any more. */
static bool is_done(const struct submission *s, const struct notify_rules *r)
{
    const struct track *t = r->profile ? profile_find_track(r->profile, s->track) : NULL;
    return t && str_list_has(&t->finals, s->state);
}

const char *notify_cannot_ask(const struct submission *s, const struct notify_rules *r)
{
    if (!submission_is_held_for(s, "confirmation") || is_done(s, r))
        return "not-waiting";
    if (s->restricted) /* it may be about him (MIC-13.5d2) */
        return "restricted";
    if (!s->authenticated) /* no longer, by a later look-up: SV-9 */
        return "no-unit";
    for (size_t i = 0; i < s->n_holds; i++)
        if (!harmless(s->holds[i].reason))
            return "held";
    if (!*s->sender_unit)
        return "no-unit";
    return anybody(s, r) ? NULL : "no-leader";
}

/* ---- the request ---- */

static void show_content(struct plan_letter *l, const struct submission *s)
{
    size_t n = strlen(s->body), shown = utf8_prefix(s->body, SIZE_MAX, SHOWN_BYTES);
    char *body = notify_framed(l, s->body, shown);
    notify_param(l, "title", on_one_line(l, s->title));
    notify_param(l, "text", body);
    notify_param(l, "attached", shown < n ? "yes" : "");
    if (shown == n)
        return;
    *mem_append(l, l->attachments, l->n_attachments) = (struct plan_attachment){
        .name = "noi-dung.txt", .type = "text/plain", .bytes = mem_str(l, s->body), .n = n};
}

static void ask_one(struct plan *p, const struct submission *s, const char *template,
                    const struct person *who, const struct notify_rules *r)
{
    const struct unit *unit = directory_find_unit(r->directory, s->sender_unit);
    char *mark = hash_hex(p, who->address, strlen(who->address)); /* the journal names no address (A33) */
    struct plan_letter *l = notify_letter(p, s, template, who->address, mem_bytes(p, mark, 12), r->profile);
    notify_param(l, "leader", who->name);
    notify_param(l, "unit", unit ? unit->name : s->sender_unit);
    notify_param(l, "sender", s->from);
    notify_param(l, "received", when_short(l, s->received));
    notify_param(l, "until", day(l, p->now + r->confirm_seconds));
    show_content(l, s);
    l->purpose = "request";
    l->must = true;
    l->per_address = r->requests_per_address;
    l->per_hour = r->per_hour;
    l->answerable = true;
    l->token_purpose = TOKEN_CONFIRM;
    l->token_seconds = r->confirm_seconds;
}

size_t notify_ask(struct plan *p, const struct submission *s, const char *template,
                  const struct notify_rules *r)
{
    size_t n = 0;
    const struct directory *d = r->directory;
    for (size_t i = 0; d && i < d->n_people; i++)
        if (may_be_asked(&d->people[i], s, r)) {
            ask_one(p, s, template, &d->people[i], r);
            n++;
        }
    return n;
}

static struct plan_letter *act_letter(struct plan *p, const struct submission *s, const char *template,
                                      const char *name, const char *address, const struct notify_rules *r)
{
    char *mark = hash_hex(p, address, strlen(address)); /* the journal names no address (A33) */
    struct plan_letter *l = notify_letter(p, s, template, address, mem_bytes(p, mark, 12), r->profile);
    notify_param(l, "name", name);
    notify_param(l, "sender", s->from);
    notify_param(l, "received", when_short(l, s->received));
    notify_param(l, "until", day(l, p->now + r->confirm_seconds));
    show_content(l, s);
    l->purpose = "act";
    l->must = true;
    l->per_hour = r->per_hour;
    l->answerable = true;
    l->token_purpose = TOKEN_ACT;
    l->token_seconds = r->confirm_seconds;
    return l;
}

void notify_act_request(struct plan *p, const struct submission *s, const char *name, const char *address,
                        const struct notify_rules *r)
{
    act_letter(p, s, "act-request", name, address, r);
}

void notify_review_request(struct plan *p, const struct submission *s, const char *name,
                           const char *address, const char *reason, const struct notify_rules *r)
{
    int64_t due = WHEN_NONE;
    for (size_t i = 0; i < p->n_effects; i++)
        if (p->effects[i].kind == EFFECT_DEADLINE && *p->effects[i].to)
            when_parse_rfc3339(p->effects[i].to, &due);
    struct plan_letter *l = act_letter(p, s, "review-request", name, address, r);
    notify_param(l, "reason", reason);
    notify_param(l, "due", due == WHEN_NONE ? "" : when_short(l, due));
}

/* ---- the receipt ---- */

/* A machine, a list, a bounce, ourselves: never answered (RP-2, A17). Nor is a From that was not proved
 * (SV-9, A16), and nobody hears from us about a complaint (MIC-13.5d2) or a letter that may be secret. */
static bool may_be_answered(const struct submission *s, const struct evidence *e,
                            const struct notify_rules *r)
{
    static const char *const silent[] = {"spam", "bounce", "autoreply"};
    if (!s->authenticated || e->automatic || e->bounce || e->bulk || s->restricted)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(silent); i++)
        if (str_eq(s->category, silent[i]))
            return false;
    return address_sendable(s->from) && !notify_is_ours(s->from, r) &&
           !submission_is_held_for(s, "secrecy");
}

static struct plan_letter *receipt(struct plan *p, const struct submission *s, const char *template,
                                   bool waits, bool asked, const struct notify_rules *r)
{
    struct plan_letter *l = notify_letter(p, s, template, s->from, "", r->profile);
    notify_param(l, "received", when_short(l, s->received));
    notify_param(l, "waits", waits ? "yes" : "");
    notify_param(l, "asked", asked ? "yes" : "");
    l->purpose = "receipt";
    l->per_address = r->receipts_per_address;
    l->per_hour = r->per_hour;
    l->answerable = true;
    l->token_purpose = TOKEN_REPLY;
    l->token_seconds = r->reply_seconds;
    return l;
}

static bool ended_by(const struct plan *p, const char *reason)
{
    for (size_t i = 0; i < p->n_effects; i++)
        if (p->effects[i].kind == EFFECT_RELEASE && str_eq(p->effects[i].key, reason))
            return true;
    return false;
}

struct submission notify_after(const void *mem, const struct submission *before, const struct plan *p)
{
    struct submission s = *before;
    s.holds = NULL;
    s.n_holds = 0;
    for (size_t i = 0; i < before->n_holds; i++)
        if (!ended_by(p, before->holds[i].reason))
            *mem_append(mem, s.holds, s.n_holds) = before->holds[i];
    for (size_t i = 0; i < p->n_effects; i++) {
        const struct effect *e = &p->effects[i];
        if (e->kind == EFFECT_HOLD)
            *mem_append(mem, s.holds, s.n_holds) =
                (struct hold){.reason = e->key, .detail = e->text, .since = p->now};
        if (e->kind != EFFECT_EVIDENCE)
            continue;
        s.verdict = e->to;
        s.authenticated = str_eq(e->key, "authenticated");
        s.sender_unit = *e->text ? e->text : s.sender_unit;
    }
    return s;
}

void notify_new_case(struct plan *p, const struct evidence *e, const struct notify_rules *r)
{
    if (!p->n_effects || p->effects[0].kind != EFFECT_OPEN)
        return;
    const struct submission s = notify_after(p, &p->opening->s, p);
    if (!may_be_answered(&s, e, r))
        return;
    bool about_another = e->confirming.says != AGREEMENT_NONE;
    bool waits = submission_is_held_for(&s, "confirmation"), asked = false;
    if (!about_another && !notify_cannot_ask(&s, r))
        asked = notify_ask(p, &s, "confirm-request", r) > 0;
    if (r->receipts == RECEIPTS_NONE || about_another)
        return;
    if (submission_is_held_for(&s, "unreadable")) /* nothing else tells him: it waits for its turn (RP-2) */
        receipt(p, &s, "unreadable", waits, asked, r)->must = true;
    else if (waits || r->receipts == RECEIPTS_ALL)
        receipt(p, &s, "received", waits, asked, r);
}

/* ---- alerts ---- */

unsigned notify_alert_roles(const struct plan *p, const struct profile *profile)
{
    const struct submission *s = p->opening ? &p->opening->s : NULL;
    bool opens = p->n_effects && (p->effects[0].kind == EFFECT_OPEN || p->effects[0].kind == EFFECT_REREAD);
    const struct kind *kind = s && opens ? profile_find_kind(profile, s->kind) : NULL;
    unsigned roles = 0;
    enum role role;
    if (!kind || s->restricted || str_eq(s->verdict, "reject-spoof"))
        return 0;
    for (size_t i = 0; i < kind->alert.n; i++)
        if (role_parse(kind->alert.v[i], &role))
            roles |= role;
    return roles;
}

void notify_alert(struct plan *p, const char *address, const struct notify_rules *r)
{
    struct submission s = p->opening->s;
    const struct kind *kind = profile_find_kind(r->profile, s.kind);
    const struct unit *unit = directory_find_unit(r->directory, s.sender_unit);
    const char *mark = hash_hex(p, address, strlen(address)); /* the journal names no address (A33) */
    s.version = 0;                                            /* once for the case, however often read */
    struct plan_letter *l = notify_letter(p, &s, "alert", address, mem_bytes(p, mark, 12), r->profile);
    notify_param(l, "kind", kind ? kind->label : "");
    notify_param(l, "unit", unit ? unit->name : "");
    notify_param(l, "received", when_short(l, s.received));
    notify_param(l, "waits", str_eq(s.verdict, "needs-confirmation") ? "yes" : "");
    l->purpose = "alert";
    l->must = true;
    l->per_address = r->alerts_per_address;
    l->per_hour = r->per_hour;
}

/* ---- tokens ---- */

static void issue(struct plan *p, struct plan_letter *l, const struct submission *s,
                  const struct notify_rules *r)
{
    struct plan_token *t = mem_zero(p, struct plan_token);
    char token[TOKEN_TEXT] = "";
    if (r->token_key)
        token_make(r->token_key, l->token_purpose, s->ref, s->content_hash, l->to, l->key, token);
    l->token = mem_str(l, token);
    l->message_id = message_id(l, l, token, r->profile);
    *t = (struct plan_token){.hash = *token ? hash_hex(t, token, strlen(token)) : "",
                             .purpose = l->token_purpose,
                             .address = l->to,
                             .content_hash = s->content_hash,
                             .letter = l->key,
                             .expires = p->now + l->token_seconds};
    plan_add(p, EFFECT_TOKEN)->token = t;
}

void notify_issue_tokens(struct plan *p, const struct submission *s, const struct notify_rules *r)
{
    for (size_t i = 0, n = p->n_effects; i < n; i++) {
        struct plan_letter *l = p->effects[i].letter;
        if (p->effects[i].kind == EFFECT_LETTER && l->answerable && !l->token)
            issue(p, l, s, r);
    }
}
