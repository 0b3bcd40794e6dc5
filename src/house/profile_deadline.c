/* profile_deadline.c: reads the time rules, one block each, and what the periodic duties of profile_duty.c
 * share with them:
 *
 *     deadline mic/answer {
 *         label "..."; start received; within 5 working-days; kinds question; ends answered
 *         switch co-operation mic/answer-joint; owner unit; cite MIC-11.2a3
 *     }
 *
 * The five institutions' 62 terms are such blocks (MISSION 1); none stands in C. Refuses a rule without a
 * length, a start, an owner or an article, a length beyond the limits of timing.h, a switch to a rule that
 * is not there or to itself, and a second rule of one id in one directory. The rules of a profile replace
 * those of rules/common that have the same id, whole. */
#include "house/profile_load.h"

const char *const timing_event_words[] = {"received",
                                          "routed",
                                          "digest-received",
                                          "resent",
                                          "changed",
                                          "available",
                                          "completed",
                                          "signed",
                                          "issued",
                                          "approved",
                                          "accepted",
                                          "decided",
                                          "appointed",
                                          "consented",
                                          "opinion",
                                          "occurred",
                                          "detected",
                                          "requested",
                                          "handed-over",
                                          "needed",
                                          "event",
                                          "statement",
                                          "expired",
                                          "published",
                                          "out-of-scope",
                                          "outage",
                                          "planned-downtime",
                                          "meeting",
                                          "promised",
                                          "co-operation",
                                          "supplied",
                                          "answered",
                                          "interim",
                                          "forwarded",
                                          "notified",
                                          "reviewed",
                                          "returned",
                                          "refused",
                                          "closed",
                                          "reported",
                                          "removed",
                                          "as-is",
                                          "publication-request",
                                          NULL};
const char *const timing_owner_words[] = {"unit",           "standing-unit",
                                          "chief",          "standing-deputy",
                                          "deputy",         "member",
                                          "secretary",      "editor",
                                          "inspector",      "admin",
                                          "inspectorate",   "office",
                                          "organizer",      "connected-system",
                                          "answering-unit", NULL};

static size_t count(const char *const *words)
{
    size_t n = 0;
    while (words[n])
        n++;
    return n;
}

const char *const *load_known(struct loader *l, const struct tree_node *line, size_t i,
                              const char *const *words, const char *key)
{
    for (const char *const *w = words; *w; w++)
        if (str_eq(*w, tree_word(line, i)))
            return w;
    option_unknown(l->mem, line, i, key, words, count(words), l->problems);
    return NULL;
}

/* The words of a line behind its first, each out of a list. */
static void read_known(struct loader *l, const struct tree_node *line, const char *const *words,
                       const char *key, struct str_list *ret)
{
    for (size_t i = 1; i < line->n_words; i++) {
        const char *w = tree_word(line, i);
        if (!load_known(l, line, i, words, key))
            continue;
        if (str_list_has(ret, w))
            loader_problem(l, line, i, "duplicate", "");
        else
            str_list_add(l->p, ret, w);
    }
}

const char *load_rule_id(struct loader *l, const struct tree_node *node)
{
    if (!option_word_count(l->mem, node, 2, 2, l->problems))
        return NULL;
    const char *id = tree_word(node, 1), *slash = strchr(id, '/');
    const char *end = strchr(node->file, '/');
    char *home = mem_bytes(l->mem, node->file, end ? (size_t)(end - node->file) : strlen(node->file));
    if (!slash || !option_name_valid(slash + 1)) {
        loader_problem(l, node, 1, "not-a-rule-id", mem_fmt(l->mem, "%s/...", home));
        return NULL;
    }
    if (!str_eq(mem_bytes(l->mem, id, (size_t)(slash - id)), home) && !str_starts(id, "common/")) {
        loader_problem(l, node, 1, "foreign-rule", mem_fmt(l->mem, "%s%s", home, slash));
        return NULL;
    }
    return id;
}

/* ---- lengths ---- */

struct unit_word {
    const char *word;
    enum span_unit unit;
    int factor; /* of the unit's own */
    int most;
};

static const struct unit_word units[] = {
    {"working-minutes", SPAN_WORKING_MINUTES, 1, TIMING_MINUTES_MAX},
    {"working-hours", SPAN_WORKING_MINUTES, 60, TIMING_MINUTES_MAX / 60},
    {"working-days", SPAN_WORKING_DAYS, 1, TIMING_DAYS_MAX},
    {"clock-minutes", SPAN_CLOCK_MINUTES, 1, TIMING_MINUTES_MAX},
    {"clock-hours", SPAN_CLOCK_MINUTES, 60, TIMING_MINUTES_MAX / 60},
    {"calendar-days", SPAN_CALENDAR_DAYS, 1, TIMING_DAYS_MAX},
    {"months", SPAN_MONTHS, 1, TIMING_MONTHS_MAX},
    {"years", SPAN_MONTHS, 12, TIMING_MONTHS_MAX / 12},
};

static const struct unit_word *find_unit(struct loader *l, const struct tree_node *line, size_t i)
{
    const char *words[ARRAY_LEN(units)];
    for (size_t k = 0; k < ARRAY_LEN(units); k++) {
        words[k] = units[k].word;
        if (str_eq(words[k], tree_word(line, i)))
            return &units[k];
    }
    option_unknown(l->mem, line, i, "unknown-time-unit", words, ARRAY_LEN(words), l->problems);
    return NULL;
}

/* words[i] and [i + 1]: N UNIT, with N at least `least`. Returns the unit's row, NULL after a problem. */
static const struct unit_word *read_span(struct loader *l, const struct tree_node *line, size_t i,
                                         int least, int *ret_n)
{
    int64_t n;
    const struct unit_word *u = find_unit(l, line, i + 1);
    if (!u)
        return NULL;
    if (!str_int(tree_word(line, i), INT64_MIN, INT64_MAX, &n)) {
        loader_problem(l, line, i, "not-a-number", "");
    } else if (n < least || n > u->most) {
        loader_problem(l, line, i, "out-of-range", mem_fmt(l->mem, "%d .. %d", least, u->most));
    } else {
        *ret_n = (int)n;
        return u;
    }
    return NULL;
}

static bool of_minutes(const struct tree_node *line, size_t i)
{
    const char *word = tree_word(line, i);
    return str_ends(word, "-minutes") || str_ends(word, "-hours");
}

/* within N UNIT, before N UNIT, at-once N UNIT */
static void read_length(struct loader *l, const struct tree_node *line, struct time_rule *r)
{
    int n;
    if (!option_word_count(l->mem, line, 3, 3, l->problems))
        return;
    const struct unit_word *u = read_span(l, line, 1, of_minutes(line, 2) ? 0 : 1, &n);
    if (!u)
        return;
    r->unit = u->unit;
    r->length = n * u->factor;
    r->in_hours = u->factor == 60;
    r->backward = str_eq(tree_word(line, 0), "before");
    r->at_once = str_eq(tree_word(line, 0), "at-once");
}

void load_remind(struct loader *l, const struct tree_node *line, const char *word, struct remind *ret)
{
    const char *const words[] = {word, "no", NULL};
    int n;
    if (!option_word_count(l->mem, line, 2, 4, l->problems) ||
        !load_known(l, line, 1, words, "unknown-remind"))
        return;
    if (str_eq(tree_word(line, 1), "no")) {
        if (option_word_count(l->mem, line, 2, 2, l->problems))
            ret->how = REMIND_NO;
        return;
    }
    const struct unit_word *u =
        option_word_count(l->mem, line, 4, 4, l->problems) ? read_span(l, line, 2, 1, &n) : NULL;
    if (u)
        *ret = (struct remind){REMIND_SPAN, u->unit, n * u->factor};
}

/* ---- deadlines ---- */

static bool target_known(const struct loader *l, const char *word)
{
    enum category c;
    return category_parse(word, &c) || profile_find_kind(l->p, word);
}

void load_kinds(struct loader *l, const struct tree_node *line, size_t first, struct str_list *ret)
{
    for (size_t i = first; i < line->n_words; i++) {
        const char *w = tree_word(line, i);
        if (!target_known(l, w))
            loader_problem(l, line, i, "unknown-kind", tree_nearest(w, l->targets, l->n_targets));
        else if (str_list_has(ret, w))
            loader_problem(l, line, i, "duplicate", "");
        else
            str_list_add(l->p, ret, w);
    }
}

static void read_switch(struct loader *l, const struct tree_node *line, struct time_rule *r)
{
    if (!option_word_count(l->mem, line, 3, 3, l->problems))
        return;
    load_known(l, line, 1, timing_event_words, "unknown-start");
    r->switch_event = tree_word(line, 1);
    r->switch_to = tree_word(line, 2);
}

enum line_kind {
    LINE_START,
    LINE_ENDS,
    LINE_KINDS,
    LINE_WITHIN,
    LINE_BEFORE,
    LINE_AT_ONCE,
    LINE_SWITCH,
    LINE_BY_HAND,
    LINE_REMIND
};

static void read_rule_line(struct loader *l, const struct tree_node *line, enum line_kind kind,
                           struct time_rule *r)
{
    switch (kind) {
    case LINE_START:
        read_known(l, line, timing_event_words, "unknown-start", &r->starts);
        break;
    case LINE_ENDS:
        read_known(l, line, timing_event_words, "unknown-start", &r->ends);
        break;
    case LINE_KINDS:
        load_kinds(l, line, 1, &r->kinds);
        break;
    case LINE_BY_HAND:
        load_kinds(l, line, 1, &r->by_hand);
        break;
    case LINE_SWITCH:
        read_switch(l, line, r);
        break;
    case LINE_REMIND:
        load_remind(l, line, "after", &r->remind);
        break;
    default:
        read_length(l, line, r);
    }
}

struct raw_rule {
    struct time_rule r;
    int last_day; /* index into last_day_words */
    int issuer;   /* enum issuer */
};

static const char *const issuer_words[] = {"any", "own", "other", NULL};
static const char *const last_day_words[] = {"moves", "stays", NULL};

#define RULE(member) offsetof(struct raw_rule, member)
static const struct option rule_table[] = {
    /* in the order of enum line_kind */
    {.word = "start", .type = OPTION_WORDS, .required = true, .help = "events that start it"},
    {.word = "ends", .type = OPTION_WORDS, .help = "events that end it"},
    {.word = "kinds", .type = OPTION_WORDS, .help = "kinds or categories for which it opens by itself"},
    {.word = "within", .type = OPTION_WORDS, .help = "length and unit"},
    {.word = "before", .type = OPTION_WORDS, .help = "the same, backwards"},
    {.word = "at-once", .type = OPTION_WORDS, .help = "the house's tolerance"},
    {.word = "switch", .type = OPTION_WORDS, .help = "event, and the rule that takes over"},
    {.word = "by-hand", .type = OPTION_WORDS, .help = "kinds or categories for which staff may open it"},
    {.word = "remind", .type = OPTION_WORDS, .help = "after how much of it its owner is reminded"},
    {.word = "label", .type = OPTION_TEXT, .at = RULE(r.label), .required = true, .help = "its name"},
    {.word = "owner", .type = OPTION_NAME, .at = RULE(r.owner), .required = true, .help = "whose it is"},
    {.word = "issuer",
     .type = OPTION_CHOICE,
     .at = RULE(issuer),
     .choices = issuer_words,
     .def = "any",
     .help = "whose documents it is about"},
    {.word = "note", .type = OPTION_TEXT, .at = RULE(r.note), .help = "how a doubtful reading was ruled"},
    {.word = "late", .type = OPTION_NAME, .at = RULE(r.late_flag), .help = "flag of a letter that is late"},
    {.word = "last-day-off",
     .type = OPTION_CHOICE,
     .at = RULE(last_day),
     .choices = last_day_words,
     .def = "moves",
     .help = "whether a last day off moves to the next working day"},
    {.word = "cite", .type = OPTION_CITE, .at = RULE(r.at.cite), .required = true, .help = "its article"},
};

static const struct tree_node *find_line(const struct tree_node *block, const char *word)
{
    for (size_t i = 0; i < block->n_children; i++)
        if (str_eq(tree_word(&block->children[i], 0), word))
            return &block->children[i];
    return NULL;
}

void load_owner(struct loader *l, const struct tree_node *node)
{
    const struct tree_node *line = find_line(node, "owner");
    if (line && line->n_words == 2)
        load_known(l, line, 1, timing_owner_words, "unknown-owner");
}

static void check_lengths(struct loader *l, const struct tree_node *node)
{
    const struct tree_node *first = NULL;
    for (int k = LINE_WITHIN; k <= LINE_AT_ONCE; k++) {
        const struct tree_node *line = find_line(node, rule_table[k].word);
        if (line && first)
            loader_problem(l, line, 0, "second-length", tree_word(first, 0));
        else if (line)
            first = line;
    }
    if (!first)
        problem_add(l->mem, l->problems, node->file, node->line, node->words[0].column, "missing", "within",
                    "within 5 working-days");
}

/* Over that of rules/common with its id; files of rules/common are read first. */
static void keep_rule(struct loader *l, const struct tree_node *node, const struct time_rule *r)
{
    for (size_t i = 0; i < l->p->n_time_rules; i++) {
        struct time_rule *other = &l->p->time_rules[i];
        if (!str_eq(other->id, r->id))
            continue;
        if (loader_common(other->at.file) == loader_common(node->file)) {
            loader_problem(l, node, 1, "duplicate",
                           mem_fmt(l->mem, "%s:%d", other->at.file, other->at.line));
            return;
        }
        *other = *r;
        l->rule_nodes[i] = node;
        return;
    }
    size_t n = l->p->n_time_rules;
    *mem_append(l->p, l->p->time_rules, l->p->n_time_rules) = *r;
    *mem_append(l->mem, l->rule_nodes, n) = node;
}

void load_deadline(struct loader *l, const struct tree_node *node)
{
    struct raw_rule raw = {0};
    struct time_rule *r = &raw.r;
    const char *id = load_rule_id(l, node);
    if (!id)
        return;
    option_defaults(l->p, rule_table, ARRAY_LEN(rule_table), &raw);
    *r = (struct time_rule){.id = id,
                            .label = "",
                            .owner = "",
                            .note = "",
                            .switch_event = "",
                            .switch_to = "",
                            .late_flag = ""};
    r->at = (struct timing_source){"", node->file, node->line};
    option_read(l->p, node, rule_table, ARRAY_LEN(rule_table), &raw, l->problems);
    for (int k = LINE_START; k <= LINE_REMIND; k++) {
        const struct tree_node *line = find_line(node, rule_table[k].word);
        if (line && !line->block && line->n_words > 1)
            read_rule_line(l, line, (enum line_kind)k, r);
    }
    r->moves = raw.last_day == 0;
    r->issuer = (enum issuer)raw.issuer;
    load_owner(l, node);
    check_lengths(l, node);
    keep_rule(l, node, r);
}

/* Would the switches lead from this rule back to it? Said of the last rule of the circle only. */
static bool circular(const struct profile *p, const struct time_rule *rule)
{
    const struct time_rule *r = rule;
    for (size_t i = 0; i <= p->n_time_rules && r && *r->switch_to; i++) {
        r = profile_find_time_rule(p, r->switch_to);
        if (r >= rule)
            return r == rule;
    }
    return false;
}

/* The flag of late letters must be one of the profile's. */
static void check_late(struct loader *l, size_t i)
{
    const struct time_rule *r = &l->p->time_rules[i];
    const struct tree_node *line = *r->late_flag ? find_line(l->rule_nodes[i], "late") : NULL;
    if (!line || profile_find_flag(l->p, r->late_flag))
        return;
    const char **names = mem_array(l->mem, const char *, l->p->n_flags + 1);
    for (size_t k = 0; k < l->p->n_flags; k++)
        names[k] = l->p->flags[k].name;
    option_unknown(l->mem, line, 1, "unknown-flag", names, l->p->n_flags, l->problems);
}

void deadlines_finish(struct loader *l)
{
    const char **ids = mem_array(l->mem, const char *, l->p->n_time_rules + 1);
    for (size_t i = 0; i < l->p->n_time_rules; i++)
        ids[i] = l->p->time_rules[i].id;
    for (size_t i = 0; i < l->p->n_time_rules; i++) {
        const struct time_rule *r = &l->p->time_rules[i];
        const struct tree_node *line = *r->switch_to ? find_line(l->rule_nodes[i], "switch") : NULL;
        check_late(l, i);
        if (line && !profile_find_time_rule(l->p, r->switch_to))
            option_unknown(l->mem, line, 2, "unknown-rule", ids, l->p->n_time_rules, l->problems);
        else if (line && str_eq(r->switch_to, r->id))
            loader_problem(l, line, 2, "switch-to-itself", "");
        else if (line && circular(l->p, r))
            loader_problem(l, line, 2, "circular-switch", r->id);
    }
}
