/* related.c: what the store knows that is related to a new letter, and the next reference of the year (of
 * `now`, in Viet Nam), which is taken inside the batch.
 *
 * Message-ID is never a key: letters are the same by their bytes or by their sameness. Out of a reply's ids
 * and subject comes a claim, which is only linked: anyone can write a reference into a subject (A13, A14).
 * The cases that a reply's ids name and the tokens that it carries are handed to verify(), which alone says
 * whether they prove anything. A letter without ids and tokens costs no look-up here but its own two. */
#include "store/inside.h"
#include "verify/token.h"

/* Ids looked at per letter: a References header may hold thousands. */
#define REFERENCES_MAX 50
#define NAMED_MAX      8

static bool find_duplicate(struct store *s, const void *mem, const struct letter *l, const char **ret,
                           struct err *err)
{
    if (!store_look_up(s, mem, "duplicate_by_sha256", ":sha256", l->sha256, ret, err))
        return false;
    return **ret || !*l->sameness ||
           store_look_up(s, mem, "duplicate_by_sameness", ":sameness", l->sameness, ret, err);
}

static bool claim_by_id(struct store *s, const void *mem, const char *id, const char **ret, struct err *err)
{
    *ret = "";
    if (!id || !*id)
        return true;
    return store_look_up(s, mem, "ref_by_sent_message_id", ":message_id", id, ret, err) &&
           (**ret || store_look_up(s, mem, "ref_by_letter_message_id", ":message_id", id, ret, err));
}

static void add_named(const void *mem, struct known *k, const char *ref)
{
    if (*ref && k->named.n < NAMED_MAX && !str_list_has(&k->named, ref))
        str_list_add(mem, &k->named, ref);
}

/* Each "BBT-2026-000123" in a subject that is the reference of a case. */
static bool named_in_subject(struct store *s, const void *mem, const char *subject, struct known *k,
                             struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    const char *found;
    for (const char *p = subject; p && k->named.n < NAMED_MAX && (p = str_ifind(p, strlen(p), "BBT-"));
         p += 4) {
        int64_t year, number;
        size_t n = 4;
        while (str_digit(p[n]) || p[n] == '-')
            n++;
        char *ref = mem_fmt(tmp, "BBT-%.*s", (int)(n < 32 ? n - 4 : 28), p + 4);
        if (!ref_split(ref, &year, &number))
            continue;
        if (!store_look_up(s, mem, "ref_exists", ":ref", ref, &found, err))
            return false;
        add_named(mem, k, found);
    }
    return true;
}

/* The newest id is the most telling one: In-Reply-To, then References from its end. */
static bool find_claim(struct store *s, const void *mem, const struct letter *l, struct known *k,
                       struct err *err)
{
    const char **ret = &k->claims, *category;
    if (!claim_by_id(s, mem, l->in_reply_to, ret, err))
        return false;
    add_named(mem, k, *ret);
    size_t n = l->references.n, last = n > REFERENCES_MAX ? n - REFERENCES_MAX : 0;
    for (size_t i = n; i-- > last && !**ret;)
        if (!claim_by_id(s, mem, l->references.v[i], ret, err))
            return false;
    size_t before = k->named.n;
    if (!named_in_subject(s, mem, l->subject, k, err))
        return false;
    if (!**ret && k->named.n > before)
        *ret = k->named.v[before];
    if (**ret && !store_look_up(s, mem, "category_of", ":ref", *ret, &category, err))
        return false;
    k->claims_question = **ret && str_eq(category, "question");
    return true;
}

/* Outside a batch the reference is only foreseen: `explain` stores nothing. */
static bool next_ref(struct store *s, const void *mem, int64_t now, const char **ret, struct err *err)
{
    bool row = false;
    int64_t year = when_civil(now).year, number = 1;
    struct query *q = db_query(s->db, s->in_batch ? "reference_next" : "reference_peek");
    q_int(q, ":year", year);
    if (!q_one_int(q, &row, &number, err))
        return false;
    *ret = ref_make(mem, year, number);
    return true;
}

/* ---- tokens and threads ---- */

bool case_is_open(const struct store *s, const char *track, const char *state)
{
    const struct track *t = s->tracks ? profile_find_track(s->tracks, track) : NULL;
    return !str_eq(state, "closed") && !(t && str_list_has(&t->finals, state));
}

static struct known_token token_row(struct store *s, const void *mem, const struct query *q,
                                    const char *token)
{
    _cleanup_mem_ void *tmp = mem_new();
    const char *word = q_col_text(tmp, q, 1);
    enum token_purpose purpose = str_eq(word, "confirm")  ? TOKEN_CONFIRM
                                 : str_eq(word, "act")    ? TOKEN_ACT
                                 : str_eq(word, "supply") ? TOKEN_SUPPLY
                                                          : TOKEN_REPLY;
    return (struct known_token){.id = q_col_int(q, 0),
                                .purpose = purpose,
                                .token = token,
                                .ref = q_col_text(mem, q, 2),
                                .unit = q_col_text(mem, q, 3),
                                .address = q_col_text(mem, q, 4),
                                .content_hash = q_col_text(mem, q, 5),
                                .present_hash = q_col_text(mem, q, 6),
                                .letter_key = q_col_text(mem, q, 7),
                                .issued = q_col_int(q, 8),
                                .expires = q_col_int(q, 9),
                                .used = q_col_int(q, 10) != 0,
                                .open = case_is_open(s, q_col_text(tmp, q, 11), q_col_text(tmp, q, 12)),
                                .waiting = q_col_int(q, 13) != 0,
                                .request = q_col_int(q, 14),
                                .section = q_col_int(q, 15)};
}

/* What may be a token is looked up by its hash: the database never holds one. */
static bool find_tokens(struct store *s, const void *mem, const struct letter *l, struct known *k,
                        struct err *err)
{
    struct str_list candidates = token_candidates(mem, l);
    for (size_t i = 0; i < candidates.n; i++) {
        _cleanup_mem_ void *tmp = mem_new();
        const char *token = candidates.v[i];
        bool row = false;
        struct query *q = db_query(s->db, "token_find");
        q_text(q, ":hash", hash_hex(tmp, token, strlen(token)));
        if (!q_next(q, &row, err))
            return false;
        if (row)
            *mem_append(mem, k->tokens, k->n_tokens) = token_row(s, mem, q, token);
        q_end(q);
    }
    return true;
}

static bool knows(const struct known *k, const char *ref)
{
    for (size_t i = 0; i < k->n_cases; i++)
        if (str_eq(k->cases[i].ref, ref))
            return true;
    return false;
}

static void add_case(struct store *s, const void *mem, const struct query *q, struct known *k)
{
    _cleanup_mem_ void *tmp = mem_new();
    const char *ref = q_col_text(mem, q, 0);
    if (k->n_cases == KNOWN_CASES || knows(k, ref))
        return;
    *mem_append(mem, k->cases, k->n_cases) =
        (struct known_case){.ref = ref,
                            .unit = q_col_text(mem, q, 1),
                            .from = q_col_text(mem, q, 2),
                            .authenticated = q_col_int(q, 3) != 0,
                            .received = q_col_int(q, 4),
                            .open = case_is_open(s, q_col_text(tmp, q, 5), q_col_text(tmp, q, 6)),
                            .waiting = q_col_int(q, 7) != 0,
                            .unchanged = q_col_int(q, 8) != 0,
                            .subject = q_col_text(mem, q, 9)};
}

static bool cases_of_id(struct store *s, const void *mem, const char *id, struct known *k, struct err *err)
{
    bool row = true;
    if (!id || !*id || k->n_cases == KNOWN_CASES)
        return true;
    struct query *q = db_query(s->db, "cases_by_message_id");
    q_text(q, ":message_id", id);
    q_int(q, ":limit", KNOWN_CASES);
    while (q_next(q, &row, err)) {
        if (!row)
            return true;
        add_case(s, mem, q, k);
    }
    return false;
}

static bool find_cases(struct store *s, const void *mem, const struct letter *l, struct known *k,
                       struct err *err)
{
    size_t n = l->references.n, last = n > REFERENCES_MAX ? n - REFERENCES_MAX : 0;
    if (!cases_of_id(s, mem, l->in_reply_to, k, err))
        return false;
    for (size_t i = n; i-- > last;)
        if (!str_eq(l->references.v[i], l->in_reply_to) && !cases_of_id(s, mem, l->references.v[i], k, err))
            return false;
    return true;
}

bool store_find_related(struct store *s, const void *mem, const struct letter *letter, int64_t now,
                        struct known *ret, struct err *err)
{
    struct known k = {.duplicate_of = "", .claims = "", .next_ref = ""};
    if (s->in_batch && !store_batch_alive(s, err))
        return false;
    if (!find_duplicate(s, mem, letter, &k.duplicate_of, err))
        return false;
    if (!*k.duplicate_of &&
        (!find_claim(s, mem, letter, &k, err) || !find_tokens(s, mem, letter, &k, err) ||
         !find_cases(s, mem, letter, &k, err) || !next_ref(s, mem, now, &k.next_ref, err)))
        return false;
    *ret = k;
    return true;
}

bool store_find_asked(struct store *s, const void *mem, const struct letter *letter, struct known *ret,
                      struct err *err)
{
    struct known k = {.duplicate_of = "", .claims = "", .next_ref = ""};
    if (!find_claim(s, mem, letter, &k, err) || !find_tokens(s, mem, letter, &k, err) ||
        !find_cases(s, mem, letter, &k, err))
        return false;
    k.claims = ""; /* its case is linked already */
    *ret = k;
    return true;
}
