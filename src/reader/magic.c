/* magic.c: see magic.h. One table of first bytes, one of name endings; zipped formats are told by the names
 * of their first files, text formats by what they begin with or, failing that, by what they call
 * themselves.
 *
 * A script has no mark but its first line, so endings that Windows would run count as programs, too. */
#include "reader/magic.h"
#include "reader/extract.h"

#define LOCAL_HEADER 30u /* bytes before the name in a zip's local header */

static const struct mark {
    const char *real;
    size_t at, n;
    const char *bytes;
} marks[] = {
    {"pdf", 0, 5, "%PDF-"},
    {"rtf", 0, 5, "{\\rtf"},
    {"ole", 0, 8, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"},
    {"image", 0, 8, "\x89PNG\r\n\x1a\n"},
    {"image", 0, 3, "\xff\xd8\xff"},
    {"image", 0, 4, "GIF8"},
    {"image", 0, 4, "II*\0"},
    {"image", 0, 4, "MM\0*"},
    {"image", 8, 4, "WEBP"},
    {"image", 4, 8, "ftypheic"},
    {"image", 4, 8, "ftypheix"},
    {"image", 4, 8, "ftypmif1"},
    {"rar", 0, 6, "Rar!\x1a\x07"},
    {"7z", 0, 6, "7z\xbc\xaf\x27\x1c"},
    {"gzip", 0, 3, "\x1f\x8b\x08"},
    {"bzip2", 4, 6, "1AY&SY"},
    {"xz", 0, 6,
     "\xfd"
     "7zXZ\0"},
    {"zstd", 0, 4, "\x28\xb5\x2f\xfd"},
    {"tar", 257, 5, "ustar"},
    {"tnef", 0, 4, "\x78\x9f\x3e\x22"},
    {"program", 0, 4,
     "\x7f"
     "ELF"},
    {"program", 0, 2, "#!"},
    {"program", 0, 8, "L\0\0\0\1\x14\2\0"}, /* a Windows shortcut */
};

static const char text_names[] = " .txt .text .csv .tsv .md .log .html .htm .xhtml .ics .eml .mht .mhtml ";

static bool has_at(const char *head, size_t n, size_t at, const char *bytes, size_t len)
{
    return n >= at + len && memcmp(head + at, bytes, len) == 0;
}

/* ---- names and declared types ---- */

static bool ends_with_one(const char *name, const char *endings)
{
    const char *dot = strrchr(name, '.');
    char wanted[16];
    if (!dot || strlen(dot) + 3 > sizeof wanted)
        return false;
    snprintf(wanted, sizeof wanted, " %s ", dot);
    return str_ifind(endings, strlen(endings), wanted) != NULL;
}

/* ---- zipped formats ---- */

static const char *zip_kind_of_name(const char *name, size_t n)
{
    static const struct {
        const char *begin, *real;
    } known[] = {{"word/", "docx"}, {"xl/", "xlsx"}, {"ppt/", "pptx"}};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (n > strlen(known[i].begin) && memcmp(name, known[i].begin, strlen(known[i].begin)) == 0)
            return known[i].real;
    return NULL;
}

/* OpenDocument begins with a stored file "mimetype". */
static const char *odf_kind(const char *head, size_t n)
{
    static const char text[] = "mimetypeapplication/vnd.oasis.opendocument.";
    const size_t len = sizeof text - 1;
    static const struct {
        const char *begin, *real;
    } known[] = {{"text", "odt"}, {"spreadsheet", "ods"}, {"presentation", "odp"}};
    if (!has_at(head, n, LOCAL_HEADER, text, len))
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (has_at(head, n, LOCAL_HEADER + len, known[i].begin, strlen(known[i].begin)))
            return known[i].real;
    return NULL;
}

/* An office file whose telling names come later than we look: then its own name chooses. */
static const char *office_by_name(const char *name)
{
    static const struct {
        const char *endings, *real;
    } known[] = {{" .docx .docm .dotx ", "docx"}, {" .xlsx .xlsm ", "xlsx"}, {" .pptx .pptm ", "pptx"},
                 {" .odt .ott ", "odt"},          {" .ods .ots ", "ods"},    {" .odp .otp ", "odp"}};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (ends_with_one(name, known[i].endings))
            return known[i].real;
    return "zip";
}

static const char *zip_kind(const char *head, size_t n, const char *name)
{
    static const char *const marks_of_office[] = {"[Content_Types].xml", "mimetype", "content.xml"};
    const char *odf = odf_kind(head, n);
    bool office = false;
    if (odf)
        return odf;
    for (size_t at = 0; at + LOCAL_HEADER < n; at++) {
        if (head[at] != 'P' || memcmp(head + at, "PK\3\4", 4) != 0)
            continue;
        const char *entry = head + at + LOCAL_HEADER;
        size_t len = (unsigned char)head[at + 26] + 256u * (unsigned char)head[at + 27];
        if (len > n - at - LOCAL_HEADER)
            continue;
        const char *kind = zip_kind_of_name(entry, len);
        if (kind)
            return kind;
        for (size_t i = 0; i < ARRAY_LEN(marks_of_office); i++)
            office |= len == strlen(marks_of_office[i]) && memcmp(entry, marks_of_office[i], len) == 0;
    }
    return office ? office_by_name(name) : "zip";
}

/* ---- text ---- */

/* No NUL but in UTF-16, and hardly a control character: old text has strange ones, so what is declared to
 * be text may have any. */
static bool is_text(const char *head, size_t n, bool declared)
{
    bool utf16 = has_at(head, n, 0, "\xff\xfe", 2) || has_at(head, n, 0, "\xfe\xff", 2);
    size_t odd = 0;
    for (size_t i = 0; i < n && i < 4096 && !utf16; i++) {
        if (i < 512 && head[i] == '\0')
            return false;
        odd += (unsigned char)head[i] < ' ' && !str_space(head[i]) && head[i] != 0x1b;
    }
    return declared || odd * 50 <= n;
}

static bool starts_tag(const char *s, size_t n, const char *tag)
{
    return n >= strlen(tag) && str_ieqn(s, tag, strlen(tag));
}

/* Skips a byte order mark, blanks, an XML declaration and comments, as browsers do. */
static bool looks_like_html(const char *s, size_t n)
{
    if (has_at(s, n, 0, "\xef\xbb\xbf", 3))
        s += 3, n -= 3;
    for (;;) {
        while (n > 0 && str_space(*s))
            s++, n--;
        bool comment = starts_tag(s, n, "<!--"), xml = starts_tag(s, n, "<?xml");
        const char *end = comment ? str_ifind(s, n, "-->") : xml ? str_ifind(s, n, "?>") : NULL;
        if (!end)
            return starts_tag(s, n, "<!doctype html") || starts_tag(s, n, "<html") ||
                   starts_tag(s, n, "<head") || starts_tag(s, n, "<body");
        end += comment ? 3 : 2;
        n -= (size_t)(end - s);
        s = end;
    }
}

/* Header fields of mail, two of those that every letter has. */
static bool looks_like_letter(const char *head, size_t n)
{
    static const char *const fields[] = {
        "From:", "Date:",         "Subject:",     "Message-ID:",  "Received:",
        "To:",   "MIME-Version:", "Return-Path:", "Delivered-To:"};
    size_t seen = 0, lines = 0;
    for (size_t at = 0; at < n && seen < 2; lines++) {
        const char *line = head + at, *end = memchr(line, '\n', n - at);
        size_t len = end ? (size_t)(end - line) : n - at;
        at += len + 1;
        if (len == 0 || *line == '\r')
            return false;
        for (size_t i = 0; i < ARRAY_LEN(fields); i++)
            seen += starts_tag(line, len, fields[i]);
        const char *colon = memchr(line, ':', len);
        if (*line != ' ' && *line != '\t' && (!colon || memchr(line, ' ', (size_t)(colon - line))))
            return false;
    }
    return seen >= 2;
}

static const char *text_kind(const char *head, size_t n, const char *name, const char *type)
{
    if (starts_tag(head, n, "BEGIN:VCALENDAR") || has_at(head, n, 3, "BEGIN:VCALENDAR", 15))
        return "ics";
    bool letter_name = ends_with_one(name, " .eml .mht .mhtml ") || str_eq(type, "message/rfc822");
    /* The returned head of a letter, a listing that begins like one: they stay the text they are. */
    if ((letter_name || !str_starts(type, "text/")) && looks_like_letter(head, n))
        return ends_with_one(name, " .mht .mhtml ") ? "mht" : "letter";
    if (letter_name)
        return "text";
    if (looks_like_html(head, n) || str_eq(type, "text/html") || ends_with_one(name, " .html .htm .xhtml "))
        return "html";
    bool table = str_eq(type, "text/csv") || str_eq(type, "text/tab-separated-values");
    return table || ends_with_one(name, " .csv .tsv ") ? "csv" : "text";
}

const char *magic_type(const char *head, size_t n, const char *name, const char *type)
{
    if (n == 0)
        return "";
    if (has_at(head, n, 0, "PK\3\4", 4) || has_at(head, n, 0, "PK\5\6", 4))
        return zip_kind(head, n, name);
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (has_at(head, n, marks[i].at, marks[i].bytes, marks[i].n))
            return marks[i].real;
    bool declared = str_starts(type, "text/") || ends_with_one(name, text_names);
    if (is_text(head, n, declared))
        return text_kind(head, n, name, type);
    if (has_at(head, n, 0, "MZ", 2))
        return "program";
    if (has_at(head, n, 0, "BM", 2) && has_at(head, n, 6, "\0\0\0\0", 4))
        return "image";
    /* Some programs write a few bytes before a PDF; readers look at the first 1,024. */
    return str_ifind(head, n < 1024 ? n : 1024, "%PDF-") ? "pdf" : "data";
}

bool magic_is_file(const char *head, size_t n, const char *type)
{
    static const char *const texts[] = {"", "text", "html", "csv", "ics", "letter", "mht", "data"};
    const char *real = magic_type(head, n, "", type);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (str_eq(real, texts[i]))
            return false;
    return !str_eq(real, "program") || !is_text(head, n, true); /* a script may well be what is written */
}

/* ---- what the name promises ---- */

/* Real types are between blanks. Endings that are not here promise nothing. */
static const struct promise {
    const char *endings, *real;
} promises[] = {
    {" .docx .docm .dotx .dotm ", " docx "},
    {" .xlsx .xlsm .xltx ", " xlsx "},
    {" .pptx .pptm .ppsx ", " pptx "},
    {" .odt .ott ", " odt "},
    {" .ods .ots ", " ods "},
    {" .odp .otp ", " odp "},
    {" .doc .dot ", " doc rtf "},
    {" .xls .xlt ", " xls "},
    {" .ppt .pps ", " ppt "},
    {" .msg ", " msg "},
    {" .pdf ", " pdf "},
    {" .rtf ", " rtf "},
    {" .zip ", " zip "},
    {" .rar ", " rar "},
    {" .7z ", " 7z "},
    {" .gz .tgz ", " gzip "},
    {" .bz2 .tbz .tbz2 ", " bzip2 "},
    {" .xz .txz ", " xz "},
    {" .zst .tzst ", " zstd "},
    {" .tar ", " tar "},
    {" .png .jpg .jpeg .jpe .gif .bmp .tif .tiff .webp .heic .heif ", " image "},
    {" .html .htm .xhtml ", " html text "},
    {" .mht .mhtml ", " mht letter text "},
    {" .eml ", " letter text "},
    {" .ics ", " ics text "},
    {" .txt .csv .tsv .log .md ", " text csv letter ics "},
};

static const char runs[] =
    " .exe .com .scr .pif .bat .cmd .msi .jar .js .jse .vbs .vbe .wsf .wsh .hta .ps1 "
    ".lnk .reg .cpl .dll ";

static bool keeps_promise(const struct promise *p, const char *real)
{
    char wanted[20];
    snprintf(wanted, sizeof wanted, " %s ", real);
    return strstr(p->real, wanted) != NULL;
}

void magic_judge(const void *mem, struct letter_attachment *a)
{
    if (str_eq(a->real, "program") || ends_with_one(a->name, runs))
        extract_note(mem, &a->defects, "executable");
    for (size_t i = 0; i < ARRAY_LEN(promises) && *a->real; i++) {
        if (!ends_with_one(a->name, promises[i].endings))
            continue;
        /* A locked office file is an OLE container whatever it was before; "encrypted" says so. */
        if (!keeps_promise(&promises[i], a->real) && !str_list_has(&a->defects, "encrypted"))
            extract_note(mem, &a->defects, "wrong-extension");
    }
}
