/* digest.c: see digest.h. MIC-13.5d1: complaints and denunciations go weekly to the inspectorate, which
 * alone answers them; an empty week says so. QC-8: identities stand in the register only, never in the
 * letter; with a key not even there, but in the sealed file beside it. */
#include "desk/digest.h"

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

static void attach(struct plan_letter *l, const char *name, const char *type, const char *bytes, size_t n)
{
    *mem_append(l, l->attachments, l->n_attachments) =
        (struct plan_attachment){.name = name, .type = type, .bytes = bytes, .n = n};
}

static void attach_register(struct plan_letter *l, const struct digest_input *in)
{
    const char *stem = mem_fmt(l, "%s-%s", label(in, "digest.file"), in->period);
    const char *csv = digest_csv(l, in), *html = digest_html(l, in);
    attach(l, mem_fmt(l, "%s.csv", stem), "text/csv", csv, strlen(csv));
    attach(l, mem_fmt(l, "%s.html", stem), "text/html", html, strlen(html));
    if (in->n_bundle)
        attach(l, mem_fmt(l, "%s.sealed", stem), "application/octet-stream", in->bundle, in->n_bundle);
    for (size_t i = 0; i < in->n_originals; i++)
        *mem_append(l, l->attachments, l->n_attachments) = in->originals[i];
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
    add_param(l, "journal", in->journal ? in->journal : "");
    add_param(l, "sealed", in->sealed ? "yes" : "");
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
    if (in.n_items)
        attach_register(l, &in);
    return l;
}
