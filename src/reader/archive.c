/* archive.c: zip files that are no documents. The text of the archive itself is the list of its files; each
 * file that can be read is an attachment inside it, read through the same table while it streams by. Nested
 * archives end at the depth of extract.h. A file that is encrypted, and every file behind a bound, is
 * listed or named by a defect, never silently missing. */
#include "base/utf8.h"
#include "reader/charset.h"
#include "reader/extract.h"
#include "reader/zip.h"

/* Names are UTF-8 or whatever code page their program had. */
static char *shown(const void *mem, const char *name)
{
    const char *by;
    bool lossy;
    return utf8_printable(mem, charset_decode(mem, "", name, strlen(name), &by, &lossy));
}

static void list(struct extract *x, struct str *out, const char *name, const struct letter_attachment *a)
{
    if (out->n >= EXTRACT_MAX_TEXT / 2)
        extract_note(x->mem, &x->a->defects, "text-cut");
    else if (a)
        str_addf(out, "%s\t%zu\n", name, a->bytes);
    else
        str_addf(out, "%s\n", name);
}

char *extract_zip(struct extract *x)
{
    struct str out = str_new(x->mem);
    struct zip *z = zip_open(x->mem, x->part, &x->a->defects);
    for (const char *raw; (raw = zip_next(z));) {
        char *name = shown(x->mem, raw);
        const struct letter_attachment *a = NULL;
        if (!zip_encrypted(z)) {
            struct part *part = part_open_pull(x->mem, zip_pull, z, part_left(x->part));
            a = extract_inside(x, name, "application/octet-stream", part);
            talloc_free(part);
        }
        list(x, &out, name, a);
    }
    talloc_free(z);
    str_trim_end(&out);
    /* Locked: the names are shown to a person as a defect's file, but are no text that was read. */
    return out.s && !str_list_has(&x->a->defects, "encrypted") ? out.s : mem_str(x->mem, "");
}
