// qpdf, loaded when the first document is encrypted: few companies encrypt any, and it is a library of three megabytes.
//
// What we call of its C interface (qpdf/qpdf-c.h, which does not change: "ABI of the C API is stable") stands in qpdf.c.
#ifndef STEWARD_CQPDF_H
#define STEWARD_CQPDF_H

#include <stddef.h>
#include <stdint.h>

// Loads the library and finds its functions; does nothing the second time. Gives the loader's words where that fails, and
// NULL where it does not. Call it before any other function of this module; for one thread at a time.
const char *steward_qpdf_load(void);

// Writes the document to the path so that it takes the password to open it: AES with 256 bits, revision 6 of the standard
// security handler (ISO 32000-2, 7.6.4). With the password everything is allowed.
// Gives 0, or another number and in `message` what the library says, cut to its size.
int steward_qpdf_encrypt(const char *document, uint64_t size, const char *password, const char *path, char *message,
                         size_t message_size);

#endif
