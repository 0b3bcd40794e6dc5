/* property_world.h: random cases and people, and the oracle that looks at what the desk does with them. The
 * oracle was written from the regulations, not from the desk. Used by test_property.c (the desk alone) and
 * test_property_store.c (through the store). */
#ifndef PROPERTY_WORLD_H
#define PROPERTY_WORLD_H

#include "desk/step.h"
#include "profiles.h"

#define STEPS    26
#define PEOPLE   11
#define VERSIONS 32
#define TIME_0   INT64_C(1795224600)

static uint64_t seed;

static inline unsigned rnd(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 33) % n;
}

static inline bool chance(unsigned percent)
{
    return rnd(100) < percent;
}

/* ---- people: some have two accounts under one login, some two offices ---- */

struct who {
    const char *user, *login;
    unsigned roles;
};
static const struct who people[PEOPLE] = {
    {"chief", "an", ROLE_CHIEF},
    {"standing", "binh", ROLE_STANDING_DEPUTY},
    {"deputy", "chi", ROLE_DEPUTY},
    {"member", "dung", ROLE_MEMBER},
    {"member2", "dung", ROLE_MEMBER | ROLE_STANDING_DEPUTY}, /* dung again */
    {"secretary", "giang", ROLE_SECRETARY},
    {"editor", "hoa", ROLE_EDITOR},
    {"both", "khanh", ROLE_CHIEF | ROLE_STANDING_DEPUTY}, /* stands in for the chief */
    {"editor-chief", "hoa", ROLE_CHIEF},                  /* hoa's second account */
    {"inspector", "lan", ROLE_INSPECTOR},
    {"system", "system", ROLE_SYSTEM}};

/* ---- the oracle's own book ---- */

struct approved {
    int version;
    const struct who *by;
};
struct book {
    const char *profile;
    bool trial;
    int version; /* of the text: 0 is what the letter brought */
    const char *hashes[VERSIONS];
    const struct who *authors[VERSIONS]; /* NULL: the letter */
    struct approved approvals[STEPS + 1];
    int n_approvals;
    bool sensitive, hot, important;
    bool needs_word, forged;
    int confirmed_version; /* -1: no word, or it was taken back */
    struct str_list holds;
    int64_t not_before;
    const struct who *consents[STEPS * 2];
    bool other; /* another unit speaks of the same issue; its text is of version other_text */
    int other_text, seen_own, seen_other; /* the pair of texts that a leader said he compared */
    const char *consent_hold[STEPS * 2];
    int consent_version[STEPS * 2], n_consents;
    const char *passed[STEPS * 2]; /* what two people let pass, and of which text */
    int passed_version[STEPS * 2], n_passed;
};

static inline bool same_person(const struct book *b, const struct who *x, const struct who *y)
{
    return x == y || (!b->trial && str_eq(x->login, y->login));
}

static inline bool wrote(const struct book *b, const struct who *x)
{
    for (int v = 0; v <= b->version; v++)
        if (b->authors[v] && same_person(b, b->authors[v], x))
            return true;
    return false;
}

/* An approval that counts: of the present version, by somebody who wrote none of them. */
static inline bool valid(const struct book *b, const struct approved *a)
{
    return a->version == b->version && !wrote(b, a->by) && !(a->by->roles & ROLE_SYSTEM);
}

static inline bool some_valid(const struct book *b, unsigned roles)
{
    for (int i = 0; i < b->n_approvals; i++)
        if (valid(b, &b->approvals[i]) && (b->approvals[i].by->roles & roles))
            return true;
    return false;
}

/* Two different persons, one in each office. */
static inline bool both_valid(const struct book *b, unsigned one, unsigned other)
{
    for (int i = 0; i < b->n_approvals; i++)
        for (int k = 0; k < b->n_approvals; k++)
            if (valid(b, &b->approvals[i]) && valid(b, &b->approvals[k]) &&
                (b->approvals[i].by->roles & one) && (b->approvals[k].by->roles & other) &&
                !same_person(b, b->approvals[i].by, b->approvals[k].by))
                return true;
    return false;
}

/* What each regulation demands of a publication; NULL when it is kept. */
static const char *approvals_missing(const struct book *b)
{
    if (str_eq(b->profile, "mic")) { /* MIC-13.5a, 13.5g */
        if (!some_valid(b, ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_MEMBER))
            return "MIC-13.5g: nobody of the board approved";
        if (b->sensitive && !some_valid(b, ROLE_CHIEF | ROLE_MEMBER))
            return "MIC-13.5a: sensitive, neither chief nor member";
    }
    if (str_eq(b->profile, "dongnai")) { /* DN-6.2, 9.1 */
        if (!some_valid(b, ROLE_CHIEF | ROLE_STANDING_DEPUTY))
            return "DN-6.2: neither chief nor standing deputy";
        if (b->hot && !both_valid(b, ROLE_CHIEF, ROLE_STANDING_DEPUTY))
            return "DN-9.1: hot, not both of chief and standing deputy";
    }
    if (str_eq(b->profile, "langson")) { /* LS-12.1, 12.2 */
        if (!some_valid(b, ROLE_CHIEF))
            return "LS-12.1: not the chief";
        if ((b->important || b->sensitive) && !some_valid(b, ROLE_DEPUTY))
            return "LS-12.2: important, not the head of the agency";
    }
    if (str_eq(b->profile, "bca")) { /* BCA-5.3, 5.8b */
        if (!some_valid(b, ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY))
            return "BCA-5.3: the portal did not approve";
        if (b->sensitive && !some_valid(b, ROLE_CHIEF))
            return "BCA-5.8b: sensitive, not the leader";
    }
    return NULL;
}

/* What was let pass was a text, not the case (A32). */
static inline bool passed_otherwise(const struct book *b)
{
    for (int i = 0; i < b->n_passed; i++) {
        bool present = false;
        for (int k = 0; k < b->n_passed; k++)
            present = present || (str_eq(b->passed[i], b->passed[k]) && b->passed_version[k] == b->version);
        if (!present)
            return true;
    }
    return false;
}

/* Two units on one issue: a leader of the portal has compared exactly these two texts (BCA-5.9). */
static inline bool two_voices(const struct book *b)
{
    return str_eq(b->profile, "bca") && b->other &&
           (b->seen_own != b->version || b->seen_other != b->other_text);
}

static const char *publication_wrong(const struct book *b, const struct effect *e, int64_t now)
{
    if (!str_eq(e->to, b->hashes[b->version]))
        return "LS-14.2: not the present text";
    if (b->holds.n)
        return "A31: a hold stands";
    if (b->forged)
        return "SV: forged";
    if (b->needs_word && b->confirmed_version != b->version)
        return "MIC-13.1a: the leader did not confirm this text";
    if (passed_otherwise(b))
        return "A32: what two people let pass was another text";
    if (now < b->not_before)
        return "A32: before its time";
    if (two_voices(b))
        return "BCA-5.9: another unit speaks of it, and nobody compared";
    return approvals_missing(b);
}

/* A hold of which two must agree: two persons, who did not write it, of the present text (A32). */
static const char *release_wrong(const struct book *b, const char *hold)
{
    if (str_eq(hold, "secrecy") || str_eq(hold, "forged"))
        return "A31: a hold that ends by proof only";
    if (!str_eq(hold, "portal-recipient") && !str_eq(hold, "not-issued"))
        return NULL;
    for (int i = 0; i < b->n_consents; i++)
        for (int k = 0; k < i; k++)
            if (str_eq(b->consent_hold[i], hold) && str_eq(b->consent_hold[k], hold) &&
                b->consent_version[i] == b->version && b->consent_version[k] == b->version &&
                !wrote(b, b->consents[i]) && !wrote(b, b->consents[k]) &&
                !same_person(b, b->consents[i], b->consents[k]))
                return NULL;
    return "A32: not two people";
}

/* ---- a case in memory ---- */

struct world {
    void *mem;
    const struct profile *profile;
    struct submission s;
    struct book b;
    int64_t now;
    size_t published, flagged; /* counts, so that nothing passes by never happening */
    const char *wrong;
};

static inline void drop_hold(struct world *w, const char *reason)
{
    size_t kept = 0;
    for (size_t i = 0; i < w->s.n_holds; i++)
        if (!str_eq(w->s.holds[i].reason, reason))
            w->s.holds[kept++] = w->s.holds[i];
    w->s.n_holds = kept;
    kept = 0;
    for (size_t i = 0; i < w->b.holds.n; i++)
        if (!str_eq(w->b.holds.v[i], reason))
            w->b.holds.v[kept++] = w->b.holds.v[i];
    w->b.holds.n = kept;
    kept = 0;
    for (size_t i = 0; i < w->s.n_consents; i++)
        if (!str_eq(w->s.consents[i].hold, reason))
            w->s.consents[kept++] = w->s.consents[i];
    w->s.n_consents = kept;
    for (int i = 0; i < w->b.n_consents; i++)
        if (str_eq(w->b.consent_hold[i], reason))
            w->b.consent_hold[i] = "";
}

static inline void add_hold(struct world *w, const char *reason)
{
    if (submission_is_held_for(&w->s, reason))
        return;
    *mem_append(w->mem, w->s.holds, w->s.n_holds) = (struct hold){reason, "", 0};
    str_list_add(w->mem, &w->b.holds, reason);
}

static inline void set_flag(struct world *w, const char *name, bool on)
{
    size_t kept = 0;
    for (size_t i = 0; i < w->s.n_flags; i++)
        if (!str_eq(w->s.flags[i].name, name))
            w->s.flags[kept++] = w->s.flags[i];
    w->s.n_flags = kept;
    if (on)
        *mem_append(w->mem, w->s.flags, w->s.n_flags) = (struct flag){name, "x", "", 0};
    *(str_eq(name, "hot") ? &w->b.hot : str_eq(name, "important") ? &w->b.important : &w->b.sensitive) = on;
}

/* What stands in a text makes it sensitive, whoever wrote it there (MIC-13.5a, DN-5.1, LS-12.2, BCA-5.8b);
 * until a person lowers the flag, a word that stood there before is nothing new. */
#define TOUCHY "kh\xe1\xbb\x9fi t\xe1\xbb\x91"

static inline void see_words(struct book *b, const char *before, const char *now)
{
    if (strstr(now, TOUCHY) && !strstr(before, TOUCHY))
        b->sensitive = true;
}

static inline void new_version(struct world *w, const struct effect *e, const struct who *by)
{
    see_words(&w->b, w->s.title, e->content->title);
    w->s.title = e->content->title;
    w->s.body = e->content->body;
    w->s.extra = e->content->extra;
    w->s.content_hash = e->to;
    w->s.n_consents = w->s.n_let_pass = 0;
    *mem_append(w->mem, w->s.authors, w->s.n_authors) = (struct author){by->user, by->login};
    w->b.version++;
    for (size_t i = 0; i < w->s.n_voices; i++)
        w->s.voices[i].seen = false; /* it was another text: store/queries_campaign.sql */
    w->b.authors[w->b.version] = by;
    w->b.hashes[w->b.version] = submission_whole_hash(w->mem, w->s.title, w->s.body, w->s.extra);
}

/* Who may not say that he compared has said nothing. */
static inline void compare(struct world *w, const struct who *by)
{
    for (size_t i = 0; i < w->s.n_voices; i++)
        w->s.voices[i].seen = true;
    if (!(by->roles & (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY)))
        return;
    w->b.seen_own = w->b.version;
    w->b.seen_other = w->b.other_text;
}

/* The other unit begins to speak, or says something else. */
static inline void other_speaks(struct world *w)
{
    w->b.other = true;
    w->b.other_text++;
    w->s.n_voices = 0;
    *mem_append(w->mem, w->s.voices, w->s.n_voices) =
        (struct voice){.ref = "BBT-2026-000002", .unit = "B", .content_hash = "other", .state = "received"};
}

static inline void say(struct world *w, const char *what)
{
    *mem_append(w->mem, w->s.confirmations, w->s.n_confirmations) =
        (struct confirmation){.what = what,
                              .content_hash = w->s.content_hash,
                              .person = "",
                              .how = "paper",
                              .evidence = "e",
                              .evidence_name = "",
                              .words = "",
                              .recorded_by = "x"};
    w->b.confirmed_version = str_eq(what, "confirmed") ? w->b.version : -1;
    w->s.verdict = str_eq(what, "confirmed") ? "confirmed" : "needs-confirmation";
}

static inline void approve(struct world *w, const struct who *by)
{
    *mem_append(w->mem, w->s.approvals, w->s.n_approvals) =
        (struct approval){by->user, by->login, w->s.content_hash, w->now, by->roles};
    w->b.approvals[w->b.n_approvals++] = (struct approved){w->b.version, by};
}

static inline void consent(struct world *w, const struct effect *e, const struct who *by)
{
    *mem_append(w->mem, w->s.consents, w->s.n_consents) =
        (struct consent){e->key, by->user, by->login, by->roles};
    w->b.consents[w->b.n_consents] = by;
    w->b.consent_hold[w->b.n_consents] = e->key;
    w->b.consent_version[w->b.n_consents++] = w->b.version;
}

static inline void schedule(struct world *w, const struct effect *e)
{
    w->s.scheduled = 0;
    if (*e->key)
        when_parse_rfc3339(e->key, &w->s.scheduled);
    w->b.not_before = w->s.scheduled;
}

static inline void release(struct world *w, const struct effect *e)
{
    for (size_t i = 0; i < w->s.n_consents; i++)
        if (str_eq(w->s.consents[i].hold, e->key)) {
            *mem_append(w->mem, w->s.let_pass, w->s.n_let_pass) = (struct hold){e->key, "", 0};
            w->b.passed[w->b.n_passed] = e->key;
            w->b.passed_version[w->b.n_passed++] = w->b.version;
            break;
        }
    drop_hold(w, e->key);
}

static inline void apply(struct world *w, const struct plan *p, const struct who *by)
{
    bool was_flagged = w->b.hot || w->b.important || w->b.sensitive;
    for (size_t i = 0; i < p->n_effects; i++) {
        const struct effect *e = &p->effects[i];
        const char *wrong = e->kind == EFFECT_PUBLISH   ? publication_wrong(&w->b, e, w->now)
                            : e->kind == EFFECT_RELEASE ? release_wrong(&w->b, e->key)
                                                        : NULL;
        if (wrong && !(e->kind == EFFECT_RELEASE && str_eq(e->key, "confirmation")))
            w->wrong = wrong;
        if (e->kind == EFFECT_MOVE)
            w->s.state = e->to;
        else if (e->kind == EFFECT_CONTENT)
            new_version(w, e, by);
        else if (e->kind == EFFECT_APPROVE)
            approve(w, by);
        else if (e->kind == EFFECT_FLAG)
            set_flag(w, e->key, str_eq(e->to, "raised"));
        else if (e->kind == EFFECT_CONSENT)
            consent(w, e, by);
        else if (e->kind == EFFECT_RELEASE)
            release(w, e);
        else if (e->kind == EFFECT_HOLD)
            add_hold(w, e->key);
        else if (e->kind == EFFECT_CONFIRM)
            say(w, "confirmed");
        else if (e->kind == EFFECT_SCHEDULE)
            schedule(w, e);
        else if (e->kind == EFFECT_TOPIC_SEEN)
            compare(w, by);
        else if (e->kind == EFFECT_CHECK)
            *mem_append(w->mem, w->s.checks, w->s.n_checks) = (struct check){e->key, e->text, by->user};
        else if (e->kind == EFFECT_PUBLISH)
            w->published++, w->flagged += was_flagged;
    }
    w->s.version++;
}

/* ---- what happens ---- */

static inline struct event random_event(struct world *w, const char *name)
{
    static const char *const flags[] = {"sensitive", "hot", "important"};
    static const char *const holds[] = {"", "unsure", "portal-recipient", "not-issued", "secrecy"};
    struct content_field *f = mem_zero(w->mem, struct content_field);
    struct str_list *todo = mem_zero(w->mem, struct str_list);
    str_list_add(w->mem, todo, "sua");
    *f = (struct content_field){"origin", "known"};
    struct event ev = {.name = name,
                       .ground = str_eq(name, "refuse") ? w->profile->grounds[0].code : "",
                       .reason = chance(90) ? "vi" : "",
                       .hold = holds[rnd(5)],
                       .how = "paper",
                       .by = "",
                       .evidence = "e",
                       .todo = todo,
                       .flag = flags[rnd(3)],
                       .off = chance(50),
                       .at = w->now + (int64_t)rnd(7200) - 600};
    if (str_eq(name, "edit"))
        ev.title = mem_fmt(w->mem, "t%u%s", rnd(1000), chance(15) ? " " TOUCHY : "");
    if (str_eq(name, "release") && w->s.n_holds && chance(60))
        ev.hold = w->s.holds[rnd((unsigned)w->s.n_holds)].reason;
    if (str_eq(name, "check"))
        ev.fields = f, ev.n_fields = 1;
    return ev;
}

static inline const char *random_name(void)
{
    static const char *const names[] = {"approve", "approve", "approve", "approve",  "publish",  "publish",
                                        "publish", "edit",    "check",   "flag",     "release",  "release",
                                        "confirm", "return",  "resend",  "schedule", "withdraw", "note"};
    return names[rnd(ARRAY_LEN(names))];
}

/* What comes from outside: a later letter with a mark, a leader's change of mind, words that raise a flag.
 */
static inline void outside(struct world *w)
{
    switch (rnd(4)) {
    case 0:
        add_hold(w, chance(20) ? "secrecy" : chance(50) ? "portal-recipient" : "unsure");
        break;
    case 1:
        if (w->b.needs_word && w->b.confirmed_version >= 0 && w->s.n_confirmations) {
            say(w, "withdrawn");
            if (chance(50))
                add_hold(w, "confirmation");
        }
        break;
    case 2:
        set_flag(w, str_eq(w->b.profile, "dongnai") ? "hot" : chance(50) ? "important" : "sensitive", true);
        break;
    default:
        w->now += rnd(5000);
    }
    w->s.version++;
}

static inline void begin(struct world *w, void *mem, const struct profile *profile)
{
    const char *kind = chance(50) ? "news" : "document";
    *w = (struct world){.mem = mem, .profile = profile, .now = TIME_0};
    bool word = chance(30);
    w->s = (struct submission){.ref = "BBT-2026-000001",
                               .version = 1,
                               .state = "received",
                               .kind = mem_fmt(mem, "%s/%s", profile->name, kind),
                               .category = kind,
                               .track = kind,
                               .unit = "A",
                               .sender_unit = chance(90) ? "A" : "",
                               .verdict = word ? "needs-confirmation" : "accept",
                               .from = chance(10) ? "hoa@a.vn" : "c@a.vn",
                               .from_name = "",
                               .authenticated = true,
                               .subject = "s",
                               .title = "t",
                               .body = "b",
                               .extra = "",
                               .received = TIME_0};
    w->s.content_hash = submission_content_hash(mem, "t", "b");
    w->b = (struct book){.profile = profile->name,
                         .trial = chance(20),
                         .needs_word = word,
                         .confirmed_version = -1,
                         .seen_own = -1};
    w->b.hashes[0] = w->s.content_hash;
    if (str_eq(w->s.from, "hoa@a.vn")) /* the editor's own mailbox sent it */
        w->b.authors[0] = &people[6];
    if (word)
        add_hold(w, "confirmation");
    if (chance(30))
        add_hold(w, chance(70) ? "portal-recipient" : "unsure");
    if (chance(30))
        set_flag(w,
                 str_eq(profile->name, "dongnai") ? "hot"
                 : chance(50)                     ? "sensitive"
                                                  : "important",
                 true);
}

static inline void load_all(void *mem, const struct profile **ret)
{
    for (size_t i = 0; i < ARRAY_LEN(shipped); i++)
        ret[i] = load_profile(mem, shipped[i]);
}

#endif
