/* intake.h: STORY 1: one spooled letter becomes one applied plan. */
#ifndef INTAKE_H
#define INTAKE_H

#include "open.h"
#include "render/letter_report.h"

/* What became of one entry; valid during the report call only. */
struct intake_result {
    const struct entry *entry;
    struct letter_report report;
    bool applied; /* false: see err; the entry is held (DATA) or stays in new/ (RETRY) */
    struct err err;
};
typedef void (*intake_reported)(void *arg, const struct intake_result *result);

/* The loop around the story: keeps readers in flight on all cores, applies what is ready in groups. */
struct intake;
struct intake *intake_new(const void *mem, struct house *house, intake_reported reported, void *arg);

/* Plans are applied in the order of the entries, so that references follow it; a letter that is slow to
 * read holds back at most HOLD_BACK others. For a person who waits for the end, not for a daemon. */
void intake_in_order(struct intake *in);

/* Where entries come from. `next` gives one (strings on mem; the loop closes raw_fd), or says that there is
 * none now, or never again. `wait`: nothing is in flight, so it may wait for one. False ends the feeding;
 * what is in flight is applied before the error is returned. */
enum fed_what { FED_NONE, FED_ENTRY, FED_END };
struct fed {
    enum fed_what what;
    struct entry entry;
    int raw_fd; /* -1 */
};
struct intake_feed {
    bool (*next)(void *arg, const void *mem, bool wait, struct fed *ret, struct err *err);
    void *arg;
};
/* Until the feed has ended and nothing is in flight. */
bool intake_drain(struct intake *in, const struct intake_feed *feed, struct err *err);

/* The role: entries of spool/new as they come (inotify), until stop_fd is readable; `once`: until it is
 * empty. */
bool intake_run(struct house *house, bool once, int stop_fd, size_t *ret_applied, struct err *err);

/* The understanding alone, nothing stored: for `explain`. Owned by mem. */
void intake_explain(struct house *house, void *mem, struct letter *letter, const struct facts *facts,
                    struct letter_report *ret);

#endif
