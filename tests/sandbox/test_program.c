/* The second sandbox and the programs in it, in the plain build. This program plays four parts: the test,
 * its own reader server (--reader), and, started through the sandbox by a table of its own, a program that
 * tries what it must not (--try WHAT) or does as a letter says (--obey). */
#include "reader/program.h"
#include "reader/reader.h"
#include "sys/clock.h"
#include "sys/file.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#ifdef BBT_SANITIZE
#error "the shipped filter is that of the plain build"
#endif

#define MB (1ull << 20)

static void *mem;
static char self[4096];

/* ---- the program that is tried on ---------------------------------------------------------------------
 */

static void say(const char *words)
{
    ssize_t n = write(1, words, strlen(words));
    (void)n;
}

static void say_open(const char *path, int flags)
{
    char line[300];
    int fd = open(path, flags, 0600);
    snprintf(line, sizeof line, "%s: %s\n", path, fd >= 0 ? "opened" : strerror(errno));
    say(line);
}

static void try_open(void)
{
    say_open("/etc/passwd", O_RDONLY);
    say_open("/proc/self/status", O_RDONLY);
    say_open("/", O_RDONLY | O_DIRECTORY);
    say_open("/tmp/bbt-made-by-a-program", O_WRONLY | O_CREAT);
    say_open("/bin/sh", O_RDONLY);
    say_open("here", O_WRONLY | O_CREAT);
}

static void try_socket(void)
{
    socket(AF_UNIX, SOCK_STREAM, 0);
}

static void try_exec(void)
{
    char *argv[] = {self, "--try", "nothing", NULL};
    execve("/bin/true", argv, NULL);
}

static void try_exec_self(void)
{
    char *argv[] = {self, "--try", "nothing", NULL};
    execve(self, argv, NULL);
}

static void try_fork(void)
{
    if (vfork() == 0)
        _exit(0);
}

static void try_kill(void)
{
    kill(getppid(), 0);
}

static void try_ptrace(void)
{
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static void try_mount(void)
{
    mount("none", "/tmp", "tmpfs", 0, NULL);
}

static void try_memory(void)
{
    say(mmap(NULL, 1024 * MB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
            ? "refused\n"
            : "had it\n");
}

static void try_flood(void)
{
    for (;;)
        say("more and more and more and more and more and more and more and more and more and more\n");
}

static void try_sleep(void)
{
    sleep(1000);
}

static void try_spin(void)
{
    for (volatile unsigned i = 0;; i++)
        continue;
}

static void try_input(void)
{
    say(write(0, "x", 1) < 0 && ftruncate(0, 0) < 0 ? "refused\n" : "wrote\n");
}

static void try_nothing(void)
{
}

static const struct {
    const char *name;
    void (*f)(void);
} tries[] = {{"nothing", try_nothing},     {"open", try_open},   {"socket", try_socket},
             {"exec", try_exec},           {"fork", try_fork},   {"kill", try_kill},
             {"ptrace", try_ptrace},       {"mount", try_mount}, {"memory", try_memory},
             {"flood", try_flood},         {"sleep", try_sleep}, {"spin", try_spin},
             {"exec-self", try_exec_self}, {"input", try_input}};

static int try_what(const char *what)
{
    say("before\n");
    for (size_t i = 0; i < ARRAY_LEN(tries); i++)
        if (str_eq(tries[i].name, what))
            tries[i].f();
    say("after\n");
    return 0;
}

/* Reads a "PDF": sleeps for ever when that says so, else says a few words. */
static int obey(void)
{
    char text[4096];
    ssize_t n = read(0, text, sizeof text - 1);
    text[n > 0 ? n : 0] = '\0';
    if (strstr(text, "sleep"))
        sleep(1000);
    for (size_t i = 0; strstr(text, "pages") && i < 100000; i++)
        say("\f");
    say("this is what the quick program read in the file\n");
    return 0;
}

/* ---- running one --------------------------------------------------------------------------------------
 */

static char *slurp(int fd)
{
    char *text = mem_zero_size(mem, 65536, 1, "text");
    assert_true(pread(fd, text, 65535, 0) >= 0);
    return text;
}

static struct program trial(const char *what)
{
    return (struct program){.path = self,
                            .argv = {"test", "--try", what},
                            .reads = {"/usr/lib", "/lib", "/lib64", "/etc/ld.so.cache"},
                            .cpu_s = 2,
                            .wall_ms = 3000,
                            .memory = 512 * MB,
                            .output = MB};
}

static enum program_end run(const struct program *p, int in, const char *dir, char **ret_said)
{
    struct err err = {0};
    struct sandbox_gate *gate;
    int nobody[2];
    int out = memfd_create("out", MFD_CLOEXEC), empty = memfd_create("in", MFD_CLOEXEC);
    assert_true(sandbox_gate_new(mem, &gate, &err));
    assert_int_equal(pipe(nobody), 0);
    struct program_run r = {.gate = gate,
                            .program = p,
                            .in = in >= 0 ? in : empty,
                            .out = out,
                            .page = 1,
                            .dir = dir,
                            .given_up = nobody[1]};
    enum program_end end = program_do(&r);
    *ret_said = slurp(out);
    close(out);
    close(empty);
    close(nobody[0]);
    close(nobody[1]);
    return end;
}

static void no_other_file_opens(void **state)
{
    (void)state;
    char *said;
    struct program p = trial("open");
    assert_int_equal(run(&p, -1, NULL, &said), PROGRAM_OK);
    assert_string_equal(said, "before\n"
                              "/etc/passwd: Permission denied\n"
                              "/proc/self/status: Permission denied\n"
                              "/: Permission denied\n"
                              "/tmp/bbt-made-by-a-program: Permission denied\n"
                              "/bin/sh: Permission denied\n"
                              "here: Permission denied\n"
                              "after\n");
}

static void one_directory_is_its_own(void **state)
{
    (void)state;
    char *said, dir[] = "/tmp/bbt-test-XXXXXX";
    struct program p = trial("open");
    p.private_dir = true;
    assert_non_null(mkdtemp(dir));
    assert_int_equal(run(&p, -1, dir, &said), PROGRAM_OK);
    assert_non_null(strstr(said, "/etc/passwd: Permission denied\n"));
    assert_non_null(strstr(said, "/tmp/bbt-made-by-a-program: Permission denied\n"));
    assert_non_null(strstr(said, "here: opened\n"));
    assert_int_equal(unlink(mem_fmt(mem, "%s/here", dir)), 0);
    assert_int_equal(rmdir(dir), 0);
}

/* What kills: the program never comes to say "after". */
static void forbidden_calls_kill(void **state)
{
    (void)state;
    static const char *const deadly[] = {"socket", "exec", "exec-self", "fork", "kill", "ptrace", "mount"};
    char *said;
    struct program nothing = trial("nothing");
    assert_int_equal(run(&nothing, -1, NULL, &said), PROGRAM_OK);
    assert_string_equal(said, "before\nafter\n");
    for (size_t i = 0; i < ARRAY_LEN(deadly); i++) {
        struct program p = trial(deadly[i]);
        enum program_end end = run(&p, -1, NULL, &said);
        print_message("%s: %d, %s", deadly[i], (int)end, said);
        assert_int_equal(end, PROGRAM_FAILED);
        assert_string_equal(said, "before\n");
    }
}

static void time_memory_and_output_end(void **state)
{
    (void)state;
    char *said;
    struct program sleeper = trial("sleep"), spinner = trial("spin"), flood = trial("flood"),
                   memory = trial("memory");
    int64_t from = clock_monotonic_ms();
    sleeper.wall_ms = 300;
    assert_int_equal(run(&sleeper, -1, NULL, &said), PROGRAM_TIMEOUT);
    assert_in_range(clock_monotonic_ms() - from, 300, 2000);
    spinner.cpu_s = 1;
    spinner.wall_ms = 20000;
    assert_int_equal(run(&spinner, -1, NULL, &said), PROGRAM_TIMEOUT);
    assert_int_equal(run(&flood, -1, NULL, &said), PROGRAM_CUT);
    assert_non_null(strstr(said, "more"));
    assert_int_equal(run(&memory, -1, NULL, &said), PROGRAM_OK);
    assert_string_equal(said, "before\nrefused\nafter\n");
}

/* What one program does to its input the next one would read. */
static void the_input_stays_as_it_is(void **state)
{
    (void)state;
    char *said, kept[4] = "";
    struct program p = trial("input");
    int in = memfd_create("in", MFD_CLOEXEC);
    assert_int_equal(write(in, "abc", 3), 3);
    assert_int_equal(run(&p, in, NULL, &said), PROGRAM_OK);
    assert_string_equal(said, "before\nrefused\nafter\n");
    assert_int_equal(pread(in, kept, 3, 0), 3);
    assert_string_equal(kept, "abc");
    close(in);
}

static void what_is_not_there_is_absent(void **state)
{
    (void)state;
    char *said;
    struct program p = trial("nothing"), script = trial("nothing");
    p.path = "/nonexistent/program";
    assert_int_equal(run(&p, -1, NULL, &said), PROGRAM_ABSENT);
    script.path = "/usr/bin/ldd"; /* a shell script: no program of the table */
    assert_int_equal(run(&script, -1, NULL, &said), PROGRAM_ABSENT);
}

/* Nobody waits any more: the program ends at once. */
static void given_up_is_ended(void **state)
{
    (void)state;
    struct err err = {0};
    struct sandbox_gate *gate;
    struct program p = trial("sleep");
    int ends[2], in = memfd_create("in", 0), out = memfd_create("out", 0);
    p.wall_ms = 60000;
    assert_true(sandbox_gate_new(mem, &gate, &err));
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    int64_t from = clock_monotonic_ms();
    struct program_run r = {.gate = gate, .program = &p, .in = in, .out = out, .given_up = ends[1]};
    assert_int_equal(program_do(&r), PROGRAM_TIMEOUT);
    assert_in_range(clock_monotonic_ms() - from, 0, 2000);
    close(ends[1]);
    close(in);
    close(out);
}

/* ---- through the reader -------------------------------------------------------------------------------
 */

static int letter_with(const char *name, const char *type, const char *bytes, size_t n)
{
    struct err err = {0};
    struct str s = str_new(mem);
    str_addf(
        &s,
        "From: a@example.org\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nsee the file\n"
        "--b\nContent-Type: %s; name=\"%s\"\nContent-Transfer-Encoding: base64\n"
        "Content-Disposition: attachment; filename=\"%s\"\n\n",
        type, name, name);
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        unsigned v = 0;
        for (size_t k = 0; k < 3; k++)
            v = v << 8 | (i + k < n ? (unsigned char)bytes[i + k] : 0);
        for (int k = 0; k < 4; k++)
            str_addc(&s, i + (size_t)k > n ? '=' : digits[v >> (18 - 6 * k) & 63]);
        if (i % 57 == 54)
            str_addc(&s, '\n');
    }
    str_add(&s, "\n--b--\n");
    int fd = memfd_create("letter", MFD_CLOEXEC);
    assert_true(fd >= 0 && file_write_all(fd, s.s, s.n, &err));
    return fd;
}

static struct reader *start(int in_flight)
{
    struct err err = {0};
    struct reader *reader;
    if (!reader_start(mem, self, in_flight, &reader, &err))
        fail_msg("%s", err.text);
    return reader;
}

static void submit(struct reader *reader, int fd, uint64_t tag)
{
    struct err err = {0};
    assert_true(reader_submit(reader, fd, "", 1, tag, &err));
    close(fd);
}

/* More endless files than programs may run at once, and more than letters may be read at once: the others
 * come back as if they were alone, the endless ones within their budget. */
static void slow_letters_delay_nobody(void **state)
{
    (void)state;
    static const char slow[] = "%PDF-1.4 sleep", quick[] = "%PDF-1.4 x";
    enum { SLOW = 3, ALL = 20 };
    struct reader *reader = start(2);
    int64_t from = clock_monotonic_ms(), last_plain = 0, last = 0;
    int sent = 0, back = 0;
    uint64_t tag;
    while (back < ALL) {
        for (; sent < ALL && !reader_full(reader); sent++) {
            bool plain = sent >= SLOW && sent % 2 == 0;
            const char *text = sent < SLOW ? slow : quick;
            submit(reader,
                   letter_with(plain ? "a.txt" : "a.pdf", "text/plain", plain ? "abc" : text,
                               plain ? 3 : strlen(text)),
                   (uint64_t)sent);
        }
        const struct letter *l = reader_wait(reader, mem, 20000, &tag);
        last = clock_monotonic_ms() - from;
        assert_in_range(last, 0, 15000);
        if (!l)
            continue; /* there is room again */
        assert_true(l->complete);
        const struct letter_attachment *a = &l->attachments[0];
        if (tag < SLOW) {
            assert_string_equal(a->how, "none");
            assert_true(str_list_has(&a->defects, "program-timeout"));
        } else if (tag % 2 == 0) {
            last_plain = last;
            assert_string_equal(a->how, "text");
        } else {
            assert_string_equal(a->how, "pdf");
            assert_non_null(strstr(a->text, "the quick program"));
        }
        back++;
    }
    print_message("letters without a program: %d ms; all: %d ms\n", (int)last_plain, (int)last);
    assert_in_range(last_plain, 0, 900); /* the slow program has 1,000 ms */
    assert_in_range(last, 1000, 8000);
    reader_stop(reader);
}

static const struct letter_attachment *read_pdf(struct reader *reader, const char *text)
{
    uint64_t tag;
    submit(reader, letter_with("a.pdf", "application/pdf", text, strlen(text)), 1);
    const struct letter *l = reader_wait(reader, mem, -1, &tag);
    assert_true(l && l->complete && l->n_attachments == 1);
    return &l->attachments[0];
}

/* Each page is painted by a program of its own, which fails: there is an end to that. */
static void pages_without_end_are_not_painted(void **state)
{
    (void)state;
    struct reader *reader = start(2);
    int64_t from = clock_monotonic_ms();
    const struct letter_attachment *a = read_pdf(reader, "%PDF-1.4 pages");
    assert_in_range(clock_monotonic_ms() - from, 0, 5000);
    assert_true(str_list_has(&a->defects, "ocr-cut"));
    assert_true(str_list_has(&a->defects, "program-failed"));
    reader_stop(reader);
}

/* The only child of this process. */
static pid_t server_pid(void)
{
    char text[64] = "", path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    int fd = open(path, O_RDONLY);
    assert_true(read(fd, text, sizeof text - 1) > 0);
    close(fd);
    return (pid_t)strtol(text, NULL, 10);
}

/* The letter comes back all the same, the next one is read by a new server. */
static void the_server_may_die(void **state)
{
    (void)state;
    static const char slow[] = "%PDF-1.4 sleep";
    struct reader *reader = start(2);
    uint64_t tag;
    submit(reader, letter_with("a.pdf", "application/pdf", slow, strlen(slow)), 1);
    assert_null(reader_wait(reader, mem, 300, &tag)); /* its program is under way */
    assert_int_equal(kill(server_pid(), SIGKILL), 0);
    const struct letter *l = reader_wait(reader, mem, -1, &tag);
    assert_true(l && l->complete);
    assert_string_equal(l->attachments[0].how, "none");
    assert_int_equal(l->attachments[0].defects.n, 1);
    assert_string_equal(read_pdf(reader, "%PDF-1.4 x")->how, "pdf");
    reader_stop(reader);
}

int main(int argc, char **argv)
{
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (argc > 2 && str_eq(argv[1], "--try"))
        return try_what(argv[2]);
    if (argc > 1 && str_eq(argv[1], "--obey"))
        return obey();
    if (n <= 0)
        return 1;
    if (argc > 1 && str_eq(argv[1], "--reader")) {
        struct program_table table = {0};
        struct program *p = &table.of[PROGRAM_PDF_TEXT];
        *p = trial("");
        p->argv[1] = "--obey";
        p->wall_ms = 1000;
        table.of[PROGRAM_PDF_PAGE] = trial("kill"); /* always fails */
        return reader_serve(&table);
    }
    mem = mem_new();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_other_file_opens),
        cmocka_unit_test(one_directory_is_its_own),
        cmocka_unit_test(forbidden_calls_kill),
        cmocka_unit_test(time_memory_and_output_end),
        cmocka_unit_test(what_is_not_there_is_absent),
        cmocka_unit_test(given_up_is_ended),
        cmocka_unit_test(slow_letters_delay_nobody),
        cmocka_unit_test(the_input_stays_as_it_is),
        cmocka_unit_test(pages_without_end_are_not_painted),
        cmocka_unit_test(the_server_may_die),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    talloc_free(mem);
    return failed;
}
