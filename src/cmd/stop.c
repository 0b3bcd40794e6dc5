/* stop.c: signals become a readable descriptor, so that no handler runs and no state is global. */
#include "cmd/cmd.h"
#include <signal.h>
#include <sys/signalfd.h>

int stop_descriptor(bool hup, struct err *err)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    if (hup)
        sigaddset(&set, SIGHUP);
    int fd = sigprocmask(SIG_BLOCK, &set, NULL) < 0 ? -1 : signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        err_errno(err, "watch signals");
    return fd;
}
