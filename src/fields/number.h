/* number.h: the grammar of document numbers (Decree 30/2020 annex III; DOMAIN 1.2):
 *   number = seq [ "/" year ] "/" symbol / seq "-" type "/" org;  symbol = type "-" org {"-" unit} | org
 * "-" unit {...} | QHnn Scans by hand instead of a regular expression: linear, and it judges letters of any
 * script by category.
 */
#ifndef FIELDS_NUMBER_H
#define FIELDS_NUMBER_H

#include "base/utf8.h"

struct number {
    size_t from, to;    /* bytes in the text, as written */
    size_t symbol;      /* where the symbol begins */
    const char *normal; /* without blanks, one kind of dash and of D-with-stroke */
    bool blank;         /* "/QD-SNgV" with no sequence number: not issued yet */
};

/* The first number at or after `at`. */
bool number_scan(const void *mem, const char *text, size_t n, size_t at, struct number *ret);

/* A number that begins exactly at `at`. */
bool number_scan_at(const void *mem, const char *text, size_t n, size_t at, struct number *ret);

/* The same behind a label, where more is a number: those of Party bodies ("215-CV/TU"), and one with digits
 * that were misread in a scan ("l46/QD-X"), which `normal` has right. */
bool number_scan_labelled(const void *mem, const char *text, size_t n, size_t at, struct number *ret);

/* A symbol without its number, exactly at `at`: blanks, dots and underscores before the slash are what a
 * form leaves open. `normal` is the symbol alone. */
bool number_scan_blank(const void *mem, const char *text, size_t n, size_t at, struct number *ret);

#endif
