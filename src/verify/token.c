/* token.c: makes, finds and checks the one-time tokens of our letters (abuse A11-A13; SV-6).
 *
 * A token is the first 128 bits of HMAC-SHA-256 over everything it stands for, each value ended by a NUL,
 * so that none can be moved to another submission, text, person, letter or purpose. Written in Crockford's
 * base 32: 26 characters whose last carries three bits, so only eight are possible there. Whatever looks
 * like one is only a candidate; token_check() compares in constant time. Refuses everything without a key.
 */
#include "verify/token.h"

enum { TOKEN_BYTES = 16, BITS = 5, SCAN_MAX = 1 << 20 /* bytes of a body that are looked through */ };

static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
static const char label[] = "bbt token 1";

static const char *purpose_word(enum token_purpose purpose)
{
    static const char *const words[] = {"confirm", "reply", "act", "supply"};
    return words[purpose];
}

/* 128 bits as 26 characters, most significant first; the last two bits are zero. */
static void write_digits(const unsigned char bytes[TOKEN_BYTES], char ret[TOKEN_TEXT])
{
    unsigned bits = 0;
    int have = 0;
    size_t n = 0;
    for (size_t i = 0; i < TOKEN_BYTES; i++) {
        bits = (bits << 8) | bytes[i];
        for (have += 8; have >= BITS; have -= BITS)
            ret[n++] = digits[(bits >> (have - BITS)) & 31];
    }
    ret[n++] = digits[(bits << (BITS - have)) & 31];
    ret[n] = '\0';
}

static void add_value(struct str *b, const char *value)
{
    str_add(b, value ? value : "");
    str_addn(b, "", 1);
}

void token_make(const unsigned char key[TOKEN_KEY_BYTES], enum token_purpose purpose, const char *ref,
                const char *content_hash, const char *address, const char *letter_key, char ret[TOKEN_TEXT])
{
    _cleanup_mem_ void *tmp = mem_new();
    struct str b = str_new(tmp);
    unsigned char bytes[TOKEN_BYTES] = {0};
    char half[2 * TOKEN_BYTES + 1];
    add_value(&b, label);
    add_value(&b, purpose_word(purpose));
    add_value(&b, ref);
    add_value(&b, content_hash);
    add_value(&b, address);
    add_value(&b, letter_key);
    memcpy(half, hash_hmac_hex(tmp, key, b.s, b.n), sizeof half - 1);
    half[sizeof half - 1] = '\0';
    hash_from_hex(half, bytes, sizeof bytes);
    write_digits(bytes, ret);
}

bool token_check(const unsigned char key[TOKEN_KEY_BYTES], const struct known_token *t)
{
    char made[TOKEN_TEXT];
    if (!t->token || strlen(t->token) != TOKEN_CHARS)
        return false;
    token_make(key, t->purpose, t->ref, t->content_hash, t->address, t->letter_key, made);
    return hash_equal(made, t->token, TOKEN_CHARS);
}

/* ---- candidates ---- */

/* The character as it is in a token: lower case, o for 0, i and l for 1; 0 when it cannot be in one. */
static char digit_of(char c)
{
    c = str_lower_char(c);
    if (c == 'o')
        return '0';
    if (c == 'i' || c == 'l')
        return '1';
    return c && strchr(digits, c) ? c : '\0';
}

static void take(const void *mem, struct str_list *list, const char *s)
{
    char token[TOKEN_TEXT];
    for (size_t i = 0; i < TOKEN_CHARS; i++) {
        token[i] = digit_of(s[i]);
        if (!token[i])
            return;
    }
    token[TOKEN_CHARS] = '\0';
    bool possible = (strchr(digits, token[TOKEN_CHARS - 1]) - digits) % 4 == 0;
    if (possible && list->n < TOKENS_MAX && !str_list_has(list, token))
        str_list_add(mem, list, token);
}

/* Runs of exactly 26 letters and digits. */
static void scan(const void *mem, struct str_list *list, const char *s, size_t n)
{
    n = n > SCAN_MAX ? SCAN_MAX : n;
    for (size_t i = 0; i < n && list->n < TOKENS_MAX;) {
        size_t from = i;
        while (i < n && (str_alpha(s[i]) || str_digit(s[i])))
            i++;
        if (i - from == TOKEN_CHARS)
            take(mem, list, s + from);
        i += i == from;
    }
}

/* A header as it stands, and with its folds taken out: some servers fold inside an id. */
static void scan_header(const void *mem, struct str_list *list, const struct letter_header *h)
{
    scan(mem, list, h->raw, h->raw_n);
    if (!memchr(h->raw, '\n', h->raw_n) && !memchr(h->raw, '\r', h->raw_n))
        return;
    struct str joined = str_new(mem);
    for (size_t i = 0; i < h->raw_n; i++) {
        bool fold = h->raw[i] == '\r' || h->raw[i] == '\n';
        while (fold && i + 1 < h->raw_n && str_space(h->raw[i + 1]))
            i++;
        if (!fold)
            str_addc(&joined, h->raw[i]);
    }
    scan(mem, list, joined.s, joined.n);
}

static void scan_headers(const void *mem, struct str_list *list, const struct letter *letter,
                         const char *const *names, size_t n)
{
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < letter->n_headers; i++)
            if (str_ieq(letter->headers[i].name, names[k]))
                scan_header(mem, list, &letter->headers[i]);
}

static void scan_text(const void *mem, struct str_list *list, const char *text)
{
    if (text)
        scan(mem, list, text, strlen(text));
}

struct str_list token_candidates(const void *mem, const struct letter *letter)
{
    /* Where our own token surely is comes first: References may be long and somebody else's. */
    static const char *const first[] = {"To", "Delivered-To", "X-Original-To", "Envelope-To",
                                        "Cc", "Resent-To",    "X-Envelope-To", "In-Reply-To"};
    static const char *const last[] = {"References"};
    struct str_list list = {0};
    scan_headers(mem, &list, letter, first, ARRAY_LEN(first));
    scan_text(mem, &list, letter->subject);
    scan_text(mem, &list, letter->fresh);
    scan_headers(mem, &list, letter, last, ARRAY_LEN(last));
    scan_text(mem, &list, letter->body);
    return list;
}

void token_keep_proved(const unsigned char *key, struct known *known)
{
    size_t kept = 0;
    for (size_t i = 0; i < known->n_tokens; i++)
        if (key && token_check(key, &known->tokens[i])) {
            known->tokens[kept] = known->tokens[i];
            known->tokens[kept++].token = "";
        }
    known->n_tokens = kept;
}
