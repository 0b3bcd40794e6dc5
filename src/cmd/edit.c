/* edit.c: a new version of the text that would be published. The old one stays, `show --history` shows
 * both; whatever was approved of it is void. */
#include "act.h"
#include "cmd/cmd.h"
#include "sys/file.h"

#define BODY_MAX (8u << 20)

static bool read_body(struct context *cx, const char *path, const char **ret, struct err *err)
{
    char *bytes;
    size_t n;
    if (!file_read(cx->mem, str_eq(path, "-") ? "/dev/stdin" : path, BODY_MAX, &bytes, &n, err))
        return err_prefix(err, "text");
    if (memchr(bytes, '\0', n) || !utf8_valid(bytes, n))
        return err_set(err, ERR_DATA, "text '%s': not UTF-8", path);
    *ret = utf8_nfc(cx->mem, bytes, n);
    return true;
}

/* --field NAME=VALUE, any number of them. */
static bool read_fields(struct context *cx, struct event *event, struct err *err)
{
    struct content_field *list = NULL;
    for (const char *v; (v = args_value(cx, "--field", NULL));) {
        const char *eq = strchr(v, '=');
        char *name = eq ? mem_bytes(cx->mem, v, (size_t)(eq - v)) : NULL;
        if (!name || !content_field_name_valid(name))
            return err_set(err, ERR_USAGE, "--field '%s': not like author=Nguyen Van A", v);
        *mem_append(cx->mem, list, event->n_fields) =
            (struct content_field){name, utf8_nfc(cx->mem, eq + 1, strlen(eq + 1))};
    }
    event->fields = list;
    return true;
}

static bool run_edit(struct context *cx, struct err *err)
{
    struct event event = {
        .name = "edit", .ground = "", .hold = "", .reason = args_value(cx, "--reason", "")};
    const char *title = args_value(cx, "--title", NULL), *body = args_value(cx, "--body-file", NULL);
    if (!args_version(cx, &event.if_version, err) || !read_fields(cx, &event, err))
        return false;
    const char *ref = args_word(cx);
    if (!args_need(cx, ref, "REF", err) || !args_done(cx, err))
        return false;
    if (body && !read_body(cx, body, &event.body, err))
        return false;
    event.title = title ? utf8_nfc(cx->mem, title, strlen(title)) : NULL;
    return do_event(cx, ref, &event, err);
}

const struct command cmd_edit = {"edit", NEED_HOUSE | NEED_RULES | NEED_STORE | NEED_LETTERS | NEED_TOKENS,
                                 run_edit};
