/* Evaluation of networks row by row: one row of the state holds one value for all inputs of a tile.
 *
 * Nothing here decides whether an arithmetic is exact, or what a gate computes: programs come from boolean.py and
 * affine.py, which certify them, and a test compares every kernel with rationals. Standard C with the vector extensions
 * of gcc and clang; pointers are aligned to 64 bytes by the caller. Everything is called without Python's lock.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#define VERSION 1

typedef uint64_t vec __attribute__((vector_size(64)));

int64_t kernels_version(void) { return VERSION; }

/* Bytes of the second-level cache of one core, or 0 when the system does not say. */
int64_t level2_bytes(void)
{
#ifdef _SC_LEVEL2_CACHE_SIZE
    long found = sysconf(_SC_LEVEL2_CACHE_SIZE);
    return found > 0 ? found : 0;
#else
    return 0;
#endif
}

/* ---- the order of evaluation and the rows of the state ------------------------------------------------------------ */

/* An order of the nodes that the outputs need, and a row of the state for each of them; rows are used again.
 *
 * Nodes 0 .. inputs-1 are given; node inputs+i reads source[start[i]] .. source[start[i+1]-1], all of them earlier.
 * demand: depth first from the outputs, in order; otherwise in the order given. order: the gates (counted from 0).
 * slot: the row of each node, -1 for one that is not needed. A gate may be put into the row of a node that it reads last.
 * Returns the number of rows, and in *live that of the gates; -1 without memory. */
int64_t schedule(int64_t inputs, int64_t gates, const int64_t *start, const int32_t *source, int64_t outputs,
                 const int64_t *output, int demand, int32_t *order, int32_t *slot, int64_t *live)
{
    int64_t nodes = inputs + gates, count = 0, depth = 0, rows = 0, free_count = 0;
    int32_t *left = calloc((size_t)nodes + 1, sizeof *left);   /* readers still to come */
    uint8_t *seen = calloc((size_t)nodes + 1, 1);
    int32_t *stack = malloc(((size_t)nodes + 1) * sizeof *stack);
    int64_t *next = malloc(((size_t)nodes + 1) * sizeof *next);
    int32_t *unused = malloc(((size_t)nodes + 1) * sizeof *unused);
    if (!left || !seen || !stack || !next || !unused) {
        free(left), free(seen), free(stack), free(next), free(unused);
        return -1;
    }
    for (int64_t k = 0; k < outputs; k++) {
        int64_t root = output[k];
        left[root]++;
        if (seen[root]) continue;
        seen[root] = 1;
        if (root < inputs) continue;
        stack[0] = (int32_t)root, next[0] = start[root - inputs], depth = 1;
        while (depth) {
            int64_t gate = stack[depth - 1] - inputs;
            if (next[depth - 1] == start[gate + 1]) {
                if (demand) order[count] = (int32_t)gate;
                count++, depth--;
                continue;
            }
            int32_t s = source[next[depth - 1]++];
            left[s]++;
            if (seen[s]) continue;
            seen[s] = 1;
            if (s >= inputs) stack[depth] = s, next[depth] = start[s - inputs], depth++;
        }
    }
    if (!demand) {
        count = 0;
        for (int64_t gate = 0; gate < gates; gate++)
            if (seen[inputs + gate]) order[count++] = (int32_t)gate;
    }
    for (int64_t node = 0; node < nodes; node++) slot[node] = -1;
    for (int64_t node = 0; node < inputs; node++)
        if (seen[node]) slot[node] = (int32_t)rows++;
    for (int64_t k = 0; k < count; k++) {
        int64_t gate = order[k];
        for (int64_t e = start[gate]; e < start[gate + 1]; e++)
            if (--left[source[e]] == 0) unused[free_count++] = slot[source[e]];
        slot[inputs + gate] = free_count ? unused[--free_count] : (int32_t)rows++;
    }
    free(left), free(seen), free(stack), free(next), free(unused);
    *live = count;
    return rows;
}

/* ---- bits: 64 inputs in a word ------------------------------------------------------------------------------------ */

/* A gate is a polynomial over GF(2) of two bits a, b, or of three: p(a, b) ^ c & q(a, b). form: bit 0 the constant of p,
 * bit 1 its coefficient of a, bit 2 of b, bit 3 of ab; bits 4 .. 7 those of q. Of two bits: form < 256 and one record.
 * Of three: bit 8 is set, and a second record holds c in `a`; `count` below counts records. */
typedef struct { uint16_t out, a, b, form; } gate16;
typedef struct { uint32_t out, a, b, form; } gate32;

#if defined(__AVX512F__)
static inline vec plus_product(vec x, vec a, vec m)
{
    return (vec)_mm512_ternarylogic_epi64((__m512i)x, (__m512i)a, (__m512i)m, 0x78);
}
#else
static inline vec plus_product(vec x, vec a, vec m) { return x ^ (a & m); }
#endif

static inline vec all_or_none(uint32_t form, int bit)
{
    uint64_t m = 0 - (uint64_t)(form >> bit & 1);
    return (vec){m, m, m, m, m, m, m, m};
}

#define TILE(NAME, GATE, VECS)                                                                                       \
    static void NAME(const GATE *gate, int64_t count, vec *state, int64_t vecs)                                      \
    {                                                                                                                \
        const int64_t n = VECS;                                                                                      \
        (void)vecs;                                                                                                  \
        for (const GATE *end = gate + count; gate < end; gate++) {                                                   \
            const vec *a = state + gate->a * n, *b = state + gate->b * n;                                            \
            vec *out = state + gate->out * n;                                                                        \
            const uint32_t form = gate->form;                                                                        \
            const vec k0 = all_or_none(form, 0), k1 = all_or_none(form, 1);                                          \
            const vec k2 = all_or_none(form, 2), k3 = all_or_none(form, 3);                                          \
            if (__builtin_expect(form & 256, 0)) {                                                                   \
                const vec *c = state + (++gate)->a * n;                                                              \
                const vec k4 = all_or_none(form, 4), k5 = all_or_none(form, 5);                                      \
                const vec k6 = all_or_none(form, 6), k7 = all_or_none(form, 7);                                      \
                for (int64_t i = 0; i < n; i++) {                                                                    \
                    vec x = a[i], y = b[i], xy = x & y;                                                              \
                    vec p = plus_product(plus_product(plus_product(k0, x, k1), y, k2), xy, k3);                      \
                    vec q = plus_product(plus_product(plus_product(k4, x, k5), y, k6), xy, k7);                      \
                    out[i] = plus_product(p, c[i], q);                                                               \
                }                                                                                                    \
                continue;                                                                                            \
            }                                                                                                        \
            _Pragma("GCC unroll 4") for (int64_t i = 0; i < n; i++)                                                  \
            {                                                                                                        \
                vec x = a[i], y = b[i];                                                                              \
                out[i] = plus_product(plus_product(plus_product(k0, x, k1), y, k2), x & y, k3);                      \
            }                                                                                                        \
        }                                                                                                            \
    }

TILE(narrow_1, gate16, 1)
TILE(narrow_2, gate16, 2)
TILE(narrow_4, gate16, 4)
TILE(narrow_8, gate16, 8)
TILE(narrow_n, gate16, vecs)
TILE(wide_1, gate32, 1)
TILE(wide_2, gate32, 2)
TILE(wide_4, gate32, 4)
TILE(wide_8, gate32, 8)
TILE(wide_n, gate32, vecs)

static void bits_tile(const void *gates, int64_t count, int wide, vec *state, int64_t vecs)
{
    if (wide) switch (vecs) {
        case 1: wide_1(gates, count, state, vecs); return;
        case 2: wide_2(gates, count, state, vecs); return;
        case 4: wide_4(gates, count, state, vecs); return;
        case 8: wide_8(gates, count, state, vecs); return;
        default: wide_n(gates, count, state, vecs); return;
    }
    switch (vecs) {
    case 1: narrow_1(gates, count, state, vecs); return;
    case 2: narrow_2(gates, count, state, vecs); return;
    case 4: narrow_4(gates, count, state, vecs); return;
    case 8: narrow_8(gates, count, state, vecs); return;
    default: narrow_n(gates, count, state, vecs); return;
    }
}

/* Bit i of the ranks 64*word .. 64*(word+words)-1. */
static void rank_bits(uint64_t *row, int64_t words, int64_t word, int i)
{
    static const uint64_t within[6] = {0xAAAAAAAAAAAAAAAAu, 0xCCCCCCCCCCCCCCCCu, 0xF0F0F0F0F0F0F0F0u,
                                       0xFF00FF00FF00FF00u, 0xFFFF0000FFFF0000u, 0xFFFFFFFF00000000u};
    if (i < 6) {
        for (int64_t k = 0; k < words; k++) row[k] = within[i];
    } else if (i >= 6 + 63) {
        memset(row, 0, (size_t)words * 8);
    } else if (words <= (int64_t)1 << (i - 6) && !(word & (words - 1)) && !(words & (words - 1))) {
        memset(row, word >> (i - 6) & 1 ? 255 : 0, (size_t)words * 8);
    } else {
        for (int64_t k = 0; k < words; k++) row[k] = 0 - (uint64_t)((word + k) >> (i - 6) & 1);
    }
}

/* A number that looks random, the same for the same seed and place (splitmix64). */
static inline uint64_t mixed(uint64_t seed, uint64_t place)
{
    uint64_t z = seed + (place + 1) * 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* The first word in first .. last-1 in which `found` is not 0, at 64 inputs a word; -1 when there is none.
 *
 * Input i of word w is bit i of the ranks 64*w .. 64*w+63, or a random word where `random`. input: the rows of the
 * inputs, -1 for one that is not read. value: the word found. */
int64_t bits_search(const void *gates, int64_t count, int wide, int64_t inputs, const int32_t *input, int32_t found,
                    int64_t first, int64_t last, int random, uint64_t seed, vec *state, int64_t vecs, uint64_t *value)
{
    int64_t words = vecs * 8;
    for (int64_t word = first; word < last; word += words) {
        for (int64_t i = 0; i < inputs; i++)
            if (input[i] >= 0) {
                uint64_t *row = (uint64_t *)(state + input[i] * vecs);
                if (random)
                    for (int64_t k = 0; k < words; k++) row[k] = mixed(seed, (uint64_t)((word + k) * inputs + i));
                else
                    rank_bits(row, words, word, (int)i);
            }
        bits_tile(gates, count, wide, state, vecs);
        const uint64_t *row = (const uint64_t *)(state + found * vecs);
        int64_t here = last - word < words ? last - word : words;
        for (int64_t k = 0; k < here; k++)
            if (row[k]) {
                *value = row[k];
                return word + k;
            }
    }
    return -1;
}

/* result[k, w] = output k of word w, for the input columns (inputs, words); both with `words` words to a row. */
void bits_run(const void *gates, int64_t count, int wide, int64_t inputs, const int32_t *input, int64_t outputs,
              const int32_t *output, const uint64_t *columns, uint64_t *result, int64_t words, vec *state, int64_t vecs)
{
    int64_t tile = vecs * 8;
    for (int64_t word = 0; word < words; word += tile) {
        size_t here = (size_t)(words - word < tile ? words - word : tile) * 8;
        for (int64_t i = 0; i < inputs; i++)
            if (input[i] >= 0) memcpy(state + input[i] * vecs, columns + i * words + word, here);
        bits_tile(gates, count, wide, state, vecs);
        for (int64_t k = 0; k < outputs; k++) memcpy(result + k * words + word, state + output[k] * vecs, here);
    }
}

/* ---- numbers: one value in a lane --------------------------------------------------------------------------------- */

/* A gate is value = bias + sum of weight * row, then r = max(value, slope * value), and min(r, 1) where `capped`, and
 * (value >= 0) where `step`. slope 0 is relu, 1 the identity, -1 the absolute value. Its terms first .. first+count-1 lie
 * in `row` and `weight`. For bytes the weights are not read: the first `positive` rows are added, the others subtracted. */
typedef struct { int64_t bias, slope; int32_t out, first, count, positive, capped, step; } gate_of_numbers;

#define ALIGNED(P, TYPE) ((TYPE *)__builtin_assume_aligned((P), 64))

#define NUMBERS(NAME, TYPE)                                                                                          \
    static void NAME(const gate_of_numbers *gate, int64_t gates, const int32_t *row, const TYPE *weight,             \
                     const TYPE *bias, const TYPE *slope, TYPE *state, int64_t n)                                    \
    {                                                                                                                \
        for (int64_t g = 0; g < gates; g++, gate++) {                                                                \
            TYPE *out = ALIGNED(state + gate->out * n, TYPE);                                                        \
            const TYPE b = bias[g], k = slope[g];                                                                    \
            const int32_t *r = row + gate->first;                                                                    \
            const TYPE *w = weight + gate->first;                                                                    \
            if (__builtin_expect(gate->count == 2, 1)) {                                                             \
                const TYPE *x = ALIGNED(state + r[0] * n, const TYPE), *y = ALIGNED(state + r[1] * n, const TYPE);   \
                const TYPE u = w[0], v = w[1];                                                                       \
                _Pragma("GCC ivdep") for (int64_t i = 0; i < n; i++)                                                 \
                {                                                                                                    \
                    TYPE value = b + u * x[i] + v * y[i], other = k * value;                                         \
                    out[i] = value > other ? value : other;                                                          \
                }                                                                                                    \
            } else {                                                                                                 \
                for (int64_t begin = 0; begin < n; begin += 256 / (int64_t)sizeof(TYPE)) {                           \
                    int64_t here = n - begin < 256 / (int64_t)sizeof(TYPE) ? n - begin : 256 / (int64_t)sizeof(TYPE); \
                    TYPE sum[256 / sizeof(TYPE)] __attribute__((aligned(64)));                                       \
                    for (int64_t i = 0; i < here; i++) sum[i] = b;                                                   \
                    for (int32_t t = 0; t < gate->count; t++) {                                                      \
                        const TYPE *x = state + r[t] * n + begin, u = w[t];                                          \
                        for (int64_t i = 0; i < here; i++) sum[i] += u * x[i];                                       \
                    }                                                                                                \
                    for (int64_t i = 0; i < here; i++) {                                                             \
                        TYPE other = k * sum[i];                                                                     \
                        out[begin + i] = sum[i] > other ? sum[i] : other;                                            \
                    }                                                                                                \
                }                                                                                                    \
            }                                                                                                        \
            if (__builtin_expect(gate->step, 0))                                                                     \
                for (int64_t i = 0; i < n; i++) out[i] = out[i] >= 0 ? 1 : 0;                                        \
            if (__builtin_expect(gate->capped, 0))                                                                   \
                for (int64_t i = 0; i < n; i++) out[i] = out[i] < 1 ? out[i] : 1;                                    \
        }                                                                                                            \
    }

NUMBERS(numbers_i16, int16_t)
NUMBERS(numbers_i32, int32_t)
NUMBERS(numbers_i64, int64_t)
NUMBERS(numbers_f32, float)
NUMBERS(numbers_f64, double)

/* In bytes, sums are of rows, a weight w is a row repeated |w| times. Unsigned: relu is max(p - n, 0) of the positive and
 * the negative sum. Rows of a gate are those to add, then those to subtract: most gates have two. Of four, two are to add and two
 * to subtract; a row of zeros stands for one that is missing. */
#define TWO(P, Q)                                                                                                    \
    if (both)                                                                                                        \
        _Pragma("GCC ivdep") for (int64_t i = 0; i < n; i++)                                                         \
        {                                                                                                            \
            uint8_t p = (uint8_t)(P), q = (uint8_t)(Q), least = p < q ? p : q, most = p < q ? q : p;                 \
            out[i] = (uint8_t)(most - least);                                                                        \
        }                                                                                                            \
    else                                                                                                             \
        _Pragma("GCC ivdep") for (int64_t i = 0; i < n; i++)                                                         \
        {                                                                                                            \
            uint8_t p = (uint8_t)(P), q = (uint8_t)(Q);                                                              \
            out[i] = (uint8_t)(p - (p < q ? p : q));                                                                 \
        }

static void numbers_u8(const gate_of_numbers *gate, int64_t gates, const int32_t *row, uint8_t *state, int64_t n)
{
    for (const gate_of_numbers *end = gate + gates; gate < end; gate++) {
        uint8_t *out = ALIGNED(state + gate->out * n, uint8_t);
        const int32_t *r = row + gate->first;
        const uint8_t plus = gate->bias > 0 ? (uint8_t)gate->bias : 0, minus = gate->bias < 0 ? (uint8_t)-gate->bias : 0;
        const uint8_t both = gate->slope < 0 ? 255 : 0;
        if (__builtin_expect(gate->count == 2, 1)) {
            const uint8_t *a = ALIGNED(state + r[0] * n, const uint8_t), *b = ALIGNED(state + r[1] * n, const uint8_t);
            if (gate->positive == 1) {
                TWO(plus + a[i], minus + b[i])
            } else if (gate->positive == 2) {
                TWO(plus + a[i] + b[i], minus)
            } else {
                TWO(plus, minus + a[i] + b[i])
            }
        } else if (gate->count == 4 && gate->positive == 2) {
            const uint8_t *a = ALIGNED(state + r[0] * n, const uint8_t), *b = ALIGNED(state + r[1] * n, const uint8_t);
            const uint8_t *c = ALIGNED(state + r[2] * n, const uint8_t), *d = ALIGNED(state + r[3] * n, const uint8_t);
            _Pragma("GCC ivdep") for (int64_t i = 0; i < n; i++)
            {
                uint8_t p = (uint8_t)(plus + a[i] + b[i]), q = (uint8_t)(minus + c[i] + d[i]);
                uint8_t least = p < q ? p : q;
                out[i] = (uint8_t)((p - least) | ((q - least) & both));
            }
        } else {
            for (int64_t begin = 0; begin < n; begin += 256) {
                int64_t here = n - begin < 256 ? n - begin : 256;
                uint8_t sum[256] __attribute__((aligned(64))), less[256] __attribute__((aligned(64)));
                memset(sum, plus, (size_t)here);
                memset(less, minus, (size_t)here);
                for (int32_t t = 0; t < gate->count; t++) {
                    const uint8_t *x = state + r[t] * n + begin;
                    uint8_t *into = t < gate->positive ? sum : less;
                    for (int64_t i = 0; i < here; i++) into[i] = (uint8_t)(into[i] + x[i]);
                }
                for (int64_t i = 0; i < here; i++) {
                    uint8_t least = sum[i] < less[i] ? sum[i] : less[i];
                    out[begin + i] = (uint8_t)((sum[i] - least) | ((less[i] - least) & both));
                }
            }
        }
        if (__builtin_expect(gate->capped, 0))
            for (int64_t i = 0; i < n; i++) out[i] = out[i] < 1 ? out[i] : 1;
    }
}

static void numbers_i8(const gate_of_numbers *gate, int64_t gates, const int32_t *row, int8_t *state, int64_t n)
{
    for (const gate_of_numbers *end = gate + gates; gate < end; gate++) {
        int8_t *out = ALIGNED(state + gate->out * n, int8_t);
        const int32_t *r = row + gate->first;
        const int8_t bias = (int8_t)gate->bias, same = gate->slope > 0 ? -1 : 0, both = gate->slope < 0 ? -1 : 0;
        if (__builtin_expect(gate->count == 2, 1)) {
            const int8_t *a = ALIGNED(state + r[0] * n, const int8_t), *b = ALIGNED(state + r[1] * n, const int8_t);
            const int8_t u = gate->positive > 0 ? 0 : -1, v = gate->positive > 1 ? 0 : -1; /* -x is (x ^ -1) + 1 */
            _Pragma("GCC ivdep") for (int64_t i = 0; i < n; i++)
            {
                int8_t value = (int8_t)(bias + ((a[i] ^ u) - u) + ((b[i] ^ v) - v));
                int8_t other = (int8_t)((value & same) - (value & both));
                out[i] = value > other ? value : other;
            }
        } else if (gate->count == 4 && gate->positive == 2) {
            const int8_t *a = ALIGNED(state + r[0] * n, const int8_t), *b = ALIGNED(state + r[1] * n, const int8_t);
            const int8_t *c = ALIGNED(state + r[2] * n, const int8_t), *d = ALIGNED(state + r[3] * n, const int8_t);
            _Pragma("GCC ivdep") for (int64_t i = 0; i < n; i++)
            {
                int8_t value = (int8_t)(bias + a[i] + b[i] - c[i] - d[i]);
                int8_t other = (int8_t)((value & same) - (value & both));
                out[i] = value > other ? value : other;
            }
        } else {
            for (int64_t begin = 0; begin < n; begin += 256) {
                int64_t here = n - begin < 256 ? n - begin : 256;
                int8_t sum[256] __attribute__((aligned(64)));
                memset(sum, bias, (size_t)here);
                for (int32_t t = 0; t < gate->count; t++) {
                    const int8_t *x = state + r[t] * n + begin;
                    if (t < gate->positive)
                        for (int64_t i = 0; i < here; i++) sum[i] = (int8_t)(sum[i] + x[i]);
                    else
                        for (int64_t i = 0; i < here; i++) sum[i] = (int8_t)(sum[i] - x[i]);
                }
                for (int64_t i = 0; i < here; i++) {
                    int8_t other = (int8_t)((sum[i] & same) - (sum[i] & both));
                    out[begin + i] = sum[i] > other ? sum[i] : other;
                }
            }
        }
        if (__builtin_expect(gate->step, 0))
            for (int64_t i = 0; i < n; i++) out[i] = out[i] >= 0 ? 1 : 0;
        if (__builtin_expect(gate->capped, 0))
            for (int64_t i = 0; i < n; i++) out[i] = out[i] < 1 ? out[i] : 1;
    }
}

/* kind: 0 u8, 1 i8, 2 i16, 3 i32, 4 i64, 5 f32, 6 f64. lanes: values to a row, a multiple of 64 bytes.
 * result[k, c] = output k at column c of columns (inputs, count). zero: a row that is kept at 0, or -1. */
void numbers_run(int kind, const gate_of_numbers *gate, int64_t gates, const int32_t *row, const void *weight,
                 const void *bias, const void *slope, int64_t inputs, const int32_t *input, int64_t outputs,
                 const int32_t *output, int32_t zero, const char *columns, char *result, int64_t count, char *state,
                 int64_t lanes)
{
    static const int64_t sizes[7] = {1, 1, 2, 4, 8, 4, 8};
    int64_t size = sizes[kind];
    if (zero >= 0) memset(state + zero * lanes * size, 0, (size_t)(lanes * size));
    for (int64_t begin = 0; begin < count; begin += lanes) {
        size_t here = (size_t)((count - begin < lanes ? count - begin : lanes) * size);
        for (int64_t i = 0; i < inputs; i++)
            if (input[i] >= 0) memcpy(state + input[i] * lanes * size, columns + (i * count + begin) * size, here);
        switch (kind) {
        case 0: numbers_u8(gate, gates, row, (uint8_t *)state, lanes); break;
        case 1: numbers_i8(gate, gates, row, (int8_t *)state, lanes); break;
        case 2: numbers_i16(gate, gates, row, weight, bias, slope, (int16_t *)state, lanes); break;
        case 3: numbers_i32(gate, gates, row, weight, bias, slope, (int32_t *)state, lanes); break;
        case 4: numbers_i64(gate, gates, row, weight, bias, slope, (int64_t *)state, lanes); break;
        case 5: numbers_f32(gate, gates, row, weight, bias, slope, (float *)state, lanes); break;
        case 6: numbers_f64(gate, gates, row, weight, bias, slope, (double *)state, lanes); break;
        }
        for (int64_t k = 0; k < outputs; k++)
            memcpy(result + (k * count + begin) * size, state + output[k] * lanes * size, here);
    }
}

/* ---- limits that a benchmark compares with ------------------------------------------------------------------------ */

/* c = relu(a - b), or a & b where kind is 7, on `rows` rows of `bytes` bytes after another: no gates, no choice of rows.
 * The rows lie in three arrays; `times` passes over them. */
void rows_limit(int kind, char *a, char *b, char *c, int64_t bytes, int64_t times)
{
    for (int64_t t = 0; t < times; t++) {
        if (kind == 5) {
            const float *x = ALIGNED(a, const float), *y = ALIGNED(b, const float);
            float *z = ALIGNED(c, float);
            _Pragma("GCC ivdep") for (int64_t i = 0; i < bytes / 4; i++)
            {
                float d = x[i] - y[i];
                z[i] = d > 0 ? d : 0;
            }
        } else if (kind == 7) {
            const vec *x = (const vec *)a, *y = (const vec *)b;
            vec *z = (vec *)c;
            for (int64_t i = 0; i < bytes / 64; i++) z[i] = x[i] & y[i];
        } else {
            const uint8_t *x = ALIGNED(a, const uint8_t), *y = ALIGNED(b, const uint8_t);
            uint8_t *z = ALIGNED(c, uint8_t);
            _Pragma("GCC ivdep") for (int64_t i = 0; i < bytes; i++) z[i] = (uint8_t)(x[i] - (x[i] < y[i] ? x[i] : y[i]));
        }
        __asm__ volatile("" ::: "memory");
    }
}
