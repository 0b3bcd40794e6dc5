/* actor.c: who typed this command (ARCHITECTURE 4, actors). Otherwise any shell user would be the chief. */
#include "cmd/cmd.h"
#include "store/accounts.h"
#include "sys/clock.h"
#include <pwd.h>
#include <sys/stat.h>

static const char *login_name(const void *mem)
{
    struct passwd *pw = getpwuid(getuid());
    return pw ? mem_str(mem, pw->pw_name) : mem_fmt(mem, "uid-%u", (unsigned)getuid());
}

static bool may_act_as_others(const struct context *cx)
{
    struct stat st;
    if (cx->house->conf->trial || getuid() == 0)
        return true;
    return stat(cx->house->dir, &st) == 0 && st.st_uid == getuid();
}

bool actor_of(struct context *cx, struct actor *ret, struct err *err)
{
    const char *login = login_name(cx->mem);
    if (cx->as && !may_act_as_others(cx))
        return err_set(err, ERR_NO, "act as '%s': only root, the owner of the house or a trial house may",
                       cx->as);
    if (!store_actor(cx->house->store, cx->mem, login, cx->as, clock_now(), ret, err))
        return err->kind == ERR_NO ? false
                                   : err_prefix(err, "staff account of '%s'", cx->as ? cx->as : login);
    return true;
}

bool note_view(struct context *cx, const char *ref, const char *detail, struct err *err)
{
    struct actor actor;
    return actor_of(cx, &actor, err) &&
           store_note(cx->house->store, ref, &actor, "VIEW", detail, clock_now(), err);
}

bool reads_case(struct context *cx, const char *ref)
{
    struct actor actor;
    struct err ignored = {0};
    bool recused = true;
    return actor_of(cx, &actor, &ignored) && actor_reads_restricted(&actor) &&
           store_recused(cx->house->store, ref, &actor, &recused, &ignored) && !recused;
}

bool find_case(struct context *cx, const char *ref, struct submission **ret, struct err *err)
{
    if (!store_submission(cx->house->store, cx->mem, ref, ret, err))
        return false;
    return !(*ret)->restricted || reads_case(cx, ref) ||
           err_set(err, ERR_NO, "'%s': %s", ref,
                   catalog_say(cx->mem, cx->house->catalog, "refusal.restricted", "detail", ref, NULL));
}

bool reads_words(struct context *cx, const struct submission *s)
{
    if (s->restricted || submission_is_held_for(s, "secrecy"))
        return reads_case(cx, s->ref);
    return !submission_is_unread(s) || reads_unread(cx);
}

bool reads_unread(struct context *cx)
{
    struct actor actor;
    struct err ignored = {0};
    return actor_of(cx, &actor, &ignored) && actor_reads_unread(&actor);
}

bool reads_restricted(struct context *cx)
{
    struct actor actor;
    struct err ignored = {0};
    return actor_of(cx, &actor, &ignored) && actor_reads_restricted(&actor);
}
