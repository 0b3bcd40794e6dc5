/* compose.c: see compose.h. GMime writes; what it is given was checked here, and what it gives is checked
 * again, because a bare LF or an overlong line in a government relay is somebody's smuggled letter
 * (RELIABILITY A19). Headers: RFC 5322; words: RFC 2047; file names: RFC 2231; marks: RFC 3834.
 *
 * Invariant: output is ASCII, every line ends in CRLF and has at most 998 bytes, and is a function of the
 * input alone (boundaries come from the Message-ID, never from chance), so that a letter sent twice after
 * an unknown outcome is recognisably the same. */
#include "send/compose.h"
#include "base/utf8.h"
#include "mail/address.h"
#include <gmime/gmime.h>

#define BOUNDARY "=-bbt-" /* how the lines between our parts begin */

static bool has_control(const char *s)
{
    int32_t c;
    for (size_t i = 0, n = strlen(s); i < n;) {
        i += utf8_decode(s + i, n - i, &c);
        if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029)
            return true;
    }
    return false;
}

static bool check_words(const char *what, const char *s, size_t max, struct err *err)
{
    if (!utf8_valid(s, strlen(s)))
        return err_set(err, ERR_DATA, "cannot compose a letter: the %s is not UTF-8", what);
    if (has_control(s))
        return err_set(err, ERR_DATA, "cannot compose a letter: the %s holds a control character", what);
    if (strstr(s, "=?") && strcmp(what, "subject") != 0)
        return err_set(err, ERR_DATA, "cannot compose a letter: the %s poses as an encoded word", what);
    if (strlen(s) > max)
        return err_set(err, ERR_DATA, "cannot compose a letter: the %s is longer than %zu bytes", what,
                       max);
    return true;
}

static bool check_address(const char *what, const char *spec, struct err *err)
{
    if (spec && address_sendable(spec))
        return true;
    return err_set(err, ERR_DATA, "cannot compose a letter: the %s address is not sendable", what);
}

static bool token_char(char c)
{
    return str_alpha(c) || str_digit(c) || (c && strchr("!#$&-^_.+", c));
}

static bool is_type(const char *s)
{
    size_t slash = 0, n = 0;
    for (; s[n]; n++) {
        if (s[n] == '/' && !slash && n)
            slash = n;
        else if (!token_char(s[n]))
            return false;
    }
    return slash && slash + 1 < n && n <= 127;
}

static bool check_attachments(const struct plan_letter *letter, struct err *err)
{
    for (size_t i = 0; i < letter->n_attachments; i++) {
        const struct plan_attachment *a = &letter->attachments[i];
        if (!check_words("attachment's name", a->name, COMPOSE_NAME_MAX, err))
            return false;
        bool whole = str_eq(a->type, "message/rfc822");
        if (!is_type(a->type) || str_istarts(a->type, "multipart/") ||
            (!whole && str_istarts(a->type, "message/")))
            return err_set(err, ERR_DATA,
                           "cannot compose a letter: an attachment's type is not a media type");
    }
    return true;
}

static bool check_input(const struct plan_letter *letter, const struct compose_input *in, struct err *err)
{
    if (!check_address("sender's", in->from, err) || !check_address("recipient's", letter->to, err))
        return false;
    if (in->reply_to && !check_address("reply", in->reply_to, err))
        return false;
    if (!letter->message_id || !address_sendable(letter->message_id))
        return err_set(err, ERR_DATA, "cannot compose a letter: the Message-ID breaks its grammar");
    if (!utf8_valid(in->body, strlen(in->body)))
        return err_set(err, ERR_DATA, "cannot compose a letter: the body is not UTF-8");
    return check_words("sender's name", in->from_name, COMPOSE_NAME_MAX, err) &&
           check_words("subject", in->subject, COMPOSE_SUBJECT_MAX, err) && check_attachments(letter, err);
}

/* LF, CR and CRLF all become CRLF, before base64. */
static char *canonical(const void *mem, const char *body, size_t *ret_n)
{
    struct str out = str_new(mem);
    for (const char *p = body; *p; p++) {
        if (*p == '\n' || *p == '\r')
            str_add(&out, "\r\n");
        else
            str_addc(&out, *p);
        if (*p == '\r' && p[1] == '\n')
            p++;
    }
    *ret_n = out.n;
    return out.s;
}

/* Holds what the header of this file promises of the output. */
static bool is_clean(const char *bytes, size_t n)
{
    size_t line = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == '\r' && i + 1 < n && bytes[i + 1] == '\n') {
            line = 0;
            i++;
        } else if ((c < 0x20 && c != '\t') || c > 0x7e || ++line > 998) {
            return false;
        }
    }
    return n > 1 && bytes[n - 1] == '\n';
}

/* A letter goes as it is (RFC 2046 5.2.1 allows it no base64); one that a relay would change, or that holds
 * what divides our parts, goes as bytes. */
static GMimePart *letter_part(const struct plan_attachment *a,
                              GMimePart *(*as_bytes)(const char *, const char *, size_t))
{
    if (!is_clean(a->bytes, a->n) || memmem(a->bytes, a->n, BOUNDARY, strlen(BOUNDARY)))
        return as_bytes("application/octet-stream", a->bytes, a->n);
    GMimePart *part = as_bytes(a->type, a->bytes, a->n);
    g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_7BIT);
    return part;
}

static GMimePart *part_new(const char *type, const char *bytes, size_t n)
{
    char major[128] = "";
    const char *slash = strchr(type, '/');
    memcpy(major, type, (size_t)(slash - type));
    GMimePart *part = g_mime_part_new_with_type(major, slash + 1);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, n);
    GMimeDataWrapper *data = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
    g_mime_part_set_content(part, data);
    g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
    g_object_unref(data);
    g_object_unref(stream);
    return part;
}

static GMimePart *body_new(const char *body)
{
    _cleanup_mem_ void *work = mem_new();
    size_t n;
    const char *bytes = canonical(work, body, &n);
    GMimePart *part = part_new("text/plain", bytes, n);
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
    return part;
}

static void add_attachments(GMimeMultipart *mixed, const struct plan_letter *letter)
{
    for (size_t i = 0; i < letter->n_attachments; i++) {
        const struct plan_attachment *a = &letter->attachments[i];
        bool letter_itself = str_eq(a->type, "message/rfc822");
        GMimePart *part = letter_itself ? letter_part(a, part_new) : part_new(a->type, a->bytes, a->n);
        if (str_istarts(a->type, "text/"))
            g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
        g_mime_object_set_disposition(GMIME_OBJECT(part), GMIME_DISPOSITION_ATTACHMENT);
        g_mime_part_set_filename(part, a->name);
        g_mime_multipart_add(mixed, GMIME_OBJECT(part));
        g_object_unref(part);
    }
}

static GMimeObject *content_new(const struct plan_letter *letter, const char *body)
{
    GMimePart *text = body_new(body);
    if (!letter->n_attachments)
        return GMIME_OBJECT(text);
    _cleanup_mem_ void *work = mem_new();
    const char *hash = hash_hex(work, letter->message_id, strlen(letter->message_id));
    GMimeMultipart *mixed = g_mime_multipart_new_with_subtype("mixed");
    g_mime_multipart_set_boundary(mixed, mem_fmt(work, BOUNDARY "%.32s", hash));
    g_mime_multipart_add(mixed, GMIME_OBJECT(text));
    g_object_unref(text);
    add_attachments(mixed, letter);
    return GMIME_OBJECT(mixed);
}

/* A subject that holds "=?" as encoded words throughout. GMime sends ASCII as it is, so that words which
 * only pose as encoded would be decoded at the other end into something nobody approved. */
static char *encoded_words(const void *mem, const char *s)
{
    struct str out = str_new(mem);
    for (size_t n = strlen(s); n > 0;) {
        size_t w = utf8_prefix(s, 39, 39);
        char *word = g_base64_encode((const guchar *)s, w);
        str_addf(&out, "%s=?utf-8?B?%s?=", out.n ? " " : "", word);
        g_free(word);
        s += w;
        n -= w;
    }
    return out.s;
}

static void set_subject(GMimeMessage *m, const char *subject)
{
    _cleanup_mem_ void *work = mem_new();
    if (strstr(subject, "=?"))
        g_mime_object_set_header(GMIME_OBJECT(m), "Subject", encoded_words(work, subject), NULL);
    else
        g_mime_message_set_subject(m, subject, "utf-8");
}

static GMimeMessage *message_new(const struct plan_letter *letter, const struct compose_input *in)
{
    _cleanup_mem_ void *work = mem_new();
    GMimeMessage *m = g_mime_message_new(FALSE);
    GMimeObject *o = GMIME_OBJECT(m);
    g_mime_message_add_mailbox(m, GMIME_ADDRESS_TYPE_FROM, *in->from_name ? in->from_name : NULL, in->from);
    g_mime_message_add_mailbox(m, GMIME_ADDRESS_TYPE_TO, NULL, letter->to);
    if (in->reply_to)
        g_mime_message_add_mailbox(m, GMIME_ADDRESS_TYPE_REPLY_TO, NULL, in->reply_to);
    set_subject(m, in->subject);
    g_mime_object_set_header(o, "Date", when_rfc5322(work, letter->date), NULL);
    g_mime_message_set_message_id(m, letter->message_id);
    if (in->automatic)
        g_mime_object_set_header(o, "Auto-Submitted", "auto-generated", NULL);
    g_mime_object_set_header(o, "MIME-Version", "1.0", NULL);
    GMimeObject *content = content_new(letter, in->body);
    g_mime_message_set_mime_part(m, content);
    g_object_unref(content);
    return m;
}

static char *write_message(const void *mem, GMimeMessage *m, size_t *ret_n)
{
    GMimeFormatOptions *format = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
    g_mime_format_options_set_param_encoding_method(format, GMIME_PARAM_ENCODING_METHOD_RFC2231);
    GMimeStream *stream = g_mime_stream_mem_new();
    g_mime_object_write_to_stream(GMIME_OBJECT(m), format, stream);
    GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    char *out = mem_bytes(mem, bytes->data, bytes->len);
    *ret_n = bytes->len;
    g_object_unref(stream);
    g_mime_format_options_free(format);
    return out;
}

bool compose_letter(const void *mem, struct plan_letter *letter, const struct compose_input *input,
                    struct err *err)
{
    if (!check_input(letter, input, err))
        return false;
    g_mime_init(); /* counted by GMime; nothing to undo */
    GMimeMessage *m = message_new(letter, input);
    size_t n;
    char *bytes = write_message(mem, m, &n);
    g_object_unref(m);
    if (!is_clean(bytes, n)) {
        talloc_free(bytes);
        return err_set(err, ERR_DATA, "cannot compose a letter: its lines would not pass a mail server");
    }
    letter->bytes = bytes;
    letter->n_bytes = n;
    return true;
}
