/* show.c: one submission, its holds, receipts and history. Complaints are for inspector and chief only; of
 * a letter that may carry a state secret the others see that it is there, and no word of it (A31). */
#include "cmd/cmd.h"
#include "cmd/show_case.h"
#include "cmd/show_work.h"
#include "render/effect_text.h"
#include "render/fields_text.h"
#include "render/signature_text.h"
#include "store/campaigns.h"

static void line(struct context *cx, const char *key, const char *value)
{
    const char *label = say(cx, key);
    if (!value || !*value)
        return;
    printf("%s:%*s %s\n", label, (int)(utf8_width(label) < 16 ? 16 - utf8_width(label) : 0), "",
           utf8_printable(cx->mem, value));
}

static const char *labelled(struct context *cx, const char *group, const char *name)
{
    return say(cx, mem_fmt(cx->mem, "%s.%s", group, name));
}

static void print_holds(struct context *cx, const struct submission *s)
{
    for (size_t i = 0; i < s->n_holds; i++) {
        const struct hold *h = &s->holds[i];
        char *text = hold_says(cx->mem, cx->house->catalog, h->reason, h->detail);
        printf("  ! %s (%s)\n", utf8_printable(cx->mem, text), when_short(cx->mem, s->holds[i].since));
    }
}

/* What leaders said, and what staff recorded of it. */
static void print_confirmations(struct context *cx, const struct submission *s)
{
    const struct confirmation_state now = submission_confirmation(s);
    if (str_eq(now.state, "not-needed"))
        return;
    line(cx, "show.confirmation", labelled(cx, "confirmation", now.state));
    for (size_t i = 0; i < s->n_confirmations; i++) {
        const struct confirmation *c = &s->confirmations[i];
        const char *who = *c->person ? c->person : c->recorded_by;
        char *text = mem_fmt(cx->mem, "%s: %s, %s, %s%s%s%s", labelled(cx, "confirmation", c->what), who,
                             labelled(cx, "confirmation.how", c->how), when_short(cx->mem, c->at),
                             *c->words ? ": \"" : "", c->words, *c->words ? "\"" : "");
        printf("  - %s\n", utf8_printable(cx->mem, text));
    }
}

static void print_signature(struct context *cx, const char *file, const json_t *o)
{
    const char *name = json_string_value(json_object_get(o, "name")),
               *time = json_string_value(json_object_get(o, "time"));
    struct letter_signature s = {.name = name ? name : "",
                                 .at = WHEN_NONE,
                                 .intact = json_is_true(json_object_get(o, "intact")),
                                 .whole = json_is_true(json_object_get(o, "whole"))};
    if (time && !when_parse_rfc3339(time, &s.at))
        s.at = WHEN_NONE;
    char *said = signature_says(cx->mem, cx->house->catalog, file ? file : "", &s);
    printf("  * %s\n", utf8_printable(cx->mem, said));
}

/* As the report of the letter says. */
static bool print_signatures(struct context *cx, const char *ref, struct err *err)
{
    const char *report;
    if (!store_report_now(cx->house->store, cx->mem, ref, &report, err))
        return false;
    json_t *o = json_loads(report, 0, NULL), *files = json_object_get(o, "attachments");
    for (size_t i = 0; i < json_array_size(files); i++) {
        const json_t *file = json_array_get(files, i), *all = json_object_get(file, "signature");
        for (size_t k = 0; k < json_array_size(all); k++)
            print_signature(cx, json_string_value(json_object_get(file, "name")), json_array_get(all, k));
    }
    json_decref(o);
    return true;
}

/* Of which issue it speaks, and of which campaign it is part (BCA-5.9, MIC-13.5e). */
static bool print_joined(struct context *cx, const struct submission *s, struct err *err)
{
    const char *code;
    struct campaign_section section;
    line(cx, "show.topic", s->topic);
    if (!store_campaign_of(cx->house->store, cx->mem, s->ref, &code, &section, err))
        return false;
    if (*code)
        line(cx, "show.campaign",
             mem_fmt(cx->mem, "%s (%lld. %s)", code, (long long)section.number, section.title));
    return true;
}

static bool add_joined_json(struct context *cx, const struct submission *s, json_t *o, struct err *err)
{
    const char *code;
    struct campaign_section section;
    if (!store_campaign_of(cx->house->store, cx->mem, s->ref, &code, &section, err))
        return false;
    json_object_set_new(o, "topic", *s->topic ? json_string(s->topic) : json_null());
    json_object_set_new(o, "campaign",
                        *code ? json_pack("{s:s, s:I, s:s}", "campaign", code, "section",
                                          (json_int_t)section.number, "title", section.title)
                              : json_null());
    return true;
}

static bool print_submission(struct context *cx, const struct submission *s, const json_t *report,
                             bool sealed, struct err *err)
{
    line(cx, "show.ref", s->ref);
    line(cx, "show.subject", s->subject);
    line(cx, "show.from", mem_fmt(cx->mem, *s->from_name ? "%s <%s>" : "%s%s", s->from_name, s->from));
    line(cx, "show.received", when_short(cx->mem, s->received));
    line(cx, "show.category", mem_fmt(cx->mem, "%s (%s)", labelled(cx, "category", s->category), s->kind));
    line(cx, "show.verdict", labelled(cx, "verdict", s->verdict));
    print_confirmations(cx, s);
    line(cx, "show.state", labelled(cx, "state", s->state));
    line(cx, "show.unit", s->unit);
    print_holds(cx, s);
    for (size_t i = 0; i < s->n_receipts; i++)
        line(cx, "show.receipt", mem_fmt(cx->mem, "%s %s", s->receipts[i].account, s->receipts[i].key));
    for (size_t i = 0; i < s->n_approvals; i++)
        line(cx, "show.approval",
             mem_fmt(cx->mem, "%s (%s), %s", s->approvals[i].user, s->approvals[i].login,
                     when_short(cx->mem, s->approvals[i].at)));
    if (!sealed) {
        print_case(cx, s, report);
        print_work(cx, s);
    }
    if (!sealed && !print_joined(cx, s, err))
        return false;
    if (*s->title || *s->body)
        putchar('\n');
    print_text(stdout, s->title);
    putchar('\n');
    print_text(stdout, s->body);
    return true;
}

/* The login is said when it is another's: "chief (root)". */
static const char *actor_text(struct context *cx, const struct store_event *e)
{
    if (str_eq(e->user, actor_system.user))
        return say(cx, "show.system");
    return str_eq(e->user, e->login) ? e->user : mem_fmt(cx->mem, "%s (%s)", e->user, e->login);
}

static bool print_history(struct context *cx, const char *ref, struct err *err)
{
    struct store_event *events;
    size_t n;
    if (!store_history(cx->house->store, cx->mem, ref, &events, &n, err))
        return false;
    printf("\n%s\n", say(cx, "show.history"));
    for (size_t i = 0; i < n; i++) {
        const struct store_event *e = &events[i];
        char *said = effect_says(cx->mem, cx->house->catalog, e->what, e->detail);
        print_wrapped(mem_fmt(cx->mem, "%s  %s  %s", when_short(cx->mem, e->at), actor_text(cx, e),
                              utf8_printable(cx->mem, said)),
                      2);
    }
    return true;
}

static json_t *receipts_json(const struct submission *s)
{
    _cleanup_mem_ void *mem = mem_new();
    json_t *a = json_array();
    for (size_t i = 0; i < s->n_receipts; i++)
        json_array_append_new(a, json_pack("{s:s, s:s, s:s, s:s, s:s}", "account", s->receipts[i].account,
                                           "source", s->receipts[i].source, "receipt", s->receipts[i].key,
                                           "entry", s->receipts[i].entry, "received",
                                           when_rfc3339(mem, s->receipts[i].received)));
    return a;
}

static json_t *holds_json(const struct submission *s)
{
    json_t *a = json_array();
    for (size_t i = 0; i < s->n_holds; i++)
        json_array_append_new(a, json_pack("{s:s, s:s, s:I}", "reason", s->holds[i].reason, "detail",
                                           s->holds[i].detail, "since", (json_int_t)s->holds[i].since));
    return a;
}

static json_t *text_or_null(const char *s)
{
    return *s ? json_string(s) : json_null();
}

static json_t *confirmation_json(const struct submission *s)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct confirmation_state now = submission_confirmation(s);
    json_t *all = json_array();
    for (size_t i = 0; i < s->n_confirmations; i++) {
        const struct confirmation *c = &s->confirmations[i];
        json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:s}", "what",
                                             c->what, "by", c->person, "how", c->how, "evidence",
                                             c->evidence, "evidence_name", c->evidence_name, "words",
                                             c->words, "at", when_rfc3339(mem, c->at), "of_present_text",
                                             (int)str_eq(c->content_hash, s->content_hash), "recorded_by",
                                             c->recorded_by));
    }
    return json_pack("{s:s, s:o, s:o, s:o, s:o}", "state", now.state, "by", text_or_null(now.by), "how",
                     text_or_null(now.how), "evidence", text_or_null(now.evidence), "history", all);
}

/* What is left of a submission for those who may not read it: where it is, and why. */
static void blank(struct submission *s)
{
    s->subject = s->title = s->body = "";
    if (submission_is_unread(s)) {
        s->from = s->from_name = "";
        for (size_t i = 0; i < s->n_receipts; i++)
            s->receipts[i].key = "";
        for (size_t i = 0; i < s->n_holds; i++)
            s->holds[i].detail = "";
    }
    for (size_t i = 0; i < s->n_confirmations; i++)
        s->confirmations[i].words = "";
}

static bool print_submission_json(struct context *cx, const struct submission *s, bool sealed, bool history,
                                  struct err *err)
{
    json_t *versions = NULL;
    const char *report;
    if (!store_report_now(cx->house->store, cx->mem, s->ref, &report, err))
        return false;
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:s, s:s, s:b}", "submission",
                          s->ref, "state", s->state, "kind", s->kind, "category", s->category, "verdict",
                          s->verdict, "unit", s->unit, "version", (json_int_t)s->version, "title", s->title,
                          "body", s->body, "sha256", s->letter_sha256, "subject", s->subject, "from",
                          s->from, "restricted", (int)s->restricted);
    json_object_set_new(o, "receipts", receipts_json(s));
    json_object_set_new(o, "holds", holds_json(s));
    json_object_set_new(o, "confirmation", confirmation_json(s));
    json_object_set_new(o, "work", sealed ? json_null() : work_json(cx, s));
    if ((!sealed && !add_joined_json(cx, s, o, err)) ||
        (history && !sealed && !versions_json(cx, s->ref, &versions, err))) {
        json_decref(o);
        return false;
    }
    if (versions)
        json_object_set_new(o, "versions", versions);
    json_t *read = sealed ? json_null() : json_loads(report, 0, NULL);
    json_object_set_new(o, "route", sealed ? json_null() : routes_json(cx, s, read));
    json_object_set_new(o, "deadlines", sealed ? json_null() : clocks_json(cx, s));
    json_object_set_new(o, "report", read);
    print_json(o);
    return true;
}

static bool print_all(struct context *cx, const struct submission *s, bool sealed, bool history,
                      struct err *err)
{
    const char *report;
    if (!store_report_now(cx->house->store, cx->mem, s->ref, &report, err))
        return false;
    json_t *read = json_loads(report, 0, NULL);
    bool good = print_submission(cx, s, read, sealed, err);
    json_decref(read);
    if (!good)
        return false;
    if (history && !sealed && !print_versions(cx, s->ref, err))
        return false;
    return (sealed || print_signatures(cx, s->ref, err)) && print_history(cx, s->ref, err);
}

static bool run_show(struct context *cx, struct err *err)
{
    struct submission *s;
    bool history = args_flag(cx, "--history");
    const char *ref = args_word(cx);
    if (!args_need(cx, ref, "REF", err) || !args_done(cx, err) ||
        !store_submission(cx->house->store, cx->mem, ref, &s, err))
        return false;
    bool sealed = !reads_words(cx, s);
    if (sealed && s->restricted)
        return err_set(err, ERR_NO, "'%s': %s", ref,
                       catalog_say(cx->mem, cx->house->catalog, "refusal.restricted", "detail", ref, NULL));
    if (sealed)
        blank(s);
    if (s->restricted && !note_view(cx, s->ref, "", err))
        return false;
    return cx->json ? print_submission_json(cx, s, sealed, history, err)
                    : print_all(cx, s, sealed, history, err);
}

const struct command cmd_show = {"show", NEED_HOUSE | NEED_RULES | NEED_STORE, run_show};
