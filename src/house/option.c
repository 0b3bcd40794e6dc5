/* option.c: reads a block by its table. Refuses what it does not know: a misspelt word that is silently
 * skipped is how a mailbox ends up unverified (LIBRARIES 9). Every mistake is reported, none stops the
 * reading; a value that is wrong leaves the default, and the caller throws the whole result away when there
 * was any problem, so that half a configuration is never used. */
#include "house/option.h"

#define CITE_LONG 120

struct reading {
    const void *mem;
    const struct tree_node *node;
    const struct option *o;
    void *field;
    struct problems *problems;
};

static bool wrong(const struct reading *r, size_t word, const char *key, const char *hint)
{
    problem_at(r->mem, r->problems, r->node, word, key, hint);
    return false;
}

bool option_name_valid(const char *s)
{
    size_t n = strlen(s);
    if (n == 0 || n > 40 || !(s[0] >= 'a' && s[0] <= 'z'))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!(s[i] >= 'a' && s[i] <= 'z') && !str_digit(s[i]) && s[i] != '-')
            return false;
    return true;
}

static bool host_char(char c, bool pattern)
{
    return str_alpha(c) || str_digit(c) || c == '-' || c == '.' || c == ':' || (pattern && c == '*');
}

bool option_host_valid(const char *s, bool pattern)
{
    size_t n = strlen(s);
    if (n == 0 || n > 253 || strchr(".-", s[0]) || strchr(".-", s[n - 1]) || strstr(s, ".."))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!host_char(s[i], pattern))
            return false;
    return !str_eq(s, "*"); /* every host of the world is no pattern */
}

bool option_address_valid(const char *s)
{
    const char *at = strchr(s, '@');
    if (!at || at == s || at - s > 64 || !option_host_valid(at + 1, false) || strchr(at + 1, ':'))
        return false;
    for (const char *p = s; p < at; p++)
        if (!str_alpha(*p) && !str_digit(*p) && !strchr(".!#$%&'*+/=?^_`{|}~-", *p))
            return false;
    return s[0] != '.' && at[-1] != '.';
}

bool option_word_count(const void *mem, const struct tree_node *node, size_t least, size_t most,
                       struct problems *problems)
{
    if (node->n_words < least)
        problem_at(mem, problems, node, node->n_words, "missing-value", "");
    else if (node->n_words > most)
        problem_at(mem, problems, node, most, "too-many-words", tree_word(node, 0));
    return node->n_words >= least && node->n_words <= most;
}

void option_unknown(const void *mem, const struct tree_node *node, size_t word, const char *key,
                    const char *const *candidates, size_t n, struct problems *problems)
{
    const char *hint = tree_nearest(tree_word(node, word), candidates, n);
    if (!*hint && n <= 8) {
        struct str_list all = {0};
        for (size_t i = 0; i < n; i++)
            str_list_add(mem, &all, candidates[i]);
        hint = str_list_join(mem, &all, " ");
    }
    problem_at(mem, problems, node, word, key, hint);
}

static bool cite_valid(const char *s)
{
    const char *dash = strchr(s, '-');
    return str_alpha(s[0]) && dash && dash[1] && dash[1] != '-' && strlen(s) < CITE_LONG && !strchr(s, ' ');
}

bool option_cite(const void *mem, const struct tree_node *node, size_t from, size_t until,
                 struct problems *problems, const char **ret)
{
    struct str_list cites = {0};
    if (from >= until) {
        problem_at(mem, problems, node, node->n_words, "missing-value", "cite");
        return false;
    }
    for (size_t i = from; i < until; i++) {
        if (!cite_valid(tree_word(node, i))) {
            problem_at(mem, problems, node, i, "not-a-cite", "MIC-13.5d");
            return false;
        }
        str_list_add(mem, &cites, tree_word(node, i));
    }
    *ret = str_list_join(mem, &cites, " ");
    return true;
}

/* A whole number with a unit letter from `units` ("smh" -> factors[0..2]). */
static bool scaled(const struct reading *r, const char *units, const int64_t *factors)
{
    const char *s = tree_word(r->node, 1);
    size_t n = strlen(s);
    int64_t factor = 1, v = 0;
    const char *unit = n > 1 && !str_digit(s[n - 1]) ? strchr(units, s[n - 1]) : NULL;
    if (unit)
        factor = factors[unit - units];
    if (!str_int(mem_bytes(r->mem, s, unit ? n - 1 : n), INT64_MIN / factor, INT64_MAX / factor, &v))
        return wrong(r, 1, "not-a-number", "");
    v *= factor;
    if (v < r->o->min || v > r->o->max)
        return wrong(r, 1, "out-of-range",
                     mem_fmt(r->mem, "%lld .. %lld", (long long)r->o->min, (long long)r->o->max));
    *(int64_t *)r->field = v;
    return true;
}

static bool read_number(const struct reading *r)
{
    static const int64_t seconds[] = {1, 60, 3600}, bytes[] = {1 << 10, 1 << 20, 1 << 30};
    if (r->o->type == OPTION_SECONDS)
        return scaled(r, "smh", seconds);
    return scaled(r, r->o->type == OPTION_BYTES ? "KMG" : "", bytes);
}

static bool read_choice(const struct reading *r)
{
    static const char *const yes_no[] = {"no", "yes", NULL};
    const char *const *choices = r->o->type == OPTION_YES ? yes_no : r->o->choices;
    size_t n = 0;
    for (; choices[n]; n++)
        if (str_eq(choices[n], tree_word(r->node, 1)))
            break;
    if (!choices[n]) {
        option_unknown(r->mem, r->node, 1, "not-a-choice", choices, n, r->problems);
        return false;
    }
    if (r->o->type == OPTION_YES)
        *(bool *)r->field = n == 1;
    else
        *(int *)r->field = (int)n;
    return true;
}

static const char *lower_domain(const void *mem, const char *address)
{
    const char *at = strchr(address, '@');
    return at ? mem_fmt(mem, "%.*s%s", (int)(at - address), address, str_lower(mem, at)) : "";
}

/* The problem that a text has as a value of `type`, or NULL; *ret_hint: what was expected. */
static const char *text_problem(enum option_type type, const char *s, const char **ret_hint)
{
    switch (type) {
    case OPTION_NAME:
        *ret_hint = "a-z 0-9 -";
        return option_name_valid(s) ? NULL : "not-a-name";
    case OPTION_HOST:
        return option_host_valid(s, false) ? NULL : "not-a-host";
    case OPTION_ADDRESS:
        return !*s || option_address_valid(s) ? NULL : "not-an-address";
    case OPTION_URL:
        *ret_hint = "https://";
        return str_starts(s, "https://") || str_starts(s, "http://") ? NULL : "not-a-url";
    default:
        return NULL;
    }
}

static bool read_text(const struct reading *r)
{
    const char *s = tree_word(r->node, 1), **field = r->field, *hint = "";
    enum option_type type = r->o->type;
    if (!*s && type != OPTION_TEXT0 && type != OPTION_ADDRESS)
        return wrong(r, 1, "empty", r->o->word);
    const char *key = text_problem(type, s, &hint);
    if (key)
        return wrong(r, 1, key, hint);
    *field = type == OPTION_HOST      ? str_lower(r->mem, s)
             : type == OPTION_ADDRESS ? lower_domain(r->mem, s)
                                      : mem_str(r->mem, s);
    return true;
}

static bool read_list(const struct reading *r)
{
    struct str_list list = {0};
    bool hosts = r->o->type != OPTION_TEXTS, good = true;
    for (size_t i = 1; i < r->node->n_words; i++) {
        const char *s = tree_word(r->node, i);
        if (!*s)
            good = wrong(r, i, "empty", r->o->word);
        else if (hosts && !option_host_valid(s, r->o->type == OPTION_PATTERNS))
            good = wrong(r, i, "not-a-host", "");
        else if (str_list_has(&list, hosts ? str_lower(r->mem, s) : s))
            good = wrong(r, i, "duplicate", "");
        else
            str_list_add(r->mem, &list, hosts ? str_lower(r->mem, s) : s);
    }
    if (good)
        *(struct str_list *)r->field = list;
    return good;
}

static bool is_list(enum option_type t)
{
    return t == OPTION_TEXTS || t == OPTION_HOSTS || t == OPTION_PATTERNS;
}

static bool is_number(enum option_type t)
{
    return t == OPTION_NUMBER || t == OPTION_SECONDS || t == OPTION_BYTES;
}

static bool is_block(enum option_type t)
{
    return t == OPTION_BLOCK || t == OPTION_BLOCKS;
}

static bool read_value(const struct reading *r)
{
    enum option_type t = r->o->type;
    if (is_block(t))
        return r->node->block || wrong(r, 0, "needs-block", "{ }");
    if (r->node->block)
        return wrong(r, 0, "not-a-block", "");
    if (t == OPTION_PASSWORD)
        return wrong(r, 0, "password-in-file", r->o->help);
    if (t == OPTION_WORDS)
        return option_word_count(r->mem, r->node, 2, SIZE_MAX, r->problems);
    if (t == OPTION_CITE)
        return option_cite(r->mem, r->node, 1, r->node->n_words, r->problems, (const char **)r->field);
    if (!option_word_count(r->mem, r->node, 2, is_list(t) ? SIZE_MAX : 2, r->problems))
        return false;
    if (is_list(t))
        return read_list(r);
    if (is_number(t))
        return read_number(r);
    return t == OPTION_YES || t == OPTION_CHOICE ? read_choice(r) : read_text(r);
}

void option_defaults(const void *mem, const struct option *table, size_t n, void *base)
{
    for (size_t i = 0; i < n; i++) {
        struct problems none = {0};
        struct tree_word words[2] = {{.text = table[i].word}, {.text = table[i].def}};
        struct tree_node node = {.words = words, .n_words = 2, .file = "default"};
        struct reading r = {mem, &node, &table[i], (char *)base + table[i].at, &none};
        if (table[i].def)
            read_value(&r);
        else if (table[i].type <= OPTION_CITE)
            *(const char **)r.field = "";
    }
}

static size_t find_row(const struct option *table, size_t n, const char *word)
{
    size_t i = 0;
    while (i < n && !str_eq(table[i].word, word))
        i++;
    return i;
}

bool option_has(const struct option *table, size_t n, uint64_t written, const char *word)
{
    size_t i = find_row(table, n, word);
    return i < n && ((written >> i) & 1);
}

static void unknown(const void *mem, const struct tree_node *node, const struct option *table, size_t n,
                    struct problems *problems)
{
    const char **words = mem_array(mem, const char *, n);
    for (size_t i = 0; i < n; i++)
        words[i] = table[i].type == OPTION_PASSWORD ? NULL : table[i].word;
    problem_at(mem, problems, node, 0, "unknown-word", tree_nearest(tree_word(node, 0), words, n));
}

uint64_t option_read(const void *mem, const struct tree_node *block, const struct option *table, size_t n,
                     void *base, struct problems *problems)
{
    uint64_t seen = 0, written = 0;
    for (size_t k = 0; k < block->n_children; k++) {
        const struct tree_node *node = &block->children[k];
        size_t i = find_row(table, n, tree_word(node, 0));
        if (i == n) {
            unknown(mem, node, table, n, problems);
            continue;
        }
        uint64_t bit = (uint64_t)1 << i;
        if ((seen & bit) && table[i].type != OPTION_BLOCKS) {
            problem_at(mem, problems, node, 0, "duplicate", "");
            continue;
        }
        seen |= bit;
        struct reading r = {mem, node, &table[i], (char *)base + table[i].at, problems};
        if (read_value(&r))
            written |= bit;
    }
    for (size_t i = 0; i < n; i++)
        if (table[i].required && !(seen & ((uint64_t)1 << i)))
            problem_add(mem, problems, block->file, block->line,
                        block->n_words ? block->words[0].column : 1, "missing", table[i].word, "");
    return written;
}
