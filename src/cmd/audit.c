/* audit.c: `audit verify`: is the journal what was written, and where not? Looks at the house as it lies
 * and repairs nothing, not even what the next command that opens it would complete. */
#include "store/audit.h"
#include "cmd/cmd.h"
#include "sys/file.h"

/* The fault in the reader's language. */
static const char *fault_text(struct context *cx, const struct audit_fault *f)
{
    return catalog_say(cx->mem, cx->house->catalog, mem_fmt(cx->mem, "audit.%s", f->what), "row",
                       mem_fmt(cx->mem, "%lld", (long long)f->row), "other",
                       mem_fmt(cx->mem, "%lld", (long long)f->other), "detail", f->detail, NULL);
}

static void print_audit_json(struct context *cx, const struct audit_report *r)
{
    json_t *faults = json_array();
    for (size_t i = 0; i < r->n_faults; i++) {
        const struct audit_fault *f = &r->faults[i];
        json_array_append_new(faults, json_pack("{s:s, s:I, s:I, s:s, s:s}", "what", f->what, "row",
                                                (json_int_t)f->row, "other", (json_int_t)f->other, "detail",
                                                utf8_printable(cx->mem, f->detail), "text",
                                                utf8_printable(cx->mem, fault_text(cx, f))));
    }
    print_json(json_pack("{s:I, s:I, s:s, s:I, s:o}", "rows", (json_int_t)r->rows, "commits",
                         (json_int_t)r->heads, "head",
                         mem_fmt(cx->mem, "%lld %s", (long long)r->last_n, r->link), "found",
                         (json_int_t)r->found, "faults", faults));
}

static void print_audit(struct context *cx, const struct audit_report *r)
{
    for (size_t i = 0; i < r->n_faults; i++)
        print_text(stdout, fault_text(cx, &r->faults[i]));
    if (r->found == 0)
        print_text(stdout, catalog_say(cx->mem, cx->house->catalog, "audit.good", "rows",
                                       mem_fmt(cx->mem, "%lld", (long long)r->rows), "commits",
                                       mem_fmt(cx->mem, "%lld", (long long)r->heads), "head",
                                       mem_fmt(cx->mem, "%lld %s", (long long)r->last_n, r->link), NULL));
}

static bool run_audit(struct context *cx, struct err *err)
{
    const char *what = args_word(cx), *kept = args_value(cx, "--witness", "");
    struct audit_witness witness = {0};
    struct audit_report report;
    if (!str_eq(what, "verify"))
        return args_one_of(cx, what, "verify", err);
    if (!args_done(cx, err))
        return false;
    if (*kept && !audit_witness_parse(kept, &witness))
        return err_set(err, ERR_USAGE, "--witness '%s': not a line of journal.head", kept);
    if (!store_audit(cx->mem, cx->house->dir, &witness, &report, err))
        return false;
    if (cx->json)
        print_audit_json(cx, &report);
    else
        print_audit(cx, &report);
    return report.found == 0 || err_set(err, ERR_NO, "%zu faults found", report.found);
}

const struct command cmd_audit = {"audit", NEED_HOUSE, run_audit};
