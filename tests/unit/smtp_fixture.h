/* smtp_fixture.h: tests/network/smtp_server.py as a child for one test program: started once, steered by
 * files in its directory, ended when its standard input closes. */
#ifndef TESTS_SMTP_FIXTURE_H
#define TESTS_SMTP_FIXTURE_H

#include "base/str.h"
#include "scratch.h"
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>

#include <cmocka.h>

struct server {
    char dir[SCRATCH_MAX], ports[300];
    pid_t pid;
    int hold; /* the server ends when this closes */
};

static struct server srv;

static int start_server(void **state)
{
    (void)state;
    const char *root = getenv("BBT_ROOT");
    int in[2], out[2];
    if (!scratch_dir(srv.dir, "smtp") || pipe(in) || pipe(out))
        return -1;
    char script[4200];
    snprintf(script, sizeof script, "%s/tests/network/smtp_server.py", root ? root : ".");
    srv.pid = fork();
    if (srv.pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        close(out[0]);
        execl("/usr/bin/python3", "python3", script, srv.dir, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    srv.hold = in[1];
    size_t n = 0;
    ssize_t got = 0;
    while (n < sizeof srv.ports - 1 && (n == 0 || srv.ports[n - 1] != '\n') &&
           (got = read(out[0], srv.ports + n, sizeof srv.ports - 1 - n)) > 0)
        n += (size_t)got;
    close(out[0]);
    return n > 0 ? 0 : -1;
}

static int stop_server(void **state)
{
    (void)state;
    close(srv.hold);
    kill(srv.pid, SIGTERM);
    waitpid(srv.pid, NULL, 0);
    pid_t rm = fork();
    if (rm == 0) {
        execl("/bin/rm", "rm", "-rf", srv.dir, (char *)NULL);
        _exit(127);
    }
    waitpid(rm, NULL, 0);
    return 0;
}

static int64_t port_of(const char *listener)
{
    char key[40];
    snprintf(key, sizeof key, "%s=", listener);
    const char *at = strstr(srv.ports, key);
    assert_non_null(at);
    return strtol(at + strlen(key), NULL, 10);
}

static void put_file(const char *name, const char *text)
{
    char path[SCRATCH_MAX + 100];
    snprintf(path, sizeof path, "%s/%s", srv.dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* A file of the server's directory; "" when it is not there. */
static char *get_file(void *mem, const char *name)
{
    char path[SCRATCH_MAX + 100], part[4096];
    snprintf(path, sizeof path, "%s/%s", srv.dir, name);
    struct str out = str_new(mem);
    FILE *f = fopen(path, "r");
    for (size_t n; f && (n = fread(part, 1, sizeof part, f)) > 0;)
        str_addn(&out, part, n);
    if (f)
        fclose(f);
    return out.n ? out.s : mem_str(mem, "");
}

static int taken(void)
{
    void *mem = mem_new();
    int n = 0;
    for (const char *at = get_file(mem, "log"); (at = strstr(at, "taken ")) != NULL; at++)
        n++;
    talloc_free(mem);
    return n;
}

#endif
