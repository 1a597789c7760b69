// Inner loops that want instructions beyond the baseline of the build, chosen when the program starts.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Ones-complement sum (RFC 1071) of `length` bytes in native words, not folded: to be folded into 16 bits. Reads exactly
// those bytes.
uint64_t ones_complement_sum(const uint8_t *_Nonnull bytes, size_t length);

// The same without special instructions: what runs where there are none, and what tests compare with.
uint64_t ones_complement_sum_portable(const uint8_t *_Nonnull bytes, size_t length);

// What windows of four bytes, the first in the lowest bits, are told by: the bit 0x20 of each does not count, and the
// first three of them choose a word by multiplicative hashing.
#define WINDOW_FOLD 0x20202020u
#define WINDOW_MULTIPLIER 0x9E3779B1u

// Of the places `from`, `from + 2` and so on before `to`, those whose window has its bit set: in the word that the
// product's bits from `shift` on say, the bit that the lowest five of its fourth byte say. Reads the bytes up to three
// behind the last place. Writes the places, and may write anything behind them: there must be room for one for each two
// bytes, and 16 more. Returns how many there are.
size_t window_places(
    const uint8_t *_Nonnull bytes, size_t from, size_t to, const uint32_t *_Nonnull words, uint32_t shift,
    uint32_t *_Nonnull places);

// The same without special instructions.
size_t window_places_portable(
    const uint8_t *_Nonnull bytes, size_t from, size_t to, const uint32_t *_Nonnull words, uint32_t shift,
    uint32_t *_Nonnull places);

// Two bytes that follow each other, and for each the bits that do not count: they are set in `first` and `second`.
struct byte_pair {
    uint8_t first, first_case, second, second_case;
};

// The first place, `from` or behind it and before `to`, where the pair stands; `to` where it does not. Reads the bytes
// up to one behind the last place.
size_t pair_place(const uint8_t *_Nonnull bytes, size_t from, size_t to, struct byte_pair pair);

// The same without special instructions.
size_t pair_place_portable(const uint8_t *_Nonnull bytes, size_t from, size_t to, struct byte_pair pair);
