/* zip.h: the files in a zip or another archive, one after the other, as they stream by. Nothing is ever
 * written or named on disk. Bounds of RELIABILITY 4.2: 64 MB unpacked of one archive, 100:1, 2,000 entries;
 * and what is unpacked counts against the letter's 200 MB. */
#ifndef READER_ZIP_H
#define READER_ZIP_H

#include "reader/part.h"

#define ZIP_MAX_BYTES   (64u << 20)
#define ZIP_MAX_RATIO   100u
#define ZIP_MAX_ENTRIES 2000u

struct zip;

/* Owned by mem. Adds "limit-archive", "file-broken", "encrypted" to defects as they are met. */
struct zip *zip_open(const void *mem, struct part *part, struct str_list *defects);

/* The same for "tar" "rar" "7z" "gzip" "bzip2" "xz" "zstd" (letter_attachment.real): the last four are a
 * packed tar, or one file without a name. A 7z is held in memory, since its table stands at its end, and
 * so is a rar. Adds "archive-part" for one volume of several. */
struct zip *zip_open_other(const void *mem, struct part *part, const char *real, struct str_list *defects);

/* The name of the next file (as written there: never a path of ours; directories are passed over; "" when
 * it has none), valid until the next call. NULL: the end, or a bound, or a fault. */
const char *zip_next(struct zip *z);

/* Is the current file encrypted? Then it gives no bytes. */
bool zip_encrypted(const struct zip *z);

/* The next bytes of the current file, valid until the next call; 0 at its end. */
size_t zip_block(struct zip *z, const char **ret);

/* The same as a part_pull. */
size_t zip_pull(void *zip, const char **ret);

#endif
