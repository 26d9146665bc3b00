// OpenBLAS needs no shim: every function that SpecWiki calls can be called from Swift as it stands.
#include <cblas.h>
