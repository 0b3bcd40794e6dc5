/* letters.h: for commands that read letters and store nothing: files (`explain`, `why`) and letters that
 * are in the spool already (`why REF`, `learn`). */
#ifndef CMD_LETTERS_H
#define CMD_LETTERS_H

#include "cmd/cmd.h"
#include "intake.h"

/* Prints one letter. */
typedef void (*letter_show)(struct context *cx, void *mem, const struct letter_report *r);

/* Reads the files that are left among the arguments, with --directory and --look-up; needs NEED_RULES,
 * NEED_READER and NEED_DIRECTORY. False with err->kind DATA and no text: some file could not be read, which
 * was printed. */
bool explain_files(struct context *cx, letter_show show, struct err *err);

/* The letter of a spool entry, read again; its facts are owned by mem. Needs NEED_READER. */
bool spooled_letter(struct context *cx, struct spool *spool, void *mem, const char *entry,
                    struct facts *ret_facts, struct letter **ret, struct err *err);

#endif
