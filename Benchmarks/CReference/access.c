#include "CReference.h"
#include <string.h>

struct field { uint32_t offset, length; };

static int two(const uint8_t *p) { return (p[0] - '0') * 10 + (p[1] - '0'); }

static int month_of(const uint8_t *p) {
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int m = 0; m < 12; m++)
        if (p[0] == names[3 * m] && p[1] == names[3 * m + 1] && p[2] == names[3 * m + 2]) return m + 1;
    return 0;
}

static int64_t days(int y, int m, int d) {
    y -= m <= 2;
    int era = (y >= 0 ? y : y - 399) / 400;
    int yoe = y - era * 400;
    int doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
    return (int64_t)era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int digits_at(const uint8_t *p, int n) {
    for (int i = 0; i < n; i++)
        if (p[i] - '0' > 9u) return 0;
    return 1;
}

// 12/Mar/2026:02:58:01 +0700
static int clf_time(const uint8_t *p, size_t n, int64_t *out) {
    if (n < 26 || p[2] != '/' || p[6] != '/' || p[11] != ':') return 0;
    int m = month_of(p + 3);
    if (!m || !digits_at(p, 2) || !digits_at(p + 7, 4) || !digits_at(p + 12, 2)) return 0;
    int y = two(p + 7) * 100 + two(p + 9);
    int64_t t = days(y, m, two(p)) * 86400 + two(p + 12) * 3600 + two(p + 15) * 60 + two(p + 18);
    int zone = two(p + 22) * 3600 + two(p + 24) * 60;
    *out = p[21] == '-' ? t + zone : t - zone;
    return 1;
}

static int ipv4(const uint8_t *p, size_t n, uint32_t *out) {
    uint32_t address = 0, part = 0;
    int digits = 0, dots = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] - '0' <= 9u) {
            part = part * 10 + (p[i] - '0');
            if (++digits > 3 || part > 255) return 0;
        } else if (p[i] == '.') {
            if (!digits || dots == 3) return 0;
            address = address << 8 | part;
            part = 0; digits = 0; dots++;
        } else return 0;
    }
    if (dots != 3 || !digits) return 0;
    *out = address << 8 | part;
    return 1;
}

static int number(const uint8_t *p, size_t n, uint64_t *out) {
    uint64_t v = 0;
    if (!n) return 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] - '0' > 9u) return 0;
        v = v * 10 + (p[i] - '0');
    }
    *out = v;
    return 1;
}

// Index of the first `c` in p[from, n), or n. libc's memchr: the measured best for fields of a few dozen bytes.
static size_t until(const uint8_t *p, size_t from, size_t n, uint8_t c) {
    const uint8_t *hit = from < n ? memchr(p + from, c, n - from) : NULL;
    return hit ? (size_t)(hit - p) : n;
}

// Index of the quote that closes the field begun before `from`; a quote behind an odd number of backslashes is data.
static size_t quoted(const uint8_t *p, size_t from, size_t n) {
    size_t at = from;
    for (;;) {
        at = until(p, at, n, '"');
        if (at >= n) return n;
        size_t back = at;
        while (back > from && p[back - 1] == '\\') back--;
        if (((at - back) & 1) == 0) return at;
        at++;
    }
}

static int line(const uint8_t *p, size_t n, uint64_t *sum) {
    struct field f[8];
    size_t a = until(p, 0, n, ' ');
    uint32_t address;
    if (!ipv4(p, a, &address)) return 0;
    size_t b = until(p, a, n, '['), e = until(p, b, n, ']');
    int64_t time;
    if (e >= n || !clf_time(p + b + 1, e - b - 1, &time)) return 0;
    size_t q = e + 2;
    if (q >= n || p[q] != '"') return 0;
    size_t r = quoted(p, q + 1, n);
    size_t m = until(p, q + 1, r, ' '), u = until(p, m + 1, r, ' ');
    size_t question = until(p, m + 1, u, '?');
    f[0] = (struct field){q + 1, m - q - 1};
    f[1] = (struct field){m + 1, u - m - 1};
    f[2] = (struct field){m + 1, question - m - 1};
    f[3] = (struct field){u + 1, r > u ? r - u - 1 : 0};
    size_t s = r + 2, s2 = until(p, s, n, ' '), z = until(p, s2 + 1, n, ' ');
    uint64_t status, size = 0;
    if (s2 > n || !number(p + s, s2 - s, &status)) return 0;
    number(p + s2 + 1, z - s2 - 1, &size);
    if (z + 1 >= n || p[z + 1] != '"') return 0;
    size_t ref = quoted(p, z + 2, n);
    if (ref + 3 > n || p[ref + 2] != '"') return 0;
    size_t agent = quoted(p, ref + 3, n);
    f[4] = (struct field){z + 2, ref - z - 2};
    f[5] = (struct field){ref + 3, agent - ref - 3};
    uint64_t mix = address + (uint64_t)time + status + size;
    for (int i = 0; i < 6; i++) mix = mix * 31 + f[i].offset + f[i].length;
    *sum += mix;
    return 1;
}

size_t reference_access(const uint8_t *data, size_t length, uint64_t *checksum) {
    size_t good = 0, at = 0;
    while (at < length) {
        const uint8_t *end = memchr(data + at, '\n', length - at);
        size_t n = end ? (size_t)(end - data) - at : length - at;
        good += line(data + at, n, checksum);
        at += n + 1;
    }
    return good;
}

static int syslog_line(const uint8_t *p, size_t n, int year, uint64_t *sum) {
    if (n < 16) return 0;
    int m = month_of(p), day = (p[4] == ' ' ? 0 : p[4] - '0') * 10 + (p[5] - '0');
    if (!m || !digits_at(p + 7, 2) || p[9] != ':' || p[12] != ':') return 0;
    int64_t time = days(year, m, day) * 86400 + two(p + 7) * 3600 + two(p + 10) * 60 + two(p + 13);
    size_t host = until(p, 16, n, ' ');
    size_t tag = host + 1;
    while (tag < n && p[tag] != '[' && p[tag] != ':') tag++;
    uint64_t pid = 0;
    size_t colon = tag;
    if (tag < n && p[tag] == '[') {
        size_t close = until(p, tag, n, ']');
        number(p + tag + 1, close - tag - 1, &pid);
        colon = close + 1;
    }
    if (colon + 2 > n) return 0;
    const uint8_t *msg = p + colon + 2;
    size_t left = n - colon - 2;
    uint64_t mix = (uint64_t)time + host + tag + pid;
    static const char failed[] = "Failed password for ", accepted[] = "Accepted ";
    if ((left > sizeof failed && !memcmp(msg, failed, sizeof failed - 1))
        || (left > sizeof accepted && !memcmp(msg, accepted, sizeof accepted - 1))) {
        // "... USER from ADDRESS port NUMBER ssh2", read from the right
        size_t at = left;
        size_t word[6];
        int words = 0;
        while (at > 0 && words < 6) {
            at--;
            if (msg[at] == ' ') word[words++] = at;
        }
        uint32_t address;
        uint64_t port;
        if (words < 5 || !ipv4(msg + word[2] + 1 - 0, 0, &address)) address = 0;
        if (words >= 5 && ipv4(msg + word[2] + 1, word[1] - word[2] - 1, &address)) mix += address;
        if (words >= 1 && number(msg + word[1] + 1, word[0] - word[1] - 1, &port)) mix += port;
        if (words >= 4) mix += word[3];
    }
    *sum += mix;
    return 1;
}

size_t reference_syslog(const uint8_t *data, size_t length, int year, uint64_t *checksum) {
    size_t good = 0, at = 0;
    while (at < length) {
        const uint8_t *end = memchr(data + at, '\n', length - at);
        size_t n = end ? (size_t)(end - data) - at : length - at;
        good += syslog_line(data + at, n, year, checksum);
        at += n + 1;
    }
    return good;
}
