// libcurl's variadic setters and getters with the types that each takes, which Swift can't say.
//
// Each returns libcurl's code. Texts are copied by libcurl. Needs libcurl 7.85.

#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>
#include <stdint.h>

typedef size_t (*ccurl_receiver)(char *bytes, size_t size, size_t count, void *context);

CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value);
CURLcode ccurl_set_text(CURL *easy, CURLoption option, const char *text);
CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *list);
CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, void *pointer);
// Copies the bytes, which may hold zeros.
CURLcode ccurl_set_body(CURL *easy, const void *bytes, int64_t count);
CURLcode ccurl_set_on_body(CURL *easy, ccurl_receiver receiver, void *context);
CURLcode ccurl_set_on_header(CURL *easy, ccurl_receiver receiver, void *context);
// Makes the request's body what the receiver fills in, `count` bytes of it; `seek` starts it again from an offset.
CURLcode ccurl_set_upload(CURL *easy, ccurl_receiver receiver, curl_seek_callback seek, void *context,
                          int64_t count);

CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);

// Zero when libcurl doesn't know.
long ccurl_get_long(CURL *easy, CURLINFO info);
int64_t ccurl_get_offset(CURL *easy, CURLINFO info);
// When the server's certificate ends, in seconds since 1970; -1 when that isn't known.
int64_t ccurl_get_certificate_end(CURL *easy);
void *ccurl_get_private(CURL *easy);

// The easy handle of the next finished transfer and its code, or NULL when none is left.
CURL *ccurl_next_finished(CURLM *multi, CURLcode *code);

#endif
