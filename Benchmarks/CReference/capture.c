#include "CReference.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct flow { uint64_t a, b; uint32_t packets, pad; uint64_t bytes; };

static uint64_t mix(uint64_t v) {
    v = (v ^ (v >> 33)) * 0xFF51AFD7ED558CCDull;
    v = (v ^ (v >> 33)) * 0xC4CEB9FE1A85EC53ull;
    return v ^ (v >> 33);
}

static uint32_t be32(const uint8_t *p) { return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3]; }
static uint16_t be16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }
static uint32_t le32(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return v; }

static uint16_t fold(const uint8_t *p, size_t n, uint64_t sum) {
    while (n >= 4) { uint32_t w; memcpy(&w, p, 4); sum += w; p += 4; n -= 4; }
    if (n >= 2) { uint16_t w; memcpy(&w, p, 2); sum += w; p += 2; n -= 2; }
    if (n) sum += *p;
    while (sum >> 16) sum = (sum & 0xFFFF) + (sum >> 16);
    return (uint16_t)~sum;
}

struct table { struct flow *slots; size_t capacity, used; };

// Ethernet, IPv4, TCP or UDP: both checksums, then the flow's slot in an open-addressing table of fixed size.
static void packet(struct table *t, const uint8_t *p, uint32_t n, uint64_t *checksum) {
    if (n < 34 || be16(p + 12) != 0x0800) return;
    const uint8_t *ip = p + 14;
    size_t header = (ip[0] & 15) * 4, total = be16(ip + 2);
    if (header < 20 || 14 + total > n || total < header || fold(ip, header, 0) != 0) return;
    if (ip[9] != 6 && ip[9] != 17) return;
    const uint8_t *l4 = ip + header;
    size_t l4length = total - header;
    if (l4length < (ip[9] == 6 ? 20u : 8u)) return;
    uint64_t pseudo = 0;
    uint32_t w;
    memcpy(&w, ip + 12, 4); pseudo += w;
    memcpy(&w, ip + 16, 4); pseudo += w;
    pseudo += (uint16_t)(ip[9] << 8) + (uint16_t)((l4length & 255) << 8 | l4length >> 8);
    *checksum += fold(l4, l4length, pseudo);
    uint64_t src = (uint64_t)be32(ip + 12) << 16 | be16(l4), dst = (uint64_t)be32(ip + 16) << 16 | be16(l4 + 2);
    uint64_t a = src < dst ? src : dst, b = src < dst ? dst : src;
    a |= (uint64_t)ip[9] << 56;
    size_t slot = mix(a ^ mix(b)) & (t->capacity - 1);
    while (t->slots[slot].packets && (t->slots[slot].a != a || t->slots[slot].b != b))
        slot = (slot + 1) & (t->capacity - 1);
    if (!t->slots[slot].packets) { t->slots[slot].a = a; t->slots[slot].b = b; t->used++; }
    t->slots[slot].packets++;
    t->slots[slot].bytes += n;
    *checksum += t->slots[slot].packets;
}

// Reads a classic little-endian capture by read() into one buffer of 256 KiB, decodes it in place, follows its flows.
size_t reference_capture(const char *path, uint64_t *flows, uint64_t *checksum) {
    enum { room = 256 << 10 };
    static uint8_t buffer[room];
    struct table t = {NULL, 1 << 17, 0};
    t.slots = calloc(t.capacity, sizeof *t.slots);
    int file = open(path, O_RDONLY);
    size_t packets = 0, filled = 0, at = 24;
    while (t.slots && file >= 0) {
        ssize_t got = read(file, buffer + filled, room - filled);
        if (got <= 0) break;
        filled += (size_t)got;
        while (at + 16 <= filled) {
            uint32_t n = le32(buffer + at + 8);
            if (at + 16 + n > filled) break;
            if (t.used * 2 > t.capacity) break;
            packet(&t, buffer + at + 16, n, checksum);
            at += 16 + n;
            packets++;
        }
        memmove(buffer, buffer + at, filled - at);
        filled -= at;
        at = 0;
    }
    if (file >= 0) close(file);
    *flows = t.used;
    free(t.slots);
    return packets;
}
