/* xml.c: see xml.h. XML_PARSE_HUGE is never set, so libxml2's own bounds (10 MB a node) stand; names,
 * values and depth beyond them end the file with "file-broken". */
#include "reader/xml.h"
#include "reader/extract.h"
#include <libxml/parser.h>

struct reading {
    const void *mem;
    const struct xml_calls *calls;
    void *arg;
    struct str_list *defects;
    xmlParserCtxtPtr xml;
};

static void on_start(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_ns,
                     const xmlChar **ns, int n_attrs, int n_defaulted, const xmlChar **attrs)
{
    struct reading *r = arg;
    (void)prefix, (void)uri, (void)n_ns, (void)ns, (void)n_defaulted;
    if (r->calls->start)
        r->calls->start(r->arg, (const char *)name, &(struct xml_attrs){n_attrs, attrs});
}

static void on_end(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct reading *r = arg;
    (void)prefix, (void)uri;
    if (r->calls->end)
        r->calls->end(r->arg, (const char *)name);
}

static void on_text(void *arg, const xmlChar *text, int n)
{
    struct reading *r = arg;
    if (n > 0 && r->calls->text)
        r->calls->text(r->arg, (const char *)text, (size_t)n);
}

static void on_dtd(void *arg, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
    struct reading *r = arg;
    (void)name, (void)public_id, (void)system_id;
    extract_note(r->mem, r->defects, "xml-dtd");
    xmlStopParser(r->xml);
}

/* ---- bounds ---- */

#define MAX_ATTRIBUTES 5000u /* of one element */

struct tag {
    bool inside;
    char last, quote;
    unsigned attributes;
};

/* libxml2 compares each attribute of an element with all before it: 100,000 of them take two seconds, a
 * million three minutes. Counts '=' outside of quotes between '<' and '>'; declarations and comments, which
 * have no attributes, begin with another character. */
static bool too_many_attributes(struct tag *t, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char c = s[i], last = t->last;
        t->last = c;
        if (!t->inside) {
            t->inside = last == '<' && c != '!' && c != '?';
            t->attributes = 0;
        } else if (t->quote) {
            t->quote = c == t->quote ? 0 : t->quote;
        } else if (c == '"' || c == '\'') {
            t->quote = c;
        } else if (c == '>') {
            t->inside = false;
        } else if (c == '=' && ++t->attributes > MAX_ATTRIBUTES) {
            return true;
        }
    }
    return false;
}

void xml_read(const void *mem, struct zip *z, const struct xml_calls *calls, void *arg,
              struct str_list *defects)
{
    struct reading r = {.mem = mem, .calls = calls, .arg = arg, .defects = defects};
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                         .startElementNs = on_start,
                         .endElementNs = on_end,
                         .characters = on_text,
                         .ignorableWhitespace = on_text,
                         .cdataBlock = on_text,
                         .internalSubset = on_dtd};
    struct tag tag = {0};
    bool over = false;
    const char *block;
    size_t n;
    r.xml = xmlCreatePushParserCtxt(&sax, &r, NULL, 0, NULL);
    if (!r.xml)
        mem_exhausted();
    xmlCtxtUseOptions(r.xml, XML_PARSE_NONET | XML_PARSE_RECOVER | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    while (!over && (n = zip_block(z, &block)) > 0) {
        over = too_many_attributes(&tag, block, n);
        if (!over)
            xmlParseChunk(r.xml, block, (int)n, 0);
    }
    if (over)
        extract_note(mem, defects, "limit-archive");
    xmlParseChunk(r.xml, NULL, 0, 1);
    if (!r.xml->wellFormed && r.xml->errNo != XML_ERR_OK && r.xml->errNo != XML_ERR_USER_STOP)
        extract_note(mem, defects, "file-broken");
    xmlFreeParserCtxt(r.xml);
}

char *xml_attr(const void *mem, const struct xml_attrs *attrs, const char *name)
{
    for (int i = 0; i < attrs->n; i++) {
        const unsigned char *const *a = attrs->v + 5 * (size_t)i;
        if (strcmp((const char *)a[0], name) == 0)
            return mem_bytes(mem, a[3], (size_t)(a[4] - a[3]));
    }
    return NULL;
}

bool xml_on(const struct xml_attrs *attrs)
{
    _cleanup_mem_ char *val = xml_attr(NULL, attrs, "val");
    return !val || !(str_eq(val, "0") || str_eq(val, "false") || str_eq(val, "off"));
}

bool xml_listed(const char *const *list, const char *name)
{
    for (; list && *list; list++)
        if (strcmp(*list, name) == 0)
            return true;
    return false;
}
