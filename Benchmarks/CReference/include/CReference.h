// The same work as nightjar's hot paths, in plain C: what the benchmarks hold them against.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Allocations (malloc, calloc, realloc, aligned_alloc, posix_memalign) of this process so far, all threads.
uint64_t reference_allocations(void);

// Combined access lines: address, time, method, target, status, size, referrer, agent of each line, by memchr.
// Returns the number of lines understood; `checksum` takes something of every field, so that nothing is left out.
size_t reference_access(const uint8_t *data, size_t length, uint64_t *checksum);

// RFC 3164 header (time, host, tag, pid) and sshd's "Failed password" and "Accepted" messages, bytewise.
size_t reference_syslog(const uint8_t *data, size_t length, int year, uint64_t *checksum);

// JSON Lines: every key (hashed under its path) and value by offset and length, in one pass, without a tree.
size_t reference_json(const uint8_t *data, size_t length, uint64_t *checksum);

// A pcap file (Ethernet, IPv4, TCP/UDP) by read() into one buffer: headers decoded, checksummed as nightjar does, each
// packet counted into an open-addressing flow table. Returns the number of packets; `flows` the number of flows.
size_t reference_capture(const char *path, uint64_t *flows, uint64_t *checksum);
