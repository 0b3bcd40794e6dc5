/* style.c: see style.h. Reads "name: value; name: value" as far as hiding needs it and passes over the
 * rest. Refuses to call text hidden on a guess: white letters are hidden only when the ground under them is
 * given and as white; a picture there makes the ground unknown. */
#include "reader/style.h"
#include <stdlib.h>

enum {
    NEAR = 8,        /* of 255: colours that differ by less in each part look the same */
    OFF_SCREEN = 500 /* pixels */
};

const struct style style_plain = {.color = STYLE_NO_COLOR, .background = STYLE_NO_COLOR};

/* ---- values ---- */

struct length {
    double number; /* in the unit */
    const char *unit;
    bool given;
};

static struct length length_read(const char *value)
{
    char *end;
    struct length l = {.unit = ""};
    if (!str_digit(*value) && !strchr(".-+", *value))
        return l;
    l.number = strtod(value, &end);
    l.given = end != value;
    l.unit = end;
    return l;
}

static bool is_nothing(const char *value)
{
    struct length l = length_read(value);
    return l.given && l.number <= 0.0 && l.number > -1.0;
}

/* A size of letters that nobody can read. */
static bool is_tiny(const char *value)
{
    struct length l = length_read(value);
    if (!l.given)
        return false;
    double least = str_istarts(l.unit, "%") ? 12.0 : str_iends(l.unit, "em") ? 0.12 : 1.5;
    return l.number <= least;
}

static bool is_far_off(const char *value)
{
    struct length l = length_read(value);
    if (str_istarts(l.unit, "em") || str_istarts(l.unit, "rem"))
        l.number *= 16;
    return l.given && l.number <= -OFF_SCREEN;
}

static int hex_digit(char c)
{
    if (str_digit(c))
        return c - '0';
    c = str_lower_char(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int32_t color_hex(const char *s)
{
    int v[6], n = 0;
    while (n < 6 && (v[n] = hex_digit(s[n])) >= 0)
        n++;
    if (n == 6)
        return (v[0] << 20) | (v[1] << 16) | (v[2] << 12) | (v[3] << 8) | (v[4] << 4) | v[5];
    return n >= 3 ? (v[0] * 17 << 16) | (v[1] * 17 << 8) | (v[2] * 17) : STYLE_NO_COLOR;
}

static int32_t color_rgb(const char *s)
{
    int32_t color = 0;
    for (unsigned i = 0; i < 3; i++) {
        while (*s == ' ' || *s == ',')
            s++;
        if (!str_digit(*s))
            return STYLE_NO_COLOR;
        char *end;
        long part = strtol(s, &end, 10);
        color = (color << 8) | (int32_t)(part > 255 ? 255 : part);
        s = end;
    }
    return color;
}

int32_t style_color(const char *text)
{
    static const struct {
        const char *name;
        int32_t color;
    } names[] = {{"white", 0xFFFFFF},  {"black", 0},        {"red", 0xFF0000},        {"blue", 0xFF},
                 {"yellow", 0xFFFF00}, {"gray", 0x808080},  {"whitesmoke", 0xF5F5F5}, {"snow", 0xFFFAFA},
                 {"ivory", 0xFFFFF0},  {"green", 0x008000}, {"silver", 0xC0C0C0}};
    while (str_space(*text))
        text++;
    if (*text == '#')
        return color_hex(text + 1);
    if (str_istarts(text, "rgb(") || str_istarts(text, "rgba("))
        return color_rgb(strchr(text, '(') + 1);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        size_t n = strlen(names[i].name);
        if (str_ieqn(text, names[i].name, n) && !str_alpha(text[n]))
            return names[i].color;
    }
    return STYLE_NO_COLOR;
}

/* ---- declarations ---- */

/* What must be known of all declarations before it can be judged. */
struct box {
    bool no_height, no_width, clipped, far_off;
};

static bool says(const char *value, const char *word)
{
    return str_ifind(value, strlen(value), word) != NULL;
}

static void declare_letters(struct style *s, const char *name, const char *value)
{
    if (str_ieq(name, "visibility"))
        s->invisible = says(value, "hidden") || says(value, "collapse");
    else if (str_ieq(name, "font-size"))
        s->tiny = is_tiny(value);
    else if (str_ieq(name, "font") && length_read(value).given)
        s->tiny = is_tiny(value);
    else if (str_ieq(name, "color") && says(value, "transparent"))
        s->gone = true;
    else if (str_ieq(name, "color") && style_color(value) != STYLE_NO_COLOR)
        s->color = style_color(value);
    else if (str_ieq(name, "background-image") && says(value, "url"))
        s->background = STYLE_NO_COLOR;
    else if ((str_ieq(name, "background") || str_ieq(name, "background-color")) &&
             !says(value, "transparent") && !says(value, "none"))
        s->background = says(value, "url") || says(value, "gradient") ? STYLE_NO_COLOR : style_color(value);
}

static void declare_box(struct style *s, struct box *b, const char *name, const char *value)
{
    static const char *const edges[] = {"left", "top", "right", "margin-left", "margin-top", "text-indent"};
    if (str_ieq(name, "display"))
        s->gone |= says(value, "none");
    else if (str_ieq(name, "opacity"))
        s->gone |= length_read(value).given && length_read(value).number < 0.1;
    else if (str_ieq(name, "max-height") || str_ieq(name, "max-width"))
        s->gone |= is_nothing(value);
    else if (str_ieq(name, "height"))
        b->no_height = is_nothing(value);
    else if (str_ieq(name, "width"))
        b->no_width = is_nothing(value);
    else if (str_istarts(name, "overflow"))
        b->clipped = says(value, "hidden") || says(value, "clip");
    else if (str_ieq(name, "clip"))
        s->gone |= says(value, "rect(0") || says(value, "rect(1px");
    else if (str_ieq(name, "clip-path"))
        s->gone |= says(value, "inset(100%") || says(value, "inset(50%");
    else if (str_ieq(name, "transform"))
        s->gone |= says(value, "scale(0)");
    for (size_t i = 0; i < ARRAY_LEN(edges); i++)
        b->far_off |= str_ieq(name, edges[i]) && is_far_off(value);
}

void style_declare(struct style *style, const char *css)
{
    struct box box = {0};
    bool gone = style->gone;
    style->gone = false;
    while (*css) {
        const char *end = strchrnul(css, ';'), *colon = memchr(css, ':', (size_t)(end - css));
        if (colon) {
            _cleanup_mem_ char *name = str_trim(NULL, css, (size_t)(colon - css));
            _cleanup_mem_ char *value = str_trim(NULL, colon + 1, (size_t)(end - colon - 1));
            if (str_ieq(name, "display") && !says(value, "none"))
                style->gone = false; /* the last word counts */
            declare_letters(style, name, value);
            declare_box(style, &box, name, value);
        }
        css = *end ? end + 1 : end;
    }
    style->gone |= gone || box.far_off || (box.clipped && (box.no_height || box.no_width));
}

static bool part_near(int32_t a, int32_t b, unsigned shift)
{
    int32_t gap = ((a >> shift) & 255) - ((b >> shift) & 255);
    return gap <= NEAR && gap >= -NEAR;
}

bool style_hides(const struct style *s)
{
    if (s->gone || s->invisible || s->tiny)
        return true;
    return s->color != STYLE_NO_COLOR && s->background != STYLE_NO_COLOR &&
           part_near(s->color, s->background, 16) && part_near(s->color, s->background, 8) &&
           part_near(s->color, s->background, 0);
}
