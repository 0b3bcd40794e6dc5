/* words.h: lists of Vietnamese words that code needs but must not contain: marks, labels, document types,
 * prefixes. In rules files:  words LIST { "TEXT" [VALUE] ... one entry a line }. A profile's entries follow
 * those of rules/common. Owner: the profile. */
#ifndef HOUSE_WORDS_H
#define HOUSE_WORDS_H

#include "house/profile.h"

/* The lists there are, and what an entry's text and value mean in each. */
#define WORDS_LISTS(LIST)                                                                                  \
    LIST(SECRECY_LEVEL, "secrecy-level", "mark in capitals, gravest first")                                \
    LIST(SECRECY_FRAME, "secrecy-frame", "word that may stand before a mark on its own line")              \
    LIST(SECRECY_FIELD, "secrecy-field", "label of the field that holds the level")                        \
    LIST(SECRECY_JOIN, "secrecy-join", "word before a mark that makes it prose: bi mat, giai mat")         \
    LIST(URGENCY_LEVEL, "urgency-level", "mark in capitals, most urgent first")                            \
    LIST(URGENCY_FIELD, "urgency-field", "label of the field that holds the urgency")                      \
    LIST(NUMBER_LABEL, "number-label", "label before a document's own number")                             \
    LIST(DATE_LABEL, "date-label", "label before the date of issue")                                       \
    LIST(SUMMARY_LABEL, "summary-label", "label before the summary; untyped: of a letter without a type")  \
    LIST(RECIPIENTS, "recipients", "heading of the list of recipients")                                    \
    LIST(DOC_TYPE, "doc-type", "name of a type; value: abbreviation in numbers, or - for none")            \
    LIST(CITE_CUE, "cite-cue", "word after which a number is cited, not the document's own")               \
    LIST(DATE_DAY, "date-day", "the word for day in a long date")                                          \
    LIST(DATE_MONTH, "date-month", "the word for month")                                                   \
    LIST(DATE_YEAR, "date-year", "the word for year")                                                      \
    LIST(DATE_NUMERAL, "date-numeral", "number in words; value: 0 to 10, or tens hundred thousand and")    \
    LIST(QUOTE_INTRO, "quote-intro", "in the line above a quote: wrote")                                   \
    LIST(QUOTE_LEAD, "quote-lead", "may begin the line above a quote: on")                                 \
    LIST(HEADER_FROM, "header-from", "label of the sender in copied headers")                              \
    LIST(HEADER_SENT, "header-sent", "label of the date in copied headers")                                \
    LIST(HEADER_SUBJECT, "header-subject", "label of the subject in copied headers")                       \
    LIST(HEADER_OTHER, "header-other", "label of recipients and the like in copied headers")               \
    LIST(FORWARD_RULER, "forward-ruler", "between dashes or before a colon: forwarded message")            \
    LIST(ORIGINAL_RULER, "original-ruler", "between dashes or before a colon: original message")           \
    LIST(SIGNATURE_MOBILE, "signature-mobile", "begins a program's last line: sent from my")               \
    LIST(SIGNATURE_CLOSING, "signature-closing", "closing formula, alone on its line")                     \
    LIST(SIGNATURE_ROLE, "signature-role", "begins a line with a post or an office")                       \
    LIST(SIGNATURE_CONTACT, "signature-contact", "begins a line with a telephone or an address")           \
    LIST(SIGNATURE_DISCLAIMER, "signature-disclaimer", "begins a disclaimer at the end")                   \
    LIST(MONTH_NAME, "month-name", "name of a month; value: its number")                                   \
    LIST(CLOCK_MORNING, "clock-morning", "am")                                                             \
    LIST(CLOCK_AFTERNOON, "clock-afternoon", "pm")                                                         \
    LIST(SUBJECT_PREFIX, "subject-prefix", "prefix to take off a subject, without its colon or slash")     \
    LIST(SECRECY_TAIL, "secrecy-tail", "words that may follow a mark on its line: copy number")            \
    LIST(NATION, "nation", "name and motto of the state, which name no issuer")                            \
    LIST(PLACE_UNIT, "place-unit", "word that carries the name of a body on: province, city")              \
    LIST(SUMMARY_STOP, "summary-stop", "words that begin what follows a summary")                          \
    LIST(SUMMARY_CLOSE, "summary-close", "words behind a comma that end what a letter says of a document") \
    LIST(SIGN_CAPACITY, "sign-capacity", "abbreviation of a signing capacity, without its full stop")      \
    LIST(SIGN_OFFICE, "sign-office", "words that begin the office of a signer, in capitals")               \
    LIST(SIGN_RANK, "sign-rank", "rank or degree before a signer's name")                                  \
    LIST(SIGN_MARK, "sign-mark", "what stands for the signature itself")                                   \
    LIST(FAMILY_NAME, "family-name", "family name")                                                        \
    LIST(FILE_COPY, "file-copy", "beginning of the last line of the recipients: kept by")                  \
    LIST(PORTAL_SHORT, "portal-short", "words that are often shortened; value: how")                       \
    LIST(PORTAL_GENERIC, "portal-generic", "words for any portal, without an owner")                       \
    LIST(EFFECTIVE_CUE, "effective-cue", "words before the date of entry into force")                      \
    LIST(EFFECTIVE_SELF, "effective-self", "word that makes the clause one about this very document")      \
    LIST(EFFECTIVE_SIGNED, "effective-signed", "words for the day of signing")                             \
    LIST(EFFECTIVE_LABEL, "effective-label", "label before the date of entry into force")                  \
    LIST(WINDOW_CUE, "window-cue", "words that make a span of days a consultation")                        \
    LIST(WINDOW_FROM, "window-from", "words before its first day")                                         \
    LIST(WINDOW_TO, "window-to", "words before its last day")                                              \
    LIST(WINDOW_SINCE, "window-since", "words between a number of days and the day they run from")         \
    LIST(FORM_HEADING, "form-heading", "heading of a request form")                                        \
    LIST(FORM_UNIT, "form-unit", "label in the form: unit")                                                \
    LIST(FORM_TITLE, "form-title", "label in the form: title of the item")                                 \
    LIST(FORM_TOPIC, "form-topic", "label in the form: field or column")                                   \
    LIST(FORM_TIME, "form-time", "label in the form: time")                                                \
    LIST(FORM_SENDER, "form-sender", "label in the form: sender")                                          \
    LIST(FORM_OPINION, "form-opinion", "label in the form: opinion of the leader")                         \
    LIST(FORM_LEADER, "form-leader", "label in the form: the leader")                                      \
    LIST(FORM_HINT, "form-hint", "hint printed in a form, which is no answer")                             \
    LIST(CONSENT, "consent", "words by which a leader agrees")                                             \
    LIST(RESERVE, "reserve", "words that make an agreement none, or one with conditions")                  \
    LIST(TITLES_CUE, "titles-cue", "words of a line that announces a list of items")                       \
    LIST(ITEM_HEADING, "item-heading", "word that a number follows in the heading of an item")             \
    LIST(AGREE_ACT, "agree-act", "words by which a person agrees")                                         \
    LIST(AGREE_ORDER, "agree-order", "words by which a person tells the Board to publish")                 \
    LIST(AGREE_WEAK, "agree-weak", "words that agree unless they only say that something was seen: ok")    \
    LIST(AGREE_PLAIN, "agree-plain", "harmless words around an agreement; all others make it none")        \
    LIST(AGREE_OBJECT, "agree-object", "harmless word behind which a title may stand in quotes: article")  \
    LIST(AGREE_SEEN, "agree-seen", "words that say that it was read")                                      \
    LIST(AGREE_YOU, "agree-you",                                                                           \
         "whom the writer speaks to; what such a one agrees to, the writer does not")                      \
    LIST(AGREE_TITLE, "agree-title", "word before a person's name")                                        \
    LIST(AGREE_GREETING, "agree-greeting", "begins a line of address")                                     \
    LIST(AGREE_NOT, "agree-not", "negation")                                                               \
    LIST(AGREE_REFUSE, "agree-refuse", "words by which a person refuses")                                  \
    LIST(AGREE_IF, "agree-if", "condition, exception, something to wait for")                              \
    LIST(AGREE_CHANGE, "agree-change", "a change of the text that is asked for")                           \
    LIST(AGREE_ASK, "agree-ask", "word of a question")                                                     \
    LIST(AGREE_WITHDRAW, "agree-withdraw", "words that take an agreement back")                            \
    LIST(AGREE_REQUEST, "agree-request", "words that ask somebody to publish: please")                     \
    LIST(AGREE_PUBLISH, "agree-publish", "what is asked for: publish")                                     \
    LIST(AGREE_APPEAL, "agree-appeal", "words by which a person asks somebody to agree")                   \
    LIST(RECUSE_ADDRESSEE, "recuse-addressee", "begins the line that says whom a letter is to")            \
    LIST(RECUSE_ACCUSE, "recuse-accuse", "words of a sentence that accuses whom it names")                 \
    LIST(RECUSE_APPEAL, "recuse-appeal", "words before a name that is asked, not accused")                 \
    LIST(AGREE_OTHER, "agree-other", "words that make an agreement somebody else's, or none")              \
    LIST(ACT_APPROVE, "act-approve", "the whole answer by which a member of the staff approves")           \
    LIST(ACT_RETURN, "act-return", "begins an answer that returns; the lines behind it are what to do")    \
    LIST(ACT_REFUSE, "act-refuse", "begins an answer that refuses; then the ground, and the reason")       \
    LIST(CUE_SELF, "cue-self", "the writer speaks of himself or his own: I, my family, our company")       \
    LIST(CUE_HARM, "cue-harm", "something that is done to a person: was revoked, lost")                    \
    LIST(CUE_CONTEST, "cue-contest", "words that contest: do not agree with, ask to annul")                \
    LIST(CUE_DECISION, "cue-decision", "what may be contested: decision, record, result, fine")            \
    LIST(CUE_ACCUSED, "cue-accused", "who may be accused; value: named when a name must follow, accented") \
    LIST(CUE_MISDEED, "cue-misdeed", "a misdeed of somebody: takes bribes, forges vouchers")               \
    LIST(CUE_MONEY, "cue-money", "unit of money, behind a figure")                                         \
    LIST(CUE_PROOF, "cue-proof", "words for proof: recording, receipt, witness")                           \
    LIST(CUE_TIME, "cue-time", "words for a time that is past or now: this morning, on the day")           \
    LIST(CUE_EVENT, "cue-event", "what takes place: took place, opened, visited")                          \
    LIST(CUE_AHEAD, "cue-ahead", "words for what is still to come: will, is planned")                      \
    LIST(CUE_PART, "cue-part", "parts of a legal document: article 1, pursuant to the law")                \
    LIST(MASK_LABEL, "mask-label", "label of personal data, before a colon")                               \
    LIST(MASK_SELF, "mask-self", "words before the name by which a person introduces himself")             \
    LIST(MASK_HOME, "mask-home", "words before where a person lives")                                      \
    LIST(MASK_PLACE, "mask-place", "word that carries an address on: commune, district")                   \
    LIST(QA_ASKED, "qa-asked", "heading of a question that is published")                                  \
    LIST(QA_ANSWERED, "qa-answered", "heading of its answer")

enum words_list {
#define LIST(id, word, meaning) WORDS_##id,
    WORDS_LISTS(LIST)
#undef LIST
        WORDS_COUNT
};

const char *words_list_name(enum words_list list);

/* The next entry of a list; begin with *cursor = 0. NULL at the end. */
const struct word_entry *words_next(const struct profile *p, enum words_list list, size_t *cursor);

/* For the loader: reads one `words` block into p->words. `mem` owns the problems. */
void profile_words_read(const void *mem, struct profile *p, const struct tree_node *node,
                        struct problems *problems);

#endif
