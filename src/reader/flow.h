/* flow.h: the text of an office document as it grows: paragraphs, table rows, text boxes, and what a reader
 * does not see (deleted, hidden) kept apart. One paragraph is one line; a row whose cells are one line each
 * is one line with tabs between; other cells follow each other line by line; a text box follows the
 * paragraph that it is anchored in. */
#ifndef READER_FLOW_H
#define READER_FLOW_H

#include "base/str.h"

#define FLOW_ROWS 16u /* tables inside each other whose rows are kept together */

/* What is known of the font of a piece of text; three names, NULL when not said. */
struct flow_font {
    const char *run, *style, *paragraph; /* a font; the names of styles */
};

struct flow_span {
    size_t to; /* of the buffer, from where the span before ends */
    struct flow_font font;
};

struct flow_text {
    struct str s;
    struct flow_span *spans;
    size_t n_spans;
};

struct flow {
    const void *mem;
    struct str_list *defects;
    struct flow_text out, box, aside; /* aside: deleted and hidden text, a line each */
    struct flow_font font;            /* of what comes; strings are interned by flow_name() */
    unsigned boxes, asides;           /* depth */
    bool cut;                         /* "text-cut" was noted: nothing more is taken */
    size_t rows[FLOW_ROWS], n_rows;
    struct str_list names;
};

struct flow flow_new(const void *mem, struct str_list *defects);
void flow_text(struct flow *f, const char *s, size_t n);
void flow_char(struct flow *f, char c);
/* The end of a paragraph, and any other end of line. */
void flow_paragraph(struct flow *f);
/* A string that lives as long as the flow: equal strings are the same pointer. At most 512 of them. */
const char *flow_name(struct flow *f, const char *name);

void flow_row(struct flow *f);
void flow_cell_end(struct flow *f);
void flow_row_end(struct flow *f);
void flow_box(struct flow *f);
void flow_box_end(struct flow *f);
void flow_aside(struct flow *f);
void flow_aside_end(struct flow *f);

/* Texts put together, a form feed after each that is not blank but the last; cut at EXTRACT_MAX_TEXT. */
void flow_join(struct str *out, const char *text, size_t n);
char *flow_finish(const void *mem, struct str *out, struct str_list *defects);

#endif
