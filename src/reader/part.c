/* part.c: see part.h. base64 is ours (GMime's stops at padding in the middle), quoted-printable and
 * uuencode are GMime's. Refuses to decode more than the letter's budget: an archive of zeros in base64 is
 * cheap to send (abuse A26). */
#include "reader/part.h"
#include "mail/transfer.h"

#define BLOCK (16u << 10)

struct part {
    GMimeStream *stream; /* owned by the MIME part; NULL: pull gives the bytes, or block holds them */
    part_pull pull;
    void *pull_arg;
    const char *block; /* what at and n count in */
    GMimeContentEncoding encoding;
    GMimeEncoding decoder;
    struct transfer_base64 base64;
    struct hash hash;
    size_t bytes, at, n; /* of all; of the block */
    struct part_budget *budget;
    bool ended, cut;
    char in[BLOCK];
    char out[BLOCK + 1024]; /* no decoder makes more than it gets but for what it held back */
};

/* Not zeroed: the buffers are large, and there may be hundreds of parts. */
static struct part *new_part(const void *mem, struct part_budget *budget)
{
    struct part *p = talloc(mem, struct part);
    if (!p)
        mem_exhausted();
    p->stream = NULL;
    p->pull = NULL;
    p->pull_arg = NULL;
    p->block = p->out;
    p->encoding = GMIME_CONTENT_ENCODING_DEFAULT;
    p->base64 = (struct transfer_base64){0};
    p->bytes = p->at = p->n = 0;
    p->budget = budget;
    p->ended = p->cut = false;
    hash_start(&p->hash);
    return p;
}

struct part *part_open_pull(const void *mem, part_pull pull, void *arg, struct part_budget *budget)
{
    struct part *p = new_part(mem, budget);
    p->pull = pull;
    p->pull_arg = arg;
    return p;
}

struct part *part_open_bytes(const void *mem, const char *bytes, size_t n, struct part_budget *budget)
{
    struct part *p = new_part(mem, budget);
    p->block = bytes;
    p->n = p->bytes = n;
    p->ended = true;
    hash_add(&p->hash, bytes, n);
    return p;
}

struct part_budget *part_budget(const struct part *p)
{
    return p->budget;
}

struct part *part_open(const void *mem, GMimePart *mime, struct part_budget *budget)
{
    struct part *p = new_part(mem, budget);
    GMimeDataWrapper *content = g_mime_part_get_content(mime);
    p->stream = content ? g_mime_data_wrapper_get_stream(content) : NULL;
    p->encoding = content ? g_mime_data_wrapper_get_encoding(content) : GMIME_CONTENT_ENCODING_DEFAULT;
    p->ended = !p->stream;
    g_mime_encoding_init_decode(&p->decoder, p->encoding);
    if (p->stream)
        g_mime_stream_reset(p->stream);
    return p;
}

static size_t decode(struct part *p, size_t n)
{
    if (p->encoding == GMIME_CONTENT_ENCODING_BASE64)
        return n ? transfer_base64_add(&p->base64, p->in, n, p->out)
                 : transfer_base64_end(&p->base64, p->out);
    if (p->encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE ||
        p->encoding == GMIME_CONTENT_ENCODING_UUENCODE)
        return n ? g_mime_encoding_step(&p->decoder, p->in, n, p->out)
                 : g_mime_encoding_flush(&p->decoder, p->in, 0, p->out);
    memcpy(p->out, p->in, n);
    return n;
}

static void fill_from_pull(struct part *p)
{
    p->at = 0;
    p->n = p->pull(p->pull_arg, &p->block);
    p->ended = p->n == 0;
    p->bytes += p->n;
    hash_add(&p->hash, p->block, p->n);
}

/* Makes the block non-empty unless the end is there. */
static void fill(struct part *p)
{
    if (p->pull && p->at == p->n && !p->ended)
        fill_from_pull(p);
    while (p->at == p->n && !p->ended) {
        ssize_t got = g_mime_stream_read(p->stream, p->in, BLOCK);
        p->ended = got <= 0;
        p->at = 0;
        p->n = decode(p, got > 0 ? (size_t)got : 0);
        if (p->n > p->budget->left) {
            p->n = p->budget->left;
            p->ended = p->cut = true;
        }
        p->budget->left -= p->n;
        p->bytes += p->n;
        hash_add(&p->hash, p->out, p->n);
    }
}

size_t part_peek(struct part *p, const char **ret)
{
    fill(p);
    *ret = p->block + p->at;
    return p->n - p->at;
}

size_t part_block(struct part *p, const char **ret)
{
    size_t n = part_peek(p, ret);
    p->at = p->n;
    return n;
}

size_t part_read(struct part *p, char *buf, size_t n)
{
    const char *block;
    size_t have = part_peek(p, &block);
    n = n < have ? n : have;
    memcpy(buf, block, n);
    p->at += n;
    return n;
}

void part_take(struct part *p, size_t max, struct str *out, bool *ret_cut)
{
    const char *block;
    size_t n;
    *ret_cut = false;
    while ((n = part_peek(p, &block)) > 0) {
        size_t room = max - out->n;
        *ret_cut = n > room;
        n = n < room ? n : room;
        str_addn(out, block, n);
        p->at += n;
        if (*ret_cut)
            return;
    }
}

void part_give(struct part *p)
{
    const char *block;
    size_t n;
    while ((n = part_block(p, &block)) > 0 && p->budget->wanted(p->budget->wanted_arg, block, n))
        continue;
    p->budget->given = true;
    p->budget->left = 0;
}

void part_finish(struct part *p, size_t *ret_bytes, char ret_sha256[HASH_HEX])
{
    const char *block;
    while (part_block(p, &block) > 0)
        continue;
    *ret_bytes = p->bytes;
    hash_end(&p->hash, ret_sha256);
}

bool part_cut(const struct part *p)
{
    return p->cut;
}

bool part_odd(const struct part *p)
{
    return p->base64.odd;
}
