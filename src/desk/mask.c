/* mask.c: see mask.h. Line by line; in each first whole lines (a label of personal data, a signature), then
 * numbers, then words. The words that introduce a person or a home are data: mask-... in rules/.
 *
 * When in doubt it masks: a person reads the text before it is published, and puts back what was no name.
 * Refuses to touch amounts of money (1.500.000) and numbers of documents. */
#include "desk/mask.h"
#include "base/utf8.h"
#include "house/words.h"

enum { PHONE_MIN = 9, NUMBER_MAX = 13, SIGNATURE_WORDS = 10, NAME_WORDS = 2, WORDS_MAX = 512 };

struct word {
    const char *s; /* as written, punctuation behind it left out */
    size_t n;
    const char *bare;
    bool masked;
    bool ends; /* a full stop, a semicolon or a colon follows */
    bool comma;
};

struct masking {
    void *mem;
    const struct profile *profile;
    struct str_list name; /* bare words of the asker's name; fewer than NAME_WORDS: not looked for */
    struct word *words;   /* of the line */
    size_t n;
};

/* ---- numbers ---- */

static bool joins(char c)
{
    return c == ' ' || c == '.' || c == '-' || c == '(' || c == ')';
}

/* The shape of a number with what may stand between its figures. */
struct number {
    size_t digits, bytes;
    bool pieces; /* in several groups */
    bool threes; /* of three figures each, with blanks */
};

/* Does the number go on behind c? */
static bool goes_on(const char *c)
{
    return joins(*c) && (str_digit(c[1]) || (joins(c[1]) && str_digit(c[2])));
}

static struct number read_number(const char *s)
{
    struct number n = {.threes = true};
    size_t group = 0;
    for (size_t i = *s == '+' || *s == '('; str_digit(s[i]) || goes_on(s + i); i++) {
        if (str_digit(s[i])) {
            n.digits++;
            group++;
            n.bytes = i + 1;
            continue;
        }
        n.threes = n.threes && s[i] == ' ' && group == 3;
        n.pieces = true;
        group = 0;
    }
    n.threes = n.threes && group == 3;
    return n;
}

/* Bytes of a number that identifies somebody, at s; 0: none. "0" or "+" begin a telephone; nine or twelve
 * figures in one piece or by threes with blanks are an identity number. */
static size_t personal_number(const char *s)
{
    struct number n = read_number(s);
    bool sign = *s == '+', zero = *s == '0' || (*s == '(' && s[1] == '0');
    bool phone = (sign || zero) && n.digits <= NUMBER_MAX;
    bool identity = n.threes && (n.digits == 9 || n.digits == 12);
    return n.digits >= PHONE_MIN && (phone || identity || !n.pieces) ? n.bytes : 0;
}

static bool in_word(const char *line, const char *at)
{
    char c = at == line ? ' ' : at[-1];
    return str_digit(c) || str_alpha(c) || c == '/' || c == '+' || (unsigned char)c >= 0x80;
}

static char *without_numbers(const void *mem, const char *line)
{
    struct str out = str_new(mem);
    for (const char *p = line; *p;) {
        bool may = str_digit(*p) || ((*p == '+' || *p == '(') && str_digit(p[1]));
        size_t n = may && !in_word(line, p) ? personal_number(p) : 0;
        if (n) {
            str_add(&out, MASK_SHOWN);
            p += n;
        } else {
            str_addc(&out, *p++);
        }
    }
    return out.n ? out.s : mem_str(mem, "");
}

/* ---- words ---- */

static size_t letters_of(const char *s, size_t n)
{
    int32_t c;
    while (n) {
        size_t at = n - 1;
        while (at && ((unsigned char)s[at] & 0xC0) == 0x80)
            at--;
        utf8_decode(s + at, n - at, &c);
        if (utf8_word_char(c) || c == '*')
            break;
        n = at;
    }
    return n;
}

static void split(struct masking *m, const char *line)
{
    m->words = NULL;
    m->n = 0;
    for (const char *p = line; *p && m->n < WORDS_MAX;) {
        while (str_space(*p))
            p++;
        size_t n = 0;
        while (p[n] && !str_space(p[n]))
            n++;
        if (!n)
            break;
        struct word w = {.s = p, .n = letters_of(p, n)};
        w.bare = utf8_bare(m->mem, mem_bytes(m->mem, p, w.n));
        w.ends = strcspn(p + w.n, ".;:!?") < n - w.n;
        w.comma = strcspn(p + w.n, ",") < n - w.n;
        *mem_append(m->mem, m->words, m->n) = w;
        p += n;
    }
}

static struct str_list bare_words(const void *mem, const char *s)
{
    struct str_list ret = {0};
    const char *p = utf8_bare(mem, s);
    for (p += strspn(p, " "); *p; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        *mem_append(mem, ret.v, ret.n) = mem_bytes(mem, p, n);
        p += n;
    }
    return ret;
}

/* Words of the line from i on that an entry of the list has; the longest counts. */
static size_t entry_at(const struct masking *m, enum words_list list, size_t i)
{
    size_t cursor = 0, best = 0;
    for (const struct word_entry *e; (e = words_next(m->profile, list, &cursor));) {
        struct str_list w = bare_words(m->mem, e->text);
        size_t k = 0;
        while (k < w.n && i + k < m->n && str_eq(w.v[k], m->words[i + k].bare))
            k++;
        if (k == w.n && k > best)
            best = k;
    }
    return best;
}

static bool capital(const struct masking *m, const struct word *w)
{
    int32_t c, folded;
    if (!w->n)
        return false;
    utf8_decode(w->s, w->n, &c);
    const char *f = utf8_fold(m->mem, mem_bytes(m->mem, w->s, w->n));
    utf8_decode(f, strlen(f), &folded);
    return c != folded && utf8_word_char(c);
}

/* The words of his name, in any order, each of them. */
static bool is_name_at(const struct masking *m, size_t i)
{
    size_t n = m->name.n;
    if (n < NAME_WORDS || i + n > m->n)
        return false;
    for (size_t k = 0; k < n; k++) {
        bool found = false;
        for (size_t j = 0; j < n && !found; j++)
            found = str_eq(m->name.v[k], m->words[i + j].bare);
        if (!found)
            return false;
    }
    return true;
}

static void mask_words(struct masking *m, size_t from, size_t n)
{
    for (size_t i = from; i < from + n && i < m->n; i++)
        m->words[i].masked = true;
}

/* "Toi la Nguyen Van A": two words with a capital at least, else it is an office. */
static void mask_introduced(struct masking *m, size_t i)
{
    size_t n = 0;
    while (i + n < m->n && capital(m, &m->words[i + n])) {
        n++;
        if (m->words[i + n - 1].ends || m->words[i + n - 1].comma)
            break;
    }
    if (n >= NAME_WORDS)
        mask_words(m, i, n);
}

/* A home: to the end of the sentence, or to a comma behind which no place follows. */
static void mask_home(struct masking *m, size_t i)
{
    for (bool on = true; on && i < m->n; i++) {
        m->words[i].masked = true;
        bool place = i + 1 < m->n && (capital(m, &m->words[i + 1]) || entry_at(m, WORDS_MASK_PLACE, i + 1));
        on = !m->words[i].ends && (!m->words[i].comma || place);
    }
}

static void find_words(struct masking *m)
{
    for (size_t i = 0; i < m->n; i++) {
        size_t self = entry_at(m, WORDS_MASK_SELF, i), home = entry_at(m, WORDS_MASK_HOME, i);
        if (memchr(m->words[i].s, '@', m->words[i].n))
            m->words[i].masked = true;
        if (is_name_at(m, i))
            mask_words(m, i, m->name.n);
        if (self)
            mask_introduced(m, i + self);
        if (home)
            mask_home(m, i + home);
    }
}

/* What is masked in a row is one mask; what stands behind the words stays. */
static char *put_together(const struct masking *m, const void *mem, const char *line)
{
    struct str out = str_new(mem);
    const char *p = line;
    for (size_t i = 0; i < m->n; i++) {
        const struct word *w = &m->words[i];
        bool again = i && w->masked && m->words[i - 1].masked;
        if (!again) {
            str_addn(&out, p, (size_t)(w->s - p));
            if (w->masked)
                str_add(&out, MASK_SHOWN);
            else
                str_addn(&out, w->s, w->n);
        }
        p = w->s + w->n;
    }
    str_add(&out, p);
    return out.n ? out.s : mem_str(mem, "");
}

/* ---- a line ---- */

/* "So dien thoai: ...": the label stays. */
static char *labelled(struct masking *m, const void *mem, const char *line)
{
    size_t skip = m->n && !m->words[0].n ? 1 : 0, n = skip < m->n ? entry_at(m, WORDS_MASK_LABEL, skip) : 0;
    if (!n)
        return NULL;
    const struct word *last = &m->words[skip + n - 1];
    const char *colon = last->s + last->n;
    colon += strspn(colon, " \t");
    if (*colon != ':')
        return NULL;
    return mem_fmt(mem, "%.*s: %s", (int)(colon - line), line, MASK_SHOWN);
}

/* "Tran Van Dan, Ha Noi": a short line that begins with the name, and nothing is said of him in it. */
static bool is_signature(const struct masking *m)
{
    size_t n = m->name.n;
    if (m->n > SIGNATURE_WORDS || !is_name_at(m, 0))
        return false;
    return m->n == n || m->words[n - 1].comma || m->words[n - 1].ends || !m->words[n].n;
}

static char *mask_line(struct masking *m, const void *mem, const char *raw)
{
    char *line = without_numbers(m->mem, raw);
    split(m, line);
    char *ret = labelled(m, mem, line);
    if (ret)
        return ret;
    if (is_signature(m))
        return mem_str(mem, MASK_SHOWN);
    find_words(m);
    return put_together(m, mem, line);
}

char *mask_asker(const void *mem, const char *text, const char *name, const struct profile *profile)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct masking m = {.mem = tmp, .profile = profile, .name = bare_words(tmp, name)};
    struct str out = str_new(mem);
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "\n");
        str_add(&out, mask_line(&m, tmp, mem_bytes(tmp, p, n)));
        p += n;
        if (*p)
            str_addc(&out, *p++);
    }
    return out.n ? out.s : mem_str(mem, "");
}
