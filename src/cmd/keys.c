/* keys.c: `keygen FILE`: a pair of keys for sealed complaints. Needs no house: the inspectorate runs it on
 * a machine of its own and gives the house FILE.pub. */
#include "cmd/cmd.h"
#include "sys/seal.h"

static bool run_keygen(struct context *cx, struct err *err)
{
    const char *path = args_word(cx);
    struct seal_key key = {.name = ""};
    char id[SEAL_ID_TEXT];
    if (!args_need(cx, path && *path ? path : NULL, "FILE", err) || !args_done(cx, err))
        return false;
    char *public_path = mem_fmt(cx->mem, "%s.pub", path);
    if (!seal_make_pair(path, err) || !seal_read_public(public_path, &key, err))
        return false;
    seal_key_id(key.bytes, id);
    if (cx->json)
        print_json(json_pack("{s:s, s:s, s:s}", "secret", utf8_printable(cx->mem, path), "public",
                             utf8_printable(cx->mem, public_path), "id", id));
    else
        printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "keygen.done", "secret", path, "public",
                                   public_path, "id", id, NULL));
    return true;
}

const struct command cmd_keygen = {"keygen", NEED_RULES_FILES, run_keygen};
