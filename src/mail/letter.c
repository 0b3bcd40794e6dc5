/* letter.c: what follows from a letter's headers and texts alone. Total and pure.
 *
 * Message-ID is shown and written to threads, never a key (ARCHITECTURE 1): empty, doubled or broken ids
 * give "". Ids follow RFC 5322 3.6.4 loosely: what stands between < and >, without white space. */
#include "mail/letter.h"
#include "base/utf8.h"

#define ID_MAX         300u
#define REFERENCES_MAX 100u

/* A name may have blanks before its colon (RFC 5322 4.5.8); only the sender's is judged more strictly. */
static bool named(const struct letter_header *h, const char *name)
{
    size_t n = strlen(name);
    return str_ieqn(h->name, name, n) && h->name[n + strspn(h->name + n, " \t")] == '\0';
}

const struct letter_header *letter_header_find(const struct letter *letter, const char *name, size_t nth)
{
    for (size_t i = 0; i < letter->n_headers; i++)
        if (named(&letter->headers[i], name) && nth-- == 0)
            return &letter->headers[i];
    return NULL;
}

size_t letter_header_count(const struct letter *letter, const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < letter->n_headers; i++)
        n += named(&letter->headers[i], name);
    return n;
}

static const char *first_value(const struct letter *letter, const char *name)
{
    const struct letter_header *h = letter_header_find(letter, name, 0);
    return h ? h->value : "";
}

static bool sensible_id(const char *s, size_t n)
{
    if (n == 0 || n > ID_MAX)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] <= ' ' || s[i] == 127 || s[i] == '<')
            return false;
    return true;
}

/* All sensible <ids> of a value, at most REFERENCES_MAX. */
static struct str_list ids(const void *mem, const char *value)
{
    struct str_list list = {0};
    for (const char *p = strchr(value, '<'); p && list.n < REFERENCES_MAX; p = strchr(p, '<')) {
        const char *end = strchr(++p, '>');
        if (!end)
            break;
        if (!sensible_id(p, (size_t)(end - p)))
            continue;
        *mem_append(mem, list.v, list.n) = mem_bytes(mem, p, (size_t)(end - p));
        p = end;
    }
    return list;
}

static const char *message_id(const void *mem, const struct letter *letter)
{
    if (letter_header_count(letter, "Message-ID") != 1)
        return "";
    const char *value = first_value(letter, "Message-ID");
    struct str_list list = ids(mem, value);
    if (list.n == 1)
        return list.v[0];
    /* Some programs leave the brackets out. */
    bool bare = list.n == 0 && !strchr(value, '<') && strchr(value, '@');
    return bare && sensible_id(value, strlen(value)) ? value : "";
}

static bool has_words(const char *text)
{
    while (str_space(*text))
        text++;
    return *text != '\0';
}

/* All texts of one sort; the only one is not copied. */
static const char *join_texts(const void *mem, const struct letter *letter, bool html)
{
    struct str out = str_new(mem);
    const char *only = "";
    size_t n = 0;
    for (size_t i = 0; i < letter->n_texts; i++) {
        if (letter->texts[i].html != html || !has_words(letter->texts[i].text))
            continue;
        if (n == 1)
            str_add(&out, only);
        if (n++ > 0) {
            str_trim_end(&out);
            str_add(&out, "\n\n");
            str_add(&out, letter->texts[i].text);
        }
        only = letter->texts[i].text;
    }
    return n > 1 ? out.s : only;
}

static const char *join_hidden(const void *mem, const struct letter *letter)
{
    struct str out = str_new(mem);
    for (size_t i = 0; i < letter->n_texts; i++) {
        const char *hidden = letter->texts[i].hidden;
        if (!hidden || !has_words(hidden))
            continue;
        str_add(&out, out.n ? "\n\n" : "");
        str_add(&out, hidden);
    }
    return out.n ? out.s : "";
}

/* ---- the conversation ---- */

/* "Fw: ..." in any language of the list; also behind other prefixes: "Re: Fwd: ...". */
static bool says_forwarded(const struct letter *letter, const struct thread_words *words)
{
    if (!words)
        return false;
    _cleanup_mem_ char *folded = utf8_fold(NULL, letter->subject);
    const char *s = folded;
    for (unsigned prefixes = 0; prefixes < 4; prefixes++) {
        const char *colon = strchr(s, ':'), *wide = strstr(s, "\xEF\xBC\x9A");
        const char *end = wide && (!colon || wide < colon) ? wide : colon;
        if (!end)
            return false;
        _cleanup_mem_ char *word = str_trim(NULL, s, (size_t)(end - s));
        if (str_list_has(&words->forward_prefixes, word))
            return true;
        s = end + (end == wide ? 3 : 1);
    }
    return false;
}

static void add_embedded(const void *mem, struct letter *letter, const struct thread_words *words)
{
    struct thread_forwards *all = &letter->forwards;
    for (size_t i = 0; i < letter->n_attachments; i++) {
        const struct letter_attachment *a = &letter->attachments[i];
        if (!a->mail_from || !(*a->mail_from || *a->mail_date || *a->mail_subject))
            continue;
        *mem_append(mem, all->v, all->n) = (struct letter_forward){.from = a->mail_from,
                                                                   .date = a->mail_date,
                                                                   .at = thread_date(a->mail_date, words),
                                                                   .subject = a->mail_subject,
                                                                   .text = a->text};
    }
}

void letter_thread(const void *mem, struct letter *letter, const struct thread_words *words)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct thread thread = thread_split(tmp, letter->body, says_forwarded(letter, words), words);
    letter->fresh = thread_text(mem, letter->body, &thread, THREAD_FRESH);
    letter->quoted = thread_text(mem, letter->body, &thread, THREAD_QUOTED);
    letter->signature = thread_text(mem, letter->body, &thread, THREAD_SIGNATURE);
    letter->forwarded = thread_text(mem, letter->body, &thread, THREAD_FORWARD);
    letter->forwards = thread_forwards(mem, letter->body, &thread, words);
    add_embedded(mem, letter, words);
}

void letter_derive(const void *mem, struct letter *letter)
{
    letter->subject = first_value(letter, "Subject");
    letter->message_id = message_id(mem, letter);
    struct str_list parents = ids(mem, first_value(letter, "In-Reply-To"));
    letter->in_reply_to = parents.n ? parents.v[0] : "";
    letter->references = ids(mem, first_value(letter, "References"));
    if (!when_parse_rfc5322(first_value(letter, "Date"), &letter->date))
        letter->date = WHEN_NONE;
    letter->body = join_texts(mem, letter, false);
    if (!*letter->body)
        letter->body = join_texts(mem, letter, true);
    letter->hidden = join_hidden(mem, letter);
    letter_thread(mem, letter, NULL);
}

struct letter *letter_unread(const void *mem, const char *sha256, size_t bytes, const char *defect)
{
    struct letter *letter = mem_zero(mem, struct letter);
    snprintf(letter->sha256, sizeof letter->sha256, "%s", sha256);
    letter->bytes = bytes;
    str_list_add(letter, &letter->defects, defect);
    letter_derive(letter, letter);
    return letter;
}
