/* fuzz_docx.c: hostile zipped XML as every format that is made of it. The bytes are taken twice: as a whole
 * file, and as the body of a document that is zipped around them, so that the fuzzer need not learn
 * compression and checksums. What comes out is valid UTF-8 of a bounded length. */
#include "base/utf8.h"
#include "reader/extract.h"
#include "reader/parse.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct letter_attachment *a)
{
    if (!a->text || !a->how || !a->real || strlen(a->text) > EXTRACT_MAX_TEXT ||
        !utf8_valid(a->text, strlen(a->text)))
        abort();
}

static void read_as(const char *name, const char *bytes, size_t n)
{
    _cleanup_mem_ void *mem = mem_new();
    struct part_budget left = {.left = 8u << 20};
    struct letter_attachment a = {.name = name, .type = "application/octet-stream"};
    struct extract x = {.mem = mem, .charset = "", .a = &a};
    x.part = part_open_bytes(mem, bytes, n, &left);
    extract_read(&x);
    check(&a);
    for (size_t i = 0; i < x.n_inner; i++)
        check(&x.inner[i]);
}

static void put(struct str *out, uint32_t v, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        str_addc(out, (char)(unsigned char)(v >> (8 * i)));
}

/* One stored file as a streaming zip has it. */
static void add_entry(struct str *out, const char *name, const char *bytes, size_t n)
{
    uint32_t crc = 0xFFFFFFFFu;
    for (size_t i = 0; i < n; i++) {
        crc ^= (unsigned char)bytes[i];
        for (int k = 0; k < 8; k++)
            crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1)));
    }
    put(out, 0x04034b50u, 4);
    put(out, 20, 2);
    put(out, 0, 4);
    put(out, 0, 4);
    put(out, ~crc, 4);
    put(out, (uint32_t)n, 4);
    put(out, (uint32_t)n, 4);
    put(out, (uint32_t)strlen(name), 2);
    put(out, 0, 2);
    str_add(out, name);
    str_addn(out, bytes, n);
}

static void read_inside(const char *entry, const char *name, const char *bytes, size_t n)
{
    _cleanup_mem_ void *mem = mem_new();
    struct str zip = str_new(mem);
    add_entry(&zip, "[Content_Types].xml", "<Types/>", 8);
    add_entry(&zip, entry, bytes, n);
    read_as(name, zip.s, zip.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const entries[][2] = {
        {"word/document.xml", "a.docx"},        {"word/styles.xml", "a.docx"},
        {"xl/worksheets/sheet1.xml", "a.xlsx"}, {"xl/styles.xml", "a.xlsx"},
        {"ppt/slides/slide1.xml", "a.pptx"},    {"content.xml", "a.odt"},
    };
    const char *bytes = (const char *)data;
    static bool warm;
    if (!warm)
        parse_prewarm();
    warm = true;
    if (size > 0 && data[0] != '<') {
        read_as("a.docx", bytes, size);
        return 0;
    }
    for (size_t i = 0; i < ARRAY_LEN(entries); i++)
        read_inside(entries[i][0], entries[i][1], bytes, size);
    return 0;
}
