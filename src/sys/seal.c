/* seal.c: see seal.h. libsodium only: X25519 sealed boxes for the key of each thing, XChaCha20-Poly1305
 * streams for its parts. Every thing has its own random key, so what one recipient opens tells nothing of
 * the next thing.
 *
 * Refuses: a part whose last chunk is missing, that was moved to another label, or whose length was changed
 * (all are authenticated); lengths that do not fit into the bytes that are there. */
#include "sys/seal.h"
#include "base/hash.h"
#include <sodium.h>

#define CHUNK      65536
#define TAG        crypto_secretstream_xchacha20poly1305_ABYTES
#define HEADER     crypto_secretstream_xchacha20poly1305_HEADERBYTES
#define MAGIC      "BBT-SEALED 1 "
#define LINE_BYTES 512
#define BOX        (SEAL_KEY_BYTES + crypto_box_SEALBYTES)
#define BASE64     sodium_base64_VARIANT_ORIGINAL

static size_t cipher_bytes(size_t plain)
{
    size_t chunks = plain ? (plain + CHUNK - 1) / CHUNK : 1;
    return HEADER + plain + chunks * TAG;
}

void seal_key_id(const unsigned char public_key[SEAL_KEY_BYTES], char ret[SEAL_ID_TEXT])
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, public_key, SEAL_KEY_BYTES);
    hash_to_hex(digest, (SEAL_ID_TEXT - 1) / 2, ret);
}

/* ---- closing ---- */

/* What every chunk of a part is bound to. */
static char *bound_to(const void *mem, const char *label, const char *part, size_t n)
{
    return mem_fmt(mem, "%s%s\npart %s %zu\n", MAGIC, label, part, n);
}

static void add_part(struct str *out, const char *label, const struct seal_part *p,
                     const unsigned char key[SEAL_KEY_BYTES])
{
    _cleanup_mem_ char *bound = bound_to(NULL, label, p->name, p->n);
    _cleanup_mem_ unsigned char *cipher = mem_array(NULL, unsigned char, CHUNK + TAG);
    unsigned char header[HEADER];
    crypto_secretstream_xchacha20poly1305_state state;
    crypto_secretstream_xchacha20poly1305_init_push(&state, header, key);
    str_addf(out, "part %s %zu\n", p->name, p->n);
    str_addn(out, header, sizeof header);
    for (size_t at = 0;;) {
        size_t n = p->n - at < CHUNK ? p->n - at : CHUNK;
        bool last = at + n == p->n;
        unsigned char tag = last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0;
        crypto_secretstream_xchacha20poly1305_push(&state, cipher, NULL,
                                                   (const unsigned char *)p->bytes + at, n,
                                                   (const unsigned char *)bound, strlen(bound), tag);
        str_addn(out, cipher, n + TAG);
        at += n;
        if (last)
            break;
    }
    sodium_memzero(&state, sizeof state);
}

char *seal_close(const void *mem, const char *label, const struct seal_keys *keys,
                 const struct seal_part *parts, size_t n_parts, size_t *ret_n)
{
    struct str out = str_new(mem);
    unsigned char key[SEAL_KEY_BYTES], box[BOX];
    char text[sodium_base64_ENCODED_LEN(BOX, BASE64)], id[SEAL_ID_TEXT];
    if (sodium_init() < 0)
        abort();
    crypto_secretstream_xchacha20poly1305_keygen(key);
    str_addf(&out, "%s%s\n", MAGIC, label);
    for (size_t i = 0; i < keys->n; i++) {
        crypto_box_seal(box, key, sizeof key, keys->v[i].bytes);
        sodium_bin2base64(text, sizeof text, box, sizeof box, BASE64);
        seal_key_id(keys->v[i].bytes, id);
        str_addf(&out, "key %s %s %s\n", keys->v[i].name, id, text);
    }
    for (size_t i = 0; i < n_parts; i++)
        add_part(&out, label, &parts[i], key);
    str_add(&out, "end\n");
    sodium_memzero(key, sizeof key);
    *ret_n = out.n;
    return out.s;
}

/* ---- reading ---- */

struct reading {
    const char *bytes;
    size_t n, at;
    const char *label;
};

static bool damaged(const struct reading *r, const char *what, struct err *err)
{
    return err_set(err, ERR_DATA, "sealed '%s': %s at byte %zu", r->label ? r->label : "?", what, r->at);
}

/* The next line without its end; NULL when there is none of a sane length. */
static char *take_line(const void *mem, struct reading *r)
{
    size_t left = r->n - r->at, most = left < LINE_BYTES ? left : LINE_BYTES;
    const char *from = r->bytes + r->at, *end = memchr(from, '\n', most);
    if (!end)
        return NULL;
    r->at += (size_t)(end - from) + 1;
    return mem_bytes(mem, from, (size_t)(end - from));
}

static bool take_magic(const void *mem, struct reading *r, struct err *err)
{
    char *line = take_line(mem, r);
    if (!line || !str_starts(line, MAGIC) || !line[strlen(MAGIC)])
        return damaged(r, "not a sealed file", err);
    r->label = line + strlen(MAGIC);
    return true;
}

/* "part NAME LENGTH", with room for its ciphertext. */
static bool parse_part(struct reading *r, char *line, const char **ret_name, size_t *ret_n)
{
    char *name = line + strlen("part "), *space = strchr(name, ' ');
    int64_t n;
    if (!space || space == name || !str_int(space + 1, 0, (int64_t)SEAL_MAX, &n) ||
        cipher_bytes((size_t)n) > r->n - r->at)
        return false;
    *space = '\0';
    *ret_name = name;
    *ret_n = (size_t)n;
    return true;
}

struct opener {
    const unsigned char *secret;
    unsigned char public_key[SEAL_KEY_BYTES];
    unsigned char key[SEAL_KEY_BYTES];
    bool open;
};

/* "key NAME ID BOX": opened when it is ours. */
static void try_key(struct opener *o, const char *line)
{
    unsigned char box[BOX];
    size_t n = 0;
    const char *text = strrchr(line, ' ');
    if (o->open || sodium_base642bin(box, sizeof box, text + 1, strlen(text + 1), NULL, &n, NULL, BASE64) ||
        n != sizeof box)
        return;
    o->open = crypto_box_seal_open(o->key, box, sizeof box, o->public_key, o->secret) == 0;
}

static bool open_part(const void *mem, struct reading *r, const struct opener *o, struct seal_part *ret,
                      struct err *err)
{
    _cleanup_mem_ char *bound = bound_to(NULL, r->label, ret->name, ret->n);
    crypto_secretstream_xchacha20poly1305_state state;
    const unsigned char *from = (const unsigned char *)r->bytes + r->at;
    unsigned char tag = 0, *to = mem_array(mem, unsigned char, ret->n + 1);
    bool good = crypto_secretstream_xchacha20poly1305_init_pull(&state, from, o->key) == 0;
    from += HEADER;
    for (size_t at = 0; good;) {
        size_t n = ret->n - at < CHUNK ? ret->n - at : CHUNK;
        bool last = at + n == ret->n;
        good =
            crypto_secretstream_xchacha20poly1305_pull(&state, to + at, NULL, &tag, from, n + TAG,
                                                       (const unsigned char *)bound, strlen(bound)) == 0 &&
            (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) == last;
        from += n + TAG;
        at += n;
        if (last)
            break;
    }
    sodium_memzero(&state, sizeof state);
    ret->bytes = (const char *)to;
    return good || damaged(r, "altered part", err);
}

static bool open_parts(const void *mem, struct reading *r, struct opener *o, struct seal_part **ret,
                       size_t *ret_n, struct err *err)
{
    char *line;
    while ((line = take_line(mem, r)) != NULL && !str_eq(line, "end")) {
        struct seal_part part = {0};
        if (str_starts(line, "key ")) {
            try_key(o, line);
            continue;
        }
        if (!str_starts(line, "part ") || !parse_part(r, line, &part.name, &part.n))
            return damaged(r, "a line that is neither key nor part", err);
        if (!o->open)
            return err_set(err, ERR_NO, "sealed '%s': this key does not open it", r->label);
        if (!open_part(mem, r, o, &part, err))
            return false;
        r->at += cipher_bytes(part.n);
        *mem_append(mem, *ret, *ret_n) = part;
    }
    return line != NULL || damaged(r, "no end", err);
}

bool seal_open(const void *mem, const char *bytes, size_t n, size_t *at,
               const unsigned char secret[SEAL_KEY_BYTES], const char **ret_label,
               struct seal_part **ret_parts, size_t *ret_n_parts, struct err *err)
{
    struct reading r = {.bytes = bytes, .n = n, .at = *at};
    struct opener o = {.secret = secret};
    struct seal_part *parts = NULL;
    size_t n_parts = 0;
    if (sodium_init() < 0)
        abort();
    crypto_scalarmult_base(o.public_key, secret);
    bool ok = take_magic(mem, &r, err) && open_parts(mem, &r, &o, &parts, &n_parts, err);
    sodium_memzero(&o, sizeof o);
    if (!ok)
        return false;
    *at = r.at;
    *ret_label = r.label;
    *ret_parts = parts;
    *ret_n_parts = n_parts;
    return true;
}

bool seal_excerpt(const char *bytes, size_t n, const struct str_list *wanted, struct str *out,
                  struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct reading r = {.bytes = bytes, .n = n};
    if (!take_magic(mem, &r, err))
        return false;
    size_t begin = out->n, from = 0;
    for (;;) {
        const char *name;
        size_t part;
        str_addn(out, bytes + from, r.at - from);
        from = r.at;
        char *line = take_line(mem, &r);
        if (line && (str_eq(line, "end") || str_starts(line, "key "))) {
            if (str_eq(line, "end"))
                break;
            continue;
        }
        if (!line || !str_starts(line, "part ") || !parse_part(&r, line, &name, &part)) {
            str_cut(out, begin);
            return damaged(&r, "cannot take parts of it", err);
        }
        r.at += cipher_bytes(part);
        from = str_list_has(wanted, name) ? from : r.at;
    }
    str_add(out, "end\n");
    return true;
}
