/* fsck.c: is everything accounted for? Every letter in the spool is whole, every done entry is the receipt
 * of a submission, every receipt of fetch.db has its letter, every paper that staff recorded is there, and
 * the store's own checks hold. Changes nothing. */
#include "fsck.h"
#include "store/receipts.h"
#include "sys/file.h"

static void fault(struct fsck *f, const char *fmt, const char *a, const char *b)
{
    struct str s = str_new(f->mem);
    str_addf(&s, "%s '%s': %s", fmt, a, b);
    str_list_add(f->mem, &f->faults, s.s);
}

/* A done entry is a receipt, or a repetition of one (the same file ingested twice, a batch fetched again
 * after a crash): then its bytes are those of a letter that has a submission. */
static bool accounted_for(struct fsck *f, const char *id, bool *ret, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct facts facts;
    struct err unread = {0};
    const char *ref;
    if (!store_entry_ref(f->store, mem, id, &ref, err))
        return false;
    if (!*ref && spool_read_facts(f->spool, mem, id, &facts, &unread) &&
        !store_letter_ref(f->store, mem, facts.sha256, &ref, err))
        return false;
    *ret = *ref != '\0';
    return true;
}

static bool check_entry(void *arg, const char *state, const char *id, struct err *err)
{
    struct fsck *f = arg;
    struct err why = {0};
    bool known = true;
    f->letters++;
    f->waiting += str_eq(state, "new");
    f->held += str_eq(state, "held");
    progress_add(&f->progress, 1);
    if (!spool_verify(f->spool, id, &why))
        fault(f, "letter", id, why.text);
    if (str_eq(state, "done") && !accounted_for(f, id, &known, err))
        return false;
    if (!known)
        fault(f, "letter", id, "done, but no submission has it");
    return true;
}

/* The letter is in a sealed file, which check_sealed() looks at. */
static bool is_sealed(const struct fsck *f, const char *entry)
{
    for (size_t i = 0; i < f->n_sealed; i++)
        if (str_eq(f->sealed[i].entry, entry))
            return true;
    return false;
}

static bool check_receipt(void *arg, const char *account, const char *receipt, const char *entry,
                          struct err *err)
{
    struct fsck *f = arg;
    struct err why = {0};
    _cleanup_close_ int fd = -1;
    (void)account;
    (void)err;
    if (!spool_open_raw(f->spool, entry, &fd, &why) && !is_sealed(f, entry))
        fault(f, "receipt", receipt, why.text);
    return true;
}

#define EVIDENCE_MAX (64u << 20)

/* Files that confirmations name by their hash. */
static bool check_evidence(struct fsck *f, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    struct str_list files = {0};
    if (!store_evidence_files(f->store, mem, &files, err))
        return false;
    for (size_t i = 0; i < files.n; i++) {
        char *bytes, *path = mem_fmt(mem, "%s/evidence/%s", f->dir, files.v[i]);
        size_t n;
        struct err why = {0};
        if (!file_read(mem, path, EVIDENCE_MAX, &bytes, &n, &why))
            fault(f, "evidence", files.v[i], why.text);
        else if (!str_eq(hash_hex(mem, bytes, n), files.v[i]))
            fault(f, "evidence", files.v[i], "is not what was recorded");
    }
    return true;
}

#define SEALED_MAX (256u << 20)

/* Sealed files are the only copy of their letters; what is inside only their recipients can say. */
static bool check_sealed(struct fsck *f, struct err *err)
{
    if (!store_sealed_all(f->store, f->mem, &f->sealed, &f->n_sealed, err))
        return false;
    for (size_t i = 0; i < f->n_sealed; i++) {
        _cleanup_mem_ void *mem = mem_new();
        const struct store_sealed *x = &f->sealed[i];
        char *bytes, *path = mem_fmt(mem, "%s/sealed/%s", f->dir, x->file);
        size_t n;
        struct err why = {0};
        if (!file_read(mem, path, SEALED_MAX, &bytes, &n, &why))
            fault(f, "sealed file", x->file, why.text);
        else if (!str_eq(hash_hex(mem, bytes, n), x->sha256))
            fault(f, "sealed file", x->file, "is not what was sealed");
    }
    return true;
}

bool fsck_house(struct fsck *f, struct err *err)
{
    struct receipts *receipts;
    f->progress = progress_start("fsck", 0);
    bool ok = store_check(f->store, f->mem, &f->faults, err) && spool_walk(f->spool, check_entry, f, err) &&
              check_sealed(f, err) && check_evidence(f, err) &&
              receipts_open(f->mem, f->dir, &receipts, err) &&
              receipts_walk(receipts, check_receipt, f, err);
    progress_end(&f->progress);
    return ok;
}
