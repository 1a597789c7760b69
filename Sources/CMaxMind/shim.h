#pragma once
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// A value of a record: Swift cannot read the library's union, which has a number of 128 bits.
typedef struct {
    bool is_text;
    bool is_number;
    const char *text;
    uint32_t size;
    double number;
} place_value;

// The record of an address, 16 bytes in network order (IPv4 as ::ffff:a.b.c.d). False where the file has none.
static inline bool place_record(const MMDB_s *file, const uint8_t address[16], bool is_v4, MMDB_entry_s *record) {
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    memset(&v4, 0, sizeof v4);
    memset(&v6, 0, sizeof v6);
    v4.sin_family = AF_INET;
    memcpy(&v4.sin_addr, address + 12, 4);
    v6.sin6_family = AF_INET6;
    memcpy(&v6.sin6_addr, address, 16);
    if (!is_v4 && file->metadata.ip_version == 4) return false;
    int problem = MMDB_SUCCESS;
    const struct sockaddr *name = is_v4 ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6;
    MMDB_lookup_result_s found = MMDB_lookup_sockaddr(file, name, &problem);
    if (problem != MMDB_SUCCESS || !found.found_entry) return false;
    *record = found.entry;
    return true;
}

// What stands under one or two keys (`second`: NULL).
static inline place_value place_read(MMDB_entry_s record, const char *first, const char *second) {
    const char *path[] = {first, second, NULL};
    MMDB_entry_data_s data;
    place_value value = {false, false, NULL, 0, 0};
    if (MMDB_aget_value(&record, &data, path) != MMDB_SUCCESS || !data.has_data) return value;
    switch (data.type) {
    case MMDB_DATA_TYPE_UTF8_STRING:
        value.is_text = true;
        value.text = data.utf8_string;
        value.size = data.data_size;
        break;
    case MMDB_DATA_TYPE_DOUBLE: value.number = data.double_value; value.is_number = true; break;
    case MMDB_DATA_TYPE_FLOAT: value.number = data.float_value; value.is_number = true; break;
    case MMDB_DATA_TYPE_UINT16: value.number = data.uint16; value.is_number = true; break;
    case MMDB_DATA_TYPE_UINT32: value.number = data.uint32; value.is_number = true; break;
    case MMDB_DATA_TYPE_INT32: value.number = data.int32; value.is_number = true; break;
    case MMDB_DATA_TYPE_UINT64: value.number = (double)data.uint64; value.is_number = true; break;
    }
    return value;
}
