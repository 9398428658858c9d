// libpq, loaded when the first connection to PostgreSQL is made.
//
// It brings some twenty libraries with it (TLS, Kerberos, LDAP), which would cost every start of the program several
// milliseconds, also of those that work on SQLite. So it is not linked: the functions that we call stand in libpq.c and
// hand each call on to the loaded library.
#ifndef STEWARD_CPOSTGRES_H
#define STEWARD_CPOSTGRES_H

#if __has_include(<postgresql/libpq-fe.h>)
#include <postgresql/libpq-fe.h>
#else
#include <libpq-fe.h>
#endif

// Loads libpq and finds its functions; does nothing the second time. Gives the loader's words where that fails, and NULL
// where it does not. Call it before any other function of this module; for one thread at a time.
const char *steward_libpq_load(void);

#endif
