/* step.h: one event on a submission becomes a plan: the track's table, the guards, four eyes. Total: what
 * the rules refuse is a plan with `refused` set. */
#ifndef DESK_STEP_H
#define DESK_STEP_H

#include "desk/content.h"
#include "desk/plan.h"
#include "house/profile.h"

/* What somebody wants; what is not said is "" or NULL. */
struct event {
    const char *name;                     /* "approve" "refuse" "publish" "note" "release" ... */
    const char *ground;                   /* code of a refusal ground, "" */
    const char *reason;                   /* free text, "" */
    const char *hold;                     /* for release: which hold, "" = all that a person may release */
    const char *kind;                     /* for reclassify: id of the kind, else NULL */
    const struct document_says *document; /* for reclassify: what its letter says; NULL: nobody knows */
    const struct directory
        *directory; /* for reclassify: whose people a complaint may name; NULL: nobody's */
    /* for confirm, else NULL: what staff hold in their hands */
    const char *how;                      /* "paper" "fax" "scan" */
    const char *by;                       /* who confirms it, "" */
    const char *evidence, *evidence_name; /* SHA-256 of the stored file, and its name */
    /* for edit: NULL = as it is */
    const char *title, *body;
    const struct content_field *fields; /* for edit of the content; for check: origin, content, purpose */
    size_t n_fields;
    int64_t if_version;          /* the version that was looked at; 0: whichever there is (WF-8) */
    const struct str_list *todo; /* for return: what the sender shall do; NULL: nothing */
    const char *flag;            /* for flag */
    bool off;                    /* it is lowered */
    int64_t at;                  /* for schedule, record */
    const char *unit;            /* for assign: a unit of the registry */
    const char *word, *about;    /* for record: what happened (at `at`), and of which complaint; NULL */
    enum issuer issuer;          /* for record: whose document, where a term depends on it (LS-9.3) */
    const char *to;              /* for hand-over: the account that reviews it */
    const char *topic;           /* for topic: the issue; NULL with `off`: none any more */
};

/* The plan's key is REF/VERSION/EVENT and what it does: the same on the same version is applied once. */
struct plan *desk_step(const void *mem, const struct submission *s, const struct event *event,
                       const struct actor *actor, const struct profile *profile, int64_t now);

/* What the present content still needs to be approved: a refusal key, NULL when nothing; *ret_detail as the
 * refusal's. For messages. */
const char *desk_approval_open(const void *mem, const struct submission *s, const struct actor *actor,
                               const struct profile *profile, const char **ret_detail);

#endif
