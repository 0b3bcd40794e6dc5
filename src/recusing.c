/* recusing.c: see recusing.h. Looked for are the full names of all accounts, disabled ones too, as whole
 * words in the bare form of subject, text and attachments; a name that is only a word or a log-in finds
 * nobody. A chief or editor who is named once too often loses sight of one case, which the other of chief
 * and inspector still reads; one who was named and reads it anyway is what the rule is against. */
#include "recusing.h"
#include "base/utf8.h"
#include "sealing.h"
#include "sys/clock.h"

#define TEXT_BYTES ((size_t)1 << 20) /* of one text; bounds time (abuse A27) */

static bool word_byte(char c)
{
    return str_alpha(c) || str_digit(c) || (unsigned char)c >= 0x80;
}

/* As whole words; blanks in the bare form are single. */
static bool names(const char *bare, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = bare; (p = strstr(p, name)); p++)
        if ((p == bare || !word_byte(p[-1])) && !word_byte(p[n]))
            return true;
    return false;
}

static char *bare_of(const void *mem, const char *text)
{
    char *s = text ? mem_bytes(mem, text, utf8_prefix(text, SIZE_MAX, TEXT_BYTES)) : mem_str(mem, "");
    for (char *p = s; *p; p++)
        if (*p == '\n')
            *p = ' ';
    return utf8_bare(mem, s);
}

static bool letter_names(const void *mem, const struct letter *l, const char *name)
{
    const char *bare = utf8_bare(mem, name);
    if (names(bare_of(mem, l->subject), bare) || names(bare_of(mem, l->body), bare))
        return true;
    for (size_t i = 0; i < l->n_attachments; i++)
        if (names(bare_of(mem, l->attachments[i].text), bare))
            return true;
    return false;
}

static bool find(struct house *h, const void *mem, const struct letter *letter, struct str_list *ret,
                 struct err *err)
{
    _cleanup_mem_ void *work = mem_new();
    struct str_list users = {0}, full = {0};
    if (!store_staff_names(h->store, work, &users, &full, err))
        return false;
    for (size_t i = 0; i < users.n; i++)
        if (strchr(full.v[i], ' ') && letter_names(work, letter, full.v[i]))
            str_list_add(mem, ret, users.v[i]);
    return true;
}

/* Who of the staff the letter of an opening plan names, while its words are still there: their accounts. */
static bool named_in(struct house *h, const void *mem, const struct plan *plan, struct str_list *ret,
                     struct err *err)
{
    const struct opening *o = plan->opening;
    bool reads =
        plan->n_effects && (plan->effects[0].kind == EFFECT_OPEN || plan->effects[0].kind == EFFECT_REREAD);
    if (!o || !reads || !o->s.restricted)
        return true;
    return find(h, mem, o->letter, ret, err);
}

bool recusing_reclassified(struct house *h, const void *mem, const struct plan *plan,
                           const struct submission *s, struct str_list *ret, struct err *err)
{
    _cleanup_mem_ struct letter *letter = mem_zero(NULL, struct letter);
    const struct effect *e = plan->n_effects ? &plan->effects[0] : NULL;
    if (!e || e->kind != EFFECT_RECLASSIFY || !e->reclassified->restricted)
        return true;
    letter->subject = s->subject;
    letter->body = s->body;
    return find(h, mem, letter, ret, err);
}

bool recusing_record(struct house *h, const struct plan *plan, const struct str_list *users,
                     struct err *err)
{
    for (size_t i = 0; i < users->n; i++)
        if (!store_recuse(h->store, plan->ref, users->v[i], clock_now(), err))
            return false;
    return true;
}

bool recusing_apply(struct house *h, const void *mem, struct plan *plan, struct err *err)
{
    struct str_list users = {0};
    return named_in(h, mem, plan, &users, err) && sealing_letter(h, mem, plan, err) &&
           store_apply(h->store, plan, err) && recusing_record(h, plan, &users, err);
}
