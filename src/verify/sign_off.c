/* sign_off.c: the writer's own name at the end of what he writes ("Vang - Director of the Department").
 *
 * Agreement is read strictly: one unknown word and a person looks. The name and the office under which the
 * directory knows the writer are not unknown when they stand alone at the end. Takes off whole lines, and
 * then whole sentences of the last one, all of whose words are such, and offices below a name; never a word
 * of another name, and nothing that would be an answer by itself. Linear. */
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

/* Who signs: what may stand in a piece of his signature. */
struct signer {
    struct str_list name, all;
    char initials[SIGN_OFF_WORDS * 4 + 1]; /* of office and unit */
};

/* "TT&TT", "TP": capitals that are the initials of words of his office and unit, in their order. */
static bool is_initials(const struct signer *w, const char *word)
{
    const char *at = w->initials;
    size_t letters = 0;
    for (const char *p = word; *p; p++) {
        if (*p == '&')
            continue;
        at = str_alpha(*p) ? strchr(at, *p) : NULL;
        if (!at)
            return false;
        at++;
        letters++;
    }
    return letters >= 2;
}

enum piece { PIECE_OTHER, PIECE_EMPTY, PIECE_OFFICE, PIECE_NAME };

/* A piece of text that is nothing but the writer's name, office and unit, and whether it says his name. */
static enum piece piece_of(const void *mem, const char *piece, size_t n, const struct signer *w)
{
    struct str_list words = {0};
    enum piece what = PIECE_OFFICE;
    add_words(mem, mem_bytes(mem, piece, n), &words);
    if (words.n > SIGN_OFF_WORDS)
        return PIECE_OTHER;
    for (size_t i = 0; i < words.n; i++) {
        if (!str_list_has(&w->all, words.v[i]) && !is_initials(w, words.v[i]))
            return PIECE_OTHER;
        if (str_list_has(&w->name, words.v[i]))
            what = PIECE_NAME;
    }
    return words.n ? what : PIECE_EMPTY;
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

static struct signer signer_of(const void *mem, const struct person *person, const struct unit *unit)
{
    struct signer w = {.initials = ""};
    add_words(mem, person->name, &w.name);
    add_words(mem, person->title, &w.all);
    add_words(mem, unit ? unit->name : "", &w.all);
    for (size_t i = 0; i < w.all.n && i + 1 < sizeof w.initials; i++)
        w.initials[i] = *w.all.v[i];
    add_words(mem, person->name, &w.all);
    return w;
}

char *sign_off_cut(const void *mem, const char *text, const struct person *person, const struct unit *unit)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct signer w = signer_of(tmp, person, unit);
    size_t n = strlen(text), at = n;
    for (size_t from = last_piece(text, at); at > 0 && at - from < 400; from = last_piece(text, at)) {
        enum piece what = piece_of(tmp, text + from, at - from, &w);
        if (what == PIECE_OTHER)
            break;
        if (what == PIECE_NAME || (what == PIECE_EMPTY && n == at))
            n = from;
        at = from; /* an office goes with the name above it, or stays */
    }
    return mem_bytes(mem, text, n);
}
