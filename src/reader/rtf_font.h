/* rtf_font.h: the font table of an RTF file, and what a byte means in each font. */
#ifndef READER_RTF_FONT_H
#define READER_RTF_FONT_H

#include "base/str.h"

struct rtf_fonts;

struct rtf_fonts *rtf_fonts_new(const void *mem);

/* \ansicpg: the code page of fonts that say nothing; 0 is ignored. */
void rtf_fonts_page(struct rtf_fonts *f, int page);
/* Inside \fonttbl: \fN, \fcharsetN, a byte of the name. */
void rtf_fonts_number(struct rtf_fonts *f, int number);
void rtf_fonts_charset(struct rtf_fonts *f, int charset);
void rtf_fonts_name(struct rtf_fonts *f, char byte);

/* The name of font `number`; NULL when there is none of that number. */
const char *rtf_fonts_find(const struct rtf_fonts *f, int number);

/* Appends what bytes in that font mean. Text in a font older than Unicode is left for legacy_repair(): each
 * byte as windows-1252 has it. */
void rtf_fonts_decode(struct rtf_fonts *f, int number, const char *bytes, size_t n, struct str *out);

#endif
