/* The shipped sandbox of bbt-gather, in the plain build only: it may ask the DNS and start a thread; files,
 * other programs, other processes and other ports are gone. A plain open is refused, not fatal: libraries
 * ask for files that they can do without. */
#include "sys/sandbox.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#ifdef BBT_SANITIZE
#error "the shipped filter is that of the plain build"
#endif

#define PORT 5399

static int fine(void)
{
    return 0;
}

static int open_file(void)
{
    return open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0 ? errno : 0;
}

static int make_file(void)
{
    return open("/tmp/bbt-sandbox-dns", O_RDWR | O_CREAT | O_CLOEXEC, 0600) < 0 ? errno : 0;
}

static int local_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? errno : 0;
}

static int raw_socket(void)
{
    return socket(AF_PACKET, SOCK_RAW, 0) < 0 ? errno : 0;
}

static int send_udp(void)
{
    const struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return sendto(fd, "a", 1, 0, (const struct sockaddr *)&to, sizeof to) == 1 ? 0 : errno;
}

static int connect_tcp(uint16_t port)
{
    const struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return connect(fd, (const struct sockaddr *)&to, sizeof to) == 0 ? 0 : errno;
}

static int connect_there(void)
{
    return connect_tcp(PORT) == EACCES; /* nobody listens: refused by the other side, not by us */
}

static int connect_elsewhere(void)
{
    return connect_tcp(25);
}

static void *nothing(void *arg)
{
    return arg;
}

static int start_thread(void)
{
    pthread_t t;
    return pthread_create(&t, NULL, nothing, NULL) ? 1 : pthread_join(t, NULL);
}

static int start_process(void)
{
    return fork() < 0 ? errno : 0;
}

static int start_program(void)
{
    char *argv[] = {(char *)(uintptr_t) "/bin/true", NULL};
    execve(argv[0], argv, NULL);
    return 0;
}

static int map_code(void)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? errno : 0;
}

static int trace_parent(void)
{
    return kill(getppid(), 0);
}

/* The exit code of `act` behind the sandbox, or 1000 + the signal that ended it. */
static int behind(int (*act)(void))
{
    pid_t pid = fork();
    if (pid == 0) {
        struct err err = {0};
        if (!sandbox_dns(PORT, &err))
            _exit(250);
        _exit(act());
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void what_it_may(void **state)
{
    (void)state;
    assert_int_equal(behind(fine), 0);
    assert_int_equal(behind(send_udp), 0);
    assert_int_equal(behind(start_thread), 0);
    assert_int_equal(behind(connect_there), 0);
}

static void what_is_refused(void **state)
{
    (void)state;
    assert_int_equal(behind(open_file), EACCES);
    assert_int_equal(behind(make_file), EACCES);
    assert_int_equal(behind(local_socket), EACCES);
    int got = behind(connect_elsewhere);
    if (got == ECONNREFUSED)
        skip(); /* a kernel whose Landlock does not know TCP (before 6.7) */
    assert_int_equal(got, EACCES);
}

static void what_kills(void **state)
{
    (void)state;
    assert_int_equal(behind(start_program), 1000 + SIGSYS);
    assert_int_equal(behind(start_process), 1000 + SIGSYS);
    assert_int_equal(behind(raw_socket), 1000 + SIGSYS);
    assert_int_equal(behind(map_code), 1000 + SIGSYS);
    assert_int_equal(behind(trace_parent), 1000 + SIGSYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_it_may), cmocka_unit_test(what_is_refused),
                                       cmocka_unit_test(what_kills)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
