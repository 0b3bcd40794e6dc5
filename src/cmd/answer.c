/* answer.c: the answer to a question, as staff have it in a file: question and answer become one version,
 * the asker masked, which is approved and published like any text. For other cases it is what their track
 * says of the event. */
#include "act.h"
#include "cmd/cmd.h"
#include "sys/file.h"

#define ANSWER_MAX (1u << 20)

static bool read_answer(struct context *cx, const char *path, const char **ret, struct err *err)
{
    char *bytes;
    size_t n;
    if (!file_read(cx->mem, path, ANSWER_MAX, &bytes, &n, err))
        return err_prefix(err, "answer");
    if (memchr(bytes, '\0', n) || !utf8_valid(bytes, n))
        return err_set(err, ERR_DATA, "answer '%s': not UTF-8", path);
    char *text = utf8_nfc(cx->mem, bytes, n);
    *ret = str_trim(cx->mem, text, strlen(text));
    return **ret || err_set(err, ERR_DATA, "answer '%s': the file is empty", path);
}

static bool run_answer(struct context *cx, struct err *err)
{
    struct event event = {
        .name = "answer", .ground = "", .hold = "", .reason = args_value(cx, "--reason", "")};
    const char *file = args_value(cx, "--file", NULL), *ref = args_word(cx);
    return args_need(cx, ref, "REF", err) && args_need(cx, file, "--file FILE", err) &&
           args_done(cx, err) && read_answer(cx, file, &event.body, err) && do_event(cx, ref, &event, err);
}

const struct command cmd_answer = {
    "answer", NEED_HOUSE | NEED_RULES | NEED_STORE | NEED_LETTERS | NEED_TOKENS, run_answer};
