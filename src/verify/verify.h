/* verify.h: who sent a letter and how we know. Pure and total: findings, not verdicts; the verdict is the
 * desk's (desk/admit), because policy may depend on what the letter is. Reply-To and Sender never identify
 * anybody (abuse A8). */
#ifndef VERIFY_VERIFY_H
#define VERIFY_VERIFY_H

#include "house/directory.h"
#include "house/profile.h"
#include "mail/letter.h"
#include "verify/agreement.h"
#include "verify/facts.h"
#include "verify/known.h"

enum auth_result { AUTH_UNKNOWN, AUTH_AUTHENTICATED, AUTH_UNAUTHENTICATED, AUTH_FORGED };
enum standing { STANDING_UNKNOWN, STANDING_MEMBER, STANDING_PARTNER, STANDING_PUBLIC, STANDING_FORGED };
enum finding_mark { FINDING_NOTE, FINDING_GOOD, FINDING_BAD };

/* One check's word; `key` is a catalogue key finding.KEY, `detail` the value concerned ("" when none). */
struct finding {
    const char *check;
    enum finding_mark mark;
    const char *key;
    const char *detail;
};

/* What the letter is as a confirmation (SV-6..8). It confirms only when `counts` and `says` is YES:
 * see confirming_agrees(). `ref` "" and how "sent" or "forward": about the text that it brings itself. */
struct confirming {
    enum agreement says;     /* of the sender's own new text; YES for his own text sent by himself */
    bool counts;             /* the right person, proved, about the right submission, in time */
    const char *ref;         /* the submission concerned, "" */
    const char *how;         /* "token" "thread" "sent" "forward" "" */
    const struct person *by; /* who speaks, NULL when not the right person or not proved */
    const char *words;       /* evidence, "" */
    const char *why_not;     /* finding key when it does not confirm, "" when it does or is nothing */
    const struct known_token *token; /* the one carried, NULL */
};

/* Confirms, either submission `ref` or, with ref "", the text that the letter brings. */
static inline bool confirming_agrees(const struct confirming *c)
{
    return c->counts && c->says == AGREEMENT_YES;
}

/* What a member of the staff answers to a letter that asked him to act on a submission: by a token that was
 * sent to the very address that is proved now. Whether he may is the desk's. */
struct acting {
    const char *ref;      /* the submission; "" when this is nobody's such answer */
    const char *said;     /* what the words are, whether they count or not; "" */
    const char *verb;     /* "approve" "return" "refuse"; "" when it does not count, see why_not */
    const char *ground;   /* for refuse, "" */
    const char *reason;   /* for refuse, "" */
    struct str_list todo; /* for return */
    const char *why_not;  /* finding key, "" */
    const struct known_token *token;
};

/* What a unit that was asked for something by a campaign sends with the token of that letter (MIC-13.5e).
 */
struct supplying {
    const struct known_token *token; /* NULL: it carries none */
    const char *why_not; /* finding key; "" when it is that unit's, proved, in time, something */
};

/* It is what was asked for. */
static inline bool supplying_counts(const struct supplying *s)
{
    return s->token && !*s->why_not;
}

struct evidence {
    enum auth_result auth;
    const char *auth_by;     /* "authentication-results" "dkim" "smime" "none" */
    const char *auth_detail; /* short ASCII, for the report */
    bool ambiguous;          /* two lines claim to be our server's: hold (abuse A2); auth is then unknown */
    enum standing standing;
    const char *from;      /* address, lower case domain; "" when From is not exactly one plain mailbox */
    const char *from_name; /* decoded display name, "" */
    const char *from_domain;
    bool own_domain;                   /* from_domain is one of the institution's own (or below one) */
    const struct directory *directory; /* the registry that unit and person are of; NULL: none */
    const struct unit *unit;           /* NULL when none is proved or claimed by the registry */
    const struct person *person;       /* registered holder of the From address, NULL */
    bool impersonates;                 /* claims an official address or name it does not have */
    bool automatic;                    /* Auto-Submitted, auto-reply or out-of-office marks */
    bool bounce;                       /* null return path, multipart/report, MAILER-DAEMON */
    bool bulk;                         /* List-Id, Precedence: bulk|list|junk */
    int64_t received;        /* receipt time: facts, or the border (else topmost) Received for files */
    const char *received_by; /* "internaldate" "received" "mtime" "now" */
    struct confirming confirming;
    struct acting acting;
    struct supplying supplying;
    const char *stray; /* submission whose token it carries, or question that it is under, without being
                          its answer; "" */
    const char *joins; /* submission that this letter is a follow-up of, by token and party; "" */
    struct finding *findings;
    size_t n_findings;
};

struct flag_words;

/* What verify needs to know beside the letter. */
struct policy {
    const struct profile *profile;
    struct str_list own_domains, authserv_ids, receivers; /* configuration over profile */
    bool stamps;
    const struct agreement_words *agreement; /* NULL: no letter agrees to anything */
    const struct flag_words *flags;          /* desk/flag.h; NULL: no words raise a flag */
    const unsigned char *token_key;          /* TOKEN_KEY_BYTES, or NULL: no token is made or accepted */
};

struct evidence *verify(const void *mem, const struct letter *letter, const struct facts *facts,
                        const struct known *known, const struct directory *directory,
                        const struct policy *policy);

const char *auth_result_name(enum auth_result r); /* the contract's words */
const char *standing_name(enum standing s);

/* For check_*.c: adds one finding. */
void finding_add(const void *mem, struct evidence *e, const char *check, enum finding_mark mark,
                 const char *key, const char *detail);

#endif
