/* replay.c: runs a fuzz harness over files, without a fuzzer: every corpus entry is a regression test.
 * Directories are read one level deep. Prints how many inputs were run; refuses to run none. */
#include "base/mem.h"
#include <dirent.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t replay_file(const char *path)
{
    _cleanup_fclose_ FILE *f = fopen(path, "rb");
    static const size_t most = 1 << 20;
    uint8_t *data = malloc(most);
    if (!f || !data) {
        free(data);
        return 0;
    }
    size_t n = fread(data, 1, most, f);
    uint8_t *exact = malloc(n ? n : 1); /* exactly as long as the input: one byte too far is seen */
    if (exact) {
        memcpy(exact, data, n);
        LLVMFuzzerTestOneInput(exact, n);
    }
    free(exact);
    free(data);
    return 1;
}

static size_t replay(const char *path)
{
    size_t n = 0;
    DIR *dir = opendir(path);
    if (!dir)
        return replay_file(path);
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        char file[4096];
        snprintf(file, sizeof file, "%s/%s", path, e->d_name);
        if (e->d_name[0] != '.')
            n += replay_file(file);
    }
    closedir(dir);
    return n;
}

int main(int argc, char **argv)
{
    size_t n = 0;
    for (int i = 1; i < argc; i++)
        n += replay(argv[i]);
    printf("%zu inputs\n", n);
    return n ? 0 : 1;
}
