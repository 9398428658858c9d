#include "CMinizip.h"

#include <dlfcn.h>

// As minizip/zip.h and zlib.h have them.
typedef struct {
    unsigned seconds, minutes, hours, day, month, year;
    unsigned long dos_time;
    unsigned long internal_attributes;
    unsigned long external_attributes;
} member_info;

enum { deflated = 8, level = 6, window_bits = -15, memory_level = 8, default_strategy = 0, append_create = 0 };
// The name is UTF-8 (APPNOTE.TXT 4.4.4, bit 11).
enum { flag_utf8 = 1 << 11 };
// Made on UNIX by version 2.0 (4.4.2).
enum { made_by = 3 << 8 | 20 };
// A file for its owner alone, in the upper half (4.4.15).
#define EXTERNAL_ATTRIBUTES (0100600ul << 16)

#define FUNCTIONS(F) \
    F(void *, zipOpen64, (const void *path, int append)) \
    F(int, zipOpenNewFileInZip4_64, \
      (void *zip, const char *name, const member_info *info, const void *local_extra, unsigned local_extra_size, \
       const void *global_extra, unsigned global_extra_size, const char *comment, int method, int level, int raw, \
       int window_bits, int memory_level, int strategy, const char *password, unsigned long crc, \
       unsigned long made_by, unsigned long flags, int is_large)) \
    F(int, zipWriteInFileInZip, (void *zip, const void *bytes, unsigned count)) \
    F(int, zipCloseFileInZip, (void *zip)) \
    F(int, zipClose, (void *zip, const char *comment))

#define DECLARE(type, name, parameters) static type(*loaded_##name) parameters;
FUNCTIONS(DECLARE)

const char *steward_minizip_load(void) {
    static int is_loaded;
    if (is_loaded) return NULL;
    void *opened = dlopen("libminizip.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!opened) return dlerror();
#define FIND(type, name, parameters) \
    *(void **)&loaded_##name = dlsym(opened, #name); \
    if (!loaded_##name) return dlerror();
    FUNCTIONS(FIND)
    is_loaded = 1;
    return NULL;
}

void *steward_zip_begin(const char *path) { return loaded_zipOpen64(path, append_create); }

int steward_zip_begin_member(void *zip, const char *name, uint32_t dos_time, int is_large) {
    const member_info info = {.dos_time = dos_time, .external_attributes = EXTERNAL_ATTRIBUTES};
    return loaded_zipOpenNewFileInZip4_64(
        zip, name, &info, NULL, 0, NULL, 0, NULL, deflated, level, 0, window_bits, memory_level, default_strategy, NULL,
        0, made_by, flag_utf8, is_large);
}

int steward_zip_write(void *zip, const void *bytes, unsigned count) {
    return loaded_zipWriteInFileInZip(zip, bytes, count);
}

int steward_zip_end_member(void *zip) { return loaded_zipCloseFileInZip(zip); }

int steward_zip_end(void *zip) { return loaded_zipClose(zip, NULL); }
