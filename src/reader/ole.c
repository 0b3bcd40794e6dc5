/* ole.c: OLE compound files (MS-CFB): Office 97 documents, Outlook messages, and locked modern documents.
 * Nothing is extracted here; programs do that. The directory's entries, 128 bytes each at multiples of 128,
 * are looked for wherever they lie while the file streams by: no sector chain is followed, so none can lead
 * in circles, and a broken table hides nothing. */
#include "reader/extract.h"

#define ENTRY 128u

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

char *extract_ole(struct extract *x)
{
    unsigned char entry[ENTRY];
    size_t have = 0, n;
    while ((n = part_read(x->part, (char *)entry + have, ENTRY - have)) > 0) {
        have += n;
        if (have < ENTRY)
            continue;
        see(x, entry);
        have = 0;
    }
    return mem_str(x->mem, "");
}
