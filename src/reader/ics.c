/* ics.c: calendar entries (RFC 5545) as lines that can be read: what, when, where. Content lines are
 * unfolded (3.1) and escapes undone (3.3.11); a property's name stays before its value, since the words in
 * front of a person are no business of C. Alarms and time zones are passed over. */
#include "reader/extract.h"

#define RAW_MAX (1u << 20)

static const char *const shown[] = {"SUMMARY",   "DTSTART",  "DTEND",       "DUE",       "LOCATION",
                                    "ORGANIZER", "ATTENDEE", "DESCRIPTION", "COMMENT",   "METHOD",
                                    "STATUS",    "RRULE",    "URL",         "CATEGORIES"};

/* 3.1: a line end followed by one blank is no line end. */
static char *unfold(const void *mem, const char *s)
{
    struct str out = str_new(mem);
    for (; *s; s++) {
        if (*s == '\n' && (s[1] == ' ' || s[1] == '\t'))
            s++;
        else
            str_addc(&out, *s);
    }
    return out.s ? out.s : mem_str(mem, "");
}

/* "20261121T083000Z" -> "2026-11-21 08:30 UTC"; others as they are. */
static void add_time(struct str *out, const char *s, size_t n)
{
    size_t digits = 0;
    for (size_t i = 0; i < n; i++)
        digits += str_digit(s[i]);
    if (digits == 8 && n == 8) {
        str_addf(out, "%.4s-%.2s-%.2s", s, s + 4, s + 6);
    } else if (digits == 14 && n >= 15 && n <= 16 && s[8] == 'T') {
        str_addf(out, "%.4s-%.2s-%.2s %.2s:%.2s%s", s, s + 4, s + 6, s + 9, s + 11,
                 n == 16 && s[15] == 'Z' ? " UTC" : "");
    } else {
        str_addn(out, s, n);
    }
}

static void add_value(struct str *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool escape = s[i] == '\\' && i + 1 < n;
        i += escape;
        str_addc(out, escape && (s[i] == 'n' || s[i] == 'N') ? '\n' : s[i]);
    }
}

/* The colon that ends name and parameters: those may be quoted. */
static size_t value_at(const char *line, size_t n)
{
    bool quoted = false;
    for (size_t i = 0; i < n; i++) {
        quoted ^= line[i] == '"';
        if (line[i] == ':' && !quoted)
            return i + 1;
    }
    return n;
}

static void add_line(struct str *out, const char *line, size_t n)
{
    size_t value = value_at(line, n), name = 0;
    while (name < value && line[name] != ';' && line[name] != ':')
        name++;
    for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
        if (strlen(shown[i]) != name || !str_ieqn(line, shown[i], name))
            continue;
        bool time = str_starts(shown[i], "DT") || str_eq(shown[i], "DUE");
        str_addf(out, "%s: ", shown[i]);
        if (time)
            add_time(out, line + value, n - value);
        else
            add_value(out, line + value, n - value);
        str_addc(out, '\n');
    }
}

static bool begins(const char *line, const char *what)
{
    return str_istarts(line, what);
}

char *extract_ics(struct extract *x)
{
    const char *by;
    struct str raw = extract_raw(x, RAW_MAX), out = str_new(x->mem);
    char *plain = extract_plain(x->mem, x->charset, raw.s, raw.n, &by, &x->a->defects);
    size_t passed = 0;
    for (const char *line = unfold(x->mem, plain); *line;) {
        const char *nl = strchr(line, '\n');
        size_t n = nl ? (size_t)(nl - line) : strlen(line);
        passed += begins(line, "BEGIN:VALARM") || begins(line, "BEGIN:VTIMEZONE");
        if (passed == 0)
            add_line(&out, line, n);
        if (passed > 0 && (begins(line, "END:VALARM") || begins(line, "END:VTIMEZONE")))
            passed--;
        line += n + (nl != NULL);
    }
    str_trim_end(&out);
    return out.s ? out.s : mem_str(x->mem, "");
}
