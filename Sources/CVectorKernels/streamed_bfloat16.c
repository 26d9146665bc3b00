#include "kernel_support.h"
#include "vector_kernels.h"

#include <string.h>

// Products of bfloat16 with weights that are read once and in place, for few rows: of one row as fast as memory gives them; of many
// in blocks, while those of later blocks are fetched.

#if defined(__x86_64__)
enum { GROUP = 4, LINE = 64, AHEAD = 2048 };

bool vk_multiplies_bfloat16(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}

/// The 32 values from i on, zeros beyond the end.
WITH_BFLOAT16 INLINE __m512bh load32(const uint16_t *row, size_t i, size_t count) {
    __mmask32 mask = count - i >= 32 ? ~(__mmask32)0 : ((__mmask32)1 << (count - i)) - 1;
    return (__m512bh)_mm512_maskz_loadu_epi16(mask, row + i);
}

/// One row and a few outputs, as many as the compiler knows.
WITH_BFLOAT16 INLINE void row_bfloat16(
    const uint16_t *x, const uint16_t *w, size_t inputs, float *y, int width, const char *ahead) {
    __m512 total[GROUP];
    for (int o = 0; o < width; o++) total[o] = _mm512_setzero_ps();
    size_t i = 0;
    for (; i + 32 <= inputs; i += 32) {
        __m512bh a = (__m512bh)_mm512_loadu_si512(x + i);
        if (ahead) __builtin_prefetch(ahead + 2 * i, 0, 2);
        for (int o = 0; o < width; o++)
            total[o] = _mm512_dpbf16_ps(total[o], a, (__m512bh)_mm512_loadu_si512(w + o * inputs + i));
    }
    for (int o = 0; o < width && i < inputs; o++)
        total[o] = _mm512_dpbf16_ps(total[o], load32(x, i, inputs), load32(w + o * inputs, i, inputs));
    for (int o = 0; o < width; o++) y[o] = _mm512_reduce_add_ps(total[o]);
}

/// Sums of the lanes of four rows by four outputs, in the order of `_mm512_reduce_add_ps` and in a third of its steps: one half
/// is added to the other, of that again, for several vectors at a time.
WITH_BFLOAT16 INLINE void sum_sixteen(__m512 total[GROUP][GROUP], float *y, size_t y_stride) {
    __m512 fours[GROUP], twos[2];
    for (int o = 0; o < GROUP; o++) {
        __m512 eights[2];
        for (int i = 0; i < 2; i++) {
            __m512 a = total[2 * i][o], b = total[2 * i + 1][o];
            eights[i] = _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xEE));
        }
        fours[o] = _mm512_add_ps(
            _mm512_shuffle_f32x4(eights[0], eights[1], 0x88), _mm512_shuffle_f32x4(eights[0], eights[1], 0xDD));
    }
    for (int i = 0; i < 2; i++) {
        __m512d a = _mm512_castps_pd(fours[2 * i]), b = _mm512_castps_pd(fours[2 * i + 1]);
        twos[i] = _mm512_add_ps(_mm512_castpd_ps(_mm512_unpacklo_pd(a, b)), _mm512_castpd_ps(_mm512_unpackhi_pd(a, b)));
    }
    __m512 sums = _mm512_add_ps(_mm512_shuffle_ps(twos[0], twos[1], 0x88), _mm512_shuffle_ps(twos[0], twos[1], 0xDD));
    _mm_storeu_ps(y, _mm512_castps512_ps128(sums));
    _mm_storeu_ps(y + y_stride, _mm512_extractf32x4_ps(sums, 1));
    _mm_storeu_ps(y + 2 * y_stride, _mm512_extractf32x4_ps(sums, 2));
    _mm_storeu_ps(y + 3 * y_stride, _mm512_extractf32x4_ps(sums, 3));
}

/// Rows, groups of outputs and inputs that are multiplied before the next: what x has there stays in the cache of the first level.
enum { STRIP = 16, DEPTH = 512 };

/// The sums so far of four rows and four outputs.
struct sums {
    __m512 total[GROUP][GROUP];
};

/// Four rows and four outputs over some inputs: the first ones if `is_first`, the last if there is a `y`. At each step a line of each of
/// `fetched` (known to the compiler) rows of weights comes to the first cache from `next` and to the second from `later`: the first
/// waits for few lines at a time, and memory takes too long for it.
WITH_BFLOAT16 INLINE void block_bfloat16(
    const uint16_t *x, size_t x_stride, const uint16_t *w, size_t stride, size_t inputs, struct sums *sums, bool is_first,
    float *y, size_t y_stride, const uint16_t *next, const uint16_t *later, int fetched) {
    __m512 total[GROUP][GROUP];
    for (int r = 0; r < GROUP; r++)
        for (int o = 0; o < GROUP; o++) total[r][o] = is_first ? _mm512_setzero_ps() : sums->total[r][o];
    // Weights begin anywhere in a line: its last bytes are in another.
    for (int f = 0; f < fetched; f++) __builtin_prefetch(next + f * stride, 0, 3);
    size_t i = 0;
    for (; i + 32 <= inputs; i += 32) {
        __m512bh a[GROUP], b[GROUP];
        for (int r = 0; r < GROUP; r++) a[r] = (__m512bh)_mm512_loadu_si512(x + r * x_stride + i);
        for (int o = 0; o < GROUP; o++) b[o] = (__m512bh)_mm512_loadu_si512(w + o * stride + i);
        for (int f = 0; f < fetched; f++) {
            __builtin_prefetch(next + f * stride + i + LINE / 2 - 1, 0, 3);
            __builtin_prefetch(later + f * stride + i + LINE / 2 - 1, 0, 2);
        }
        for (int r = 0; r < GROUP; r++)
            for (int o = 0; o < GROUP; o++) total[r][o] = _mm512_dpbf16_ps(total[r][o], a[r], b[o]);
    }
    if (i < inputs)
        for (int o = 0; o < GROUP; o++) {
            __m512bh b = load32(w + o * stride, i, inputs);
            for (int r = 0; r < GROUP; r++)
                total[r][o] = _mm512_dpbf16_ps(total[r][o], load32(x + r * x_stride, i, inputs), b);
        }
    if (y)
        sum_sixteen(total, y, y_stride);
    else
        memcpy(sums->total, total, sizeof total);
}

/// Where the weights of a step of `strip_bfloat16` begin; behind its last step, what the next strip will want.
INLINE const uint16_t *weights_of_step(const uint16_t *w, size_t inputs, size_t step, size_t parts, size_t groups, size_t depth) {
    return step < parts * groups ? w + step % groups * GROUP * inputs + step / groups * depth
                                 : w + (step - parts * groups + groups) * GROUP * inputs;
}

/// Up to STRIP rows, a multiple of four, and up to STRIP groups of outputs.
///
/// Sums that wait for the next inputs lie in memory meanwhile: no sum is another for it.
WITH_BFLOAT16 static void strip_bfloat16(
    const uint16_t *x, size_t x_stride, size_t rows, const uint16_t *w, size_t inputs, size_t groups, float *y, size_t y_stride) {
    struct sums sums[STRIP * STRIP / GROUP];
    // Parts of about equal depth, all but the last in whole vectors.
    size_t fours = rows / GROUP, least = (inputs + DEPTH - 1) / DEPTH, depth = ((inputs + least - 1) / least + 31) / 32 * 32;
    size_t parts = (inputs + depth - 1) / depth;
    for (size_t step = 0; step < parts * groups; step++) {
        size_t first = step / groups * depth, group = step % groups;
        bool is_last = step / groups == parts - 1;
        const uint16_t *next = weights_of_step(w, inputs, step + 1, parts, groups, depth);
        const uint16_t *later = weights_of_step(w, inputs, step + 4, parts, groups, depth);
        for (size_t four = 0; four < fours; four++) {
            size_t from = four * GROUP / fours, to = (four + 1) * GROUP / fours;
#define BLOCK(fetched)                                                                                                   \
    block_bfloat16(                                                                                                      \
        x + four * GROUP * x_stride + first, x_stride, w + group * GROUP * inputs + first, inputs,                       \
        is_last ? inputs - first : depth, &sums[group * fours + four], first == 0,                                       \
        is_last ? y + four * GROUP * y_stride + group * GROUP : NULL, y_stride, next + from * inputs,                    \
        later + from * inputs, fetched)
            switch (to - from) {
            case 1: BLOCK(1); break;
            case 2: BLOCK(2); break;
            default: BLOCK(GROUP); break;
            }
#undef BLOCK
        }
    }
}

WITH_BFLOAT16 void vk_dot_bfloat16(
    const uint16_t *x, size_t x_stride, size_t rows, const uint16_t *w, size_t inputs, size_t outputs, float *y,
    size_t y_stride) {
    size_t tall = rows / GROUP * GROUP, wide = outputs / GROUP * GROUP;
    for (size_t o = 0; tall > 0 && o < wide; o += STRIP * GROUP)
        for (size_t r = 0; r < tall; r += STRIP) {
            size_t groups = (wide - o < STRIP * GROUP ? wide - o : STRIP * GROUP) / GROUP;
            strip_bfloat16(
                x + r * x_stride, x_stride, tall - r < STRIP ? tall - r : STRIP, w + o * inputs, inputs, groups,
                y + r * y_stride + o, y_stride);
        }
    // Rows that are left go by four outputs behind others; alone one output after the other, in the order of memory, with each line
    // fetched a while ahead: the sum of an output is a chain that would wait for it.
    for (size_t r = tall; r < rows; r++)
        for (size_t o = 0; tall > 0 && o < wide; o += GROUP)
            row_bfloat16(x + r * x_stride, w + o * inputs, inputs, y + r * y_stride + o, GROUP, NULL);
    for (size_t o = tall > 0 ? wide : 0; o < outputs; o++)
        for (size_t r = 0; r < rows; r++)
            row_bfloat16(
                x + r * x_stride, w + o * inputs, inputs, y + r * y_stride + o, 1,
                r == 0 ? (const char *)(w + o * inputs) + AHEAD : NULL);
}
#else
bool vk_multiplies_bfloat16(void) { return false; }

void vk_dot_bfloat16(
    const uint16_t *x, size_t x_stride, size_t rows, const uint16_t *w, size_t inputs, size_t outputs, float *y,
    size_t y_stride) {
    __builtin_trap();
}
#endif
