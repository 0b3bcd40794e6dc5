/* submission.c: roles, and the hash that an approval binds. */
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

char *submission_content_hash(const void *mem, const char *title, const char *body)
{
    struct hash h;
    char *hex = mem_array(mem, char, HASH_HEX);
    hash_start(&h);
    hash_add_str(&h, title);
    hash_add_str(&h, body);
    hash_end(&h, hex);
    return hex;
}
