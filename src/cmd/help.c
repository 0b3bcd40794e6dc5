/* help.c: how a command is typed, in the language asked for: help texts wrapped to the screen, and the
 * errors of who typed something else, with the nearest command. Needs no house. Refuses nothing. */
#include "cmd/cmd.h"
#include "house/tree.h"
#include "sys/file.h"

#define SCREEN  80
#define DEEPEST 24 /* columns that the lines below the first may stand in */

bool open_catalog(struct context *cx, struct err *err)
{
    struct catalog *catalog;
    const char *lang = *cx->options.lang ? cx->options.lang : "vi";
    if (cx->house && cx->house->catalog)
        return true;
    if (!house_load_catalog(cx->mem, file_share_dir(cx->mem), lang, &catalog, err))
        return false;
    cx->house = mem_zero(cx->mem, struct house);
    cx->house->catalog = catalog;
    return true;
}

/* ---- errors ---- */

bool usage_error(struct context *cx, const char *key, const char *subject, const char *other,
                 struct err *err)
{
    struct err why = {0};
    if (!open_catalog(cx, &why))
        return err_set(err, ERR_USAGE, "%s '%s' %s: %s", key, subject, other, why.text);
    return err_set(err, ERR_USAGE, "%s",
                   catalog_say(cx->mem, cx->house->catalog, key, "subject", subject, "other", other, NULL));
}

bool unknown_command(struct context *cx, const char *name, const char *const *known, size_t n,
                     struct err *err)
{
    const char *near = tree_nearest(name, known, n);
    return usage_error(cx, *near ? "usage.command-near" : "usage.command", name, near, err);
}

/* ---- help ---- */

/* Where the lines below the first begin: at the text behind "option  text", else a little to the right. */
static size_t hang_of(const char *line, size_t indent)
{
    const char *gap = strstr(line, "  ");
    if (!gap || gap == line)
        return indent + 2;
    gap += strspn(gap, " ");
    _cleanup_mem_ char *head = mem_bytes(NULL, line, (size_t)(gap - line));
    size_t hang = indent + utf8_width(head);
    return hang <= DEEPEST ? hang : indent + 4;
}

void print_wrapped(const char *line, size_t indent)
{
    size_t hang = hang_of(line, indent), at = indent;
    printf("%*s", (int)indent, "");
    for (const char *p = line; *p;) {
        size_t blanks = strspn(p, " "), n = strcspn(p + blanks, " ");
        _cleanup_mem_ char *word = mem_bytes(NULL, p + blanks, n);
        size_t width = utf8_width(word);
        if (p > line && at + blanks + width > SCREEN) {
            printf("\n%*s%s", (int)hang, "", word);
            at = hang + width;
        } else {
            printf("%*s%s", (int)blanks, "", word);
            at += blanks + width;
        }
        p += blanks + n;
    }
    putchar('\n');
}

/* How it is typed, what it does, and the numbered lines about its options. */
void print_help(const struct context *cx, const char *name)
{
    print_wrapped(say(cx, mem_fmt(cx->mem, "help.%s", name)), 0);
    putchar('\n');
    print_wrapped(say(cx, mem_fmt(cx->mem, "summary.%s", name)), 0);
    for (int i = 1;; i++) {
        const char *key = mem_fmt(cx->mem, "help.%s.%d", name, i);
        if (!catalog_has(cx->house->catalog, key))
            return;
        print_wrapped(say(cx, key), 2);
    }
}

void print_commands(const struct context *cx, const char *const *names, size_t n)
{
    print_wrapped(say(cx, "help.bbt"), 0);
    for (size_t i = 0; i < n; i++) {
        const char *group = mem_fmt(cx->mem, "help.group.%s", names[i]);
        if (catalog_has(cx->house->catalog, group))
            printf("\n%s\n", say(cx, group));
        print_wrapped(
            mem_fmt(cx->mem, "%-12s  %s", names[i], say(cx, mem_fmt(cx->mem, "summary.%s", names[i]))), 2);
    }
    printf("\n%s\n%s\n%s\n", say(cx, "help.begin"), say(cx, "help.day"), say(cx, "help.more"));
}
