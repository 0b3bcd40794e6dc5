/* signature_text.c: see signature_text.h. */
#include "render/signature_text.h"
#include "base/json_out.h"

char *signature_says(const void *mem, const struct catalog *c, const char *file,
                     const struct letter_signature *s)
{
    _cleanup_mem_ void *tmp = mem_new();
    const char *time = s->at == WHEN_NONE
                           ? catalog_text(c, "signature.no-time")
                           : catalog_say(tmp, c, "signature.time", "time", when_short(tmp, s->at), NULL);
    return catalog_say(mem, c, "signature.says", "file", file, "name",
                       *s->name ? s->name : catalog_text(c, "signature.no-name"), "time", time, "whole",
                       catalog_text(c, s->whole ? "signature.whole" : "signature.part"), "intact",
                       catalog_text(c, s->intact ? "signature.intact" : "signature.broken"), NULL);
}

void signature_put(struct str *json, const struct letter_attachment *a)
{
    json_open(json, "signature", '[');
    for (size_t i = 0; i < a->n_signatures; i++) {
        const struct letter_signature *s = &a->signatures[i];
        _cleanup_mem_ char *time = when_rfc3339(NULL, s->at);
        json_open(json, NULL, '{');
        json_put_text(json, "name", s->name);
        json_put_text(json, "time", time);
        json_put_bool(json, "intact", s->intact);
        json_put_bool(json, "whole", s->whole);
        json_close(json, '}');
    }
    json_close(json, ']');
}

char *signature_of_letter(const void *mem, const struct catalog *c, const struct letter *l, size_t nth)
{
    for (size_t i = 0; i < l->n_attachments; i++) {
        const struct letter_attachment *a = &l->attachments[i];
        if (nth < a->n_signatures)
            return signature_says(mem, c, a->name, &a->signatures[nth]);
        nth -= a->n_signatures;
    }
    return NULL;
}
