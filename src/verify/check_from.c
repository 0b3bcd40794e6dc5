/* check_from.c: who the letter says wrote it (RFC 5322 3.6.2; abuse A7, A8, espoofer).
 *
 * Decided on raw bytes: exactly one From field, spelt without a blank before its colon, holding exactly one
 * plain mailbox. Anything else gives from = "" and a finding; when such a letter shows an official address
 * to a careless reader anywhere in its From, it impersonates. Reply-To and Sender identify nobody. */
#include "mail/address.h"
#include "verify/check.h"

static const char CHECK[] = "from";

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* `From :`, or a line that is no field but reads `From: a@b` to somebody (also folded under another). */
static bool looks_like_from(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && blank(s[i]))
        i++;
    if (n - i < 5 || !str_ieqn(s + i, "from", 4))
        return false;
    for (i += 4; i < n && blank(s[i]); i++)
        ;
    if (i == n || s[i] != ':')
        return false;
    for (; i < n && s[i] != '\n' && s[i] != '\r'; i++)
        if (s[i] == '@')
            return true;
    return false;
}

static bool hides_from(const struct letter_header *h)
{
    if (!*h->name && looks_like_from(h->raw, h->raw_n))
        return true;
    for (size_t i = 0; i + 1 < h->raw_n; i++)
        if ((h->raw[i] == '\n' || h->raw[i] == '\r') && looks_like_from(h->raw + i, h->raw_n - i))
            return true;
    return false;
}

/* "From" with blanks or other debris around it, but not "From" itself. */
static bool odd_name(const char *name)
{
    while (blank(*name))
        name++;
    if (!str_istarts(name, "from"))
        return false;
    for (name += 4; *name; name++)
        if (str_alpha(*name) || str_digit(*name) || *name == '-')
            return false;
    return true;
}

static const struct letter_header *only_from(const struct checking *c, const char **ret_why)
{
    const struct letter_header *found = NULL;
    *ret_why = "from-none";
    for (size_t i = 0; i < c->letter->n_headers; i++) {
        const struct letter_header *h = &c->letter->headers[i];
        bool is_from = str_ieq(h->name, "from");
        if (is_from && found)
            *ret_why = "from-several-fields";
        if (is_from && !found)
            found = h;
        if ((!is_from && odd_name(h->name)) || hides_from(h)) {
            *ret_why = "from-odd-field";
            return NULL;
        }
    }
    return str_eq(*ret_why, "from-several-fields") ? NULL : found;
}

/* The decoded display name: what stands before the last '<' of the decoded field, without its quotes. */
static char *decoded_name(const void *mem, const char *value)
{
    const char *open = strrchr(value, '<');
    char *name = str_trim(mem, value, open ? (size_t)(open - value) : 0);
    size_t n = strlen(name);
    if (n < 2 || name[0] != '"' || name[n - 1] != '"')
        return name;
    struct str b = str_new(mem);
    for (size_t i = 1; i + 1 < n; i++) {
        if (name[i] == '\\' && i + 2 < n)
            i++;
        str_addc(&b, name[i]);
    }
    return str_trim(mem, b.s, b.n);
}

/* An own domain behind any '@': the local part may be hidden in quotes or comments. */
static const char *own_domain_in(const struct checking *c, const char *text)
{
    for (const char *at = strchr(text, '@'); at; at = strchr(at + 1, '@')) {
        size_t n = 0;
        while (str_alpha(at[n + 1]) || str_digit(at[n + 1]) || at[n + 1] == '-' || at[n + 1] == '.')
            n++;
        const char *domain = mem_bytes(c->mem, at + 1, n);
        if (n && check_is_own(c->policy, domain))
            return domain;
    }
    return NULL;
}

/* An official address that this text shows to a reader, or NULL. */
static const char *official_in(const struct checking *c, const char *text)
{
    struct str_list all = address_find_all(c->mem, text);
    for (size_t i = 0; i < all.n; i++)
        if (check_is_official(c, all.v[i]))
            return all.v[i];
    return own_domain_in(c, text);
}

/* Raw bytes as a string: NUL becomes a blank, so that nothing hides behind it. */
static char *plain(const void *mem, const char *raw, size_t n)
{
    char *s = mem_bytes(mem, raw, n);
    for (size_t i = 0; i < n; i++)
        if (s[i] == '\0')
            s[i] = ' ';
    return s;
}

/* Everything in the header that a reader may take for the sender. */
static void look_for_official(struct checking *c)
{
    for (size_t i = 0; i < c->letter->n_headers; i++) {
        const struct letter_header *h = &c->letter->headers[i];
        if (!str_ieq(h->name, "from") && !odd_name(h->name) && !hides_from(h))
            continue;
        const char *found = official_in(c, plain(c->mem, h->raw, h->raw_n));
        if (!found)
            found = official_in(c, h->value ? h->value : "");
        if (!found)
            continue;
        c->e->impersonates = true;
        check_note(c, CHECK, FINDING_BAD, "from-official", found);
        return;
    }
}

static const char *key_of(const void *mem, const char *why)
{
    return mem_fmt(mem, "from-%s", why);
}

void check_from(struct checking *c)
{
    const char *why;
    const struct letter_header *h = only_from(c, &why);
    struct address a;
    c->e->from = c->e->from_name = c->e->from_domain = "";
    if (h && address_parse_one(c->mem, h->raw, h->raw_n, &a, &why)) {
        c->e->from = a.spec;
        c->e->from_domain = a.domain;
        c->e->from_name = *a.name ? decoded_name(c->mem, h->value) : "";
        check_note(c, CHECK, FINDING_NOTE, "from", a.spec);
        return;
    }
    check_note(c, CHECK, FINDING_BAD, h ? key_of(c->mem, why) : why, "");
    look_for_official(c);
}
