/* legacy_syllable.c: is this word a Vietnamese syllable? Onset, rime and tone as the spelling allows them:
 * a rime that ends in a stop has sac or nang, a tone stands on the vowel that carries a mark. Foreign words
 * rarely pass. Refuses nothing that is spelt regularly; both places of the tone (hoa, thuy) are right. */
#include "reader/legacy_inside.h"

/* Letters as in LEGACY_VOWELS. */
static const char *const onsets[] = {"b",  "c",  "ch", "d", "D", "g",  "gh",  "gi", "h",
                                     "k",  "kh", "l",  "m", "n", "ng", "ngh", "nh", "p",
                                     "ph", "qu", "r",  "s", "t", "th", "tr",  "v",  "x"};

/* Every rime, by its first letter; blanks around each. */
static const char *const rimes_a = " a ac ach ai am an ang anh ao ap at au ay ";
static const char *const rimes_a_breve = " Ac Am An Ang Ap At ";
static const char *const rimes_a_roof = " @c @m @n @ng @p @t @u @y ";
static const char *const rimes_e = " e ec em en eng eo ep et ";
static const char *const rimes_e_roof = " E Ec Ech Em En Eng Enh Ep Et Eu ";
static const char *const rimes_i = " i ia ich im in inh ip it iu iEc iEm iEn iEng iEp iEt iEu ";
static const char *const rimes_o =
    " o oa oac oach oai oam oan oang oanh oao oap oat oay oAc oAm oAn oAng oAt oc oe oem oen oeo oet oi om "
    "on ong ooc oong op ot ";
static const char *const rimes_o_roof = " O Oc Oi Om On Ong Op Ot ";
static const char *const rimes_o_horn = " 0 0i 0m 0n 0p 0t ";
static const char *const rimes_u = " u ua u@n u@ng u@t u@y uc uE uEch uEnh ui um un ung u0 uOc uOi uOm uOn "
                                   "uOng uOt up ut uy uya uych uyEn "
                                   "uyEt uyn uynh uyp uyt uyu ";
static const char *const rimes_u_horn = " U Ua Uc Ui Um Un Ung Ut Uu U0c U0i U0m U0n U0ng U0p U0t U0u ";
static const char *const rimes_y = " y ych yE yEm yEn yEng yEt yEu ynh yt ";

static const char *rimes_from(char first)
{
    const char *const by_vowel[] = {rimes_a, rimes_a_breve, rimes_a_roof, rimes_e, rimes_e_roof, rimes_i,
                                    rimes_o, rimes_o_roof,  rimes_o_horn, rimes_u, rimes_u_horn, rimes_y};
    const char *at = first ? strchr(LEGACY_VOWELS, first) : NULL;
    return at ? by_vowel[at - LEGACY_VOWELS] : NULL;
}

static bool rime_known(const char *rime)
{
    const char *list = rimes_from(*rime);
    char wanted[8];
    size_t n = strlen(rime);
    if (!list || n + 3 > sizeof wanted)
        return false;
    snprintf(wanted, sizeof wanted, " %s ", rime);
    return strstr(list, wanted) != NULL;
}

struct word {
    char code[8];
    size_t n;
    unsigned tone;
    size_t tone_at; /* n: no tone */
};

static bool marked(char code)
{
    return strchr("A@EO0U", code) != NULL;
}

/* The rime from `at` on: known, and the tone where it may stand. */
static bool rime_fits(const struct word *w, size_t at)
{
    if (!rime_known(w->code + at))
        return false;
    char last = w->code[w->n - 1];
    bool stop = last == 'c' || last == 'p' || last == 't' || (last == 'h' && w->code[w->n - 2] == 'c');
    if (stop && w->tone != 4 && w->tone != 5)
        return false;
    if (w->tone == 0)
        return true;
    if (w->tone_at < at)
        return false;
    for (size_t i = at; i < w->n; i++)
        if (marked(w->code[i]))
            return marked(w->code[w->tone_at]);
    return true;
}

static bool collect(const int32_t *cp, size_t n, struct word *ret)
{
    *ret = (struct word){.tone_at = n, .n = n};
    if (n == 0 || n > 7)
        return false;
    for (size_t i = 0; i < n; i++) {
        struct legacy_letter letter;
        if (!legacy_letter(cp[i], &letter) || (letter.tone && ret->tone))
            return false;
        ret->code[i] = letter.code;
        if (letter.tone) {
            ret->tone = letter.tone;
            ret->tone_at = i;
        }
    }
    return true;
}

enum legacy_fit legacy_syllable(const int32_t *cp, size_t n)
{
    struct word w;
    if (!collect(cp, n, &w))
        return LEGACY_NO;
    if (rime_fits(&w, 0))
        return n > 2 ? LEGACY_YES : LEGACY_WEAK;
    for (size_t i = 0; i < ARRAY_LEN(onsets); i++) {
        size_t len = strlen(onsets[i]);
        if (len < n && w.code[0] == onsets[i][0] && memcmp(w.code, onsets[i], len) == 0 &&
            rime_fits(&w, len))
            return LEGACY_YES;
    }
    return LEGACY_NO;
}
