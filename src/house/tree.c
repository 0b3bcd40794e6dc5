/* tree.c: reads the block grammar of conf/ and rules/ into a tree of words.
 *
 * Total: whatever the bytes are, a tree comes back and each mistake is a problem with its place, so that an
 * editor sees all of them at once. It knows nothing of what the words mean; the tables of conf.c and
 * profile_*.c do. A file is small (a person writes it), but a hostile one must not hurt: nesting is
 * bounded, so that ten thousand `{` cannot exhaust the stack.
 *
 * Refuses what an editor cannot see: curly quotes around a word, blanks that are none, a tab inside a text,
 * decomposed letters.
 *
 * Invariants: columns count characters, not bytes; every word is NFC and valid UTF-8 without control
 * characters; a node's children stay in the order of the file. */
#include "house/tree.h"
#include "base/utf8.h"

#define TREE_DEPTH   12 /* the deepest real file has four levels */
#define NEAREST_LONG 48 /* longer words are not compared */

enum token_kind { TOKEN_WORD, TOKEN_END, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_EOF };

struct token {
    enum token_kind kind;
    struct tree_word word;
    int line, column;
};

struct parser {
    const void *mem;
    const char *file;
    const char *p, *end;
    int line, column;
    struct problems *problems;
};

static bool at_end(const struct parser *ps)
{
    return ps->p >= ps->end;
}

static bool control(unsigned char c)
{
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
}

static void complain(const struct parser *ps, const struct token *at, const char *key, const char *subject)
{
    problem_add(ps->mem, ps->problems, ps->file, at->line, at->column, key, subject, "");
}

/* Steps over one character and reports what no file may hold. */
static void advance(struct parser *ps)
{
    int32_t cp = 0;
    size_t n = utf8_decode(ps->p, (size_t)(ps->end - ps->p), &cp);
    if (n == 1 && (unsigned char)*ps->p >= 0x80)
        problem_add(ps->mem, ps->problems, ps->file, ps->line, ps->column, "bad-utf8",
                    mem_fmt(ps->mem, "0x%02x", (unsigned char)*ps->p), "");
    else if (n == 1 && control((unsigned char)*ps->p))
        problem_add(ps->mem, ps->problems, ps->file, ps->line, ps->column, "control-character",
                    mem_fmt(ps->mem, "0x%02x", (unsigned char)*ps->p), "");
    if (*ps->p == '\n') {
        ps->line++;
        ps->column = 1;
    } else {
        ps->column++;
    }
    ps->p += n;
}

/* Blanks and comments; never a newline. */
static void skip_blanks(struct parser *ps)
{
    while (!at_end(ps)) {
        if (*ps->p == '#') {
            while (!at_end(ps) && *ps->p != '\n')
                advance(ps);
        } else if (*ps->p == ' ' || *ps->p == '\t' || *ps->p == '\r') {
            advance(ps);
        } else {
            return;
        }
    }
}

/* What no word may hold, though it looks right: a quote or blank of another kind, and letters whose marks
 * are code points of their own, which a search in an editor would not find. */
static const char *look_alike(int32_t cp, bool quoted)
{
    static const struct {
        int32_t from, to;
        const char *key;
        bool in_quotes; /* found there too */
    } table[] = {
        {0x2018, 0x201e, "odd-quote", false}, {0xab, 0xab, "odd-quote", false},
        {0xbb, 0xbb, "odd-quote", false},     {0xa0, 0xa0, "odd-blank", true},
        {0x2000, 0x200d, "odd-blank", true},  {0x202f, 0x202f, "odd-blank", true},
        {0x3000, 0x3000, "odd-blank", true},  {0xfeff, 0xfeff, "odd-blank", true},
        {'\t', '\t', "tab-in-text", true},    {0x300, 0x36f, "not-nfc", true},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (cp >= table[i].from && cp <= table[i].to && (table[i].in_quotes || !quoted))
            return table[i].key;
    return NULL;
}

/* NFC of valid bytes; control characters (already reported) become blanks, so that none reaches a log. */
static const char *clean(const void *mem, const char *s, size_t n)
{
    char *copy = mem_bytes(mem, s, n);
    bool ascii = true;
    for (size_t i = 0; i < n; i++) {
        if (control((unsigned char)copy[i]))
            copy[i] = ' ';
        ascii = ascii && (unsigned char)copy[i] < 0x80;
    }
    return ascii ? copy : utf8_nfc(mem, copy, n);
}

/* Reports the first of each; the word itself is read on as it is. */
static void check_look(const struct parser *ps, const struct token *at, const char *s, size_t n,
                       bool quoted)
{
    const char *seen[4] = {0};
    for (size_t i = 0, k = 0; i < n && k < ARRAY_LEN(seen);) {
        int32_t cp = 0;
        i += utf8_decode(s + i, n - i, &cp);
        const char *key = look_alike(cp, quoted);
        for (size_t j = 0; key && j < k; j++)
            key = str_eq(seen[j], key) ? NULL : key;
        if (!key)
            continue;
        seen[k++] = key;
        const char *word = clean(ps->mem, s, n);
        complain(ps, at, key, mem_bytes(ps->mem, word, utf8_prefix(word, 40, 160)));
    }
}

/* The character at ps->p stands behind a backslash that means nothing there. */
static void bad_escape(struct parser *ps, int column)
{
    int32_t cp = 0;
    size_t n = utf8_decode(ps->p, (size_t)(ps->end - ps->p), &cp);
    problem_add(ps->mem, ps->problems, ps->file, ps->line, column, "bad-escape",
                mem_fmt(ps->mem, "\\%s", clean(ps->mem, ps->p, n)), "");
}

static void read_quoted(struct parser *ps, struct token *t)
{
    struct str text = str_new(ps->mem);
    advance(ps);
    while (!at_end(ps) && *ps->p != '"' && *ps->p != '\n') {
        if (*ps->p == '\\') {
            int column = ps->column;
            advance(ps);
            if (at_end(ps) || *ps->p == '\n')
                break;
            if (*ps->p != '"' && *ps->p != '\\')
                bad_escape(ps, column);
        }
        const char *from = ps->p;
        advance(ps);
        str_addn(&text, from, (size_t)(ps->p - from));
    }
    t->word.quoted = true;
    str_addn(&text, "", 0);
    t->word.text = clean(ps->mem, text.n ? text.s : "", text.n);
    check_look(ps, t, text.n ? text.s : "", text.n, true);
    if (at_end(ps) || *ps->p == '\n')
        complain(ps, t, "unclosed-quote",
                 mem_bytes(ps->mem, t->word.text, utf8_prefix(t->word.text, 40, 160)));
    else
        advance(ps);
}

static bool ends_bare(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ';' || c == '{' || c == '}' ||
           c == '"' || c == '#';
}

static void read_bare(struct parser *ps, struct token *t)
{
    const char *from = ps->p;
    while (!at_end(ps) && !ends_bare(*ps->p))
        advance(ps);
    t->word.text = clean(ps->mem, from, (size_t)(ps->p - from));
    check_look(ps, t, from, (size_t)(ps->p - from), false);
}

static struct token next_token(struct parser *ps)
{
    struct token t = {.kind = TOKEN_EOF};
    skip_blanks(ps);
    t.line = ps->line;
    t.column = t.word.column = ps->column;
    if (at_end(ps))
        return t;
    char c = *ps->p;
    if (c == '\n' || c == ';' || c == '{' || c == '}') {
        t.kind = c == '{' ? TOKEN_OPEN : c == '}' ? TOKEN_CLOSE : TOKEN_END;
        advance(ps);
        return t;
    }
    t.kind = TOKEN_WORD;
    if (c == '"')
        read_quoted(ps, &t);
    else
        read_bare(ps, &t);
    /* "a"b and a"b" are slips of the keyboard; taking them for two words would hide them. */
    if (!at_end(ps) && (*ps->p == '"' || (t.word.quoted && !ends_bare(*ps->p))))
        complain(ps, &t, "no-blank-at-quote", t.word.text);
    return t;
}

static void parse_entries(struct parser *ps, struct tree_node *parent, const struct token *open, int depth);

/* Entries behind a "{" that has no keyword, or too deep: read for their brace, then forgotten. */
static void skip_block(struct parser *ps)
{
    size_t open = 1;
    while (open > 0) {
        struct token t = next_token(ps);
        if (t.kind == TOKEN_EOF)
            return;
        open += t.kind == TOKEN_OPEN;
        open -= t.kind == TOKEN_CLOSE;
    }
}

/* One entry whose first word is *t; *t becomes the token that ended it. A "}" there ends the parent too. */
static void parse_entry(struct parser *ps, struct tree_node *parent, struct token *t, int depth)
{
    struct tree_node node = {.file = ps->file, .line = t->line};
    while (t->kind == TOKEN_WORD) {
        *mem_append(ps->mem, node.words, node.n_words) = t->word;
        *t = next_token(ps);
    }
    if (t->kind == TOKEN_OPEN) {
        node.block = true;
        if (depth < TREE_DEPTH) {
            parse_entries(ps, &node, t, depth + 1);
        } else {
            complain(ps, t, "too-deep", node.words[0].text);
            skip_block(ps);
        }
    }
    *mem_append(ps->mem, parent->children, parent->n_children) = node;
}

static void parse_entries(struct parser *ps, struct tree_node *parent, const struct token *open, int depth)
{
    for (;;) {
        struct token t = next_token(ps);
        if (t.kind == TOKEN_WORD)
            parse_entry(ps, parent, &t, depth);
        else if (t.kind == TOKEN_OPEN) {
            complain(ps, &t, "block-without-word", "{");
            skip_block(ps);
        }
        if (t.kind == TOKEN_EOF && open)
            complain(ps, open, "unclosed-brace", parent->words[0].text);
        if (t.kind == TOKEN_EOF || (t.kind == TOKEN_CLOSE && open))
            return;
        if (t.kind == TOKEN_CLOSE)
            complain(ps, &t, "stray-brace", "}");
    }
}

struct tree_node *tree_parse(const void *mem, const char *file, const char *bytes, size_t n,
                             struct problems *problems)
{
    struct tree_node *root = mem_zero(mem, struct tree_node);
    struct parser ps = {
        .mem = mem, .file = mem_str(mem, file), .line = 1, .column = 1, .problems = problems};
    root->file = ps.file;
    root->line = 1;
    ps.p = n ? bytes : "";
    ps.end = ps.p + n;
    if (n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        ps.p += 3;
    parse_entries(&ps, root, NULL, 0);
    return root;
}

const char *tree_word(const struct tree_node *node, size_t i)
{
    return i < node->n_words ? node->words[i].text : NULL;
}

void problem_add(const void *mem, struct problems *list, const char *file, int line, int column,
                 const char *key, const char *subject, const char *hint)
{
    struct problem *p = mem_append(mem, list->v, list->n);
    *p = (struct problem){.file = file, .line = line, .column = column, .key = key};
    p->subject = mem_str(mem, subject ? subject : "");
    p->hint = mem_str(mem, hint ? hint : "");
}

void problem_at(const void *mem, struct problems *list, const struct tree_node *node, size_t word,
                const char *key, const char *hint)
{
    const struct tree_word *w = NULL;
    if (word < node->n_words)
        w = &node->words[word];
    else if (node->n_words > 0)
        w = &node->words[0];
    problem_add(mem, list, node->file, node->line, w ? w->column : 1, key, w ? w->text : "", hint);
}

static int problem_order(const void *a, const void *b)
{
    const struct problem *x = a, *y = b;
    int by_file = strcmp(x->file, y->file);
    if (by_file)
        return by_file;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    if (x->column != y->column)
        return x->column < y->column ? -1 : 1;
    int by_key = strcmp(x->key, y->key);
    return by_key ? by_key : strcmp(x->subject, y->subject);
}

void problems_sort(struct problems *list)
{
    if (list->n > 1)
        qsort(list->v, list->n, sizeof *list->v, problem_order);
}

/* Lower-case code points of s (ASCII case only); false when there are more than `room`. */
static bool code_points(const char *s, int32_t *ret, size_t room, size_t *ret_n)
{
    size_t left = strlen(s), n = 0;
    while (left > 0) {
        int32_t cp = 0;
        size_t step = utf8_decode(s, left, &cp);
        if (n == room)
            return false;
        ret[n++] = cp >= 'A' && cp <= 'Z' ? cp + ('a' - 'A') : cp;
        s += step;
        left -= step;
    }
    *ret_n = n;
    return true;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, changes, and neighbours swapped (the commonest slip of the keyboard). */
static size_t distance(const int32_t *a, size_t na, const int32_t *b, size_t nb)
{
    size_t rows[3][NEAREST_LONG + 1];
    size_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= nb; j++)
        last[j] = j;
    for (size_t i = 1; i <= na; i++) {
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t change = last[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = least(change, least(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        size_t *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[nb];
}

const char *tree_nearest(const char *word, const char *const *candidates, size_t n)
{
    int32_t a[NEAREST_LONG], b[NEAREST_LONG];
    size_t na = 0, nb = 0, best = 4;
    const char *nearest = "";
    if (!code_points(word, a, NEAREST_LONG, &na))
        return nearest;
    for (size_t i = 0; i < n; i++) {
        if (!candidates[i] || !code_points(candidates[i], b, NEAREST_LONG, &nb))
            continue;
        size_t d = distance(a, na, b, nb);
        if (d < best && d * 2 < na) {
            best = d;
            nearest = candidates[i];
        }
    }
    return nearest;
}
