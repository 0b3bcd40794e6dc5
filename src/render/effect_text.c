/* effect_text.c: see effect_text.h. A pair begins with a blank, a known name and "="; a value without
 * quotes goes on to the next pair, since articles are written "MIC-14.1 MIC-P". An effect or a value
 * without a label is shown as it is: a missing label must not hide what happened. */
#include "render/effect_text.h"
#include "desk/plan.h"

/* The pairs people see, in the order in which they are told, and the group of labels of their values. */
enum pair { KIND, STATE, VERDICT, UNIT, KEY, FROM, TO, BY, FATE, TEMPLATE, TEXT, SUBJECT, CITE, PAIRS };
static const char *const names[PAIRS] = {"kind", "state", "verdict",  "unit", "key",     "from", "to",
                                         "by",   "fate",  "template", "text", "subject", "cite"};
/* Pairs that only programs need; each ends the value before it. */
static const char *const technical[] = {"entry",    "sha256",   "letter",  "purpose",
                                        "category", "evidence", "receipt", "restricted"};

static const struct {
    const char *effect; /* "": any */
    enum pair pair;
    const char *group;
} groups[] = {
    {"", STATE, "state"},
    {"", VERDICT, "verdict"},
    {"MOVE", FROM, "state"},
    {"MOVE", TO, "state"},
    {"HOLD", KEY, "held"},
    {"RELEASE", KEY, "held"},
    {"CONFIRM", KEY, "confirmation"},
    {"CONFIRM", TEXT, "confirmation.how"},
    {"RELEASE", TEXT, "confirmation.how"},
    {"DEADLINE", TEXT, "effect.deadline"},
    {"DEADLINE-END", TEXT, "since"},
    {"EVIDENCE", KEY, "auth"},
    {"NOTE", KEY, "note"},
    {"NOTE", TO, "since"},
    {"REVIEW", TEXT, "since"},
    {"TOPIC", KEY, "topic"},
    {"", FATE, "fate"},
};

/* "name=" at s: its length with the sign, 0 for none. *ret: which pair, PAIRS for a technical one. */
static size_t name_at(const char *s, enum pair *ret)
{
    for (enum pair p = 0; p < PAIRS; p++) {
        size_t n = strlen(names[p]);
        *ret = p;
        if (strncmp(s, names[p], n) == 0 && s[n] == '=')
            return n + 1;
    }
    *ret = PAIRS;
    for (size_t i = 0; i < ARRAY_LEN(technical); i++) {
        size_t n = strlen(technical[i]);
        if (strncmp(s, technical[i], n) == 0 && s[n] == '=')
            return n + 1;
    }
    return 0;
}

static size_t value_length(const char *s)
{
    enum pair ignored;
    if (*s == '"')
        return 1 + strcspn(s + 1, "\"") + 1;
    size_t n = 0;
    while (s[n] && !(s[n] == ' ' && name_at(s + n + 1, &ignored)))
        n++;
    return n;
}

static bool is_hash(const char *s)
{
    return strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

/* "Hold: forged" is the label of a hold in a list; behind the name of the effect the rest says it. */
static const char *behind_colon(const char *label)
{
    const char *colon = strstr(label, ": ");
    return colon ? colon + 2 : label;
}

static const char *value_says(const void *mem, const struct catalog *c, const char *effect, enum pair pair,
                              const char *value)
{
    int64_t t;
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        const char *key = mem_fmt(mem, "%s.%s", groups[i].group, value);
        if (groups[i].pair == pair && (!*groups[i].effect || str_eq(groups[i].effect, effect)) &&
            catalog_has(c, key))
            return behind_colon(catalog_text(c, key));
    }
    if ((pair == FROM || pair == TO) && when_parse_rfc3339(value, &t))
        return when_short(mem, t);
    return is_hash(value) ? "" : value;
}

const char *letter_says(const void *mem, const struct catalog *c, const char *key)
{
    const char *name = mem_bytes(mem, key, strcspn(key, "/")), *label = mem_fmt(mem, "letter.%s", name);
    return catalog_has(c, label) ? catalog_text(c, label) : name;
}

/* A letter's key begins with its template; what follows tells one letter from another. */
static void without_keys(const void *mem, const struct catalog *c, const char *effect, const char *values[])
{
    if (str_eq(effect, "CAMPAIGN")) /* the number of the request says nothing to people */
        values[FROM] = NULL;
    if (values[KEY] && str_eq(effect, "LETTER"))
        values[KEY] = letter_says(mem, c, values[KEY]);
}

static void read_pairs(const void *mem, const struct catalog *c, const char *effect, const char *s,
                       const char *values[])
{
    while (*s) {
        enum pair pair;
        s += strspn(s, " ");
        size_t name = name_at(s, &pair);
        size_t n = name ? value_length(s + name) : strcspn(s, " ");
        size_t room = strlen(s + name), quoted = name && s[name] == '"';
        n = n > room ? room : n;
        if (name && pair < PAIRS && n >= 2 * quoted)
            values[pair] =
                value_says(mem, c, effect, pair, mem_bytes(mem, s + name + quoted, n - 2 * quoted));
        s += name + n;
    }
    without_keys(mem, c, effect, values);
}

static void add_part(struct str *out, const char *between, const char *s)
{
    if (s && *s)
        str_addf(out, "%s%s", between, s);
}

char *effect_says(const void *mem, const struct catalog *c, const char *name, const char *pairs)
{
    const char *values[PAIRS] = {NULL};
    struct str out = str_new(mem), rest = str_new(mem);
    const char *label = mem_fmt(mem, "effect.%s", name);
    read_pairs(mem, c, name, pairs, values);
    for (enum pair p = 0; p < CITE; p++) {
        const char *between = rest.n ? "; " : "";
        if (p == TO && values[FROM] && *values[FROM] && values[TO] && *values[TO])
            str_addf(&rest, "%s%s", between,
                     catalog_say(mem, c, "detail.change", "from", values[FROM], "to", values[TO], NULL));
        else if (p != FROM || !values[TO] || !*values[TO])
            add_part(&rest, between, values[p]);
    }
    str_add(&out, catalog_has(c, label) ? catalog_text(c, label) : name);
    add_part(&out, ": ", rest.s);
    if (values[CITE] && *values[CITE])
        str_addf(&out, " (%s)", values[CITE]);
    return out.s;
}

char *plan_says(const void *mem, const struct catalog *c, const struct plan *p)
{
    struct str out = str_new(mem);
    const char *s = plan_dump(mem, p);
    for (s += strcspn(s, "\n"); *s == '\n' && s[1]; s += strcspn(s, "\n")) {
        s++;
        size_t word = strcspn(s, " \n"), n = strcspn(s, "\n");
        str_addf(&out, "  %s\n",
                 effect_says(mem, c, mem_bytes(mem, s, word), mem_bytes(mem, s + word, n - word)));
    }
    return out.s;
}

const char *reason_says(const void *mem, const struct catalog *c, const char *text)
{
    const char *key = mem_fmt(mem, "signal.%s", text);
    return catalog_has(c, key) ? catalog_text(c, key) : mem_fmt(mem, "\"%s\"", text);
}
