// minizip, loaded when the first zip is made. libxlsxwriter is built on it, so that it is there already.
//
// Its headers are a package of their own (libminizip-dev), and it has no functions of variable arguments or layout: what
// we call is declared in minizip.c after zip.h of zlib 1.2.13.
#ifndef STEWARD_CMINIZIP_H
#define STEWARD_CMINIZIP_H

#include <stddef.h>
#include <stdint.h>

// Loads the library and finds its functions; does nothing the second time. Gives the loader's words where that fails, and
// NULL where it does not. Call it before any other function of this module; for one thread at a time.
const char *steward_minizip_load(void);

// Begins a zip file at the path; NULL where the file cannot be opened.
void *steward_zip_begin(const char *path);

// Begins a member. `dos_time` is the date in the upper half, the time in the lower (APPNOTE.TXT 4.4.6). 0, or an error.
int steward_zip_begin_member(void *zip, const char *name, uint32_t dos_time, int is_large);
int steward_zip_write(void *zip, const void *bytes, unsigned count);
int steward_zip_end_member(void *zip);

// Writes the directory and closes the file, also after an error.
int steward_zip_end(void *zip);

#endif
