/* prewarm.c: everything that the libraries would load or ask for lazily, before the process is locked: in
 * the child it would be a forbidden call, and death. Their messages go nowhere: a letter's bytes could be
 * in them. */
#include "reader/charset.h"
#include "reader/parse.h"
#include <gmime/gmime.h>
#include <libxml/parser.h>
#include <locale.h>

static void no_log(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer arg)
{
    (void)domain, (void)level, (void)message, (void)arg;
}

static void no_error(void *arg, const char *format, ...)
{
    (void)arg, (void)format;
}

void parse_prewarm(void)
{
    /* libarchive asks for local times, and glibc for /etc/localtime at each of them unless TZ is set. */
    setenv("TZ", "UTC0", 1);
    tzset();
    /* libarchive gives no name that does not fit the locale. */
    setlocale(LC_CTYPE, "C.UTF-8");
    charset_prewarm();
    g_mime_init();
    xmlInitParser();
    g_log_set_default_handler(no_log, NULL);
    xmlSetGenericErrorFunc(NULL, no_error);
}
