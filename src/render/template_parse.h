/* template_parse.h: a template as tokens, for template.c only. Tokens point into the template's text, which
 * must live as long as they do. */
#ifndef RENDER_TEMPLATE_PARSE_H
#define RENDER_TEMPLATE_PARSE_H

#include "render/template.h"

#define TEMPLATE_DEPTH                                                                                     \
    32 /* sections and partials within each other: a partial that calls itself ends here */

enum token_kind { TOKEN_TEXT, TOKEN_VALUE, TOKEN_RAW, TOKEN_SECTION, TOKEN_INVERTED, TOKEN_PARTIAL };

struct token {
    enum token_kind kind;
    const char *text; /* of TEXT: the bytes; else the name */
    size_t n;
    size_t end;         /* of a section: index of the first token after it */
    const char *indent; /* of a partial that stands alone on its line: the blanks before it */
    size_t indent_n;
    int line;
};

struct template_tokens {
    struct token *v;
    size_t n;
};

bool template_parse(const void *mem, const char *name, const char *text, enum template_target target,
                    struct template_tokens *ret, struct err *err);

#endif
