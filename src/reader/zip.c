/* zip.c: see zip.h. Of a zip libarchive unpacks the local entries in the order in which they stand; sizes
 * that an archive declares are never believed, bytes are counted as they come out. The directory at the end
 * is looked at for one thing: files that it names and the stream did not show lie inside each other (a bomb
 * of overlapping entries) or are hidden, and that is a defect too. What came before a bound or a fault is
 * kept.
 */
#include "reader/zip.h"
#include "reader/extract.h"
#include "reader/rar.h"
#include <archive.h>
#include <archive_entry.h>

#define SLACK (1u << 20) /* bytes unpacked before the ratio counts: small files of blanks are honest */
#define TAIL  1024u      /* bytes kept of the end: the end record, and a comment of usual length */
#define BLOCK 16384u
#define INSIDE                                                                                             \
    archive_read_support_format_tar, archive_read_support_format_raw, archive_read_support_format_empty
#define WHOLE (48u << 20) /* bytes of an archive that must be in memory at once */

struct zip {
    const void *mem;
    struct part *part;
    struct str_list *defects;
    struct archive *archive;
    struct archive_entry *entry;
    size_t unpacked, packed, entries;
    bool other; /* no zip: there is no directory to compare with */
    bool opened, ended, entry_done, encrypted;
    struct str whole; /* of a 7z or rar */
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

static struct zip *new_zip(const void *mem, struct part *part, struct str_list *defects)
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
    return z;
}

/* That a password is wanted may be all that libarchive says of a file. */
static void note_fault(struct zip *z)
{
    const char *why = archive_error_string(z->archive);
    /* Of an archive that did not open libarchive cannot say it: it would follow a pointer to nothing. */
    bool locked = (z->opened && archive_read_has_encrypted_entries(z->archive) > 0) ||
                  (why && str_ifind(why, strlen(why), "encrypt"));
    note(z, locked ? "encrypted" : "file-broken");
}

static struct zip *opened(struct zip *z, int status)
{
    z->opened = status == ARCHIVE_OK;
    z->ended = !z->opened;
    if (!z->opened)
        note_fault(z);
    return z;
}

struct zip *zip_open(const void *mem, struct part *part, struct str_list *defects)
{
    struct zip *z = new_zip(mem, part, defects);
    archive_read_support_format_zip_streamable(z->archive);
    return opened(z, archive_read_open(z->archive, z, NULL, give_packed, NULL));
}

/* Only what the first bytes promised: each format that is offered is one more parser for the sender. */
static void support(struct archive *a, const char *real)
{
    static const struct {
        const char *real;
        int (*with[5])(struct archive *a);
    } known[] = {
        {"tar", {archive_read_support_format_tar}},
        {"rar", {archive_read_support_format_rar, archive_read_support_format_rar5}},
        {"7z", {archive_read_support_format_7zip}},
        {"gzip", {archive_read_support_filter_gzip, INSIDE}},
        {"bzip2", {archive_read_support_filter_bzip2, INSIDE}},
        {"xz", {archive_read_support_filter_xz, INSIDE}},
        {"zstd", {archive_read_support_filter_zstd, INSIDE}},
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        for (size_t k = 0; str_eq(known[i].real, real) && known[i].with[k]; k++)
            known[i].with[k](a);
}

static struct zip *open_whole(struct zip *z)
{
    bool cut;
    z->whole = str_new(z);
    part_take(z->part, WHOLE, &z->whole, &cut);
    z->packed = z->whole.n;
    const char *trouble = cut ? "limit-archive" : rar_trouble(z->whole.s, z->whole.n);
    if (trouble)
        note(z, trouble);
    z->ended = cut || str_eq(trouble ? trouble : "", "encrypted");
    return z->ended ? z : opened(z, archive_read_open_memory(z->archive, z->whole.s, z->whole.n));
}

struct zip *zip_open_other(const void *mem, struct part *part, const char *real, struct str_list *defects)
{
    struct zip *z = new_zip(mem, part, defects);
    z->other = true;
    support(z->archive, real);
    if (str_eq(real, "7z") || str_eq(real, "rar"))
        return open_whole(z);
    return opened(z, archive_read_open(z->archive, z, NULL, give_packed, NULL));
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
        note_fault(z);
    else if (z->other &&
             z->entries == 0) /* a truth that nobody sends: rather a part that is not understood */
        note(z, "file-broken");
    while ((n = part_block(z->part, &block)) > 0)
        keep_tail(z, block, n);
    size_t named = directory_count(z);
    if (!z->other && named != SIZE_MAX && named > z->entries)
        note(z, "limit-archive");
}

static bool over_budget(struct zip *z, size_t more)
{
    size_t *left = &part_budget(z->part)->left;
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
        note_fault(z);
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

static const char *entry_name(const struct zip *z)
{
    if (archive_format(z->archive) == ARCHIVE_FORMAT_RAW)
        return "";
    const char *name = archive_entry_pathname_utf8(z->entry);
    name = name ? name : archive_entry_pathname(z->entry); /* in some code page */
    return name ? name : "";
}

static bool is_directory(const struct zip *z, const char *name)
{
    size_t n = strlen(name);
    return (n > 0 && name[n - 1] == '/') || (z->other && archive_entry_filetype(z->entry) == AE_IFDIR);
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
        const char *name = entry_name(z);
        z->encrypted = archive_entry_is_data_encrypted(z->entry) > 0;
        if (z->encrypted)
            note(z, "encrypted");
        z->entry_done = false;
        if (!is_directory(z, name))
            return name;
        pass_over(z);
    }
    return NULL;
}

bool zip_encrypted(const struct zip *z)
{
    return z->encrypted;
}
