/* template.h: Mustache (the core of the published spec, logic-less: {{x}} {{{x}}} {{&x}} {{#s}} {{^s}}
 * {{/s}}
 * {{! }} {{> partial}}, dotted names, standalone lines, no lambdas, no delimiter change), escaping chosen
 * by the target. Data is a jansson value. Pure: the edge reads template files. */
#ifndef RENDER_TEMPLATE_H
#define RENDER_TEMPLATE_H

#include "base/err.h"
#include <jansson.h>

enum template_target { TEMPLATE_TEXT, TEMPLATE_HTML, TEMPLATE_XML, TEMPLATE_HEADER };

/* A partial by name, or NULL. */
typedef const char *(*template_partial)(void *arg, const char *name);

/* ERR_CONF with `name:line` for a template that is not well formed. {{{x}}} is refused for HTML and XML: no
 * value reaches a page unescaped. HEADER replaces control characters, CR and LF by a space. */
bool template_render(const void *mem, const char *name, const char *text, json_t *data,
                     enum template_target target, template_partial partial, void *arg, char **ret,
                     struct err *err);

/* Only checks that it parses. */
bool template_check(const char *name, const char *text, enum template_target target, struct err *err);

#endif
