/* recuse.c: whether a complaint or denunciation accuses those who would receive it (DOMAIN 7.4; law on
 * denunciations 25/2018, art. 8, 23: who is denounced must not handle the denunciation).
 *
 * Story: lines -> addressees away -> folded sentences -> a name of the unit beside a word that
 * accuses, or the name of one of its people. Being written to is not being accused: what stands behind
 * "to" or "I ask" does not count, else every letter to the inspectorate would be kept from it. A person who
 * is named counts without an accusing word: a wrong proposal is put right by the chief, a denunciation in
 * the hands of the denounced is not. A text without Vietnamese marks is searched without them, by those
 * words that then still mean one thing. */
#include "desk/recuse.h"
#include "base/utf8.h"
#include "house/words.h"

enum {
    APPEAL_NEAR = 40,        /* bytes before a name in which a word of appeal makes it an addressee */
    RECUSE_BYTES = 256 << 10 /* of one text; bounds time (abuse A27) */
};

struct searched {
    const void *mem; /* work */
    bool bare;       /* for a text without marks */
    struct str_list addressees, accusing, appeals;
    struct str_list units, people; /* names looked for */
    struct str_list shown;         /* as registered: units, then people */
};

static const char *in_form(const struct searched *s, const char *text)
{
    return s->bare ? utf8_bare(s->mem, text) : utf8_fold(s->mem, text);
}

/* A single syllable without its marks is many words: it has its bare form for a value when it is harmless.
 */
static void add_words(struct searched *s, const struct profile *p, enum words_list list,
                      struct str_list *into)
{
    const struct word_entry *e;
    for (size_t at = 0; (e = words_next(p, list, &at));)
        if (!s->bare || *e->value || strchr(e->text, ' '))
            str_list_add(s->mem, into, in_form(s, *e->value && s->bare ? e->value : e->text));
}

static bool word_byte(char c)
{
    return str_alpha(c) || str_digit(c) || (unsigned char)c >= 0x80;
}

/* The next place of `needle` as whole words in s from `from` on; NULL when there is none. */
static const char *find_words(const char *s, const char *from, const char *needle)
{
    size_t n = strlen(needle);
    if (!n)
        return NULL;
    for (const char *p = from; (p = strstr(p, needle)); p++)
        if ((p == s || !word_byte(p[-1])) && !word_byte(p[n]))
            return p;
    return NULL;
}

static bool has_any(const char *s, const struct str_list *words)
{
    for (size_t i = 0; i < words->n; i++)
        if (find_words(s, s, words->v[i]))
            return true;
    return false;
}

/* Does a word of appeal stand shortly before the name? */
static bool appealed_to(const struct searched *s, const char *sentence, const char *name)
{
    size_t before = (size_t)(name - sentence);
    size_t n = before > APPEAL_NEAR ? APPEAL_NEAR : before;
    _cleanup_mem_ char *near = mem_bytes(NULL, name - n, n);
    return has_any(near, &s->appeals);
}

/* A place of the name that is not an addressee's. */
static bool named(const struct searched *s, const char *sentence, const char *name)
{
    for (const char *p = sentence; (p = find_words(sentence, p, name)); p++)
        if (!appealed_to(s, sentence, p))
            return true;
    return false;
}

static const char *look_in_sentence(const struct searched *s, const char *sentence)
{
    for (size_t i = 0; i < s->people.n; i++)
        if (named(s, sentence, s->people.v[i]))
            return s->shown.v[s->units.n + i];
    if (!has_any(sentence, &s->accusing))
        return NULL;
    for (size_t i = 0; i < s->units.n; i++)
        if (named(s, sentence, s->units.v[i]))
            return s->shown.v[i];
    return NULL;
}

/* "To: ..." and the list under it. */
static bool addresses(const struct searched *s, const char *text, bool *listing)
{
    while (*text == ' ' || *text == '*')
        text++;
    for (size_t i = 0; i < s->addressees.n; i++)
        if (find_words(text, text, s->addressees.v[i]) == text) {
            *listing = true;
            return true;
        }
    *listing = *listing && (!*text || strchr("-+", *text));
    return *listing;
}

/* Sentences end at . ! ? ; before a blank, and at an empty line. */
static const char *look_in_paragraph(const struct searched *s, char *text)
{
    const char *found = NULL;
    char *from = text;
    for (char *p = text; !found; p++) {
        bool stop = *p && strchr(".!?;", *p) && (p[1] == ' ' || !p[1]);
        if (*p && !stop)
            continue;
        bool last = !*p || !p[1];
        *p = '\0';
        found = look_in_sentence(s, from);
        from = p + 1;
        if (last)
            break;
    }
    return found;
}

static const char *look_in_text(const struct searched *s, const char *text)
{
    struct str paragraph = str_new(s->mem);
    const char *found = NULL, *end = text + utf8_prefix(text, SIZE_MAX, RECUSE_BYTES);
    bool listing = false;
    for (const char *line = text; line < end && !found;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        size_t n = (size_t)((stop ? stop : end) - line);
        const char *folded = in_form(s, mem_bytes(s->mem, line, n));
        bool address = addresses(s, folded, &listing);
        if ((address || !*folded) && paragraph.n) {
            found = look_in_paragraph(s, mem_str(s->mem, paragraph.s));
            str_cut(&paragraph, 0);
        } else if (!address) {
            str_addf(&paragraph, "%s%s", paragraph.n ? " " : "", folded);
        }
        line += n + 1;
    }
    return found || !paragraph.n ? found : look_in_paragraph(s, paragraph.s);
}

/* A given name alone would find half the country. */
static bool full_name(const char *name)
{
    return strchr(name, ' ') != NULL;
}

static void add_name(struct searched *s, struct str_list *into, const char *name)
{
    str_list_add(s->mem, into, in_form(s, name));
    str_list_add(s->mem, &s->shown, name);
}

static struct searched search_for(const void *mem, const struct profile *p, const struct office_unit *u,
                                  const struct directory *d, bool bare)
{
    struct searched s = {.mem = mem, .bare = bare};
    add_words(&s, p, WORDS_RECUSE_ADDRESSEE, &s.addressees);
    add_words(&s, p, WORDS_RECUSE_ACCUSE, &s.accusing);
    add_words(&s, p, WORDS_RECUSE_APPEAL, &s.appeals);
    add_name(&s, &s.units, u->name);
    for (size_t i = 0; i < u->also.n; i++)
        add_name(&s, &s.units, u->also.v[i]);
    for (size_t i = 0; d && i < d->n_people; i++)
        if (str_eq(d->people[i].unit, u->id) && full_name(d->people[i].name))
            add_name(&s, &s.people, d->people[i].name);
    return s;
}

/* Nothing in it changes when the marks are taken away. */
static bool unaccented(const void *mem, const char *text)
{
    const char *head = mem_bytes(mem, text, utf8_prefix(text, SIZE_MAX, RECUSE_BYTES));
    return str_eq(utf8_fold(mem, head), utf8_bare(mem, head));
}

const char *recuse_named(const void *mem, const struct letter *letter, const struct profile *profile,
                         const struct office_unit *unit, const struct directory *directory)
{
    _cleanup_mem_ void *work = mem_new();
    struct searched marked = search_for(work, profile, unit, directory, false);
    struct searched bare = search_for(work, profile, unit, directory, true);
    struct str_list texts = {0};
    const char *found = NULL;
    str_list_add(work, &texts, letter->subject);
    str_list_add(work, &texts, letter->body);
    for (size_t i = 0; i < letter->n_attachments; i++)
        str_list_add(work, &texts, letter->attachments[i].text);
    for (size_t i = 0; !found && i < texts.n; i++)
        found = look_in_text(unaccented(work, texts.v[i]) ? &bare : &marked, texts.v[i]);
    return mem_str(mem, found);
}
