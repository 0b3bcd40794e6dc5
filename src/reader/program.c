/* program.c: the table of programs (Debian's poppler-utils, antiword, catdoc, tnef, netpbm,
 * tesseract-ocr). Paths
 * are absolute and fixed: neither PATH nor a letter chooses what is executed, and no argument comes from
 * one.
 *
 * Limits: 10 s and 512 MB each (RELIABILITY 4.2); an OCR run may take longer, its letter has 60 s for all
 * of them. Images are scaled to 2,400 pixels on the long side before OCR, whatever they were: that bounds
 * time and memory, and is 205 dpi of an A4 page. tesseract gets one thread (LIBRARIES 0.3, pitfall 15). */
#include "reader/program.h"
#include "base/str.h"

#define MB         (1ull << 20)
#define TEXT_MAX   (4 * MB) /* the reader keeps 1 MB of it */
#define IMAGE_MAX  (24 * MB)
#define PIXELS_MAX (160 * MB) /* 50 million pixels in colour */
#define FILES_MAX  (64 * MB)
#define LIBRARIES  "/usr/lib", "/lib", "/lib64", "/etc/ld.so.cache"
#define FONTS                                                                                              \
    "/etc/fonts", "/usr/share/fonts", "/usr/share/fontconfig", "/usr/share/poppler", "/var/cache/fontconfig"
#define TESSERACT "/usr/bin/tesseract"
#define TESSDATA  LIBRARIES, "/usr/share/tesseract-ocr"
#define USUAL     .cpu_s = 10, .wall_ms = 10000, .memory = 512 * MB
#define STDIN     "/proc/self/fd/0" /* for those that would copy "-" to a file of theirs */

static const struct program_table table = {
    .of = {
        [PROGRAM_PDF_TEXT] = {.path = "/usr/bin/pdftotext",
                              .argv = {"pdftotext", "-enc", "UTF-8", "-eol", "unix", "-", "-"},
                              .reads = {LIBRARIES, "/usr/share/poppler"},
                              USUAL,
                              .output = TEXT_MAX,
                              .encrypted = "Incorrect password"},
        [PROGRAM_PDF_PICTURES] = {.path = "/usr/bin/pdfimages",
                                  .argv = {"pdfimages", "-list", "-l", "50", "-"},
                                  .reads = {LIBRARIES, "/usr/share/poppler"},
                                  USUAL,
                                  .output = MB},
        [PROGRAM_PDF_PAGE] = {.path = "/usr/bin/pdftoppm",
                              .argv = {"pdftoppm", "-q", "-gray", "-scale-to", "2400", "-f", "%p", "-l",
                                       "%p", "-"},
                              .reads = {LIBRARIES, FONTS},
                              USUAL,
                              .output = IMAGE_MAX},
        [PROGRAM_PDF_SIGNED] = {.path = "/usr/bin/pdfsig",
                                /* No authority is asked: none is known here, and there is no network. */
                                .argv = {"pdfsig", "-nocert", STDIN},
                                .reads = {LIBRARIES, "/usr/share/poppler", "/dev/urandom"},
                                USUAL,
                                .output = MB},
        [PROGRAM_JPEG] = {.path = "/usr/bin/jpegtopnm",
                          .argv = {"jpegtopnm", "-quiet"},
                          .reads = {LIBRARIES},
                          USUAL,
                          .output = PIXELS_MAX},
        [PROGRAM_PNG] = {.path = "/usr/bin/pngtopam",
                         .argv = {"pngtopam", "-quiet", "-mix", "-background=#ffffff"},
                         .reads = {LIBRARIES},
                         USUAL,
                         .output = PIXELS_MAX},
        [PROGRAM_GIF] = {.path = "/usr/bin/giftopnm",
                         .argv = {"giftopnm", "-quiet"},
                         .reads = {LIBRARIES},
                         USUAL,
                         .output = PIXELS_MAX},
        [PROGRAM_BMP] = {.path = "/usr/bin/bmptopnm",
                         .argv = {"bmptopnm", "-quiet"},
                         .reads = {LIBRARIES},
                         USUAL,
                         .output = PIXELS_MAX},
        [PROGRAM_DEPTH] = {.path = "/usr/bin/pamdepth",
                           .argv = {"pamdepth", "-quiet", "255"},
                           .reads = {LIBRARIES},
                           USUAL,
                           .output = PIXELS_MAX},
        [PROGRAM_SCALE] = {.path = "/usr/bin/pamscale",
                           .argv = {"pamscale", "-quiet", "-filter=catrom", "-xyfit", "2400", "2400"},
                           .reads = {LIBRARIES},
                           USUAL,
                           .output = IMAGE_MAX},
        [PROGRAM_TURN_RIGHT] = {.path = "/usr/bin/pamflip",
                                .argv = {"pamflip", "-quiet", "-cw"},
                                .reads = {LIBRARIES},
                                USUAL,
                                .output = IMAGE_MAX},
        [PROGRAM_TURN_OVER] = {.path = "/usr/bin/pamflip",
                               .argv = {"pamflip", "-quiet", "-r180"},
                               .reads = {LIBRARIES},
                               USUAL,
                               .output = IMAGE_MAX},
        [PROGRAM_TURN_LEFT] = {.path = "/usr/bin/pamflip",
                               .argv = {"pamflip", "-quiet", "-ccw"},
                               .reads = {LIBRARIES},
                               USUAL,
                               .output = IMAGE_MAX},
        [PROGRAM_OCR_TURN] = {.path = TESSERACT,
                              .argv = {"tesseract", "stdin", "stdout", "--psm", "0"},
                              .reads = {TESSDATA},
                              USUAL,
                              .output = MB},
        [PROGRAM_OCR_LAYOUT] = {.path = TESSERACT,
                                .argv = {"tesseract", "stdin", "stdout", "-l", "vie", "--psm", "3"},
                                .reads = {TESSDATA},
                                .cpu_s = 25,
                                .wall_ms = 30000,
                                .memory = 512 * MB,
                                .output = TEXT_MAX},
        [PROGRAM_OCR_LINES] = {.path = TESSERACT,
                               .argv = {"tesseract", "stdin", "stdout", "-l", "vie", "--psm", "6"},
                               .reads = {TESSDATA},
                               .cpu_s = 25,
                               .wall_ms = 30000,
                               .memory = 512 * MB,
                               .output = TEXT_MAX},
        [PROGRAM_DOC] = {.path = "/usr/bin/antiword",
                         .argv = {"antiword", "-w", "0", "-m", "UTF-8.txt", STDIN},
                         .reads = {LIBRARIES, "/usr/share/antiword"},
                         USUAL,
                         .output = TEXT_MAX,
                         .encrypted = "encrypted"},
        [PROGRAM_DOC_OTHER] = {.path = "/usr/bin/catdoc",
                               .argv = {"catdoc", "-w", "-d", "utf-8", STDIN},
                               .reads = {LIBRARIES, "/usr/share/catdoc"},
                               USUAL,
                               .output = TEXT_MAX,
                               .encrypted = "ncrypted"},
        [PROGRAM_XLS] = {.path = "/usr/bin/xls2csv",
                         /* Cells apart by tabs, as everywhere. It takes every workbook for one that counts
                                  from 1904 (measured): no date is better than one four years off. */
                         .argv = {"xls2csv", "-d", "utf-8", "-q", "0", "-c", "\t", "-f", "?", STDIN},
                         .reads = {LIBRARIES, "/usr/share/catdoc"},
                         USUAL,
                         .output = TEXT_MAX,
                         .encrypted = "ncrypted"},
        [PROGRAM_PPT] = {.path = "/usr/bin/catppt",
                         .argv = {"catppt", "-d", "utf-8", STDIN},
                         .reads = {LIBRARIES, "/usr/share/catdoc"},
                         USUAL,
                         .output = TEXT_MAX},
        [PROGRAM_TNEF] = {.path = "/usr/bin/tnef",
                          .argv = {"tnef", "--number-backups", "--ignore-checksum", "--save-body",
                                   "--body-pref=ALL", "-x", "67108864", "-C", "."},
                          .reads = {LIBRARIES},
                          .private_dir = true,
                          USUAL,
                          .output = FILES_MAX},
    }};

const struct program_table *program_table(void)
{
    return &table;
}

bool program_reads(const char *real)
{
    static const char *const types[] = {"pdf", "doc", "xls", "ppt", "ole", "image", "tnef"};
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_eq(real, types[i]))
            return true;
    return false;
}
