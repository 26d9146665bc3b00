#include "kernel_support.h"
#include "vector_kernels.h"

#include <string.h>

// One source for every processor: the compiler makes a version for each level of x86-64 and the program takes the best
// one that the processor has. Elsewhere there is one version.
#if defined(__x86_64__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif
// Vectors are passed between functions that are inlined only: no calling convention is concerned.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float floats __attribute__((vector_size(64)));
typedef uint32_t words __attribute__((vector_size(64)));
typedef uint16_t halves __attribute__((vector_size(32)));
enum { LANES = 16 };

// MARK: - Reading weights

INLINE float float_of_half(uint16_t bits) {
    // Exponent and mantissa in float32's place are the value times 2^-112; all ones mean infinity or not-a-number.
    uint32_t magnitude = (uint32_t)(bits & 0x7FFF) << 13, pattern;
    float scaled, value;
    memcpy(&scaled, &magnitude, 4);
    scaled *= 0x1p112f;
    memcpy(&pattern, &scaled, 4);
    pattern |= (magnitude >= 0x0F800000 ? 0x7F800000 : 0) | (uint32_t)(bits & 0x8000) << 16;
    memcpy(&value, &pattern, 4);
    return value;
}

INLINE float load1(const void *w, enum vk_type type, size_t i) {
    float value;
    if (type == vk_float32) {
        memcpy(&value, (const char *)w + 4 * i, 4);
        return value;
    }
    uint16_t bits;
    memcpy(&bits, (const char *)w + 2 * i, 2);
    if (type == vk_float16) return float_of_half(bits);
    uint32_t pattern = (uint32_t)bits << 16;
    memcpy(&value, &pattern, 4);
    return value;
}

INLINE floats load16(const void *w, enum vk_type type, size_t i) {
    floats value;
    if (type == vk_float32) {
        memcpy(&value, (const char *)w + 4 * i, 64);
        return value;
    }
    halves bits;
    memcpy(&bits, (const char *)w + 2 * i, 32);
    words wide = __builtin_convertvector(bits, words);
    if (type == vk_bfloat16) return (floats)(wide << 16);
    words magnitude = (wide & 0x7FFF) << 13;
    floats scaled = (floats)magnitude * 0x1p112f;
    words special = (words)(magnitude >= 0x0F800000) & 0x7F800000;
    return (floats)((words)scaled | special | (wide & 0x8000) << 16);
}

INLINE float sum16(floats v) {
    v += __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    v += __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
    v += __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
    return v[0] + v[1];
}

// MARK: - Products

// Weights come from memory once and in the order they lie: that order keeps memory busiest. So a group of outputs is
// fetched while the one before it is multiplied, cache line after cache line, a share of them at each step.
enum { GROUP = 4, LINE = 64, AHEAD = 2048 };

/// What a block fetches meanwhile.
struct fetch {
    const char *start;
    size_t lines_per_step;
};

INLINE void fetch_ahead(struct fetch fetch, size_t step) {
    for (size_t i = 0; i < fetch.lines_per_step; i++)
        __builtin_prefetch(fetch.start + (step * fetch.lines_per_step + i) * LINE, 0, 2);
}

/// The share of block number `index` of `count` in fetching what follows a group of `bytes` bytes.
INLINE struct fetch share(const void *group, size_t bytes, size_t steps, size_t index, size_t count) {
    size_t lines = bytes / LINE, per_step = lines / (steps * count + 1) + 1;
    return (struct fetch){(const char *)group + bytes + index * steps * per_step * LINE, per_step};
}

/// A block of `height` rows and `width` outputs, both known to the compiler: every accumulator stays in a register.
INLINE void block(
    const float *x, size_t x_stride, const void *w, size_t w_stride, enum vk_type type, size_t inputs, float *y,
    size_t y_stride, int height, int width, struct fetch fetch) {
    size_t size = type == vk_float32 ? 4 : 2;
    floats total[4][4] = {0};
    size_t i = 0;
    for (; i + LANES <= inputs; i += LANES) {
        floats a[4], b[4];
        for (int r = 0; r < height; r++) memcpy(&a[r], x + r * x_stride + i, sizeof a[r]);
        for (int o = 0; o < width; o++) b[o] = load16((const char *)w + o * w_stride * size, type, i);
        fetch_ahead(fetch, i / LANES);
        for (int r = 0; r < height; r++)
            for (int o = 0; o < width; o++) total[r][o] += a[r] * b[o];
    }
    for (int r = 0; r < height; r++)
        for (int o = 0; o < width; o++) {
            float sum = sum16(total[r][o]);
            for (size_t j = i; j < inputs; j++)
                sum += x[r * x_stride + j] * load1((const char *)w + o * w_stride * size, type, j);
            y[r * y_stride + o] = sum;
        }
}

/// All rows and outputs by blocks.
INLINE void dot(
    const float *x, size_t x_stride, size_t rows, const void *w, size_t w_stride, enum vk_type type, size_t inputs,
    size_t outputs, float *y, size_t y_stride) {
    if (rows == 0) return;
    size_t size = type == vk_float32 ? 4 : 2, steps = inputs / LANES, fours = rows / 4, bytes = GROUP * w_stride * size;
    for (size_t o = 0; o < outputs;) {
        const void *group = (const char *)w + o * w_stride * size;
        if (outputs - o < GROUP) {
            for (size_t r = 0; r < rows; r++)
                block(x + r * x_stride, x_stride, group, w_stride, type, inputs, y + r * y_stride + o, y_stride, 1, 1,
                    r == 0 ? (struct fetch){(const char *)group + AHEAD, 1} : (struct fetch){0});
            o++;
            continue;
        }
        for (size_t r = 0; r < fours * 4; r += 4)
            block(x + r * x_stride, x_stride, group, w_stride, type, inputs, y + r * y_stride + o, y_stride, 4, GROUP,
                share(group, bytes, steps, r / 4, fours));
        for (size_t r = fours * 4; r < rows; r++)
            block(x + r * x_stride, x_stride, group, w_stride, type, inputs, y + r * y_stride + o, y_stride, 1, GROUP,
                fours ? (struct fetch){0} : share(group, bytes, steps, r, rows));
        o += GROUP;
    }
}

FOR_EACH_PROCESSOR void vk_dot_float32(
    const float *x, size_t x_stride, size_t rows, const void *w, size_t w_stride, size_t inputs, size_t outputs, float *y,
    size_t y_stride) {
    dot(x, x_stride, rows, w, w_stride, vk_float32, inputs, outputs, y, y_stride);
}

FOR_EACH_PROCESSOR void vk_dot_float16(
    const float *x, size_t x_stride, size_t rows, const void *w, size_t w_stride, size_t inputs, size_t outputs, float *y,
    size_t y_stride) {
    dot(x, x_stride, rows, w, w_stride, vk_float16, inputs, outputs, y, y_stride);
}

FOR_EACH_PROCESSOR void vk_dot_widened_bfloat16(
    const float *x, size_t x_stride, size_t rows, const void *w, size_t w_stride, size_t inputs, size_t outputs, float *y,
    size_t y_stride) {
    dot(x, x_stride, rows, w, w_stride, vk_bfloat16, inputs, outputs, y, y_stride);
}

void vk_dot(
    const float *x, size_t x_stride, size_t rows, const void *w, size_t w_stride, enum vk_type type, size_t inputs,
    size_t outputs, float *y, size_t y_stride) {
    switch (type) {
    case vk_float32: vk_dot_float32(x, x_stride, rows, w, w_stride, inputs, outputs, y, y_stride); break;
    case vk_float16: vk_dot_float16(x, x_stride, rows, w, w_stride, inputs, outputs, y, y_stride); break;
    case vk_bfloat16: vk_dot_widened_bfloat16(x, x_stride, rows, w, w_stride, inputs, outputs, y, y_stride); break;
    }
}

/// A block of `height` rows of weights and `width` vectors of values, both known to the compiler.
INLINE void mix_block(
    const float *weights, size_t weights_stride, const float *values, size_t values_stride, size_t count, float *y,
    size_t y_stride, int height, int width) {
    floats total[4][4] = {0};
    for (size_t i = 0; i < count; i++) {
        floats value[4];
        for (int o = 0; o < width; o++) memcpy(&value[o], values + i * values_stride + o * LANES, sizeof value[o]);
        for (int r = 0; r < height; r++)
            for (int o = 0; o < width; o++) total[r][o] += weights[r * weights_stride + i] * value[o];
    }
    for (int r = 0; r < height; r++)
        for (int o = 0; o < width; o++) memcpy(y + r * y_stride + o * LANES, &total[r][o], sizeof total[r][o]);
}

/// Some rows, `height` of them, and all columns.
INLINE void mix_rows(
    const float *weights, size_t weights_stride, const float *values, size_t values_stride, size_t count, size_t columns,
    float *y, size_t y_stride, int height) {
    size_t c = 0;
    for (; c + 4 * LANES <= columns; c += 4 * LANES)
        mix_block(weights, weights_stride, values + c, values_stride, count, y + c, y_stride, height, 4);
    for (; c + LANES <= columns; c += LANES)
        mix_block(weights, weights_stride, values + c, values_stride, count, y + c, y_stride, height, 1);
    for (; c < columns; c++)
        for (int r = 0; r < height; r++) {
            float total = 0;
            for (size_t i = 0; i < count; i++) total += weights[r * weights_stride + i] * values[i * values_stride + c];
            y[r * y_stride + c] = total;
        }
}

FOR_EACH_PROCESSOR void vk_mix(
    const float *weights, size_t weights_stride, size_t rows, const float *values, size_t values_stride, size_t count,
    size_t columns, float *y, size_t y_stride) {
    size_t r = 0;
    for (; r + 4 <= rows; r += 4)
        mix_rows(
            weights + r * weights_stride, weights_stride, values, values_stride, count, columns, y + r * y_stride, y_stride, 4);
    for (; r + 2 <= rows; r += 2)
        mix_rows(
            weights + r * weights_stride, weights_stride, values, values_stride, count, columns, y + r * y_stride, y_stride, 2);
    if (r < rows)
        mix_rows(
            weights + r * weights_stride, weights_stride, values, values_stride, count, columns, y + r * y_stride, y_stride, 1);
}

// MARK: - Elementwise

FOR_EACH_PROCESSOR void vk_round_to_bfloat16(const float *x, uint16_t *y, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, x + i, 4);
        uint32_t rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
        y[i] = (uint16_t)((bits & 0x7FFFFFFF) > 0x7F800000 ? (bits >> 16 | 0x40) : rounded);
    }
}

void vk_gather(const void *x, size_t size, const int32_t *indices, size_t count, void *y) {
    const char *source = x;
    if (size == 2) {
        uint16_t *target = y;
        for (size_t i = 0; i < count; i++) memcpy(target + i, source + 2 * (size_t)indices[i], 2);
    } else {
        uint32_t *target = y;
        for (size_t i = 0; i < count; i++) memcpy(target + i, source + 4 * (size_t)indices[i], 4);
    }
}

/// Cody and Waite's reduction with a polynomial of degree five (Cephes expf); adding 1.5 * 2^23 rounds to an integer.
INLINE float exponential(float value) {
    float x = value > 88.3f ? 88.3f : value;
    x = x < -87.3f ? -87.3f : x;
    float t = x * 1.44269504f + 12582912.0f, n = t - 12582912.0f;
    float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    float y = 1.9875691500e-4f;
    y = y * r + 1.3981999507e-3f;
    y = y * r + 8.3334519073e-3f;
    y = y * r + 4.1665795894e-2f;
    y = y * r + 1.6666665459e-1f;
    y = y * r + 5.0000001201e-1f;
    y = y * r * r + r + 1;
    uint32_t bits;
    float power;
    memcpy(&bits, &t, 4);
    bits = (bits + 127) << 23;
    memcpy(&power, &bits, 4);
    return y * power;
}

FOR_EACH_PROCESSOR void vk_silu(const float *x, const float *factor, float *y, size_t count) {
    if (factor)
        for (size_t i = 0; i < count; i++) y[i] = x[i] / (1 + exponential(-x[i])) * factor[i];
    else
        for (size_t i = 0; i < count; i++) y[i] = x[i] / (1 + exponential(-x[i]));
}

INLINE float gelu_tanh(float x) {
    // 0.5 x (1 + tanh u) is x * sigmoid(2u), u = sqrt(2/pi) (x + 0.044715 x^3).
    return x / (1 + exponential(-x * (1.59576912f + 0.0713548163f * x * x)));
}

FOR_EACH_PROCESSOR void vk_gelu_tanh(const float *x, const float *factor, float *y, size_t count) {
    if (factor)
        for (size_t i = 0; i < count; i++) y[i] = gelu_tanh(x[i]) * factor[i];
    else
        for (size_t i = 0; i < count; i++) y[i] = gelu_tanh(x[i]);
}

FOR_EACH_PROCESSOR void vk_exponential(const float *x, float shift, float *y, size_t count) {
    for (size_t i = 0; i < count; i++) y[i] = exponential(x[i] - shift);
}
