/* example.c: makes a letter and its evidence from an example block, as reader and verify would have made
 * them: a plain body, one attachment at most, and a sender who is a stranger, an own account, a unit's
 * leader, a mail server or a machine. */
#include "classify/example.h"
#include "fields/conversation.h"

static struct letter *example_letter(const void *mem, const struct example *x, const struct profile *p)
{
    struct letter *l = mem_zero(mem, struct letter);
    struct letter_header *h = mem_append(mem, l->headers, l->n_headers);
    *h = (struct letter_header){"Subject", x->subject, strlen(x->subject), x->subject};
    struct letter_text *t = mem_append(mem, l->texts, l->n_texts);
    *t = (struct letter_text){.text = x->body, .charset = "utf-8", .charset_by = "label"};
    if (*x->attached)
        *mem_append(mem, l->attachments, l->n_attachments) =
            (struct letter_attachment){.name = x->attached,
                                       .type = "application/octet-stream",
                                       .text = x->attached_text,
                                       .how = "text"};
    l->complete = true;
    letter_derive(mem, l);
    letter_thread(mem, l, conversation_words_new(mem, p));
    return l;
}

static struct evidence *example_evidence(const void *mem, const struct example *x, const struct profile *p)
{
    struct evidence *e = mem_zero(mem, struct evidence);
    bool own = x->from == EXAMPLE_OWN || x->from == EXAMPLE_LEADER;
    e->auth = own ? AUTH_AUTHENTICATED : AUTH_UNAUTHENTICATED;
    e->auth_by = e->auth_detail = e->from_name = e->received_by = "";
    e->from = own ? p->mailbox : "someone@gmail.com";
    e->from_domain = own ? p->own_domains.v[0] : "gmail.com";
    e->own_domain = own;
    e->standing = own ? STANDING_MEMBER : STANDING_PUBLIC;
    e->bounce = x->from == EXAMPLE_DAEMON;
    e->automatic = x->from == EXAMPLE_AUTOMATIC;
    if (x->from == EXAMPLE_LEADER) {
        struct person *leader = mem_zero(mem, struct person);
        *leader =
            (struct person){.unit = "", .role = PERSON_LEADER, .name = "", .title = "", .address = e->from};
        e->person = leader;
    }
    return e;
}

struct ruling *example_rule(const void *mem, const struct example *example, const struct profile *profile,
                            const struct classifier *classifier)
{
    struct letter *letter = example_letter(mem, example, profile);
    return classify(mem, letter, example_evidence(mem, example, profile), classifier);
}
