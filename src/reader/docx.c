/* docx.c: Office Open XML text documents (ECMA-376 part 1, 17.3): the document, its headers and footers
 * (where the secrecy stamp of a scanned-in form often stands), foot- and endnotes. Deleted text and field
 * codes are other elements than w:t and so do not count. */
#include "reader/extract.h"
#include "reader/zipxml.h"

static bool wanted(const char *entry)
{
    static const char *const begins[] = {"word/document", "word/header", "word/footer", "word/footnotes",
                                         "word/endnotes"};
    for (size_t i = 0; i < ARRAY_LEN(begins); i++)
        if (str_starts(entry, begins[i]) && str_ends(entry, ".xml"))
            return true;
    return false;
}

char *extract_docx(const void *mem, struct part *part, struct str_list *defects)
{
    static const char *const text_in[] = {"t", NULL};
    static const char *const line_after[] = {"p", NULL};
    static const char *const line_at[] = {"br", "cr", NULL};
    static const char *const tab_at[] = {"tab", NULL};
    /* Tab stops are called "tab" too; the fallback of a drawing repeats its text. */
    static const char *const silent[] = {"pPr", "Fallback", NULL};
    static const struct zipxml_words words = {.wanted = wanted,
                                              .text_in = text_in,
                                              .line_after = line_after,
                                              .line_at = line_at,
                                              .tab_at = tab_at,
                                              .silent = silent};
    return zipxml_text(mem, part, &words, defects);
}
