/* job_signed.c: the signatures in a PDF, as pdfsig reports them: who wrote his name into the certificate,
 * when by his own clock, whether the signed bytes are unchanged, and whether they are the whole file.
 *
 * It is shown to people and proves nothing: anybody can make a certificate with any name, and the state's
 * authorities are not asked here. So nothing that this file says may confirm or release (issue 4 item 4);
 * what it can do is warn. A file without the word /ByteRange has no signature and costs no program.
 *
 * pdfsig's lines hold the signer's own words, so every doubt counts against the signature: a line that says
 * "not whole" or that the check failed is believed wherever it stands, the opposite only if nothing else
 * was said. */
#include "base/when.h"
#include "reader/job_inside.h"
#include <sys/mman.h>

#define SIGNATURES_MAX 8
#define NAME_BYTES     200

struct signature {
    const char *name, *time;
    bool valid, invalid, whole, part;
};

static bool has_signature(struct job *j)
{
    static const char mark[] = "/ByteRange";
    off_t n = lseek(j->in, 0, SEEK_END);
    char *p = n > 0 ? mmap(NULL, (size_t)n, PROT_READ, MAP_PRIVATE, j->in, 0) : MAP_FAILED;
    if (p == MAP_FAILED)
        return false;
    bool found = memmem(p, (size_t)n, mark, sizeof mark - 1) != NULL;
    munmap(p, (size_t)n);
    return found;
}

/* "Nov 20 2026 02:30:00", UTC, as seconds in digits; "-" when it is no such time. */
static const char *seconds(const void *mem, const char *s)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char month[4];
    int y, d, h, mi, sec;
    if (!s || sscanf(s, "%3s %2d %4d %2d:%2d:%2d", month, &d, &y, &h, &mi, &sec) != 6)
        return "-";
    const char *at = strlen(month) == 3 ? strstr(months, month) : NULL;
    if (!at || (at - months) % 3 || d < 1 || d > 31 || y < 1970 || h < 0 || h > 23 || mi < 0 || mi > 59 ||
        sec < 0 || sec > 60)
        return "-";
    int64_t t = when_from_civil(y, (int)((at - months) / 3) + 1, d, h + 7, mi, sec);
    return mem_fmt(mem, "%lld", (long long)t);
}

/* Without what would end a header; the rest is taken care of by whoever reads it. */
static char *one_line(const void *mem, const char *s)
{
    struct str out = str_new(mem);
    for (; s && *s && out.n < NAME_BYTES; s++)
        str_addc(&out, (unsigned char)*s < ' ' || *s == 0x7f ? ' ' : *s);
    return out.n ? out.s : mem_str(mem, "");
}

static void keep(struct job *j, const struct signature *s)
{
    bool intact = s->valid && !s->invalid, whole = s->whole && !s->part;
    if (j->signatures.n == SIGNATURES_MAX) {
        job_note(j, "signatures-many");
        return;
    }
    str_list_add(j->mem, &j->signatures,
                 mem_fmt(j->mem, "%s %s %s %s", intact ? "intact" : "broken", whole ? "whole" : "part",
                         seconds(j->mem, s->time), one_line(j->mem, s->name)));
    if (!intact)
        job_note(j, "signature-broken");
    if (!whole)
        job_note(j, "signature-part");
}

/* The value behind "  - LABEL: ". NULL: it is another line. */
static const char *after(const char *line, const char *label)
{
    size_t n = strlen(label);
    return str_starts(line, "  - ") && str_starts(line + 4, label) && str_starts(line + 4 + n, ": ")
               ? line + 4 + n + 2
               : NULL;
}

static void take_line(struct signature *s, const char *line)
{
    const char *name = after(line, "Signer Certificate Common Name"), *time = after(line, "Signing Time"),
               *check = after(line, "Signature Validation");
    if (name && !s->name)
        s->name = name;
    if (time)
        s->time = time;
    if (check) {
        bool good = str_eq(check, "Signature is Valid.");
        s->valid |= good;
        s->invalid |= !good;
    }
    s->whole |= str_eq(line, "  - Total document signed");
    s->part |= str_eq(line, "  - Not total document signed");
}

static void read_report(struct job *j, char *report)
{
    struct signature s = {0};
    bool any = false;
    for (char *line = report, *next; *line; line = next) {
        next = line + strcspn(line, "\n");
        if (*next)
            *next++ = '\0';
        if (str_starts(line, "Signature #")) {
            if (any)
                keep(j, &s);
            any = true;
            s = (struct signature){0};
        } else
            take_line(&s, line);
    }
    if (any)
        keep(j, &s);
}

void job_signed(struct job *j)
{
    if (!has_signature(j))
        return;
    enum program_end end = job_run(j, PROGRAM_PDF_SIGNED, j->in, j->made, 0);
    char *report = job_slurp(j, j->made);
    bool none = end == PROGRAM_FAILED && strstr(report, "does not contain any signatures");
    if (end == PROGRAM_OK)
        read_report(j, report);
    if (j->signatures.n == 0 && !none)
        job_note(j, "signature-unread");
}
