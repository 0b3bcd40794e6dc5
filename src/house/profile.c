/* profile.c: loads one institution's rules whole, and finds things in them.
 *
 * Two passes over all files: first what is referred to (institution, kinds, tracks, grounds), then what
 * refers to it (phrases, signals, examples), so that the order of files does not matter to an editor. All
 * problems of all files are reported at once; any problem gives no profile at all, so that the old rules
 * stay in force (CL-4). Nothing about an institution is in C. */
#include "house/profile.h"
#include "house/profile_load.h"
#include "house/words.h"

const char *const loader_category_words[CATEGORY_COUNT + 1] = {
    "news",     "document",     "draft", "complaint", "denunciation", "question",
    "thematic", "event-notice", "other", "spam",      "bounce",       "autoreply"};

const char *category_name(enum category c)
{
    return loader_category_words[c];
}

bool category_parse(const char *word, enum category *ret)
{
    for (size_t i = 0; i < CATEGORY_COUNT; i++)
        if (str_eq(loader_category_words[i], word)) {
            *ret = (enum category)i;
            return true;
        }
    return false;
}

bool category_is_citizens(enum category c)
{
    return c == CATEGORY_COMPLAINT || c == CATEGORY_DENUNCIATION || c == CATEGORY_QUESTION;
}

bool category_is_restricted(enum category c)
{
    return c == CATEGORY_COMPLAINT || c == CATEGORY_DENUNCIATION;
}

const struct kind *profile_find_kind(const struct profile *p, const char *id)
{
    for (size_t i = 0; i < p->n_kinds; i++)
        if (str_eq(p->kinds[i].id, id))
            return &p->kinds[i];
    return NULL;
}

const struct track *profile_find_track(const struct profile *p, const char *name)
{
    for (size_t i = 0; i < p->n_tracks; i++)
        if (str_eq(p->tracks[i].name, name))
            return &p->tracks[i];
    return NULL;
}

const struct ground *profile_find_ground(const struct profile *p, const char *code)
{
    for (size_t i = 0; i < p->n_grounds; i++)
        if (str_eq(p->grounds[i].code, code))
            return &p->grounds[i];
    return NULL;
}

const struct flag_rule *profile_find_flag(const struct profile *p, const char *name)
{
    for (size_t i = 0; i < p->n_flags; i++)
        if (str_eq(p->flags[i].name, name))
            return &p->flags[i];
    return NULL;
}

const struct release_rule *profile_find_release(const struct profile *p, const char *hold)
{
    for (size_t i = 0; i < p->n_releases; i++)
        if (str_eq(p->releases[i].hold, hold))
            return &p->releases[i];
    return NULL;
}

const struct time_rule *profile_find_time_rule(const struct profile *p, const char *id)
{
    for (size_t i = 0; i < p->n_time_rules; i++)
        if (str_eq(p->time_rules[i].id, id))
            return &p->time_rules[i];
    return NULL;
}

const struct duty *profile_find_duty(const struct profile *p, const char *id)
{
    for (size_t i = 0; i < p->n_duties; i++)
        if (str_eq(p->duties[i].id, id))
            return &p->duties[i];
    return NULL;
}

const struct transition *track_find(const struct track *t, const char *state, const char *event)
{
    for (size_t i = 0; i < t->n_transitions; i++)
        if (str_eq(t->transitions[i].from, state) && str_eq(t->transitions[i].event, event))
            return &t->transitions[i];
    return NULL;
}

bool loader_common(const char *file)
{
    return str_starts(file, "common/");
}

void loader_problem(struct loader *l, const struct tree_node *node, size_t word, const char *key,
                    const char *hint)
{
    problem_at(l->mem, l->problems, node, word, key, hint);
}

void loader_missing(struct loader *l, const struct tree_node *block, const char *what)
{
    problem_add(l->mem, l->problems, block->file, block->line, block->n_words ? block->words[0].column : 1,
                "missing", what, "");
}

static void load_words(struct loader *l, const struct tree_node *node)
{
    profile_words_read(l->mem, l->p, node, l->problems);
}

struct section {
    const char *word;
    int pass;
    bool block; /* must be written with { } */
    void (*load)(struct loader *l, const struct tree_node *node);
};

static const struct section sections[] = {
    {"institution", 1, true, load_institution},
    {"public-mail", 1, false, load_public_mail},
    {"kind", 1, true, load_kind},
    {"flag", 1, true, load_flag},
    {"release", 1, true, load_release},
    {"track", 1, true, load_track},
    {"ground", 1, true, load_ground},
    {"fallback", 1, false, load_fallback},
    {"words", 1, true, load_words},
    {"hours", 1, true, load_hours},
    {"day-ends", 1, false, load_day_ends},
    {"switch", 1, false, load_switch},
    {"duty", 2, true, load_duty},
    {"year", 2, true, load_year},
    {"deadline", 2, true, load_deadline},
    {"unit", 1, true, load_unit},
    {"field", 1, true, load_field},
    {"role", 1, true, load_role},
    {"route", 2, true, load_route},
    {"metadata", 2, true, load_metadata},
    {"retention", 2, true, load_retention},
    {"phrases", 2, true, load_phrases},
    {"signals", 2, true, load_signals},
    {"example", 2, true, load_example},
};

static const struct section *find_section(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(sections); i++)
        if (str_eq(sections[i].word, word))
            return &sections[i];
    return NULL;
}

static void unknown_section(struct loader *l, const struct tree_node *node)
{
    const char *words[ARRAY_LEN(sections)];
    for (size_t i = 0; i < ARRAY_LEN(sections); i++)
        words[i] = sections[i].word;
    loader_problem(l, node, 0, "unknown-word", tree_nearest(tree_word(node, 0), words, ARRAY_LEN(words)));
}

static void load_entries(struct loader *l, const struct tree_node *root, int pass)
{
    for (size_t i = 0; i < root->n_children; i++) {
        const struct tree_node *node = &root->children[i];
        const struct section *s = find_section(tree_word(node, 0));
        if (!s && pass == 1)
            unknown_section(l, node);
        if (!s || s->pass != pass)
            continue;
        if (s->block && !node->block)
            loader_problem(l, node, 0, "needs-block", "{ }");
        else if (!s->block && node->block)
            loader_problem(l, node, 0, "not-a-block", "");
        else
            s->load(l, node);
    }
}

static int by_place(const void *a, const void *b)
{
    const struct tree_node *const *x = a, *const *y = b;
    bool x_common = loader_common((*x)->file), y_common = loader_common((*y)->file);
    if (x_common != y_common)
        return x_common ? -1 : 1;
    return strcmp((*x)->file, (*y)->file);
}

/* Trees hang on the profile: its strings point into them. */
static const struct tree_node **parse_all(struct loader *l, const struct profile_file *files, size_t n)
{
    const struct tree_node **roots = mem_array(l->mem, const struct tree_node *, n + 1);
    for (size_t i = 0; i < n; i++)
        roots[i] = tree_parse(l->p, files[i].name, files[i].bytes, files[i].n, l->problems);
    qsort(roots, n, sizeof *roots, by_place);
    for (size_t i = 0; i < n && !l->first_file; i++)
        if (!loader_common(roots[i]->file))
            l->first_file = roots[i]->file;
    if (!l->first_file)
        l->first_file = mem_fmt(l->mem, "%s/", l->p->name);
    return roots;
}

static bool misread_line(const struct problems *list, size_t n, const struct problem *p)
{
    for (size_t i = 0; i < n; i++)
        if (list->v[i].line == p->line && str_eq(list->v[i].file, p->file))
            return true;
    return false;
}

/* What was misread as text (the first n_misread problems) is not also blamed for what it then seems to say.
 */
static void report(const void *mem, struct problems *mine, size_t n_misread, struct problems *problems)
{
    struct problems kept = {0};
    for (size_t i = 0; i < mine->n; i++)
        if (i < n_misread || !misread_line(mine, n_misread, &mine->v[i]))
            *mem_append(mem, kept.v, kept.n) = mine->v[i];
    problems_sort(&kept);
    for (size_t i = 0; i < kept.n; i++)
        problem_add(mem, problems, mem_str(mem, kept.v[i].file), kept.v[i].line, kept.v[i].column,
                    kept.v[i].key, kept.v[i].subject, kept.v[i].hint);
}

struct profile *profile_load(const void *mem, const char *name, const struct profile_file *files,
                             size_t n_files, struct problems *problems)
{
    struct profile *p = mem_zero(mem, struct profile);
    _cleanup_mem_ void *work = mem_new();
    struct problems mine = {0};
    struct loader l = {.mem = work, .p = p, .problems = &mine};
    p->name = mem_str(p, name);
    const struct tree_node **roots = parse_all(&l, files, n_files);
    size_t n_misread = mine.n;
    for (size_t i = 0; i < n_files; i++)
        load_entries(&l, roots[i], 1);
    identity_finish(&l);
    flags_finish(&l);
    for (size_t i = 0; i < n_files; i++)
        load_entries(&l, roots[i], 2);
    phrases_finish(&l);
    calendar_finish(&l);
    deadlines_finish(&l);
    routes_finish(&l);
    report(mem, &mine, n_misread, problems);
    if (mine.n == 0)
        return p;
    talloc_free(p);
    return NULL;
}
