/* profile_duty.c: reads the periodic duties, one block each:
 *
 *     duty mic/backup { label "..."; every 2 week; owner standing-unit; done-by backup; cite MIC-7.1a }
 *     duty dongnai/members-report { label "..."; before 05-05 11-05; owner member; each yes; cite DN-12 }
 *     duty mic/licence-list {
 *         label "..."; every month; if-changed yes; owner unit; units CVT CBC
 *         done-by supply mic/licence-list; remind before 3 working-days; cite MIC-11.2c
 *     }
 *
 * Refuses a duty without a period, an owner or an article, a date that is none, a unit that is not
 * declared, kinds for what is not supplied, and two words that say differently whose it is (each, units). A
 * duty of the profile replaces that of rules/common with its id. */
#include "house/profile_load.h"

const char *const timing_every_words[] = {"day",     "working-day", "week", "month",
                                          "quarter", "half-year",   "year", NULL};
const char *const timing_proof_words[] = {"word",    "backup", "digest", "publication",
                                          "routing", "supply", NULL};

static int compare_dates(const void *a, const void *b)
{
    const struct month_day *x = a, *y = b;
    return x->month != y->month ? (x->month > y->month) - (x->month < y->month)
                                : (x->day > y->day) - (x->day < y->day);
}

static bool parse_month_day(const char *word, struct month_day *ret)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t m, d;
    if (strlen(word) != 5 || word[2] != '-')
        return false;
    _cleanup_mem_ char *month = mem_bytes(NULL, word, 2);
    if (!str_int(month, 1, 12, &m) || !str_int(word + 3, 1, days[m - 1], &d))
        return false;
    *ret = (struct month_day){(int)m, (int)d};
    return true;
}

/* before MM-DD... */
static void read_dates(struct loader *l, const struct tree_node *line, struct duty *d)
{
    for (size_t i = 1; i < line->n_words; i++) {
        struct month_day date;
        if (parse_month_day(tree_word(line, i), &date))
            *mem_append(l->p, d->before, d->n_before) = date;
        else
            loader_problem(l, line, i, "not-a-date", "05-31");
    }
    if (d->n_before > 1)
        qsort(d->before, d->n_before, sizeof *d->before, compare_dates);
    d->every = DUTY_DATES;
}

/* every [N] PERIOD */
static void read_every(struct loader *l, const struct tree_node *line, struct duty *d)
{
    int64_t times = 1;
    if (!option_word_count(l->mem, line, 2, 3, l->problems))
        return;
    size_t last = line->n_words - 1;
    if (last == 2 && !str_int(tree_word(line, 1), 1, 31, &times))
        loader_problem(l, line, 1, "not-a-number", "1 .. 31");
    d->times = (int)times;
    const char *const *word = load_known(l, line, last, timing_every_words, "unknown-time-unit");
    if (word)
        d->every = (enum duty_every)(word - timing_every_words);
}

static void read_by(struct loader *l, const struct tree_node *line, struct duty *d)
{
    if (option_word_count(l->mem, line, 2, 2, l->problems) &&
        !load_clock(tree_word(line, 1), &d->by_minute))
        loader_problem(l, line, 1, "not-a-time", "16:00");
}

/* done-by backup | digest | publication | routing | supply KIND... */
static void read_proof(struct loader *l, const struct tree_node *line, struct duty *d)
{
    const char *const *word =
        line->n_words > 1 ? load_known(l, line, 1, timing_proof_words + 1, "unknown-proof") : NULL;
    if (!word)
        return;
    d->proof = (enum duty_proof)(word - timing_proof_words);
    if (d->proof == DUTY_BY_SUPPLY && line->n_words == 2)
        loader_problem(l, line, 1, "missing", "supply KIND");
    else if (d->proof == DUTY_BY_SUPPLY)
        load_kinds(l, line, 2, &d->kinds);
    else
        option_word_count(l->mem, line, 2, 2, l->problems);
}

static void read_units(struct loader *l, const struct tree_node *line, struct duty *d)
{
    const struct office_rules *o = &l->p->office;
    const char **ids = mem_array(l->mem, const char *, o->n_units + 1);
    for (size_t i = 0; i < o->n_units; i++)
        ids[i] = o->units[i].id;
    for (size_t i = 1; i < line->n_words; i++) {
        const char *w = tree_word(line, i);
        if (!office_find_unit(o, w))
            option_unknown(l->mem, line, i, "unknown-unit", ids, o->n_units, l->problems);
        else if (str_list_has(&d->units, w))
            loader_problem(l, line, i, "duplicate", "");
        else
            str_list_add(l->p, &d->units, w);
    }
    if (d->each)
        loader_problem(l, line, 0, "each-and-units", "each");
}

#define DUTY(member) offsetof(struct duty, member)
static const struct option duty_table[] = {
    {.word = "every", .type = OPTION_WORDS, .help = "how often, and the period"},
    {.word = "before", .type = OPTION_WORDS, .help = "dates before which it is due"},
    {.word = "by", .type = OPTION_WORDS, .help = "the time of day"},
    {.word = "remind", .type = OPTION_WORDS, .help = "how long before it is due its owner is reminded"},
    {.word = "done-by", .type = OPTION_WORDS, .help = "what the program takes for its being done"},
    {.word = "units", .type = OPTION_WORDS, .help = "the units, each of which has it for itself"},
    {.word = "each", .type = OPTION_YES, .at = DUTY(each), .help = "of everybody who has the owner's role"},
    {.word = "lapses", .type = OPTION_YES, .at = DUTY(lapses), .help = "cannot be made good later"},
    {.word = "if-changed", .type = OPTION_YES, .at = DUTY(if_changed), .help = "only when there is news"},
    {.word = "label", .type = OPTION_TEXT, .at = DUTY(label), .required = true, .help = "its name"},
    {.word = "owner", .type = OPTION_NAME, .at = DUTY(owner), .required = true, .help = "whose it is"},
    {.word = "note", .type = OPTION_TEXT, .at = DUTY(note), .help = "how a doubtful reading was ruled"},
    {.word = "cite", .type = OPTION_CITE, .at = DUTY(at.cite), .required = true, .help = "its article"},
};

static void keep_duty(struct loader *l, const struct tree_node *node, const struct duty *d)
{
    for (size_t i = 0; i < l->p->n_duties; i++) {
        struct duty *other = &l->p->duties[i];
        if (!str_eq(other->id, d->id))
            continue;
        if (loader_common(other->at.file) == loader_common(node->file))
            loader_problem(l, node, 1, "duplicate",
                           mem_fmt(l->mem, "%s:%d", other->at.file, other->at.line));
        else
            *other = *d;
        return;
    }
    *mem_append(l->p, l->p->duties, l->p->n_duties) = *d;
}

/* The block's line that begins with the word and goes on after it; NULL when there is none. */
static const struct tree_node *line_of(const struct tree_node *node, const char *word)
{
    const struct tree_node *line = loader_line(node, word);
    return line != node && !line->block && line->n_words > 1 ? line : NULL;
}

static void read_lines(struct loader *l, const struct tree_node *node, struct duty *d)
{
    const struct tree_node *every = loader_line(node, "every"), *before = loader_line(node, "before");
    const struct tree_node *line;
    if (every != node && before != node)
        loader_problem(l, before, 0, "second-length", "every");
    else if (every == node && before == node)
        problem_add(l->mem, l->problems, node->file, node->line, node->words[0].column, "missing", "every",
                    "every week");
    if (every != node)
        read_every(l, every, d);
    else if ((line = line_of(node, "before")))
        read_dates(l, line, d);
    if ((line = line_of(node, "by")))
        read_by(l, line, d);
    if ((line = line_of(node, "remind")))
        load_remind(l, line, "before", &d->remind);
    if ((line = line_of(node, "done-by")))
        read_proof(l, line, d);
    if ((line = line_of(node, "units")))
        read_units(l, line, d);
}

void load_duty(struct loader *l, const struct tree_node *node)
{
    struct duty d = {0};
    const char *id = load_rule_id(l, node);
    if (!id)
        return;
    option_defaults(l->p, duty_table, ARRAY_LEN(duty_table), &d);
    d.id = id;
    d.by_minute = -1;
    d.times = 1;
    d.at.file = node->file;
    d.at.line = node->line;
    option_read(l->p, node, duty_table, ARRAY_LEN(duty_table), &d, l->problems);
    read_lines(l, node, &d);
    load_owner(l, node);
    keep_duty(l, node, &d);
}
