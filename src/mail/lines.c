/* lines.c: see lines.h. Each look at a line is bounded, and a block of headers is at most HEAD_LINES long,
 * so that reading a body stays linear however it was made.
 *
 * Refuses to see copied headers in a form ("Email: a@b" under "Name: A") or in a plan for a day ("From:
 * 8:00 To: 11:30"): a head begins with the sender's label, has three lines, and an address or a subject. */
#include "mail/lines.h"
#include "base/utf8.h"

enum {
    LABEL_MAX = 60,  /* bytes before the colon */
    DRAWN_MAX = 300, /* bytes of the words of a drawn line */
    HEAD_LINES = 20, /* lines of a block, wrapped ones included */
    SHAPE_LINES = 6  /* a block known by its shape has its address and date within so many */
};

static size_t quote_marks(const char *s, const char *end, size_t *ret_depth)
{
    const char *p = s;
    size_t depth = 0;
    for (;; p++) {
        while (p < end && str_space(*p))
            p++;
        if (p == end || *p != '>')
            break;
        depth++;
    }
    *ret_depth = depth;
    return (size_t)(p - s);
}

struct lines lines_split(const void *mem, const char *text, size_t n)
{
    struct lines lines = {0};
    const char *stop = text + n;
    for (const char *p = text; p < stop;) {
        const char *lf = lines.n + 1 < LINES_MAX ? memchr(p, '\n', (size_t)(stop - p)) : NULL;
        const char *end = lf ? lf : stop, *next = lf ? lf + 1 : stop;
        struct line l = {.at = (size_t)(p - text), .end = (size_t)(next - text)};
        l.s = p + quote_marks(p, end, &l.depth);
        while (end > l.s && str_space(end[-1]))
            end--;
        l.n = (size_t)(end - l.s);
        *mem_append(mem, lines.v, lines.n) = l;
        p = next;
    }
    return lines;
}

size_t lines_next(const struct lines *lines, size_t i)
{
    while (i < lines->n && lines->v[i].n == 0)
        i++;
    return i;
}

/* ---- shapes ---- */

bool line_has_address(const char *s, size_t n)
{
    const char *at = memchr(s, '@', n);
    size_t left = at ? (size_t)(at - s) : 0;
    return at && left > 0 && left + 1 < n && !str_space(at[-1]) && !str_space(at[1]) &&
           memchr(at, '.', n - left);
}

bool line_has_clock(const char *s, size_t n)
{
    for (size_t i = 1; i + 1 < n; i++)
        if (s[i] == ':' && str_digit(s[i - 1]) && str_digit(s[i + 1]))
            return true;
    return false;
}

bool line_has_year(const char *s, size_t n)
{
    for (size_t i = 0, digits = 0; i < n; i++) {
        digits = str_digit(s[i]) ? digits + 1 : 0;
        if (digits == 4 && (i + 1 == n || !str_digit(s[i + 1])))
            return true;
    }
    return false;
}

static bool dash(char c)
{
    return c == '-' || c == '_' || c == '=' || c == '*';
}

bool line_drawn(const struct line *l, size_t *ret_from, size_t *ret_n)
{
    size_t left = 0, right = 0;
    while (left < l->n && dash(l->s[left]))
        left++;
    while (right < l->n - left && dash(l->s[l->n - 1 - right]))
        right++;
    *ret_from = left;
    *ret_n = l->n - left - right;
    return *ret_n ? left >= 2 && right >= 2 && *ret_n <= DRAWN_MAX : left >= 10;
}

static const char wide_colon[] = "\xEF\xBC\x9A";

size_t line_colon(const struct line *l)
{
    size_t n = l->n;
    while (n > 0 && (l->s[n - 1] == '-' || l->s[n - 1] == '*' || str_space(l->s[n - 1])))
        n--;
    if (n > 0 && l->s[n - 1] == ':')
        return n - 1;
    return n > 3 && memcmp(l->s + n - 3, wide_colon, 3) == 0 ? n - 3 : 0;
}

/* ---- words ---- */

char *words_fold(const void *mem, const char *s, size_t n)
{
    while (n > 0 && (str_space(*s) || dash(*s))) {
        s++;
        n--;
    }
    while (n > 0 && (str_space(s[n - 1]) || dash(s[n - 1])))
        n--;
    n = n > LINE_LOOK ? LINE_LOOK : n;
    while (n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80)
        n--;
    _cleanup_mem_ char *copy = mem_bytes(NULL, s, n);
    return utf8_fold(mem, copy);
}

bool words_are(const struct str_list *list, const char *s)
{
    return str_list_has(list, s);
}

static bool whole(const char *after)
{
    int32_t cp = 0;
    size_t n = strlen(after);
    if (n > 0)
        utf8_decode(after, n, &cp);
    return n == 0 || !utf8_word_char(cp);
}

/* Scripts that write no blanks between words have no whole words either. */
static bool word_at(const char *s, const char *word)
{
    size_t n = strlen(word);
    return n > 0 && strncmp(s, word, n) == 0 && (whole(s + n) || (unsigned char)word[0] >= 0xE3);
}

bool words_begin(const struct str_list *list, const char *s)
{
    for (size_t i = 0; i < list->n; i++)
        if (word_at(s, list->v[i]))
            return true;
    return false;
}

size_t words_behind(const struct str_list *list, const char *s)
{
    size_t behind = 0;
    for (size_t i = 0; i < list->n; i++)
        for (const char *p = s; (p = strstr(p, list->v[i])); p++)
            if ((p == s || !utf8_word_char((unsigned char)p[-1]) || (unsigned char)*p >= 0xE3) &&
                word_at(p, list->v[i]) && (size_t)(p - s) + strlen(list->v[i]) > behind)
                behind = (size_t)(p - s) + strlen(list->v[i]);
    return behind;
}

bool words_inside(const struct str_list *list, const char *s)
{
    return words_behind(list, s) > 0;
}

/* ---- copied headers ---- */

/* "Label: value", also "*Label:* value" and a wide colon. Bytes of the label; 0: the line is none. */
static size_t label_of(const struct line *l, size_t *ret_value)
{
    size_t look = l->n < LABEL_MAX ? l->n : LABEL_MAX;
    const char *colon = memchr(l->s, ':', look), *wide = memmem(l->s, look, wide_colon, 3);
    const char *end = wide && (!colon || wide < colon) ? wide : colon;
    if (!end || end == l->s)
        return 0;
    size_t value = (size_t)(end - l->s) + (end == wide ? 3 : 1);
    while (value < l->n && (str_space(l->s[value]) || l->s[value] == '*'))
        value++;
    *ret_value = value;
    return (size_t)(end - l->s);
}

static enum label label_read(const struct line *l, const struct thread_words *words, size_t *ret_value)
{
    static const struct {
        enum thread_list list;
        enum label label;
    } kinds[] = {{THREAD_FROM, LABEL_FROM},
                 {THREAD_SENT, LABEL_SENT},
                 {THREAD_SUBJECT, LABEL_SUBJECT},
                 {THREAD_OTHER, LABEL_OTHER}};
    size_t n = words ? label_of(l, ret_value) : 0;
    if (n == 0)
        return LABEL_NONE;
    _cleanup_mem_ char *folded = words_fold(NULL, l->s, n);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (words_are(&words->lists[kinds[i].list], folded))
            return kinds[i].label;
    return LABEL_NONE;
}

bool head_begins(const struct lines *lines, size_t i, const struct thread_words *words)
{
    size_t value;
    return label_read(&lines->v[i], words, &value) == LABEL_FROM;
}

static void head_take(struct head *h, enum label label, const struct line *l, size_t value)
{
    struct line *to = label == LABEL_FROM      ? &h->from
                      : label == LABEL_SENT    ? &h->sent
                      : label == LABEL_SUBJECT ? &h->subject
                                               : NULL;
    h->first = h->labels ? h->first : label;
    h->seen |= label;
    h->labels++;
    h->address |= line_has_address(l->s, l->n);
    h->clock |= line_has_clock(l->s, l->n) && line_has_year(l->s, l->n);
    if (to)
        *to = (struct line){.s = l->s + value, .n = l->n - value};
}

/* A line that is none of the block's own: the rest of a long value, or an empty line between two. */
static bool within_head(const struct lines *lines, size_t k, enum label last,
                        const struct thread_words *words)
{
    size_t value, next = k + 1;
    const struct line *l = &lines->v[k];
    if (l->n > 0 && last == LABEL_OTHER && line_has_address(l->s, l->n))
        return true;
    return next < lines->n && lines->v[next].depth == l->depth && l->n <= LINE_LOOK &&
           label_read(&lines->v[next], words, &value) != LABEL_NONE;
}

struct head head_read(const struct lines *lines, size_t i, const struct thread_words *words)
{
    struct head h = {.begin = i, .end = i};
    enum label last = LABEL_NONE;
    for (size_t k = i; k < lines->n && k < i + HEAD_LINES; k++) {
        const struct line *l = &lines->v[k];
        size_t value = 0;
        enum label label = l->depth == lines->v[i].depth ? label_read(l, words, &value) : LABEL_NONE;
        bool again = (label & h.seen & ~(unsigned)LABEL_OTHER) != 0;
        bool inside = label == LABEL_NONE && last != LABEL_NONE && l->depth == lines->v[i].depth &&
                      within_head(lines, k, last, words);
        if (again || (label == LABEL_NONE && !inside))
            break;
        if (label != LABEL_NONE) {
            head_take(&h, label, l, value);
            h.end = k + 1;
            last = label;
        } else if (l->n > 0) {
            h.end = k + 1;
        }
    }
    return h;
}

bool head_alone(const struct head *h)
{
    if (h->labels < 3 || h->first != LABEL_FROM || h->from.n == 0 || str_digit(*h->from.s))
        return false;
    return h->address || (h->seen & LABEL_SUBJECT && h->seen & LABEL_SENT);
}

/* Up to four short words, a colon, something after it. */
static bool header_like(const struct line *l)
{
    size_t n = 0, words = 1;
    const char *s = l->s;
    while (n < l->n && s[n] != ':' && s[n] != '@' && s[n] != '.' && n <= 40)
        words += s[n++] == ' ';
    return n > 0 && n < l->n && s[n] == ':' && words <= 4 &&
           (n + 1 == l->n || str_space(s[n + 1]) || s[n + 1] == '*');
}

bool head_by_shape(const struct lines *lines, size_t i)
{
    const struct line *first = &lines->v[i];
    size_t n = 0;
    bool address = header_like(first) && line_has_address(first->s, first->n), when = false;
    for (size_t k = i; address && k < lines->n && n < SHAPE_LINES; k++) {
        const struct line *l = &lines->v[k];
        if (l->n == 0 || l->depth != lines->v[i].depth || !header_like(l))
            break;
        n++;
        when |= line_has_clock(l->s, l->n) && line_has_year(l->s, l->n);
    }
    return n >= 3 && when;
}

/* ---- rulers ---- */

static enum ruler ruler_words(const char *s, size_t n, bool drawn, const struct thread_words *words)
{
    if (!words || n == 0 || n > 100)
        return RULER_NONE;
    _cleanup_mem_ char *folded = words_fold(NULL, s, n);
    const struct str_list *forwarded = &words->lists[THREAD_FORWARDED];
    const struct str_list *original = &words->lists[THREAD_ORIGINAL];
    if (words_are(forwarded, folded) || (drawn && words_begin(forwarded, folded)))
        return RULER_FORWARDED;
    if (words_are(original, folded) || (drawn && words_begin(original, folded)))
        return RULER_ORIGINAL;
    return RULER_NONE;
}

/* Under a ruler two headers are enough, when the labels are known; without any list, two of any language
 * under a ruler that has words. */
static bool headers_follow(const struct lines *lines, size_t i, bool named,
                           const struct thread_words *words)
{
    size_t next = lines_next(lines, i);
    if (next >= lines->n || next > i + 2)
        return false;
    struct head h = head_read(lines, next, words);
    bool two = !words && named && next + 1 < lines->n && header_like(&lines->v[next]) &&
               header_like(&lines->v[next + 1]);
    return two || (h.labels >= 2 && h.seen & LABEL_FROM && (h.address || h.labels > 2)) ||
           head_by_shape(lines, next);
}

enum ruler ruler_read(const struct lines *lines, size_t i, const struct thread_words *words)
{
    const struct line *l = &lines->v[i];
    size_t from, n, colon = line_colon(l);
    bool drawn = line_drawn(l, &from, &n);
    if (!drawn && (colon == 0 || colon > 100))
        return RULER_NONE;
    enum ruler ruler =
        drawn ? ruler_words(l->s + from, n, true, words) : ruler_words(l->s, colon, false, words);
    if (ruler == RULER_NONE && drawn && headers_follow(lines, i + 1, n > 0, words))
        return RULER_DRAWN;
    return ruler;
}
