/* The parts of a conversation: what mail programs make of replies and forwarded letters, what only looks
 * like one, and that no byte of a body is ever lost. */
#include "fields/conversation.h"
#include "mail/letter.h"
#include "reader/html.h"
#include "rulings.h"
#include <time.h>

struct fixture {
    const char *name, *subject;
    struct str body, fresh, signature;
    struct str_list forwards;
    bool whole, html;
};

static struct thread_words *words_of(const void *mem)
{
    return conversation_words_new(mem, load_profile(mem, "mic"));
}

/* ---- fixtures ---- */

static struct str *section(struct fixture *c, const char *word)
{
    return str_eq(word, "body") || str_eq(word, "whole") || str_eq(word, "html") ? &c->body
           : str_eq(word, "fresh")                                               ? &c->fresh
           : str_eq(word, "signature")                                           ? &c->signature
                                                                                 : NULL;
}

static void fixture_line(const void *mem, struct fixture *c, struct str **into, const char *line)
{
    const char *rest = strchr(line, ' ') ? strchr(line, ' ') + 1 : "";
    if (line[0] != '%') {
        const char *cr = *into ? strstr(line, "&#13;") : NULL;
        if (*into && cr)
            str_addf(*into, "%.*s\r\n", (int)(cr - line), line);
        else if (*into)
            str_addf(*into, "%s\n", line);
        return;
    }
    if (str_starts(line, "%case ")) {
        *c = (struct fixture){.name = mem_str(mem, rest), .subject = "", .body = str_new(mem)};
        c->fresh = c->signature = str_new(mem);
    } else if (str_starts(line, "%subject ")) {
        c->subject = mem_str(mem, rest);
    } else if (str_starts(line, "%forward ")) {
        str_list_add(mem, &c->forwards, rest);
    }
    c->whole |= str_eq(line, "%whole");
    c->html |= str_eq(line, "%html");
    *into = section(c, line + 1);
}

/* Each byte once, in order: the spans leave no gap and the four texts hold every word. */
static void nothing_lost(const char *body, bool forwarded, const struct thread_words *words)
{
    _cleanup_mem_ void *mem = mem_new();
    struct thread t = thread_split(mem, body, forwarded, words);
    size_t at = 0, kept = 0, all = 0;
    for (size_t i = 0; i < t.n; i++) {
        assert_int_equal(t.spans[i].from, at);
        assert_true(t.spans[i].to > at);
        at = t.spans[i].to;
    }
    assert_int_equal(at, strlen(body));
    for (enum thread_part part = THREAD_FRESH; part <= THREAD_FORWARD; part++)
        for (const char *s = thread_text(mem, body, &t, part); *s; s++)
            kept += !str_space(*s);
    for (const char *s = body; *s; s++)
        all += !str_space(*s);
    assert_int_equal(kept, all);
    struct thread_forwards f = thread_forwards(mem, body, &t, words);
    for (size_t i = 0; i < f.n; i++)
        assert_true(strlen(f.v[i].text) + strlen(f.v[i].from) <= strlen(body));
}

static bool same(const char *name, const char *what, const char *got, const char *wanted)
{
    _cleanup_mem_ void *mem = mem_new();
    char *a = str_trim(mem, got, strlen(got)), *b = str_trim(mem, wanted, strlen(wanted));
    if (!str_eq(a, b))
        print_error("%s: %s is [%s], not [%s]\n", name, what, a, b);
    return str_eq(a, b);
}

static const char *forward_row(const void *mem, const struct letter_forward *f)
{
    size_t line = strcspn(f->text, "\n");
    return mem_fmt(mem, "%s|%s|%s|%.*s", f->from, when_rfc3339(mem, f->at), f->subject, (int)line, f->text);
}

static bool check(const struct fixture *c, const struct thread_words *words)
{
    _cleanup_mem_ void *mem = mem_new();
    struct str_list defects = {0};
    char *hidden;
    const char *body = c->body.n ? c->body.s : "";
    if (c->html)
        body = html_read(mem, body, strlen(body), &hidden, &defects);
    struct letter *l = new_letter(mem, c->subject, body);
    nothing_lost(l->body, false, NULL);
    nothing_lost(l->body, false, words);
    nothing_lost(l->body, true, words);
    letter_thread(mem, l, words);
    const char *fresh = c->whole ? body : c->fresh.n ? c->fresh.s : "";
    bool good = same(c->name, "fresh", l->fresh, fresh);
    good &= same(c->name, "signature", l->signature, c->signature.n ? c->signature.s : "");
    for (size_t i = 0; i < c->forwards.n && i < l->forwards.n; i++)
        good &= same(c->name, "forward", forward_row(mem, &l->forwards.v[i]), c->forwards.v[i]);
    if (l->forwards.n != c->forwards.n)
        print_error("%s: %zu forwarded letters, not %zu\n", c->name, l->forwards.n, c->forwards.n);
    return good && l->forwards.n == c->forwards.n;
}

struct fixtures {
    struct fixture *v;
    size_t n;
};

static void read_fixtures(const void *mem, const char *path, struct fixtures *all)
{
    struct fixture c = {0};
    struct str *into = NULL;
    size_t bytes;
    char *text = read_whole(mem, path, &bytes);
    for (char *line = text, *end; *line; line = end) {
        end = strchrnul(line, '\n');
        if (*end)
            *end++ = '\0';
        if (str_eq(line, "%end")) {
            *mem_append(mem, all->v, all->n) = c;
            into = NULL;
        } else if (line[0] != '#') {
            fixture_line(mem, &c, &into, line);
        }
    }
}

/* The number of cases in one file, and how many of them do not hold. */
static size_t read_cases(const char *path, size_t *ret_bad)
{
    _cleanup_mem_ void *mem = mem_new();
    const struct thread_words *words = words_of(mem);
    struct fixtures all = {NULL, 0};
    read_fixtures(mem, path, &all);
    *ret_bad = 0;
    for (size_t i = 0; i < all.n; i++)
        *ret_bad += !check(&all.v[i], words);
    return all.n;
}

static size_t check_file(const char *name)
{
    _cleanup_mem_ void *mem = mem_new();
    size_t bad, n = read_cases(mem_fmt(mem, "tests/unit/data/thread/%s", name), &bad);
    assert_int_equal(bad, 0);
    return n;
}

static void replies(void **state)
{
    (void)state;
    assert_true(check_file("replies.txt") >= 45);
}

static void forwards(void **state)
{
    (void)state;
    assert_true(check_file("forwards.txt") >= 18);
}

static void signatures(void **state)
{
    (void)state;
    assert_true(check_file("signatures.txt") >= 15);
}

static void whole(void **state)
{
    (void)state;
    assert_true(check_file("whole.txt") >= 12);
}

static void clients(void **state)
{
    (void)state;
    assert_true(check_file("clients.txt") >= 70);
    assert_true(check_file("clients2.txt") >= 42);
}

/* ---- old letters below new ones, of every client below every client ---- */

/* Whether the letter has its new text on top and only one old letter, to the end, below it. */
static bool on_top(const struct fixture *c)
{
    _cleanup_mem_ void *mem = mem_new();
    if (c->html || c->whole || c->fresh.n == 0 || c->body.n == 0 || strstr(c->body.s, "\r"))
        return false;
    char *fresh = str_trim(mem, c->fresh.s, c->fresh.n), *body = str_trim(mem, c->body.s, c->body.n);
    size_t n = strlen(fresh), left = strlen(body) - n;
    const char *last = strrchr(body, '\n');
    return str_starts(body, fresh) && left > c->signature.n + 20 &&
           (!strstr(body + n, "\n>") || (last && last[1] == '>'));
}

/* The old letter, with marks when the other program sets them. */
static void add_old(struct str *out, const char *old, bool marks)
{
    for (const char *line = old; *line;) {
        size_t len = strcspn(line, "\n");
        str_addf(out, "%s%.*s\n", marks ? "> " : "", (int)len, line);
        line += len + (line[len] == '\n');
    }
}

static void old_letters_stay_old(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    const struct thread_words *words = words_of(mem);
    static const char *const files[] = {"replies.txt", "forwards.txt", "clients.txt", "clients2.txt"};
    struct fixtures all = {NULL, 0};
    size_t pairs = 0, bad = 0;
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        read_fixtures(mem, mem_fmt(mem, "tests/unit/data/thread/%s", files[i]), &all);
    for (size_t i = 0; i < all.n; i++) {
        const struct fixture *new = &all.v[i];
        for (size_t k = i % 3; on_top(new) && k < all.n; k += 3) {
            const struct fixture *old = &all.v[k];
            if (old->html || old->body.n == 0)
                continue;
            _cleanup_mem_ void *tmp = mem_new();
            struct str body = str_new(tmp);
            str_addf(&body, "%s\n", new->body.s);
            str_trim_end(&body);
            bool marks = strrchr(body.s, '\n')[1] == '>';
            str_add(&body, marks ? "\n>\n" : "\n\n");
            add_old(&body, old->body.s, marks);
            struct letter *l = new_letter(tmp, new->subject, body.s);
            letter_thread(tmp, l, words);
            bad += !same(mem_fmt(tmp, "%s over %s", new->name, old->name), "fresh", l->fresh, new->fresh.s);
            pairs++;
        }
    }
    assert_int_equal(bad, 0);
    assert_true(pairs > 3000);
}

/* ---- without words ---- */

/* Bytes of the new text at the top, by shape alone. */
static size_t top_length(const char *body)
{
    _cleanup_mem_ void *mem = mem_new();
    struct thread thread = thread_split(mem, body, false, NULL);
    if (thread.n == 0 || thread.spans[0].part != THREAD_FRESH)
        return 0;
    size_t end = thread.spans[0].to;
    while (thread.n > 1 && end > 0 && str_space(body[end - 1]))
        end--;
    return end;
}

static void check_top(const char *body, const char *fresh)
{
    size_t n = top_length(body);
    assert_true(n <= strlen(body));
    char got[2048];
    snprintf(got, sizeof got, "%.*s", (int)n, body);
    assert_string_equal(got, fresh);
}

static void shapes_alone(void **state)
{
    (void)state;
    check_top("new\n\n> old\n> old\n", "new");
    check_top("new\n> old", "new");
    check_top("> old\n> old\n", "");
    /* Gmail in Vietnamese, also where it runs over two lines */
    check_top("ok em\n\nV\xc3\xa0o Th 6, 6 thg 12, 2024 v\xc3\xa0o l\xc3\xba"
              "c 08:40 X <x@a.vn> "
              "\xc4\x91\xc3\xa3 vi\xe1\xba\xbf"
              "t:\n> c\xc5\xa9\n> c\xc5\xa9",
              "ok em");
    check_top("ok\n\nOn Fri, Dec 6, 2024 at 8:40 X Y Z\n<x@a.vn> wrote:\n\n> old\n", "ok");
    check_top("yes\n-----Original Message-----\nFrom: A [mailto:a@b.vn]\nSent: Friday, 6 December 2024 "
              "08:40\nTo: "
              "B\nSubject: x\n\nold",
              "yes");
    check_top("yes\n----- Th\xc6\xb0 g\xe1\xbb\x91"
              "c -----\nT\xe1\xbb\xab: A\nT\xe1\xbb\x9bi: B\n\nold",
              "yes");
    check_top("yes\n\n---------- Forwarded message ---------\nT\xe1\xbb\xab: A <a@b.vn>\nDate: x\n\nold",
              "yes");
    /* Outlook without a ruler */
    check_top(
        "yes\r\n\r\nT\xe1\xbb\xab: A <a@b.vn>\r\n\xc4\x90\xc3\xa3 g\xe1\xbb\xadi: 06/12/2024 08:40\r\n"
        "T\xe1\xbb\x9bi: B\r\nCh\xe1\xbb\xa7 \xc4\x91\xe1\xbb\x81: x\r\n\r\nold",
        "yes");
    check_top(
        "yes\n________________________________\nFrom: A <a@b.vn>\nSent: 6 Dec 2024 08:40\nTo: B\n\nold",
        "yes");
}

static void no_shapes(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "just text",
        "a title\n>> see more here\nand the article goes on\n",
        /* a citizen's form is not a copied header block */
        "H\xe1\xbb\x8d t\xc3\xaan: A\n\xc4\x90\xe1\xbb\x8b"
        "a ch\xe1\xbb\x89: B\nEmail: a@b.vn\nN\xe1\xbb\x99i "
        "dung: t\xc3\xb4i khi\xe1\xba\xbfu n\xe1\xba\xa1i",
        "text\n-- \nPhone: 024\nEmail: a@b.vn\nWeb: b.vn",
        "----------\nplain rule\n----------\ntext",
        "----- PHU LUC -----\nsome text without headers",
        "write to a@b.vn:\nand then",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_int_equal(top_length(texts[i]), strlen(texts[i]));
}

/* ---- bodies made at random ---- */

static void random_bodies(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    const struct thread_words *words = words_of(mem);
    static const char *const pieces[] = {"\n",
                                         "> ",
                                         ">> ",
                                         "text ",
                                         "On Fri, Dec 6, 2024 at 8:40 AM A <a@b.vn> wrote:\n",
                                         "From: ",
                                         "Sent: ",
                                         "To: ",
                                         "Subject: ",
                                         "a@b.vn ",
                                         "-----Original Message-----\n",
                                         "---------- Forwarded message ---------\n",
                                         "-- \n",
                                         "Regards,\n",
                                         "Tel: 0912345678\n",
                                         "\r\n",
                                         "________________________________\n",
                                         "Sent from my iPhone\n",
                                         "6/12/2024 08:40 ",
                                         "\xc4\x90\xc3\xa3 ",
                                         "T\xe1\xbb\xab: ",
                                         ":",
                                         "\t",
                                         "Disclaimer\n",
                                         "<",
                                         "*"};
    uint32_t seed = 7;
    for (size_t round = 0; round < 4000; round++) {
        struct str body = str_new(mem);
        seed = seed * 1664525u + 1013904223u;
        for (size_t n = (seed >> 16) % 60; n > 0; n--) {
            seed = seed * 1664525u + 1013904223u;
            str_add(&body, pieces[(seed >> 12) % ARRAY_LEN(pieces)]);
        }
        nothing_lost(body.n ? body.s : "", round & 1, words);
    }
}

static void repeat(struct str *out, const char *piece, size_t bytes)
{
    while (out->n < bytes)
        str_add(out, piece);
}

/* Eight times the text takes about eight times the work; the margin is wide, the machine is shared. */
static void linear(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    const struct thread_words *words = words_of(mem);
    static const char *const pieces[] = {"> a\nb\n",
                                         "From: x\nTo: y\n",
                                         "a:\n",
                                         "To: b@c.vn\n",
                                         "\n",
                                         "----------\n",
                                         "Regards\n0912345678\n",
                                         "-- \n",
                                         ">",
                                         "x",
                                         "On 6/12/2024 8:40\n",
                                         "From: x\n\nTo: y\n\n"};
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        double seconds[2];
        for (size_t k = 0; k < 2; k++) {
            struct str body = str_new(mem);
            repeat(&body, pieces[i], k ? 800000 : 100000);
            clock_t begin = clock();
            nothing_lost(body.s, true, words);
            seconds[k] = (double)(clock() - begin) / CLOCKS_PER_SEC;
        }
        if (seconds[1] > 40 * seconds[0] + 1.0)
            fail_msg("'%s': %.3f s, then %.3f s", pieces[i], seconds[0], seconds[1]);
    }
}

/* What stands below more lines than are looked at is nobody's agreement; it is kept all the same. */
static void beyond_the_last_line(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct str s = str_new(mem);
    str_add(&s, "no\n");
    for (size_t i = 0; i < 70000; i++)
        str_add(&s, "\n");
    str_add(&s, "> agreed\n> agreed\nagreed");
    struct thread t = thread_split(mem, s.s, false, NULL);
    assert_string_equal(thread_text(mem, s.s, &t, THREAD_FRESH), "no");
    assert_int_equal(t.spans[t.n - 1].to, s.n);
}

/* ---- dates ---- */

static void dates(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    const struct thread_words *words = words_of(mem);
    static const char *const rows[][2] = {{"Fri, 6 Dec 2024 08:40:00 +0900", "2024-12-06T06:40:00+07:00"},
                                          {"Friday, 6 December 2024 8:40 PM", "2024-12-06T20:40:00+07:00"},
                                          {"31/12/2024 23:59", "2024-12-31T23:59:00+07:00"},
                                          {"12/31/2024 11:59 PM", "2024-12-31T23:59:00+07:00"},
                                          {"2024-12-06T08:40:00Z", "2024-12-06T15:40:00+07:00"},
                                          {"06-12-2024", "2024-12-06T00:00:00+07:00"},
                                          {"Dec 6", ""},
                                          {"", ""},
                                          {"99/99/2024 08:40", ""},
                                          {"6/12/2024 99:99", ""},
                                          {"9999999999999999999999", ""},
                                          {"tomorrow at 8:40", ""}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_string_equal(when_rfc3339(mem, thread_date(rows[i][0], words)), rows[i][1]);
        (void)thread_date(rows[i][0], NULL);
    }
}

/* ---- letters ---- */

static void embedded_letters_are_forwards(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct letter *l = new_letter(
        mem, "Fwd: x", "see\n\n----- Forwarded message -----\nFrom: A <a@b.vn>\nSubject: x\n\nin");
    attach(mem, l, "x.eml", "x\nembedded");
    l->attachments[0].mail_from = "B <b@c.vn>";
    l->attachments[0].mail_date = "Fri, 6 Dec 2024 08:40:00 +0700";
    l->attachments[0].mail_subject = "x";
    letter_thread(mem, l, words_of(mem));
    letter_thread(mem, l, words_of(mem)); /* again changes nothing */
    assert_int_equal(l->forwards.n, 2);
    assert_string_equal(l->forwards.v[0].from, "A <a@b.vn>");
    assert_string_equal(l->forwards.v[1].from, "B <b@c.vn>");
    assert_string_equal(l->forwards.v[1].text, "x\nembedded");
    assert_string_equal(when_date(mem, l->forwards.v[1].at), "2024-12-06");
}

/* What is below a quote is read as new text, before the quote. */
static void page_has_new_text_first(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct letter *l = new_letter(mem, "Re: x", "> one\n> two\nbelow");
    l->hidden = "unseen";
    letter_thread(mem, l, words_of(mem));
    struct pages pages = pages_make(mem, l);
    const char *body = pages.v[1].forms.exact.s;
    assert_string_equal(pages.v[1].where, "body");
    assert_int_equal(pages.fresh, strlen("below"));
    assert_true(str_starts(body, "below\n") && strstr(body, "> one\n> two"));
    assert_string_equal(pages.v[2].where, "hidden");
}

/* ---- HTML ---- */

static void check_html(const char *html, const char *seen, const char *hidden, bool defect)
{
    _cleanup_mem_ void *mem = mem_new();
    struct str_list defects = {0};
    char *unseen, *text = html_read(mem, html, strlen(html), &unseen, &defects);
    assert_string_equal(text, seen);
    assert_string_equal(unseen, hidden);
    assert_int_equal(str_list_has(&defects, "hidden-text"), defect);
}

static void hidden_text(void **state)
{
    (void)state;
    static const char *const hiding[] = {"style='display:none'",
                                         "style='DISPLAY : None !important'",
                                         "hidden",
                                         "hidden='hidden'",
                                         "style='visibility:hidden'",
                                         "style='font-size:0'",
                                         "style='font-size:1px;color:red'",
                                         "style='font-size:.1em'",
                                         "style='max-height:0;overflow:hidden'",
                                         "style='max-height:0px'",
                                         "style='height:0;overflow:hidden'",
                                         "style='width:0px;overflow-x:hidden'",
                                         "style='opacity:0'",
                                         "style='position:absolute;left:-9999px'",
                                         "style='text-indent:-999em'",
                                         "style='color:#fff;background-color:#ffffff'",
                                         "style='color:white;background:#FEFEFE'",
                                         "style='color:rgb(255,255,255);background:white'",
                                         "bgcolor=white style='color:#fff'",
                                         "style='color:transparent'",
                                         "style='display:block;display:none'",
                                         "style='clip:rect(0,0,0,0)'",
                                         "style='transform:scale(0)'",
                                         "style='font:0/0 a'"};
    for (size_t i = 0; i < ARRAY_LEN(hiding); i++) {
        _cleanup_mem_ void *mem = mem_new();
        check_html(mem_fmt(mem, "<p>a</p><div %s>one two <b>three</b></div><p>b</p>", hiding[i]), "a\n\nb",
                   "one two three", false);
        check_html(mem_fmt(mem, "a<span %s>one two three four five six</span>b", hiding[i]), "ab",
                   "one two three four five six", true);
    }
    check_html("<template>t</template>x", "x", "t", false);
    check_html("<div style='display:none'><p style='display:block;font-size:14px'>in</p></div>", "", "in",
               false);
}

static void visible_text(void **state)
{
    (void)state;
    static const char *const showing[] = {"style='display:none;display:block'",
                                          "style='color:white'",
                                          "style='background:white'",
                                          "style='color:white;background:#fff url(x.png)'",
                                          "style='color:white;background:navy'",
                                          "style='font-size:9px'",
                                          "style='font-size:small'",
                                          "style='left:-5px'",
                                          "style='height:0'",
                                          "style='opacity:.5'",
                                          "style='visibility:visible'",
                                          "style='margin:-10px'",
                                          "style=''",
                                          "style='line-height:0'",
                                          "style=';;:;a:;:b'",
                                          "style='color:#12'",
                                          "style='max-height:none'",
                                          "style='color:#fff;background:#000'"};
    for (size_t i = 0; i < ARRAY_LEN(showing); i++) {
        _cleanup_mem_ void *mem = mem_new();
        check_html(
            mem_fmt(mem, "<div>a</div><div %s>one two three four five six</div><div>b</div>", showing[i]),
            "a\none two three four five six\nb", "", false);
    }
    check_html("<p style='max-height:0;display:block'>x</p>", "", "x", false);
    check_html("<p style='color:transparent'>x<b style='color:red'>y</b></p>", "y", "x", false);
    /* what a child may say again; tables of newsletters do */
    check_html("<td style='font-size:0'><div style='font-size:14px'>x</div></td>", "x", "", false);
    check_html("<p style='visibility:hidden'>a <span style='visibility:visible'>b</span></p>", "b", "a",
               false);
    check_html("<div style='background:#fff'><font color='#ffffff'>w</font></div>", "", "w", false);
    check_html("<div style='color:#fff;background:#fff'><p style='color:black'>k</p></div>", "k", "",
               false);
    /* the first line of a newsletter, hidden and said again */
    check_html(
        "<div style='display:none'>one two three four five six</div><p>one two three\nfour five six</p>",
        "one two three four five six", "one two three four five six", false);
}

static void quotes_in_html(void **state)
{
    (void)state;
    static const char *const quotes[] = {
        "<blockquote type=cite>",
        "<blockquote class='gmail_quote'>",
        "<blockquote class='protonmail_quote'>",
        "<blockquote id='isReplyContent'>",
        "<blockquote itemscope itemtype='https://schemas.microsoft.com/QuotedText'>",
        "<blockquote style='border-left:2px solid #1010FF;margin-left:5px'>"};
    for (size_t i = 0; i < ARRAY_LEN(quotes); i++) {
        _cleanup_mem_ void *mem = mem_new();
        check_html(mem_fmt(mem, "<p>new</p>%s<p>old</p></blockquote>below", quotes[i]),
                   "new\n\n> old\n\nbelow", "", false);
    }
    check_html("<div>a</div><blockquote>poem</blockquote>", "a\npoem", "", false);
}

/* `--score FILE`: the cases of a file, what is wrong with them, and how many hold. */
static int score(const char *path)
{
    size_t bad, n = read_cases(path, &bad);
    printf("%zu of %zu\n", n - bad, n);
    return bad > 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(replies),
                                       cmocka_unit_test(forwards),
                                       cmocka_unit_test(signatures),
                                       cmocka_unit_test(whole),
                                       cmocka_unit_test(clients),
                                       cmocka_unit_test(old_letters_stay_old),
                                       cmocka_unit_test(beyond_the_last_line),
                                       cmocka_unit_test(shapes_alone),
                                       cmocka_unit_test(no_shapes),
                                       cmocka_unit_test(random_bodies),
                                       cmocka_unit_test(linear),
                                       cmocka_unit_test(dates),
                                       cmocka_unit_test(embedded_letters_are_forwards),
                                       cmocka_unit_test(hidden_text),
                                       cmocka_unit_test(visible_text),
                                       cmocka_unit_test(quotes_in_html),
                                       cmocka_unit_test(page_has_new_text_first)};
    if (argc == 3 && str_eq(argv[1], "--score"))
        return score(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
