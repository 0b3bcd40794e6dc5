/* token.h: the one-time token of an outgoing letter (issue 4; abuse A11-A13).
 *
 * 128 bits of HMAC-SHA-256 under a key that lies outside the database, over purpose, submission, content
 * hash, address and letter key: it cannot be guessed, moved to another submission, person or text, or made
 * by somebody who can read the database. Written in 26 letters and digits (Crockford's base 32, lower
 * case), so that it survives a subject, an address and a person who types it. Pure. */
#ifndef VERIFY_TOKEN_H
#define VERIFY_TOKEN_H

#include "mail/letter.h"
#include "verify/known.h"

#define TOKEN_KEY_BYTES 32
#define TOKEN_CHARS     26
#define TOKEN_TEXT      (TOKEN_CHARS + 1) /* with its NUL */
#define TOKENS_MAX      16                /* candidates looked at per letter: more is an attack */

/* The token for these values; `ret` is NUL-terminated. */
void token_make(const unsigned char key[TOKEN_KEY_BYTES], enum token_purpose purpose, const char *ref,
                const char *content_hash, const char *address, const char *letter_key,
                char ret[TOKEN_TEXT]);

/* Whether t->token is the one for t's values. Constant time in the token. */
bool token_check(const unsigned char key[TOKEN_KEY_BYTES], const struct known_token *t);

/* What may be tokens of ours in the letter, lower case, each once, at most TOKENS_MAX: from the addresses
 * it was sent to, In-Reply-To, References, the subject and the body. */
struct str_list token_candidates(const void *mem, const struct letter *letter);

/* Drops from known->tokens all that token_check() refuses. `key` NULL refuses all. */
void token_keep_proved(const unsigned char *key, struct known *known);

#endif
