/* zip.c: see zip.h. libarchive unpacks the local entries in the order in which they stand; sizes that an
 * archive declares are never believed, bytes are counted as they come out. The directory at the end is
 * looked at for one thing: files that it names and the stream did not show lie inside each other (a bomb of
 * overlapping entries) or are hidden, and that is a defect too. What came before a bound or a fault is
 * kept.
 */
#include "reader/zip.h"
#include "reader/extract.h"
#include <archive.h>
#include <archive_entry.h>

#define SLACK (1u << 20) /* bytes unpacked before the ratio counts: small files of blanks are honest */
#define TAIL  1024u      /* bytes kept of the end: the end record, and a comment of usual length */
#define BLOCK 16384u

struct zip {
    const void *mem;
    struct part *part;
    struct str_list *defects;
    struct archive *archive;
    struct archive_entry *entry;
    size_t unpacked, packed, entries;
    bool ended, entry_done, encrypted;
    size_t tail_n;
    char tail[TAIL];
    char block[BLOCK];
};

static void note(struct zip *z, const char *code)
{
    extract_note(z->mem, z->defects, code);
}

static void keep_tail(struct zip *z, const char *p, size_t n)
{
    if (n >= TAIL) {
        memcpy(z->tail, p + n - TAIL, TAIL);
        z->tail_n = TAIL;
        return;
    }
    size_t over = z->tail_n + n > TAIL ? z->tail_n + n - TAIL : 0;
    memmove(z->tail, z->tail + over, z->tail_n - over);
    memcpy(z->tail + z->tail_n - over, p, n);
    z->tail_n += n - over;
}

static la_ssize_t give_packed(struct archive *a, void *arg, const void **ret)
{
    (void)a;
    struct zip *z = arg;
    const char *block = NULL;
    size_t n = part_block(z->part, &block);
    *ret = block;
    z->packed += n;
    keep_tail(z, block, n);
    return (la_ssize_t)n;
}

static int zip_free(struct zip *z)
{
    archive_read_free(z->archive);
    return 0;
}

struct zip *zip_open(const void *mem, struct part *part, struct str_list *defects)
{
    struct zip *z = mem_zero(mem, struct zip);
    z->mem = mem;
    z->part = part;
    z->defects = defects;
    z->entry_done = true;
    z->archive = archive_read_new();
    if (!z->archive)
        mem_exhausted();
    talloc_set_destructor(z, zip_free);
    archive_read_support_format_zip_streamable(z->archive);
    if (archive_read_open(z->archive, z, NULL, give_packed, NULL) != ARCHIVE_OK) {
        note(z, "file-broken");
        z->ended = true;
    }
    return z;
}

/* Files named by the directory at the end; SIZE_MAX when there is none within reach, or a zip64's. */
static size_t directory_count(const struct zip *z)
{
    for (size_t at = z->tail_n; at-- > 0;) {
        const unsigned char *p = (const unsigned char *)z->tail + at;
        if (z->tail_n - at < 22 || memcmp(p, "PK\5\6", 4) != 0)
            continue;
        size_t n = p[10] + 256u * p[11];
        return n == 0xFFFF ? SIZE_MAX : n;
    }
    return SIZE_MAX;
}

static void end(struct zip *z, int status)
{
    const char *block;
    size_t n;
    z->ended = true;
    if (status != ARCHIVE_EOF)
        note(z, "file-broken");
    while ((n = part_block(z->part, &block)) > 0)
        keep_tail(z, block, n);
    size_t named = directory_count(z);
    if (named != SIZE_MAX && named > z->entries)
        note(z, "limit-archive");
}

static bool over_budget(struct zip *z, size_t more)
{
    size_t *left = part_left(z->part);
    z->unpacked += more;
    bool over = more > *left;
    *left -= over ? *left : more;
    if (!over && z->unpacked <= ZIP_MAX_BYTES && z->unpacked <= SLACK + z->packed * ZIP_MAX_RATIO)
        return false;
    note(z, "limit-archive");
    return true;
}

size_t zip_block(struct zip *z, const char **ret)
{
    *ret = z->block;
    if (z->ended || z->entry_done || z->encrypted)
        return 0;
    la_ssize_t n = archive_read_data(z->archive, z->block, sizeof z->block);
    if (n < 0)
        note(z, "file-broken");
    z->entry_done = n <= 0;
    /* A fault leaves libarchive at an unknown place: what follows would be guesswork. */
    z->ended = n < 0 || (n > 0 && over_budget(z, (size_t)n));
    return z->ended ? 0 : (size_t)n;
}

size_t zip_pull(void *zip, const char **ret)
{
    return zip_block(zip, ret);
}

/* Leaves the current file. Without a size it can be passed over only by unpacking it: that counts, too. */
static void pass_over(struct zip *z)
{
    const char *block;
    if (!z->entry_done && !z->encrypted && !archive_entry_size_is_set(z->entry))
        while (zip_block(z, &block) > 0)
            continue;
    z->entry_done = true;
}

const char *zip_next(struct zip *z)
{
    pass_over(z);
    while (!z->ended) {
        int status = archive_read_next_header(z->archive, &z->entry);
        if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
            end(z, status);
            break;
        }
        if (++z->entries > ZIP_MAX_ENTRIES) {
            note(z, "limit-archive");
            z->ended = true;
            break;
        }
        const char *name = archive_entry_pathname_utf8(z->entry);
        name = name ? name : archive_entry_pathname(z->entry); /* in some code page */
        name = name ? name : "";
        z->encrypted = archive_entry_is_data_encrypted(z->entry) > 0;
        if (z->encrypted)
            note(z, "encrypted");
        z->entry_done = false;
        size_t n = strlen(name);
        if (n == 0 || name[n - 1] != '/')
            return name;
        pass_over(z);
    }
    return NULL;
}

bool zip_encrypted(const struct zip *z)
{
    return z->encrypted;
}
