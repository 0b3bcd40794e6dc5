/* publish.h: the static portal from portal.db, written aside and swapped in by one rename: killed at any
 * moment, the old site stays whole (PB-1). The only code that writes public output. Recomputes each item's
 * content hash and refuses to write one that does not match (WF-4). */
#ifndef SITE_PUBLISH_H
#define SITE_PUBLISH_H

#include "base/err.h"
#include "store/portal.h"

struct publish_input {
    const char *house;     /* HOUSE/site is a link to the current tree HOUSE/site.N */
    const char *site_dir;  /* name of that link */
    const char *templates; /* conf/vi: pages in site/, feeds in feeds/, labels */
    const char *institution;
    const char *mailbox; /* comments on a draft go to it; NULL, "": none is named */
    const char *url;     /* public base, ends in / */
    int64_t now;
};

/* Builds index.html (and page-2.html ...), items/REF.html, atom.xml, style.css. *ret_pages counts item
 * pages; *ret_index: path to open, owned by mem. The same items give the same bytes (`now` is used only
 * when there are none).
 *
 * ERR_DATA: items were left out because their content is not what was approved or their reference is no
 * file name; the site was built without them and swapped in, and both results are set. ERR_CONF: a
 * template, the address or the place of the site is not usable; ERR_RETRY: another publisher is at work, or
 * the disk; the old site stands. */
bool publish_build(const void *mem, struct portal *portal, const struct publish_input *in,
                   size_t *ret_pages, const char **ret_index, struct err *err);

#endif
