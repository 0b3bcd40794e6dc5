/* letters.c: a letter that was taken in before, read once more by the sandboxed reader from its bytes in
 * the spool. Nothing is kept of an earlier reading that could be stale. */
#include "cmd/letters.h"

bool spooled_letter(struct context *cx, struct spool *spool, void *mem, const char *entry,
                    struct facts *ret_facts, struct letter **ret, struct err *err)
{
    _cleanup_close_ int fd = -1;
    uint64_t tag;
    if (!spool_read_facts(spool, mem, entry, ret_facts, err) || !spool_open_raw(spool, entry, &fd, err) ||
        !reader_submit(cx->house->reader, fd, ret_facts->sha256, ret_facts->bytes, 0, err))
        return false;
    *ret = reader_wait(cx->house->reader, mem, -1, &tag);
    return *ret ? true : err_set(err, ERR_RETRY, "read letter '%s': the reader gave nothing", entry);
}
