/* cue.h: what a letter does, told by words of several kinds that stand in one sentence: "we" beside "was
 * revoked" is a grievance, a named person beside "took money" an accusation, wherever and however it is
 * put. The words are data (words cue-... in the rules); which kinds must meet is here. */
#ifndef CLASSIFY_CUE_H
#define CLASSIFY_CUE_H

#include "classify/match.h"
#include "fields/document.h"

/* What may be seen. */
enum cue {
    CUE_GRIEVANCE,  /* the writer himself has suffered something */
    CUE_CONTEST,    /* a decision or act is contested, and somebody speaks of himself */
    CUE_ACCUSATION, /* a person or body and a misdeed */
    CUE_MONEY,      /* a sum of money */
    CUE_EVIDENCE,   /* proof is offered, and somebody speaks of himself */
    CUE_EVENT,      /* something has taken place at a told time */
    CUE_UPCOMING,   /* something will take place */
    CUE_PARTS,      /* articles and legal bases, as a legal document has */
    CUE_IMPERSONAL, /* a long text in which nobody speaks of himself */
    CUE_COUNT
};

struct cue_seen {
    bool yes;
    const char *where; /* page */
    const char *text;  /* the words, as written; "" when they are no one place */
};

struct cues {
    struct cue_seen v[CUE_COUNT];
};

struct cue_words; /* of the profile, made ready once */
struct cue_words *cue_words_new(const void *mem, const struct profile *profile);

/* `unit`: of the attachments of a proved unit only the head counts, as for phrases. `received` (seconds
 * UTC): what is to come lies behind its day. Linear. */
struct cues cues_see(const void *mem, const struct pages *pages, const struct cue_words *words, bool unit,
                     const struct document_words *dates, int64_t received);

#endif
