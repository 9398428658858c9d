#include <curl/curl.h>
#include <dlfcn.h>

// libcurl brings some thirty libraries with it, which would cost every start of the program several milliseconds. So it
// is not linked but loaded when the first message is sent by SMTP; these are its functions that we call.
typedef struct {
    CURLcode (*global_init)(long flags);
    CURL *(*easy_init)(void);
    CURLcode (*easy_setopt)(CURL *handle, CURLoption option, ...);
    CURLcode (*easy_getinfo)(CURL *handle, CURLINFO info, ...);
    CURLcode (*easy_perform)(CURL *handle);
    void (*easy_cleanup)(CURL *handle);
    const char *(*easy_strerror)(CURLcode code);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
    void (*slist_free_all)(struct curl_slist *list);
} steward_curl;

// Loads the library and its functions. Gives the loader's words where that fails, and NULL where it does not.
static inline const char *steward_curl_load(const char *name, steward_curl *curl) {
    void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!library) return dlerror();
    struct { void **place; const char *name; } functions[] = {
        {(void **)&curl->global_init, "curl_global_init"},
        {(void **)&curl->easy_init, "curl_easy_init"},
        {(void **)&curl->easy_setopt, "curl_easy_setopt"},
        {(void **)&curl->easy_getinfo, "curl_easy_getinfo"},
        {(void **)&curl->easy_perform, "curl_easy_perform"},
        {(void **)&curl->easy_cleanup, "curl_easy_cleanup"},
        {(void **)&curl->easy_strerror, "curl_easy_strerror"},
        {(void **)&curl->slist_append, "curl_slist_append"},
        {(void **)&curl->slist_free_all, "curl_slist_free_all"},
    };
    for (unsigned long index = 0; index < sizeof functions / sizeof functions[0]; index++) {
        *functions[index].place = dlsym(library, functions[index].name);
        if (!*functions[index].place) return dlerror();
    }
    return curl->global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? NULL : "curl_global_init failed";
}

static inline CURL *steward_curl_open(steward_curl curl) { return curl.easy_init(); }
static inline CURLcode steward_curl_perform(steward_curl curl, CURL *handle) { return curl.easy_perform(handle); }
static inline void steward_curl_close(steward_curl curl, CURL *handle) { curl.easy_cleanup(handle); }
static inline const char *steward_curl_error_text(steward_curl curl, CURLcode code) { return curl.easy_strerror(code); }
static inline struct curl_slist *steward_curl_append(steward_curl curl, struct curl_slist *list, const char *text) {
    return curl.slist_append(list, text);
}
static inline void steward_curl_free(steward_curl curl, struct curl_slist *list) { curl.slist_free_all(list); }

// Swift cannot call C's variadic functions; these are `curl_easy_setopt` and `curl_easy_getinfo` for one type each.
static inline CURLcode steward_curl_set_long(steward_curl curl, CURL *handle, CURLoption option, long value) {
    return curl.easy_setopt(handle, option, value);
}
static inline CURLcode steward_curl_set_text(steward_curl curl, CURL *handle, CURLoption option, const char *value) {
    return curl.easy_setopt(handle, option, value);
}
static inline CURLcode steward_curl_set_pointer(steward_curl curl, CURL *handle, CURLoption option, void *value) {
    return curl.easy_setopt(handle, option, value);
}
static inline CURLcode steward_curl_set_offset(steward_curl curl, CURL *handle, CURLoption option, curl_off_t value) {
    return curl.easy_setopt(handle, option, value);
}
static inline CURLcode steward_curl_set_list(
    steward_curl curl, CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl.easy_setopt(handle, option, value);
}
typedef size_t (*steward_curl_callback)(char *buffer, size_t size, size_t count, void *context);
static inline CURLcode steward_curl_set_callback(
    steward_curl curl, CURL *handle, CURLoption option, steward_curl_callback value) {
    return curl.easy_setopt(handle, option, value);
}
static inline CURLcode steward_curl_set_debug_callback(steward_curl curl, CURL *handle, curl_debug_callback value) {
    return curl.easy_setopt(handle, CURLOPT_DEBUGFUNCTION, value);
}
static inline CURLcode steward_curl_get_long(steward_curl curl, CURL *handle, CURLINFO info, long *value) {
    return curl.easy_getinfo(handle, info, value);
}
static inline CURLcode steward_curl_get_offset(steward_curl curl, CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl.easy_getinfo(handle, info, value);
}
// The option's name was mended in libcurl 8.2; the old spelling compiles with every version.
static inline CURLcode steward_curl_continue_past_refused_recipients(steward_curl curl, CURL *handle) {
    return curl.easy_setopt(handle, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
}
