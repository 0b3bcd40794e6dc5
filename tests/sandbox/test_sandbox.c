/* The shipped sandbox, in the plain build only (sanitizer builds have a wider filter): a paused child holds
 * exactly two descriptors and its limits, and in a process with the filter loaded open, socket and execve
 * end in SIGSYS. This program is its own server (--reader). */
#include "reader/reader.h"
#include "sys/sandbox.h"
#include <dirent.h>
#include <fcntl.h>
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

static void *mem;

/* ---- the filter -------------------------------------------------------------------------------------- */

static void do_nothing(void)
{
}

static void do_open(void)
{
    open("/dev/null", O_RDONLY);
}

static void do_socket(void)
{
    socket(AF_INET, SOCK_STREAM, 0);
}

static void do_execve(void)
{
    char *argv[] = {(char *)(uintptr_t) "/bin/true", NULL};
    execve(argv[0], argv, NULL);
}

static void do_fork(void)
{
    fork();
}

static void do_kill(void)
{
    kill(getppid(), 0);
}

static void do_map_code(void)
{
    mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void do_map_file(void)
{
    mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 0, 0);
}

static void do_dup(void)
{
    dup2(0, 1);
}

static void do_receive(void)
{
    struct msghdr msg = {0};
    recvmsg(0, &msg, 0);
}

static void do_alarm(void)
{
    alarm(0);
}

/* The signal that ends a process that does `f` behind the filter; 0: it went well. `shared`: most of it was
 * loaded before, as in the server, which needs calls that its children must not have. */
static int signal_of(void (*f)(void), bool shared)
{
    struct err err = {0};
    struct sandbox_filter *filter;
    assert_true(sandbox_filter_new(mem, &filter, &err));
    pid_t pid = fork();
    if (pid == 0) {
        if (!sandbox_no_files(&err) || (shared && !sandbox_filter_share(filter, &err)) ||
            !sandbox_filter_load(filter, &err))
            _exit(99);
        f();
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void forbidden_calls_kill(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        void (*f)(void);
        int signal;
    } cases[] = {
        {"nothing", do_nothing, 0},        {"open", do_open, SIGSYS},         {"socket", do_socket, SIGSYS},
        {"execve", do_execve, SIGSYS},     {"fork", do_fork, SIGSYS},         {"kill", do_kill, SIGSYS},
        {"map code", do_map_code, SIGSYS}, {"map file", do_map_file, SIGSYS}, {"dup", do_dup, SIGSYS},
        {"receive", do_receive, SIGSYS},   {"alarm", do_alarm, SIGSYS},
    };
    for (size_t i = 0; i < 2 * ARRAY_LEN(cases); i++) {
        size_t k = i / 2;
        int got = signal_of(cases[k].f, i % 2);
        print_message("%s: %s\n", cases[k].name, got ? strsignal(got) : "allowed");
        assert_int_equal(got, cases[k].signal);
    }
}

/* Landlock alone, without the filter: no path opens. */
static void no_path_opens(void **state)
{
    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        struct err err = {0};
        if (!sandbox_no_files(&err))
            _exit(99);
        bool opened = open("/etc/passwd", O_RDONLY) >= 0 || open("/", O_RDONLY | O_DIRECTORY) >= 0 ||
                      open("/tmp/x", O_WRONLY | O_CREAT, 0600) >= 0;
        _exit(opened ? 1 : 0);
    }
    int status;
    waitpid(pid, &status, 0);
    assert_int_equal(status, 0);
}

/* ---- a paused child ---------------------------------------------------------------------------------- */

/* The n-th child (from 0), or 0. */
static pid_t nth_child(pid_t pid, int n)
{
    char text[256] = "", *at = text;
    int fd = open(mem_fmt(mem, "/proc/%d/task/%d/children", (int)pid, (int)pid), O_RDONLY);
    assert_true(fd >= 0);
    ssize_t got = read(fd, text, sizeof text - 1);
    close(fd);
    pid_t child = 0;
    for (int i = 0; got > 0 && i <= n; i++)
        child = (pid_t)strtol(at, &at, 10);
    return child;
}

static pid_t first_child(pid_t pid)
{
    return nth_child(pid, 0);
}

/* Of the server; its first child is the runner, which starts programs (test_program.c). */
static pid_t letter_child(pid_t server)
{
    return nth_child(server, 1);
}

static char *slurp(pid_t pid, const char *name)
{
    int fd = open(mem_fmt(mem, "/proc/%d/%s", (int)pid, name), O_RDONLY);
    char *text = mem_zero_size(mem, 16384, 1, "proc");
    assert_true(fd >= 0 && read(fd, text, 16383) > 0);
    close(fd);
    return text;
}

/* Waits until the child sleeps in read(2) behind its filter. */
static pid_t paused_child(void)
{
    for (int tries = 0; tries < 200; tries++) {
        pid_t pid = letter_child(first_child(getpid()));
        if (pid > 0 && strstr(slurp(pid, "status"), "Seccomp:\t2") &&
            strstr(slurp(pid, "status"), "State:\tS"))
            return pid;
        usleep(10000);
    }
    fail_msg("no paused child");
    return 0;
}

static size_t count_descriptors(pid_t pid)
{
    DIR *dir = opendir(mem_fmt(mem, "/proc/%d/fd", (int)pid));
    assert_non_null(dir);
    size_t n = 0;
    for (const struct dirent *d; (d = readdir(dir));)
        n += d->d_name[0] != '.';
    closedir(dir);
    return n;
}

static void a_child_holds_two_descriptors(void **state)
{
    (void)state;
    struct err err = {0};
    struct reader *reader;
    int ends[2];
    assert_true(reader_start(mem, "/proc/self/exe", 2, &reader, &err));
    assert_int_equal(pipe(ends), 0);
    assert_true(reader_submit(reader, ends[0], "", 0, 1, &err));
    pid_t pid = paused_child();
    assert_int_equal(count_descriptors(pid), 2);
    assert_non_null(strstr(slurp(pid, "status"), "NoNewPrivs:\t1"));
    assert_non_null(strstr(slurp(pid, "status"), "Seccomp_filters:\t2")); /* the server's and its own */
    char *limits = slurp(pid, "limits");
    static const char *const wanted[] = {
        "Max address space         536870912            536870912 ",
        "Max cpu time              10                   10 ",
        "Max file size             0                    0 ",
        "Max open files            2                    2 ",
        "Max core file size        0                    0 ",
    };
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
        if (!strstr(limits, wanted[i]))
            fail_msg("not there: %s\n%s", wanted[i], limits);
    /* Let it end: it must still be able to do its work. */
    assert_int_equal(write(ends[1], "Subject: x\n\n", 12), 12);
    close(ends[0]);
    close(ends[1]);
    uint64_t tag;
    const struct letter *l = reader_wait(reader, mem, -1, &tag);
    assert_true(l && l->complete);
    assert_string_equal(l->subject, "x");
    reader_stop(reader);
}

/* A child that is killed is one unread letter; the server lives and leaves no zombie. */
static void death_of_a_child(void **state)
{
    (void)state;
    struct err err = {0};
    struct reader *reader;
    int ends[2];
    assert_true(reader_start(mem, "/proc/self/exe", 2, &reader, &err));
    assert_int_equal(pipe(ends), 0);
    assert_true(reader_submit(reader, ends[0], "", 5, 1, &err));
    pid_t server = first_child(getpid());
    kill(paused_child(), SIGKILL);
    uint64_t tag;
    const struct letter *l = reader_wait(reader, mem, -1, &tag);
    assert_true(l && !l->complete && str_list_has(&l->defects, "reader-died"));
    usleep(50000);
    assert_int_equal(first_child(getpid()), server);
    assert_int_equal(letter_child(server), 0);
    close(ends[0]);
    close(ends[1]);
    reader_stop(reader);
}

/* A letter whose child does not answer ends after 30 s (half a minute of waiting: only with BBT_STRESS). */
static void a_silent_child_is_given_up(void **state)
{
    (void)state;
    if (!getenv("BBT_STRESS")) {
        skip();
        return;
    }
    struct err err = {0};
    struct reader *reader;
    int ends[2];
    assert_true(reader_start(mem, "/proc/self/exe", 2, &reader, &err));
    assert_int_equal(pipe(ends), 0);
    assert_true(reader_submit(reader, ends[0], "", 5, 1, &err));
    uint64_t tag;
    assert_null(reader_wait(reader, mem, 100, &tag));
    const struct letter *l = reader_wait(reader, mem, -1, &tag);
    assert_true(l && !l->complete && str_list_has(&l->defects, "reader-timeout"));
    assert_int_equal(reader_in_flight(reader), 0);
    close(ends[0]);
    close(ends[1]);
    reader_stop(reader);
}

int main(int argc, char **argv)
{
    if (argc > 1 && str_eq(argv[1], "--reader"))
        return reader_server();
    mem = mem_new();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forbidden_calls_kill),          cmocka_unit_test(no_path_opens),
        cmocka_unit_test(a_child_holds_two_descriptors), cmocka_unit_test(death_of_a_child),
        cmocka_unit_test(a_silent_child_is_given_up),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    talloc_free(mem);
    return failed;
}
