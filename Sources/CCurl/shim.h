#include <curl/curl.h>

// The variadic calls of libcurl cannot be imported: one inline function for each type of argument.

typedef size_t (*aristobot_curl_sink)(char *bytes, size_t size, size_t count, void *owner);
typedef int (*aristobot_curl_before_request)(
    void *owner, char *peer_address, char *own_address, int peer_port, int own_port);

static inline CURLcode aristobot_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode aristobot_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode aristobot_curl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode aristobot_curl_set_sink(CURL *handle, CURLoption option, aristobot_curl_sink sink) {
    return curl_easy_setopt(handle, option, sink);
}

static inline CURLcode aristobot_curl_set_before_request(CURL *handle, aristobot_curl_before_request call) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, call);
}

static inline CURLMcode aristobot_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLcode aristobot_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode aristobot_curl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode aristobot_curl_get_pointer(CURL *handle, CURLINFO info, void **value) {
    return curl_easy_getinfo(handle, info, value);
}
