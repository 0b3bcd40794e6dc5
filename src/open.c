/* open.c: opening a house. The order is part of the design: the reader server starts first, while this
 * process still has neither a secret nor the store open; rules and catalogue are plain files; the store
 * comes last. */
#include "open.h"
#include "desk/flag.h"
#include "fields/conversation.h"
#include "sys/file.h"
#include "sys/rand.h"
#include "verify/token.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define MODEL_MAX    (8u << 20)
#define RULES_MAX    (4u << 20)
#define CATALOG_MAX  (1u << 20)
#define CONF_MAX     (1u << 20)
#define ANSWERS_JOIN (INT64_C(180) * 86400)
#define READERS                                                                                            \
    64 /* letters in flight: enough for groups of 32-64 in one commit on any number of cores               \
        */

/* ---- catalogue ---- */

static bool add_file(struct str *all, const void *mem, const char *path, size_t max, struct err *err)
{
    char *bytes;
    size_t n;
    if (!file_read(mem, path, max, &bytes, &n, err))
        return false;
    str_addn(all, bytes, n);
    str_addc(all, '\n');
    return true;
}

static bool add_directory(struct str *all, const void *mem, const char *dir, size_t max, struct err *err)
{
    const char **names;
    size_t n;
    if (!file_exists(dir))
        return true;
    if (!file_names(mem, dir, &names, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (names[i][0] != '.' && !add_file(all, mem, mem_fmt(mem, "%s/%s", dir, names[i]), max, err))
            return false;
    return true;
}

bool house_load_catalog(const void *mem, const char *share, const char *lang, struct catalog **ret,
                        struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct problems problems = {0};
    struct str all = str_new(tmp);
    char *labels = mem_fmt(tmp, "%s/conf/%s/labels", share, lang);
    if (!add_file(&all, tmp, labels, CATALOG_MAX, err) ||
        !add_directory(&all, tmp, mem_fmt(tmp, "%s.d", labels), CATALOG_MAX, err))
        return false;
    struct catalog *c = catalog_load(mem, labels, all.s, all.n, &problems);
    if (problems.n)
        return err_set(err, ERR_CONF, "load catalogue '%s': line %d: %s '%s'", labels, problems.v[0].line,
                       problems.v[0].key, problems.v[0].subject);
    *ret = c;
    return true;
}

char *house_problems_text(const void *mem, const struct problems *problems, const struct catalog *c)
{
    struct str out = str_new(mem);
    for (size_t i = 0; i < problems->n; i++) {
        const struct problem *p = &problems->v[i];
        _cleanup_mem_ char *key = mem_fmt(NULL, "problem.%s", p->key);
        _cleanup_mem_ char *text = catalog_say(NULL, c, key, "subject", p->subject, "hint", p->hint, NULL);
        str_addf(&out, "%s:%d:%d: %s\n", p->file, p->line, p->column, text);
        if (*p->hint && !strstr(text, p->hint)) {
            _cleanup_mem_ char *hint = catalog_say(NULL, c, "problem.hint", "hint", p->hint, NULL);
            str_addf(&out, "    %s\n", hint);
        }
    }
    return out.n ? out.s : mem_str(mem, "");
}

bool house_make_key(const char *path, struct err *err)
{
    _cleanup_mem_ void *mem = mem_new();
    char *line = mem_fmt(mem, "%s\n", rand_hex(mem, HASH_BYTES));
    return file_write(path, line, strlen(line), 0600, err);
}

/* ---- rules ---- */

static bool add_rules(void *mem, const char *share, const char *dir, struct profile_file **files, size_t *n,
                      struct err *err)
{
    const char **names;
    size_t count;
    char *path = mem_fmt(mem, "%s/rules/%s", share, dir);
    if (!file_names(mem, path, &names, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        char *bytes;
        size_t size;
        if (names[i][0] == '.' || !str_ends(names[i], ".rules"))
            continue;
        if (!file_read(mem, mem_fmt(mem, "%s/%s", path, names[i]), RULES_MAX, &bytes, &size, err))
            return false;
        *mem_append(mem, *files, *n) =
            (struct profile_file){mem_fmt(mem, "%s/%s", dir, names[i]), bytes, size};
    }
    return true;
}

struct profile *house_load_profile(const void *mem, const char *share, const char *name,
                                   struct problems *problems, struct err *err)
{
    void *files_mem = talloc_new(mem); /* the profile keeps pointing into the files */
    struct profile_file *files = NULL;
    size_t n = 0;
    if (strchr(name, '/') || *name == '.') {
        err_set(err, ERR_CONF, "profile '%s': not a name", name);
        return NULL;
    }
    if (!file_exists(mem_fmt(files_mem, "%s/rules/%s", share, name))) {
        err_set(err, ERR_CONF, "profile '%s': no such directory in '%s/rules'", name, share);
        return NULL;
    }
    if (!add_rules(files_mem, share, "common", &files, &n, err) ||
        !add_rules(files_mem, share, name, &files, &n, err))
        return NULL;
    return profile_load(mem, name, files, n, problems);
}

static const struct str_list *either(const struct str_list *first, const struct str_list *otherwise)
{
    return first->n ? first : otherwise;
}

static void make_policy(struct house *h)
{
    const struct profile *p = h->profile;
    const struct conf *c = h->conf;
    h->policy = (struct policy){.profile = p,
                                .own_domains = *either(&c->own_domains, &p->own_domains),
                                .authserv_ids = *either(&c->authserv_ids, &p->authserv_ids),
                                .receivers = *either(&c->receivers, &p->receivers),
                                .stamps = c->stamps_set ? c->stamps : p->stamps};
}

static bool add_model(struct model *m, const char *path, const char *shown, struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    char *bytes;
    size_t n;
    if (!file_exists(path))
        return true;
    return file_read(tmp, path, MODEL_MAX, &bytes, &n, err) && model_read(m, shown, bytes, n, err);
}

bool house_load_model(const void *mem, const char *share, const char *dir, struct model **ret,
                      struct err *err)
{
    _cleanup_mem_ void *tmp = mem_new();
    struct model *m = model_new(mem);
    char *start = mem_fmt(tmp, "%s/rules/common/start.model", share);
    char *learned = mem_fmt(tmp, "%s/learned.model", dir ? dir : ".");
    if (!add_model(m, start, "common/start.model", err) ||
        (dir && *dir && !add_model(m, learned, learned, err)))
        return false;
    model_finish(m);
    *ret = m;
    return true;
}

static bool open_rules(struct house *h, const char *name, struct err *err)
{
    struct problems problems = {0};
    h->profile = house_load_profile(h, h->share, name, &problems, err);
    if (!h->profile && !err->kind)
        return err_set(err, ERR_CONF,
                       "profile '%s': %zu problems, first %s:%d:%d %s '%s'; see: bbt rules check %s", name,
                       problems.n, problems.v[0].file, problems.v[0].line, problems.v[0].column,
                       problems.v[0].key, problems.v[0].subject, name);
    if (!h->profile)
        return false;
    make_policy(h);
    h->policy.flags = flag_words_new(h, h->profile);
    h->policy.agreement = agreement_words_new(h, h->profile);
    struct classifier *classifier = classifier_new(h, h->profile);
    struct model *model;
    if (!house_load_model(h, h->share, h->conf ? h->dir : NULL, &model, err))
        return false;
    classifier_use_model(classifier, model);
    h->classifier = classifier;
    h->conversation = conversation_words_new(h, h->profile);
    return true;
}

/* ---- configuration ---- */

static bool parse_conf(struct house *h, const char *path, const char *bytes, size_t n, struct err *err)
{
    struct problems problems = {0};
    h->conf = conf_parse(h, path, bytes, n, &problems);
    if (h->conf)
        return true;
    struct catalog *c;
    if (!house_load_catalog(h, h->share, h->lang, &c, err))
        return false;
    char *text = house_problems_text(h, &problems, c);
    size_t len = strlen(text);
    while (len && text[len - 1] == '\n')
        text[--len] = '\0';
    return err_set(err, ERR_CONF, "%s", text);
}

static bool open_conf(struct house *h, const struct house_options *o, unsigned needs, struct err *err)
{
    char *bytes;
    size_t n;
    char *path = *o->config ? mem_str(h, o->config) : mem_fmt(h, "%s/banbientap.conf", o->dir);
    if (*o->dir || *o->config) {
        if (!file_read(h, path, CONF_MAX, &bytes, &n, err))
            return err_prefix(err, "open house '%s'", o->dir);
        return parse_conf(h, path, bytes, n, err);
    }
    if (needs & NEED_HOUSE)
        return err_set(err, ERR_USAGE, "no house: give --house DIR (make one with: bbt init DIR)");
    if (needs & NEED_RULES_FILES)
        return true;
    bytes = mem_fmt(h, "profile %s\n", *o->profile ? o->profile : "mic");
    return parse_conf(h, "(none)", bytes, strlen(bytes), err);
}

/* ---- the house ---- */

static int in_flight(const struct conf *conf)
{
    return conf->readers ? (int)conf->readers : READERS;
}

static bool open_store(struct house *h, struct err *err)
{
    struct directory *d;
    if (!store_open(h, h->dir, &h->store, err))
        return false;
    if (!h->profile) /* only those who know the rules need to know the units */
        return true;
    if (!store_directory(h->store, h, &h->profile->public_mail, &d, err))
        return false;
    h->directory = d;
    return store_use_tracks(h->store, h->profile, err);
}

/* Whole and once, also when two roles start together: the first name wins. */
static bool make_tokens_key(struct house *h, const char *path, struct err *err)
{
    char *aside = mem_fmt(h, "%s.%d", path, (int)getpid());
    if (!house_make_key(aside, err))
        return false;
    bool ok = link(aside, path) == 0 || errno == EEXIST || err_errno(err, "make '%s'", path);
    unlink(aside);
    return ok;
}

/* The key lies outside the database; a house from before there were tokens gets one. Without a key file of
 * its own a restored house has a new one, and the tokens issued before prove nothing: fails closed. */
static bool open_tokens(struct house *h, struct err *err)
{
    char *hex, *path = mem_fmt(h, "%s/keys/token.key", h->dir);
    if (!file_exists(path) && !make_tokens_key(h, path, err))
        return false;
    if (!file_read_secret(h, path, &hex, err))
        return err_prefix(err, "key of the tokens");
    unsigned char *key = mem_array(h, unsigned char, TOKEN_KEY_BYTES);
    if (!hash_from_hex(hex, key, TOKEN_KEY_BYTES))
        return err_set(err, ERR_CONF, "key of the tokens '%s': not %d bytes in hexadecimal", path,
                       TOKEN_KEY_BYTES);
    h->policy.token_key = key;
    return true;
}

static void make_notify(struct house *h)
{
    const struct conf_letters *l = &h->conf->letters;
    h->notify = (struct notify_rules){.profile = h->profile,
                                      .from = h->conf->from,
                                      .directory = h->directory,
                                      .token_key = h->policy.token_key,
                                      .confirm_seconds = h->profile->confirm_days * 86400,
                                      .reply_seconds = ANSWERS_JOIN,
                                      .remind_seconds = l->remind_after,
                                      .requests_per_address = l->requests_a_day,
                                      .receipts_per_address = l->receipts_a_day,
                                      .alerts_per_address = l->alerts_a_day,
                                      .per_hour = l->an_hour,
                                      .receipts = (enum notify_receipts)l->receipts,
                                      .ask_deputies = l->ask_deputies && h->profile->confirm_deputies};
}

static bool open_letters(struct house *h, struct err *err)
{
    char *dir = mem_fmt(h, "%s/conf/vi/letters", h->share);
    const char *from = *h->conf->from ? h->conf->from : h->profile->mailbox;
    h->letters = letters_open(h, dir, from, h->profile->institution, err);
    if (h->letters && h->conf->letters.plus_addresses)
        letters_use_plus_addresses(h->letters);
    return h->letters != NULL;
}

/* Keys and rows, and what is made of both. */
static bool open_case(struct house *h, unsigned needs, struct err *err)
{
    if ((needs & NEED_TOKENS) && !open_tokens(h, err))
        return false;
    if ((needs & NEED_STORE) && !open_store(h, err))
        return false;
    if (h->profile)
        make_notify(h);
    return true;
}

/* What this process shall have open, in the order that keeps secrets away from letters. */
static bool open_parts(struct house *h, const struct house_options *o, unsigned needs, struct err *err)
{
    bool other =
        *o->profile && !(needs & NEED_STORE); /* a house has one profile; --profile is for explain */
    const char *profile = other ? o->profile : h->conf ? h->conf->profile : "";
    if ((needs & NEED_READER) &&
        !reader_start(h, file_helper(h, "bbt-reader"), in_flight(h->conf), &h->reader, err))
        return false;
    if ((needs & NEED_RULES) && !open_rules(h, profile, err))
        return false;
    if ((needs & NEED_LETTERS) && !open_letters(h, err))
        return false;
    if ((needs & NEED_SPOOL) && !spool_open(h, h->dir, &h->spool, err))
        return false;
    return open_case(h, needs, err);
}

static bool open_catalog(struct house *h, const struct house_options *o, struct err *err)
{
    struct catalog *catalog;
    if (!*o->lang && h->conf)
        h->lang = h->conf->lang;
    if (!house_load_catalog(h, h->share, h->lang, &catalog, err))
        return false;
    h->catalog = catalog;
    return true;
}

bool house_open(const void *mem, const struct house_options *o, unsigned needs, struct house **ret,
                struct err *err)
{
    struct house *h = mem_zero(mem, struct house);
    h->dir = mem_str(h, o->dir);
    h->share = file_share_dir(h);
    h->lang = mem_str(h, *o->lang ? o->lang : "vi");
    h->directory = mem_zero(h, struct directory);
    if ((needs & NEED_DIRECTORY) && *o->dir && !*o->profile)
        needs |= NEED_STORE;
    if (!open_conf(h, o, needs, err) || !open_catalog(h, o, err) || !open_parts(h, o, needs, err))
        return false;
    *ret = h;
    return true;
}
