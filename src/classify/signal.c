/* signal.c: computes the structure signals of a letter. No words of any language here: what needs words is
 * a phrase. Refuses to judge: a signal is a fact, its weight is data. */
#include "classify/signal.h"

enum {
    SHORT_WORDS = 40,
    LONG_WORDS = 200,
    MANY_LINKS = 5,
    HEADLINE_WORDS = 6,
    HEADINGS = 4,
    SHAPE_BYTES = 6000, /* a text of more bytes is a narrative, whatever it asks */
    SHAPE_SHARE = 3     /* one sentence of three asks */
};

static const char *const words[SIGNAL_COUNT] = {
#define WORD(id, word, meaning) [SIGNAL_##id] = word,
    SIGNALS(WORD)
#undef WORD
};

static const char *const meanings[SIGNAL_COUNT] = {
#define MEANING(id, word, meaning) [SIGNAL_##id] = meaning,
    SIGNALS(MEANING)
#undef MEANING
};

bool signal_known(const char *name, enum signal_id *ret)
{
    for (enum signal_id id = 0; id < SIGNAL_COUNT; id++)
        if (str_eq(words[id], name)) {
            *ret = id;
            return true;
        }
    return false;
}

const char *signal_name(enum signal_id id)
{
    return words[id];
}

const char *signal_meaning(enum signal_id id)
{
    return meanings[id];
}

/* ---- the new text ---- */

struct shape {
    size_t sentences, questions, bytes, words, links;
    bool asks_last;
};

static bool question_mark(int32_t cp)
{
    return cp == '?' || cp == 0xFF1F || cp == 0x203D;
}

static bool sentence_mark(int32_t cp)
{
    return question_mark(cp) || cp == '.' || cp == '!' || cp == '\n' || cp == 0x3002;
}

static size_t count_links(const char *s, size_t n)
{
    size_t links = 0;
    const char *end = s + n, *at = s;
    while ((at = memmem(at, (size_t)(end - at), "://", 3))) {
        links++;
        at += 3;
    }
    return links + (links == 0 && memmem(s, n, "www.", 4));
}

/* Counts sentences that hold a letter; a mark inside a web address or a number ends none. */
static void shape_add(struct shape *shape, const char *s, size_t n)
{
    bool letters = false, inside = false;
    for (size_t i = 0; i < n;) {
        int32_t cp, next = ' ';
        i += utf8_decode(s + i, n - i, &cp);
        bool word = utf8_word_char(cp);
        shape->words += word && !inside;
        inside = word;
        letters = letters || word;
        if (!letters || (!sentence_mark(cp) && i < n))
            continue;
        if (i < n)
            utf8_decode(s + i, n - i, &next);
        if (cp == '.' && utf8_word_char(next))
            continue;
        bool asks = question_mark(cp) && !(next < 0x80 && (str_alpha((char)next) || next == '='));
        shape->sentences++;
        shape->questions += asks;
        shape->asks_last = asks;
        letters = false;
    }
    shape->bytes += n;
    shape->links += count_links(s, n);
}

static struct shape shape_of(const struct pages *pages, enum where kind)
{
    struct shape shape = {0};
    for (size_t i = 0; i < pages->n; i++) {
        const struct utf8_form *text = &pages->v[i].forms.exact;
        if (pages->v[i].kind == kind)
            shape_add(&shape, text->s,
                      kind == WHERE_BODY && pages->fresh < text->n ? pages->fresh : text->n);
    }
    return shape;
}

static size_t count_words(const char *s)
{
    size_t n = 0;
    for (bool inside = false; *s; s++) {
        n += !inside && !str_space(*s);
        inside = !str_space(*s);
    }
    return n;
}

/* "1." "2)" "IV." "III -" at the beginning of a line, and words behind it. */
static bool heads_line(const char *s, size_t n)
{
    size_t i = 0, digits = 0;
    while (i < n && str_digit(s[i]))
        i++;
    digits = i;
    while (!digits && i < n && strchr("IVX", s[i]))
        i++;
    size_t mark = i;
    while (mark < n && s[mark] == ' ')
        mark++;
    bool ended = i > 0 && i <= 4 && mark < n && strchr(digits ? ".)/" : ".)/-:", s[mark]);
    return ended && mark + 2 < n && (s[mark + 1] == ' ' || !digits);
}

static size_t count_headings(const struct pages *pages)
{
    size_t headings = 0;
    for (size_t i = 0; i < pages->n; i++) {
        const struct page *page = &pages->v[i];
        const char *s = page->forms.exact.s;
        size_t n = page->kind == WHERE_BODY && pages->fresh < page->forms.exact.n ? pages->fresh
                                                                                  : page->forms.exact.n;
        struct cell cell = {0};
        for (size_t pos = 0; page->kind != WHERE_NAME && page_cell(s, n, &pos, &cell);)
            headings += cell.first && heads_line(s + cell.from, cell.to - cell.from);
    }
    return headings;
}

/* ---- attachments ---- */

struct extension {
    const char *end;
    enum signal_id id;
};
static const struct extension extensions[] = {
    {".docx", SIGNAL_HAS_OFFICE},     {".doc", SIGNAL_HAS_OFFICE},       {".odt", SIGNAL_HAS_OFFICE},
    {".rtf", SIGNAL_HAS_OFFICE},      {".pdf", SIGNAL_HAS_OFFICE},       {".jpg", SIGNAL_HAS_IMAGE},
    {".jpeg", SIGNAL_HAS_IMAGE},      {".png", SIGNAL_HAS_IMAGE},        {".heic", SIGNAL_HAS_IMAGE},
    {".tif", SIGNAL_HAS_IMAGE},       {".xlsx", SIGNAL_HAS_SPREADSHEET}, {".xls", SIGNAL_HAS_SPREADSHEET},
    {".ods", SIGNAL_HAS_SPREADSHEET}, {".csv", SIGNAL_HAS_SPREADSHEET},  {".ics", SIGNAL_HAS_CALENDAR}};

static void see_attachments(const struct letter *letter, bool ret[])
{
    ret[SIGNAL_HAS_ATTACHMENT] = letter->n_attachments > 0;
    for (size_t i = 0; i < letter->n_attachments; i++) {
        const struct letter_attachment *a = &letter->attachments[i];
        for (size_t e = 0; e < ARRAY_LEN(extensions); e++)
            if (str_iends(a->name, extensions[e].end))
                ret[extensions[e].id] = true;
        if (str_starts(a->type, "image/"))
            ret[SIGNAL_HAS_IMAGE] = true;
        if (str_eq(a->type, "text/calendar"))
            ret[SIGNAL_HAS_CALENDAR] = true;
        if (str_eq(a->type, "application/pdf"))
            ret[SIGNAL_HAS_OFFICE] = true;
    }
}

static void see_sender(const struct evidence *e, const struct profile *profile, bool ret[])
{
    bool official = str_ieq(e->from_domain, "gov.vn") || str_iends(e->from_domain, ".gov.vn");
    ret[SIGNAL_FROM_OWN_DOMAIN] = e->own_domain;
    ret[SIGNAL_FROM_REGISTERED] = e->person != NULL;
    ret[SIGNAL_FROM_LEADER] =
        e->person && (e->person->role == PERSON_LEADER || e->person->role == PERSON_DEPUTY);
    ret[SIGNAL_FROM_PUBLIC_MAIL] = str_list_has(&profile->public_mail, e->from_domain);
    ret[SIGNAL_FROM_UNIT] = e->own_domain || e->person || e->unit || official;
    ret[SIGNAL_FROM_PUBLIC] = !ret[SIGNAL_FROM_UNIT];
    ret[SIGNAL_AUTHENTICATED] = e->auth == AUTH_AUTHENTICATED;
    ret[SIGNAL_IMPERSONATES] = e->impersonates;
    ret[SIGNAL_ANSWERS_REQUEST] = supplying_counts(&e->supplying);
    ret[SIGNAL_BULK] = e->bulk;
    ret[SIGNAL_AUTOMATIC] = e->automatic;
    ret[SIGNAL_BOUNCE] = e->bounce;
}

static const char *text_of(const struct value *v)
{
    return v->text ? v->text : "";
}

/* In a long text, a number in its running lines is something that the text talks about. */
static void see_document(const struct document *d, bool ret[])
{
    ret[SIGNAL_HAS_DOCUMENT_NUMBER] = *d->number && (d->at_place || !ret[SIGNAL_LONG_BODY]);
    ret[SIGNAL_HAS_RECIPIENTS] = *d->portal;
    ret[SIGNAL_BLANK_NUMBER] = d->blank;
    ret[SIGNAL_HAS_FORM] = *text_of(&d->v[FIELD_FORM]);
    ret[SIGNAL_HAS_TYPE] = *text_of(&d->v[FIELD_TYPE]);
    ret[SIGNAL_HAS_SIGNER] =
        *text_of(&d->v[FIELD_SIGNER]) && (*text_of(&d->v[FIELD_CAPACITY]) || *text_of(&d->v[FIELD_OFFICE]));
    ret[SIGNAL_DOCUMENT_HEAD] = *d->number && d->at_place && (*d->date || *d->summary);
}

static void see_text(const struct signal_input *in, bool ret[])
{
    struct shape subject = shape_of(in->pages, WHERE_SUBJECT), body = shape_of(in->pages, WHERE_BODY);
    size_t sentences = body.sentences + (subject.questions ? subject.sentences : 0);
    size_t questions = body.questions + subject.questions;
    ret[SIGNAL_QUESTION_MARK] = questions > 0;
    ret[SIGNAL_QUESTION_SHAPE] =
        questions && body.bytes <= SHAPE_BYTES && questions * SHAPE_SHARE >= sentences;
    ret[SIGNAL_QUESTION_END] = body.asks_last;
    ret[SIGNAL_EMPTY_BODY] = body.sentences == 0;
    ret[SIGNAL_SHORT_BODY] = body.words < SHORT_WORDS;
    ret[SIGNAL_LONG_BODY] = body.words > LONG_WORDS;
    ret[SIGNAL_HAS_LINK] = body.links > 0;
    ret[SIGNAL_HEADINGS] = count_headings(in->pages) >= HEADINGS;
    ret[SIGNAL_MANY_LINKS] = body.links >= MANY_LINKS;
    ret[SIGNAL_HEADLINE_SUBJECT] = count_words(in->title) >= HEADLINE_WORDS && !subject.questions;
}

/* Cues by the signal that shows them. */
static const struct {
    enum signal_id id;
    enum cue cue;
} cued[] = {{SIGNAL_GRIEVANCE, CUE_GRIEVANCE},   {SIGNAL_CONTEST, CUE_CONTEST},
            {SIGNAL_ACCUSATION, CUE_ACCUSATION}, {SIGNAL_MONEY, CUE_MONEY},
            {SIGNAL_EVIDENCE, CUE_EVIDENCE},     {SIGNAL_PAST_EVENT, CUE_EVENT},
            {SIGNAL_UPCOMING, CUE_UPCOMING},     {SIGNAL_PARTS, CUE_PARTS},
            {SIGNAL_IMPERSONAL, CUE_IMPERSONAL}};

static const struct cue_seen *cue_of(const struct signal_input *in, enum signal_id id)
{
    for (size_t i = 0; i < ARRAY_LEN(cued); i++)
        if (cued[i].id == id)
            return &in->cues->v[cued[i].cue];
    return NULL;
}

void signal_see(const struct signal_input *in, bool ret[SIGNAL_COUNT])
{
    memset(ret, 0, SIGNAL_COUNT * sizeof *ret);
    see_sender(in->evidence, in->profile, ret);
    see_attachments(in->letter, ret);
    see_text(in, ret);
    see_document(in->document, ret);
    ret[SIGNAL_IS_REPLY] = (*in->letter->in_reply_to || in->marks.reply) && !in->marks.forward;
    ret[SIGNAL_IS_FORWARD] = in->marks.forward;
    for (size_t i = 0; i < ARRAY_LEN(cued); i++)
        ret[cued[i].id] = in->cues->v[cued[i].cue].yes;
}

/* ---- where ---- */

static const struct {
    enum signal_id id;
    const char *where;
} places[] = {{SIGNAL_FROM_OWN_DOMAIN, "header:From"},
              {SIGNAL_FROM_UNIT, "header:From"},
              {SIGNAL_FROM_PUBLIC, "header:From"},
              {SIGNAL_FROM_PUBLIC_MAIL, "header:From"},
              {SIGNAL_FROM_REGISTERED, "header:From"},
              {SIGNAL_FROM_LEADER, "header:From"},
              {SIGNAL_IMPERSONATES, "header:From"},
              {SIGNAL_AUTHENTICATED, "header:Authentication-Results"},
              {SIGNAL_AUTOMATIC, "header:Auto-Submitted"},
              {SIGNAL_BOUNCE, "header:Return-Path"},
              {SIGNAL_BULK, "header:Precedence"},
              {SIGNAL_HEADLINE_SUBJECT, "subject"},
              {SIGNAL_IS_FORWARD, "subject"}};

static bool about_attachment(enum signal_id id)
{
    return id == SIGNAL_HAS_ATTACHMENT || id == SIGNAL_HAS_OFFICE || id == SIGNAL_HAS_IMAGE ||
           id == SIGNAL_HAS_SPREADSHEET || id == SIGNAL_HAS_CALENDAR;
}

static bool about_number(enum signal_id id)
{
    return id == SIGNAL_HAS_DOCUMENT_NUMBER || id == SIGNAL_BLANK_NUMBER || id == SIGNAL_DOCUMENT_HEAD;
}

/* The first attachment that alone makes the signal. */
static const char *attachment_with(const void *mem, const struct letter *letter, enum signal_id id)
{
    for (size_t i = 0; i < letter->n_attachments; i++) {
        const struct letter one = {.attachments = &letter->attachments[i], .n_attachments = 1};
        bool seen[SIGNAL_COUNT] = {false};
        see_attachments(&one, seen);
        if (seen[id])
            return mem_fmt(mem, "attachment:%s", letter->attachments[i].name);
    }
    return "body";
}

const char *signal_where(const void *mem, const struct signal_input *in, enum signal_id id)
{
    const struct cue_seen *cue = cue_of(in, id);
    if (cue)
        return mem_str(mem, cue->where);
    if (about_attachment(id))
        return attachment_with(mem, in->letter, id);
    if (about_number(id) && *in->document->where)
        return mem_str(mem, in->document->where);
    if (id == SIGNAL_IS_REPLY)
        return in->marks.reply ? "subject" : "header:In-Reply-To";
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        if (places[i].id == id)
            return places[i].where;
    return "body";
}

const char *signal_shown(const void *mem, const struct signal_input *in, enum signal_id id)
{
    const struct cue_seen *cue = cue_of(in, id);
    return cue && *cue->text ? mem_fmt(mem, "%s: %s", signal_name(id), cue->text) : signal_name(id);
}

bool signal_is_words(enum signal_id id)
{
    return id == SIGNAL_GRIEVANCE || id == SIGNAL_CONTEST || id == SIGNAL_ACCUSATION;
}
