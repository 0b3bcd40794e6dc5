/* directory.c: who belongs to the institution, looked up by address, domain and name.
 *
 * It states only what was registered: no guess by likeness (that is verify/'s look-alike check, which says
 * so). Look-ups are binary searches over sorted keys made once by directory_finish(), so that ten thousand
 * people cost a letter nothing. Encodes MIC-8.2 (member portals at subdomains) and MIC-12.1 (each unit has
 * registered contacts).
 *
 * Invariant: after directory_finish() nothing is added; addresses and domains are lower case. */
#include "house/directory.h"
#include "base/utf8.h"

struct entry {
    const char *key;
    size_t i; /* index into people or units */
};

struct table {
    struct entry *v;
    size_t n;
};

struct directory_index {
    struct table addresses; /* key: address; i: person */
    struct table names;     /* key: name in the bare form; i: person */
    struct table units;     /* key: unit id; i: unit */
    struct table domains;   /* key: domain of one unit only; i: unit */
};

static const char *const role_words[] = {"leader", "deputy", "contact", "member"};

const char *person_role_name(enum person_role role)
{
    return role_words[role];
}

bool person_role_parse(const char *word, enum person_role *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(role_words); i++)
        if (str_eq(role_words[i], word)) {
            *ret = (enum person_role)i;
            return true;
        }
    return false;
}

static size_t unit_number(const struct directory *d, const char *id)
{
    size_t i = 0;
    while (i < d->n_units && !str_eq(d->units[i].id, id))
        i++;
    return i;
}

void directory_add(const void *mem, struct directory *d, const char *unit, const char *unit_name,
                   const struct person *person)
{
    size_t u = unit_number(d, unit);
    if (u == d->n_units)
        *mem_append(mem, d->units, d->n_units) =
            (struct unit){.id = mem_str(mem, unit), .name = mem_str(mem, unit_name)};
    struct person *p = mem_append(mem, d->people, d->n_people);
    p->unit = d->units[u].id;
    p->role = person->role;
    p->name = mem_str(mem, person->name ? person->name : "");
    p->title = mem_str(mem, person->title ? person->title : "");
    p->address = str_lower(mem, person->address);
}

/* ---- the indexes ---- */

static int entry_order(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int by_key = strcmp(x->key, y->key);
    return by_key ? by_key : (x->i > y->i) - (x->i < y->i);
}

static void put(const void *mem, struct table *t, const char *key, size_t i)
{
    *mem_append(mem, t->v, t->n) = (struct entry){key, i};
}

static void sort(struct table *t)
{
    if (t->n > 1)
        qsort(t->v, t->n, sizeof *t->v, entry_order);
}

/* The first entry whose key is not below `key` (t->n when all are). */
static size_t lower_bound(const struct table *t, const char *key)
{
    size_t from = 0, until = t->n;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (strcmp(t->v[middle].key, key) < 0)
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}

static const struct entry *look(const struct table *t, const char *key)
{
    size_t at = lower_bound(t, key);
    return at < t->n && str_eq(t->v[at].key, key) ? &t->v[at] : NULL;
}

/* `all` holds (domain, unit) of each person, sorted: a run of one domain with one unit becomes that unit's.
 */
static void keep_own_domains(const void *mem, struct directory *d, const struct table *all)
{
    for (size_t i = 0, end; i < all->n; i = end) {
        const struct entry *first = &all->v[i];
        for (end = i + 1; end < all->n && str_eq(all->v[end].key, first->key);)
            end++;
        if (all->v[end - 1].i != first->i || str_list_has(&d->shared, first->key))
            continue;
        str_list_add(mem, &d->units[first->i].domains, first->key);
        put(mem, &d->index->domains, first->key, first->i);
    }
}

void directory_finish(const void *mem, struct directory *d)
{
    struct table all = {0};
    struct directory_index *x = d->index = mem_zero(mem, struct directory_index);
    for (size_t i = 0; i < d->n_units; i++)
        put(mem, &x->units, d->units[i].id, i);
    sort(&x->units);
    for (size_t i = 0; i < d->n_people; i++) {
        const struct person *p = &d->people[i];
        const char *at = strchr(p->address, '@'), *name = utf8_bare(mem, p->name);
        put(mem, &x->addresses, p->address, i);
        if (*name)
            put(mem, &x->names, name, i);
        if (at && at[1])
            put(mem, &all, at + 1, look(&x->units, p->unit)->i);
    }
    sort(&x->addresses);
    sort(&x->names);
    sort(&all);
    keep_own_domains(mem, d, &all);
}

/* ---- look-ups ---- */

const struct unit *directory_find_unit(const struct directory *d, const char *id)
{
    const struct entry *e = d->index ? look(&d->index->units, id) : NULL;
    return e ? &d->units[e->i] : NULL;
}

static const struct person *find_person(const struct directory *d, const struct table *t, char *key)
{
    const struct entry *e = look(t, key);
    talloc_free(key);
    return e ? &d->people[e->i] : NULL;
}

const struct person *directory_find_address(const struct directory *d, const char *address)
{
    return d->index ? find_person(d, &d->index->addresses, str_lower(NULL, address)) : NULL;
}

const struct person *directory_find_name(const struct directory *d, const char *name)
{
    _cleanup_mem_ void *mem = mem_new();
    char *bare = utf8_bare(mem, name);
    char *trimmed = str_trim(NULL, bare, strlen(bare));
    if (d->index && *trimmed)
        return find_person(d, &d->index->names, trimmed);
    talloc_free(trimmed);
    return NULL;
}

/* True when a unit other than `unit` has a domain of its own below `domain`, or people at one. */
static bool others_below(const struct directory *d, const char *domain, size_t unit)
{
    const struct table *t = &d->index->domains;
    size_t n = strlen(domain);
    for (size_t i = 0; i < t->n; i++) {
        size_t len = strlen(t->v[i].key);
        if (t->v[i].i != unit && len > n && t->v[i].key[len - n - 1] == '.' &&
            str_ends(t->v[i].key, domain))
            return true;
    }
    return false;
}

const struct unit *directory_find_domain(const struct directory *d, const char *domain)
{
    _cleanup_mem_ char *lower = str_lower(NULL, domain);
    if (!d->index)
        return NULL;
    for (const char *s = lower; s; s = strchr(s, '.') ? strchr(s, '.') + 1 : NULL) {
        const struct entry *e = look(&d->index->domains, s);
        if (e)
            return s == lower || !others_below(d, s, e->i) ? &d->units[e->i] : NULL;
    }
    return NULL;
}
