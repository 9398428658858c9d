#include <curl/curl.h>
#include <dlfcn.h>

// libcurl brings some thirty libraries with it, which would cost every start of the program several milliseconds. So it
// is not linked but loaded when the first message is sent by SMTP; these are its functions that we call.
typedef struct {
    CURLcode (*global_init)(long flags);
    CURL *(*easy_init)(void);
    CURLcode (*easy_setopt)(CURL *handle, CURLoption option, ...);
    CURLcode (*easy_getinfo)(CURL *handle, CURLINFO info, ...);
    CURLcode (*easy_send)(CURL *handle, const void *buffer, size_t count, size_t *sent);
    CURLcode (*easy_recv)(CURL *handle, void *buffer, size_t count, size_t *received);
    void (*easy_cleanup)(CURL *handle);
    const char *(*easy_strerror)(CURLcode code);
    CURLM *(*multi_init)(void);
    CURLMcode (*multi_add_handle)(CURLM *multi, CURL *handle);
    CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *handle);
    CURLMcode (*multi_perform)(CURLM *multi, int *running);
    CURLMsg *(*multi_info_read)(CURLM *multi, int *left);
    CURLMcode (*multi_poll)(
        CURLM *multi, struct curl_waitfd extra[], unsigned int count, int timeout_milliseconds, int *ready);
    CURLMcode (*multi_cleanup)(CURLM *multi);
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
        {(void **)&curl->easy_send, "curl_easy_send"},
        {(void **)&curl->easy_recv, "curl_easy_recv"},
        {(void **)&curl->easy_cleanup, "curl_easy_cleanup"},
        {(void **)&curl->easy_strerror, "curl_easy_strerror"},
        {(void **)&curl->multi_init, "curl_multi_init"},
        {(void **)&curl->multi_add_handle, "curl_multi_add_handle"},
        {(void **)&curl->multi_remove_handle, "curl_multi_remove_handle"},
        {(void **)&curl->multi_perform, "curl_multi_perform"},
        {(void **)&curl->multi_info_read, "curl_multi_info_read"},
        {(void **)&curl->multi_poll, "curl_multi_poll"},
        {(void **)&curl->multi_cleanup, "curl_multi_cleanup"},
    };
    for (unsigned long index = 0; index < sizeof functions / sizeof functions[0]; index++) {
        *functions[index].place = dlsym(library, functions[index].name);
        if (!*functions[index].place) return dlerror();
    }
    return curl->global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? NULL : "curl_global_init failed";
}

static inline CURL *steward_curl_open(steward_curl curl) { return curl.easy_init(); }
static inline void steward_curl_close(steward_curl curl, CURL *handle) { curl.easy_cleanup(handle); }
static inline const char *steward_curl_error_text(steward_curl curl, CURLcode code) { return curl.easy_strerror(code); }
static inline CURLcode steward_curl_send(
    steward_curl curl, CURL *handle, const void *buffer, size_t count, size_t *sent) {
    return curl.easy_send(handle, buffer, count, sent);
}
static inline CURLcode steward_curl_receive(
    steward_curl curl, CURL *handle, void *buffer, size_t count, size_t *received) {
    return curl.easy_recv(handle, buffer, count, received);
}

static inline CURLM *steward_curl_multi_open(steward_curl curl) { return curl.multi_init(); }
static inline void steward_curl_multi_close(steward_curl curl, CURLM *multi) { curl.multi_cleanup(multi); }
static inline CURLMcode steward_curl_multi_add(steward_curl curl, CURLM *multi, CURL *handle) {
    return curl.multi_add_handle(multi, handle);
}
static inline CURLMcode steward_curl_multi_remove(steward_curl curl, CURLM *multi, CURL *handle) {
    return curl.multi_remove_handle(multi, handle);
}
static inline CURLMcode steward_curl_multi_perform(steward_curl curl, CURLM *multi, int *running) {
    return curl.multi_perform(multi, running);
}
// The next handle that has finished, with its result; NULL where there is none.
static inline CURL *steward_curl_multi_finished(steward_curl curl, CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl.multi_info_read(multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        *result = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}
static inline CURLMcode steward_curl_multi_poll(
    steward_curl curl, CURLM *multi, struct curl_waitfd *extra, unsigned int count, int timeout_milliseconds) {
    int ready = 0;
    return curl.multi_poll(multi, extra, count, timeout_milliseconds, &ready);
}

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
static inline CURLcode steward_curl_set_debug_callback(steward_curl curl, CURL *handle, curl_debug_callback value) {
    return curl.easy_setopt(handle, CURLOPT_DEBUGFUNCTION, value);
}
static inline CURLcode steward_curl_get_socket(steward_curl curl, CURL *handle, curl_socket_t *value) {
    return curl.easy_getinfo(handle, CURLINFO_ACTIVESOCKET, value);
}
