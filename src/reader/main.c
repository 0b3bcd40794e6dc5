/* main.c: bbt-reader, the program in which letters are read. A program of its own, so that the process that
 * parses hostile bytes has no network, TLS or SQL library in its address space at all, and so that forking
 * one child per letter copies a small map (a third less time per letter than forking from bbt). */
#include "reader/reader.h"

int main(void)
{
    return reader_server();
}
