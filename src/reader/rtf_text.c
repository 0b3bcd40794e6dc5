/* rtf_text.c: the text and the groups of an RTF file. Bytes wait until font, group or character set change,
 * so that characters of several bytes stay whole; a group's end restores every setting. */
#include "base/utf8.h"
#include "reader/rtf_inside.h"

#define PENDING_MAX 4096u /* bytes waiting to be decoded together */

struct group *rtf_now(struct rtf *r)
{
    return &r->groups[r->depth < DEPTH_MAX ? r->depth : DEPTH_MAX - 1];
}

/* ---- text ---- */

struct flow *rtf_to(struct rtf *r)
{
    return &r->places[rtf_now(r)->place];
}

static void add_text(struct rtf *r, const char *s, size_t n)
{
    struct flow *f = rtf_to(r);
    const char *font = rtf_fonts_find(r->fonts, rtf_now(r)->font);
    f->font.run = flow_name(f, font);
    flow_text(f, s, n);
}

void rtf_flush(struct rtf *r)
{
    if (r->pending.n == 0)
        return;
    struct str out = str_new(r->x->mem);
    rtf_fonts_decode(r->fonts, rtf_now(r)->font, r->pending.s, r->pending.n, &out);
    if (out.n > 0) {
        add_text(r, out.s, out.n);
        talloc_free(out.s);
    }
    str_cut(&r->pending, 0);
}

void rtf_char(struct rtf *r, int32_t cp)
{
    rtf_flush(r);
    if (rtf_now(r)->reading != SHOW)
        return;
    struct str s = str_new(r->x->mem);
    utf8_add(&s, cp);
    add_text(r, s.s, s.n);
    talloc_free(s.s);
}

void rtf_byte(struct rtf *r, char byte)
{
    if (r->skip > 0) {
        r->skip--;
        return;
    }
    if (rtf_now(r)->reading == FONTS)
        rtf_fonts_name(r->fonts, byte);
    if (rtf_now(r)->reading != SHOW || byte == '\0')
        return;
    str_addc(&r->pending, byte);
    if (r->pending.n >= PENDING_MAX)
        rtf_flush(r);
}

void rtf_line(struct rtf *r, char with)
{
    rtf_flush(r);
    if (rtf_now(r)->reading != SHOW)
        return;
    flow_paragraph(rtf_to(r));
    if (with != '\n')
        flow_char(rtf_to(r), with);
}

/* Tells the flow which text is not seen by a reader, and which stands in a box. */
void rtf_follow(struct rtf *r, const struct group *before)
{
    const struct group *g = rtf_now(r);
    bool was = before->hidden || before->deleted, is = g->hidden || g->deleted;
    struct flow *old = &r->places[before->place], *new = &r->places[g->place];
    if (was && (!is || old != new))
        flow_aside_end(old);
    if (is && (!was || old != new))
        flow_aside(new);
    if (before->box && (!g->box || old != new))
        flow_box_end(old);
    if (g->box && (!before->box || old != new))
        flow_box(new);
}

/* ---- groups ---- */

void rtf_open(struct rtf *r)
{
    rtf_flush(r);
    struct group g = *rtf_now(r);
    r->depth++;
    *rtf_now(r) = g;
    r->skip = 0;
    r->star = false;
}

void rtf_close(struct rtf *r)
{
    rtf_flush(r);
    r->skip = 0;
    if (r->depth == 0) {
        r->ended = true;
        return;
    }
    struct group before = *rtf_now(r);
    r->depth--;
    rtf_follow(r, &before);
}
