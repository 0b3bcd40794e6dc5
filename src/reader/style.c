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

/* Three or six digits; a fourth part says how much of it is seen. */
static int32_t color_hex(const char *s)
{
    int v[8], n = 0;
    while (n < 8 && (v[n] = hex_digit(s[n])) >= 0)
        n++;
    if ((n == 8 && v[6] == 0) || (n == 4 && v[3] == 0))
        return STYLE_CLEAR;
    if (n >= 6)
        return (v[0] << 20) | (v[1] << 16) | (v[2] << 12) | (v[3] << 8) | (v[4] << 4) | v[5];
    return n >= 3 ? (v[0] * 17 << 16) | (v[1] * 17 << 8) | (v[2] * 17) : STYLE_NO_COLOR;
}

/* Numbers to 255, or percents. */
static int32_t color_rgb(const char *s)
{
    int32_t color = 0;
    for (unsigned i = 0; i < 3; i++) {
        s += strspn(s, " ,");
        if (!str_digit(*s))
            return STYLE_NO_COLOR;
        char *end;
        double part = strtod(s, &end);
        part = *end == '%' ? part * 2.55 : part;
        color = (color << 8) | (int32_t)(part < 255 ? part : 255);
        s = end + (*end == '%');
    }
    s += strspn(s, " ,/");
    bool alpha = str_digit(*s) || *s == '.';
    return alpha && strtod(s, NULL) < 0.1 ? STYLE_CLEAR : color;
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
    bool none, clear, no_height, no_width, no_most_height, no_most_width, clipped, cut_out, gone;
};

static bool says(const char *value, const char *word)
{
    return str_ifind(value, strlen(value), word) != NULL;
}

static void set_visibility(struct style *s, struct box *b, const char *value)
{
    (void)b;
    if (!says(value, "inherit"))
        s->invisible = says(value, "hidden") || says(value, "collapse");
}

static void set_size(struct style *s, struct box *b, const char *value)
{
    (void)b;
    if (str_alpha(*value)) /* small, bold: a word begins with no size of nothing */
        s->tiny = s->tiny && says(value, "inherit");
    else
        s->tiny = is_tiny(value);
}

static void set_color(struct style *s, struct box *b, const char *value)
{
    (void)b;
    if (says(value, "transparent"))
        s->color = STYLE_CLEAR;
    else if (!says(value, "inherit"))
        s->color = style_color(value);
}

static void set_ground(struct style *s, struct box *b, const char *value)
{
    (void)b;
    if (says(value, "url") || says(value, "gradient"))
        s->background = STYLE_NO_COLOR;
    else if (!says(value, "transparent") && !says(value, "none") && !says(value, "inherit") &&
             style_color(value) != STYLE_CLEAR)
        s->background = style_color(value);
}

/* Hidden where Outlook shows it; what others show of it they show in another place as well. */
static void set_outlook(struct style *s, struct box *b, const char *value)
{
    (void)s;
    b->gone |= says(value, "all");
}

static void set_display(struct style *s, struct box *b, const char *value)
{
    (void)s;
    b->none = says(value, "none");
}

static void set_opacity(struct style *s, struct box *b, const char *value)
{
    (void)s;
    b->clear = length_read(value).given && length_read(value).number < 0.1;
}

static void set_most_height(struct style *s, struct box *b, const char *value)
{
    (void)s;
    b->no_most_height = is_nothing(value);
}

static void set_most_width(struct style *s, struct box *b, const char *value)
{
    (void)s;
    b->no_most_width = is_nothing(value);
}

static void set_height(struct style *s, struct box *b, const char *value)
{
    (void)s;
    b->no_height = is_nothing(value);
}

static void set_width(struct style *s, struct box *b, const char *value)
{
    (void)s;
    b->no_width = is_nothing(value);
}

static void set_overflow(struct style *s, struct box *b, const char *value)
{
    (void)s;
    b->clipped = says(value, "hidden") || says(value, "clip");
}

static void set_clip(struct style *s, struct box *b, const char *value)
{
    static const char *const none[] = {"rect(0", "rect(1px", "inset(100%", "inset(50%", "scale(0)"};
    (void)s;
    b->cut_out = false;
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        b->cut_out |= says(value, none[i]);
}

static void set_edge(struct style *s, struct box *b, const char *value)
{
    (void)s;
    b->gone |= is_far_off(value);
}

static const struct {
    const char *name;
    void (*set)(struct style *s, struct box *b, const char *value);
} properties[] = {{"display", set_display},
                  {"visibility", set_visibility},
                  {"font-size", set_size},
                  {"font", set_size},
                  {"color", set_color},
                  {"-webkit-text-fill-color", set_color},
                  {"mso-hide", set_outlook},
                  {"background", set_ground},
                  {"background-color", set_ground},
                  {"background-image", set_ground},
                  {"opacity", set_opacity},
                  {"max-height", set_most_height},
                  {"max-width", set_most_width},
                  {"height", set_height},
                  {"width", set_width},
                  {"overflow", set_overflow},
                  {"overflow-x", set_overflow},
                  {"overflow-y", set_overflow},
                  {"clip", set_clip},
                  {"clip-path", set_clip},
                  {"transform", set_clip},
                  {"left", set_edge},
                  {"top", set_edge},
                  {"right", set_edge},
                  {"margin-left", set_edge},
                  {"margin-top", set_edge},
                  {"text-indent", set_edge}};

bool style_knows(const char *name, size_t n)
{
    for (size_t i = 0; i < ARRAY_LEN(properties); i++)
        if (strlen(properties[i].name) == n && str_ieqn(name, properties[i].name, n))
            return true;
    return false;
}

void style_declare(struct style *style, const char *css)
{
    struct box box = {0};
    while (*css) {
        const char *end = strchrnul(css, ';'), *colon = memchr(css, ':', (size_t)(end - css));
        if (colon) {
            _cleanup_mem_ char *name = str_trim(NULL, css, (size_t)(colon - css));
            _cleanup_mem_ char *value = str_trim(NULL, colon + 1, (size_t)(end - colon - 1));
            for (size_t i = 0; i < ARRAY_LEN(properties); i++)
                if (str_ieq(name, properties[i].name))
                    properties[i].set(style, &box, value);
        }
        css = *end ? end + 1 : end;
    }
    bool no_room = box.no_most_height || box.no_most_width;
    style->gone |= box.none || box.clear || no_room || box.cut_out || box.gone ||
                   (box.clipped && (box.no_height || box.no_width));
}

static bool part_near(int32_t a, int32_t b, unsigned shift)
{
    int32_t gap = ((a >> shift) & 255) - ((b >> shift) & 255);
    return gap <= NEAR && gap >= -NEAR;
}

bool style_hides(const struct style *s)
{
    if (s->gone || s->invisible || s->tiny || s->color == STYLE_CLEAR)
        return true;
    return s->color != STYLE_NO_COLOR && s->background != STYLE_NO_COLOR &&
           part_near(s->color, s->background, 16) && part_near(s->color, s->background, 8) &&
           part_near(s->color, s->background, 0);
}
