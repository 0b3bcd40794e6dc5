/* digest.c: see digest.h. MIC-13.5d1: complaints and denunciations go weekly to the inspectorate, which
 * alone answers them; an empty week says so. QC-8: identities stand in the register only, never in the
 * letter.
 *
 * The register opens in spreadsheets on an inspector's desk, and its cells were written by strangers. So a
 * cell that begins like a formula (= + - @, their full-width forms) gets an apostrophe, also behind blanks
 * and behind ';', at which a spreadsheet of another locale would begin a new cell; controls become blanks.
 */
#include "desk/digest.h"
#include "base/utf8.h"

static const char *label(const struct digest_input *in, const char *key)
{
    return in->label(in->label_arg, key);
}

static const char *label_of(const void *mem, const struct digest_input *in, const char *group,
                            const char *name)
{
    return label(in, mem_fmt(mem, "%s.%s", group, name));
}

static char *day(const void *mem, int64_t t)
{
    struct when_civil c = when_civil(t);
    return mem_fmt(mem, "%02d/%02d/%04d", c.day, c.month, c.year);
}

/* ---- the register ---- */

static bool starts_formula(int32_t c)
{
    return c == '=' || c == '+' || c == '-' || c == '@' || c == 0xff1d || c == 0xff0b || c == 0xff0d ||
           c == 0xff20 || c == 0x2212;
}

/* Blanks a spreadsheet may skip before it looks for a formula: also no-break, zero-width and ideographic.
 */
static bool passed_over(int32_t c)
{
    return c == ' ' || c == 0xa0 || (c >= 0x2000 && c <= 0x200f) || c == 0x202f || c == 0x2060 ||
           c == 0x3000 || c == 0xfeff;
}

static void add_cell(struct str *out, const char *s, bool last)
{
    bool begins = true;
    int32_t c;
    str_addc(out, '"');
    for (size_t i = 0, n = strlen(s); i < n;) {
        i += utf8_decode(s + i, n - i, &c);
        if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029)
            c = ' ';
        if (begins && starts_formula(c))
            str_addc(out, '\'');
        if (c == '"')
            str_addc(out, '"');
        utf8_add(out, c);
        begins = c == ';' || (begins && (passed_over(c) || c == '"' || c == '\''));
    }
    str_add(out, last ? "\"\r\n" : "\",");
}

char *digest_csv(const void *mem, const struct digest_input *in)
{
    static const char *const columns[] = {"ref",  "received", "category", "unit",   "state",
                                          "late", "name",     "address",  "subject"};
    _cleanup_mem_ void *work = mem_new();
    struct str out = str_new(mem);
    str_add(&out, "\xef\xbb\xbf");
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        add_cell(&out, label_of(work, in, "digest.column", columns[i]), i + 1 == ARRAY_LEN(columns));
    for (size_t i = 0; i < in->n_items; i++) {
        const struct digest_item *it = &in->items[i];
        const char *cells[] = {it->ref,
                               when_short(work, it->received),
                               label_of(work, in, "category", it->category),
                               it->unit,
                               label_of(work, in, "state", it->state),
                               it->late ? label(in, "digest.late") : "",
                               it->from_name,
                               it->from,
                               it->subject};
        for (size_t k = 0; k < ARRAY_LEN(cells); k++)
            add_cell(&out, cells[k] ? cells[k] : "", k + 1 == ARRAY_LEN(cells));
    }
    return out.s;
}

/* ---- the letter ---- */

static void add_param(struct plan_letter *l, const char *name, const char *value)
{
    *mem_append(l, l->params, l->n_params) = (struct plan_param){name, mem_str(l, value)};
}

static int by_time(const void *a, const void *b)
{
    const struct digest_item *x = a, *y = b;
    return x->received != y->received ? (x->received > y->received) - (x->received < y->received)
                                      : strcmp(x->ref, y->ref);
}

static struct digest_item *sorted(const void *mem, const struct digest_input *in)
{
    struct digest_item *items = mem_array(mem, struct digest_item, in->n_items + 1);
    if (in->n_items) {
        memcpy(items, in->items, in->n_items * sizeof *items);
        qsort(items, in->n_items, sizeof *items, by_time);
    }
    return items;
}

/* "- Category: n", categories in the order in which they first appear. */
static char *counts(const void *mem, const struct digest_input *in)
{
    struct str out = str_new(mem);
    for (size_t i = 0; i < in->n_items; i++) {
        size_t n = 0, before = 0;
        for (size_t k = 0; k < in->n_items; k++) {
            bool same = str_eq(in->items[k].category, in->items[i].category);
            n += same;
            before += same && k < i;
        }
        if (!before)
            str_addf(&out, "- %s: %zu\n", label_of(mem, in, "category", in->items[i].category), n);
    }
    str_trim_end(&out);
    return out.s;
}

static char *lines(const void *mem, const struct digest_input *in, size_t *ret_late)
{
    struct str out = str_new(mem);
    *ret_late = 0;
    for (size_t i = 0; i < in->n_items; i++) {
        const struct digest_item *it = &in->items[i];
        str_addf(&out, "%zu. %s | %s | %s | %s | %s%s%s\n", i + 1, it->ref, day(mem, it->received),
                 label_of(mem, in, "category", it->category), it->unit && *it->unit ? it->unit : "-",
                 label_of(mem, in, "state", it->state), it->late ? " | " : "",
                 it->late ? label(in, "digest.late") : "");
        *ret_late += it->late;
    }
    str_trim_end(&out);
    return out.s;
}

static void add_params(struct plan_letter *l, const struct digest_input *in)
{
    _cleanup_mem_ void *work = mem_new();
    size_t late;
    struct when_civil last = when_civil(in->until - 1);
    const char *week = strrchr(in->period, 'W');
    add_param(l, "institution", in->institution);
    add_param(l, "period", in->period);
    add_param(l, "week", week ? week + 1 : in->period);
    add_param(l, "year", mem_fmt(work, "%.4s", in->period));
    add_param(l, "from_date", day(work, in->from));
    add_param(l, "to_date", mem_fmt(work, "%02d/%02d/%04d", last.day, last.month, last.year));
    add_param(l, "total", mem_fmt(work, "%zu", in->n_items));
    add_param(l, "empty", in->n_items ? "" : "yes");
    add_param(l, "counts", counts(work, in));
    add_param(l, "lines", lines(work, in, &late));
    add_param(l, "late", late ? mem_fmt(work, "%zu", late) : "");
}

struct plan_letter *digest_letter(const void *mem, const struct digest_input *given)
{
    struct plan_letter *l = mem_zero(mem, struct plan_letter);
    struct digest_input in = *given;
    in.items = sorted(l, given);
    l->template = "digest";
    l->to = mem_str(l, in.recipient);
    l->key = mem_fmt(l, "digest/%s/%s", in.recipient, in.period);
    l->message_id = mem_fmt(l, "digest.%.32s@%s", hash_hex(l, l->key, strlen(l->key)), in.domain);
    l->date = in.date;
    add_params(l, &in);
    if (in.n_items) {
        struct plan_attachment *a = mem_append(l, l->attachments, l->n_attachments);
        a->name = mem_fmt(l, "%s-%s.csv", label(&in, "digest.file"), in.period);
        a->type = "text/csv";
        a->bytes = digest_csv(l, &in);
        a->n = strlen(a->bytes);
    }
    return l;
}
