/* submission.c: roles, the hash that an approval or a confirmation binds, and how a confirmation stands. */
#include "desk/submission.h"

static const struct {
    enum role role;
    const char *name;
} roles[] = {{ROLE_CHIEF, "chief"},         {ROLE_STANDING_DEPUTY, "standing-deputy"},
             {ROLE_DEPUTY, "deputy"},       {ROLE_MEMBER, "member"},
             {ROLE_SECRETARY, "secretary"}, {ROLE_EDITOR, "editor"},
             {ROLE_INSPECTOR, "inspector"}, {ROLE_ADMIN, "admin"},
             {ROLE_VIEWER, "viewer"}};

const char *role_name(enum role r)
{
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        if (roles[i].role == r)
            return roles[i].name;
    return "";
}

bool role_parse(const char *word, enum role *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        if (str_eq(roles[i].name, word)) {
            *ret = roles[i].role;
            return true;
        }
    }
    return false;
}

bool actor_has_any(const struct actor *a, const struct str_list *names)
{
    enum role r;
    if ((a->roles & ROLE_SYSTEM) && str_list_has(names, "system"))
        return true;
    for (size_t i = 0; i < names->n; i++)
        if (role_parse(names->v[i], &r) && (a->roles & r))
            return true;
    return false;
}

bool actor_reads_restricted(const struct actor *a)
{
    return (a->roles & (ROLE_INSPECTOR | ROLE_CHIEF | ROLE_SYSTEM)) != 0;
}

bool actor_reads_unread(const struct actor *a)
{
    return actor_reads_restricted(a) || (a->roles & ROLE_SECRETARY) != 0;
}

char *submission_content_hash(const void *mem, const char *title, const char *body)
{
    return submission_whole_hash(mem, title, body, "");
}

char *submission_whole_hash(const void *mem, const char *title, const char *body, const char *extra)
{
    struct hash h;
    char *hex = mem_array(mem, char, HASH_HEX);
    hash_start(&h);
    hash_add_str(&h, title);
    hash_add_str(&h, body);
    if (*extra)
        hash_add_str(&h, extra);
    hash_end(&h, hex);
    return hex;
}

bool submission_is_held_for(const struct submission *s, const char *reason)
{
    for (size_t i = 0; i < s->n_holds; i++)
        if (str_eq(s->holds[i].reason, reason))
            return true;
    return false;
}

bool submission_is_unread(const struct submission *s)
{
    bool proved = s->sender_unit && *s->sender_unit;
    return !proved && (submission_is_held_for(s, "unreadable") || submission_is_held_for(s, "limits"));
}

bool submission_is_withheld(const struct submission *s)
{
    return submission_is_unread(s) || submission_is_held_for(s, "secrecy");
}

/* The last thing said that settles anything; what was said of an older text settles nothing. */
static const struct confirmation *last_word(const struct submission *s)
{
    const struct confirmation *last = NULL;
    for (size_t i = 0; i < s->n_confirmations; i++) {
        const struct confirmation *c = &s->confirmations[i];
        bool settles =
            str_eq(c->what, "confirmed") || str_eq(c->what, "refused") || str_eq(c->what, "withdrawn");
        if (settles && str_eq(c->content_hash, s->content_hash))
            last = c;
    }
    return last;
}

bool submission_is_confirmed(const struct submission *s)
{
    const struct confirmation *last = last_word(s);
    return last && str_eq(last->what, "confirmed");
}

struct confirmation_state submission_confirmation(const struct submission *s)
{
    const struct confirmation *last = last_word(s);
    if (last)
        return (struct confirmation_state){last->what, last->person, last->how, last->evidence};
    bool waits = str_eq(s->verdict, "needs-confirmation") || str_eq(s->verdict, "confirmed");
    const char *state = !waits ? "not-needed" : s->requests > 0 ? "requested" : "needed";
    return (struct confirmation_state){state, "", "", ""};
}
