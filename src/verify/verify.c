/* verify.c: runs the checks over one letter, in the order of the table, and names their words.
 *
 * Pure and total: findings and fields of struct evidence, never a verdict (desk/admit). Invariants: an
 * authenticated letter has a From of exactly one plain mailbox, comes from a source whose results are
 * trusted and is not ambiguous; a letter that impersonates has standing "forged". */
#include "verify/verify.h"
#include "verify/check.h"

static void (*const checks[])(struct checking *) = {
    check_border,               /* where our servers took over: receipt time */
    check_from,                 /* who it says it is */
    check_domain,               /* whose domain that is */
    check_unit,                 /* who there is registered */
    check_authres,              /* whether that is proved */
    check_dkim,                 /* or proved by its own signature */
    check_lookalike,            /* whether it only looks official */
    check_bulk,                 /* whether a person wrote it */
    check_confirm,   check_act, /* what it says to a request of ours */
    check_supply,               /* what it brings to one */
    check_stray,                /* whose answer it is not */
    check_standing,             /* what follows for the standing */
};

struct evidence *verify(const void *mem, const struct letter *letter, const struct facts *facts,
                        const struct known *known, const struct directory *directory,
                        const struct policy *policy)
{
    struct evidence *e = mem_zero(mem, struct evidence);
    e->directory = directory;
    struct checking c = {.mem = mem,
                         .letter = letter,
                         .facts = facts,
                         .known = known,
                         .directory = directory,
                         .policy = policy,
                         .e = e};
    for (size_t i = 0; i < ARRAY_LEN(checks); i++)
        checks[i](&c);
    return e;
}

const char *auth_result_name(enum auth_result r)
{
    static const char *const names[] = {"unknown", "authenticated", "unauthenticated", "forged"};
    return names[r];
}

const char *standing_name(enum standing s)
{
    static const char *const names[] = {"unknown", "member", "partner", "public", "forged"};
    return names[s];
}

void finding_add(const void *mem, struct evidence *e, const char *check, enum finding_mark mark,
                 const char *key, const char *detail)
{
    struct finding *f = mem_append(mem, e->findings, e->n_findings);
    f->check = check;
    f->mark = mark;
    f->key = mem_str(mem, key);
    f->detail = mem_str(mem, detail);
}

void check_note(struct checking *c, const char *check, enum finding_mark mark, const char *key,
                const char *detail)
{
    finding_add(c->mem, c->e, check, mark, key, detail);
}
