/* fields_dump: runs the extractor of the fields room on texts, each as the text of one attachment.
 *
 *     fields_dump PROFILE < LINES      each line a JSON object with "id" and "text"
 *
 * For each line one JSON object: id, secrecy (level or null), titles, and every field with its value and
 * the bytes of the text it was read from. Run from the root of the source tree (the rules are read from
 * rules/). */
#include "../unit/rulings.h"
#include "fields/document.h"
#include "fields/secrecy.h"
#include <jansson.h>

static json_t *value_json(const struct value *v)
{
    if (!v->text || !*v->text)
        return json_null();
    return json_pack("{s:s, s:I, s:I}", "text", v->text, "from", (json_int_t)v->from, "to",
                     (json_int_t)v->to);
}

static void dump(const char *id, const char *text, const struct document_words *words,
                 const struct secrecy_words *secrets)
{
    _cleanup_mem_ void *mem = mem_new();
    struct letter *l = new_letter(mem, "", "");
    attach(mem, l, "text", utf8_nfc(mem, text, strlen(text)));
    struct pages pages = pages_make(mem, l);
    struct document d = document_read(mem, &pages, words);
    struct secrecy s = secrecy_find(&pages, secrets);
    json_t *o = json_pack("{s:s, s:o}", "id", id, "secrecy", s.marked ? json_string(s.level) : json_null());
    for (enum field i = 0; i < FIELD_COUNT; i++)
        json_object_set_new(o, field_name(i), value_json(&d.v[i]));
    char *line = json_dumps(o, JSON_COMPACT);
    puts(line);
    free(line);
    json_decref(o);
}

int main(int argc, char **argv)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct profile *profile = load_profile(mem, argc > 1 ? argv[1] : "mic");
    struct document_words *words = document_words_new(mem, profile);
    struct secrecy_words *secrets = secrecy_words_new(mem, profile);
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        json_t *o = json_loads(line, 0, NULL);
        const char *id = json_string_value(json_object_get(o, "id"));
        const char *text = json_string_value(json_object_get(o, "text"));
        if (!id || !text) {
            fputs("fields_dump: a line is no object with id and text\n", stderr);
            return 65;
        }
        dump(id, text, words, secrets);
        json_decref(o);
    }
    free(line);
    return 0;
}
