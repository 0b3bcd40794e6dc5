/* msg_rtf.c: see msg_rtf.h. A window of 4,096 bytes that begins with the usual words of rich text; flags
 * say of each of eight items whether it is a byte or a place and length in the window. A place that is the
 * next to be written ends the text. The sizes in the head are not believed. */
#include "reader/msg_rtf.h"

#define HEAD   16u
#define WINDOW 4096u

static const char usual[] =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss "
    "\\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier"
    "{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab"
    "\\tx";

struct window {
    char bytes[WINDOW];
    size_t at;
    struct str *out;
};

static void put(struct window *w, char c)
{
    w->bytes[w->at] = c;
    w->at = (w->at + 1) % WINDOW;
    str_addc(w->out, c);
}

/* False: that was the end. */
static bool repeat(struct window *w, unsigned char high, unsigned char low)
{
    size_t from = (size_t)high << 4 | low >> 4, n = (low & 15u) + 2;
    if (from == w->at)
        return false;
    for (size_t i = 0; i < n; i++)
        put(w, w->bytes[(from + i) % WINDOW]);
    return true;
}

static bool unpack(const unsigned char *p, const unsigned char *end, struct str *out)
{
    struct window w = {.at = sizeof usual - 1, .out = out};
    memset(w.bytes, ' ', WINDOW);
    memcpy(w.bytes, usual, sizeof usual - 1);
    while (p < end && out->n < MSG_RTF_MAX) {
        unsigned flags = *p++;
        for (unsigned bit = 0; bit < 8; bit++, flags >>= 1) {
            if (end - p < ((flags & 1) ? 2 : 1))
                return false;
            if (!(flags & 1)) {
                put(&w, (char)*p++);
                continue;
            }
            if (!repeat(&w, p[0], p[1]))
                return true;
            p += 2;
        }
    }
    return false;
}

bool msg_rtf_unpack(const char *bytes, size_t n, struct str *out)
{
    const unsigned char *p = (const unsigned char *)bytes;
    if (n < HEAD)
        return false;
    if (memcmp(bytes + 8, "LZFu", 4) == 0)
        return unpack(p + HEAD, p + n, out);
    if (memcmp(bytes + 8, "MELA", 4) != 0)
        return false;
    str_addn(out, bytes + HEAD, n - HEAD < MSG_RTF_MAX ? n - HEAD : MSG_RTF_MAX);
    return true;
}
