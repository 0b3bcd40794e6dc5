/* odt.c: OpenDocument text (ODF 1.3 part 3, 5 and 6): content.xml, and styles.xml for headers and footers.
 * Tracked deletions are passed over; annotations are kept, since a reader sees them. */
#include "reader/extract.h"
#include "reader/zipxml.h"

static bool wanted(const char *entry)
{
    return str_eq(entry, "content.xml") || str_eq(entry, "styles.xml");
}

char *extract_odt(const void *mem, struct part *part, struct str_list *defects)
{
    static const char *const text_in[] = {"p", "h", NULL};
    static const char *const line_after[] = {"p", "h", NULL};
    static const char *const line_at[] = {"line-break", NULL};
    static const char *const tab_at[] = {"tab", NULL};
    static const char *const space_at[] = {"s", NULL};
    static const char *const silent[] = {"tracked-changes", NULL};
    static const struct zipxml_words words = {.wanted = wanted,
                                              .text_in = text_in,
                                              .line_after = line_after,
                                              .line_at = line_at,
                                              .tab_at = tab_at,
                                              .space_at = space_at,
                                              .silent = silent};
    return zipxml_text(mem, part, &words, defects);
}
