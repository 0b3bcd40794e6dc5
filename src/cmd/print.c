/* print.c: tables that fit 80 columns, texts of others made printable, and JSON lines. Everything that a
 * sender or a file name may have a hand in goes through utf8_printable() before a terminal sees it. */
#include "cmd/cmd.h"

#define SCREEN 80

const char *say(const struct context *cx, const char *key)
{
    return catalog_text(cx->house->catalog, key);
}

void print_text(FILE *to, const char *text)
{
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "\n");
        _cleanup_mem_ char *line = mem_bytes(NULL, p, n);
        _cleanup_mem_ char *shown = utf8_printable(NULL, line);
        fprintf(to, "%s\n", shown);
        p += n + (p[n] == '\n');
    }
}

void print_failure(const struct context *cx, const char *text)
{
    const char *name = cx->command ? cx->command->name : "";
    struct str all = str_new(cx->mem);
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "\n");
        str_addf(&all, "bbt%s%s: %.*s\n", *name ? " " : "", name, (int)n, p);
        p += n + (p[n] == '\n');
    }
    fflush(stdout);
    print_text(stderr, all.s);
}

json_t *error_json(const struct context *cx, const struct err *err)
{
    return json_pack("{s:{s:s, s:s}}", "error", "kind", err_kind_name(err->kind), "message",
                     utf8_printable(cx->mem, err->text));
}

/* A value that jansson would not build is a string that is no UTF-8: our mistake, and never silence. */
void print_json(json_t *value)
{
    if (!value) {
        puts("{\"error\":{\"kind\":\"bug\",\"message\":\"a text is not UTF-8\"}}");
        return;
    }
    json_dumpf(value, stdout, JSON_COMPACT | JSON_REAL_PRECISION(4));
    putchar('\n');
    json_decref(value);
}

/* Cuts to `width` columns with "..." when something is lost, and pads unless it is the last column. */
static void print_cell(const char *text, size_t width, bool last)
{
    _cleanup_mem_ char *shown = utf8_printable(NULL, text);
    size_t w = utf8_width(shown);
    if (w > width) {
        size_t keep = utf8_prefix(shown, width - 1, SIZE_MAX);
        shown[keep] = '\0';
        while (utf8_width(shown) > width - 1)
            shown[utf8_prefix(shown, utf8_count(shown) - 1, SIZE_MAX)] = '\0';
        printf("%s~", shown);
        w = utf8_width(shown) + 1;
    } else {
        printf("%s", shown);
    }
    for (; !last && w < width + 1; w++)
        putchar(' ');
}

static size_t rest_width(const struct column *columns, size_t n)
{
    size_t used = n - 1;
    for (size_t i = 0; i < n; i++)
        used += columns[i].width;
    return used < SCREEN ? SCREEN - used : 10;
}

void print_table(const struct column *columns, size_t n, const char *const *cells, size_t n_rows)
{
    size_t rest = rest_width(columns, n);
    for (size_t r = 0; r <= n_rows; r++) {
        for (size_t i = 0; i < n; i++)
            print_cell(r == 0 ? columns[i].title : cells[(r - 1) * n + i],
                       columns[i].width ? columns[i].width : rest, i + 1 == n);
        putchar('\n');
    }
}
