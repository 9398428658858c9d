#include <curl/curl.h>

// Swift cannot call C's variadic functions; these are `curl_easy_setopt` and `curl_easy_getinfo` for one type each.
static inline CURLcode steward_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode steward_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode steward_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}
typedef size_t (*steward_curl_callback)(char *buffer, size_t size, size_t count, void *context);
static inline CURLcode steward_curl_set_callback(CURL *handle, CURLoption option, steward_curl_callback value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode steward_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}
