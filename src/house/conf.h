/* conf.h: banbientap.conf as one immutable value, read through an option table (name, type, limits,
 * default). */
#ifndef HOUSE_CONF_H
#define HOUSE_CONF_H

#include "house/tree.h"

enum conf_protocol { CONF_IMAP, CONF_POP3, CONF_MAILDIR };
enum conf_tls { CONF_TLS_IMPLICIT, CONF_TLS_STARTTLS };
enum conf_after { CONF_AFTER_KEEP, CONF_AFTER_FLAG, CONF_AFTER_MOVE, CONF_AFTER_DELETE };

/* One mailbox to poll. Paths are as written; relative ones are relative to the house. */
struct conf_mailbox {
    const char *name;
    enum conf_protocol protocol;
    const char *host;
    int64_t port;        /* default 993 / 143 with starttls / 995 */
    enum conf_tls tls;   /* there is no plain: MIC-18.2 */
    const char *ca_file; /* "" = the system's */
    const char *user;
    const char *password_file; /* mode 0600 or less */
    const char *folder;        /* IMAP folder, UTF-8, default INBOX */
    const char *path;          /* Maildir: the directory, default drop */
    enum conf_after after;     /* what is done on the server once the letter is durable: keep */
    const char *after_arg;     /* keyword or folder */
    int64_t poll;              /* seconds between polls, default 60 */
    int64_t idle;              /* seconds before IDLE is re-armed, default 1500 (< 29 min) */
    int64_t timeout;           /* seconds of silence allowed, default 60 */
    bool trust_results, look_up;
    int line;
};

struct conf_smtp {
    bool set;
    const char *host;
    int64_t port; /* default 587 */
    enum conf_tls tls;
    const char *ca_file, *user, *password_file;
    int64_t timeout; /* seconds for one letter, default 120 */
};

/* Letters that the program writes by itself. */
enum conf_receipts { CONF_RECEIPTS_NONE, CONF_RECEIPTS_HELD, CONF_RECEIPTS_ALL };
struct conf_letters {
    enum conf_receipts receipts; /* who is told that his letter came: default those whose letter is held */
    bool plus_addresses;         /* our mailbox takes NAME+ANYTHING@DOMAIN */
    bool ask_deputies;           /* requests for confirmation go to deputies of the unit too */
    int64_t remind_after;        /* seconds, default 3 days; 0: never */
    int64_t receipts_a_day;      /* to one address, default 1; 0: no limit */
    int64_t requests_a_day;      /* to one leader, default 10; 0: no limit */
    int64_t alerts_a_day;        /* to one of the staff, default 20; more wait; 0: no limit */
    int64_t an_hour;             /* automatic letters in all, default 100; 0: no limit */
    int64_t give_up;             /* seconds until a letter that no server takes is failed, default 5 days */
};

/* Public keys that complaints are sealed to; the secret ones never come to the house. */
struct conf_seal {
    bool set;
    const char *inspectorate, *recovery; /* both are there when it is set */
    const char *chief;                   /* only where the profile lets the chief open complaints; "" */
    const char *alternate;               /* who receives what accuses the inspectorate; "" */
};

struct conf {
    const char *profile;
    bool trial;
    const char *lang;            /* "vi" (default) or "en" */
    const char *from;            /* our address in outgoing letters; default the profile's mailbox */
    const char *inspectorate;    /* overrides the profile's; "" = profile's */
    const char *alternate;       /* receives what accuses the inspectorate; "" = profile's */
    const char *site_dir;        /* default "site" */
    const char *site_url;        /* default "https://localhost/" */
    const char *resolver;        /* "" the system's, or ADDRESS[@PORT] */
    const char *public_suffixes; /* "" what comes with the program; completes the system's list */
    const char *smime_ca;        /* PEM of the authorities whose people's signatures count, "" none */
    int64_t readers;             /* readers in flight, 0 = two a core */
    int64_t max_letter;          /* bytes, default 50 MB */
    struct conf_mailbox *mailboxes;
    size_t n_mailboxes;
    struct conf_smtp smtp;
    struct conf_letters letters;
    struct conf_seal seal;
    struct str_list authserv_ids, receivers, own_domains; /* override the profile's when not empty */
    bool stamps, stamps_set; /* `stamps` overrides the profile's when it was written */
};

/* Defaults, then the file. NULL when there was any problem. `bytes` NULL gives the defaults alone (profile
 * then is ""). */
struct conf *conf_parse(const void *mem, const char *file, const char *bytes, size_t n,
                        struct problems *problems);

#endif
