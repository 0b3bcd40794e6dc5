/* ole.c: OLE compound files (MS-CFB): Office 97 documents, Outlook messages, and locked modern documents.
 * Programs read the documents; presentations are read here (ppt.c), a message becomes a letter (msg.c). The
 * directory's entries, 128 bytes each at multiples of 128, are looked for wherever they lie while the file
 * streams by: no sector chain is followed, so none can lead in circles, and a broken table hides nothing.
 */
#include "reader/extract.h"
#include "reader/msg.h"
#include "reader/ppt.h"

#define ENTRY       128u
#define MSG_MAX     (48u << 20) /* bytes of a message that are held in memory */
#define MAX_ENTRIES 10000u      /* libgsf goes down one branch by recursion */

static const struct known {
    const char *name; /* of a stream or storage */
    const char *real; /* NULL: does not tell */
    const char *defect;
} known[] = {
    {"WordDocument", "doc", NULL},
    {"Workbook", "xls", NULL},
    {"Book", "xls", NULL},
    {"PowerPoint Document", "ppt", NULL},
    {"__properties_version1.0", "msg", NULL},
    {"EncryptedPackage", NULL, "encrypted"},
    {"EncryptionInfo", NULL, "encrypted"},
    {"Macros", NULL, "macro"},
    {"_VBA_PROJECT_CUR", NULL, "macro"},
    {"_VBA_PROJECT", NULL, "macro"},
    {"VBA", NULL, "macro"},
};

/* Is this an entry of that name? UTF-16LE, its length in bytes with the NUL, and a type. */
static bool is_entry(const unsigned char *e, const char *name)
{
    size_t n = strlen(name);
    if (e[64] != 2 * (n + 1) || e[65] != 0 || (e[66] != 1 && e[66] != 2 && e[66] != 5))
        return false;
    for (size_t i = 0; i < n; i++)
        if (e[2 * i] != (unsigned char)name[i] || e[2 * i + 1] != 0)
            return false;
    return true;
}

/* FibBase.fEncrypted of a Word document: the stream begins at a sector, 512 bytes or more into the file. */
static bool is_locked_word(const unsigned char *s)
{
    return s[0] == 0xEC && s[1] == 0xA5 && s[3] == 0 && s[2] >= 0xC0 && (s[11] & 1) != 0;
}

static void see(struct extract *x, const unsigned char *e)
{
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (!is_entry(e, known[i].name))
            continue;
        if (known[i].real && str_eq(x->a->real, "ole"))
            x->a->real = known[i].real;
        if (known[i].defect)
            extract_note(x->mem, &x->a->defects, known[i].defect);
    }
    if (is_locked_word(e))
        extract_note(x->mem, &x->a->defects, "encrypted");
}

/* May this still turn out to be a message or a presentation? */
static bool is_kept(const struct extract *x)
{
    return str_eq(x->a->real, "ole") || str_eq(x->a->real, "msg") || str_eq(x->a->real, "ppt");
}

/* Any entry of the directory, by the bytes that are the same in all. */
static bool is_any_entry(const unsigned char *e)
{
    return e[64] <= 64 && e[64] % 2 == 0 && e[65] == 0 && (e[66] == 1 || e[66] == 2 || e[66] == 5) &&
           e[67] < 2;
}

static char *read_message(struct extract *x, const struct str *whole, size_t entries)
{
    struct str letter = str_new(x->mem);
    if (entries > MAX_ENTRIES)
        extract_note(x->mem, &x->a->defects, "limit-archive");
    else if (!msg_letter(x->mem, whole->s, whole->n, &letter, &x->a->defects))
        extract_note(x->mem, &x->a->defects, "file-broken");
    if (letter.n == 0)
        return mem_str(x->mem, "");
    /* What is missing in it a person must look for; what was found is read all the same. */
    x->a->how = str_list_has(&x->a->defects, "file-broken") ? "none" : "msg";
    return extract_letter_text(x, letter.s, letter.n);
}

/* Without any text it is left to the program, which may know more. */
static char *read_slides(struct extract *x, const struct str *whole, size_t entries)
{
    char *text = entries > MAX_ENTRIES ? mem_str(x->mem, "") : ppt_text(x, whole->s, whole->n);
    if (*text)
        x->a->how = "ppt";
    return text;
}

char *extract_ole(struct extract *x)
{
    unsigned char entry[ENTRY];
    size_t have = 0, n, entries = 0;
    struct str whole = str_new(x->mem);
    while ((n = part_read(x->part, (char *)entry + have, ENTRY - have)) > 0) {
        if (is_kept(x) && whole.n <= MSG_MAX)
            str_addn(&whole, entry + have, n);
        have += n;
        if (have < ENTRY)
            continue;
        see(x, entry);
        entries += is_any_entry(entry);
        have = 0;
    }
    if (str_eq(x->a->real, "ppt") && whole.n <= MSG_MAX)
        return read_slides(x, &whole, entries);
    if (!str_eq(x->a->real, "msg"))
        return mem_str(x->mem, "");
    if (whole.n <= MSG_MAX)
        return read_message(x, &whole, entries);
    extract_note(x->mem, &x->a->defects, "limit-size");
    return mem_str(x->mem, "");
}
