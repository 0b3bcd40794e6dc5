/* xml.h: the one way in which office files' XML is read: libxml2's push SAX, without document types,
 * entities or network. */
#ifndef READER_XML_H
#define READER_XML_H

#include "reader/zip.h"

struct xml_attrs {
    int n;
    const unsigned char **v; /* five pointers each, as libxml2 has them */
};

/* Names are without their prefix. `text` may come in pieces. */
struct xml_calls {
    void (*start)(void *arg, const char *name, const struct xml_attrs *attrs);
    void (*end)(void *arg, const char *name);
    void (*text)(void *arg, const char *s, size_t n);
};

/* Reads the zip's current file to its end. Adds "xml-dtd" (a document type: no office program writes one,
 * and it could define entities; the rest of the file is not read) and "file-broken". */
void xml_read(const void *mem, struct zip *z, const struct xml_calls *calls, void *arg,
              struct str_list *defects);

/* The value of an attribute (its name without prefix), a copy owned by mem; NULL when it is not there. */
char *xml_attr(const void *mem, const struct xml_attrs *attrs, const char *name);

/* An on/off property, as w:vanish: there without a value, or with one that is not "0", "false", "off". */
bool xml_on(const struct xml_attrs *attrs);

/* Is `name` in a list that NULL ends? */
bool xml_listed(const char *const *list, const char *name);

#endif
