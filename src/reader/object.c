/* object.c: see object.h. Names are for display only: path, control and direction marks are taken out here,
 * and nothing is ever opened by one. */
#include "reader/object.h"
#include "base/utf8.h"
#include "mail/headers.h"
#include "reader/charset.h"
#include "reader/extract.h"

#define NAME_MAX_BYTES 200u

const char *object_header(GMimeObject *obj, const char *name)
{
    GMimeHeader *h = g_mime_header_list_get_header(g_mime_object_get_header_list(obj), name);
    const char *raw = h ? g_mime_header_get_raw_value(h) : NULL;
    return raw ? raw : "";
}

char *object_param(struct letter *letter, GMimeObject *obj, const char *header, const char *name)
{
    bool lossy = false;
    const char *raw = object_header(obj, header);
    char *value = headers_param(letter, raw, strlen(raw), name, charset_convert, &lossy);
    if (lossy)
        extract_note(letter, &letter->defects, "charset");
    return value;
}

char *object_name(struct letter *letter, GMimeObject *obj)
{
    char *name = object_param(letter, obj, "Content-Disposition", "filename");
    if (!name || !*name)
        name = object_param(letter, obj, "Content-Type", "name");
    if (!name)
        return mem_str(letter, "");
    for (char *p = name; *p; p++)
        if (*p == '/' || *p == '\\')
            name = p + 1;
    name = utf8_printable(letter, name);
    name[utf8_prefix(name, SIZE_MAX, NAME_MAX_BYTES)] = '\0';
    return name;
}

char *object_type(struct letter *letter, GMimeObject *obj)
{
    GMimeContentType *t = g_mime_object_get_content_type(obj);
    const char *media = t ? g_mime_content_type_get_media_type(t) : NULL;
    const char *sub = t ? g_mime_content_type_get_media_subtype(t) : NULL;
    if (!media || !sub)
        return mem_str(letter, "application/octet-stream");
    char *type = mem_fmt(letter, "%.60s/%.100s", media, sub);
    for (char *p = type; *p; p++)
        *p = *p > ' ' && *p < 127 ? str_lower_char(*p) : '?';
    return type;
}

bool object_is(GMimeObject *obj, const char *media, const char *sub)
{
    GMimeContentType *t = g_mime_object_get_content_type(obj);
    return t && g_mime_content_type_is_type(t, media, sub);
}
