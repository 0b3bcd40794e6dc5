/* outbox.c: outgoing letters and where each of them is; --preview shows one as its reader will see it,
 * --raw the very bytes that will be sent. A letter may hold a token and a text that is not published, so
 * only who may ask for confirmations sees it whole. Reads nothing but letters that this program composed.
 */
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "mail/headers.h"
#include "mail/transfer.h"
#include "render/effect_text.h"

/* Our own letters speak UTF-8 only. */
static char *as_utf8(const void *mem, const char *charset, const char *bytes, size_t n, bool *ret_lossy)
{
    (void)charset;
    *ret_lossy = !utf8_valid(bytes, n);
    return utf8_nfc(mem, bytes, n);
}

static void print_headers(struct context *cx, const struct outgoing *o, size_t *ret_end)
{
    static const char *const shown[] = {"From",       "Reply-To",      "To", "Subject", "Date",
                                        "Message-ID", "Auto-Submitted"};
    struct headers_field *fields;
    bool lossy;
    size_t n = headers_split(cx->mem, o->bytes, o->n_bytes, 100, &fields, ret_end);
    for (size_t k = 0; k < ARRAY_LEN(shown); k++)
        for (size_t i = 0; i < n; i++)
            if (str_ieq(fields[i].name, shown[k])) {
                char *text = headers_decode(cx->mem, fields[i].raw, fields[i].raw_n, as_utf8, &lossy);
                printf("%s: %s\n", shown[k], utf8_printable(cx->mem, text));
            }
}

/* The first body of base64: lines from an empty one to the next that is no base64. */
static char *first_body(const void *mem, const char *bytes, size_t n)
{
    struct transfer_base64 b = {0};
    const char *at = str_ifind(bytes, n, "Content-Transfer-Encoding: base64");
    const char *text = at ? strstr(at, "\r\n\r\n") : NULL;
    if (!text)
        return mem_str(mem, "");
    const char *end = strstr(text, "\r\n--");
    size_t length = (size_t)((end ? end : bytes + n) - text);
    char *out = mem_array(mem, char, length + 8);
    size_t got = transfer_base64_add(&b, text, length, out);
    got += transfer_base64_end(&b, out + got);
    for (size_t i = 0, kept = 0; i <= got; i++)
        if (i == got || out[i] != '\r')
            out[kept++] = i == got ? '\0' : out[i];
    return out;
}

/* A digest names complainants where nothing is sealed (A33, A35). */
static bool reads_digest(struct context *cx, const char *key)
{
    struct actor actor;
    struct err ignored = {0};
    bool recused = true;
    return actor_of(cx, &actor, &ignored) && actor_reads_restricted(&actor) &&
           store_digest_recused(cx->house->store, key, &actor, &recused, &ignored) && !recused;
}

/* Who may not see a case does not see what we wrote about it. */
static bool sees(struct context *cx, const struct outgoing *o)
{
    switch (o->kept) {
    case KEPT_DIGEST:
        return reads_digest(cx, o->key);
    case KEPT_RESTRICTED:
        return reads_case(cx, o->ref);
    case KEPT_WITHHELD:
        return reads_unread(cx);
    default:
        return true;
    }
}

static bool may_read(struct context *cx, struct err *err)
{
    struct actor actor;
    if (!actor_of(cx, &actor, err))
        return false;
    return (actor.roles &
            (ROLE_CHIEF | ROLE_STANDING_DEPUTY | ROLE_DEPUTY | ROLE_SECRETARY | ROLE_ADMIN)) ||
           err_set(err, ERR_NO, "%s",
                   catalog_say(cx->mem, cx->house->catalog, "refusal.not-allowed-role", "detail", "outbox",
                               NULL));
}

static bool print_json_letter(struct context *cx, const struct outgoing *o)
{
    print_json(json_pack("{s:I, s:s, s:s, s:s, s:s, s:s}", "id", (json_int_t)o->id, "key", o->key, "to",
                         o->to, "message_id", o->message_id, "subject", o->subject, "text",
                         first_body(cx->mem, o->bytes, o->n_bytes)));
    return true;
}

static bool show_one(struct context *cx, const char *id, bool raw, struct err *err)
{
    int64_t number;
    struct outgoing *o;
    size_t end;
    if (!str_int(id, 1, INT64_MAX, &number))
        return err_set(err, ERR_USAGE, "'%s': not the number of a letter; see: bbt outbox", id);
    if (!args_done(cx, err) || !may_read(cx, err) ||
        !store_outbox_get(cx->house->store, cx->mem, number, &o, err))
        return false;
    if (!sees(cx, o))
        return err_set(err, ERR_NO, "%s: %s", id, say(cx, "refusal.restricted"));
    if (o->kept == KEPT_RESTRICTED && !note_view(cx, o->ref, "outbox", err))
        return false;
    if (cx->json)
        return print_json_letter(cx, o);
    if (raw) {
        fwrite(o->bytes, 1, o->n_bytes, stdout);
        return true;
    }
    print_headers(cx, o, &end);
    putchar('\n');
    print_text(stdout, first_body(cx->mem, o->bytes, o->n_bytes));
    return true;
}

static void print_json_row(struct context *cx, const struct outgoing *o)
{
    print_json(json_pack("{s:I, s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:s}", "id", (json_int_t)o->id, "key",
                         o->key, "to", o->to, "state", o->state, "message_id", o->message_id, "attempts",
                         (json_int_t)o->attempts, "queued", when_rfc3339(cx->mem, o->queued), "next_try",
                         when_rfc3339(cx->mem, o->next_try), "error", o->error ? o->error : ""));
}

/* A digest's line names its recipient and its week, and stays. */
static size_t those_seen(struct context *cx, struct outgoing *list, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (list[i].kept == KEPT_DIGEST || sees(cx, &list[i]))
            list[kept++] = list[i];
    return kept;
}

static bool list_all(struct context *cx, struct err *err)
{
    struct outgoing *list;
    size_t n;
    const struct column columns[] = {{say(cx, "outbox.number"), 5},
                                     {say(cx, "outbox.at"), 16},
                                     {say(cx, "outbox.state"), 10},
                                     {say(cx, "outbox.to"), 22},
                                     {say(cx, "outbox.letter"), 0}};
    if (!args_done(cx, err) || !store_outbox_list(cx->house->store, cx->mem, &list, &n, err))
        return false;
    const char **cells = mem_array(cx->mem, const char *, n * 5 + 1);
    n = those_seen(cx, list, n);
    for (size_t i = 0; i < n; i++) {
        const struct outgoing *o = &list[i];
        if (cx->json)
            print_json_row(cx, o);
        cells[i * 5] = mem_fmt(cx->mem, "%lld", (long long)o->id);
        cells[i * 5 + 1] = when_short(cx->mem, o->queued);
        cells[i * 5 + 2] = say(cx, mem_fmt(cx->mem, "outbox.%s", o->state));
        cells[i * 5 + 3] = o->to;
        cells[i * 5 + 4] = mem_fmt(cx->mem, *o->ref ? "%s %s" : "%s%s",
                                   letter_says(cx->mem, cx->house->catalog, o->key), o->ref);
    }
    if (!cx->json && n)
        print_table(columns, 5, cells, n);
    else if (!cx->json)
        printf("%s\n", say(cx, "outbox.empty"));
    return true;
}

static bool run_outbox(struct context *cx, struct err *err)
{
    const char *preview = args_value(cx, "--preview", NULL), *raw = args_value(cx, "--raw", NULL);
    if (preview && raw)
        return err_set(err, ERR_USAGE, "--preview and --raw: one of them");
    if (preview || raw)
        return show_one(cx, preview ? preview : raw, raw != NULL, err);
    return list_all(cx, err);
}

const struct command cmd_outbox = {"outbox", NEED_HOUSE | NEED_STORE, run_outbox};
