/* xlsx_cell.h: what a cell of a workbook shows: shared strings, and numbers that are dates by their format.
 */
#ifndef READER_XLSX_CELL_H
#define READER_XLSX_CELL_H

#include "base/str.h"
#include "reader/zip.h"

/* A cell in the text of a sheet: one of these, the number of its style, ';', the value, XLSX_END. */
#define XLSX_SHARED '\1' /* the value is an index of shared strings */
#define XLSX_END    '\2'
#define XLSX_NUMBER '\3'
#define XLSX_TEXT   '\4'

struct xlsx_cells;

struct xlsx_cells *xlsx_cells_new(const void *mem, struct str_list *defects);
void xlsx_cells_since_1904(struct xlsx_cells *c, bool on);

/* Reads sharedStrings.xml or styles.xml, the zip's current file. */
void xlsx_cells_read(struct xlsx_cells *c, struct zip *z);

/* Appends the text with its cells shown, EXTRACT_MAX_TEXT bytes at most and a little. */
void xlsx_cells_show(const struct xlsx_cells *c, const char *text, size_t n, struct str *out);

#endif
