/* check_lookalike.c: does the letter only look official? (abuse A10, SV-4, LABELS reject-spoof)
 *
 * Domains are compared with our own and with those of registered people: the same shape (rnic, mic-gov.vn,
 * Cyrillic, xn--), our labels inside another domain (mic.gov.vn.evil.com), our labels under another ending
 * (mic.gov.com), one typing error in a long name. Names under gov.vn are given to state bodies only and lie
 * close together (angiang, haugiang, hagiang), so there only the shape counts. An official address shown in
 * the display name by somebody else impersonates, and so does the name of a unit's leader together with his
 * title. A name alone does not: people share names; nor does a title alone. */
#include "base/utf8.h"
#include "mail/address.h"
#include "verify/check.h"

static const char CHECK[] = "lookalike";
enum { TYPO_MIN = 7 /* letters of a label in which one error is no accident */, TOKENS_MAX = 32 };
enum { NAME_MIN = 2, NAME_MAX = 6 /* words of a person's name */, SHOWN_MAX = 200 /* bytes looked at */ };

struct tokens {
    const char *v[TOKENS_MAX];
    size_t n;
};

static struct tokens split(const void *mem, const char *domain)
{
    struct tokens t = {.n = 0};
    for (const char *s = domain; t.n < TOKENS_MAX;) {
        size_t n = strcspn(s, ".-");
        if (n)
            t.v[t.n++] = mem_bytes(mem, s, n);
        if (!s[n])
            break;
        s += n + 1;
    }
    return t;
}

/* The first `n` labels of official stand in a row among those of seen. */
static bool contains_run(const struct tokens *seen, const struct tokens *official, size_t n)
{
    for (size_t i = 0; i + n <= seen->n; i++) {
        size_t k = 0;
        while (k < n && str_ieq(seen->v[i + k], official->v[k]))
            k++;
        if (k == n)
            return true;
    }
    return false;
}

/* mic.gov.kh is another state's ministry; mic.gov.vm is not. */
static bool foreign_state(const struct tokens *seen, const struct tokens *official)
{
    const char *country = seen->v[seen->n - 1];
    return seen->n >= 2 && strlen(country) == 2 && str_eq(seen->v[seen->n - 2], "gov") &&
           confusable_distance(country, official->v[official->n - 1], 1) > 1;
}

/* mic.gov.vn.evil.com, mic-gov-vn.com, micgovvn.com, mic.gov.com */
static bool borrows_labels(const void *mem, const char *seen, const char *official)
{
    const char *label = mem_bytes(mem, official, strcspn(official, ".-"));
    if (!strstr(seen, label))
        return false; /* most pairs end here: a registry has many domains */
    struct tokens s = split(mem, seen), o = split(mem, official);
    if (s.n == 0 || o.n == 0)
        return false;
    if (contains_run(&s, &o, o.n))
        return true;
    if (o.n >= 3 && contains_run(&s, &o, o.n - 1) && !foreign_state(&s, &o))
        return true;
    struct str glued = str_new(mem);
    for (size_t i = 0; i < o.n; i++)
        str_add(&glued, o.v[i]);
    for (size_t i = 0; o.n >= 3 && i < s.n; i++)
        if (str_ieq(s.v[i], glued.s))
            return true;
    return false;
}

/* One typing error in a long first label, the rest equal: nxbttt.vn for nxbtttt.vn. */
static bool one_typo(const char *seen, const char *official)
{
    size_t label = strcspn(official, ".");
    return label >= TYPO_MIN && confusable_distance(seen, official, 1) == 1;
}

/* The seen domain, with what is compared for every official one made once. */
struct seen {
    const char *domain;
    struct str_list shapes; /* of the domain and of each of its suffixes (login.mic-gov.vn) */
    bool state;             /* under gov.vn */
};

static struct seen see(const void *mem, const char *domain)
{
    struct seen s = {.domain = domain, .state = address_in_domain(domain, "gov.vn")};
    for (const char *part = domain; part; part = strchr(part, '.')) {
        part += *part == '.';
        *mem_append(mem, s.shapes.v, s.shapes.n) = confusable_domain(mem, part);
    }
    return s;
}

static bool resembles(const void *mem, const struct seen *s, const char *official)
{
    if (address_in_domain(s->domain, official) || address_in_domain(official, s->domain))
        return false;
    if (str_list_has(&s->shapes, confusable_domain(mem, official)))
        return true;
    return !s->state && (borrows_labels(mem, s->domain, official) || one_typo(s->domain, official));
}

/* The official domain that this one imitates, or NULL. A registered domain imitates nobody, however much it
 * resembles another one. */
static const char *imitated_domain(const struct checking *c, const char *domain)
{
    const struct str_list *own = &c->policy->own_domains;
    if (check_is_public_mail(c, domain) || directory_find_domain(c->directory, domain))
        return NULL;
    const struct seen s = see(c->mem, domain);
    for (size_t i = 0; i < own->n; i++)
        if (resembles(c->mem, &s, own->v[i]))
            return own->v[i];
    for (size_t u = 0; u < c->directory->n_units; u++) {
        const struct str_list *theirs = &c->directory->units[u].domains;
        for (size_t i = 0; i < theirs->n; i++)
            if (!check_is_own(c->policy, theirs->v[i]) && resembles(c->mem, &s, theirs->v[i]))
                return theirs->v[i];
    }
    return NULL;
}

static void accuse(struct checking *c, const char *key, const char *detail)
{
    c->e->impersonates = true;
    check_note(c, CHECK, FINDING_BAD, key, detail);
}

static void look_at_domain(struct checking *c)
{
    const char *seen = c->e->from_domain;
    if (c->e->own_domain || c->e->person)
        return;
    const char *official = imitated_domain(c, seen);
    if (official)
        accuse(c, "lookalike-domain", mem_fmt(c->mem, "%s ~ %s", seen, official));
}

/* At a public provider the local part carries the name: trungtamttvdn1s@gmail.com. */
static void look_at_mailbox(struct checking *c)
{
    const char *mailbox = c->policy->profile ? c->policy->profile->mailbox : NULL;
    const char *at = mailbox ? strchr(mailbox, '@') : NULL;
    if (!at || !check_is_public_mail(c, at + 1) || !str_ieq(c->e->from_domain, at + 1))
        return;
    char *ours = mem_bytes(c->mem, mailbox, (size_t)(at - mailbox));
    char *theirs = mem_bytes(c->mem, c->e->from, strcspn(c->e->from, "@"));
    if (!str_ieq(ours, theirs) &&
        str_eq(confusable_skeleton(c->mem, ours), confusable_skeleton(c->mem, theirs)))
        accuse(c, "lookalike-mailbox", mailbox);
}

/* The words of a display name, without marks and signs, each ended by one blank; at[i]: where word i
 * begins.
 */
struct shown {
    char *text;
    size_t at[TOKENS_MAX + 1], n;
};

static struct shown show(const void *mem, const char *name)
{
    struct str b = str_new(mem);
    struct shown s = {.n = 0};
    const char *bare = utf8_bare(mem, mem_bytes(mem, name, utf8_prefix(name, SIZE_MAX, SHOWN_MAX)));
    bool in = false;
    for (size_t i = 0, len = strlen(bare); i < len && s.n < TOKENS_MAX;) {
        int32_t cp;
        size_t k = utf8_decode(bare + i, len - i, &cp);
        bool word = utf8_word_char(cp);
        if (word && !in)
            s.at[s.n] = b.n;
        if (word)
            str_addn(&b, bare + i, k);
        else if (in) {
            str_addc(&b, ' ');
            s.n++;
        }
        in = word;
        i += k;
    }
    if (in && s.n < TOKENS_MAX) {
        str_addc(&b, ' ');
        s.n++;
    }
    s.text = mem_bytes(mem, b.n ? b.s : "", b.n);
    s.at[s.n] = b.n;
    return s;
}

static bool holds_words(const void *mem, const struct shown *s, const char *phrase)
{
    const char *wanted = show(mem, phrase).text;
    const char *found = *wanted ? strstr(s->text, wanted) : NULL;
    while (found && found > s->text && found[-1] != ' ')
        found = strstr(found + 1, wanted);
    return found != NULL;
}

/* The leader or deputy whose name and title both stand in it, or NULL. */
static const struct person *titled_leader(const struct checking *c, const char *name)
{
    const struct shown s = show(c->mem, name);
    for (size_t i = 0; i < s.n; i++)
        for (size_t k = NAME_MIN; k <= NAME_MAX && i + k <= s.n && s.n > NAME_MIN; k++) {
            const char *part = mem_bytes(c->mem, s.text + s.at[i], s.at[i + k] - s.at[i]);
            const struct person *p = directory_find_name(c->directory, part);
            if (p && (p->role == PERSON_LEADER || p->role == PERSON_DEPUTY) && *p->title &&
                holds_words(c->mem, &s, p->title))
                return p;
        }
    return NULL;
}

/* Whether the address is one that somebody answers for: ours, registered, or another state body's, proved.
 */
static bool answered_for(const struct evidence *e)
{
    bool proved = e->auth == AUTH_AUTHENTICATED;
    return e->own_domain || e->person || e->unit || (proved && address_in_domain(e->from_domain, "gov.vn"));
}

/* A colleague's address in an authenticated colleague's name is a habit, not a fraud. */
static void look_at_name(struct checking *c)
{
    struct evidence *e = c->e;
    struct str_list shown = address_find_all(c->mem, e->from_name);
    bool colleague = e->own_domain && e->auth == AUTH_AUTHENTICATED;
    for (size_t i = 0; i < shown.n && !colleague; i++) {
        const char *address = shown.v[i];
        bool official = check_is_official(c, address) || imitated_domain(c, check_domain_of(address));
        if (official && !str_ieq(address, e->from)) {
            accuse(c, "lookalike-name-address", address);
            return;
        }
    }
    const struct person *leader = *e->from_name && !answered_for(e) ? titled_leader(c, e->from_name) : NULL;
    if (leader) {
        accuse(c, "lookalike-name-title", mem_fmt(c->mem, "%s, %s", leader->name, leader->title));
        return;
    }
    const struct person *person = *e->from_name ? directory_find_name(c->directory, e->from_name) : NULL;
    if (person && !e->person)
        check_note(c, CHECK, FINDING_NOTE, "lookalike-name", person->name);
}

void check_lookalike(struct checking *c)
{
    if (!*c->e->from)
        return;
    look_at_domain(c);
    look_at_mailbox(c);
    look_at_name(c);
}
