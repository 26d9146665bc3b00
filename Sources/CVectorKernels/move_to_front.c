#include "kernel_support.h"
#include "vector_kernels.h"

// Undoing “move to front” with the whole list in registers: taking a byte to the front is one permutation of the first 64.

#if defined(__x86_64__)
#define WITH_BYTE_PERMUTATIONS __attribute__((target("avx512f,avx512bw,avx512vbmi")))

bool vk_moves_to_front(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi");
}

enum { WIDTH = 64 };

/// Takes the byte at a place from 64 to 255 to the front; `last_to_front` takes that at 63.
WITH_BYTE_PERMUTATIONS INLINE void take_far(size_t place, __m512i last_to_front, __m512i list[4]) {
    // Each part moves up by one and takes the last byte of the part before: those are 63 here, its own from 64 on.
    const __m512i up = _mm512_add_epi8(last_to_front, _mm512_set1_epi8(WIDTH));
    const __m512i shift = _mm512_mask_set1_epi8(up, 1, WIDTH - 1);
    size_t part = place / WIDTH;
    __mmask64 to_place = ~0ull >> (WIDTH - 1 - place % WIDTH);
    __m512i taken = _mm512_set1_epi8((char)(place % WIDTH));
    if (part == 1) {
        taken = _mm512_permutexvar_epi8(taken, list[1]);
    } else if (part == 2) {
        taken = _mm512_permutexvar_epi8(taken, list[2]);
        list[2] = _mm512_mask_blend_epi8(to_place, list[2], _mm512_permutex2var_epi8(list[1], shift, list[2]));
        to_place = ~0ull;
    } else {
        taken = _mm512_permutexvar_epi8(taken, list[3]);
        list[3] = _mm512_mask_blend_epi8(to_place, list[3], _mm512_permutex2var_epi8(list[2], shift, list[3]));
        list[2] = _mm512_permutex2var_epi8(list[1], shift, list[2]);
        to_place = ~0ull;
    }
    list[1] = _mm512_mask_blend_epi8(to_place, list[1], _mm512_permutex2var_epi8(list[0], shift, list[1]));
    list[0] = _mm512_mask_blend_epi8(1, _mm512_permutexvar_epi8(last_to_front, list[0]), taken);
}

WITH_BYTE_PERMUTATIONS size_t vk_move_to_front(
    const uint16_t *symbols, size_t count, uint16_t mask, const uint8_t bytes[256], uint32_t *runs) {
    // For each place the order that takes its byte to the front: place, 0, 1, ..., place - 1, place + 1, ...
    _Alignas(64) uint8_t orders[WIDTH][WIDTH];
    for (size_t place = 0; place < WIDTH; place++)
        for (size_t i = 0; i < WIDTH; i++) orders[place][i] = (uint8_t)(i == 0 ? place : i <= place ? i - 1 : i);
    __m512i list[4];
    for (size_t i = 0; i < 4; i++) list[i] = _mm512_loadu_si512(bytes + i * WIDTH);
    uint32_t *run = runs;
    // The length of the run at hand, the worth of the next digit of it as a power of 2, and all lengths: none has a bit that no
    // length of a block can have.
    uint64_t length = 0, digit = 0, seen = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t symbol = symbols[i] & mask;
        // All ones for a place, 0 for a digit. Which one comes next cannot be predicted, so both are computed.
        uint64_t is_place = -(uint64_t)(symbol > 1);
        seen |= length;
        // Written again and again until the run is complete.
        *run = (uint32_t)length << 8 | (uint8_t)_mm_cvtsi128_si32(_mm512_castsi512_si128(list[0]));
        run += is_place & 1;
        length = (is_place & 1) | ((length + ((symbol + 1) << (digit & 63))) & ~is_place);
        digit = (digit + 1) & ~is_place;
        uint64_t place = (symbol - 1) & is_place;
        if (__builtin_expect(place < WIDTH, 1))
            list[0] = _mm512_permutexvar_epi8(_mm512_load_si512(orders[place]), list[0]);
        else
            take_far(place, _mm512_load_si512(orders[WIDTH - 1]), list);
    }
    *run = (uint32_t)length << 8 | (uint8_t)_mm_cvtsi128_si32(_mm512_castsi512_si128(list[0]));
    seen |= length;
    return seen < 1 << 23 ? (size_t)(run - runs) + 1 : 0;
}

#else

bool vk_moves_to_front(void) { return false; }

size_t vk_move_to_front(
    const uint16_t *symbols, size_t count, uint16_t mask, const uint8_t bytes[256], uint32_t *runs) {
    __builtin_trap();
}

#endif
