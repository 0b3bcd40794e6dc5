/* ppt.c: see ppt.h. MS-PPT: a stream of records, those with version 15 hold others. All text atoms are
 * taken, wherever they stand: catppt, the program of Debian, knows only the outline and loses what stands
 * in a text box, such as a stamp (measured). A form feed begins each slide, notes page and master.
 *
 * Refuses to trust a length: a record ends where what holds it ends. At most 20 deep; every byte is looked
 * at once. The records of earlier savings are read as well: somebody may have left words there. */
#include "reader/ppt.h"
#include "reader/charset.h"
#include <gsf/gsf.h>

#define DEPTH_MAX 20u
#define HEADER    8u

enum record {
    TAGS = 0x1388,
    SLIDE = 0x03EE,
    NOTES = 0x03F0,
    MASTER = 0x03F8,
    CHARS = 0x0FA0,
    BYTES = 0x0FA8,
    STRING = 0x0FBA
};

struct ppt {
    struct extract *x;
    struct str out;
};

static unsigned little(const char *p, unsigned n)
{
    unsigned v = 0;
    while (n-- > 0)
        v = v << 8 | (unsigned char)p[n];
    return v;
}

/* Ends of lines and paragraphs become LF. */
static void add_text(struct ppt *p, const char *s)
{
    for (; *s; s++)
        str_addc(&p->out, *s == '\r' || *s == '\v' ? '\n' : *s);
    str_addc(&p->out, '\n');
}

/* UTF-16, or its low bytes alone. */
static void add_atom(struct ppt *p, const char *bytes, size_t n, bool wide)
{
    bool lossy = false;
    if (n == 0 || p->out.n > EXTRACT_MAX_TEXT)
        return;
    _cleanup_mem_ char *s = charset_convert(p->x->mem, wide ? "utf-16le" : "iso-8859-1", bytes, n, &lossy);
    add_text(p, s);
    if (lossy)
        extract_note(p->x->mem, &p->x->a->defects, "charset");
}

static void walk(struct ppt *p, const char *bytes, size_t n, unsigned depth)
{
    for (size_t at = 0; n - at >= HEADER;) {
        const char *head = bytes + at;
        unsigned type = little(head + 2, 2);
        size_t len = little(head + 4, 4), left = n - at - HEADER;
        len = len < left ? len : left;
        if (type == SLIDE || type == NOTES || type == MASTER)
            str_addc(&p->out, '\f');
        if ((*head & 15) == 15 && depth < DEPTH_MAX && type != TAGS)
            walk(p, head + HEADER, len, depth + 1);
        else if (type == CHARS || type == BYTES || type == STRING)
            add_atom(p, head + HEADER, len, type != BYTES);
        at += HEADER + len;
    }
}

/* CurrentUserAtom.headerToken: another value stands there in a presentation with a password. */
static bool is_locked(GsfInfile *in)
{
    GsfInput *stream = gsf_infile_child_by_name(in, "Current User");
    const char *p = stream ? (const char *)gsf_input_read(stream, 16, NULL) : NULL;
    bool locked = p && little(p + 12, 4) == 0xF3D1C4DF;
    if (stream)
        g_object_unref(stream);
    return locked;
}

static void read_slides(struct ppt *p, GsfInfile *in, size_t file_n)
{
    GsfInput *stream = gsf_infile_child_by_name(in, "PowerPoint Document");
    gsf_off_t n = stream ? gsf_input_size(stream) : -1;
    const char *bytes = NULL;
    if (n > 0 && (size_t)n <= file_n)
        bytes = (const char *)gsf_input_read(stream, (size_t)n, NULL);
    if (bytes)
        walk(p, bytes, (size_t)n, 0);
    if (stream)
        g_object_unref(stream);
}

char *ppt_text(struct extract *x, const char *bytes, size_t n)
{
    struct ppt p = {.x = x, .out = str_new(x->mem)};
    GsfInput *input = gsf_input_memory_new((const guint8 *)bytes, (gsf_off_t)n, FALSE);
    GsfInfile *in = input ? gsf_infile_msole_new(input, NULL) : NULL;
    if (in && is_locked(in))
        extract_note(x->mem, &x->a->defects, "encrypted");
    else if (in)
        read_slides(&p, in, n);
    if (in)
        g_object_unref(in);
    if (input)
        g_object_unref(input);
    str_trim_end(&p.out);
    return p.out.n ? p.out.s : mem_str(x->mem, "");
}
