/* guards.h: the conditions that a step of a track may demand behind `needs`, by name. The rules say which
 * step needs which; desk/guard.c holds what each means. A new guard is a line here and a function there. */
#ifndef HOUSE_GUARDS_H
#define HOUSE_GUARDS_H

#define GUARDS(GUARD)                                                                                      \
    GUARD(ORIGIN, "origin", "where it comes from is established (MIC-13.2)")                               \
    GUARD(CONTENT, "content", "what it is is established")                                                 \
    GUARD(PURPOSE, "purpose", "what it is sent for is established")                                        \
    GUARD(CONFIRMED, "confirmed", "the unit's leader confirmed this very text, where he must")             \
    GUARD(NOT_DRAFTER, "not-drafter", "whoever acts wrote no version of the text, and did not send it")    \
    GUARD(TEXT, "text", "there is a title and a text")                                                     \
    GUARD(ASSIGNED, "assigned", "a unit or a person works on it")                                          \
    GUARD(SOURCED, "sourced", "a quoted text names source, author and consent (MIC-9.3)")                  \
    GUARD(TODO, "todo", "a list of what is to be done is given")                                           \
    GUARD(TIME, "time", "a time that is still to come is given")                                           \
    GUARD(APPROVED, "approved", "approved by all whose approval the track demands")                        \
    GUARD(ONE_VOICE, "one-voice",                                                                          \
          "other units' texts on the same issue were looked at, with a reason (BCA-5.9)")

enum guard_id {
#define GUARD(id, word, meaning) GUARD_##id,
    GUARDS(GUARD)
#undef GUARD
        GUARD_COUNT
};

#endif
