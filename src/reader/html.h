/* html.h: HTML to the text a person reads, by libxml2. Bounds are checked on the bytes before libxml2 sees
 * them: one tag with 50,000 attributes would take it 34 s (RELIABILITY 0.10). */
#ifndef READER_HTML_H
#define READER_HTML_H

#include "base/str.h"

#define HTML_MAX_BYTES (2u << 20)
#define HTML_MAX_ATTRS 256u
#define HTML_MAX_DEPTH 200u /* libxml2 itself stops at 256 */

/* `utf8` is valid UTF-8 already, whatever its <meta> says. Over a bound the tags are cut out by hand and
 * "limit-html" is added to defects; the words are never lost. *ret_hidden: the text that a reader
 * does not see, "" when none; when there is more than a few words, "hidden-text" is added. */
char *html_read(const void *mem, const char *utf8, size_t n, char **ret_hidden, struct str_list *defects);

/* Both in one, the hidden text at the end: for attachments. */
char *html_to_text(const void *mem, const char *utf8, size_t n, struct str_list *defects);

#endif
