/* sign_off.c: the writer's own name at the end of what he writes ("Vang - Director of the Department").
 *
 * Agreement is read strictly: one unknown word and a person looks. The name and the office under which the
 * directory knows the writer are not unknown when they stand alone at the end. Takes off whole lines, and
 * then whole sentences of the last one, all of whose words are such; never a word of another name, and
 * nothing that would be an answer by itself. Linear. */
#include "base/utf8.h"
#include "verify/check.h"

#define SIGN_OFF_WORDS 16 /* a name and an office are shorter */

/* Bare words of `s`. */
static void add_words(const void *mem, const char *s, struct str_list *words)
{
    static const char between[] = " \t\n.,;:!-/()[]|*_";
    const char *p = utf8_bare(mem, s);
    for (p += strspn(p, between); *p; p += strspn(p, between)) {
        size_t n = strcspn(p, between);
        *mem_append(mem, words->v, words->n) = mem_bytes(mem, p, n);
        p += n;
    }
}

/* A piece of text that is nothing but the writer's name, office and unit, and says his name. */
static bool names_only(const void *mem, const char *piece, size_t n, const struct str_list *name,
                       const struct str_list *all)
{
    struct str_list words = {0};
    bool named = false;
    add_words(mem, mem_bytes(mem, piece, n), &words);
    for (size_t i = 0; i < words.n && i <= SIGN_OFF_WORDS; i++) {
        if (!str_list_has(all, words.v[i]))
            return false;
        named |= str_list_has(name, words.v[i]);
    }
    return words.n <= SIGN_OFF_WORDS && (words.n == 0 || named);
}

/* Where the last line, or the last sentence of the last line, begins. */
static size_t last_piece(const char *s, size_t n)
{
    size_t i = n;
    while (i > 0 && (str_space(s[i - 1]) || strchr(".!", s[i - 1])))
        i--;
    while (i > 0 && s[i - 1] != '\n' && !(strchr(".!", s[i - 1]) && str_space(s[i])))
        i--;
    return i;
}

char *sign_off_cut(const void *mem, const char *text, const struct person *person, const struct unit *unit)
{
    struct str_list name = {0}, all = {0};
    size_t n = strlen(text);
    _cleanup_mem_ void *tmp = mem_new();
    add_words(tmp, person->name, &name);
    add_words(tmp, person->name, &all);
    add_words(tmp, person->title, &all);
    add_words(tmp, unit ? unit->name : "", &all);
    for (size_t from = last_piece(text, n); n > 0 && n - from < 400; from = last_piece(text, n)) {
        if (!names_only(tmp, text + from, n - from, &name, &all))
            break;
        n = from;
    }
    return mem_bytes(mem, text, n);
}
