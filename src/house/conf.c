/* conf.c: banbientap.conf by its option tables. The tables are the whole truth about the file: what a word
 * is called, what it may hold, what stands when it is absent. Secrets never stand here, only the names of
 * files that hold them (RELIABILITY 5.8); there is no plain-text protocol to choose (MIC-18.2); nothing is
 * ever half read: any problem gives no configuration at all. */
#include "house/conf.h"
#include "house/option.h"

#define DAY 86400

static const char *const lang_words[] = {"vi", "en", NULL};
static const char *const protocol_words[] = {"imap", "pop3", "maildir", NULL};
static const char *const tls_words[] = {"implicit", "starttls", NULL};
static const char *const receipts_words[] = {"none", "held", "all", NULL};
static const char *const after_words[] = {"keep", "flag", "move", "delete", NULL};

/* What the tables fill: the public value, and what is made into it afterwards. */
struct raw_conf {
    struct conf c;
    int lang;
};

struct raw_mailbox {
    struct conf_mailbox m;
    int protocol, tls;
};

struct raw_smtp {
    struct conf_smtp s;
    int tls;
};

struct raw_letters {
    struct conf_letters l;
    int receipts;
};

#define L(f) offsetof(struct raw_letters, l.f)
#define C(f) offsetof(struct raw_conf, c.f)
#define M(f) offsetof(struct raw_mailbox, m.f)
#define S(f) offsetof(struct raw_smtp, s.f)

static const struct option top_table[] = {
    {"profile", OPTION_NAME, C(profile), .required = true, .help = "directory of rules/ that holds"},
    {"trial", OPTION_YES, C(trial), .def = "no", .help = "a house for trying out"},
    {"lang", OPTION_CHOICE, offsetof(struct raw_conf, lang), .choices = lang_words, .def = "vi",
     .help = "language of what people read"},
    {"from", OPTION_ADDRESS, C(from), .help = "our address in outgoing letters"},
    {"inspectorate", OPTION_ADDRESS, C(inspectorate), .help = "gets the weekly digest of complaints"},
    {"inspectorate-alternate", OPTION_ADDRESS, C(alternate), .help = "gets what accuses the inspectorate"},
    {"site-dir", OPTION_TEXT, C(site_dir), .def = "site", .help = "where the portal is written"},
    {"site-url", OPTION_URL, C(site_url), .def = "https://localhost/", .help = "its address for readers"},
    {"resolver", OPTION_TEXT0, C(resolver), .help = "DNS server, ADDRESS or ADDRESS@PORT"},
    {"public-suffixes", OPTION_TEXT0, C(public_suffixes), .help = "completes the system's list"},
    {"smime-ca", OPTION_TEXT0, C(smime_ca), .help = "authorities whose people's signatures count"},
    {"readers", OPTION_NUMBER, C(readers), 0, 256, .def = "0", .help = "readers in flight, 0 two a core"},
    {"max-letter", OPTION_BYTES, C(max_letter), 64 << 10, 1 << 30, .def = "50M",
     .help = "larger letters are held"},
    {"authserv-ids", OPTION_HOSTS, C(authserv_ids), .help = "replaces the profile's"},
    {"receivers", OPTION_PATTERNS, C(receivers), .help = "replaces the profile's"},
    {"own-domains", OPTION_HOSTS, C(own_domains), .help = "replaces the profile's"},
    {"stamps", OPTION_YES, C(stamps), .help = "replaces the profile's"},
    {"mailbox", OPTION_BLOCKS, 0, .help = "one mailbox to poll"},
    {"smtp", OPTION_BLOCK, 0, .help = "the relay for outgoing letters"},
    {"letters", OPTION_BLOCK, 0, .help = "letters that the program writes by itself"},
    {"seal", OPTION_BLOCK, 0, .help = "public keys that complaints are sealed to"},
};

static const struct option letters_table[] = {
    {"receipts", OPTION_CHOICE, offsetof(struct raw_letters, receipts), .choices = receipts_words,
     .def = "held", .help = "who is told that his letter came"},
    {"plus-addresses", OPTION_YES, L(plus_addresses), .def = "no",
     .help = "NAME+ANYTHING@DOMAIN reaches us"},
    {"ask-deputies", OPTION_YES, L(ask_deputies), .def = "no", .help = "deputies are asked to confirm too"},
    {"remind-after", OPTION_SECONDS, L(remind_after), 0, 366 * DAY, .def = "72h",
     .help = "an unanswered request is repeated once, 0 never"},
    {"receipts-a-day", OPTION_NUMBER, L(receipts_a_day), 0, 1000, .def = "1",
     .help = "to one address, 0 any"},
    {"requests-a-day", OPTION_NUMBER, L(requests_a_day), 0, 1000, .def = "10",
     .help = "to one leader, 0 any"},
    {"alerts-a-day", OPTION_NUMBER, L(alerts_a_day), 0, 1000, .def = "20",
     .help = "to one of the staff, 0 any; more wait"},
    {"an-hour", OPTION_NUMBER, L(an_hour), 0, 100000, .def = "100",
     .help = "automatic letters in all, 0 any"},
    {"give-up", OPTION_SECONDS, L(give_up), 3600, 366 * DAY, .def = "120h",
     .help = "a letter that no server takes has failed then"},
};

#define K(f) offsetof(struct conf_seal, f)

static const struct option seal_table[] = {
    {"inspectorate", OPTION_TEXT, K(inspectorate), .required = true, .help = "file of its public key"},
    {"recovery", OPTION_TEXT, K(recovery), .required = true, .help = "the same, of a key kept apart"},
    {"chief", OPTION_TEXT, K(chief), .help = "the same, where the profile allows it"},
    {"alternate", OPTION_TEXT, K(alternate), .help = "the same, of who receives what accuses another"},
};

static const struct option mailbox_table[] = {
    {"protocol", OPTION_CHOICE, offsetof(struct raw_mailbox, protocol), .choices = protocol_words,
     .required = true, .help = "how it is read"},
    {"host", OPTION_HOST, M(host), .help = "mail server"},
    {"port", OPTION_NUMBER, M(port), 1, 65535, .help = "993, 143 with starttls, 995, 110 with starttls"},
    {"tls", OPTION_CHOICE, offsetof(struct raw_mailbox, tls), .choices = tls_words, .def = "implicit",
     .help = "how TLS begins; there is no plain"},
    {"ca-file", OPTION_TEXT0, M(ca_file), .help = "certificates trusted instead of the system's"},
    {"user", OPTION_TEXT, M(user), .help = "log-in name"},
    {"password-file", OPTION_TEXT, M(password_file), .help = "file of mode 0600 or less"},
    {"password", OPTION_PASSWORD, 0, .help = "password-file"},
    {"folder", OPTION_TEXT, M(folder), .def = "INBOX", .help = "IMAP folder"},
    {"path", OPTION_TEXT, M(path), .def = "drop", .help = "the Maildir"},
    {"after", OPTION_WORDS, 0, .help = "what is done on the server once the letter is durable"},
    {"poll", OPTION_SECONDS, M(poll), 1, DAY, .def = "60", .help = "between polls"},
    {"idle", OPTION_SECONDS, M(idle), 30, 1740, .def = "25m", .help = "before IDLE is re-armed"},
    {"timeout", OPTION_SECONDS, M(timeout), 1, 3600, .def = "60", .help = "silence allowed"},
    {"trust-results", OPTION_YES, M(trust_results), .help = "Authentication-Results may be believed"},
    {"look-up", OPTION_YES, M(look_up), .help = "DNS may be asked"},
};

static const struct option smtp_table[] = {
    {"host", OPTION_HOST, S(host), .required = true, .help = "mail relay"},
    {"port", OPTION_NUMBER, S(port), 1, 65535, .def = "587", .help = ""},
    {"tls", OPTION_CHOICE, offsetof(struct raw_smtp, tls), .choices = tls_words, .def = "starttls",
     .help = "how TLS begins; there is no plain"},
    {"ca-file", OPTION_TEXT0, S(ca_file), .help = "certificates trusted instead of the system's"},
    {"user", OPTION_TEXT, S(user), .help = "log-in name; none = no log-in"},
    {"password-file", OPTION_TEXT, S(password_file), .help = "file of mode 0600 or less"},
    {"password", OPTION_PASSWORD, 0, .help = "password-file"},
    {"timeout", OPTION_SECONDS, S(timeout), 5, 3600, .def = "120", .help = "for one letter"},
};

#define HAS(table, written, word) option_has((table), ARRAY_LEN(table), (written), (word))

static void missing(const void *mem, const struct tree_node *node, const char *word,
                    struct problems *problems)
{
    problem_add(mem, problems, node->file, node->line, node->words[0].column, "missing", word, "");
}

static const struct tree_node *child(const struct tree_node *node, const char *word)
{
    for (size_t i = 0; i < node->n_children; i++)
        if (str_eq(tree_word(&node->children[i], 0), word))
            return &node->children[i];
    return NULL;
}

/* What a protocol cannot do on its server. */
static void check_after(const void *mem, const struct tree_node *node, const struct conf_mailbox *m,
                        struct problems *problems)
{
    if (m->protocol == CONF_POP3 && (m->after == CONF_AFTER_FLAG || m->after == CONF_AFTER_MOVE))
        problem_at(mem, problems, node, 1, "not-with-pop3", "keep delete");
    if (m->protocol == CONF_MAILDIR && m->after != CONF_AFTER_KEEP)
        problem_at(mem, problems, node, 1, "not-with-maildir", "keep");
}

/* after keep | flag KEYWORD | move FOLDER | delete */
static void read_after(const void *mem, const struct tree_node *box, struct conf_mailbox *m,
                       struct problems *problems)
{
    const struct tree_node *node = child(box, "after");
    size_t i = 0;
    m->after_arg = "";
    if (!node || node->n_words < 2)
        return;
    while (after_words[i] && !str_eq(after_words[i], tree_word(node, 1)))
        i++;
    if (!after_words[i]) {
        option_unknown(mem, node, 1, "not-a-choice", after_words, i, problems);
        return;
    }
    size_t words = i == CONF_AFTER_FLAG || i == CONF_AFTER_MOVE ? 3 : 2;
    if (!option_word_count(mem, node, words, words, problems))
        return;
    m->after = (enum conf_after)i;
    if (words == 3)
        m->after_arg = tree_word(node, 2);
    if (words == 3 && !*m->after_arg)
        problem_at(mem, problems, node, 2, "empty", "after");
    check_after(mem, node, m, problems);
}

static void check_server(const void *mem, const struct tree_node *node, const struct conf_mailbox *m,
                         struct problems *problems)
{
    if (m->protocol == CONF_MAILDIR)
        return;
    if (!child(node, "host"))
        missing(mem, node, "host", problems);
    if (!child(node, "user"))
        missing(mem, node, "user", problems);
    if (!child(node, "password-file") && !child(node, "password"))
        missing(mem, node, "password-file", problems);
}

static int64_t usual_port(const struct conf_mailbox *m)
{
    bool starttls = m->tls == CONF_TLS_STARTTLS;
    if (m->protocol == CONF_POP3)
        return starttls ? 110 : 995;
    return m->protocol == CONF_IMAP ? (starttls ? 143 : 993) : 0;
}

static void read_mailbox(const void *mem, const struct tree_node *node, struct conf *c,
                         struct problems *problems)
{
    struct raw_mailbox raw = {0};
    struct conf_mailbox *m = &raw.m;
    option_defaults(mem, mailbox_table, ARRAY_LEN(mailbox_table), &raw);
    uint64_t w = option_read(mem, node, mailbox_table, ARRAY_LEN(mailbox_table), &raw, problems);
    m->protocol = (enum conf_protocol)raw.protocol;
    m->tls = (enum conf_tls)raw.tls;
    m->line = node->line;
    m->name = "";
    if (option_word_count(mem, node, 2, 2, problems)) {
        m->name = tree_word(node, 1);
        if (!option_name_valid(m->name))
            problem_at(mem, problems, node, 1, "not-a-name", "a-z 0-9 -");
        for (size_t i = 0; i < c->n_mailboxes; i++)
            if (str_eq(c->mailboxes[i].name, m->name))
                problem_at(mem, problems, node, 1, "duplicate", "");
        if (str_eq(m->name, "ingest")) /* the account of letters given by hand */
            problem_at(mem, problems, node, 1, "reserved-word", "");
    }
    if (!HAS(mailbox_table, w, "port"))
        m->port = usual_port(m);
    if (!HAS(mailbox_table, w, "trust-results"))
        m->trust_results = m->protocol != CONF_MAILDIR;
    if (!HAS(mailbox_table, w, "look-up"))
        m->look_up = m->protocol != CONF_MAILDIR;
    read_after(mem, node, m, problems);
    check_server(mem, node, m, problems);
    *mem_append(mem, c->mailboxes, c->n_mailboxes) = *m;
}

static void read_smtp(const void *mem, const struct tree_node *node, struct conf *c,
                      struct problems *problems)
{
    struct raw_smtp raw = {0};
    option_defaults(mem, smtp_table, ARRAY_LEN(smtp_table), &raw);
    uint64_t w = option_read(mem, node, smtp_table, ARRAY_LEN(smtp_table), &raw, problems);
    option_word_count(mem, node, 1, 1, problems);
    raw.s.set = true;
    raw.s.tls = (enum conf_tls)raw.tls;
    if (!HAS(smtp_table, w, "port") && raw.s.tls == CONF_TLS_IMPLICIT)
        raw.s.port = 465;
    if (child(node, "user") && !child(node, "password-file"))
        missing(mem, node, "password-file", problems);
    c->smtp = raw.s;
}

static void read_letters(const void *mem, const struct tree_node *node, struct conf *c,
                         struct problems *problems)
{
    struct raw_letters raw = {0};
    option_defaults(mem, letters_table, ARRAY_LEN(letters_table), &raw);
    if (node)
        option_read(mem, node, letters_table, ARRAY_LEN(letters_table), &raw, problems);
    if (node)
        option_word_count(mem, node, 1, 1, problems);
    raw.l.receipts = (enum conf_receipts)raw.receipts;
    c->letters = raw.l;
}

static void read_seal(const void *mem, const struct tree_node *node, struct conf *c,
                      struct problems *problems)
{
    option_read(mem, node, seal_table, ARRAY_LEN(seal_table), &c->seal, problems);
    option_word_count(mem, node, 1, 1, problems);
    c->seal.set = true;
}

static void smtp_defaults(const void *mem, struct conf *c)
{
    struct raw_smtp raw = {0};
    option_defaults(mem, smtp_table, ARRAY_LEN(smtp_table), &raw);
    raw.s.tls = (enum conf_tls)raw.tls;
    c->smtp = raw.s;
}

struct conf *conf_parse(const void *mem, const char *file, const char *bytes, size_t n,
                        struct problems *problems)
{
    struct raw_conf *raw = mem_zero(mem, struct raw_conf);
    struct problems mine = {0};
    option_defaults(mem, top_table, ARRAY_LEN(top_table), raw);
    smtp_defaults(mem, &raw->c);
    read_letters(mem, NULL, &raw->c, &mine);
    option_defaults(mem, seal_table, ARRAY_LEN(seal_table), &raw->c.seal);
    if (bytes) {
        const struct tree_node *root = tree_parse(mem, file, bytes, n, &mine);
        uint64_t w = option_read(mem, root, top_table, ARRAY_LEN(top_table), raw, &mine);
        raw->c.stamps_set = HAS(top_table, w, "stamps");
        for (size_t i = 0; i < root->n_children; i++) {
            const struct tree_node *node = &root->children[i];
            if (node->block && str_eq(tree_word(node, 0), "mailbox"))
                read_mailbox(mem, node, &raw->c, &mine);
            else if (node->block && str_eq(tree_word(node, 0), "smtp"))
                read_smtp(mem, node, &raw->c, &mine);
            else if (node->block && str_eq(tree_word(node, 0), "letters"))
                read_letters(mem, node, &raw->c, &mine);
            else if (node->block && str_eq(tree_word(node, 0), "seal"))
                read_seal(mem, node, &raw->c, &mine);
        }
    }
    raw->c.lang = lang_words[raw->lang];
    problems_sort(&mine);
    for (size_t i = 0; i < mine.n; i++)
        *mem_append(mem, problems->v, problems->n) = mine.v[i];
    return mine.n ? NULL : &raw->c;
}
