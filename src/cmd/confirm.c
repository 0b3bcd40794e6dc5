/* confirm.c: the leader's confirmation that came on paper, by fax or as a signed scan, recorded by staff
 * with the file as evidence; and asking him by letter, again. The evidence is kept by its hash under
 * HOUSE/evidence, durable before the row that names it, so that no row speaks of a file that is not there.
 */
#include "act.h"
#include "cmd/cmd.h"
#include "sys/clock.h"
#include "sys/file.h"

#define EVIDENCE_MAX (50u << 20)

/* Names of the same bytes are the same file: storing it again changes nothing. */
static bool keep_evidence(struct context *cx, const char *path, const char **ret_hash, struct err *err)
{
    char *bytes;
    size_t n;
    if (!file_read(cx->mem, path, EVIDENCE_MAX, &bytes, &n, err))
        return err_prefix(err, "evidence");
    if (n == 0)
        return err_set(err, ERR_DATA, "evidence '%s': the file is empty", path);
    char *dir = mem_fmt(cx->mem, "%s/evidence", cx->house->dir);
    char *hash = hash_hex(cx->mem, bytes, n);
    if (!file_make_dir(dir, 0700, err) || !file_write(file_join(cx->mem, dir, hash), bytes, n, 0600, err))
        return err_prefix(err, "evidence '%s'", path);
    *ret_hash = hash;
    return true;
}

/* The case changed between the asking and the doing: a paper that no row names may be of a complaint. */
static void drop_evidence(struct context *cx, const char *hash)
{
    struct str_list used = {0};
    struct err ignored = {0};
    if (store_evidence_files(cx->house->store, cx->mem, &used, &ignored) && !str_list_has(&used, hash))
        (void)unlink(mem_fmt(cx->mem, "%s/evidence/%s", cx->house->dir, hash));
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool print_done(struct context *cx, const char *ref, struct err *err)
{
    struct submission *s;
    if (!store_submission(cx->house->store, cx->mem, ref, &s, err))
        return false;
    const struct confirmation_state c = submission_confirmation(s);
    if (cx->json)
        print_json(json_pack("{s:s, s:s, s:s, s:i}", "submission", ref, "state", s->state, "confirmation",
                             c.state, "version", (int)s->version));
    else
        printf("%s: %s\n", ref, say(cx, mem_fmt(cx->mem, "confirmation.%s", c.state)));
    return true;
}

static bool record(struct context *cx, const char *ref, struct event *event, const char *file,
                   struct err *err)
{
    struct actor actor;
    struct plan *plan;
    if (!actor_of(cx, &actor, err))
        return false;
    if (!file || !*file)
        return err_set(err, ERR_USAGE, "missing argument: --evidence FILE");
    /* Asked first without the file, so that what is refused leaves none behind. */
    event->evidence = "-";
    if (!act_try(cx->house, cx->mem, ref, event, &actor, &plan, err) ||
        !keep_evidence(cx, file, &event->evidence, err))
        return false;
    event->evidence_name = utf8_printable(cx->mem, base_name(file));
    if (act(cx->house, cx->mem, ref, event, &actor, NULL, err))
        return print_done(cx, ref, err);
    drop_evidence(cx, event->evidence);
    return false;
}

static bool request(struct context *cx, const char *ref, const char *unit, struct err *err)
{
    struct actor actor;
    return actor_of(cx, &actor, err) && act_ask(cx->house, cx->mem, ref, unit, &actor, err) &&
           print_done(cx, ref, err);
}

static bool remind(struct context *cx, struct err *err)
{
    size_t n;
    if (!args_done(cx, err) || !act_remind(cx->house, &n, err))
        return false;
    if (cx->json)
        print_json(json_pack("{s:i}", "reminders", (int)n));
    else
        printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "confirm.reminded", "n",
                                   mem_fmt(cx->mem, "%zu", n), NULL));
    return true;
}

static bool run_confirm(struct context *cx, struct err *err)
{
    struct event event = {.name = "confirm",
                          .ground = "",
                          .hold = "",
                          .how = args_value(cx, "--how", ""),
                          .by = args_value(cx, "--by", ""),
                          .reason = args_value(cx, "--reason", "")};
    const char *file = args_value(cx, "--evidence", NULL);
    const char *unit = args_value(cx, "--unit", "");
    bool ask = args_flag(cx, "--request");
    if (args_flag(cx, "--remind"))
        return remind(cx, err);
    const char *ref = args_word(cx);
    if (!args_need(cx, ref, "REF", err) || !args_done(cx, err))
        return false;
    if (ask && (file || *event.how))
        return err_set(err, ERR_USAGE, "--request and --evidence: one of them");
    if (*unit && !ask)
        return err_set(err, ERR_USAGE, "--unit: only with --request");
    return ask ? request(cx, ref, unit, err) : record(cx, ref, &event, file, err);
}

const struct command cmd_confirm = {
    "confirm", NEED_HOUSE | NEED_RULES | NEED_STORE | NEED_LETTERS | NEED_TOKENS, run_confirm};
