/* numeral.c: reads words one by one, then takes the longest run of them that is a number. Refuses what is
 * no well-made number ("ten ten"), and regional short forms without the word for tens. */
#include "fields/numeral.h"
#include "base/utf8.h"

enum { WORDS_MAX = 16, TENS = 100, HUNDRED, THOUSAND, AND, NOTHING = -1 };

struct run {
    int kind[WORDS_MAX];
    size_t end[WORDS_MAX]; /* bytes of s up to here */
    size_t n;
};

static int meaning(const char *word)
{
    static const struct {
        const char *word;
        int kind;
    } names[] = {{"tens", TENS}, {"hundred", HUNDRED}, {"thousand", THOUSAND}, {"and", AND}};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_eq(word, names[i].word))
            return names[i].kind;
    return str_digit(word[0]) ? (word[1] ? 10 : word[0] - '0') : NOTHING;
}

static size_t whole_word(const char *s, size_t n, const char *word)
{
    size_t k = strlen(word);
    int32_t cp = 0;
    if (k == 0 || k > n || memcmp(s, word, k) != 0)
        return 0;
    if (k < n)
        utf8_decode(s + k, n - k, &cp);
    return k == n || !utf8_word_char(cp) ? k : 0;
}

static size_t blanks(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && str_space(s[i]))
        i++;
    return i;
}

static struct run read_words(const char *s, size_t n, const struct str_list *words,
                             const struct str_list *meanings)
{
    struct run run = {.n = 0};
    size_t at = 0, k = 1;
    while (run.n < WORDS_MAX && k) {
        at += run.n ? blanks(s + at, n - at) : 0;
        k = 0;
        for (size_t i = 0; i < words->n && !k; i++)
            if ((k = whole_word(s + at, n - at, words->v[i])))
                run.kind[run.n] = meaning(meanings->v[i]);
        at += k;
        if (k)
            run.end[run.n++] = at;
    }
    return run;
}

static bool is_unit(int kind, int least)
{
    return kind >= least && kind <= 9;
}

/* One to three words below a hundred; NOTHING for anything else. */
static int below_hundred(const int *k, size_t n)
{
    if (n == 1)
        return k[0] >= 0 && k[0] <= 10 ? k[0] : NOTHING;
    if (n == 2 && k[0] == 10 && is_unit(k[1], 1))
        return 10 + k[1];
    if (n >= 2 && is_unit(k[0], 2) && k[1] == TENS && (n == 2 || (n == 3 && is_unit(k[2], 1))))
        return k[0] * 10 + (n == 3 ? k[2] : 0);
    return NOTHING;
}

static int value_of(const int *k, size_t n)
{
    int value = 0;
    size_t i = 0;
    if (n >= 2 && is_unit(k[0], 1) && k[1] == THOUSAND) {
        value = k[0] * 1000;
        i = 2;
    }
    if (n - i >= 2 && is_unit(k[i], 0) && k[i + 1] == HUNDRED) {
        value += k[i] * 100;
        i += 2;
    }
    if (i && i == n)
        return value;
    if (i && k[i] == AND) /* only before a lone unit */
        return n - i == 2 && is_unit(k[i + 1], 1) ? value + k[i + 1] : NOTHING;
    int rest = below_hundred(k + i, n - i);
    return rest == NOTHING ? NOTHING : value + rest;
}

size_t numeral_scan(const char *s, size_t n, const struct str_list *words, const struct str_list *meanings,
                    const char *next, int *ret)
{
    struct run run = read_words(s, n, words, meanings);
    for (size_t k = run.n; k > 0; k--) {
        size_t end = run.end[k - 1], at = end + blanks(s + end, n - end);
        int value = value_of(run.kind, k);
        if (value == NOTHING || (next && !whole_word(s + at, n - at, next)))
            continue;
        *ret = value;
        return end;
    }
    return 0;
}
