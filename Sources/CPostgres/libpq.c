#include "CPostgres.h"

#include <dlfcn.h>
#include <stddef.h>

// Every function of libpq that we call: what it gives, its name, its parameters, and the same as arguments.
#define LIBPQ_FUNCTIONS(F) \
    F(PGconn *, PQconnectdbParams, (const char *const *names, const char *const *values, int expand), (names, values, expand)) \
    F(void, PQfinish, (PGconn *connection), (connection)) \
    F(ConnStatusType, PQstatus, (const PGconn *connection), (connection)) \
    F(PGTransactionStatusType, PQtransactionStatus, (const PGconn *connection), (connection)) \
    F(char *, PQerrorMessage, (const PGconn *connection), (connection)) \
    F(PQnoticeProcessor, PQsetNoticeProcessor, (PGconn *connection, PQnoticeProcessor processor, void *context), (connection, processor, context)) \
    F(PGresult *, PQexec, (PGconn *connection, const char *sql), (connection, sql)) \
    F(PGresult *, PQexecParams, \
      (PGconn *connection, const char *sql, int count, const Oid *types, const char *const *values, const int *lengths, const int *formats, int format), \
      (connection, sql, count, types, values, lengths, formats, format)) \
    F(PGresult *, PQexecPrepared, \
      (PGconn *connection, const char *name, int count, const char *const *values, const int *lengths, const int *formats, int format), \
      (connection, name, count, values, lengths, formats, format)) \
    F(int, PQenterPipelineMode, (PGconn *connection), (connection)) \
    F(int, PQexitPipelineMode, (PGconn *connection), (connection)) \
    F(int, PQpipelineSync, (PGconn *connection), (connection)) \
    F(int, PQsendQueryParams, \
      (PGconn *connection, const char *sql, int count, const Oid *types, const char *const *values, const int *lengths, const int *formats, int format), \
      (connection, sql, count, types, values, lengths, formats, format)) \
    F(PGresult *, PQprepare, (PGconn *connection, const char *name, const char *sql, int count, const Oid *types), (connection, name, sql, count, types)) \
    F(int, PQsendPrepare, (PGconn *connection, const char *name, const char *sql, int count, const Oid *types), (connection, name, sql, count, types)) \
    F(int, PQsendQueryPrepared, \
      (PGconn *connection, const char *name, int count, const char *const *values, const int *lengths, const int *formats, int format), \
      (connection, name, count, values, lengths, formats, format)) \
    F(void, PQreset, (PGconn *connection), (connection)) \
    F(int, PQbackendPID, (const PGconn *connection), (connection)) \
    F(int, PQsocket, (const PGconn *connection), (connection)) \
    F(int, PQconsumeInput, (PGconn *connection), (connection)) \
    F(PGnotify *, PQnotifies, (PGconn *connection), (connection)) \
    F(void, PQfreemem, (void *memory), (memory)) \
    F(PGresult *, PQgetResult, (PGconn *connection), (connection)) \
    F(int, PQgetCopyData, (PGconn *connection, char **bytes, int isAsync), (connection, bytes, isAsync)) \
    F(int, PQputCopyData, (PGconn *connection, const char *bytes, int count), (connection, bytes, count)) \
    F(int, PQputCopyEnd, (PGconn *connection, const char *error), (connection, error)) \
    F(ExecStatusType, PQresultStatus, (const PGresult *result), (result)) \
    F(char *, PQresultErrorField, (const PGresult *result, int field), (result, field)) \
    F(int, PQntuples, (const PGresult *result), (result)) \
    F(int, PQnfields, (const PGresult *result), (result)) \
    F(char *, PQfname, (const PGresult *result, int column), (result, column)) \
    F(Oid, PQftype, (const PGresult *result, int column), (result, column)) \
    F(char *, PQcmdStatus, (PGresult *result), (result)) \
    F(char *, PQcmdTuples, (PGresult *result), (result)) \
    F(char *, PQgetvalue, (const PGresult *result, int row, int column), (result, row, column)) \
    F(int, PQgetlength, (const PGresult *result, int row, int column), (result, row, column)) \
    F(int, PQgetisnull, (const PGresult *result, int row, int column), (result, row, column)) \
    F(void, PQclear, (PGresult *result), (result))

#define DECLARE(type, name, parameters, arguments) static type(*loaded_##name) parameters;
LIBPQ_FUNCTIONS(DECLARE)

#define HAND_ON(type, name, parameters, arguments) \
    type name parameters { return loaded_##name arguments; }
LIBPQ_FUNCTIONS(HAND_ON)

const char *steward_libpq_load(void) {
    static void *library;
    if (library) return NULL;
    void *opened = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (!opened) return dlerror();
#define FIND(type, name, parameters, arguments) \
    *(void **)&loaded_##name = dlsym(opened, #name); \
    if (!loaded_##name) return dlerror();
    LIBPQ_FUNCTIONS(FIND)
    library = opened;
    return NULL;
}
