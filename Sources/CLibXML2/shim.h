// Debian's libxml2 is built with ICU and its encoding.h includes ICU's headers, whose enums collide with those of the ICU inside
// Foundation. Nothing of ours looks at the one structure that depends on this (xmlCharEncodingHandler, its last two fields).
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/SAX2.h>
#include <libxml/xmlerror.h>

/* Takes the messages that libxml2 would print by itself; its handler is variadic, which Swift cannot be. */
static void specwiki_ignoreMessage(void *context, const char *message, ...) {}

/* For the calling thread. */
static inline void specwiki_silenceMessages(void) { xmlSetGenericErrorFunc(0, specwiki_ignoreMessage); }
