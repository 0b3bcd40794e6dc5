/* profile_identity.c: who the institution is, its kinds and refusal grounds. Refuses a profile that leaves
 * one of the twelve categories of the contract without a kind, since a letter of that category would then
 * have no track and nobody to go to; and identity that would make anybody an own account (empty lists). */
#include "house/profile_load.h"

#define P(f) offsetof(struct profile, f)

static const struct option institution_table[] = {
    {"name", OPTION_TEXT, P(institution), .required = true, .help = "full name"},
    {"mailbox", OPTION_ADDRESS, P(mailbox), .required = true, .help = "its editorial mailbox"},
    {"own-domains", OPTION_HOSTS, P(own_domains), .required = true, .help = "domains of own accounts"},
    {"authserv-ids", OPTION_HOSTS, P(authserv_ids), .help = "ids its servers write"},
    {"receivers", OPTION_PATTERNS, P(receivers), .help = "hosts of its mail servers"},
    {"stamps", OPTION_YES, P(stamps), .required = true, .help = "its servers stamp their findings"},
    {"portal-names", OPTION_TEXTS, P(portal_names), .required = true, .help = "as in Noi nhan"},
    {"inspectorate", OPTION_ADDRESS, P(inspectorate), .help = "gets the weekly digest"},
    {"inspectorate-alternate", OPTION_ADDRESS, P(alternate), .help = "gets what accuses the inspectorate"},
    {"chief-opens", OPTION_YES, P(chief_opens), .def = "no",
     .help = "complaints are sealed to the chief too"},
    {"digest-originals", OPTION_YES, P(digest_originals), .def = "no",
     .help = "the digest carries the letters themselves"},
    {"form-confirms", OPTION_YES, P(form_confirms), .def = "no",
     .help = "the leader's opinion in a request form confirms"},
    {"confirm-deputies", OPTION_YES, P(confirm_deputies), .def = "yes",
     .help = "deputies of a unit confirm as its head does"},
    {"confirm-days", OPTION_NUMBER, P(confirm_days), .min = 1, .max = 90, .def = "14",
     .help = "how long a request for confirmation may be answered"},
    {"consultation-days", OPTION_NUMBER, P(consultation_days), .min = 1, .max = 365, .def = "1",
     .help = "the shortest consultation on a draft"},
    {"cite", OPTION_CITE, P(cite), .help = "articles"},
    {"own-accounts-suffice", OPTION_YES, P(own_accounts_suffice), .required = true,
     .help = "no leader is asked for mail from own accounts"},
};

static const char *const confirm_words[] = {"nobody", "leader-always", NULL};

struct raw_kind {
    struct kind k;
    int category, confirm;
};

#define K(f) offsetof(struct raw_kind, f)

static const struct option kind_table[] = {
    {"label", OPTION_TEXT, K(k.label), .required = true, .help = "shown to people"},
    {"category", OPTION_CHOICE, K(category), .choices = loader_category_words, .required = true,
     .help = "the contract's word"},
    {"track", OPTION_NAME, K(k.track), .required = true, .help = "its track, or none"},
    {"confirm", OPTION_CHOICE, K(confirm), .choices = confirm_words, .def = "nobody",
     .help = "who must confirm"},
    {"to", OPTION_TEXT0, K(k.to), .help = "unit that gets it"},
    {"priority", OPTION_YES, K(k.priority), .def = "no", .help = "first in the queue"},
    {"alert", OPTION_WORDS, 0, .help = "roles that get a letter at once"},
    {"cite", OPTION_CITE, K(k.cite), .required = true, .help = "article"},
};

static const struct option ground_table[] = {
    {"text", OPTION_TEXT, offsetof(struct ground, text), .required = true, .help = "the ground"},
    {"cite", OPTION_CITE, offsetof(struct ground, cite), .required = true, .help = "article"},
};

void load_institution(struct loader *l, const struct tree_node *node)
{
    if (l->institution) {
        loader_problem(l, node, 0, "duplicate", "");
        return;
    }
    l->institution = node;
    if (loader_common(node->file))
        loader_problem(l, node, 0, "not-in-common", "");
    option_word_count(l->mem, node, 1, 1, l->problems);
    option_defaults(l->p, institution_table, ARRAY_LEN(institution_table), l->p);
    uint64_t w =
        option_read(l->p, node, institution_table, ARRAY_LEN(institution_table), l->p, l->problems);
    /* Servers that stamp are believed by id and by place; without both the attacker's line would count. */
    if (l->p->stamps && !option_has(institution_table, ARRAY_LEN(institution_table), w, "authserv-ids"))
        problem_add(l->mem, l->problems, node->file, node->line, node->words[0].column, "missing",
                    "authserv-ids", "stamps yes");
    if (l->p->stamps && !option_has(institution_table, ARRAY_LEN(institution_table), w, "receivers"))
        problem_add(l->mem, l->problems, node->file, node->line, node->words[0].column, "missing",
                    "receivers", "stamps yes");
}

void load_public_mail(struct loader *l, const struct tree_node *node)
{
    option_word_count(l->mem, node, 2, SIZE_MAX, l->problems);
    for (size_t i = 1; i < node->n_words; i++) {
        const char *host = str_lower(l->p, tree_word(node, i));
        if (!option_host_valid(host, false))
            loader_problem(l, node, i, "not-a-host", "");
        else if (!str_list_has(&l->p->public_mail, host))
            str_list_add(l->p, &l->p->public_mail, host);
    }
}

/* "mic/licence-list": the directory it stands in, and a name. */
static void check_id(struct loader *l, const struct tree_node *node, const char *id)
{
    const char *home = loader_common(node->file) ? "common" : l->p->name;
    const char *slash = strchr(id, '/');
    if (!slash || !option_name_valid(slash + 1))
        loader_problem(l, node, 1, "not-a-kind-id", mem_fmt(l->mem, "%s/...", home));
    else if (!str_eq(mem_bytes(l->mem, id, (size_t)(slash - id)), home))
        loader_problem(l, node, 1, "foreign-kind", mem_fmt(l->mem, "%s%s", home, slash));
}

/* What only some may know of, and what nobody reads, calls nobody. */
static bool may_alert(enum category c)
{
    return !category_is_restricted(c) && c != CATEGORY_SPAM && c != CATEGORY_BOUNCE &&
           c != CATEGORY_AUTOREPLY;
}

static void read_alert(struct loader *l, const struct tree_node *node, struct kind *k)
{
    const struct tree_node *line = loader_line(node, "alert"), *first = loader_line(node, "priority");
    if (line != node && option_word_count(l->mem, line, 2, SIZE_MAX, l->problems))
        load_role_words(l, line, 1, line->n_words, &k->alert);
    if ((k->priority || k->alert.n) && !may_alert(k->category))
        loader_problem(l, k->priority ? first : line, 0, "no-alert", loader_category_words[k->category]);
}

void load_kind(struct loader *l, const struct tree_node *node)
{
    struct raw_kind raw = {0};
    if (!option_word_count(l->mem, node, 2, 2, l->problems))
        return;
    const char *id = tree_word(node, 1);
    check_id(l, node, id);
    const struct kind *first = profile_find_kind(l->p, id);
    if (first) {
        loader_problem(l, node, 1, "duplicate", mem_fmt(l->mem, "%s:%d", first->file, first->line));
        return;
    }
    option_defaults(l->p, kind_table, ARRAY_LEN(kind_table), &raw);
    option_read(l->p, node, kind_table, ARRAY_LEN(kind_table), &raw, l->problems);
    raw.k.id = id;
    raw.k.category = (enum category)raw.category;
    raw.k.confirm = (enum confirm_rule)raw.confirm;
    read_alert(l, node, &raw.k);
    raw.k.file = node->file;
    raw.k.line = node->line;
    size_t n = l->p->n_kinds;
    *mem_append(l->p, l->p->kinds, l->p->n_kinds) = raw.k;
    *mem_append(l->mem, l->kind_nodes, n) = node;
}

void load_ground(struct loader *l, const struct tree_node *node)
{
    struct ground g = {.file = node->file, .line = node->line};
    if (!option_word_count(l->mem, node, 2, 2, l->problems))
        return;
    g.code = tree_word(node, 1);
    if (!*g.code || strlen(g.code) > 20 || strchr(g.code, ' '))
        loader_problem(l, node, 1, "not-a-name", "14.4a");
    const struct ground *first = profile_find_ground(l->p, g.code);
    if (first) {
        loader_problem(l, node, 1, "duplicate", mem_fmt(l->mem, "%s:%d", first->file, first->line));
        return;
    }
    option_defaults(l->p, ground_table, ARRAY_LEN(ground_table), &g);
    option_read(l->p, node, ground_table, ARRAY_LEN(ground_table), &g, l->problems);
    *mem_append(l->p, l->p->grounds, l->p->n_grounds) = g;
}

void load_fallback(struct loader *l, const struct tree_node *node)
{
    const struct tree_node **slot = loader_common(node->file) ? &l->fallback_common : &l->fallback;
    if (!option_word_count(l->mem, node, 2, 2, l->problems))
        return;
    if (*slot)
        loader_problem(l, node, 0, "duplicate", "");
    else
        *slot = node;
}

/* ---- once all kinds are known ---- */

/* The first kind of the profile itself, else the first of rules/common. */
static size_t main_kind(const struct loader *l, enum category c)
{
    size_t found = NO_KIND;
    for (size_t i = 0; i < l->p->n_kinds; i++) {
        const struct kind *k = &l->p->kinds[i];
        if (k->category != c)
            continue;
        if (!loader_common(k->file))
            return i;
        if (found == NO_KIND)
            found = i;
    }
    return found;
}

static void missing_as_a_whole(struct loader *l, const char *what, const char *subject, const char *hint)
{
    problem_add(l->mem, l->problems, l->first_file, 1, 1, what, subject, hint);
}

static void unknown_track(struct loader *l, const struct tree_node *kind, const char *hint)
{
    for (size_t i = 0; i < kind->n_children; i++)
        if (str_eq(tree_word(&kind->children[i], 0), "track"))
            loader_problem(l, &kind->children[i], 1, "unknown-track", hint);
}

static void check_tracks(struct loader *l)
{
    const char **names = mem_array(l->mem, const char *, l->p->n_tracks + 1);
    for (size_t i = 0; i < l->p->n_tracks; i++)
        names[i] = l->p->tracks[i].name;
    for (size_t i = 0; i < l->p->n_kinds; i++) {
        struct kind *k = &l->p->kinds[i];
        if (str_eq(k->track, "none"))
            k->track = "";
        else if (*k->track && !profile_find_track(l->p, k->track))
            unknown_track(l, l->kind_nodes[i], tree_nearest(k->track, names, l->p->n_tracks));
    }
}

/* Grounds that a track names: read once all are known. */
static void check_grounds(struct loader *l)
{
    const char **codes = mem_array(l->mem, const char *, l->p->n_grounds + 1);
    for (size_t i = 0; i < l->p->n_grounds; i++)
        codes[i] = l->p->grounds[i].code;
    for (size_t i = 0; i < l->n_ground_refs; i++) {
        const struct word_ref *ref = &l->ground_refs[i];
        if (!profile_find_ground(l->p, tree_word(ref->node, ref->i)))
            option_unknown(l->mem, ref->node, ref->i, "unknown-ground", codes, l->p->n_grounds,
                           l->problems);
    }
}

static void choose_fallback(struct loader *l)
{
    const struct tree_node *node = l->fallback ? l->fallback : l->fallback_common;
    if (!node) {
        missing_as_a_whole(l, "missing", "fallback", "fallback other");
        return;
    }
    size_t kind = load_target(l, node);
    if (kind == NO_KIND)
        return;
    if (l->p->kinds[kind].category != CATEGORY_OTHER)
        loader_problem(l, node, 1, "fallback-not-other", "other");
    l->p->fallback_kind = kind;
}

void identity_finish(struct loader *l)
{
    if (!l->institution)
        missing_as_a_whole(l, "missing", "institution", "institution { }");
    l->targets = mem_array(l->mem, const char *, l->p->n_kinds + CATEGORY_COUNT);
    for (size_t i = 0; i < l->p->n_kinds; i++)
        l->targets[l->n_targets++] = l->p->kinds[i].id;
    for (size_t c = 0; c < CATEGORY_COUNT; c++) {
        l->targets[l->n_targets++] = loader_category_words[c];
        l->p->main_kind[c] = main_kind(l, (enum category)c);
        if (l->p->main_kind[c] == NO_KIND)
            missing_as_a_whole(l, "missing-kind", loader_category_words[c],
                               mem_fmt(l->mem, "kind %s/%s", l->p->name, loader_category_words[c]));
    }
    check_tracks(l);
    check_grounds(l);
    choose_fallback(l);
}

size_t load_target(struct loader *l, const struct tree_node *node)
{
    const char *word = tree_word(node, 1);
    enum category c = CATEGORY_OTHER;
    for (size_t i = 0; i < l->p->n_kinds; i++)
        if (str_eq(l->p->kinds[i].id, word))
            return i;
    if (category_parse(word, &c))
        return l->p->main_kind[c]; /* NO_KIND was reported when the main kinds were sought */
    loader_problem(l, node, 1, "unknown-kind", tree_nearest(word, l->targets, l->n_targets));
    return NO_KIND;
}
