/* job_parts.c: see job_parts.h. Base64 throughout, and names %-encoded: what a hostile file says can then
 * neither be a boundary nor begin a header, nor name a file. */
#include "reader/job_parts.h"
#include <sodium.h>

#define LINE       57          /* bytes in a line of base64 */
#define BOUNDARY   "bbt-parts" /* stands in no base64 text */
#define NAME_BYTES 200         /* bytes of a name */

static void add_base64(struct str *out, const char *bytes, size_t n)
{
    char line[2 * LINE];
    for (size_t at = 0; at < n; at += LINE) {
        size_t some = n - at < LINE ? n - at : LINE;
        sodium_bin2base64(line, sizeof line, (const unsigned char *)bytes + at, some,
                          sodium_base64_VARIANT_ORIGINAL);
        str_add(out, line);
        str_addc(out, '\n');
    }
}

static void add_name(struct str *out, const char *name)
{
    str_add(out, "Content-Disposition: attachment; filename*=utf-8''");
    for (const char *p = name; *p && p - name < NAME_BYTES; p++) {
        if (str_alpha(*p) || str_digit(*p) || *p == '.')
            str_addc(out, *p);
        else
            str_addf(out, "%%%02X", (unsigned char)*p);
    }
    str_addc(out, '\n');
}

void job_parts_add(struct str *parts, const char *type, const char *name, const char *bytes, size_t n)
{
    str_add(parts, "--" BOUNDARY "\n");
    str_addf(parts, "Content-Type: %s\nContent-Transfer-Encoding: base64\n", type);
    if (name)
        add_name(parts, name);
    str_addc(parts, '\n');
    add_base64(parts, bytes, n);
}

void job_parts_end(struct str *letter, const struct str *parts)
{
    str_addf(letter, "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=%s\n\n%s--%s--\n",
             BOUNDARY, parts->s, BOUNDARY);
}
