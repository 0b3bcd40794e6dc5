/* transfer.c: see transfer.h (RFC 2045 6.8, RFC 2047 4, RFC 2231 4). Nothing here fails: what is not in the
 * alphabet is passed over and remembered in `odd`, a broken escape stands for itself. */
#include "mail/transfer.h"

/* Value + 1 of each character; 0: not in the alphabet. A table, because attachments are most of mail. */
static const unsigned char base64_values[256] = {
    ['+'] = 63, ['/'] = 64, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58,
    ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,
    ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,  ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12,
    ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20,
    ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28,
    ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
    ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44,
    ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52};

size_t transfer_base64_end(struct transfer_base64 *b, char *out)
{
    size_t n = b->chars == 3 ? 2 : b->chars == 2 ? 1 : 0;
    uint32_t bits = b->bits << (6 * (4 - b->chars));
    if (n > 0)
        out[0] = (char)(unsigned char)(bits >> 16);
    if (n > 1)
        out[1] = (char)(unsigned char)(bits >> 8);
    b->odd = b->odd || b->chars == 1;
    b->bits = 0;
    b->chars = 0;
    return n;
}

size_t transfer_base64_add(struct transfer_base64 *b, const char *in, size_t n, char *out)
{
    size_t made = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned v = base64_values[(unsigned char)in[i]];
        if (v == 0) {
            if (in[i] == '=')
                made += transfer_base64_end(b, out + made);
            else if (!str_space(in[i]))
                b->odd = true;
            continue;
        }
        b->bits = b->bits << 6 | (v - 1);
        if (++b->chars < 4)
            continue;
        out[made++] = (char)(unsigned char)(b->bits >> 16);
        out[made++] = (char)(unsigned char)(b->bits >> 8);
        out[made++] = (char)(unsigned char)b->bits;
        b->bits = 0;
        b->chars = 0;
    }
    return made;
}

void transfer_add_b(struct str *out, const char *text, size_t n)
{
    struct transfer_base64 b = {0};
    char part[256 + 3];
    for (size_t i = 0; i < n; i += 256)
        str_addn(out, part, transfer_base64_add(&b, text + i, n - i < 256 ? n - i : 256, part));
    str_addn(out, part, transfer_base64_end(&b, part));
}

static int hex(char c)
{
    char l = str_lower_char(c);
    return str_digit(c) ? c - '0' : l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

static void add_escaped(struct str *out, const char *text, size_t n, char mark, bool underscore_is_space)
{
    for (size_t i = 0; i < n; i++) {
        int hi = text[i] == mark && i + 2 < n ? hex(text[i + 1]) : -1;
        int lo = hi >= 0 ? hex(text[i + 2]) : -1;
        if (lo >= 0) {
            str_addc(out, (char)(unsigned char)(hi << 4 | lo));
            i += 2;
        } else {
            str_addc(out, underscore_is_space && text[i] == '_' ? ' ' : text[i]);
        }
    }
}

void transfer_add_q(struct str *out, const char *text, size_t n)
{
    add_escaped(out, text, n, '=', true);
}

void transfer_add_percent(struct str *out, const char *text, size_t n)
{
    add_escaped(out, text, n, '%', false);
}
