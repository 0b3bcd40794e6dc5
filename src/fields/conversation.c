/* conversation.c: see conversation.h. The room mail/ is above house/ for the program that reads letters in
 * the sandbox, which has no rules; so the lists are copied here into the plain form that mail/thread takes.
 * Refuses nothing: a profile without these words gets what shapes alone tell. */
#include "fields/conversation.h"
#include "base/utf8.h"
#include "house/words.h"

static const enum words_list lists[THREAD_LISTS] = {
    [THREAD_INTRO] = WORDS_QUOTE_INTRO,
    [THREAD_LEAD] = WORDS_QUOTE_LEAD,
    [THREAD_FROM] = WORDS_HEADER_FROM,
    [THREAD_SENT] = WORDS_HEADER_SENT,
    [THREAD_SUBJECT] = WORDS_HEADER_SUBJECT,
    [THREAD_OTHER] = WORDS_HEADER_OTHER,
    [THREAD_FORWARDED] = WORDS_FORWARD_RULER,
    [THREAD_ORIGINAL] = WORDS_ORIGINAL_RULER,
    [THREAD_MOBILE] = WORDS_SIGNATURE_MOBILE,
    [THREAD_CLOSING] = WORDS_SIGNATURE_CLOSING,
    [THREAD_ROLE] = WORDS_SIGNATURE_ROLE,
    [THREAD_CONTACT] = WORDS_SIGNATURE_CONTACT,
    [THREAD_DISCLAIMER] = WORDS_SIGNATURE_DISCLAIMER,
    [THREAD_MONTH] = WORDS_MONTH_NAME,
    [THREAD_MORNING] = WORDS_CLOCK_MORNING,
    [THREAD_AFTERNOON] = WORDS_CLOCK_AFTERNOON,
};

static void add_prefixes(struct thread_words *w, const struct profile *profile)
{
    const struct word_entry *e;
    for (size_t at = 0; (e = words_next(profile, WORDS_SUBJECT_PREFIX, &at));)
        if (str_eq(e->value, "forward"))
            str_list_add(w, &w->forward_prefixes, utf8_fold(w, e->text));
}

struct thread_words *conversation_words_new(const void *mem, const struct profile *profile)
{
    struct thread_words *w = mem_zero(mem, struct thread_words);
    const struct word_entry *e;
    for (size_t list = 0; list < THREAD_LISTS; list++)
        for (size_t at = 0; (e = words_next(profile, lists[list], &at));) {
            str_list_add(w, &w->lists[list], utf8_fold(w, e->text));
            if (list == THREAD_MONTH)
                str_list_add(w, &w->month_values, e->value);
        }
    add_prefixes(w, profile);
    return w;
}
