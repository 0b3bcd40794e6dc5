/* classify.h: what a letter is, and why. Pure and total. By content, not by title (TT 05/2021 art. 6).
 * Every reason names the rule's file:line and the words that matched. */
#ifndef CLASSIFY_CLASSIFY_H
#define CLASSIFY_CLASSIFY_H

#include "classify/match.h"
#include "classify/model.h"
#include "classify/topic.h"
#include "fields/value.h"
#include "house/profile.h"
#include "mail/letter.h"
#include "verify/verify.h"

struct reason {
    const char *rule;  /* "mic/complaint.rules:12", or "model": the learned model's vote */
    const char *where; /* "subject" "body" "attachment:NAME" "header:NAME" */
    const char *text;  /* the words that matched, as written in the letter */
    int weight;        /* as added to the score (doubled in a subject) */
    const char *cite;
};

struct hit {
    const struct kind *kind;
    struct reason reason;
};

struct ruling_fields { /* "" when unknown; reading them is the fields/ room's work */
    const char *title;
    const char *doc_number, *doc_type, *doc_date, *trich_yeu, *signer, *portal_recipient, *urgency;
    const char *consult_from, *consult_to;
    struct value v[FIELD_COUNT]; /* all of them, each with its place; text "" when unknown or not this
                                    category's: citizens' letters have none but urgency */
    struct item *items;          /* of one letter; NULL below two */
    size_t n_items;
};

struct ruling {
    const struct kind *kind;
    enum category category;
    double score; /* 0..1: share of the winner among positive sums; 1.0 when nothing else fired */
    const struct kind *second; /* runner-up, NULL */
    bool unsure;               /* the two best are too close, or nothing fired: a person must look */
    struct reason *reasons;    /* for the winner, strongest first, at most 32 */
    size_t n_reasons;
    struct hit *hits; /* everything that spoke for or against any kind; none for automatic letters */
    size_t n_hits;
    struct model_vote vote; /* what the model says; .any false when it was not asked or says nothing */
    bool secrecy_marked;    /* a state-secret mark was seen */
    const char *secrecy_level, *secrecy_where; /* "" when not marked */
    struct ruling_fields fields;
    struct found_topic *topics; /* the fields it is about, strongest first; NULL: none */
    size_t n_topics;
};

/* A profile's phrases made ready once (Aho-Corasick automata per form); immutable, owned by mem. */
struct classifier;
struct classifier *classifier_new(const void *mem, const struct profile *profile);

/* The second voice; NULL: rules alone. Borrowed; model_finish() has been called. */
void classifier_use_model(struct classifier *c, const struct model *model);

struct ruling *classify(const void *mem, const struct letter *letter, const struct evidence *evidence,
                        const struct classifier *classifier);

#endif
