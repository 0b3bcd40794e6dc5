/* check_confirm.c: what the letter is as a confirmation, and which submission it joins (DOMAIN 6; SV-6..9;
 * abuse A11-A18; issue 4 items 4 and 6).
 *
 * Three ways lead to a word that counts: a token of ours from somebody who leads that unit now; without
 * one, a reply that names exactly one open submission of the leader's own unit, unchanged since; the leader
 * who sends or forwards the text himself. Always: the address proved, written by a person and not to a
 * list, before the request ran out, about the text that was shown. `counts` says whose word it is, `says`
 * what the word is: only both together confirm. Everything else is evidence for people. A number, subject
 * or Message-ID alone joins nothing; Reply-To, Sender and Cc never identify anybody. */
#include "base/utf8.h"
#include "mail/address.h"
#include "verify/check.h"

static const char CHECK[] = "confirm";

/* Words of own text from which a letter brings something itself; below, it may be a mere answer. */
enum { OWN_TEXT_WORDS = 40, PICTURE_BYTES = 60000, PREFIX_MAX = 16 /* bytes of one "Re:" */ };

/* A genuine letter of a leader can be sent to us again by whoever has it, signature and all (A9). Without a
 * token it is his word only if it was written to us, and not longer ago than mail may be under way. */
enum { UNDER_WAY = 7 * 86400, CLOCKS_DIFFER = 3600 };

static bool is_leader(const struct checking *c)
{
    const struct person *p = c->e->person;
    const struct profile *profile = c->policy->profile;
    if (!p)
        return false;
    return p->role == PERSON_LEADER || (p->role == PERSON_DEPUTY && profile && profile->confirm_deputies);
}

static bool leads_unit(const struct checking *c, const char *unit)
{
    return is_leader(c) && *unit && str_eq(c->e->person->unit, unit);
}

static bool written_by_machine(const struct evidence *e)
{
    return e->automatic || e->bounce || e->bulk;
}

static bool proved(const struct evidence *e)
{
    return e->auth == AUTH_AUTHENTICATED && !e->impersonates && !e->ambiguous && *e->from;
}

/* The mailbox, also as NAME+ANYTHING@, or any address of the institution: units write to aliases too. */
static bool is_ours(const struct checking *c, const char *address)
{
    const char *box = c->policy->profile ? c->policy->profile->mailbox : "", *at = strchr(address, '@'),
               *box_at = box ? strchr(box, '@') : NULL;
    if (!at || check_is_own(c->policy, at + 1))
        return at != NULL;
    size_t n = box_at ? (size_t)(box_at - box) : 0;
    return n && str_ieq(at, box_at) && str_ieqn(address, box, n) &&
           (address[n] == '@' || address[n] == '+');
}

static bool written_to_us(const struct checking *c)
{
    for (size_t i = 0; i < c->letter->n_headers; i++) {
        const struct letter_header *h = &c->letter->headers[i];
        if (!str_ieq(h->name, "To") && !str_ieq(h->name, "Cc"))
            continue;
        struct str_list all = address_find_all(c->mem, h->value ? h->value : "");
        for (size_t k = 0; k < all.n; k++)
            if (is_ours(c, all.v[k]))
                return true;
    }
    return false;
}

/* Where nobody knows when it came (a file), its age says nothing. */
static bool just_written(const struct checking *c)
{
    const char *by = c->e->received_by;
    if (!str_eq(by, "internaldate") && !str_eq(by, "received"))
        return true;
    return c->letter->date != WHEN_NONE && c->letter->date + UNDER_WAY >= c->e->received;
}

/* Why a word of his that bears no token of ours is not one to us; "" when it is. */
static const char *why_not_to_us(const struct checking *c)
{
    return !written_to_us(c) ? "confirm-not-to-us" : !just_written(c) ? "confirm-old" : "";
}

static bool blank(const char *s)
{
    while (s && str_space(*s))
        s++;
    return !s || !*s;
}

/* ---- what is said ---- */

/* Why a text that is no plain agreement confirms nothing. */
static const char *why_says(const struct checking *c, const struct agreement_found *f)
{
    switch (f->what) {
    case AGREEMENT_YES:
        return "";
    case AGREEMENT_NO:
        return "confirm-refused";
    case AGREEMENT_CONDITION:
        return "confirm-condition";
    case AGREEMENT_QUESTION:
        return "confirm-question";
    case AGREEMENT_WITHDRAWN:
        return "confirm-withdrawn";
    case AGREEMENT_NONE:
        break;
    }
    if (*f->words)
        return "confirm-unclear";
    return blank(c->letter->fresh) && !blank(c->letter->quoted) ? "confirm-quote-only"
                                                                : "confirm-nothing-said";
}

/* The findings, once `confirming` is filled. */
static void report(struct checking *c)
{
    const struct confirming *k = &c->e->confirming;
    const char *what = *k->ref ? k->ref : k->words;
    bool bad = !k->counts && (*k->how || str_eq(k->why_not, "confirm-reported"));
    if (*k->why_not)
        check_note(c, CHECK, bad ? FINDING_BAD : FINDING_NOTE, k->why_not, what);
    else if (confirming_agrees(k))
        check_note(c, CHECK, FINDING_GOOD, mem_fmt(c->mem, "confirm-%s", k->how), what);
}

/* ---- by token ---- */

/* Why this person's word about this token's submission does not count, whatever it is; "" when it does. */
static const char *why_not_person(const struct checking *c, const struct known_token *t)
{
    const struct evidence *e = c->e;
    if (written_by_machine(e))
        return "confirm-automatic";
    if (!proved(e))
        return "confirm-not-proved";
    if (!e->person)
        return "confirm-wrong-person";
    if (leads_unit(c, t->unit)) /* now: who was asked may have moved or stepped back since */
        return "";
    return is_leader(c) ? "confirm-other-unit" : "confirm-wrong-person";
}

static const char *why_not_now(const struct checking *c, const struct known_token *t)
{
    if (t->used)
        return "confirm-used";
    if (!t->open || !t->waiting)
        return "confirm-not-waiting";
    if (c->e->received > t->expires)
        return "confirm-expired";
    return str_eq(t->present_hash, t->content_hash) ? "" : "confirm-changed";
}

/* After an agreement a refusal takes it back: that may be said at any time. */
static bool takes_back(enum agreement says, const struct known_token *t)
{
    return says == AGREEMENT_WITHDRAWN || (says == AGREEMENT_NO && t->used);
}

static void by_token(struct checking *c, const struct known_token *t, const struct agreement_found *f)
{
    struct confirming *k = &c->e->confirming;
    const char *person = why_not_person(c, t);
    *k = (struct confirming){.says = f->what,
                             .ref = t->ref,
                             .how = "token",
                             .by = *person ? NULL : c->e->person,
                             .words = f->words,
                             .token = t};
    if (!*person && takes_back(f->what, t))
        k->says = AGREEMENT_WITHDRAWN;
    const char *now = k->says == AGREEMENT_WITHDRAWN ? "" : why_not_now(c, t);
    k->counts = !*person && !*now;
    k->why_not = *person ? person : *now ? now : k->says == f->what ? why_says(c, f) : "confirm-withdrawn";
}

/* token_check() has accepted it: see token_keep_proved(). One that nobody looked at proves nothing. */
static bool is_checked(const struct known_token *t)
{
    return t->token && !*t->token;
}

/* The token to answer by. The first stands where answers have it; others of its submission may be younger,
 * but one of another submission came in with a quoted text, and nobody answers by that. */
static const struct known_token *choose_token(const struct checking *c)
{
    const struct known *known = c->known;
    const struct known_token *first = NULL;
    for (size_t i = 0; known && i < known->n_tokens; i++) {
        const struct known_token *t = &known->tokens[i];
        if (t->purpose != TOKEN_CONFIRM || !is_checked(t))
            continue;
        first = first ? first : t;
        if (str_eq(t->ref, first->ref) && !*why_not_person(c, t) && !*why_not_now(c, t))
            return t;
    }
    return first;
}

/* ---- by thread ---- */

/* The one open submission that the reply names, or NULL: of several nobody can tell which is meant. */
static const struct known_case *only_open(const struct known *known)
{
    const struct known_case *found = NULL;
    for (size_t i = 0; known && i < known->n_cases; i++) {
        if (!known->cases[i].open)
            continue;
        if (found)
            return NULL;
        found = &known->cases[i];
    }
    return found;
}

/* By his own clock; a letter that does not say when it was written has been asked for above. */
static bool written_before(const struct checking *c, int64_t t)
{
    return c->letter->date != WHEN_NONE && c->letter->date + CLOCKS_DIFFER < t;
}

/* What stands behind "Re:", "TL:", "Tin bai:" ..., without case, accents and blanks. */
static char *bare_subject(const void *mem, const char *s)
{
    for (const char *colon; (colon = strchr(s, ':')) && colon - s <= PREFIX_MAX;)
        s = colon + 1;
    struct str out = str_new(mem);
    for (const char *p = utf8_bare(mem, s); *p; p++)
        if (!str_space(*p))
            str_addc(&out, *p);
    return out.n ? out.s : mem_str(mem, "");
}

/* An id alone can be borrowed: a clerk writes to his leader about something else under the id of the text
 * that he has sent to us, and the leader's yes comes here. The subject shows what the leader believed. */
static bool same_subject(const struct checking *c, const struct known_case *about)
{
    const char *asked = bare_subject(c->mem, about->subject ? about->subject : ""),
               *answered = bare_subject(c->mem, c->letter->subject ? c->letter->subject : "");
    if (!*asked)
        return true;
    bool cut = str_starts(asked, answered) && strlen(answered) * 2 >= strlen(asked); /* by a mail program */
    return strstr(answered, asked) || cut;
}

static const char *why_not_thread(const struct checking *c, const struct known_case *about,
                                  enum agreement says)
{
    const struct evidence *e = c->e;
    if (written_by_machine(e))
        return "confirm-automatic";
    if (!proved(e))
        return "confirm-not-proved";
    if (!leads_unit(c, about->unit))
        return "confirm-other-unit";
    if (!about->authenticated) /* what he read may not be what came to us: only a token binds the text */
        return "confirm-sender-unproved";
    if (str_eq(e->auth_by, "smime")) /* it covers the text and no header: under others it is no answer */
        return "confirm-headers-unsigned";
    if (*why_not_to_us(c))
        return why_not_to_us(c);
    if (says == AGREEMENT_WITHDRAWN)
        return "";
    if (!about->waiting)
        return "confirm-not-waiting";
    if (about->received > e->received || written_before(c, about->received))
        return "confirm-earlier";
    if (!same_subject(c, about))
        return "confirm-other-subject";
    return about->unchanged ? "" : "confirm-changed";
}

static void by_thread(struct checking *c, const struct known_case *about, const struct agreement_found *f)
{
    struct confirming *k = &c->e->confirming;
    const char *why = why_not_thread(c, about, f->what);
    *k = (struct confirming){.says = f->what,
                             .counts = !*why,
                             .ref = about->ref,
                             .how = "thread",
                             .by = *why ? NULL : c->e->person,
                             .words = f->words,
                             .why_not = *why ? why : why_says(c, f)};
}

/* ---- the leader's own text ---- */

static bool is_reply(const struct letter *l)
{
    return (l->in_reply_to && *l->in_reply_to) || l->references.n > 0;
}

static bool long_text(const char *s)
{
    return str_words(s) >= OWN_TEXT_WORDS;
}

static bool is_signature(const struct letter_attachment *a)
{
    static const char *const types[] = {"application/pkcs7-signature", "application/x-pkcs7-signature",
                                        "application/pgp-signature"};
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_eq(a->type, types[i]))
            return true;
    return false;
}

/* A document or a real picture, not the logo of a signature, nor a cryptographic one. */
static bool brings_file(const struct letter *l)
{
    for (size_t i = 0; i < l->n_attachments; i++) {
        const struct letter_attachment *a = &l->attachments[i];
        bool small = str_starts(a->type, "image/") && a->bytes <= PICTURE_BYTES;
        if (!small && !is_signature(a))
            return true;
    }
    return false;
}

/* Nothing to be published stands in it: some words, perhaps under another letter. */
static bool mere_answer(const struct letter *l, const struct agreement_found *f)
{
    bool speaks = f->what != AGREEMENT_NONE || *f->words;
    if (l->forwards.n > 0 || brings_file(l))
        return false;
    if (is_reply(l) || !blank(l->quoted))
        return speaks || !long_text(l->fresh);
    return speaks && !long_text(l->fresh);
}

/* An agreement that comes with a file is about the file. */
static bool answers_thread(const struct letter *l, const struct agreement_found *f)
{
    bool speaks = f->what != AGREEMENT_NONE && (f->what != AGREEMENT_YES || !brings_file(l));
    return mere_answer(l, f) || (speaks && l->forwards.n == 0);
}

/* His words beside the text that he brings: "publish this", not "do not yet". */
static bool words_allow(const struct letter *l, const struct agreement_found *f)
{
    if (f->what == AGREEMENT_NONE || f->what == AGREEMENT_YES || f->changes)
        return true;
    return long_text(l->fresh) && !is_reply(l); /* the words of the article itself */
}

static void by_own_letter(struct checking *c, const struct agreement_found *f)
{
    const struct letter *l = c->letter;
    struct confirming *k = &c->e->confirming;
    k->words = f->words;
    if (mere_answer(l, f)) {
        k->says = f->what;
        k->why_not = f->what == AGREEMENT_YES ? "confirm-about-nothing" : why_says(c, f);
        return;
    }
    bool allowed = words_allow(l, f), machine = written_by_machine(c->e);
    k->how = l->forwards.n > 0 ? "forward" : "sent";
    k->says = allowed ? AGREEMENT_YES : f->what;
    const char *elsewhere = why_not_to_us(c);
    k->counts = proved(c->e) && !machine && !*elsewhere;
    k->by = k->counts ? c->e->person : NULL;
    k->why_not = machine         ? "confirm-automatic"
                 : !proved(c->e) ? "confirm-not-proved"
                 : *elsewhere    ? elsewhere
                 : allowed       ? ""
                                 : why_says(c, f);
}

/* ---- somebody else's word, passed on ---- */

/* A clerk's "he has agreed", or the leader's letter forwarded by a clerk: people look at it. */
static void reported(struct checking *c, const struct agreement_found *f)
{
    const struct letter *l = c->letter;
    struct confirming *k = &c->e->confirming;
    const char *words = f->states && !long_text(l->fresh) ? f->words : "";
    for (size_t i = 0; !*words && i < l->forwards.n; i++) {
        const char *text = l->forwards.v[i].text;
        struct agreement_found g = agreement_read(c->mem, text, c->policy->agreement);
        words = g.states && !long_text(text) ? g.words : "";
    }
    if (!*words)
        return;
    k->words = words;
    k->why_not = "confirm-reported";
}

/* ---- joining ---- */

/* A question is passed to a unit, not to a person: a colleague who is registered there may answer with its
 * token (MIC-13.5d). Every other token is good for the one address it was sent to. */
static bool is_party(const struct checking *c, const struct known_token *t)
{
    const struct evidence *e = c->e;
    if (str_ieq(e->from, t->address))
        return true;
    const struct person *asked = e->directory && t->letter_key && str_starts(t->letter_key, "question-")
                                     ? directory_find_address(e->directory, t->address)
                                     : NULL;
    return asked && e->person && str_eq(asked->unit, e->person->unit);
}

/* A party's follow-up: the token that we sent to the very address that is proved now. */
static void joins_by_token(struct checking *c)
{
    struct evidence *e = c->e;
    for (size_t i = 0; c->known && i < c->known->n_tokens; i++) {
        const struct known_token *t = &c->known->tokens[i];
        if (t->purpose != TOKEN_REPLY || !is_checked(t) || *e->joins)
            continue;
        if (!proved(e) || written_by_machine(e) || !is_party(c, t)) {
            check_note(c, CHECK, FINDING_BAD, "joins-not", t->ref);
            continue;
        }
        e->joins = t->ref;
        check_note(c, CHECK, FINDING_GOOD, "joins", t->ref);
    }
}

/* What the sender's own text says, the name that he signs it with apart. */
static struct agreement_found own_words(const struct checking *c)
{
    const struct evidence *e = c->e;
    const char *text = c->letter->fresh;
    if (e->person && text)
        text = sign_off_cut(c->mem, text, e->person, e->unit);
    return agreement_read_of(c->mem, text, e->unit ? e->unit->name : "", c->policy->agreement);
}

void check_confirm(struct checking *c)
{
    struct evidence *e = c->e;
    const struct known_token *token = choose_token(c);
    const struct known_case *about = c->known && c->known->n_cases ? only_open(c->known) : NULL;
    e->confirming = (struct confirming){.ref = "", .how = "", .words = "", .why_not = ""};
    e->joins = "";
    joins_by_token(c);
    if (!token && (e->impersonates || (!e->person && !e->unit && !e->own_domain)))
        return; /* forged, or nobody asked and nobody who could be: most letters end here */
    struct agreement_found f = own_words(c);
    if (token)
        by_token(c, token, &f);
    else if (about && is_leader(c) && answers_thread(c->letter, &f))
        by_thread(c, about, &f);
    else if (is_leader(c))
        by_own_letter(c, &f);
    else
        reported(c, &f);
    report(c);
}
