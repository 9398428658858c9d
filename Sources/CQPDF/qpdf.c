#include "CQPDF.h"

#include <dlfcn.h>
#include <stdio.h>

// As qpdf/qpdf-c.h has them.
typedef void *qpdf_data;
typedef void *qpdf_error;
typedef int qpdf_bool;
enum { qpdf_errors = 2, qpdf_print_full = 0 };

// Every function that we call: what it gives, its name, its parameters.
#define FUNCTIONS(F) \
    F(qpdf_data, qpdf_init, (void)) \
    F(void, qpdf_cleanup, (qpdf_data *qpdf)) \
    F(void, qpdf_silence_errors, (qpdf_data qpdf)) \
    F(void, qpdf_set_suppress_warnings, (qpdf_data qpdf, qpdf_bool value)) \
    F(qpdf_bool, qpdf_has_error, (qpdf_data qpdf)) \
    F(qpdf_error, qpdf_get_error, (qpdf_data qpdf)) \
    F(const char *, qpdf_get_error_full_text, (qpdf_data qpdf, qpdf_error error)) \
    F(int, qpdf_read_memory, \
      (qpdf_data qpdf, const char *description, const char *buffer, unsigned long long size, const char *password)) \
    F(int, qpdf_init_write, (qpdf_data qpdf, const char *path)) \
    F(void, qpdf_set_r6_encryption_parameters2, \
      (qpdf_data qpdf, const char *user_password, const char *owner_password, qpdf_bool accessibility, \
       qpdf_bool extract, qpdf_bool assemble, qpdf_bool annotate, qpdf_bool fill, qpdf_bool modify, int print, \
       qpdf_bool metadata)) \
    F(int, qpdf_write, (qpdf_data qpdf))

#define DECLARE(type, name, parameters) static type(*loaded_##name) parameters;
FUNCTIONS(DECLARE)

const char *steward_qpdf_load(void) {
    static int is_loaded;
    if (is_loaded) return NULL;
    // Debian 12 has 29, Debian 13 has 30, Debian 11 has 28.
    static const char *const files[] = {"libqpdf.so.29", "libqpdf.so.30", "libqpdf.so.28"};
    void *opened = NULL;
    for (size_t index = 0; !opened && index < sizeof files / sizeof *files; index++)
        opened = dlopen(files[index], RTLD_NOW | RTLD_LOCAL);
    if (!opened) return dlerror();
#define FIND(type, name, parameters) \
    *(void **)&loaded_##name = dlsym(opened, #name); \
    if (!loaded_##name) return dlerror();
    FUNCTIONS(FIND)
    is_loaded = 1;
    return NULL;
}

static int write_encrypted(qpdf_data qpdf, const char *document, uint64_t size, const char *password,
                           const char *path) {
    if (loaded_qpdf_read_memory(qpdf, "the document", document, size, NULL) & qpdf_errors) return 1;
    if (loaded_qpdf_init_write(qpdf, path) & qpdf_errors) return 1;
    // Without a password of the owner anybody could open it as the owner.
    loaded_qpdf_set_r6_encryption_parameters2(qpdf, password, password, 1, 1, 1, 1, 1, 1, qpdf_print_full, 1);
    return loaded_qpdf_has_error(qpdf) || loaded_qpdf_write(qpdf) & qpdf_errors;
}

int steward_qpdf_encrypt(const char *document, uint64_t size, const char *password, const char *path, char *message,
                         size_t message_size) {
    qpdf_data qpdf = loaded_qpdf_init();
    loaded_qpdf_silence_errors(qpdf);
    loaded_qpdf_set_suppress_warnings(qpdf, 1);
    const int failed = write_encrypted(qpdf, document, size, password, path);
    if (failed) {
        const char *text = loaded_qpdf_has_error(qpdf)
            ? loaded_qpdf_get_error_full_text(qpdf, loaded_qpdf_get_error(qpdf)) : NULL;
        snprintf(message, message_size, "%s", text ? text : "the library does not say why");
    }
    loaded_qpdf_cleanup(&qpdf);
    return failed;
}
