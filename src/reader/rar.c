/* rar.c: see rar.h. libarchive 3.6 unpacks the cipher of a rar 5 as if it were the file, and calls a volume
 * whose files end in the next one whole: both would be silently missing words. The two layouts of headers
 * are RARLAB's (technote.txt of unrar 4; "RAR 5.0 archive format"). Refuses nothing: what is no header ends
 * the walk, libarchive then says what it thinks of it. */
#include "reader/rar.h"

struct walk {
    const unsigned char *p, *end;
};

static const char encrypted[] = "encrypted", volume[] = "archive-part";

/* ---- rar 5: numbers of seven bits a byte, lowest first ---- */

static bool number(struct walk *w, uint64_t *ret)
{
    *ret = 0;
    for (unsigned shift = 0; shift < 63 && w->p < w->end; shift += 7) {
        unsigned char c = *w->p++;
        *ret |= (uint64_t)(c & 127) << shift;
        if (c < 128)
            return true;
    }
    return false;
}

/* Is there a record of encryption in the extra area of a file? */
static bool locked_file(struct walk extra)
{
    uint64_t size, type;
    while (number(&extra, &size)) {
        struct walk record = extra;
        if (!number(&record, &type) || size > (uint64_t)(extra.end - extra.p))
            return false;
        if (type == 1)
            return true;
        extra.p += size;
    }
    return false;
}

enum { MAIN = 1, FILE_OR_SERVICE = 2, CRYPT = 4, HAS_EXTRA = 1, HAS_DATA = 2 };

struct header {
    uint64_t type, flags, extra, data;
};

/* What all headers begin with; w ends where the header does. */
static bool take_header(struct walk *w, const unsigned char *end, struct header *h)
{
    uint64_t size;
    *h = (struct header){0};
    if (!number(w, &size) || size > (uint64_t)(w->end - w->p))
        return false;
    w->end = w->p + size;
    if (!number(w, &h->type) || !number(w, &h->flags))
        return false;
    if (((h->flags & HAS_EXTRA) && !number(w, &h->extra)) ||
        ((h->flags & HAS_DATA) && !number(w, &h->data)))
        return false;
    return h->extra <= (uint64_t)(w->end - w->p) && h->data <= (uint64_t)(end - w->end);
}

/* One header; *at is moved behind it and its data. False: there is no more. */
static bool block(struct walk *at, const char **ret)
{
    struct header h;
    uint64_t archive = 0;
    if (at->end - at->p < 6)
        return false;
    struct walk w = {at->p + 4, at->end};
    if (!take_header(&w, at->end, &h))
        return false;
    bool file = h.type == FILE_OR_SERVICE && h.extra > 0;
    if (h.type == CRYPT || (file && locked_file((struct walk){w.end - h.extra, w.end})))
        *ret = encrypted;
    else if (h.type == MAIN && number(&w, &archive) && (archive & 1))
        *ret = volume;
    at->p = w.end + h.data;
    return true;
}

static const char *trouble_of_5(struct walk w)
{
    const char *found = NULL, *one = NULL;
    while (found != encrypted && block(&w, &one))
        found = one ? one : found;
    return found;
}

/* ---- before that: flags at a fixed place of the archive's own header ---- */

static const char *trouble_of_4(struct walk w)
{
    if (w.end - w.p < 7 || w.p[2] != 0x73)
        return NULL;
    return w.p[3] & 0x80 ? encrypted : w.p[3] & 1 ? volume : NULL;
}

const char *rar_trouble(const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    if (n >= 8 && memcmp(p, "Rar!\x1a\x07\x01", 8) == 0)
        return trouble_of_5((struct walk){p + 8, p + n});
    if (n >= 7 && memcmp(p, "Rar!\x1a\x07", 7) == 0)
        return trouble_of_4((struct walk){p + 7, p + n});
    return NULL;
}
