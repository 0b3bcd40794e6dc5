/* parse_headers.c: see parse_headers.h. Values are decoded by our own splitter and charset ladder, since
 * GMime cuts encoded words; what had to be converted or could not be is noted, as it is of the text. */
#include "reader/parse_headers.h"
#include "reader/charset.h"
#include "reader/extract.h"

/* Was the value a legacy code? ASCII alone can be one only where the result is none (VIQR). */
static bool was_legacy(const struct letter *l, const struct headers_field *f, const char *value)
{
    size_t ascii = 0;
    bool lossy = false;
    while (value[ascii] && (unsigned char)value[ascii] < 128)
        ascii++;
    if (!value[ascii])
        return false;
    _cleanup_mem_ char *named = headers_decode(l, f->raw, f->raw_n, charset_as_named, &lossy);
    return !str_eq(named, value);
}

void parse_headers(struct letter *l, const struct limits_report *r)
{
    bool named = false;
    l->headers = mem_array(l, struct letter_header, r->n_fields);
    l->n_headers = r->n_fields;
    for (size_t i = 0; i < r->n_fields; i++) {
        const struct headers_field *f = &r->fields[i];
        bool lossy = false;
        l->headers[i] = (struct letter_header){.name = f->name, .raw = f->raw, .raw_n = f->raw_n};
        l->headers[i].value = headers_decode(l, f->raw, f->raw_n, charset_convert, &lossy);
        named |= *f->name != '\0';
        if (was_legacy(l, f, l->headers[i].value))
            extract_note(l, &l->defects, "unicode");
        if (lossy)
            extract_note(l, &l->defects, "charset");
        if (!*f->name)
            extract_note(l, &l->defects, "header-broken");
    }
    if (!named)
        extract_note(l, &l->defects, "no-headers");
}
