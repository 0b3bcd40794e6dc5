/* check_bulk.c: letters no person wrote just now (RFC 3834, RFC 3464; abuse A12, A17; DOMAIN 7.22).
 *
 * Automatic letters confirm nothing and are never answered. A list or a "no-reply" is not an auto-reply:
 * units post to lists. X-Auto-Response-Suppress alone is a wish about answers, not a mark of one. */
#include "verify/check.h"

static const char CHECK[] = "bulk";

/* The first word of a header's value, lower case; "" when the header is absent. */
static char *first_word(const struct checking *c, const char *name)
{
    for (size_t i = 0; i < c->letter->n_headers; i++) {
        const struct letter_header *h = &c->letter->headers[i];
        if (!str_ieq(h->name, name))
            continue;
        char *value = str_lower(c->mem, str_trim(c->mem, h->raw, h->raw_n));
        value[strcspn(value, " \t\r\n;(")] = '\0';
        return value;
    }
    return mem_str(c->mem, "");
}

static bool is_any(const char *word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(word, list[i]))
            return true;
    return false;
}

static const char *automatic_mark(const struct checking *c)
{
    static const char *const headers[] = {"X-Autoreply", "X-Autorespond", "X-Autoresponder",
                                          "X-Mail-Autoreply"};
    static const char *const precedences[] = {"auto_reply", "auto-reply", "vacation"};
    const char *submitted = first_word(c, "Auto-Submitted");
    if (*submitted && !str_eq(submitted, "no"))
        return "Auto-Submitted";
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        const char *word = first_word(c, headers[i]);
        if (*word && !str_eq(word, "no"))
            return headers[i];
    }
    return is_any(first_word(c, "Precedence"), precedences, ARRAY_LEN(precedences)) ? "Precedence" : NULL;
}

static bool null_return_path(const struct checking *c)
{
    return str_eq(first_word(c, "Return-Path"), "<>");
}

static bool daemon_address(const struct evidence *e)
{
    return str_istarts(e->from, "mailer-daemon@") || str_istarts(e->from, "postmaster@");
}

/* A delivery report: multipart/report by type, or a null return path from a daemon's address. */
static bool is_bounce(const struct checking *c)
{
    const struct letter *letter = c->letter;
    for (size_t i = 0; i < letter->n_headers; i++) {
        const struct letter_header *h = &letter->headers[i];
        if (str_ieq(h->name, "Content-Type") &&
            str_istarts(first_word(c, "Content-Type"), "multipart/report"))
            return !str_ifind(h->raw, h->raw_n, "disposition-notification");
    }
    return str_istarts(c->e->from, "mailer-daemon@") || (null_return_path(c) && daemon_address(c->e));
}

static const char *bulk_mark(const struct checking *c)
{
    static const char *const precedences[] = {"list", "bulk", "junk"};
    if (*first_word(c, "List-Id"))
        return "List-Id";
    return is_any(first_word(c, "Precedence"), precedences, ARRAY_LEN(precedences)) ? "Precedence" : NULL;
}

void check_bulk(struct checking *c)
{
    const char *automatic = automatic_mark(c), *bulk = bulk_mark(c);
    c->e->bounce = is_bounce(c);
    c->e->automatic = automatic || c->e->bounce;
    c->e->bulk = bulk != NULL;
    if (c->e->bounce)
        check_note(c, CHECK, FINDING_NOTE, "bounce", "");
    else if (automatic)
        check_note(c, CHECK, FINDING_NOTE, "automatic", automatic);
    if (bulk)
        check_note(c, CHECK, FINDING_NOTE, "bulk", bulk);
}
