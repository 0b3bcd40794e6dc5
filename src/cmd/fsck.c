/* fsck.c: the command: what fsck_house() finds, as lines or JSON. Changes nothing. */
#include "fsck.h"
#include "cmd/cmd.h"

static bool run_fsck(struct context *cx, struct err *err)
{
    struct fsck *f = mem_zero(cx->mem, struct fsck);
    *f = (struct fsck){
        .mem = cx->mem, .dir = cx->house->dir, .spool = cx->house->spool, .store = cx->house->store};
    if (!args_done(cx, err) || !fsck_house(f, err))
        return false;
    for (size_t i = 0; i < f->faults.n && !cx->json; i++)
        print_text(stdout, f->faults.v[i]);
    if (cx->json) {
        json_t *faults = json_array();
        for (size_t i = 0; i < f->faults.n; i++)
            json_array_append_new(faults, json_string(utf8_printable(cx->mem, f->faults.v[i])));
        print_json(json_pack("{s:i, s:i, s:i, s:o}", "letters", (int)f->letters, "waiting", (int)f->waiting,
                             "held", (int)f->held, "faults", faults));
    } else if (f->faults.n == 0) {
        printf("%s\n", catalog_say(cx->mem, cx->house->catalog, "fsck.good", "letters",
                                   mem_fmt(cx->mem, "%zu", f->letters), "waiting",
                                   mem_fmt(cx->mem, "%zu", f->waiting), "held",
                                   mem_fmt(cx->mem, "%zu", f->held), NULL));
    }
    return f->faults.n == 0 || err_set(err, ERR_NO, "%zu faults found", f->faults.n);
}

const struct command cmd_fsck = {"fsck", NEED_HOUSE | NEED_SPOOL | NEED_STORE, run_fsck};
