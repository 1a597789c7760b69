#include "CReference.h"
#include <string.h>

// Every key and value of JSON Lines as offset and length, keys hashed under their path: what a field extraction in one
// pass over the bytes costs at least. Strings end at a quote that no backslash takes away, by memchr.
struct cursor {
    const uint8_t *text;
    size_t at, count;
    uint64_t mix;
    int depth;
};

static int value(struct cursor *c, uint64_t path);

static void blanks(struct cursor *c) {
    while (c->at < c->count && (c->text[c->at] == ' ' || c->text[c->at] == '\t')) c->at++;
}

static int take(struct cursor *c, uint8_t byte) {
    if (c->at >= c->count || c->text[c->at] != byte) return 0;
    c->at++;
    return 1;
}

static int string(struct cursor *c, size_t *from, size_t *length) {
    size_t start = ++c->at, at = start;
    for (;;) {
        const uint8_t *hit = memchr(c->text + at, '"', c->count - at);
        if (!hit) return 0;
        at = (size_t)(hit - c->text);
        size_t back = at;
        while (back > start && c->text[back - 1] == '\\') back--;
        if (((at - back) & 1) == 0) break;
        at++;
    }
    *from = start;
    *length = at - start;
    c->at = at + 1;
    return 1;
}

static uint64_t hash(uint64_t seed, const uint8_t *p, size_t n) {
    for (size_t i = 0; i < n; i++) seed = (seed ^ p[i]) * 0x100000001B3ull;
    return seed;
}

static int members(struct cursor *c, uint64_t path, uint8_t end, int keyed) {
    c->at++;
    blanks(c);
    if (take(c, end)) return 1;
    for (;;) {
        uint64_t name = path;
        if (keyed) {
            size_t from, length;
            if (c->at >= c->count || c->text[c->at] != '"' || !string(c, &from, &length)) return 0;
            name = hash(path * 31 + 46, c->text + from, length);
            blanks(c);
            if (!take(c, ':')) return 0;
            blanks(c);
        }
        if (!value(c, name)) return 0;
        blanks(c);
        if (take(c, end)) return 1;
        if (!take(c, ',')) return 0;
        blanks(c);
    }
}

static int value(struct cursor *c, uint64_t path) {
    if (c->at >= c->count || c->depth > 64) return 0;
    uint8_t first = c->text[c->at];
    size_t from = c->at, length;
    if (first == '{' || first == '[') {
        c->depth++;
        int good = members(c, path, first == '{' ? '}' : ']', first == '{');
        c->depth--;
        return good;
    }
    if (first == '"') {
        if (!string(c, &from, &length)) return 0;
    } else {
        while (c->at < c->count && c->text[c->at] != ',' && c->text[c->at] != '}' && c->text[c->at] != ']') c->at++;
        length = c->at - from;
        if (!length) return 0;
    }
    c->mix = c->mix * 31 + path + from + length;
    return 1;
}

size_t reference_json(const uint8_t *data, size_t length, uint64_t *checksum) {
    size_t good = 0, at = 0;
    while (at < length) {
        const uint8_t *end = memchr(data + at, '\n', length - at);
        size_t n = end ? (size_t)(end - data) - at : length - at;
        struct cursor c = {data + at, 0, n, 0, 0};
        if (n && c.text[0] == '{' && value(&c, 0) && c.at == n) good++;
        *checksum += c.mix;
        at += n + 1;
    }
    return good;
}
