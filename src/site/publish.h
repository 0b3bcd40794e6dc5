/* publish.h: the static portal from portal.db, written aside and renamed: killed at any moment, the old
 * site stays whole (PB-1). The only code that writes public output. Recomputes each item's content hash and
 * refuses to write one that does not match (WF-4). */
#ifndef SITE_PUBLISH_H
#define SITE_PUBLISH_H

#include "base/err.h"
#include "store/portal.h"

struct publish_input {
    const char *house;     /* HOUSE/site is a link to the current tree HOUSE/site.N */
    const char *site_dir;  /* name of that link */
    const char *templates; /* conf/vi: pages in site/, feeds in feeds/ */
    const char *institution;
    const char *url; /* public base, ends in / */
    int64_t now;
};

/* Builds index.html, one page per item, atom.xml. *ret_pages counts item pages; *ret_index: path to open.
 */
bool publish_build(const void *mem, struct portal *portal, const struct publish_input *in,
                   size_t *ret_pages, const char **ret_index, struct err *err);

#endif
