/* msg.c: see msg.h. libgsf opens the compound file; which stream holds what is MS-OXMSG 2: a property is a
 * stream named by its number and type, an attachment or a message in one is a storage. Nothing in it names
 * a file of ours; names, subjects and senders become header fields without line ends, everything else is
 * base64, so that the result has no structure but the one given here.
 *
 * Refuses streams that say they are longer than the file, storages deeper than four, more than 100
 * attachments. Plain text, HTML and rich text are all kept where they are there: the one that a reader does
 * not show is where a sender hides words (abuse A28). */
#include "reader/msg.h"
#include "base/when.h"
#include "reader/charset.h"
#include "reader/extract.h"
#include "reader/msg_rtf.h"
#include <gsf/gsf.h>
#include <sodium.h>

#define MAX_ATTACHED 100u
#define MAX_DEPTH    4u
#define MAX_LETTER   (64u << 20)
#define FIELD        1000 /* bytes of a header field */
#define LINE         57   /* bytes in a line of base64 */
#define BLOCK        32768u

enum property {
    SUBJECT = 0x0037,
    SUBMITTED = 0x0039,
    SENDER_NAME = 0x0C1A,
    SENDER_ADDRESS = 0x0C1F,
    DELIVERED = 0x0E06,
    PLAIN = 0x1000,
    RICH = 0x1009,
    HTML = 0x1013,
    MESSAGE_ID = 0x1035,
    DISPLAY_NAME = 0x3001,
    DATA = 0x3701,
    SHORT_NAME = 0x3704,
    LONG_NAME = 0x3707,
    CODE_PAGE = 0x3FDE,
    CODE_PAGE_OF_STRINGS = 0x3FFD,
    SENDER_SMTP = 0x5D01
};

struct msg {
    const void *mem;
    size_t file_n; /* bytes of the file: no stream has more */
    struct str *out;
    struct str_list *defects;
    unsigned depth, attached;
    size_t within;              /* entries of messages that are attached as files */
    const char *strings, *html; /* charsets of this message, "" when not said */
};

static void note(const struct msg *m, const char *code)
{
    extract_note(m->mem, m->defects, code);
}

/* ---- what the directory holds ---- */

static bool is_named(const unsigned char *entry, const char *begin)
{
    for (size_t i = 0; begin[i]; i++)
        if (entry[2 * i] != (unsigned char)begin[i] || entry[2 * i + 1] != 0)
            return false;
    return entry[66] == 1 || entry[66] == 2;
}

/* Properties and attachments anywhere in a file's bytes: they lie at multiples of 128. */
static size_t entries_in(const char *bytes, size_t n)
{
    size_t found = 0;
    for (size_t at = 0; at + 128 <= n; at += 128) {
        const unsigned char *entry = (const unsigned char *)bytes + at;
        found +=
            entry[0] == '_' && (is_named(entry, "__substg1.0_") || is_named(entry, "__attach_version1.0_"));
    }
    return found;
}

/* The same as far as the directory leads to them. */
static size_t entries_below(GsfInfile *in, unsigned depth)
{
    size_t found = 0;
    int n = depth > 2 * MAX_DEPTH + 2 ? 0 : gsf_infile_num_children(in);
    for (int i = 0; i < n; i++) {
        const char *name = gsf_infile_name_by_index(in, i);
        bool property = name && str_starts(name, "__substg1.0_");
        found += property || (name && str_starts(name, "__attach_version1.0_"));
        GsfInput *child = property && !str_ends(name, "000D") ? NULL : gsf_infile_child_by_index(in, i);
        if (child && GSF_IS_INFILE(child))
            found += entries_below(GSF_INFILE(child), depth + 1);
        if (child)
            g_object_unref(child);
    }
    return found;
}

/* ---- streams ---- */

/* Is there one of that name, though it could not be opened? */
static bool is_listed(GsfInfile *in, const char *name)
{
    int n = gsf_infile_num_children(in);
    for (int i = 0; i < n; i++)
        if (str_eq(gsf_infile_name_by_index(in, i), name))
            return true;
    return false;
}

/* The whole stream; NULL when there is none of that name. */
static struct str *read_stream(const struct msg *m, GsfInfile *in, const char *name)
{
    GsfInput *stream = gsf_infile_child_by_name(in, name);
    gsf_off_t left = stream ? gsf_input_size(stream) : -1;
    struct str *s = NULL;
    if (!stream) {
        if (is_listed(in, name))
            note(m, "file-broken");
    } else if (left < 0 || (GSF_IS_INFILE(stream) && gsf_infile_num_children(GSF_INFILE(stream)) >= 0)) {
        /* a storage */
    } else if ((size_t)left > m->file_n) {
        note(m, "file-broken");
    } else {
        s = mem_zero(m->mem, struct str);
        *s = str_new(s);
        while (left > 0) {
            size_t n = (size_t)left < BLOCK ? (size_t)left : BLOCK;
            const guint8 *block = gsf_input_read(stream, n, NULL);
            if (!block) {
                note(m, "file-broken");
                break;
            }
            str_addn(s, block, n);
            left -= (gsf_off_t)n;
        }
    }
    if (stream)
        g_object_unref(stream);
    return s;
}

static struct str *read_property(const struct msg *m, GsfInfile *in, unsigned id, unsigned type)
{
    return read_stream(m, in, mem_fmt(m->mem, "__substg1.0_%04X%04X", id, type));
}

/* A string as UTF-8, "" when there is none. */
static char *read_text(const struct msg *m, GsfInfile *in, enum property id)
{
    const char *by;
    bool lossy = false;
    const struct str *wide = read_property(m, in, id, 0x001F);
    const struct str *narrow = wide ? NULL : read_property(m, in, id, 0x001E);
    char *text = mem_str(m->mem, "");
    if (wide && wide->n > 0)
        text = charset_decode(m->mem, "utf-16le", wide->s, wide->n, &by, &lossy);
    else if (narrow && narrow->n > 0)
        text = charset_decode(m->mem, m->strings, narrow->s, narrow->n, &by, &lossy);
    if (lossy)
        note(m, "charset");
    return text;
}

static uint64_t little(const char *p, unsigned n)
{
    uint64_t v = 0;
    while (n-- > 0)
        v = v << 8 | (unsigned char)p[n];
    return v;
}

/* The fixed-length property of that number; 0 when there is none. The stream's head has another length in a
 * message inside another (MS-OXMSG 2.4). */
static uint64_t read_number(const struct msg *m, GsfInfile *in, enum property id)
{
    const struct str *s = read_stream(m, in, "__properties_version1.0");
    for (size_t at = m->depth > 0 ? 24 : 32; s && at + 16 <= s->n; at += 16)
        if (little(s->s + at + 2, 2) == id)
            return little(s->s + at + 8, 8);
    return 0;
}

static const char *charset_of(const struct msg *m, uint64_t page)
{
    page &= 0xFFFF;
    return page == 0       ? ""
           : page == 65001 ? "utf-8"
           : page == 20127 ? "us-ascii"
                           : mem_fmt(m->mem, "windows-%u", (unsigned)page);
}

/* ---- the letter ---- */

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

static void add_clean(struct str *out, const char *value, const char *but)
{
    for (const char *p = value; *p && p - value < FIELD; p++)
        str_addc(out, (unsigned char)*p < ' ' || *p == 127 || strchr(but, *p) ? ' ' : *p);
}

static void add_field(struct msg *m, const char *name, const char *value)
{
    if (!*value)
        return;
    str_addf(m->out, "%s: ", name);
    add_clean(m->out, value, "");
    str_addc(m->out, '\n');
}

static void add_sender(struct msg *m, GsfInfile *in)
{
    char *name = read_text(m, in, SENDER_NAME), *address = read_text(m, in, SENDER_SMTP);
    if (!*address)
        address = read_text(m, in, SENDER_ADDRESS);
    str_add(m->out, "From: \"");
    add_clean(m->out, name, "\"\\");
    str_add(m->out, "\" <");
    add_clean(m->out, address, "\"\\<>");
    str_add(m->out, ">\n");
}

/* A FILETIME: 100 nanoseconds since 1601. */
static void add_date(struct msg *m, GsfInfile *in)
{
    uint64_t t = read_number(m, in, SUBMITTED);
    t = t ? t : read_number(m, in, DELIVERED);
    int64_t seconds = (int64_t)(t / 10000000) - 11644473600;
    if (t > 0 && seconds > 0 && seconds < 253402300800) /* until the year 9999 */
        add_field(m, "Date", when_rfc5322(m->mem, seconds));
}

static void add_disposition(struct msg *m, const char *name)
{
    str_add(m->out, "Content-Disposition: attachment; filename=\"");
    add_clean(m->out, name, "\"\\");
    str_add(m->out, "\"\n");
}

static void begin_part(struct msg *m, const char *type, const char *charset, const char *name)
{
    str_addf(m->out, "--bbt-msg-%u\nContent-Type: %s", m->depth, type);
    if (*charset)
        str_addf(m->out, "; charset=%s", charset);
    str_add(m->out, "\nContent-Transfer-Encoding: base64\n");
    if (name)
        add_disposition(m, name);
    str_addc(m->out, '\n');
}

static void add_part(struct msg *m, const char *type, const char *charset, const char *name,
                     const char *bytes, size_t n)
{
    if (m->out->n + n / 3 * 4 > MAX_LETTER) {
        note(m, "limit-size");
        return;
    }
    begin_part(m, type, charset, name);
    add_base64(m->out, bytes, n);
}

static void add_body(struct msg *m, GsfInfile *in)
{
    const char *plain = read_text(m, in, PLAIN), *html = read_text(m, in, HTML);
    const struct str *bytes = read_property(m, in, HTML, 0x0102),
                     *rich = read_property(m, in, RICH, 0x0102);
    if (*plain)
        add_part(m, "text/plain", "utf-8", NULL, plain, strlen(plain));
    if (bytes && bytes->n > 0)
        add_part(m, "text/html", m->html, NULL, bytes->s, bytes->n);
    else if (*html)
        add_part(m, "text/html", "utf-8", NULL, html, strlen(html));
    if (rich && rich->n > 0) {
        struct str rtf = str_new(m->mem);
        if (!msg_rtf_unpack(rich->s, rich->n, &rtf))
            note(m, "file-broken");
        add_part(m, "application/rtf", "", "message.rtf", rtf.s ? rtf.s : "", rtf.n);
    }
}

/* ---- attachments ---- */

static void add_message(struct msg *m, GsfInfile *in);

static void add_embedded(struct msg *m, GsfInfile *in, const char *name)
{
    const char *strings = m->strings, *html = m->html;
    if (m->depth + 1 >= MAX_DEPTH) {
        note(m, "limit-depth");
        return;
    }
    str_addf(m->out, "--bbt-msg-%u\nContent-Type: message/rfc822\n", m->depth);
    add_disposition(m, name);
    str_addc(m->out, '\n');
    m->depth++;
    add_message(m, in);
    m->depth--;
    m->strings = strings;
    m->html = html;
}

static void add_attachment(struct msg *m, GsfInfile *in)
{
    const char *name = read_text(m, in, LONG_NAME);
    name = *name ? name : read_text(m, in, SHORT_NAME);
    name = *name ? name : read_text(m, in, DISPLAY_NAME);
    const struct str *bytes = read_property(m, in, DATA, 0x0102);
    m->within += bytes ? entries_in(bytes->s, bytes->n) : 0;
    GsfInput *object = gsf_infile_child_by_name(in, "__substg1.0_3701000D");
    if (++m->attached > MAX_ATTACHED)
        note(m, "limit-attachments");
    else if (bytes)
        add_part(m, "application/octet-stream", "", name, bytes->s ? bytes->s : "", bytes->n);
    else if (object && GSF_IS_INFILE(object))
        add_embedded(m, GSF_INFILE(object), name);
    else /* only a link to a file, or one that is somewhere else: to be seen as unread */
        add_part(m, "application/octet-stream", "", *name ? name : "attachment", "", 0);
    if (object)
        g_object_unref(object);
    if (bytes)
        talloc_free((void *)(uintptr_t)bytes);
}

static void add_attachments(struct msg *m, GsfInfile *in)
{
    int n = gsf_infile_num_children(in);
    for (int i = 0; i < n && m->attached <= MAX_ATTACHED; i++) {
        const char *name = gsf_infile_name_by_index(in, i);
        if (!name || !str_starts(name, "__attach_version1.0"))
            continue;
        GsfInput *child = gsf_infile_child_by_index(in, i);
        if (child && GSF_IS_INFILE(child))
            add_attachment(m, GSF_INFILE(child));
        if (child)
            g_object_unref(child);
    }
}

static void add_message(struct msg *m, GsfInfile *in)
{
    m->strings = charset_of(m, read_number(m, in, CODE_PAGE_OF_STRINGS));
    m->html = charset_of(m, read_number(m, in, CODE_PAGE));
    add_sender(m, in);
    add_date(m, in);
    add_field(m, "Subject", read_text(m, in, SUBJECT));
    add_field(m, "Message-ID", read_text(m, in, MESSAGE_ID));
    str_addf(m->out, "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=bbt-msg-%u\n\n", m->depth);
    add_body(m, in);
    add_attachments(m, in);
    str_addf(m->out, "--bbt-msg-%u--\n", m->depth);
}

bool msg_letter(const void *mem, const char *bytes, size_t n, struct str *out, struct str_list *defects)
{
    struct msg m = {.mem = mem, .file_n = n, .out = out, .defects = defects};
    GsfInput *input = gsf_input_memory_new((const guint8 *)bytes, (gsf_off_t)n, FALSE);
    GsfInfile *in = input ? gsf_infile_msole_new(input, NULL) : NULL;
    if (in) {
        add_message(&m, in);
        if (entries_in(bytes, n) > entries_below(in, 0) + m.within)
            note(&m, "file-broken"); /* the directory does not lead to all that is there */
        g_object_unref(in);
    }
    if (input)
        g_object_unref(input);
    return in != NULL;
}
