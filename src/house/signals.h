/* signals.h: the structure signals that rules files may name: facts about a letter that are not words.
 * The one list of them: house/ checks that a rules file uses a known word, classify/signal.c computes each.
 * To add one: a line here, a line there, a line in banbientap-rules(5). */
#ifndef HOUSE_SIGNALS_H
#define HOUSE_SIGNALS_H

#define SIGNALS(SIGNAL)                                                                                    \
    SIGNAL(FROM_OWN_DOMAIN, "from-own-domain",                                                             \
           "the sender's domain is the institution's own or below one")                                    \
    SIGNAL(FROM_UNIT, "from-unit", "own domain, a registered person or unit, or a gov.vn domain")          \
    SIGNAL(FROM_PUBLIC, "from-public", "none of those: a citizen, a company, a stranger")                  \
    SIGNAL(FROM_PUBLIC_MAIL, "from-public-mail", "the sender writes from a free mail domain")              \
    SIGNAL(FROM_REGISTERED, "from-registered", "the sender stands in the directory")                       \
    SIGNAL(FROM_LEADER, "from-leader", "the sender is a registered leader or deputy")                      \
    SIGNAL(AUTHENTICATED, "authenticated", "the sender's address is proved")                               \
    SIGNAL(IMPERSONATES, "impersonates", "claims an official address or name it does not have")            \
    SIGNAL(AUTOMATIC, "automatic", "Auto-Submitted, out-of-office or other marks of an automatic answer")  \
    SIGNAL(BOUNCE, "bounce", "null return path, delivery report or MAILER-DAEMON")                         \
    SIGNAL(BULK, "bulk", "List-Id, or Precedence bulk, list, junk")                                        \
    SIGNAL(IS_REPLY, "is-reply", "answers another letter")                                                 \
    SIGNAL(IS_FORWARD, "is-forward", "passes another letter on")                                           \
    SIGNAL(HAS_ATTACHMENT, "has-attachment", "at least one attachment")                                    \
    SIGNAL(HAS_OFFICE, "has-office-attachment", "a text document: docx, doc, odt, rtf, pdf")               \
    SIGNAL(HAS_IMAGE, "has-image", "at least one attached picture")                                        \
    SIGNAL(HAS_SPREADSHEET, "has-spreadsheet", "a table: xlsx, xls, ods, csv")                             \
    SIGNAL(HAS_CALENDAR, "has-calendar", "an iCalendar part")                                              \
    SIGNAL(HAS_DOCUMENT_NUMBER, "has-document-number",                                                     \
           "a number such as 146/QD-BTTTT of the letter's own, not cited")                                 \
    SIGNAL(BLANK_NUMBER, "blank-document-number", "a number line left open: not issued yet")               \
    SIGNAL(DOCUMENT_HEAD, "has-document-head",                                                             \
           "an issued number at its place together with a date or a summary")                              \
    SIGNAL(HAS_RECIPIENTS, "has-recipients", "a list of recipients as an issued document has")             \
    SIGNAL(QUESTION_MARK, "question-mark", "a question mark in the subject or the new text")               \
    SIGNAL(QUESTION_SHAPE, "question-shape", "short, and a third of its sentences ask")                    \
    SIGNAL(QUESTION_END, "question-end", "its last sentence asks")                                         \
    SIGNAL(EMPTY_BODY, "empty-body", "no new text at all")                                                 \
    SIGNAL(SHORT_BODY, "short-body", "fewer than forty words of its own text")                             \
    SIGNAL(LONG_BODY, "long-body", "more than two hundred words of its own text")                          \
    SIGNAL(HEADLINE_SUBJECT, "headline-subject", "a subject of six words or more that does not ask")       \
    SIGNAL(HAS_LINK, "has-link", "a web address in the new text")                                          \
    SIGNAL(MANY_LINKS, "many-links", "five or more web addresses")                                         \
    SIGNAL(HAS_FORM, "has-form", "a request form: its heading and a filled line")                          \
    SIGNAL(HAS_TYPE, "has-document-type", "the type of a document at its place")                           \
    SIGNAL(HAS_SIGNER, "has-signer", "a signer with office or capacity, as an issued document has")        \
    SIGNAL(GRIEVANCE, "first-person-grievance",                                                            \
           "the writer tells what was done to him (cue-self, cue-harm)")                                   \
    SIGNAL(CONTEST, "contests-decision", "contests a decision or act (cue-contest, cue-decision)")         \
    SIGNAL(ACCUSATION, "accuses-person",                                                                   \
           "a person and a misdeed in one sentence (cue-accused, cue-misdeed)")                            \
    SIGNAL(MONEY, "money", "a sum of money (cue-money)")                                                   \
    SIGNAL(EVIDENCE, "evidence", "offers proof, in the first person (cue-proof)")                          \
    SIGNAL(PAST_EVENT, "past-event", "something took place at a told time (cue-time, cue-event)")          \
    SIGNAL(UPCOMING, "upcoming-event",                                                                     \
           "something will take place: the same with cue-ahead, or on a day behind the letter's")          \
    SIGNAL(PARTS, "has-articles", "three or more parts of a legal document (cue-part)")                    \
    SIGNAL(HEADINGS, "has-headings", "four or more numbered headings at the beginning of a line")          \
    SIGNAL(ANSWERS_REQUEST, "answers-request",                                                             \
           "brings what a campaign of ours asked its unit for, proved (MIC-13.5e)")                        \
    SIGNAL(IMPERSONAL, "impersonal", "more than 120 words in which nobody says I (cue-self)")

#endif
