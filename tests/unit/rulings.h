/* rulings.h: for tests of what a letter is: shipped profiles, letters made from text, fixture rows. */
#ifndef TEST_RULINGS_H
#define TEST_RULINGS_H

#include "fields/page.h"
#include "profiles.h"
#include "verify/verify.h"

/* \n, \t and \f as they stand in a fixture become what they mean. */
static inline char *unescape(const void *mem, const char *s)
{
    struct str out = str_new(mem);
    for (; *s; s++) {
        if (*s == '\\' && (s[1] == 'n' || s[1] == 't' || s[1] == 'f'))
            str_addc(&out, *++s == 'n' ? '\n' : *s == 't' ? '\t' : '\f');
        else
            str_addc(&out, *s);
    }
    return mem_str(mem, out.n ? out.s : "");
}

static inline struct letter *new_letter(const void *mem, const char *subject, const char *body)
{
    struct letter *l = mem_zero(mem, struct letter);
    struct letter_header *h = mem_append(mem, l->headers, l->n_headers);
    *h = (struct letter_header){"Subject", subject, strlen(subject), subject};
    struct letter_text *t = mem_append(mem, l->texts, l->n_texts);
    *t = (struct letter_text){.text = body, .charset = "utf-8", .charset_by = "label"};
    l->complete = true;
    letter_derive(mem, l);
    return l;
}

static inline void attach(const void *mem, struct letter *l, const char *name, const char *text)
{
    struct letter_attachment *a = mem_append(mem, l->attachments, l->n_attachments);
    *a = (struct letter_attachment){
        .name = name, .type = "application/octet-stream", .text = text, .how = "text"};
}

/* A letter whose one page of that kind holds the text. */
static inline struct letter *letter_with(const void *mem, const char *page, const char *text)
{
    bool subject = str_eq(page, "subject"), body = str_eq(page, "body");
    struct letter *l = new_letter(mem, subject ? text : "", body ? text : "");
    if (str_eq(page, "name"))
        attach(mem, l, text, "");
    if (str_eq(page, "attachment"))
        attach(mem, l, "a.docx", text);
    return l;
}

static inline struct evidence *sender(const void *mem, const struct profile *p, const char *who)
{
    struct evidence *e = mem_zero(mem, struct evidence);
    bool own = str_eq(who, "own");
    e->auth = own ? AUTH_AUTHENTICATED : AUTH_UNAUTHENTICATED;
    e->auth_by = e->auth_detail = e->from_name = e->received_by = "";
    e->from = own ? p->mailbox : "someone@gmail.com";
    e->from_domain = own ? p->own_domains.v[0] : "gmail.com";
    e->own_domain = own;
    e->standing = own ? STANDING_MEMBER : STANDING_PUBLIC;
    return e;
}

/* Calls `row` with the columns of each line that is neither empty nor a comment. */
static inline void each_row(const char *path, size_t columns, void (*row)(char **column, void *arg),
                            void *arg)
{
    _cleanup_mem_ void *mem = mem_new();
    size_t n, rows = 0;
    char *text = read_whole(mem, path, &n), *save = NULL;
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char *column[8] = {0};
        size_t k = 0;
        if (*line == '#')
            continue;
        for (char *s = line; s && k < columns; k++) {
            column[k] = strsep(&s, "\t");
            if (k + 1 == columns && s)
                fail_msg("too many columns: %s", column[0]);
        }
        assert_int_equal(k, columns);
        row(column, arg);
        rows++;
    }
    assert_true(rows > 0);
}

#endif
