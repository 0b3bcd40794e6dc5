/* unseal.c: `unseal FILE --key KEYFILE [--out DIR]`: opens what a house sealed, on the machine of whom it
 * was sealed for. Needs no house. With --out each thing becomes a directory of its files, and all records
 * together a register (CSV and HTML); without, the letter goes to the standard output.
 *
 * Refuses: to write over files that are there; names from the file that are not plain words; a bundle of
 * which any part is damaged (nothing is written of the part, what was whole before it stays). */
#include "cmd/cmd.h"
#include "desk/digest.h"
#include "sys/file.h"
#include "sys/seal.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>

struct unsealing {
    struct context *cx;
    const char *out;  /* directory, or NULL */
    const char *part; /* to print without it */
    unsigned char key[SEAL_KEY_BYTES];
    struct digest_item *items;
    size_t n_items, things;
};

/* A label or the name of a part becomes a file name. */
static bool plain_word(const char *s)
{
    size_t n = strlen(s);
    for (size_t i = 0; i < n; i++)
        if (!str_alpha(s[i]) && !str_digit(s[i]) && !(i && strchr(".-", s[i])))
            return false;
    return n > 0 && n < 100;
}

static const char *text_of(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));
    return s ? s : "";
}

/* For the register; a record that is no JSON object gives a row with its label alone. */
static void keep_record(struct unsealing *u, const char *label, const struct seal_part *part)
{
    void *mem = u->cx->mem;
    json_t *o = json_loadb(part->bytes, part->n, 0, NULL);
    int64_t received = 0;
    when_parse_rfc3339(text_of(o, "received"), &received);
    *mem_append(mem, u->items, u->n_items) =
        (struct digest_item){.ref = label,
                             .category = mem_str(mem, text_of(o, "category")),
                             .unit = mem_str(mem, text_of(o, "unit")),
                             .from = mem_str(mem, text_of(o, "address")),
                             .from_name = mem_str(mem, text_of(o, "name")),
                             .subject = mem_str(mem, text_of(o, "subject")),
                             .state = "forwarded",
                             .received = received};
    json_decref(o);
}

/* ---- into a directory ---- */

static bool write_new(const char *path, const char *bytes, size_t n, struct err *err)
{
    _cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 && errno == EEXIST)
        return err_set(err, ERR_NO, "write '%s': it is there already", path);
    if (fd < 0)
        return err_errno(err, "write '%s'", path);
    return file_write_all(fd, bytes, n, err) || err_prefix(err, "'%s'", path);
}

/* DIR/LABEL, DIR/LABEL.2 ... for what comes more than once. */
static bool new_directory(struct unsealing *u, const char *label, char **ret, struct err *err)
{
    for (int i = 1; i < 10000; i++) {
        *ret = i == 1 ? mem_fmt(u->cx->mem, "%s/%s", u->out, label)
                      : mem_fmt(u->cx->mem, "%s/%s.%d", u->out, label, i);
        if (mkdir(*ret, 0700) == 0)
            return true;
        if (errno != EEXIST)
            return err_errno(err, "make directory '%s'", *ret);
    }
    return err_set(err, ERR_NO, "write into '%s': too many of '%s'", u->out, label);
}

static bool write_parts(struct unsealing *u, const char *label, const struct seal_part *parts, size_t n,
                        struct err *err)
{
    char *dir;
    if (!new_directory(u, label, &dir, err))
        return false;
    for (size_t i = 0, files = 0; i < n; i++) {
        bool file = str_eq(parts[i].name, "evidence"); /* its name stands in case.json, beside its hash */
        const char *ending = str_eq(parts[i].name, "letter") ? "eml" : "json";
        char *path = file ? mem_fmt(u->cx->mem, "%s/evidence-%zu", dir, ++files)
                          : mem_fmt(u->cx->mem, "%s/%s.%s", dir, parts[i].name, ending);
        if (!write_new(path, parts[i].bytes, parts[i].n, err))
            return false;
    }
    return true;
}

static const char *label(const void *arg, const char *key)
{
    return catalog_text(arg, key);
}

static bool write_register(struct unsealing *u, struct err *err)
{
    struct context *cx = u->cx;
    const struct digest_input in = {.institution = "",
                                    .period = "",
                                    .items = u->items,
                                    .n_items = u->n_items,
                                    .label = label,
                                    .label_arg = cx->house->catalog};
    const char *csv = digest_csv(cx->mem, &in), *html = digest_html(cx->mem, &in);
    return write_new(mem_fmt(cx->mem, "%s/register.csv", u->out), csv, strlen(csv), err) &&
           write_new(mem_fmt(cx->mem, "%s/register.html", u->out), html, strlen(html), err);
}

/* ---- onto the standard output ---- */

static void print_part(struct unsealing *u, const struct seal_part *parts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(parts[i].name, u->part)) {
            fwrite(parts[i].bytes, 1, parts[i].n, stdout);
            if (!str_eq(u->part, "letter"))
                putchar('\n');
        }
}

/* ---- all of it ---- */

static bool take(struct unsealing *u, const char *name, const struct seal_part *parts, size_t n,
                 struct err *err)
{
    bool plain = plain_word(name);
    for (size_t i = 0; i < n; i++) {
        plain = plain && plain_word(parts[i].name);
        if (str_eq(parts[i].name, "record"))
            keep_record(u, name, &parts[i]);
    }
    if (!plain)
        return err_set(err, ERR_DATA, "sealed file: a name in it is no name");
    u->things++;
    if (u->out)
        return write_parts(u, name, parts, n, err);
    print_part(u, parts, n);
    return true;
}

static bool open_all(struct unsealing *u, const char *bytes, size_t n, struct err *err)
{
    for (size_t at = 0; at < n;) {
        const char *name;
        struct seal_part *parts;
        size_t n_parts;
        if (!seal_open(u->cx->mem, bytes, n, &at, u->key, &name, &parts, &n_parts, err) ||
            !take(u, name, parts, n_parts, err))
            return false;
    }
    return u->things > 0 || err_set(err, ERR_DATA, "sealed file: it is empty");
}

static bool unseal(struct unsealing *u, const char *path, const char *key, struct err *err)
{
    struct context *cx = u->cx;
    char *bytes;
    size_t n;
    if (!seal_read_secret(key, u->key, err) || !file_read(cx->mem, path, SEAL_MAX, &bytes, &n, err) ||
        (u->out && !file_make_dir(u->out, 0700, err)) || !open_all(u, bytes, n, err))
        return false;
    if (!u->out)
        return true;
    if (u->n_items && !write_register(u, err))
        return false;
    if (cx->json)
        print_json(
            json_pack("{s:s, s:i}", "out", utf8_printable(cx->mem, u->out), "things", (int)u->things));
    else
        printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "unseal.done", "n",
                                   mem_fmt(cx->mem, "%zu", u->things), "dir", u->out, NULL));
    return true;
}

static bool run_unseal(struct context *cx, struct err *err)
{
    struct unsealing u = {
        .cx = cx, .out = args_value(cx, "--out", NULL), .part = args_value(cx, "--part", "letter")};
    const char *key = args_value(cx, "--key", NULL), *path = args_word(cx);
    if (!args_need(cx, path, "FILE", err) || !args_done(cx, err))
        return false;
    if (!key)
        return err_set(err, ERR_USAGE, "--key KEYFILE is missing; see: bbt unseal --help");
    bool ok = unseal(&u, path, key, err);
    sodium_memzero(u.key, sizeof u.key);
    return ok;
}

const struct command cmd_unseal = {"unseal", NEED_RULES_FILES, run_unseal};
