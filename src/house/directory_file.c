/* directory_file.c: the rows of a directory file, TSV or CSV. Takes bytes, opens nothing. A file with any
 * bad row gives no rows at all: a registry imported by half would turn the people of the other half into
 * strangers whose letters are held. What a row must have: a unit with a name, a role, one plain address. */
#include "base/utf8.h"
#include "house/directory.h"
#include "house/option.h"
#include <csv.h>

enum column { COL_PROFILE, COL_UNIT, COL_UNIT_NAME, COL_ROLE, COL_NAME, COL_TITLE, COL_ADDRESS, COL_COUNT };

static const char *const column_words[COL_COUNT] = {"profile", "unit",  "unit_name", "role",
                                                    "name",    "title", "address"};

struct reading {
    const void *mem;
    const char *file, *profile;
    size_t at[COL_COUNT];         /* which field of a row holds the column; SIZE_MAX when there is none */
    bool header_read, header_bad; /* without its columns no row means anything */
    struct str_list fields;       /* of the row that is being read */
    int line;                     /* where that row began */
    struct directory_row *rows;
    size_t n_rows, n_other;
    struct str bad; /* "FILE:LINE: ..." lines */
    size_t n_bad;
};

static void bad_row(struct reading *r, const char *what, const char *subject)
{
    r->n_bad++;
    if (r->bad.n < 480)
        str_addf(&r->bad, "%s%s:%d: %s '%.60s'", r->bad.n ? "\n" : "", r->file, r->line, what,
                 utf8_printable(r->mem, subject));
}

static const char *field(const struct reading *r, enum column c)
{
    return r->at[c] < r->fields.n ? r->fields.v[r->at[c]] : "";
}

static void read_header(struct reading *r)
{
    r->header_read = true;
    for (size_t c = 0; c < COL_COUNT; c++) {
        r->at[c] = SIZE_MAX;
        for (size_t i = 0; i < r->fields.n; i++)
            if (str_ieq(r->fields.v[i], column_words[c]))
                r->at[c] = i;
        if (r->at[c] == SIZE_MAX)
            bad_row(r, "missing column", column_words[c]);
    }
    r->header_bad = r->n_bad > 0;
}

static bool utf8_row(const struct reading *r)
{
    for (size_t i = 0; i < r->fields.n; i++)
        if (!utf8_valid(r->fields.v[i], strlen(r->fields.v[i])))
            return false;
    return true;
}

static const char *kept(const struct reading *r, enum column c)
{
    return utf8_nfc(r->mem, field(r, c), strlen(field(r, c)));
}

static void read_person(struct reading *r)
{
    struct directory_row row = {.line = r->line};
    size_t before = r->n_bad;
    if (!utf8_row(r)) {
        bad_row(r, "not UTF-8", field(r, COL_ADDRESS));
        return;
    }
    row.unit = row.person.unit = kept(r, COL_UNIT);
    row.unit_name = kept(r, COL_UNIT_NAME);
    row.person.name = kept(r, COL_NAME);
    row.person.title = kept(r, COL_TITLE);
    row.person.address = str_lower(r->mem, field(r, COL_ADDRESS));
    if (!*row.unit)
        bad_row(r, "no unit for", row.person.address);
    if (!*row.unit_name)
        bad_row(r, "no unit name for", row.unit);
    if (!option_address_valid(row.person.address))
        bad_row(r, "not an address", row.person.address);
    if (!person_role_parse(field(r, COL_ROLE), &row.person.role))
        bad_row(r, "not a role (leader, deputy, contact, member)", field(r, COL_ROLE));
    if (r->n_bad == before)
        *mem_append(r->mem, r->rows, r->n_rows) = row;
}

static void end_row(struct reading *r)
{
    bool empty = r->fields.n == 0 || (r->fields.n == 1 && !*r->fields.v[0]);
    if (!empty && !r->header_read)
        read_header(r);
    else if (!empty && !r->header_bad && !str_eq(field(r, COL_PROFILE), r->profile))
        r->n_other++;
    else if (!empty && !r->header_bad)
        read_person(r);
    r->fields = (struct str_list){0};
}

/* ---- the two syntaxes ---- */

static void tsv_line(struct reading *r, const char *line, size_t n)
{
    const char *end = line + n;
    for (const char *p = line;; p++) {
        const char *tab = memchr(p, '\t', (size_t)(end - p));
        str_list_add(r->mem, &r->fields, str_trim(r->mem, p, (size_t)((tab ? tab : end) - p)));
        if (!tab)
            break;
        p = tab;
    }
    end_row(r);
}

static void csv_field(void *s, size_t n, void *arg)
{
    struct reading *r = arg;
    str_list_add(r->mem, &r->fields, str_trim(r->mem, s ? s : "", s ? n : 0));
}

static void csv_row(int c, void *arg)
{
    (void)c;
    end_row(arg);
}

/* Both are fed line by line, since libcsv does not say where a row began; a quoted line end goes on. */
static void read_lines(struct reading *r, const char *bytes, size_t n, struct csv_parser *csv)
{
    int line = 1;
    for (const char *p = bytes, *end = bytes + n; p < end; line++) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        size_t len = (size_t)((nl ? nl + 1 : end) - p);
        if (!r->fields.n)
            r->line = line;
        if (csv)
            csv_parse(csv, p, len, csv_field, csv_row, r);
        else
            tsv_line(r, p, len);
        p += len;
    }
    if (csv)
        csv_fini(csv, csv_field, csv_row, r);
}

static bool read_csv(struct reading *r, const char *bytes, size_t n, struct err *err)
{
    struct csv_parser csv;
    if (csv_init(&csv, CSV_APPEND_NULL) != 0)
        return err_set(err, ERR_RETRY, "cannot start the reader of '%s': out of memory", r->file);
    read_lines(r, bytes, n, &csv);
    csv_free(&csv);
    return true;
}

static int by_address(const void *a, const void *b)
{
    const struct directory_row *const *x = a, *const *y = b;
    int order = strcmp((*x)->person.address, (*y)->person.address);
    return order ? order : ((*x)->line > (*y)->line) - ((*x)->line < (*y)->line);
}

/* One address is one person: two rows would make it chance whose leader he is. */
static void refuse_twice(struct reading *r)
{
    const struct directory_row **v = mem_array(r->mem, const struct directory_row *, r->n_rows + 1);
    for (size_t i = 0; i < r->n_rows; i++)
        v[i] = &r->rows[i];
    qsort(v, r->n_rows, sizeof *v, by_address);
    for (size_t i = 1; i < r->n_rows; i++)
        if (str_eq(v[i]->person.address, v[i - 1]->person.address)) {
            r->line = v[i]->line;
            bad_row(r, mem_fmt(r->mem, "address of line %d again:", v[i - 1]->line), v[i]->person.address);
        }
}

bool directory_parse(const void *mem, const char *file, const char *bytes, size_t n, bool csv,
                     const char *profile, struct directory_row **ret, size_t *ret_n, size_t *ret_other,
                     struct err *err)
{
    struct reading r = {.mem = mem, .file = file, .profile = profile, .line = 1, .bad = str_new(mem)};
    if (n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        bytes += 3;
        n -= 3;
    }
    if (csv && !read_csv(&r, bytes, n, err))
        return false;
    if (!csv)
        read_lines(&r, bytes, n, NULL);
    if (!r.header_read)
        return err_set(err, ERR_DATA, "%s:1: no header line", file);
    refuse_twice(&r);
    if (r.n_bad)
        return err_set(err, ERR_DATA, "%s", r.bad.s);
    *ret = r.rows;
    *ret_n = r.n_rows;
    *ret_other = r.n_other;
    return true;
}
