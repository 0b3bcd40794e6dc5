/* main.c: bbt-gather, the program that asks the DNS about a letter and judges its signatures. A program of
 * its own, so that the bytes of strangers, in letters and in DNS answers, are parsed where there is neither
 * password nor store, and so that bbt holds neither libcrypto nor a resolver.
 *
 *     bbt-gather RESOLVER SUFFIXES SMIME-CA      (descriptor 3: the socket; see serve.h) */
#include "gather/serve.h"

int main(int argc, char **argv)
{
    if (argc != 4)
        return 64;
    const struct gather_options o = {.resolver = argv[1], .suffixes = argv[2], .smime_ca = argv[3]};
    return gather_serve(&o);
}
