/* unread.c: see unread.h. A document that was not read whole cannot be cleared of a secrecy mark, whatever
 * else the letter says (DOMAIN 2d, MIC-13.5b1). Of a text for publication the question is another one: is
 * there a text? Units write a note and attach the text; when the file does not open, the note is all there
 * is, and must not be taken for it. Refuses to hold a text for the photographs beside it. */
#include "desk/unread.h"
#include "desk/field_holds.h"

enum {
    NOTE_WORDS = 40,   /* own text of at most so many words says nothing but what is attached */
    COVER_WORDS = 120, /* and so long may it be, greeting and signature included, beside a file of text */
};

static const char *longer(const char *a, const char *b)
{
    return b && strlen(b) > strlen(a) ? b : a;
}

const char *content_of(const struct letter *l)
{
    const char *best = l->fresh;
    for (size_t i = 0; i < l->n_attachments; i++)
        best = longer(best, l->attachments[i].text);
    for (size_t i = 0; i < l->forwards.n; i++)
        best = longer(best, l->forwards.v[i].text);
    return best;
}

/* What the machine did not reach, or could not follow, may bear a mark. */
static bool cut_short(const struct letter_attachment *a)
{
    static const char *const codes[] = {"ocr-cut", "text-cut", "file-broken", "xml-dtd"};
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (str_list_has(&a->defects, codes[i]))
            return true;
    return false;
}

/* Not read, or not whole, and somebody might find something in it. */
static bool unread(const struct letter_attachment *a)
{
    return (str_eq(a->how, "none") && !str_list_has(&a->defects, "picture-small")) || cut_short(a);
}

/* A picture beside a text, which nobody expects words of. */
static bool is_picture(const struct letter_attachment *a)
{
    return str_eq(a->real, "image") || a->illustrates;
}

/* A certificate or the like that a mail program adds by itself. */
static bool is_mechanical(const struct letter_attachment *a)
{
    return str_ends(a->type, "-signature");
}

static const char *unread_document(const struct letter *l)
{
    for (size_t i = 0; i < l->n_attachments; i++)
        if (unread(&l->attachments[i]))
            return l->attachments[i].name;
    return NULL;
}

/* Words of the longest text that was read whole. */
static size_t words_read(const struct letter *l)
{
    size_t most = l->fresh ? str_words(l->fresh) : 0;
    for (size_t i = 0; i < l->n_attachments; i++) {
        const struct letter_attachment *a = &l->attachments[i];
        size_t n = a->text && !unread(a) ? str_words(a->text) : 0;
        most = n > most ? n : most;
    }
    for (size_t i = 0; i < l->forwards.n; i++) {
        size_t n = l->forwards.v[i].text ? str_words(l->forwards.v[i].text) : 0;
        most = n > most ? n : most;
    }
    return most;
}

/* The file in which the text lies that the letter only announces; NULL when the text was read. */
static const char *unread_text(const struct letter *l, bool corrects)
{
    size_t words = words_read(l);
    for (size_t i = 0; i < l->n_attachments; i++) {
        const struct letter_attachment *a = &l->attachments[i];
        bool picture = is_picture(a);
        if (unread(a) && !is_mechanical(a) && !(picture && corrects) &&
            words <= (picture ? NOTE_WORDS : COVER_WORDS))
            return a->name;
    }
    return NULL;
}

/* Nothing to read at all: an image, or an attachment that nobody opened. NULL when there are words. */
static const char *wordless(const struct letter *l)
{
    for (const char *p = content_of(l); *p; p++)
        if (!str_space(*p))
            return NULL;
    return l->n_attachments ? l->attachments[0].name : "";
}

/* The name of what was not read, "" for the letter itself, NULL when there is nothing to hold it for. */
static const char *not_read(const struct letter *l, enum category c, bool corrects)
{
    const char *name = NULL;
    if (c == CATEGORY_SPAM || c == CATEGORY_BOUNCE || c == CATEGORY_AUTOREPLY)
        return NULL;
    if (c == CATEGORY_DOCUMENT || c == CATEGORY_DRAFT)
        name = unread_document(l);
    if (c == CATEGORY_NEWS || c == CATEGORY_THEMATIC || c == CATEGORY_EVENT_NOTICE)
        name = unread_text(l, corrects);
    return name || corrects ? name : wordless(l);
}

/* A bound that kept part of the letter from being read: its text cut off is one, too. */
static const char *limit_defect(const struct letter *l)
{
    for (size_t i = 0; i < l->defects.n; i++)
        if (str_starts(l->defects.v[i], "limit-") || str_eq(l->defects.v[i], "text-cut"))
            return l->defects.v[i];
    return NULL;
}

static void hold_all(struct plan *p, const struct letter *l, enum category c, bool header_only,
                     bool corrects)
{
    const char *limit = header_only ? "header-only" : limit_defect(l), *unread = not_read(l, c, corrects);
    if (!l->complete)
        plan_hold(p, "unreadable", l->defects.n ? l->defects.v[0] : "", "");
    else if (unread)
        plan_hold(p, "unreadable", unread, "MIC-13.5b1");
    if (limit)
        plan_hold(p, "limits", limit, "");
}

void hold_unread(struct plan *p, const struct letter *l, enum category c, bool header_only)
{
    hold_all(p, l, c, header_only, false);
}

void hold_unread_again(struct plan *p, const struct letter *l, enum category c, bool header_only)
{
    hold_all(p, l, c, header_only, true);
}
