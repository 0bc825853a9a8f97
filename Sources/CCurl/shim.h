#include <curl/curl.h>

// The variadic calls of libcurl cannot be imported: one inline function for each type of argument.
static inline CURLcode aristobot_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode aristobot_curl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}
