/* legacy.c: see legacy.h.
 *
 * The text is cut into pieces at blanks. Pieces of plain ASCII say nothing; for each other one, every kind
 * and "as it is" get a cost (legacy_cost.c), and the cheapest way through the whole text is taken, where
 * changing the kind costs something (Viterbi's algorithm). So a single odd word changes nothing, a line
 * of another kind inside a text does, and words that could be read both ways go with their neighbours.
 *
 * Linear in the text: a piece has at most LEGACY_PIECE characters, a byte of memory is kept per piece and
 * kind. Output is NFC. Total: any valid UTF-8 is taken. */
#include "reader/legacy.h"
#include "base/utf8.h"
#include "reader/legacy_inside.h"
#include "reader/nfc.h"

enum {
    ENTER = 7,      /* from text as it is into a legacy kind: two good words */
    ENTER_UTF8 = 4, /* UTF-8 sequences are their own evidence */
    ENTER_VIQR = 9, /* ASCII punctuation is the weakest */
    AGAIN = 4,      /* into a kind that the text is known to have */
    KNOWN = 4,      /* words that nothing else explains make a kind known */
    LEAVE = 1,
    NEVER = 99,   /* a kind that is not looked for */
    UNICODE = 8,  /* a word with Unicode letters of Vietnamese on the way: no kind has those */
    DOUBLED = 6,  /* leaving what is well-formed UTF-8 as it is */
    CHANCE = 3,   /* what is well-formed UTF-8 perhaps by chance only */
    HINTED = 2,   /* leaving what the font says is legacy as it is */
    VIQR_LEFT = 3 /* leaving a syllable in VIQR as it is */
};

struct unit {
    uint32_t at, n; /* bytes of the text */
    uint8_t as_is;  /* its cost */
    uint8_t kind;   /* decided */
    bool foreign;
    bool fixed; /* known to be Unicode */
    bool line;  /* the first of its line */
};

/* Bytes of the text that are Unicode for certain. */
struct fixed {
    size_t from, to;
};

struct way {
    const char *s;
    size_t n;
    struct legacy_hint hint;
    struct legacy_suspects suspects;
    bool escapes;              /* "\\." or "\\?" occurs */
    const struct fixed *fixed; /* in the order of the text */
    size_t n_fixed;
    bool known[LEGACY_KINDS]; /* found in a first pass */
    const void *mem;
    struct unit *units;
    size_t n_units;
    uint8_t (*from)[LEGACY_KINDS];
};

/* ---- pieces ---- */

/* Bytes of the blank at s; U+FFFD, an undecodable byte, parts pieces as well. */
static size_t blank(const char *s, size_t n)
{
    if (n >= 3 && memcmp(s, "\xef\xbf\xbd", 3) == 0)
        return 3;
    return n > 0 && str_space(*s);
}

static size_t read_piece(const char *s, size_t n, struct legacy_piece *ret)
{
    size_t i = 0;
    ret->n = 0;
    while (i < n && ret->n < LEGACY_PIECE && blank(s + i, n - i) == 0) {
        i += utf8_decode(s + i, n - i, &ret->cp[ret->n]);
        ret->n++;
    }
    return i;
}

static bool tells(const struct way *w, const struct legacy_piece *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->cp[i] >= 0x80 || p->cp[i] < 0x20)
            return true;
    if (!w->suspects.viqr)
        return false;
    struct legacy_decoded d;
    return legacy_decode(LEGACY_VIQR, p, true, &d) && d.changed;
}

/* VIQR has '.' and '?' both as tones and as punctuation, which should be escaped there. Who escapes means
 * tones by the others; else they are tones when the next word begins with a small letter. */
static bool goes_on(const struct way *w, size_t i)
{
    unsigned lines = 0;
    for (; i < w->n && str_space(w->s[i]); i++)
        lines += w->s[i] == '\n';
    return w->escapes || (lines < 2 && i < w->n && w->s[i] >= 'a' && w->s[i] <= 'z');
}

static bool enabled(const struct way *w, enum legacy_kind kind)
{
    if (w->hint.kind)
        return kind == w->hint.kind;
    return kind == LEGACY_VIQR ? w->suspects.viqr : w->suspects.high;
}

/* ---- costs ---- */

/* Whether it has characters that no kind has; *ret_letters: letters of Vietnamese among them. */
static bool is_unicode(const struct legacy_piece *p, bool *ret_letters)
{
    bool unicode = false;
    *ret_letters = false;
    for (size_t i = 0; i < p->n; i++) {
        struct legacy_letter letter;
        if (legacy_byte_of(p->cp[i]) >= 0)
            continue;
        unicode = true;
        *ret_letters |= legacy_letter(p->cp[i], &letter);
    }
    return unicode;
}

static unsigned cost_of(const struct way *w, enum legacy_kind kind, const struct legacy_piece *p,
                        const struct unit *u, unsigned *as_is)
{
    struct legacy_decoded d;
    if (!legacy_decode(kind, p, goes_on(w, u->at + u->n), &d) || !d.changed)
        return *as_is;
    unsigned cost = legacy_cost_decoded(&d);
    if (kind == LEGACY_UTF8 && d.strange == 0) {
        cost = d.doubtful ? CHANCE : cost > 1 ? 1 : cost;
        *as_is = *as_is > DOUBLED || d.doubtful ? *as_is : DOUBLED;
    }
    if (kind == LEGACY_VIQR && cost <= VIQR_LEFT && *as_is == 0)
        *as_is = VIQR_LEFT;
    return cost;
}

/* Costs of one piece by kind; [LEGACY_NONE]: as it is. */
static void weigh(const struct way *w, struct unit *u, unsigned cost[LEGACY_KINDS])
{
    struct legacy_piece p;
    bool foreign = false, letters = false;
    read_piece(w->s + u->at, u->n, &p);
    bool unicode = is_unicode(&p, &letters) || u->fixed;
    unsigned as_is = u->fixed ? 0 : legacy_cost_as_is(&p, &foreign);
    unsigned stay = letters || u->fixed ? UNICODE : 0;
    u->as_is = (uint8_t)as_is;
    u->foreign = foreign;
    for (unsigned k = LEGACY_KINDS - 1; k >= 1; k--) /* VIQR and UTF-8 tell what leaving it costs */
        cost[k] = !enabled(w, k) ? NEVER : unicode ? stay : cost_of(w, k, &p, u, &as_is);
    cost[LEGACY_NONE] = as_is + (w->hint.kind && !unicode ? HINTED : 0);
    u->as_is = (uint8_t)as_is;
}

/* Where a line begins, the kind changes more easily: words that could be both go with their line. */
static unsigned change_cost(const struct way *w, bool line, unsigned from, unsigned to)
{
    if (from == to)
        return 0;
    if (w->hint.kind)
        return from == LEGACY_NONE ? 0 : LEAVE;
    unsigned leave = from == LEGACY_NONE || line ? 0 : LEAVE;
    if (to == LEGACY_NONE)
        return leave;
    if (w->known[to])
        return leave + (line ? AGAIN - 1 : AGAIN);
    return leave + (to == LEGACY_UTF8 ? ENTER_UTF8 : to == LEGACY_VIQR ? ENTER_VIQR : ENTER);
}

/* ---- the cheapest way ---- */

static bool is_fixed(const struct way *w, size_t at, size_t *next)
{
    while (*next < w->n_fixed && w->fixed[*next].to <= at)
        ++*next;
    return *next < w->n_fixed && w->fixed[*next].from <= at;
}

static void find_units(struct way *w)
{
    struct legacy_piece p;
    size_t next = 0;
    bool line = true;
    for (size_t i = 0, len; i < w->n; i += len) {
        for (size_t skip; (skip = blank(w->s + i, w->n - i)) > 0; i += skip)
            line |= w->s[i] == '\n';
        len = read_piece(w->s + i, w->n - i, &p);
        if (len == 0 || !tells(w, &p))
            continue;
        *mem_append(w->mem, w->units, w->n_units) = (struct unit){
            .at = (uint32_t)i, .n = (uint32_t)len, .line = line, .fixed = is_fixed(w, i, &next)};
        line = false;
    }
}

static void go_forward(struct way *w, uint64_t total[LEGACY_KINDS])
{
    for (unsigned k = 0; k < LEGACY_KINDS; k++)
        total[k] = change_cost(w, false, LEGACY_NONE, k);
    for (size_t i = 0; i < w->n_units; i++) {
        unsigned cost[LEGACY_KINDS];
        uint64_t next[LEGACY_KINDS];
        weigh(w, &w->units[i], cost);
        bool line = w->units[i].line;
        for (unsigned to = 0; to < LEGACY_KINDS; to++) {
            unsigned best = to;
            uint64_t least = total[to];
            for (unsigned from = 0; from < LEGACY_KINDS; from++) {
                uint64_t sum = total[from] + change_cost(w, line, from, to);
                if (sum < least) {
                    least = sum;
                    best = from;
                }
            }
            next[to] = least + cost[to];
            w->from[i][to] = (uint8_t)best;
        }
        memcpy(total, next, sizeof next);
    }
}

static void go_back(struct way *w, const uint64_t total[LEGACY_KINDS])
{
    unsigned kind = 0;
    for (unsigned k = 1; k < LEGACY_KINDS; k++)
        if (total[k] < total[kind] || (kind == LEGACY_NONE && total[k] == total[kind]))
            kind = k;
    for (size_t i = w->n_units; i-- > 0;) {
        w->units[i].kind = (uint8_t)kind;
        kind = w->from[i][kind];
    }
}

/* Whether a word proves that its text is no Unicode: nothing but a kind explains it. */
static bool is_sure(const struct unit *u)
{
    return u->as_is >= LEGACY_COST_SURE || (u->kind == LEGACY_VIQR && u->as_is > 0);
}

/* The cheapest way; when it shows that the text has a kind, once more with that known: then one word of
 * the kind between words of Unicode is no longer taken for chance. */
static void find_way(struct way *w)
{
    uint64_t total[LEGACY_KINDS];
    size_t sure[LEGACY_KINDS] = {0};
    bool again = false;
    go_forward(w, total);
    go_back(w, total);
    for (size_t i = 0; i < w->n_units; i++)
        sure[w->units[i].kind] += is_sure(&w->units[i]);
    for (unsigned k = 1; k < LEGACY_KINDS; k++)
        again |= w->known[k] = sure[k] >= KNOWN;
    if (!again || w->hint.kind)
        return;
    go_forward(w, total);
    go_back(w, total);
}

/* What speaks for a kind and against all of them. */
struct votes {
    size_t words[LEGACY_KINDS]; /* converted */
    size_t sure[LEGACY_KINDS];  /* ... that nothing else explains */
    size_t foreign;             /* words of other languages, left alone */
    size_t broken;              /* words that nothing explains */
};

/* Whether its kind makes Vietnamese of it. */
static bool is_explained(const struct way *w, const struct unit *u)
{
    struct legacy_piece p;
    struct legacy_decoded d;
    if (u->kind == LEGACY_NONE)
        return false;
    read_piece(w->s + u->at, u->n, &p);
    return legacy_decode(u->kind, &p, goes_on(w, u->at + u->n), &d) && d.changed &&
           (u->kind == LEGACY_UTF8 || legacy_cost_decoded(&d) < LEGACY_COST_NO_WORD);
}

/* VIQR's ^ ( + are no punctuation behind a letter; its tones are. */
static bool has_marks(const struct way *w, const struct unit *u)
{
    for (size_t i = u->at + 1; i < u->at + u->n; i++)
        if (str_alpha(w->s[i - 1]) && strchr("^(+", w->s[i]))
            return true;
    return false;
}

static void count_vote(const struct way *w, const struct unit *u, struct votes *v)
{
    if (u->fixed)
        return;
    bool explained = is_explained(w, u);
    v->words[u->kind] += explained;
    v->sure[u->kind] += explained && (u->kind == LEGACY_VIQR ? has_marks(w, u) : is_sure(u));
    v->foreign += !explained && u->foreign;
    v->broken += !explained && u->as_is > LEGACY_COST_SURE;
}

/* A few words that happen to fit, in a long text of another language or charset, are chance. */
static void drop_chance(struct way *w)
{
    struct votes v = {.foreign = 0};
    bool found = false;
    for (size_t i = 0; i < w->n_units; i++)
        found |= w->units[i].kind != LEGACY_NONE;
    if (!found || w->hint.kind)
        return;
    for (size_t i = 0; i < w->n_units; i++)
        count_vote(w, &w->units[i], &v);
    for (size_t i = 0; i < w->n_units; i++) {
        unsigned k = w->units[i].kind;
        bool weak = v.sure[k] == 0 && (v.foreign > 0 || k == LEGACY_VIQR);
        if (weak || v.broken > 2 * v.words[k])
            w->units[i].kind = LEGACY_NONE;
    }
}

/* ---- the new text ---- */

static void add_piece(const struct way *w, const struct unit *u, struct str *out,
                      struct legacy_found *found)
{
    struct legacy_piece p;
    struct legacy_decoded d;
    read_piece(w->s + u->at, u->n, &p);
    found->words[LEGACY_UTF8] += u->fixed;
    found->total += u->fixed;
    if (u->fixed || u->kind == LEGACY_NONE || !legacy_decode(u->kind, &p, goes_on(w, u->at + u->n), &d) ||
        !d.changed) {
        str_addn(out, w->s + u->at, u->n);
        return;
    }
    for (size_t i = 0; i < d.text.n; i++)
        utf8_add(out, d.text.cp[i]);
    found->words[u->kind]++;
    found->total++;
}

static struct str add_capitals(const void *mem, const struct str *text)
{
    struct str out = str_new(mem);
    for (size_t i = 0; i < text->n;) {
        int32_t cp;
        i += utf8_decode(text->s + i, text->n - i, &cp);
        utf8_add(&out, legacy_upper(cp));
    }
    return out;
}

static char *rebuild(const void *mem, const struct way *w, struct legacy_found *found)
{
    struct str out = str_new(w->mem);
    size_t done = 0;
    for (size_t i = 0; i < w->n_units; i++) {
        str_addn(&out, w->s + done, w->units[i].at - done);
        add_piece(w, &w->units[i], &out, found);
        done = w->units[i].at + w->units[i].n;
    }
    str_addn(&out, w->s + done, w->n - done);
    if (w->hint.capitals)
        out = add_capitals(w->mem, &out);
    else if (found->total == 0)
        return NULL;
    return nfc_safe(mem, out.s, out.n);
}

static char *repair(const void *mem, struct way *w, struct legacy_found *ret)
{
    *ret = (struct legacy_found){.total = 0};
    if (w->n > UINT32_MAX / 2 || !(w->suspects.high || w->suspects.viqr || w->hint.kind))
        return NULL;
    _cleanup_mem_ void *work = mem_new();
    w->mem = work;
    find_units(w);
    w->from = mem_grow(work, NULL, w->n_units + 1, w->n_units + 1, sizeof *w->from);
    find_way(w);
    drop_chance(w);
    return rebuild(mem, w, ret);
}

static bool has_escapes(const struct way *w)
{
    return w->suspects.viqr && (memmem(w->s, w->n, "\\.", 2) || memmem(w->s, w->n, "\\?", 2));
}

char *legacy_repair(const void *mem, const char *utf8, size_t n, struct legacy_hint hint,
                    struct legacy_found *ret)
{
    struct way w = {.s = utf8, .n = n, .hint = hint};
    w.suspects = legacy_scan(utf8, n);
    w.escapes = has_escapes(&w);
    return repair(mem, &w, ret);
}

char *legacy_settle(const void *mem, char *s, struct str_list *defects)
{
    struct legacy_found found;
    char *text = legacy_repair(mem, s, strlen(s), (struct legacy_hint){LEGACY_NONE, false}, &found);
    if (!text)
        return s;
    if (!str_list_has(defects, "unicode"))
        str_list_add(mem, defects, "unicode");
    return text;
}

/* Bytes up to the next blank, or the blank there. */
static size_t word_bytes(const char *s, size_t n)
{
    size_t len = 0;
    while (len < n && !str_space(s[len]))
        len++;
    return len ? len : 1;
}

static void add_bytes(struct str *out, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        utf8_add(out, bytes[i] ? legacy_of_byte((unsigned char)bytes[i]) : 0xFFFD);
}

char *legacy_bytes(const void *mem, const char *bytes, size_t n, struct legacy_found *ret, bool *ret_lossy)
{
    _cleanup_mem_ void *work = mem_new();
    struct str text = str_new(work), out = str_new(work);
    struct fixed *fixed = NULL;
    size_t n_fixed = 0;
    for (size_t i = 0, len; i < n; i += len) {
        len = word_bytes(bytes + i, n - i);
        if (legacy_is_utf8(bytes + i, len)) {
            *mem_append(work, fixed, n_fixed) = (struct fixed){text.n, text.n + len};
            str_addn(&text, bytes + i, len);
        } else {
            add_bytes(&text, bytes + i, len);
        }
    }
    struct way w = {.s = text.s, .n = text.n, .fixed = fixed, .n_fixed = n_fixed};
    w.suspects = (struct legacy_suspects){true, legacy_scan(text.s, text.n).viqr};
    w.escapes = has_escapes(&w);
    const char *s = repair(work, &w, ret);
    if (!s)
        return NULL;
    const char *whole = legacy_join(work, s, strlen(s));
    s = whole ? whole : s;
    bool lossy = memchr(bytes, '\0', n) != NULL;
    for (size_t i = 0, len = strlen(s); i < len;) {
        int32_t cp;
        i += utf8_decode(s + i, len - i, &cp);
        bool nothing = cp >= 0x80 && cp < 0xA0;
        utf8_add(&out, nothing ? 0xFFFD : cp);
        lossy |= nothing;
    }
    *ret_lossy = lossy;
    return mem_bytes(mem, out.s, out.n);
}

/* ---- names ---- */

struct legacy_hint legacy_hint_of_font(const char *font)
{
    static const struct {
        const char *begins;
        enum legacy_kind kind;
    } fonts[] = {{".Vn", LEGACY_TCVN3}, {"VNI-", LEGACY_VNI}, {"VNI ", LEGACY_VNI}, {"VPS", LEGACY_VPS}};
    struct legacy_hint hint = {LEGACY_NONE, false};
    for (size_t i = 0; font && i < ARRAY_LEN(fonts); i++)
        if (str_istarts(font, fonts[i].begins))
            hint.kind = fonts[i].kind;
    hint.capitals = hint.kind == LEGACY_TCVN3 && str_ends(font, "H");
    return hint;
}

const char *legacy_name(enum legacy_kind kind)
{
    static const char *const names[] = {"none",   "tcvn3", "vni",  "windows-1258",
                                        "viscii", "vps",   "utf8", "viqr"};
    return kind < LEGACY_KINDS ? names[kind] : names[0];
}
