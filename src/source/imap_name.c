/* imap_name.c: folder names in IMAP's modified UTF-7 (RFC 3501 section 5.1.3): printable ASCII stands for
 * itself, "&" is "&-", all else is UTF-16BE in a base64 with "," for "/", between "&" and "-".
 * Refuses: control characters (libetpan sends names as they are: a CR LF would be a second command). */
#include "base/utf8.h"
#include "source/imap_state.h"

struct shift {
    struct str *out;
    uint32_t bits;
    unsigned n; /* bits waiting, under 6 between calls */
    bool open;
};

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static void shift_unit(struct shift *s, uint32_t unit)
{
    if (!s->open)
        str_addc(s->out, '&');
    s->open = true;
    s->bits = (s->bits << 16) | unit;
    for (s->n += 16; s->n >= 6; s->n -= 6)
        str_addc(s->out, digits[(s->bits >> (s->n - 6)) & 63]);
    s->bits &= 63;
}

static void shift_end(struct shift *s)
{
    if (!s->open)
        return;
    if (s->n)
        str_addc(s->out, digits[(s->bits << (6 - s->n)) & 63]);
    str_addc(s->out, '-');
    *s = (struct shift){s->out, 0, 0, false};
}

static void add_char(struct shift *s, uint32_t c)
{
    if (c >= 0x20 && c < 0x7f) {
        shift_end(s);
        str_addc(s->out, (char)c);
        if (c == '&')
            str_addc(s->out, '-');
    } else if (c < 0x10000) {
        shift_unit(s, c);
    } else {
        shift_unit(s, 0xd800 + ((c - 0x10000) >> 10));
        shift_unit(s, 0xdc00 + ((c - 0x10000) & 0x3ff));
    }
}

bool imap_folder_name(const void *mem, const char *name, const char **ret, struct err *err)
{
    struct str out = str_new(mem);
    struct shift shift = {&out, 0, 0, false};
    size_t n = strlen(name);
    if (n == 0 || !utf8_valid(name, n))
        return err_set(err, ERR_CONF, "folder name is empty or no UTF-8");
    for (size_t at = 0; at < n;) {
        int32_t c;
        at += utf8_decode(name + at, n - at, &c);
        if (c < 0x20 || (c >= 0x7f && c < 0xa0))
            return err_set(err, ERR_CONF, "folder name holds a control character");
        add_char(&shift, (uint32_t)c);
    }
    shift_end(&shift);
    *ret = out.s;
    return true;
}
