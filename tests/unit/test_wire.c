/* The wire: what goes in comes out, and no bytes from a hostile child do more than be refused. */
#include "reader/wire.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct letter *sample(const void *mem)
{
    struct letter *l = letter_unread(mem, "", 77, "charset");
    memset(l->sha256, 'a', HASH_HEX - 1);
    memset(l->sameness, 'b', HASH_HEX - 1);
    l->complete = true;
    *mem_append(l, l->headers, l->n_headers) =
        (struct letter_header){.name = "Subject", .raw = " x\0y\xff", .raw_n = 5, .value = "xy"};
    *mem_append(l, l->headers, l->n_headers) =
        (struct letter_header){.name = "Message-ID", .raw = "<i@d>", .raw_n = 5, .value = "<i@d>"};
    *mem_append(l, l->texts, l->n_texts) = (struct letter_text){
        .html = true, .text = "hello", .hidden = "unseen", .charset = "utf-8", .charset_by = "label"};
    struct letter_attachment *a = mem_append(l, l->attachments, l->n_attachments);
    *a = (struct letter_attachment){
        .name = "n", .type = "a/b", .real = "docx", .bytes = 5, .how = "text", .text = "t"};
    a->mail_from = "X <x@a.vn>";
    a->mail_date = "today";
    a->mail_subject = "s";
    a->outer = 3;
    a->number = 70000;
    a->turn = 270;
    a->illustrates = true;
    memset(a->sha256, '0', HASH_HEX - 1);
    str_list_add(l, &a->defects, "base64");
    return l;
}

static void round_trip(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct str out = str_new(mem), again = str_new(mem);
    wire_encode(&out, sample(mem));
    struct letter *l = wire_decode(mem, out.s, out.n);
    assert_non_null(l);
    assert_string_equal(l->subject, "xy");
    assert_string_equal(l->message_id, "i@d");
    assert_string_equal(l->body, "hello");
    assert_int_equal(l->bytes, 77);
    assert_true(l->complete && l->texts[0].html);
    assert_int_equal(l->headers[0].raw_n, 5);
    assert_memory_equal(l->headers[0].raw, " x\0y\xff", 5);
    assert_string_equal(l->attachments[0].real, "docx");
    assert_string_equal(l->hidden, "unseen");
    assert_string_equal(l->attachments[0].mail_from, "X <x@a.vn>");
    assert_string_equal(l->attachments[0].mail_date, "today");
    assert_int_equal(l->forwards.n, 1);
    assert_string_equal(l->forwards.v[0].subject, "s");
    assert_string_equal(l->attachments[0].defects.v[0], "base64");
    wire_encode(&again, l);
    assert_int_equal(again.n, out.n);
    assert_memory_equal(again.s, out.s, out.n);
}

static void every_cut_is_refused(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct str out = str_new(mem);
    wire_encode(&out, sample(mem));
    for (size_t n = 0; n < out.n; n++)
        assert_null(wire_decode(mem, out.s, n));
    str_addc(&out, 'x');
    assert_null(wire_decode(mem, out.s, out.n));
}

/* Any single byte to any of some values, then many at once: refused, or a letter whose strings can be read.
 */
static void mutations(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct str out = str_new(mem);
    wire_encode(&out, sample(mem));
    uint32_t seed = 1;
    size_t accepted = 0, refused = 0;
    for (size_t round = 0; round < 60000; round++) {
        void *work = mem_new();
        char *copy = mem_bytes(work, out.s, out.n);
        size_t changes = 1 + round % 4;
        for (size_t i = 0; i < changes; i++) {
            seed = seed * 1664525u + 1013904223u;
            copy[(seed >> 8) % out.n] = (char)(unsigned char)(round & 1 ? 0xff : seed >> 24);
        }
        struct letter *l = wire_decode(work, copy, out.n);
        accepted += l != NULL;
        refused += l == NULL;
        size_t read = 0;
        for (size_t i = 0; l && i < l->n_headers; i++)
            read += strlen(l->headers[i].value) + (unsigned char)l->headers[i].raw[0];
        talloc_free(work);
        assert_true(read < 100000);
    }
    assert_true(accepted > 100 && refused > 1000);
}

static void lies_about_counts_cost_nothing(void **state)
{
    (void)state;
    _cleanup_mem_ void *mem = mem_new();
    struct str out = str_new(mem);
    wire_encode(&out, letter_unread(mem, "", 0, "empty"));
    /* magic, two empty strings, bytes, complete: then the number of headers */
    size_t at = 8 + 5 + 5 + 8 + 1;
    memcpy(out.s + at, "\xcf\x07\0\0", 4); /* 1,999: allowed, but not there */
    assert_null(wire_decode(mem, out.s, out.n));
    memcpy(out.s + at, "\xff\xff\xff\xff", 4);
    assert_null(wire_decode(mem, out.s, out.n));
    assert_true(talloc_total_size(mem) < 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(mutations),
        cmocka_unit_test(lies_about_counts_cost_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
