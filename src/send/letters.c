/* letters.c: see letters.h. A subject is filled for the target HEADER, so no parameter can end its line,
 * and cut to what compose takes. Every letter of a plan is automatic in the sense of RFC 3834: a template,
 * not a person, wrote it. A template is checked when it is read, so that a mistake is found at start and
 * not when a refusal is due. */
#include "send/letters.h"
#include "base/utf8.h"
#include "mail/address.h"
#include "render/template.h"
#include "send/compose.h"
#include "sys/file.h"

#define TEMPLATE_BYTES (256u << 10)
#define SUBJECT_CHARS  200

struct letter_template {
    const char *name, *path;
    const char *subject, *body;
};

struct letters_context {
    const char *from, *from_name, *institution;
    struct letter_template *v;
    size_t n;
    bool plus; /* "banbientap+TOKEN@..." reaches us */
};

static bool split_template(struct letter_template *t, char *text, struct err *err)
{
    char *end = strchr(text, '\n');
    if (!str_starts(text, "Subject: ") || !end)
        return err_set(err, ERR_CONF, "%s:1: the first line is not 'Subject: ...'", t->path);
    *end = '\0';
    t->subject = text + strlen("Subject: ");
    t->body = end + 1;
    if (*t->body != '\n')
        return err_set(err, ERR_CONF, "%s:2: the second line is not empty", t->path);
    t->body++;
    return template_check(t->path, t->subject, TEMPLATE_HEADER, err) &&
           template_check(t->path, t->body, TEMPLATE_TEXT, err);
}

static bool read_template(struct letters_context *ctx, const char *dir, const char *file, struct err *err)
{
    char *text;
    size_t n;
    struct letter_template t = {.path = file_join(ctx, dir, file),
                                .name = mem_bytes(ctx, file, strlen(file) - strlen(".txt"))};
    if (!file_read(ctx, t.path, TEMPLATE_BYTES, &text, &n, err))
        return false;
    if (!utf8_valid(text, n) || strlen(text) != n)
        return err_set(err, ERR_CONF, "%s: not UTF-8 text", t.path);
    if (!split_template(&t, text, err))
        return false;
    *mem_append(ctx, ctx->v, ctx->n) = t;
    return true;
}

static bool read_all(struct letters_context *ctx, const char *dir, struct err *err)
{
    const char **names;
    size_t n;
    if (!file_names(ctx, dir, &names, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (names[i][0] != '.' && str_ends(names[i], ".txt") && !read_template(ctx, dir, names[i], err))
            return false;
    return true;
}

struct letters_context *letters_open(const void *mem, const char *dir, const char *from,
                                     const char *institution, struct err *err)
{
    struct letters_context *ctx = mem_zero(mem, struct letters_context);
    ctx->from = mem_str(ctx, from);
    ctx->institution = mem_str(ctx, institution);
    ctx->from_name = mem_bytes(ctx, institution, utf8_prefix(institution, SIZE_MAX, COMPOSE_NAME_MAX));
    if (!address_sendable(from))
        err_set(err, ERR_CONF, "cannot write letters: our own address '%s' is not sendable", from);
    else if (read_all(ctx, dir, err))
        return ctx;
    talloc_free(ctx);
    return NULL;
}

static const struct letter_template *find(const struct letters_context *ctx, const char *name)
{
    for (size_t i = 0; i < ctx->n; i++)
        if (str_eq(ctx->v[i].name, name))
            return &ctx->v[i];
    return NULL;
}

static json_t *data_of(const struct plan_letter *l, const struct letters_context *ctx)
{
    json_t *data = json_object();
    if (!data || json_object_set_new(data, "institution", json_string(ctx->institution)) < 0)
        mem_exhausted();
    for (size_t i = 0; i < l->n_params; i++) {
        const char *value = l->params[i].value ? l->params[i].value : "";
        json_object_set_new(data, l->params[i].name, json_string(value)); /* not UTF-8: stays missing */
    }
    if (l->token)
        json_object_set_new(data, "token", json_string(l->token));
    return data;
}

static bool fill(const void *mem, const struct letter_template *t, json_t *data, char **ret_subject,
                 char **ret_body, struct err *err)
{
    char *subject;
    if (!template_render(mem, t->path, t->subject, data, TEMPLATE_HEADER, NULL, NULL, &subject, err) ||
        !template_render(mem, t->path, t->body, data, TEMPLATE_TEXT, NULL, NULL, ret_body, err))
        return false;
    *ret_subject = str_trim(mem, subject, utf8_prefix(subject, SUBJECT_CHARS, COMPOSE_SUBJECT_MAX));
    return true;
}

void letters_use_plus_addresses(struct letters_context *ctx)
{
    ctx->plus = true;
}

/* Where an answer finds its case even when the mail program keeps neither ids nor our words. */
static const char *reply_to(const void *mem, const struct plan_letter *l, const struct letters_context *ctx)
{
    const char *at = strrchr(ctx->from, '@');
    if (!ctx->plus || !l->token || !*l->token || !at)
        return NULL;
    return mem_fmt(mem, "%.*s+%s%s", (int)(at - ctx->from), ctx->from, l->token, at);
}

static bool render_one(const void *mem, struct plan_letter *l, const struct letters_context *ctx,
                       struct err *err)
{
    _cleanup_mem_ void *work = mem_new();
    const struct letter_template *t = find(ctx, l->template);
    if (!t)
        return err_set(err, ERR_CONF, "cannot write a letter: there is no template '%s.txt'", l->template);
    json_t *data = data_of(l, ctx);
    char *subject, *body;
    bool ok = fill(work, t, data, &subject, &body, err);
    json_decref(data);
    const struct compose_input in = {.from_name = ctx->from_name,
                                     .from = ctx->from,
                                     .reply_to = reply_to(work, l, ctx),
                                     .subject = ok ? subject : "",
                                     .body = ok ? body : "",
                                     .automatic = true};
    return ok && compose_letter(mem, l, &in, err);
}

bool letters_render(const void *mem, struct plan *plan, const struct letters_context *ctx, struct err *err)
{
    for (size_t i = 0; i < plan->n_effects; i++)
        if (plan->effects[i].kind == EFFECT_LETTER && !render_one(mem, plan->effects[i].letter, ctx, err))
            return false;
    return true;
}

const char *letters_from(const struct letters_context *ctx)
{
    return ctx->from;
}
