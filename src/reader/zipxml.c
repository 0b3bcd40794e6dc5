/* zipxml.c: see zipxml.h. Sizes an archive declares are never believed: bytes are counted as they come out.
 * What was read before a bound or a fault is kept and the defect says so. */
#include "reader/zipxml.h"
#include "base/utf8.h"
#include "reader/extract.h"
#include "reader/nfc.h"
#include <archive.h>
#include <archive_entry.h>
#include <libxml/parser.h>

#define SLACK (1u << 20) /* bytes unpacked before the ratio counts: small files of blanks are honest */

struct reading {
    const void *mem;
    struct part *part;
    const struct zipxml_words *words;
    struct str_list *defects;
    struct str out;
    size_t unpacked, packed;
    size_t text_depth, silent_depth;
    xmlParserCtxtPtr xml; /* of the current entry */
};

static void note(struct reading *r, const char *code)
{
    extract_note(r->mem, r->defects, code);
}

/* ---- XML ---- */

static bool listed(const char *const *list, const xmlChar *name)
{
    for (; list && *list; list++)
        if (strcmp(*list, (const char *)name) == 0)
            return true;
    return false;
}

static void on_start(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_ns,
                     const xmlChar **ns, int n_attrs, int n_defaulted, const xmlChar **attrs)
{
    struct reading *r = arg;
    (void)prefix, (void)uri, (void)n_ns, (void)ns, (void)n_attrs, (void)n_defaulted, (void)attrs;
    r->text_depth += listed(r->words->text_in, name);
    r->silent_depth += listed(r->words->silent, name);
    if (r->silent_depth > 0)
        return;
    if (listed(r->words->tab_at, name))
        str_addc(&r->out, '\t');
    if (listed(r->words->space_at, name))
        str_addc(&r->out, ' ');
    if (listed(r->words->line_at, name))
        str_addc(&r->out, '\n');
}

static void on_end(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct reading *r = arg;
    (void)prefix, (void)uri;
    r->text_depth -= listed(r->words->text_in, name);
    r->silent_depth -= listed(r->words->silent, name);
    if (r->silent_depth == 0 && listed(r->words->line_after, name))
        str_addc(&r->out, '\n');
}

static void on_text(void *arg, const xmlChar *text, int n)
{
    struct reading *r = arg;
    if (n <= 0 || r->text_depth == 0 || r->silent_depth > 0)
        return;
    if (r->out.n > EXTRACT_MAX_TEXT) {
        note(r, "text-cut");
        xmlStopParser(r->xml);
        return;
    }
    str_addn(&r->out, text, (size_t)n);
}

/* A document type could define entities: no office program writes one. */
static void on_dtd(void *arg, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
    struct reading *r = arg;
    (void)name, (void)public_id, (void)system_id;
    note(r, "xml-dtd");
    xmlStopParser(r->xml);
}

static xmlParserCtxtPtr new_parser(struct reading *r)
{
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                         .startElementNs = on_start,
                         .endElementNs = on_end,
                         .characters = on_text,
                         .ignorableWhitespace = on_text,
                         .cdataBlock = on_text,
                         .internalSubset = on_dtd};
    xmlParserCtxtPtr xml = xmlCreatePushParserCtxt(&sax, r, NULL, 0, NULL);
    if (!xml)
        mem_exhausted();
    xmlCtxtUseOptions(xml, XML_PARSE_NONET | XML_PARSE_RECOVER | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    return xml;
}

/* ---- archive ---- */

static la_ssize_t give_packed(struct archive *a, void *arg, const void **ret)
{
    (void)a;
    struct reading *r = arg;
    const char *block = NULL;
    size_t n = part_block(r->part, &block);
    *ret = block;
    r->packed += n;
    return (la_ssize_t)n;
}

static bool over_budget(struct reading *r, size_t more)
{
    r->unpacked += more;
    if (r->unpacked <= ZIPXML_MAX_BYTES && r->unpacked <= SLACK + r->packed * ZIPXML_MAX_RATIO)
        return false;
    note(r, "limit-archive");
    return true;
}

/* Unpacks one entry, into the XML parser if there is one. False: stop with this archive. */
static bool unpack(struct reading *r, struct archive *a)
{
    char block[16384];
    la_ssize_t n;
    while ((n = archive_read_data(a, block, sizeof block)) > 0) {
        if (over_budget(r, (size_t)n))
            return false;
        if (r->xml)
            xmlParseChunk(r->xml, block, (int)n, 0);
    }
    if (n < 0)
        note(r, "file-broken");
    return n == 0;
}

static bool read_entry(struct reading *r, struct archive *a, struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);
    if (!name || !r->words->wanted(name)) {
        /* Without a size an entry can be passed over only by unpacking it: count that, too. */
        return archive_entry_size_is_set(entry) ? archive_read_data_skip(a) == ARCHIVE_OK : unpack(r, a);
    }
    r->text_depth = r->silent_depth = 0;
    r->xml = new_parser(r);
    bool ok = unpack(r, a);
    xmlParseChunk(r->xml, NULL, 0, 1);
    if (!r->xml->wellFormed && r->xml->errNo != XML_ERR_OK && r->xml->errNo != XML_ERR_USER_STOP)
        note(r, "file-broken");
    xmlFreeParserCtxt(r->xml);
    r->xml = NULL;
    str_addc(&r->out, '\n');
    return ok;
}

static void read_entries(struct reading *r, struct archive *a)
{
    struct archive_entry *entry;
    size_t entries = 0;
    int status;
    while ((status = archive_read_next_header(a, &entry)) == ARCHIVE_OK || status == ARCHIVE_WARN) {
        if (++entries > ZIPXML_MAX_ENTRIES) {
            note(r, "limit-archive");
            return;
        }
        if (!read_entry(r, a, entry))
            return;
    }
    if (status != ARCHIVE_EOF)
        note(r, "file-broken");
}

char *zipxml_text(const void *mem, struct part *part, const struct zipxml_words *words,
                  struct str_list *defects)
{
    struct reading r = {.mem = mem, .part = part, .words = words, .defects = defects, .out = str_new(mem)};
    struct archive *a = archive_read_new();
    if (!a)
        mem_exhausted();
    archive_read_support_format_zip_streamable(a);
    if (archive_read_open(a, &r, NULL, give_packed, NULL) == ARCHIVE_OK)
        read_entries(&r, a);
    else
        note(&r, "file-broken");
    archive_read_free(a);
    str_trim_end(&r.out);
    if (r.out.n > EXTRACT_MAX_TEXT)
        str_cut(&r.out, utf8_prefix(r.out.s, SIZE_MAX, EXTRACT_MAX_TEXT));
    return nfc_safe(mem, r.out.s, r.out.n);
}
