/* profile_flag.c: whose approval counts, what raises it, and who may end a hold:
 *
 *     flag hot { label "..."; raise staff; lower chief; words "..." "..."; cite DN-9.1 }
 *     release portal-recipient { by 2 of chief standing-deputy secretary; cite MIC-13.5b1 }
 *     track news { ... approval 1 of chief deputy cite MIC-14.1
 *                      approval hot each chief standing-deputy cite DN-9.1 }
 *
 * Refuses a flag that no profile names, a rule that nobody could satisfy (more people than there may be
 * roles for), a word that could never be found, the end of a hold that only proof ends, one person where
 * two must agree (A32), a decision of those who administer or only look (MIC-5). A profile's own flag or
 * release replaces the one of rules/common with that name. */
#include "house/profile_load.h"

#define PEOPLE_MAX 9

static size_t count_roles(void)
{
    size_t n = 0;
    while (loader_role_words[n])
        n++;
    return n;
}

/* Of those who administer, only look or are no persons nobody decides about content. */
static const char *const undecided[] = {"admin", "viewer", "system"};

static bool is_one_of(const char *word, const char *const *list, size_t n)
{
    size_t i = 0;
    while (i < n && !str_eq(list[i], word))
        i++;
    return i < n;
}

static bool is_role(const char *word)
{
    for (size_t i = 0; loader_role_words[i]; i++)
        if (str_eq(loader_role_words[i], word))
            return true;
    return false;
}

static void add_role(struct loader *l, struct str_list *roles, const char *role)
{
    if (!str_list_has(roles, role))
        str_list_add(l->p, roles, role);
}

void load_role_words(struct loader *l, const struct tree_node *node, size_t i, size_t until,
                     struct str_list *roles)
{
    size_t n = count_roles();
    for (; i < until; i++) {
        const char *word = tree_word(node, i);
        if (str_eq(word, "staff")) { /* everybody who works on cases: not viewer, not timers */
            for (size_t k = 0; k < n - 2; k++)
                add_role(l, roles, loader_role_words[k]);
        } else if (!is_role(word)) {
            option_unknown(l->mem, node, i, "unknown-role", loader_role_words, n, l->problems);
        } else {
            add_role(l, roles, word);
        }
    }
}

bool load_people(struct loader *l, const struct tree_node *node, size_t i, size_t until, int *ret_people,
                 bool *ret_each, struct str_list *roles)
{
    const char *first = i < until ? tree_word(node, i) : "";
    size_t before = roles->n;
    int64_t n = 0;
    *ret_each = str_eq(first, "each");
    bool counted = !*ret_each && str_int(first, 1, PEOPLE_MAX, &n) && i + 1 < until &&
                   str_eq(tree_word(node, i + 1), "of");
    if (!*ret_each && !counted) {
        loader_problem(l, node, i, "not-people", "1 of chief deputy");
        return false;
    }
    load_role_words(l, node, i + (*ret_each ? 1 : 2), until, roles);
    for (size_t k = before; k < roles->n; k++)
        if (is_one_of(roles->v[k], undecided, ARRAY_LEN(undecided)))
            loader_problem(l, node, i, "role-decides-nothing", roles->v[k]);
    if (roles->n == before) {
        loader_problem(l, node, i, "missing-value", "");
        return false;
    }
    *ret_people = *ret_each ? (int)roles->n : (int)n;
    return true;
}

/* Index of the bare word `cite`, or n_words. */
static size_t find_cite(const struct tree_node *node)
{
    size_t i = 1;
    while (i < node->n_words && !loader_bare_word(node, i, "cite"))
        i++;
    return i;
}

void load_approval(struct loader *l, struct track *t, const struct tree_node *node)
{
    struct approval_rule a = {.flag = "", .cite = "", .file = node->file, .line = node->line};
    size_t from = 1, cite = find_cite(node);
    int64_t ignored;
    const char *first = tree_word(node, 1);
    if (!first || cite == 1) {
        loader_problem(l, node, 1, "missing-value", "");
        return;
    }
    if (!str_eq(first, "each") && !str_int(first, 1, PEOPLE_MAX, &ignored)) {
        a.flag = first;
        *mem_append(l->mem, l->flag_refs, l->n_flag_refs) = (struct word_ref){node, 1};
        from = 2;
    }
    if (cite == node->n_words)
        loader_missing(l, node, "cite");
    else
        option_cite(l->p, node, cite + 1, node->n_words, l->problems, &a.cite);
    if (load_people(l, node, from, cite, &a.people, &a.each, &a.roles))
        *mem_append(l->p, t->approvals, t->n_approvals) = a;
}

/* ---- flags ---- */

static void read_words(struct loader *l, struct flag_rule *f, const struct tree_node *line)
{
    for (size_t i = 1; i < line->n_words; i++) {
        char *folded = utf8_fold(l->p, tree_word(line, i));
        if (!*folded)
            loader_problem(l, line, i, "empty", f->name);
        else if (str_list_has(&f->words, folded))
            loader_problem(l, line, i, "duplicate", "");
        else
            str_list_add(l->p, &f->words, folded);
    }
}

static void read_flag_line(struct loader *l, struct flag_rule *f, const struct tree_node *line)
{
    static const char *const words[] = {"label", "raise", "lower", "words", "cite"};
    const char *word = tree_word(line, 0);
    size_t i = 0;
    while (i < ARRAY_LEN(words) && !str_eq(words[i], word))
        i++;
    if (i < ARRAY_LEN(words) && !option_word_count(l->mem, line, 2, i ? SIZE_MAX : 2, l->problems))
        return;
    if (i == 0)
        f->label = tree_word(line, 1);
    else if (i == 1)
        load_role_words(l, line, 1, line->n_words, &f->raise);
    else if (i == 2)
        load_role_words(l, line, 1, line->n_words, &f->lower);
    else if (i == 3)
        read_words(l, f, line);
    else if (i == 4)
        option_cite(l->p, line, 1, line->n_words, l->problems, &f->cite);
    else
        option_unknown(l->mem, line, 0, "unknown-word", words, ARRAY_LEN(words), l->problems);
}

/* Of two entries with one name: true when the new one may take the place of the old one. */
static bool may_replace(struct loader *l, const struct tree_node *node, const char *file, int line)
{
    bool good = loader_common(file) && !loader_common(node->file);
    if (!good)
        loader_problem(l, node, 1, "duplicate", mem_fmt(l->mem, "%s:%d", file, line));
    return good;
}

static void keep_flag(struct loader *l, const struct tree_node *node, const struct flag_rule *f)
{
    for (size_t i = 0; i < l->p->n_flags; i++) {
        struct flag_rule *old = &l->p->flags[i];
        if (!str_eq(old->name, f->name))
            continue;
        if (may_replace(l, node, old->file, old->line))
            *old = *f;
        return;
    }
    *mem_append(l->p, l->p->flags, l->p->n_flags) = *f;
}

void load_flag(struct loader *l, const struct tree_node *node)
{
    struct flag_rule f = {.label = "", .cite = "", .file = node->file, .line = node->line};
    if (!option_word_count(l->mem, node, 2, 2, l->problems))
        return;
    f.name = tree_word(node, 1);
    if (!option_name_valid(f.name))
        loader_problem(l, node, 1, "not-a-name", "a-z 0-9 -");
    for (size_t i = 0; i < node->n_children; i++)
        read_flag_line(l, &f, &node->children[i]);
    if (!*f.label)
        loader_missing(l, node, "label");
    if (!*f.cite)
        loader_missing(l, node, "cite");
    if (!f.raise.n)
        loader_missing(l, node, "raise");
    if (!f.lower.n)
        loader_missing(l, node, "lower");
    keep_flag(l, node, &f);
}

void flags_finish(struct loader *l)
{
    const char **names = mem_array(l->mem, const char *, l->p->n_flags + 1);
    for (size_t i = 0; i < l->p->n_flags; i++)
        names[i] = l->p->flags[i].name;
    for (size_t i = 0; i < l->n_flag_refs; i++) {
        const struct word_ref *w = &l->flag_refs[i];
        if (!profile_find_flag(l->p, tree_word(w->node, w->i)))
            option_unknown(l->mem, w->node, w->i, "unknown-flag", names, l->p->n_flags, l->problems);
    }
}

/* ---- holds that people may end ---- */

static void read_release_line(struct loader *l, struct release_rule *r, const struct tree_node *line)
{
    static const char *const words[] = {"by", "cite"};
    const char *word = tree_word(line, 0);
    if (str_eq(word, "by"))
        load_people(l, line, 1, line->n_words, &r->people, &r->each, &r->roles);
    else if (str_eq(word, "cite"))
        option_cite(l->p, line, 1, line->n_words, l->problems, &r->cite);
    else
        option_unknown(l->mem, line, 0, "unknown-word", words, ARRAY_LEN(words), l->problems);
}

static void check_release(struct loader *l, const struct tree_node *node, const struct release_rule *r)
{
    static const char *const proof[] = {"secrecy", "forged", "confirmation"}, *const two[] = {
                                                                                  "not-issued",
                                                                                  "portal-recipient"};
    if (is_one_of(r->hold, proof, ARRAY_LEN(proof)))
        loader_problem(l, node, 1, "release-by-proof", "");
    if (is_one_of(r->hold, two, ARRAY_LEN(two)) && r->roles.n && r->people < 2)
        loader_problem(l, node, 1, "release-by-two", "by 2 of chief deputy secretary");
}

void load_release(struct loader *l, const struct tree_node *node)
{
    struct release_rule r = {.cite = "", .file = node->file, .line = node->line};
    if (!option_word_count(l->mem, node, 2, 2, l->problems))
        return;
    r.hold = tree_word(node, 1);
    for (size_t i = 0; i < node->n_children; i++)
        read_release_line(l, &r, &node->children[i]);
    if (!r.roles.n)
        loader_missing(l, node, "by");
    if (!*r.cite)
        loader_missing(l, node, "cite");
    check_release(l, node, &r);
    for (size_t i = 0; i < l->p->n_releases; i++) {
        struct release_rule *old = &l->p->releases[i];
        if (!str_eq(old->hold, r.hold))
            continue;
        if (may_replace(l, node, old->file, old->line))
            *old = r;
        return;
    }
    *mem_append(l->p, l->p->releases, l->p->n_releases) = r;
}
