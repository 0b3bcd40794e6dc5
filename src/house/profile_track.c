/* profile_track.c: a track is the table of states a case of some kinds goes through. An editor writes one
 * sentence for each step:
 *
 *     on approve from received to approved by chief standing-deputy cite MIC-13.5g
 *
 * Refuses a track in which a case could be lost: a state nobody can reach, a state that is not final and
 * from which no step leads to an end, two steps of one name from one state. A track in rules/NAME replaces
 * the one of rules/common with the same name, whole. */
#include "house/guards.h"
#include "house/profile_load.h"

static const char *const event_words[] = {
    "confirm", "reclassify", "assign", "consult", "return", "refuse",  "edit",   "approve", "schedule",
    "publish", "withdraw",   "answer", "close",   "note",   "release", "resend", "digest",  "check"};
const char *const loader_role_words[] = {"chief",     "standing-deputy", "deputy",    "member",
                                         "secretary", "editor",          "inspector", "admin",
                                         "viewer",    "system",          NULL};
#define ROLES 10 /* of loader_role_words */
static const char *const effect_words[] = {"publish", "withdraw", "schedule"};

enum clause { FROM, TO, BY, GROUND, REASON, NEEDS, LETTER, EFFECT, CITE, CLAUSES, IGNORED };
static const char *const clause_words[CLAUSES] = {"from",  "to",     "by",     "ground", "reason",
                                                  "needs", "letter", "effect", "cite"};
static const char *const guard_words[GUARD_COUNT] = {
#define GUARD(id, word, meaning) word,
    GUARDS(GUARD)
#undef GUARD
};

/* A word of a sentence and where it stands. */
struct said {
    const struct tree_node *node;
    size_t i;
};

struct sentence {
    const struct tree_node *node;
    struct said *words[CLAUSES];
    size_t n[CLAUSES];
    bool given[CLAUSES];
};

struct reading {
    struct loader *l;
    struct track *t;
    const struct tree_node *node;
    const char **known; /* all states, for the nearest word */
    size_t n_known;
};

static const char *said_word(const struct said *s)
{
    return tree_word(s->node, s->i);
}

static size_t find(const char *word, const char *const *words, size_t n)
{
    size_t i = 0;
    while (i < n && !str_eq(words[i], word))
        i++;
    return i;
}

/* ---- states ---- */

static bool reserved(const char *word)
{
    static const char *const words[] = {"any",    "same",  "held",     "on",   "start",
                                        "states", "final", "approval", "each", "of"};
    return find(word, words, ARRAY_LEN(words)) < ARRAY_LEN(words) ||
           find(word, clause_words, CLAUSES) < CLAUSES;
}

static bool known_state(const struct track *t, const char *s)
{
    return str_list_has(&t->states, s) || str_list_has(&t->finals, s);
}

static void read_states(struct reading *r, const struct tree_node *node, struct str_list *list)
{
    if (!option_word_count(r->l->mem, node, 2, SIZE_MAX, r->l->problems))
        return;
    for (size_t i = 1; i < node->n_words; i++) {
        const char *s = tree_word(node, i);
        if (!option_name_valid(s))
            loader_problem(r->l, node, i, "not-a-name", "a-z 0-9 -");
        else if (reserved(s))
            loader_problem(r->l, node, i, "reserved-word", "");
        else if (known_state(r->t, s))
            loader_problem(r->l, node, i, "duplicate", "");
        else
            str_list_add(r->l->p, list, s);
    }
}

static void gather_known(struct reading *r)
{
    r->known = mem_array(r->l->mem, const char *, r->t->states.n + r->t->finals.n + 1);
    for (size_t i = 0; i < r->t->states.n; i++)
        r->known[r->n_known++] = r->t->states.v[i];
    for (size_t i = 0; i < r->t->finals.n; i++)
        r->known[r->n_known++] = r->t->finals.v[i];
}

static bool check_state(struct reading *r, const struct tree_node *node, size_t i)
{
    if (known_state(r->t, tree_word(node, i)))
        return true;
    option_unknown(r->l->mem, node, i, "unknown-state", r->known, r->n_known, r->l->problems);
    return false;
}

/* ---- sentences ---- */

static void sort_words(struct reading *r, struct sentence *s, const struct tree_node *node, size_t from)
{
    size_t clause = CLAUSES;
    for (size_t i = from; i < node->n_words; i++) {
        size_t c = node->words[i].quoted ? CLAUSES : find(tree_word(node, i), clause_words, CLAUSES);
        if (c < CLAUSES) {
            bool again = s->given[c];
            if (again)
                loader_problem(r->l, node, i, "duplicate", "");
            s->given[c] = true;
            clause = again ? IGNORED : c; /* so the values of a clause always stand side by side */
        } else if (clause == IGNORED) {
            continue;
        } else if (clause == CLAUSES || clause == REASON) {
            option_unknown(r->l->mem, node, i, "unknown-word", clause_words, CLAUSES, r->l->problems);
        } else {
            *mem_append(r->l->mem, s->words[clause], s->n[clause]) = (struct said){node, i};
        }
    }
}

/* A clause must have between one and `most` values; reports and returns false otherwise. */
static bool has_values(struct reading *r, const struct sentence *s, enum clause c, size_t most)
{
    if (s->n[c] == 0) {
        problem_add(r->l->mem, r->l->problems, s->node->file, s->node->line, s->node->words[0].column,
                    s->given[c] ? "missing-value" : "missing", clause_words[c], "");
        return false;
    }
    if (s->n[c] > most)
        loader_problem(r->l, s->words[c][most].node, s->words[c][most].i, "too-many-words",
                       clause_words[c]);
    return s->n[c] <= most;
}

static void read_roles(struct reading *r, const struct sentence *s, struct transition *t)
{
    if (!has_values(r, s, BY, ROLES))
        return;
    for (size_t k = 0; k < s->n[BY]; k++)
        load_role_words(r->l, s->words[BY][k].node, s->words[BY][k].i, s->words[BY][k].i + 1, &t->roles);
}

static void read_needs(struct reading *r, const struct sentence *s, struct transition *t)
{
    if (s->given[NEEDS] && !has_values(r, s, NEEDS, GUARD_COUNT))
        return;
    for (size_t k = 0; k < s->n[NEEDS]; k++) {
        const struct said *w = &s->words[NEEDS][k];
        size_t g = find(said_word(w), guard_words, GUARD_COUNT);
        if (g == GUARD_COUNT)
            option_unknown(r->l->mem, w->node, w->i, "unknown-guard", guard_words, GUARD_COUNT,
                           r->l->problems);
        else
            t->needs |= 1u << g;
    }
}

static void read_consequences(struct reading *r, const struct sentence *s, struct transition *t)
{
    t->needs_ground = s->given[GROUND];
    for (size_t i = 0; i < s->n[GROUND]; i++) {
        *mem_append(r->l->mem, r->l->ground_refs, r->l->n_ground_refs) =
            (struct word_ref){s->words[GROUND][i].node, s->words[GROUND][i].i};
        str_list_add(r->l->p, &t->grounds, said_word(&s->words[GROUND][i]));
    }
    t->needs_reason = s->given[REASON];
    read_needs(r, s, t);
    if (s->given[LETTER] && has_values(r, s, LETTER, 1)) {
        const struct said *w = s->words[LETTER];
        t->letter = said_word(w);
        if (!option_name_valid(t->letter))
            loader_problem(r->l, w->node, w->i, "not-a-name", "a-z 0-9 -");
    }
    if (s->given[EFFECT] && has_values(r, s, EFFECT, 1)) {
        const struct said *w = s->words[EFFECT];
        t->effect = said_word(w);
        if (find(t->effect, effect_words, ARRAY_LEN(effect_words)) == ARRAY_LEN(effect_words))
            option_unknown(r->l->mem, w->node, w->i, "not-a-choice", effect_words, ARRAY_LEN(effect_words),
                           r->l->problems);
    }
    if (has_values(r, s, CITE, 8)) {
        const struct said *first = s->words[CITE];
        option_cite(r->l->p, first->node, first->i, first->i + s->n[CITE], r->l->problems, &t->cite);
    }
}

static void add_step(struct reading *r, const struct sentence *s, const struct transition *like,
                     const char *from)
{
    struct transition t = *like;
    t.from = from;
    if (str_eq(t.to, "same"))
        t.to = from;
    if (track_find(r->t, from, t.event))
        problem_add(r->l->mem, r->l->problems, t.file, t.line, s->node->words[0].column, "duplicate",
                    mem_fmt(r->l->mem, "%s: %s", from, t.event), "");
    else
        *mem_append(r->l->p, r->t->transitions, r->t->n_transitions) = t;
}

static void add_steps(struct reading *r, const struct sentence *s, const struct transition *like)
{
    for (size_t k = 0; k < s->n[FROM]; k++) {
        const struct said *w = &s->words[FROM][k];
        if (str_eq(said_word(w), "any")) {
            for (size_t i = 0; i < r->t->states.n; i++)
                add_step(r, s, like, r->t->states.v[i]);
        } else if (check_state(r, w->node, w->i)) {
            add_step(r, s, like, said_word(w));
        }
    }
}

/* on EVENT from STATE... to STATE by ROLE... [ground] [reason] [needs GUARD...] [letter KEY] [effect E]
 * cite ID... */
static void read_on(struct reading *r, const struct tree_node *node)
{
    struct sentence s = {.node = node};
    struct transition t = {.letter = "", .effect = "", .file = node->file, .line = node->line};
    t.event = tree_word(node, 1);
    t.cite = "";
    if (!t.event) {
        loader_problem(r->l, node, 1, "missing-value", "");
        return;
    }
    if (find(t.event, event_words, ARRAY_LEN(event_words)) == ARRAY_LEN(event_words))
        loader_problem(r->l, node, 1, "unknown-event",
                       tree_nearest(t.event, event_words, ARRAY_LEN(event_words)));
    sort_words(r, &s, node, 2);
    for (size_t i = 0; i < node->n_children; i++)
        sort_words(r, &s, &node->children[i], 0);
    read_roles(r, &s, &t);
    read_consequences(r, &s, &t);
    bool from = has_values(r, &s, FROM, SIZE_MAX), to = has_values(r, &s, TO, 1);
    if (!from || !to)
        return;
    const struct said *target = s.words[TO];
    t.to = said_word(target);
    if (str_eq(t.to, "same") || check_state(r, target->node, target->i))
        add_steps(r, &s, &t);
}

/* ---- the whole track ---- */

/* Spreads `marked` along the steps, forwards or backwards, until nothing changes. */
static void spread(const struct reading *r, bool *marked, bool forwards)
{
    bool more = true;
    while (more) {
        more = false;
        for (size_t i = 0; i < r->t->n_transitions; i++) {
            const struct transition *t = &r->t->transitions[i];
            size_t a = find(forwards ? t->from : t->to, r->known, r->n_known);
            size_t b = find(forwards ? t->to : t->from, r->known, r->n_known);
            if (marked[a] && !marked[b])
                marked[b] = more = true;
        }
    }
}

static void place_of_state(struct reading *r, const char *state, const char *key)
{
    for (size_t k = 0; k < r->node->n_children; k++) {
        const struct tree_node *line = &r->node->children[k];
        if (!str_eq(tree_word(line, 0), "states") && !str_eq(tree_word(line, 0), "final"))
            continue;
        for (size_t i = 1; i < line->n_words; i++)
            if (str_eq(tree_word(line, i), state))
                loader_problem(r->l, line, i, key, r->t->name);
    }
}

static void check_ways(struct reading *r)
{
    bool *reached = mem_array(r->l->mem, bool, r->n_known + 1);
    bool *ends = mem_array(r->l->mem, bool, r->n_known + 1);
    reached[find(r->t->start, r->known, r->n_known)] = true;
    spread(r, reached, true);
    for (size_t i = 0; i < r->n_known; i++)
        ends[i] = str_list_has(&r->t->finals, r->known[i]);
    spread(r, ends, false);
    for (size_t i = 0; i < r->n_known; i++) {
        if (!reached[i])
            place_of_state(r, r->known[i], "unreachable-state");
        else if (!ends[i])
            place_of_state(r, r->known[i], "no-way-out");
    }
}

static void read_start(struct reading *r, const struct tree_node *start)
{
    if (!start)
        problem_add(r->l->mem, r->l->problems, r->node->file, r->node->line, r->node->words[0].column,
                    "missing", "start", "");
    else if (option_word_count(r->l->mem, start, 2, 2, r->l->problems) && check_state(r, start, 1))
        r->t->start = tree_word(start, 1);
}

/* start, states, final; their entries may stand in any order before or after the sentences. */
static void read_frame(struct reading *r)
{
    static const char *const words[] = {"start", "states", "final", "on", "approval"};
    const struct tree_node *seen[ARRAY_LEN(words)] = {0};
    for (size_t i = 0; i < r->node->n_children; i++) {
        const struct tree_node *line = &r->node->children[i];
        size_t w = find(tree_word(line, 0), words, ARRAY_LEN(words));
        if (w == ARRAY_LEN(words))
            option_unknown(r->l->mem, line, 0, "unknown-word", words, ARRAY_LEN(words), r->l->problems);
        else if (w < 3 && seen[w])
            loader_problem(r->l, line, 0, "duplicate", "");
        else if (w < 3 && line->block)
            loader_problem(r->l, line, 0, "not-a-block", "");
        else
            seen[w] = line;
    }
    if (seen[1])
        read_states(r, seen[1], &r->t->states);
    if (seen[2])
        read_states(r, seen[2], &r->t->finals);
    else
        problem_add(r->l->mem, r->l->problems, r->node->file, r->node->line, r->node->words[0].column,
                    "missing", "final", "");
    gather_known(r);
    read_start(r, seen[0]);
}

/* Puts the finished track into the profile, over one of rules/common with its name. */
static void keep(struct loader *l, const struct track *t, const struct tree_node *node)
{
    for (size_t i = 0; i < l->p->n_tracks; i++) {
        struct track *other = &l->p->tracks[i];
        if (!str_eq(other->name, t->name))
            continue;
        if (loader_common(other->file) == loader_common(t->file))
            loader_problem(l, node, 1, "duplicate", mem_fmt(l->mem, "%s:%d", other->file, other->line));
        else
            *other = *t; /* files of rules/common are read first */
        return;
    }
    *mem_append(l->p, l->p->tracks, l->p->n_tracks) = *t;
}

/* What is published was approved by somebody, also when no flag stands. */
static void check_approval(struct loader *l, const struct track *t, const struct tree_node *node)
{
    bool publishes = false, approved = false;
    for (size_t i = 0; i < t->n_transitions; i++)
        publishes = publishes || str_eq(t->transitions[i].effect, "publish");
    for (size_t i = 0; i < t->n_approvals; i++)
        approved = approved || !*t->approvals[i].flag;
    if (publishes && !approved)
        loader_problem(l, node, 1, "no-approval", "approval 1 of chief cite ...");
}

void load_track(struct loader *l, const struct tree_node *node)
{
    struct track t = {.start = "", .file = node->file, .line = node->line};
    struct reading r = {.l = l, .t = &t, .node = node};
    if (!option_word_count(l->mem, node, 2, 2, l->problems))
        return;
    t.name = tree_word(node, 1);
    if (!option_name_valid(t.name) || str_eq(t.name, "none"))
        loader_problem(l, node, 1, "not-a-name", "a-z 0-9 -");
    read_frame(&r);
    for (size_t i = 0; i < node->n_children; i++)
        if (str_eq(tree_word(&node->children[i], 0), "on"))
            read_on(&r, &node->children[i]);
        else if (str_eq(tree_word(&node->children[i], 0), "approval"))
            load_approval(l, &t, &node->children[i]);
    if (*t.start)
        check_ways(&r);
    check_approval(l, &t, node);
    keep(l, &t, node);
}
