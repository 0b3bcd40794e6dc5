/* reroute.c: see reroute.h. The same rules as at receipt (desk/route.c), so that a case that was called the
 * wrong thing ends where it would have been from the start; whom a complaint accuses does not get it. */
#include "desk/reroute.h"
#include "desk/content.h"

struct routes reroute(const void *mem, const struct submission *s, const struct kind *kind,
                      const struct directory *directory, const struct profile *profile, int64_t now)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct letter *letter = content_as_letter(tmp, s->subject, s->body);
    const struct evidence evidence = {.directory = directory};
    struct ruling ruling = {.kind = kind, .category = kind->category};
    const struct topic_words *words = topic_words_new(tmp, profile);
    if (words && !category_is_restricted(kind->category)) {
        struct pages pages = pages_make(tmp, letter);
        ruling.topics = topics_find(tmp, words, &pages, &ruling.n_topics);
    }
    return desk_route(mem, letter, &evidence, &ruling, profile, now);
}
