/* rules_show.c: `rules show [PROFILE] [--html]`: the profile as a document in which each line names its
 * article: text of 80 columns, or one accessible HTML page without script. */
#include "cmd/rules.h"
#include "render/rulebook.h"

static bool show(struct context *cx, const char *name, bool html, struct err *err)
{
    struct profile *p;
    const struct catalog *c = cx->house->catalog;
    if (!rules_load(cx, name, &p, err))
        return false;
    struct rulebook *book = rulebook_new(cx->mem, p, c, cx->house->lang);
    if (cx->json)
        printf("%s\n", rulebook_json(cx->mem, book));
    else
        printf("%s", html ? rulebook_html(cx->mem, book, c) : rulebook_text(cx->mem, book, c));
    return true;
}

bool rules_show(struct context *cx, const char *name, struct err *err)
{
    return show(cx, name, false, err);
}

bool rules_show_html(struct context *cx, const char *name, struct err *err)
{
    return show(cx, name, true, err);
}
