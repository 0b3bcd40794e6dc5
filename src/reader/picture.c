/* picture.c: see picture.h. The sizes of PNG, GIF, BMP and JPEG, and the orientation that a telephone
 * writes into a JPEG (Exif 2.32, 4.6.4 A: tag 0x0112), so that a photo of a page is read upright, a dot or
 * a small logo not at all, and a picture of a million megapixels is not unpacked.
 *
 * Refuses to follow anything: markers are walked forwards, of a directory only the first is looked at,
 * every offset is checked against the bytes that are there. Mirrored orientations are taken for plain ones.
 */
#include "reader/picture.h"
#include "reader/extract.h"

#define HEAD_MAX    (1u << 20) /* thumbnails and colour profiles stand before the size in a JPEG */
#define ENTRIES_MAX 200u       /* of an Exif directory */

struct bytes {
    const unsigned char *p;
    size_t n;
    bool little; /* byte order */
};

/* 0 where nothing is. */
static unsigned number(const struct bytes *b, size_t at, unsigned size)
{
    unsigned v = 0;
    if (size > b->n || at > b->n - size)
        return 0;
    for (unsigned i = 0; i < size; i++)
        v = v << 8 | b->p[at + (b->little ? size - 1 - i : i)];
    return v;
}

static bool starts(const struct bytes *b, const char *mark, size_t n)
{
    return b->n >= n && memcmp(b->p, mark, n) == 0;
}

/* ---- Exif ---- */

static unsigned turn_of(unsigned orientation)
{
    return orientation == 3 ? 180 : orientation == 6 ? 90 : orientation == 8 ? 270 : 0;
}

/* A TIFF header and its first directory. */
static unsigned exif_turn(struct bytes b)
{
    b.little = starts(&b, "II", 2);
    size_t at = number(&b, 4, 4);
    unsigned entries = number(&b, at, 2);
    for (unsigned i = 0; i < entries && i < ENTRIES_MAX; i++) {
        size_t entry = at + 2 + 12u * (size_t)i;
        if (number(&b, entry, 2) == 0x0112)
            return turn_of(number(&b, entry + 8, 2));
    }
    return 0;
}

/* ---- JPEG ---- */

static bool is_frame(unsigned marker)
{
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

static void look_jpeg(const struct bytes *b, struct picture *ret)
{
    for (size_t at = 2; at + 4 <= b->n && b->p[at] == 0xFF;) {
        unsigned marker = b->p[at + 1];
        if (marker == 0xFF) { /* filling */
            at++;
            continue;
        }
        size_t length = number(b, at + 2, 2), left = b->n - at - 4;
        struct bytes body = {.p = b->p + at + 4,
                             .n = length < 2          ? 0
                                  : length - 2 < left ? length - 2
                                                      : left};
        if (is_frame(marker)) {
            ret->height = number(&body, 1, 2);
            ret->width = number(&body, 3, 2);
        }
        if (is_frame(marker) || marker == 0xDA || length < 2)
            return;
        if (marker == 0xE1 && starts(&body, "Exif\0\0", 6))
            ret->turn = exif_turn((struct bytes){.p = body.p + 6, .n = body.n - 6});
        at += 2 + length;
    }
}

/* ---- the whole ---- */

static unsigned magnitude(unsigned v)
{
    return v >> 31 ? 0u - v : v; /* a BMP may stand on its head */
}

struct picture picture_look(const char *bytes, size_t n)
{
    struct picture p = {0};
    struct bytes big = {.p = (const unsigned char *)bytes, .n = n}, little = big;
    little.little = true;
    if (starts(&big, "\x89PNG", 4)) {
        p.width = number(&big, 16, 4);
        p.height = number(&big, 20, 4);
    } else if (starts(&big, "GIF8", 4)) {
        p.width = number(&little, 6, 2);
        p.height = number(&little, 8, 2);
    } else if (starts(&big, "BM", 2)) {
        p.width = magnitude(number(&little, 18, 4));
        p.height = magnitude(number(&little, 22, 4));
    } else if (starts(&big, "\xff\xd8", 2)) {
        look_jpeg(&big, &p);
    }
    return p;
}

bool picture_small(const struct picture *p)
{
    unsigned longer = p->width > p->height ? p->width : p->height;
    unsigned shorter = p->width > p->height ? p->height : p->width;
    return shorter > 0 && (longer < PICTURE_MIN_LONG || shorter < PICTURE_MIN_SHORT);
}

bool picture_large(const struct picture *p)
{
    return (uint64_t)p->width * p->height > PICTURE_MAX;
}

char *extract_picture(struct extract *x)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct str head = str_new(tmp);
    bool cut;
    part_take(x->part, HEAD_MAX, &head, &cut);
    struct picture p = picture_look(head.s, head.n);
    x->a->turn = p.turn;
    if (picture_small(&p))
        extract_note(x->mem, &x->a->defects, "picture-small");
    if (picture_large(&p))
        extract_note(x->mem, &x->a->defects, "picture-large");
    return mem_str(x->mem, "");
}
