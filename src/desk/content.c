/* content.c: see content.h. A value is one line: what breaks lines in it becomes a blank, so that no value
 * can pose as a line of its own. */
#include "desk/content.h"

#define VERSION "version "
#define FIELD   "field "
#define FILE_   "file "

static char *one_line(const void *mem, const char *s)
{
    char *copy = mem_str(mem, s);
    for (char *p = copy; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = ' ';
    return copy;
}

bool content_field_name_valid(const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < n; i++)
        if (!(name[i] >= 'a' && name[i] <= 'z') && !str_digit(name[i]) && name[i] != '-')
            return false;
    return n > 0 && n <= 40 && name[0] >= 'a' && name[0] <= 'z';
}

char *content_of_letter(const void *mem, const struct letter *l)
{
    struct str out = str_new(mem);
    for (size_t i = 0; i < l->n_attachments; i++) {
        const struct letter_attachment *a = &l->attachments[i];
        if (a->number) /* lies in another one, whose hash covers it */
            continue;
        _cleanup_mem_ char *name = one_line(NULL, a->name);
        str_addf(&out, FILE_ "%s %s\n", a->sha256, name);
    }
    return out.n ? out.s : mem_str(mem, "");
}

struct letter *content_as_letter(const void *mem, const char *subject, const char *body)
{
    struct letter *l = mem_zero(mem, struct letter);
    l->subject = subject ? subject : "";
    l->body = l->fresh = body ? body : "";
    l->quoted = l->signature = l->forwarded = l->hidden = "";
    return l;
}

/* ---- lines ---- */

/* The next line of *at, moved behind it; NULL at the end. */
static const char *next_line(const void *mem, const char **at)
{
    const char *end = strchr(*at, '\n'), *from = *at;
    if (!*from)
        return NULL;
    size_t n = end ? (size_t)(end - from) : strlen(from);
    *at = from + n + (end ? 1 : 0);
    return mem_bytes(mem, from, n);
}

/* Splits "field NAME=VALUE"; false for another line. */
static bool split_field(char *line, const char **name, const char **value)
{
    char *eq = strchr(line, '=');
    if (!str_starts(line, FIELD) || !eq)
        return false;
    *eq = '\0';
    *name = line + strlen(FIELD);
    *value = eq + 1;
    return true;
}

const char *content_field(const void *mem, const char *extra, const char *name)
{
    const char *n, *v, *line;
    while (extra && (line = next_line(mem, &extra)))
        if (split_field(mem_str(mem, line), &n, &v) && str_eq(n, name))
            return v;
    return NULL;
}

static int64_t content_version(const char *extra)
{
    _cleanup_mem_ void *tmp = mem_new();
    int64_t n = 1;
    const char *line = extra ? next_line(tmp, &extra) : NULL;
    if (line && str_starts(line, VERSION))
        str_int(line + strlen(VERSION), 1, INT64_MAX, &n);
    return n;
}

/* ---- the next version ---- */

static void set_field(const void *mem, struct content_field **list, size_t *n, const char *name,
                      const char *value)
{
    size_t i = 0;
    while (i < *n && strcmp((*list)[i].name, name) < 0)
        i++;
    if (i == *n || !str_eq((*list)[i].name, name)) {
        mem_append(mem, *list, *n);
        memmove(&(*list)[i + 1], &(*list)[i], (*n - 1 - i) * sizeof **list);
    }
    (*list)[i] = (struct content_field){name, value};
}

char *content_with_files(const void *mem, const char *extra, const char *files)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct str out = str_new(mem);
    for (const char *line; (line = next_line(tmp, &extra));)
        if (!str_starts(line, FILE_))
            str_addf(&out, "%s\n", line);
    str_add(&out, files);
    return out.s;
}

char *content_next(const void *mem, const char *extra, const struct content_field *fields, size_t n)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct content_field *all = NULL;
    size_t n_all = 0;
    struct str files = str_new(tmp), out = str_new(mem);
    const char *at = extra ? extra : "", *line, *name, *value;
    while ((line = next_line(tmp, &at))) {
        if (split_field(mem_str(tmp, line), &name, &value))
            *mem_append(tmp, all, n_all) = (struct content_field){name, value};
        else if (str_starts(line, FILE_))
            str_addf(&files, "%s\n", line);
    }
    for (size_t i = 0; i < n; i++)
        set_field(tmp, &all, &n_all, fields[i].name, one_line(tmp, fields[i].value));
    str_addf(&out, VERSION "%lld\n", (long long)content_version(extra) + 1);
    for (size_t i = 0; i < n_all; i++)
        if (*all[i].value)
            str_addf(&out, FIELD "%s=%s\n", all[i].name, all[i].value);
    str_add(&out, files.n ? files.s : "");
    return out.s;
}
