/* archive.c: zip files that are no documents, and tar, rar, 7z and files packed alone. The text of the
 * archive itself is the list of its files; each file that can be read is an attachment inside it, read
 * through the same table while it streams by. Nested archives end at the depth of extract.h. A file that is
 * encrypted, and every file behind a bound, is listed or named by a defect, never silently missing. */
#include "base/utf8.h"
#include "reader/charset.h"
#include "reader/extract.h"
#include "reader/zip.h"

#define NAME_BYTES 1000

/* Names are UTF-8 or whatever code page their program had. */
static char *shown(const void *mem, const char *name)
{
    const char *by;
    bool lossy;
    size_t n =
        strnlen(name, NAME_BYTES); /* 2,000 names of 64 KB each would cost more than what is in them */
    return utf8_printable(mem, charset_decode(mem, "", name, n, &by, &lossy));
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

/* Of a file packed alone: its archive's without the last ending. */
static char *own_name(const struct extract *x)
{
    char *name = mem_str(x->mem, x->a->name), *slash = strrchr(name, '/');
    name = slash ? slash + 1 : name;
    char *dot = strrchr(name, '.');
    if (dot)
        *dot = '\0';
    return name;
}

/* Not all of it was there to be read. The names of its files are shown as those of what is inside, but are
 * no text of what was read: a person must open it. */
static bool unread(const struct extract *x)
{
    static const char *const codes[] = {"encrypted", "archive-part", "file-broken"};
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (str_list_has(&x->a->defects, codes[i]))
            return true;
    return false;
}

static char *read_all(struct extract *x, struct zip *z)
{
    struct str out = str_new(x->mem);
    for (const char *raw; (raw = zip_next(z));) {
        char *name = *raw ? shown(x->mem, raw) : own_name(x);
        const struct letter_attachment *a = NULL;
        if (!zip_encrypted(z)) {
            struct part *part = part_open_pull(x->mem, zip_pull, z, part_budget(x->part));
            a = extract_inside(x, name, "application/octet-stream", part);
            talloc_free(part);
        }
        list(x, &out, name, a);
    }
    talloc_free(z);
    str_trim_end(&out);
    return out.s && !unread(x) ? out.s : mem_str(x->mem, "");
}

char *extract_zip(struct extract *x)
{
    return read_all(x, zip_open(x->mem, x->part, &x->a->defects));
}

char *extract_packed(struct extract *x)
{
    return read_all(x, zip_open_other(x->mem, x->part, x->a->real, &x->a->defects));
}
