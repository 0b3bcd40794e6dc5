/* check_act.c: an answer by which a member of the staff acts on a submission (WF-5): it carries a token
 * that was sent to the very address that is proved now, is written by a person, comes in time, and the text
 * is still the one that was shown. Then the first line says what is to be done, in one of the few words of
 * the rules. An approval is that word and nothing else: whoever adds "but" has not approved. Everything
 * else is evidence for people and does nothing. */
#include "base/utf8.h"
#include "house/words.h"
#include "verify/check.h"

static const char CHECK[] = "act";

static bool proved(const struct evidence *e)
{
    return e->auth == AUTH_AUTHENTICATED && !e->impersonates && !e->ambiguous && *e->from;
}

static const char *why_not_now(const struct checking *c, const struct known_token *t)
{
    if (t->used)
        return "act-used";
    if (!t->open)
        return "act-closed";
    if (c->e->received > t->expires)
        return "act-expired";
    return str_eq(t->present_hash, t->content_hash) ? "" : "act-changed";
}

static const char *why_not_person(const struct evidence *e, const struct known_token *t)
{
    if (e->automatic || e->bounce || e->bulk)
        return "act-automatic";
    if (!proved(e))
        return "act-not-proved";
    return str_ieq(e->from, t->address) ? "" : "act-wrong-person";
}

/* ---- the words ---- */

static bool mark(char c)
{
    return str_space(c) || strchr(".,;:!-*", c);
}

static char *trimmed(const void *mem, const char *s, size_t n)
{
    while (n && mark(*s))
        s++, n--;
    while (n && mark(s[n - 1]))
        n--;
    return mem_bytes(mem, s, n);
}

/* What stands behind a word of the list at the beginning of the line; NULL when none does. */
static const char *behind(const struct checking *c, enum words_list list, const char *line)
{
    const struct word_entry *w;
    size_t cursor = 0, best = 0;
    char *folded = utf8_fold(c->mem, line);
    while (c->policy->profile && (w = words_next(c->policy->profile, list, &cursor))) {
        char *word = utf8_fold(c->mem, w->text);
        size_t n = strlen(word);
        if (n > best && str_starts(folded, word) && (!folded[n] || mark(folded[n])))
            best = n;
    }
    return best ? trimmed(c->mem, folded + best, strlen(folded + best)) : NULL;
}

static struct str_list lines_of(const void *mem, const char *text)
{
    struct str_list list = {0};
    while (text && *text) {
        const char *end = strchrnul(text, '\n');
        char *line = trimmed(mem, text, (size_t)(end - text));
        if (*line)
            str_list_add(mem, &list, line);
        text = *end ? end + 1 : end;
    }
    return list;
}

static char *joined(const void *mem, const struct str_list *l, size_t from)
{
    struct str out = str_new(mem);
    for (size_t i = from; i < l->n; i++)
        str_addf(&out, "%s%s", out.n ? "\n" : "", l->v[i]);
    return out.n ? out.s : mem_str(mem, "");
}

static void read_words(struct checking *c, struct acting *a)
{
    const char *fresh = c->letter->fresh;
    const char *own = c->e->person ? sign_off_cut(c->mem, fresh, c->e->person, c->e->unit) : fresh;
    struct str_list lines = lines_of(c->mem, own);
    const char *first = lines.n ? lines.v[0] : "", *rest;
    a->why_not = "act-unclear";
    if ((rest = behind(c, WORDS_ACT_APPROVE, first)) && !*rest && lines.n == 1) {
        a->verb = "approve";
    } else if ((rest = behind(c, WORDS_ACT_RETURN, first))) {
        if (*rest)
            str_list_add(c->mem, &a->todo, rest);
        for (size_t i = 1; i < lines.n; i++)
            str_list_add(c->mem, &a->todo, lines.v[i]);
        a->verb = "return";
    } else if ((rest = behind(c, WORDS_ACT_REFUSE, first))) {
        a->ground = rest;
        a->reason = joined(c->mem, &lines, 1);
        a->verb = "refuse";
    }
    if (*a->verb)
        a->why_not = "";
}

/* Words that come too late are read, too: people must know whether he objects. */
static void read_all(struct checking *c, struct acting *a)
{
    const char *too_late = a->why_not;
    read_words(c, a);
    a->said = a->verb;
    if (!*too_late)
        return;
    a->verb = "";
    a->why_not = too_late;
}

void check_act(struct checking *c)
{
    struct acting *a = &c->e->acting;
    *a = (struct acting){.ref = "", .said = "", .verb = "", .ground = "", .reason = "", .why_not = ""};
    for (size_t i = 0; c->known && i < c->known->n_tokens; i++) {
        const struct known_token *t = &c->known->tokens[i];
        if (t->purpose != TOKEN_ACT || !t->token || *t->token) /* only those that token_check() accepted */
            continue;
        const char *person = why_not_person(c->e, t);
        a->why_not = *person ? person : why_not_now(c, t);
        a->token = t;
        if (*person)
            continue;
        a->ref = t->ref;
        read_all(c, a);
        break;
    }
    if (*a->verb)
        check_note(c, CHECK, FINDING_GOOD, mem_fmt(c->mem, "act-%s", a->verb), a->ref);
    else if (*a->why_not)
        check_note(c, CHECK, FINDING_BAD, a->why_not, a->token->ref);
}
