/* store_fixture.h: a house in a temporary directory, and letters and plans to put into it. */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scratch.h"
#include "store/store.h"
#include "sys/file.h"
#include <dirent.h>
#include <sqlite3.h>
#include <sys/stat.h>

#define NOW INT64_C(1795240800) /* 2026-11-21 in Viet Nam */

struct fixture {
    void *mem;
    char *house;
    struct store *store;
    struct err err;
};

#define ok(call)       assert_true_of((call), &f->err, #call, __LINE__)
#define fails(k, call) assert_failure(!(call), (k), &f->err, #call, __LINE__)

static inline void assert_true_of(bool good, struct err *err, const char *what, int line)
{
    if (!good)
        print_error("line %d: %s: %s\n", line, what, err->text);
    assert_true(good);
    *err = (struct err){0};
}

static inline void assert_failure(bool failed, enum err_kind kind, struct err *err, const char *what,
                                  int line)
{
    if (!failed || err->kind != kind)
        print_error("line %d: %s: failed %d, %s: %s\n", line, what, failed, err_kind_name(err->kind),
                    err->text);
    assert_true(failed);
    assert_int_equal(err->kind, kind);
    *err = (struct err){0};
}

static inline char *fixture_path(const struct fixture *f, const char *name)
{
    return file_join(f->mem, f->house, name);
}

/* A house as `bbt init` leaves it: keys/journal.key is all that the store needs. */
static inline void fixture_house(struct fixture *f)
{
    char dir[SCRATCH_MAX], key[HASH_BYTES * 2 + 1];
    memset(key, 'a', sizeof key - 1);
    key[sizeof key - 1] = '\0';
    f->mem = mem_new();
    assert_non_null(scratch_dir(dir, "store"));
    f->house = mem_str(f->mem, dir);
    assert_int_equal(mkdir(fixture_path(f, "keys"), 0700), 0);
    ok(file_write(fixture_path(f, "keys/journal.key"), key, strlen(key), 0600, &f->err));
}

/* A track on which everything that these tests do is allowed, and nothing else. */
static struct transition fixture_steps[] = {{.event = "approve", .from = "received", .to = "approved"},
                                            {.event = "publish", .from = "approved", .to = "published"},
                                            {.event = "publish", .from = "received", .to = "published"},
                                            {.event = "withdraw", .from = "published", .to = "withdrawn"},
                                            {.event = "refuse", .from = "received", .to = "refused"},
                                            {.event = "close", .from = "received", .to = "closed"},
                                            {.event = "edit", .from = "approved", .to = "received"},
                                            {.event = "edit", .from = "received", .to = "editing"},
                                            {.event = "approve", .from = "editing", .to = "approved"}};
static const char *const fixture_finals[] = {"published", "withdrawn", "refused", "closed"};
static struct track fixture_tracks[] = {{.name = "news",
                                         .start = "received",
                                         .finals = {(const char **)(uintptr_t)fixture_finals, 4},
                                         .transitions = fixture_steps,
                                         .n_transitions = ARRAY_LEN(fixture_steps)}};
static const struct profile fixture_profile = {.name = "t", .tracks = fixture_tracks, .n_tracks = 1};

static inline void fixture_reopen(struct fixture *f)
{
    if (f->store)
        talloc_free(f->store);
    f->store = NULL;
    ok(store_open(f->mem, f->house, &f->store, &f->err));
    ok(store_use_tracks(f->store, &fixture_profile, &f->err));
}

static inline int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    *state = f;
    fixture_house(f);
    fixture_reopen(f);
    return 0;
}

static inline void remove_all(const char *dir)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    while (d && (e = readdir(d))) {
        if (e->d_name[0] == '.')
            continue;
        char *path = mem_fmt(NULL, "%s/%s", dir, e->d_name);
        if (unlink(path) < 0)
            remove_all(path);
        talloc_free(path);
    }
    if (d)
        closedir(d);
    rmdir(dir);
}

static inline int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    char *house = mem_str(NULL, f->house);
    talloc_free(f->mem);
    remove_all(house);
    talloc_free(house);
    free(f);
    return 0;
}

/* Any SQL, past all walls of the driver: what a vandal with the file would do. */
static inline void vandal(const struct fixture *f, const char *file, const char *sql)
{
    sqlite3 *db;
    char *why = NULL;
    assert_int_equal(sqlite3_open(fixture_path(f, file), &db), SQLITE_OK);
    int rc = sqlite3_exec(db, sql, NULL, NULL, &why);
    if (rc != SQLITE_OK)
        print_error("%s: %s\n", sql, why);
    assert_int_equal(rc, SQLITE_OK);
    sqlite3_close(db);
}

static inline int64_t ask(const struct fixture *f, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *stmt;
    assert_int_equal(sqlite3_open(fixture_path(f, "case.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return n;
}

/* ---- letters and plans ---- */

struct sample {
    const char *id; /* makes the bytes and the receipt different */
    const char *subject, *body, *message_id, *sameness, *state;
    bool restricted;
};

static inline struct letter *sample_letter(const void *mem, const struct sample *s)
{
    struct letter *l = mem_zero(mem, struct letter);
    char *hex = hash_hex(l, s->id, strlen(s->id));
    memcpy(l->sha256, hex, HASH_HEX);
    if (s->sameness)
        memcpy(l->sameness, hash_hex(l, s->sameness, strlen(s->sameness)), HASH_HEX);
    else
        memcpy(l->sameness, hash_hex(l, hex, strlen(hex)), HASH_HEX);
    l->bytes = 1234;
    l->complete = true;
    l->subject = s->subject ? s->subject : "subject";
    l->message_id = s->message_id ? s->message_id : "";
    l->in_reply_to = "";
    l->body = l->fresh = s->body ? s->body : "body";
    return l;
}

static inline struct submission sample_submission(const void *mem, const struct sample *s,
                                                  const struct letter *l, const char *ref)
{
    return (struct submission){.ref = ref,
                               .state = s->state ? s->state : "received",
                               .kind = s->restricted ? "mic/complaint" : "mic/news",
                               .category = s->restricted ? "complaint" : "news",
                               .track = "news",
                               .unit = "CVT",
                               .restricted = s->restricted,
                               .verdict = "accept",
                               .from = "an@mic.gov.vn",
                               .from_name = "An",
                               .authenticated = true,
                               .subject = l->subject,
                               .message_id = l->message_id,
                               .received = NOW - 3600,
                               .opened = NOW,
                               .title = l->subject,
                               .body = l->body,
                               .content_hash = submission_content_hash(mem, l->subject, l->body),
                               .letter_sha256 = l->sha256};
}

/* The plan that opens a case for the sample, under a reserved reference or with a second receipt. */
static inline struct plan *sample_plan(struct fixture *f, const struct sample *s, struct known *ret_known)
{
    struct letter *l = sample_letter(f->mem, s);
    struct known known;
    ok(store_find_related(f->store, f->mem, l, NOW, &known, &f->err));
    bool again = *known.duplicate_of != '\0';
    char *key = mem_fmt(f->mem, "letter/ingest/%s", s->id);
    struct plan *p = plan_new(f->mem, key, again ? known.duplicate_of : known.next_ref, &actor_system, NOW);
    struct facts *facts = mem_zero(p, struct facts);
    *facts =
        (struct facts){.account = "ingest", .source = "file", .receipt = s->id, .received = NOW - 3600};
    p->opening = mem_zero(p, struct opening);
    *p->opening = (struct opening){.letter = l,
                                   .facts = facts,
                                   .entry = mem_fmt(p, "entry-%s", s->id),
                                   .s = sample_submission(p, s, l, p->ref),
                                   .report = "{\"a\":1}"};
    plan_add(p, again ? EFFECT_RECEIPT : EFFECT_OPEN)->to = again ? p->ref : NULL;
    if (ret_known)
        *ret_known = known;
    return p;
}

/* Begins, opens, commits; gives the reference. */
static inline const char *open_case(struct fixture *f, const struct sample *s)
{
    ok(store_begin(f->store, &f->err));
    struct plan *p = sample_plan(f, s, NULL);
    ok(store_apply(f->store, p, &f->err));
    ok(store_commit(f->store, &f->err));
    return p->ref;
}

static inline struct submission *get_case(struct fixture *f, const char *ref)
{
    struct submission *s;
    ok(store_submission(f->store, f->mem, ref, &s, &f->err));
    return s;
}

static const struct actor chief = {.user = "chief", .login = "hoa", .roles = ROLE_CHIEF};

/* A plan of the desk on the case as it stands now. */
static inline struct plan *step_plan(struct fixture *f, const char *ref, const char *event)
{
    struct submission *s = get_case(f, ref);
    char *key = mem_fmt(f->mem, "%s/%lld/%s", ref, (long long)s->version, event);
    struct plan *p = plan_new(f->mem, key, ref, &chief, NOW + 60);
    p->version = s->version;
    return p;
}

static inline void add_move(struct plan *p, const char *from, const char *to)
{
    struct effect *e = plan_add(p, EFFECT_MOVE);
    e->from = from;
    e->to = to;
    e->key = "test";
}

static inline struct plan_letter *sample_outgoing(const void *mem, const char *key)
{
    struct plan_letter *l = mem_zero(mem, struct plan_letter);
    l->template = "refused";
    l->to = "an@mic.gov.vn";
    l->key = mem_str(l, key);
    l->message_id = mem_fmt(l, "%s@bbt.vn", key);
    l->date = NOW;
    l->bytes = mem_fmt(
        l, "From: Ban bien tap <btt@mic.gov.vn>\r\nSubject: =?UTF-8?B?xJDDrG5o?= %s\r\n\r\nbody\r\n", key);
    l->n_bytes = strlen(l->bytes);
    return l;
}

static inline void apply_one_plan(struct fixture *f, const struct plan *p)
{
    ok(store_begin(f->store, &f->err));
    ok(store_apply(f->store, p, &f->err));
    ok(store_commit(f->store, &f->err));
}

static inline size_t count_faults(struct fixture *f)
{
    struct str_list faults = {0};
    ok(store_check(f->store, f->mem, &faults, &f->err));
    for (size_t i = 0; i < faults.n; i++)
        print_message("fault: %s\n", faults.v[i]);
    return faults.n;
}

#endif
