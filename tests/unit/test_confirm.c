/* test_confirm.c: whose word counts about which submission, and what never counts (DOMAIN 6, issue 4 items
 * 4 and 6). One honest situation, and each row changes one thing of it. */
#include "desk/admit.h"
#include "rulings.h"
#include "verify/token.h"
#include "verify_world.h"

#define TO_US              "To: Ban Bien tap <banbientap@mic.gov.vn>\r\n"
#define WRITTEN            "Date: Mon, 22 Jul 2024 01:30:00 +0700\r\n"
#define PASS(domain)       FROM_THERE(domain) TO_US WRITTEN
#define FROM_THERE(domain) TRACE STAMP "dmarc=pass header.from=" domain "\r\n"
#define BINH               PASS("cvt.example.vn") "From: Tran Binh <tbinh@cvt.example.vn>\r\n"
#define DEPUTY             PASS("cvt.example.vn") "From: vha@cvt.example.vn\r\n"
#define CLERK              PASS("cvt.example.vn") "From: lan@cvt.example.vn\r\n"
#define OTHER_LEADER       PASS("other.example.vn") "From: khoa@other.example.vn\r\n"
#define STRANGER           PASS("gmail.com") "From: tbinh.cvt@gmail.com\r\n"
#define UNPROVED           TRACE "From: tbinh@cvt.example.vn\r\n"
#define UNSURE             TRACE STAMP "dmarc=temperror header.from=cvt.example.vn\r\nFrom: tbinh@cvt.example.vn\r\n"
#define TWO_FROM           PASS("cvt.example.vn") "From: tbinh@cvt.example.vn\r\nFrom: a@b.vn\r\n"
#define AUTO               BINH "Auto-Submitted: auto-replied\r\n"
#define LIST               BINH "List-Id: <x.cvt.example.vn>\r\n"
#define BOUNCE             BINH "Content-Type: multipart/report; report-type=delivery-status\r\n"
#define REPLY_TO           STRANGER "Reply-To: tbinh@cvt.example.vn\r\nSender: tbinh@cvt.example.vn\r\n"
#define IN_CC              STRANGER "Cc: tbinh@cvt.example.vn\r\n"

#define YES  "\xC4\x90\xE1\xBB\x93ng \xC3\xBD."                      /* agreed */
#define NO   "Kh\xC3\xB4ng \xC4\x91\xE1\xBB\x93ng \xC3\xBD."         /* not agreed */
#define ASK  "\xC4\x90\xE1\xBB\x93ng \xC3\xBD c\xC3\xA1i g\xC3\xAC?" /* agreed to what? */
#define IF   "dong y neu bo doan cuoi"
#define BACK "rut lai y kien dong y hom truoc"
#define SEEN "da xem"

enum { NOW = 1721587259 /* of TRACE */, DAY = 86400 };

struct row {
    const char *headers, *text;
    /* What is changed of the honest token; each 0 or NULL: as it should be. */
    const char *unit, *address, *present;
    int64_t expires;
    bool used, closed, not_waiting, unchecked;
    /* What must come out. */
    const char *says, *why;
    bool counts;
};

static const struct row rows[] = {
    {BINH, YES, .says = "yes", .why = "", .counts = true},
    {DEPUTY, YES, .says = "yes", .why = "", .counts = true},
    {BINH, "ok em", .says = "yes", .why = "", .counts = true},
    /* signed with his own name, in a line and behind a sentence */
    {BINH, "dong y dang\nBinh", .says = "yes", .why = "", .counts = true},
    {BINH, "dong y dang. Tran Binh", .says = "yes", .why = "", .counts = true},
    {BINH, "khong dong y dang\nBinh", .says = "no", .why = "confirm-refused", .counts = true},
    /* his office below his name, in words or initials; another office, and initials of nothing */
    {BINH, "dong y dang\n\nTran Binh\nCuc truong", .says = "yes", .why = "", .counts = true},
    {BINH, "dong y dang\nBinh - CT\n--\nCuc truong CVT", .says = "yes", .why = "", .counts = true},
    {BINH, "dong y dang\nBinh\nGiam doc", .says = "none", .why = "confirm-unclear", .counts = true},
    {BINH, "dong y dang\nBinh - KO", .says = "none", .why = "confirm-unclear", .counts = true},
    {BINH, "dong y dang\nBinh\nthoi", .says = "none", .why = "confirm-unclear", .counts = true},
    {BINH, "Binh", .says = "none", .why = "confirm-nothing-said", .counts = true},
    {BINH, YES, .expires = NOW + 1, .says = "yes", .why = "", .counts = true},
    /* the person who was asked, who leads another unit by now */
    {BINH, YES, .unit = "HTQT", .says = "yes", .why = "confirm-other-unit"},
    /* a leader of the unit, though somebody else was asked */
    {BINH, YES, .address = "vha@cvt.example.vn", .says = "yes", .why = "", .counts = true},
    /* his word, but no agreement */
    {BINH, NO, .says = "no", .why = "confirm-refused", .counts = true},
    {BINH, ASK, .says = "question", .why = "confirm-question", .counts = true},
    {BINH, IF, .says = "condition", .why = "confirm-condition", .counts = true},
    {BINH, SEEN, .says = "none", .why = "confirm-nothing-said", .counts = true},
    {BINH, "> dong y", .says = "none", .why = "confirm-quote-only", .counts = true},
    {BINH, "anh Tuan da dong y", .says = "none", .why = "confirm-unclear", .counts = true},
    {BINH, BACK, .says = "withdrawn", .why = "confirm-withdrawn", .counts = true},
    {BINH, BACK, .used = true, .says = "withdrawn", .why = "confirm-withdrawn", .counts = true},
    {BINH, BACK, .closed = true, .says = "withdrawn", .why = "confirm-withdrawn", .counts = true},
    {BINH, NO, .used = true, .says = "withdrawn", .why = "confirm-withdrawn", .counts = true},
    /* not the right person */
    {CLERK, YES, .says = "yes", .why = "confirm-wrong-person"},
    {OTHER_LEADER, YES, .says = "yes", .why = "confirm-other-unit"},
    {STRANGER, YES, .says = "yes", .why = "confirm-wrong-person"},
    {REPLY_TO, YES, .says = "yes", .why = "confirm-wrong-person"},
    {IN_CC, YES, .says = "yes", .why = "confirm-wrong-person"},
    {CLERK, YES, .unit = "", .says = "yes", .why = "confirm-wrong-person"},
    {OTHER_LEADER, BACK, .says = "withdrawn", .why = "confirm-other-unit"},
    /* not proved */
    {UNPROVED, YES, .says = "yes", .why = "confirm-not-proved"},
    {UNSURE, YES, .says = "yes", .why = "confirm-not-proved"},
    {TWO_FROM, YES, .says = "yes", .why = "confirm-not-proved"},
    /* no person's writing */
    {AUTO, YES, .says = "yes", .why = "confirm-automatic"},
    {LIST, YES, .says = "yes", .why = "confirm-automatic"},
    {BOUNCE, YES, .says = "yes", .why = "confirm-automatic"},
    /* not in time, not that text */
    {BINH, YES, .used = true, .says = "yes", .why = "confirm-used"},
    {BINH, YES, .closed = true, .says = "yes", .why = "confirm-not-waiting"},
    {BINH, YES, .not_waiting = true, .says = "yes", .why = "confirm-not-waiting"},
    {BINH, YES, .expires = NOW - 1, .says = "yes", .why = "confirm-expired"},
    {BINH, YES, .present = "h2", .says = "yes", .why = "confirm-changed"},
    {BINH, NO, .expires = NOW - 1, .says = "no", .why = "confirm-expired"},
    /* a token that nobody checked is none: what is left is an agreement about nothing */
    {BINH, YES, .unchecked = true, .says = "yes", .why = "confirm-about-nothing"},
};

static struct world *house_new(void)
{
    struct world *w = world_new();
    person(w, "CVT", "Tran Binh", PERSON_LEADER, "tbinh@cvt.example.vn");
    person(w, "CVT", "Vo Ha", PERSON_DEPUTY, "vha@cvt.example.vn");
    person(w, "CVT", "Lan", PERSON_CONTACT, "lan@cvt.example.vn");
    person(w, "HTQT", "Khoa", PERSON_LEADER, "khoa@other.example.vn");
    directory_finish(w->mem, &w->directory);
    w->profile.confirm_deputies = true;
    w->policy.agreement = agreement_words_new(w->mem, shipped_profile("mic"));
    return w;
}

/* With the body parted as letter_thread() does it by shape. */
static struct letter *with_body(const void *mem, const char *headers, const char *body)
{
    struct letter *l = letter_from(mem, headers, strlen(headers));
    *mem_append(mem, l->texts, l->n_texts) = (struct letter_text){.text = body, .charset = "utf-8"};
    letter_derive(mem, l);
    return l;
}

static struct known_token token_of(const struct row *r)
{
    return (struct known_token){.id = 7,
                                .purpose = TOKEN_CONFIRM,
                                .token = r->unchecked ? "x" : "",
                                .ref = "BBT-2026-000007",
                                .unit = r->unit ? r->unit : "CVT",
                                .address = r->address ? r->address : "tbinh@cvt.example.vn",
                                .content_hash = "h1",
                                .present_hash = r->present ? r->present : "h1",
                                .letter_key = "k",
                                .issued = NOW - DAY,
                                .expires = r->expires ? r->expires : NOW + DAY,
                                .used = r->used,
                                .open = !r->closed,
                                .waiting = !r->not_waiting && !r->closed};
}

static struct evidence *read_it(struct world *w, const char *headers, const char *text, struct known *known)
{
    return verify(w->mem, with_body(w->mem, headers, text), &trusted, known, &w->directory, &w->policy);
}

static void by_token(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct world *w = house_new();
        const struct row *r = &rows[i];
        struct known_token t = token_of(r);
        struct known known = {.duplicate_of = "", .claims = "", .tokens = &t, .n_tokens = 1};
        const struct evidence *e = read_it(w, r->headers, r->text, &known);
        const struct confirming *k = &e->confirming;
        if (!str_eq(agreement_name(k->says), r->says) || !str_eq(k->why_not, r->why) ||
            k->counts != r->counts || (k->counts && (!k->by || !str_eq(k->ref, t.ref))))
            fail_msg("row %zu: says %s counts %d why '%s' ref '%s'", i, agreement_name(k->says), k->counts,
                     k->why_not, k->ref);
        assert_true(confirming_agrees(k) == (*r->why == '\0'));
        assert_true(!*k->why_not || finding_of(e, k->why_not));
        talloc_free(w->mem);
    }
}

static void deputies_by_policy(void **state)
{
    struct world *w = house_new();
    struct known_token t = token_of(&rows[0]);
    struct known known = {.tokens = &t, .n_tokens = 1};
    (void)state;
    w->profile.confirm_deputies = false;
    assert_string_equal(read_it(w, DEPUTY, YES, &known)->confirming.why_not, "confirm-wrong-person");
    t.address = "vha@cvt.example.vn"; /* he was asked while deputies could confirm */
    assert_string_equal(read_it(w, DEPUTY, YES, &known)->confirming.why_not, "confirm-wrong-person");
    talloc_free(w->mem);
}

/* Of several tokens of one submission the one that can count is used; never one of another submission. */
static void the_better_token(void **state)
{
    struct world *w = house_new();
    struct known_token t[2] = {token_of(&rows[0]), token_of(&rows[0])};
    struct known known = {.tokens = t, .n_tokens = 2};
    (void)state;
    t[0].used = true;
    t[1].id = 8;
    const struct evidence *e = read_it(w, BINH, YES, &known);
    assert_true(confirming_agrees(&e->confirming));
    assert_int_equal(e->confirming.token->id, 8);
    t[1].ref = "BBT-2026-000008";
    e = read_it(w, BINH, YES, &known);
    assert_string_equal(e->confirming.ref, t[0].ref);
    assert_string_equal(e->confirming.why_not, "confirm-used");
    talloc_free(w->mem);
}

/* ---- by thread ---- */

#define RE "In-Reply-To: <clerk.1@cvt.example.vn>\r\n"

static struct known_case case_of(void)
{
    return (struct known_case){.ref = "BBT-2026-000009",
                               .unit = "CVT",
                               .from = "lan@cvt.example.vn",
                               .authenticated = true,
                               .received = NOW - DAY,
                               .open = true,
                               .waiting = true,
                               .unchanged = true};
}

static const char *thread_why(const char *headers, const char *text, const struct known_case *v, size_t n)
{
    struct world *w = house_new();
    struct known_case *copy = talloc_memdup(w->mem, v, n * sizeof *v);
    struct known known = {.cases = copy, .n_cases = n};
    const struct confirming *k = &read_it(w, headers, text, &known)->confirming;
    static char why[64];
    snprintf(why, sizeof why, "%s%s", confirming_agrees(k) ? k->how : k->counts ? "!" : "-", k->why_not);
    talloc_free(w->mem);
    return why;
}

static void by_thread(void **state)
{
    struct known_case c = case_of(), two[2] = {case_of(), case_of()};
    (void)state;
    assert_string_equal(thread_why(BINH RE, YES, &c, 1), "thread");
    assert_string_equal(thread_why(DEPUTY RE, YES, &c, 1), "thread");
    assert_string_equal(thread_why(BINH RE, NO, &c, 1), "!confirm-refused");
    assert_string_equal(thread_why(BINH RE, SEEN, &c, 1), "!confirm-nothing-said");
    assert_string_equal(thread_why(BINH RE, "", &c, 1), "!confirm-nothing-said");
    assert_string_equal(thread_why(OTHER_LEADER RE, YES, &c, 1), "-confirm-other-unit");
    assert_string_equal(thread_why(CLERK RE, "anh Binh da dong y", &c, 1), "-confirm-reported");
    assert_string_equal(thread_why(STRANGER RE, YES, &c, 1), "-");
    assert_string_equal(thread_why(AUTO RE, YES, &c, 1), "-confirm-automatic");
    assert_string_equal(thread_why(UNPROVED RE, YES, &c, 1), "-"); /* forged */
    assert_string_equal(thread_why(UNSURE RE, YES, &c, 1), "-confirm-not-proved");
    two[1].ref = "BBT-2026-000010";
    assert_string_equal(thread_why(BINH RE, YES, two, 2), "-confirm-about-nothing");
    two[1].open = false; /* the other one is over: one is left */
    assert_string_equal(thread_why(BINH RE, YES, two, 2), "thread");
    c.unchanged = false;
    assert_string_equal(thread_why(BINH RE, YES, &c, 1), "-confirm-changed");
    c = case_of();
    c.authenticated = false; /* a person named the unit: what the leader read may be another text */
    assert_string_equal(thread_why(BINH RE, YES, &c, 1), "-confirm-sender-unproved");
    c = case_of();
    c.received = NOW + DAY;
    assert_string_equal(thread_why(BINH RE, YES, &c, 1), "-confirm-earlier");
    c = case_of();
    c.waiting = false;
    assert_string_equal(thread_why(BINH RE, YES, &c, 1), "-confirm-not-waiting");
    assert_string_equal(thread_why(BINH RE, BACK, &c, 1), "!confirm-withdrawn");
    c.open = false;
    assert_string_equal(thread_why(BINH RE, YES, &c, 1), "-confirm-about-nothing");
}

/* The subject shows what he was asked; prefixes, accents and what a client adds do not matter. */
static void other_subjects(void **state)
{
    static const struct {
        const char *asked, *answered;
        bool same;
    } rows_of_subjects[] = {
        {"Bai cho phien", "Re: Bai cho phien", true},
        {"B\u00e0i ch\u1ee3 phi\u00ean", "TL: [NGOAI] BAI CHO PHIEN", true},
        {"Tin bai: Bai cho phien", "Re: Tin bai: Bai cho phien", true},
        {"Fwd: Re: Bai cho  phien vung cao", "Re: Bai cho phien", true},
        {"", "Re: Di hop", true},
        {"Bai cho phien", "Re: Di hop", false},
        {"Bai cho phien", "Re:", false},
        {"Bai cho phien", "", false},
        {"Bai cho phien", "Re: cho", false},
        {"Bai cho phien", "Re: B", false},
        {"Bai cho phien", "Re: Bai cho", true},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows_of_subjects); i++) {
        _cleanup_mem_ void *mem = mem_new();
        struct known_case c = case_of();
        c.subject = rows_of_subjects[i].asked;
        const char *head = mem_fmt(mem, "%s" RE "Subject: %s\r\n", BINH, rows_of_subjects[i].answered);
        const char *why = thread_why(head, YES, &c, 1);
        if (!str_eq(why, rows_of_subjects[i].same ? "thread" : "-confirm-other-subject"))
            fail_msg("row %zu: %s", i, why);
    }
}

/* ---- the leader's own letters ---- */

#define NEWS                                                                                               \
    "Sang nay, tai Ha Noi, Cuc Vien thong to chuc hoi nghi tong ket cong tac nam. Du hoi nghi co dai "     \
    "dien "                                                                                                \
    "cac vu, cac so va doanh nghiep. Hoi nghi da nghe bao cao ket qua va nhat tri thong qua phuong huong " \
    "nam toi. Cac dai bieu de nghi tiep tuc dau tu ha tang cho vung sau, vung xa, khong de dia phuong "    \
    "nao "                                                                                                 \
    "bi bo lai phia sau."

#define PLAIN_NEWS                                                                                         \
    "Ngay 12/12, doan cong tac cua Cuc tham va tang qua cho cac gia dinh chinh sach tai xa bien gioi. "    \
    "Moi "                                                                                                 \
    "phan qua gom tien mat va nhu yeu pham. Doan cung lap dat mot tram phat song di dong, phuc vu hon "    \
    "hai "                                                                                                 \
    "nghin ho dan trong vung."

/* A9: a genuine letter of the leader, sent to us again by somebody who has it. */
static void sent_again(void **state)
{
    static const struct {
        const char *head, *why;
    } heads[] = {
        {TO_US WRITTEN, ""},
        {"Cc: x@y.vn, banbientap+abc@mic.gov.vn\r\nTo: lan@cvt.example.vn\r\n" WRITTEN, ""},
        {"To: bbt-cong@mic.gov.vn\r\n" WRITTEN, ""},
        {"To: lan@cvt.example.vn\r\n" WRITTEN, "confirm-not-to-us"},
        {"To: banbientap@mic.gov.vn.example.vn\r\n" WRITTEN, "confirm-not-to-us"},
        {"Bcc: banbientap@mic.gov.vn\r\nReply-To: banbientap@mic.gov.vn\r\n" WRITTEN, "confirm-not-to-us"},
        {TO_US, "confirm-old"},
        {TO_US "Date: Mon, 1 Jul 2024 01:30:00 +0700\r\n", "confirm-old"},
    };
    struct known_case c = case_of();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        struct world *w = house_new();
        const char *top = mem_fmt(w->mem, "%s%s%s", FROM_THERE("cvt.example.vn"), heads[i].head,
                                  "From: Tran Binh <tbinh@cvt.example.vn>\r\n");
        const char *wanted = *heads[i].why ? mem_fmt(w->mem, "-%s", heads[i].why) : NULL;
        assert_string_equal(thread_why(top, NEWS, &c, 0), wanted ? wanted : "sent");
        assert_string_equal(thread_why(mem_fmt(w->mem, "%s" RE, top), YES, &c, 1),
                            wanted ? wanted : "thread");
        talloc_free(w->mem);
    }
    /* his old yes in a thread whose first id the clerk has used again for a new text */
    c.received = NOW - 600;
    assert_string_equal(thread_why(FROM_THERE("cvt.example.vn") TO_US
                                   "Date: Sun, 21 Jul 2024 20:00:00 +0700\r\n"
                                   "From: tbinh@cvt.example.vn\r\n" RE,
                                   YES, &c, 1),
                        "-confirm-earlier");
}

static void own_letters(void **state)
{
    struct known_case none = case_of();
    (void)state;
    assert_string_equal(thread_why(BINH, NEWS, &none, 0), "sent");
    assert_string_equal(thread_why(BINH RE, PLAIN_NEWS, &none, 0), "sent");
    /* in a reply, words of agreement may be meant: somebody looks */
    assert_string_equal(thread_why(BINH RE, NEWS, &none, 0), "-confirm-condition");
    assert_string_equal(thread_why(BINH, "Tin ngan: hoi nghi da be mac.", &none, 0), "sent");
    assert_string_equal(thread_why(UNSURE, NEWS, &none, 0), "-confirm-not-proved");
    assert_string_equal(thread_why(LIST, NEWS, &none, 0), "-confirm-automatic");
    assert_string_equal(thread_why(CLERK, NEWS, &none, 0), "-");
    /* only about another letter, and nobody knows which */
    assert_string_equal(thread_why(BINH, YES, &none, 0), "-confirm-about-nothing");
    assert_string_equal(thread_why(BINH RE, YES, &none, 0), "-confirm-about-nothing");
    assert_string_equal(thread_why(BINH RE, NO, &none, 0), "-confirm-refused");
    assert_string_equal(thread_why(BINH RE, IF, &none, 0), "-confirm-condition");
    assert_string_equal(thread_why(BINH RE, SEEN, &none, 0), "-confirm-nothing-said");
    assert_string_equal(thread_why(BINH, "OK\n\n> " NEWS, &none, 0), "-confirm-about-nothing");
}

static const char *forward_why(const char *headers, const char *text, bool file)
{
    struct world *w = house_new();
    struct letter *l = with_body(w->mem, headers, text);
    static char why[64];
    if (file)
        attach(w->mem, l, "bai.docx", NEWS);
    else
        *mem_append(w->mem, l->forwards.v, l->forwards.n) = (struct letter_forward){
            .from = "Lan <lan@cvt.example.vn>", .date = "", .subject = "", .text = NEWS};
    const struct confirming *k = &verify(w->mem, l, &trusted, NULL, &w->directory, &w->policy)->confirming;
    snprintf(why, sizeof why, "%s%s", confirming_agrees(k) ? k->how : "-", k->why_not);
    talloc_free(w->mem);
    return why;
}

static void forwards_and_files(void **state)
{
    (void)state;
    assert_string_equal(forward_why(BINH, "", false), "forward");
    assert_string_equal(forward_why(BINH, "Kinh chuyen Ban Bien tap dang bai.", false), "forward");
    assert_string_equal(forward_why(BINH, YES, false), "forward");
    assert_string_equal(forward_why(BINH, NO, false), "-confirm-refused");
    assert_string_equal(forward_why(BINH, "Bai nay dang duoc chua?", false), "-confirm-question");
    assert_string_equal(forward_why(BINH, "De nghi bien tap lai va cho dang", false), "forward");
    assert_string_equal(forward_why(BINH, "cho dang sau khi Thu truong dong y", false),
                        "-confirm-condition");
    assert_string_equal(forward_why(UNSURE, YES, false), "-confirm-not-proved");
    assert_string_equal(forward_why(CLERK, "Sep em dong y roi a", false), "-confirm-reported");
    assert_string_equal(forward_why(BINH, "Gui BBT bai cua don vi", true), "sent");
    assert_string_equal(forward_why(BINH RE, "Khong dong y, xem ban sua kem theo", true),
                        "-confirm-refused");
}

/* ---- joining ---- */

static const char *joins(const char *headers, enum token_purpose purpose, const char *address)
{
    struct world *w = house_new();
    struct known_token t = token_of(&rows[0]);
    struct known known = {.claims = "BBT-2026-000007", .tokens = &t, .n_tokens = 1};
    static char ref[32];
    t.purpose = purpose;
    t.address = address;
    snprintf(ref, sizeof ref, "%s", read_it(w, headers, "Cho toi hoi them.", &known)->joins);
    talloc_free(w->mem);
    return ref;
}

static void only_the_party_joins(void **state)
{
    (void)state;
    assert_string_equal(joins(STRANGER, TOKEN_REPLY, "tbinh.cvt@gmail.com"), "BBT-2026-000007");
    assert_string_equal(joins(STRANGER, TOKEN_REPLY, "TBinh.CVT@gmail.com"), "BBT-2026-000007");
    assert_string_equal(joins(CLERK, TOKEN_REPLY, "lan@cvt.example.vn"), "BBT-2026-000007");
    assert_string_equal(joins(STRANGER, TOKEN_REPLY, "tbinh@cvt.example.vn"), "");
    assert_string_equal(joins(BINH, TOKEN_REPLY, "lan@cvt.example.vn"), "");
    assert_string_equal(joins(STRANGER, TOKEN_CONFIRM, "tbinh.cvt@gmail.com"), "");
    assert_string_equal(joins(UNPROVED, TOKEN_REPLY, "tbinh@cvt.example.vn"), "");
    assert_string_equal(joins(AUTO, TOKEN_REPLY, "tbinh@cvt.example.vn"), "");
    assert_string_equal(joins(TRACE "From: tbinh.cvt@gmail.com\r\n", TOKEN_REPLY, "tbinh.cvt@gmail.com"),
                        "");
}

/* Whatever this check says, both languages have words for it. */
static void findings_have_words(void **state)
{
    _cleanup_mem_ void *mem = mem_new();
    static const char *const keys[] = {
        "token",        "thread",        "sent",         "forward",    "automatic", "not-proved",
        "wrong-person", "other-unit",    "used",         "expired",    "changed",   "earlier",
        "refused",      "condition",     "question",     "withdrawn",  "unclear",   "reported",
        "quote-only",   "about-nothing", "nothing-said", "not-waiting"};
    size_t n;
    (void)state;
    for (size_t l = 0; l < 2; l++) {
        const char *file = l ? "conf/vi/labels.d/findings" : "conf/en/labels.d/findings";
        const char *labels = read_whole(mem, file, &n);
        for (size_t i = 0; i < ARRAY_LEN(keys); i++)
            if (!strstr(labels, mem_fmt(mem, "\nfinding.confirm-%s ", keys[i])))
                fail_msg("no label for finding.confirm-%s in %s", keys[i], file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_token),
        cmocka_unit_test(deputies_by_policy),
        cmocka_unit_test(the_better_token),
        cmocka_unit_test(by_thread),
        cmocka_unit_test(other_subjects),
        cmocka_unit_test(sent_again),
        cmocka_unit_test(own_letters),
        cmocka_unit_test(forwards_and_files),
        cmocka_unit_test(only_the_party_joins),
        cmocka_unit_test(findings_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
