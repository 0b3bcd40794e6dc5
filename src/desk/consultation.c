/* consultation.c: see consultation.h. Refuses a window that does not say both days, that ends before it
 * begins or is shorter than the institution says; a draft that comes from anybody but the focal point or
 * the leader of a unit; a comment that came when it was over (MIC-13.5c). A day that is named as the last
 * counts whole.
 *
 * Whether a comment came in time is said by the time at which our server took it, never by its own Date. */
#include "desk/consultation.h"
#include "desk/digest.h"
#include "desk/field_holds.h"
#include "mail/address.h"

#define DAY      86400
#define TEXT_MAX 65536 /* bytes of a comment in the table; the letter itself is kept whole */
#define CITE     "MIC-13.5c"
#define MARK     "+c-"
#define MARK_LEN 3

enum consultation_phase consultation_phase(const struct consultation *c, int64_t now)
{
    return now < c->opens ? CONSULTATION_BEFORE : now < c->closes ? CONSULTATION_OPEN : CONSULTATION_OVER;
}

const char *consultation_phase_name(enum consultation_phase phase)
{
    static const char *const names[] = {"before", "open", "over"};
    return names[phase];
}

char *consultation_address(const void *mem, const char *mailbox, const char *ref)
{
    const char *at = strrchr(mailbox, '@');
    _cleanup_mem_ char *low = str_lower(NULL, ref);
    return at ? mem_fmt(mem, "%.*s" MARK "%s%s", (int)(at - mailbox), mailbox, low, at) : mem_str(mem, "");
}

static struct effect *set_window(struct plan *p, const char *how, int64_t opens, int64_t closes,
                                 const char *reason)
{
    struct effect *x = plan_add(p, EFFECT_CONSULTATION);
    x->key = how;
    x->from = when_rfc3339(p, opens);
    x->to = when_rfc3339(p, closes);
    x->text = mem_str(p, reason);
    x->cite = CITE;
    return x;
}

/* ---- a new draft ---- */

static const char *field_text(const struct ruling *r, enum field field)
{
    return r->fields.v[field].text ? r->fields.v[field].text : "";
}

static bool long_enough(int64_t opens, int64_t closes, const struct profile *profile)
{
    return closes > opens && closes - opens >= profile->consultation_days * DAY;
}

static void admit_window(struct plan *p, const struct ruling *r, const struct policy *policy)
{
    int64_t opens, last;
    const char *from = field_text(r, FIELD_CONSULT_FROM), *to = field_text(r, FIELD_CONSULT_TO);
    bool whole = when_parse_rfc3339(from, &opens) && when_parse_rfc3339(to, &last);
    if (whole && long_enough(opens, last + DAY, policy->profile))
        set_window(p, "letter", opens, last + DAY, "");
    else
        plan_hold(p, "consultation-window", mem_fmt(p, "%s - %s", *from ? from : "?", *to ? to : "?"),
                  CITE);
}

static bool may_send(const struct evidence *e, const struct policy *policy)
{
    const struct person *who = e->person;
    if (!who || e->auth != AUTH_AUTHENTICATED)
        return false;
    return who->role == PERSON_LEADER || who->role == PERSON_CONTACT ||
           (who->role == PERSON_DEPUTY && policy->profile->confirm_deputies);
}

void consultation_admit(struct plan *p, const struct evidence *e, const struct ruling *r,
                        const struct policy *policy, bool asked)
{
    if (r->category != CATEGORY_DRAFT || r->secrecy_marked)
        return;
    admit_window(p, r, policy);
    if (!asked && !may_send(e, policy))
        plan_hold(p, "consultation-sender", e->from, CITE);
}

/* ---- by hand ---- */

#define MAY_SET (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_SECRETARY)

static const char *cannot_set(const struct submission *s, const struct consultation *before,
                              const char *reason, const struct actor *actor, int64_t now)
{
    if (!(actor->roles & MAY_SET))
        return "not-allowed-role";
    if (!str_eq(s->category, category_name(CATEGORY_DRAFT)))
        return "not-a-draft";
    if (!*reason)
        return "needs-reason";
    return before && (before->closed != WHEN_NONE || before->closes <= now) ? "consultation-over" : NULL;
}

struct plan *consultation_set(const void *mem, const struct submission *s,
                              const struct consultation *before, int64_t opens, int64_t closes,
                              const char *reason, const struct actor *actor, const struct profile *profile,
                              int64_t now)
{
    struct plan *p = plan_on(mem, s, "consultation", actor, now);
    const char *no = cannot_set(s, before, reason, actor, now);
    if (!no && (!long_enough(opens, closes, profile) || closes <= now))
        no = "consultation-span";
    if (no)
        return plan_refuse(
            p, no, str_eq(no, "not-allowed-role") || str_eq(no, "needs-reason") ? "consultation" : s->ref);
    set_window(p, "hand", opens, closes, reason);
    if (before && s->scheduled && s->scheduled == before->opens) { /* it was to appear when that opens */
        struct effect *x = plan_add(p, EFFECT_SCHEDULE);
        x->key = when_rfc3339(p, opens);
        x->to = mem_str(p, s->content_hash);
        x->cite = CITE;
    }
    if (submission_is_held_for(s, "consultation-window"))
        plan_release(p, "consultation-window", reason, CITE);
    plan_bind_key(p);
    return p;
}

/* ---- comments ---- */

/* "ABC-2026-000001" at s: capitals of either case, a year, a number; its bytes or 0. */
static size_t ref_at(const char *s)
{
    size_t n = 0, k;
    while (str_alpha(s[n]))
        n++;
    if (n < 2 || n > 8 || s[n] != '-')
        return 0;
    for (k = n + 1; str_digit(s[k]); k++)
        continue;
    if (k != n + 5 || s[k] != '-')
        return 0;
    for (n = k + 1; str_digit(s[n]); n++)
        continue;
    return n - k > 6 && n - k < 12 && !str_alpha(s[n]) ? n : 0;
}

static char *upper(const void *mem, const char *s, size_t n)
{
    char *out = mem_bytes(mem, s, n);
    for (size_t i = 0; i < n; i++)
        if (out[i] >= 'a' && out[i] <= 'z')
            out[i] = (char)(out[i] - 'a' + 'A');
    return out;
}

/* MAILBOX+c-REF@... among the addresses of one header. */
static void named_in_address(const void *mem, const char *value, const char *mailbox,
                             struct str_list *found)
{
    const char *at = strrchr(mailbox, '@');
    size_t box = at ? (size_t)(at - mailbox) : 0;
    struct str_list all = address_find_all(mem, value);
    for (size_t i = 0; box && i < all.n; i++) {
        const char *a = all.v[i];
        const char *own = strrchr(a, '@');
        if (!str_ieqn(a, mailbox, box) || strncmp(a + box, MARK, MARK_LEN) != 0 || !str_ieq(own, at))
            continue;
        const char *ref = a + box + MARK_LEN;
        size_t n = ref_at(ref);
        if (n && ref + n == own && !str_list_has(found, upper(mem, ref, n)))
            str_list_add(mem, found, upper(mem, ref, n));
    }
}

static void named_in_subject(const void *mem, const char *subject, struct str_list *found)
{
    for (const char *s = subject; *s; s++) {
        size_t n = s == subject || !(str_alpha(s[-1]) || str_digit(s[-1])) ? ref_at(s) : 0;
        if (n && !str_list_has(found, upper(mem, s, n)))
            str_list_add(mem, found, upper(mem, s, n));
    }
}

/* Kinds that a subject alone may make a comment: what citizens and units write about a draft. */
static bool may_comment(const struct ruling *r)
{
    return r->category == CATEGORY_OTHER || r->category == CATEGORY_QUESTION ||
           r->category == CATEGORY_DRAFT;
}

static bool speaks(const struct letter *l, const struct evidence *e, const struct ruling *r)
{
    bool machine = e->automatic || e->bounce || e->bulk || r->category == CATEGORY_SPAM ||
                   r->category == CATEGORY_BOUNCE || r->category == CATEGORY_AUTOREPLY;
    bool forged =
        e->impersonates || e->ambiguous || e->auth == AUTH_FORGED || e->standing == STANDING_FORGED;
    return l->complete && *e->from && !machine && !forged && !r->secrecy_marked &&
           !category_is_restricted(r->category);
}

char *consultation_named(const void *mem, const struct letter *letter, const struct evidence *e,
                         const struct ruling *r, const char *mailbox)
{
    static const char *const headers[] = {"To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To"};
    struct str_list found = {0};
    if (!speaks(letter, e, r))
        return mem_str(mem, "");
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        const struct letter_header *h;
        for (size_t k = 0; (h = letter_header_find(letter, headers[i], k)) != NULL; k++)
            named_in_address(mem, h->value, mailbox, &found);
    }
    if (!found.n && may_comment(r))
        named_in_subject(mem, letter->subject, &found);
    return mem_str(mem, found.n == 1 ? found.v[0] : "");
}

static void tell_too_late(struct plan *p, const struct submission *s, const struct evidence *e,
                          const struct consultation *c, const struct notify_rules *rules)
{
    if (e->auth != AUTH_AUTHENTICATED || !address_sendable(e->from))
        return;
    struct plan_letter *l = notify_letter(p, s, "consultation-closed", e->from, "", rules->profile);
    notify_param(l, "opens", when_short(l, c->opens));
    notify_param(l, "closes", when_short(l, c->closes));
    l->purpose = "consultation";
    l->per_address = rules->receipts_per_address;
    l->per_hour = rules->per_hour;
}

struct plan *consultation_comment(const void *mem, const struct letter *letter, const struct facts *facts,
                                  const struct evidence *e, const struct known *known,
                                  const struct submission *about, const struct consultation *c,
                                  const struct notify_rules *rules, const char *entry, int64_t now)
{
    int64_t came = e->received < now ? e->received : now;
    enum consultation_phase phase = consultation_phase(c, came);
    if (phase == CONSULTATION_BEFORE || about->restricted)
        return NULL;
    struct plan *p = plan_new(mem, mem_fmt(mem, "letter/%s", entry), about->ref, &actor_system, now);
    p->version = about->version;
    p->spare_ref = known->next_ref;
    p->opening = mem_zero(p, struct opening);
    *p->opening = (struct opening){.letter = letter, .facts = facts, .entry = entry, .s = *about};
    plan_add(p, EFFECT_ATTACH)->to = p->ref;
    struct comment *said = mem_zero(p, struct comment);
    *said = (struct comment){
        .entry = entry,
        .from = e->from,
        .from_name = e->from_name,
        .authenticated = e->auth == AUTH_AUTHENTICATED,
        .subject = letter->subject,
        .text = mem_bytes(p, letter->fresh, utf8_prefix(letter->fresh, SIZE_MAX, TEXT_MAX)),
        .received = came,
        .timely = phase == CONSULTATION_OPEN};
    struct effect *x = plan_add(p, EFFECT_COMMENT);
    x->key = said->timely ? "timely" : "late";
    x->comment = said;
    x->cite = CITE;
    if (!said->timely)
        tell_too_late(p, about, e, c, rules);
    return p;
}

/* ---- its turns ---- */

static void hand_over(struct plan *p, const struct submission *s, const struct consultation *c,
                      const struct person *to, const char *csv, const struct plan_attachment *originals,
                      size_t n, const struct notify_rules *r)
{
    struct plan_letter *l =
        notify_letter(p, s, "consultation-bundle", to->address, to->address, r->profile);
    notify_param(l, "title", s->title);
    notify_param(l, "opens", when_short(l, c->opens));
    notify_param(l, "closes", when_short(l, c->closes));
    notify_param(l, "comments", mem_fmt(l, "%lld", (long long)c->comments));
    notify_param(l, "late", c->late ? mem_fmt(l, "%lld", (long long)c->late) : "");
    notify_param(l, "without", !n && c->comments + c->late ? "1" : "");
    *mem_append(l, l->attachments, l->n_attachments) = (struct plan_attachment){
        .name = mem_fmt(l, "%s.csv", s->ref), .type = "text/csv", .bytes = csv, .n = strlen(csv)};
    for (size_t i = 0; i < n; i++)
        *mem_append(l, l->attachments, l->n_attachments) = originals[i];
}

static size_t hand_to(struct plan *p, const struct submission *s, const struct consultation *c,
                      enum person_role role, const char *csv, const struct plan_attachment *originals,
                      size_t n, const struct notify_rules *r)
{
    size_t told = 0;
    const char *unit = *s->sender_unit ? s->sender_unit : s->unit;
    for (size_t i = 0; r->directory && i < r->directory->n_people; i++) {
        const struct person *who = &r->directory->people[i];
        if (!*unit || !str_eq(who->unit, unit) || who->role != role || !address_sendable(who->address))
            continue;
        hand_over(p, s, c, who, csv, originals, n, r);
        told++;
    }
    return told;
}

struct plan *consultation_turn(const void *mem, const struct submission *s, const struct consultation *c,
                               const char *csv, const struct plan_attachment *originals, size_t n_originals,
                               const struct notify_rules *rules, int64_t now)
{
    bool over = consultation_phase(c, now) == CONSULTATION_OVER;
    char *key = mem_fmt(mem, "%s/consultation/%s/%lld", s->ref, over ? "closed" : "opened",
                        (long long)(over ? c->closes : c->opens));
    struct plan *p = plan_new(mem, key, s->ref, &actor_system, now);
    p->version = s->version;
    set_window(p, over ? "closed" : "opened", c->opens, c->closes, "");
    if (over && !hand_to(p, s, c, PERSON_CONTACT, csv, originals, n_originals, rules) &&
        !hand_to(p, s, c, PERSON_LEADER, csv, originals, n_originals, rules))
        plan_add(p, EFFECT_NOTE)->key = "consultation-nobody";
    if (!over && !str_eq(s->state, "published"))
        plan_add(p, EFFECT_NOTE)->key = "consultation-unpublished";
    return p;
}

char *consultation_csv(const void *mem, const struct comment *comments, size_t n,
                       const char *(*label)(void *arg, const char *key), void *label_arg)
{
    static const char *const columns[] = {"number",  "received", "timely",  "name",
                                          "address", "proved",   "subject", "text"};
    _cleanup_mem_ void *work = mem_new();
    struct str out = str_new(mem);
    str_add(&out, "\xef\xbb\xbf");
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        csv_cell(&out, label(label_arg, mem_fmt(work, "comments.%s", columns[i])),
                 i + 1 == ARRAY_LEN(columns));
    for (size_t i = 0; i < n; i++) {
        const struct comment *c = &comments[i];
        csv_cell(&out, mem_fmt(work, "%zu", i + 1), false);
        csv_cell(&out, when_short(work, c->received), false);
        csv_cell(&out, label(label_arg, c->timely ? "comments.yes" : "comments.no"), false);
        csv_cell(&out, c->from_name, false);
        csv_cell(&out, c->from, false);
        csv_cell(&out, label(label_arg, c->authenticated ? "comments.yes" : "comments.no"), false);
        csv_cell(&out, c->subject, false);
        csv_cell(&out, c->text, true);
    }
    return out.s;
}
