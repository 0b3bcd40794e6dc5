/* rtf_inside.h: what rtf.c (control words) and rtf_text.c (text and groups) share; nobody else's business.
 */
#ifndef READER_RTF_INSIDE_H
#define READER_RTF_INSIDE_H

#include "reader/docx_font.h"
#include "reader/extract.h"
#include "reader/flow.h"
#include "reader/rtf_font.h"

#define DEPTH_MAX 200u

enum place { BODY, HEADS, NOTES, COMMENTS, PLACES };
enum reading { SHOW, SKIP, FONTS };

/* What a group saves and restores. */
struct group {
    enum reading reading;
    enum place place;
    int font, fallback; /* fallback: bytes behind a \u that stand for it (\uc) */
    bool hidden, deleted, box;
};

struct rtf {
    struct extract *x;
    struct rtf_fonts *fonts;
    struct docx_fonts *repair;
    struct flow places[PLACES];
    struct group groups[DEPTH_MAX];
    size_t depth;
    int first_font, skip; /* skip: bytes still standing for the last \u */
    int32_t high;         /* first half of a surrogate pair */
    bool star, ended;
    size_t binary; /* bytes of \bin still to come */
    struct str pending;
};

/* The settings of the current group, and where its text goes. */
struct group *rtf_now(struct rtf *r);
struct flow *rtf_to(struct rtf *r);

/* Decodes the bytes that wait. */
void rtf_flush(struct rtf *r);
void rtf_char(struct rtf *r, int32_t cp);
void rtf_byte(struct rtf *r, char byte);
/* The end of a line; `with` is added unless it is a line end. */
void rtf_line(struct rtf *r, char with);

/* After a setting changed from `before`: tells the flow which text a reader sees, and which is in a box. */
void rtf_follow(struct rtf *r, const struct group *before);
void rtf_open(struct rtf *r);
void rtf_close(struct rtf *r);

#endif
