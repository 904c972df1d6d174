/* Evaluation of programs column by column, for GPUs: a thread owns its inputs and a column of the state, one cell to a row.
 *
 * No thread ever reads what another has written, so gates follow one another without synchronisation, and a block is only as
 * large as its columns fit the shared memory (or lies in global memory, where they do not fit). All threads read the same gate
 * at the same time. What leaves a search is the least rank at which a program is 1, and how many words were tried.
 *
 * NVRTC translates this for a GPU (cuda.py), a C compiler the same text for a processor, where the threads of a launch
 * run one after another (twin.py): tests run what a GPU runs. So this is C and C++ at once, and includes nothing.
 * Nothing here decides whether an arithmetic is exact or what a gate computes: see schedule.py, rows.py and affine.py. */

typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long i64;
typedef signed char i8;
typedef unsigned char u8;

#if defined(__CUDACC__)

#define INLINE static __device__ __forceinline__
#define ALIGN(BYTES) __align__(BYTES)
#define UNROLL _Pragma("unroll")
#define KERNEL(NAME, WORK) extern "C" __global__ void NAME(const WORK work)
#define LOWER(ADDRESS, VALUE) atomicMin(ADDRESS, VALUE)
#define INCREASE(ADDRESS, VALUE) atomicAdd(ADDRESS, VALUE)
extern __shared__ uint4 shared_state[];

#else

#include <stdlib.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline, unused))
#define ALIGN(BYTES) __attribute__((aligned(BYTES)))
#define UNROLL
#define LOWER(ADDRESS, VALUE) (void)(*(ADDRESS) = *(ADDRESS) < (VALUE) ? *(ADDRESS) : (VALUE))
#define INCREASE(ADDRESS, VALUE) (void)(*(ADDRESS) += (VALUE))
typedef struct { u32 x; } in_grid;
static _Thread_local in_grid threadIdx, blockIdx, blockDim, gridDim;
static _Thread_local u8 *shared_state;

/* A launch: all threads one after another, from the last to the first where `backwards`. Shared memory holds junk at the start of
 * a block, as it does on a GPU. Returns 1 without memory, and 2 when a block wrote beyond the shared memory that it asked for. */
#define BEYOND 65536
#define KERNEL(NAME, WORK)                                                                                           \
    static void NAME##_thread(const WORK work);                                                                      \
    int NAME(u32 grid, u32 block, u64 shared_bytes, const WORK *work, int backwards)                                 \
    {                                                                                                                \
        u64 room = (shared_bytes + BEYOND + 63) / 64 * 64;                                                           \
        int beyond = 0;                                                                                              \
        shared_state = (u8 *)aligned_alloc(64, room);                                                                \
        if (!shared_state) return 1;                                                                                 \
        gridDim.x = grid, blockDim.x = block;                                                                        \
        for (u32 b = 0; b < grid; b++) {                                                                             \
            blockIdx.x = backwards ? grid - 1 - b : b;                                                               \
            memset(shared_state, 0xA5, room);                                                                        \
            for (u32 t = 0; t < block; t++) {                                                                        \
                threadIdx.x = backwards ? block - 1 - t : t;                                                         \
                NAME##_thread(*work);                                                                                \
            }                                                                                                        \
            for (u64 i = shared_bytes; i < room; i++) beyond |= shared_state[i] != 0xA5;                             \
        }                                                                                                            \
        free(shared_state);                                                                                          \
        return beyond ? 2 : 0;                                                                                       \
    }                                                                                                                \
    static void NAME##_thread(const WORK work)

#endif

INLINE u64 own_thread(void) { return (u64)blockIdx.x * blockDim.x + threadIdx.x; }
INLINE u64 all_threads(void) { return (u64)gridDim.x * blockDim.x; }

/* ---- bits: 32 inputs in a half, that is half a word; a cell is one, two or four of them ----------------------------- */

/* A polynomial over GF(2), p(a, b) ^ c & q(a, b). form: bit 0 the constant of p, bit 1 its coefficient of a, bit 2 of b, bit 3 of
 * ab; bits 4 .. 7 those of q; bit 8 is set where q is not 0, and then the bits above are the row of c. */
typedef struct ALIGN(16) { u32 out, a, b, form; } gate_of_bits;
typedef struct { u32 row, number; } input_of_bits;

/* Gates come in groups of one or of four: of a group all operands are read before the first result is written, so that a thread
 * waits once for a group, and no gate reads what another of its group computes. gates: a group more than `count`, since each is
 * fetched before its turn. state: the columns of all threads, where they do not fit
 * shared memory; rows times threads is below 2^32. */
typedef struct {
    const gate_of_bits *gates;
    i64 count;
    const input_of_bits *read;
    i64 reads;
    void *state;
} program_of_bits;

/* Halves first .. last-1, of which half h holds the ranks 32*h .. 32*h+31, or a half of a random word of `seed` where `random`;
 * found: the row that is looked at. least: lowered to the first rank at which it is 1. tried: increased by the halves done, which
 * are all where nothing is found. digest: where not null, for each half a number that depends on the value of every gate; then
 * no half is left out. */
typedef struct {
    program_of_bits program;
    i64 inputs, random;
    u64 seed, first, last;
    i64 found;
    u64 *least, *tried;
    u32 *digest;
} search_of_bits;

/* result[k, h] = output k in half h of the columns (inputs, halves). */
typedef struct {
    program_of_bits program;
    const u32 *output;
    i64 outputs;
    const u32 *columns;
    u32 *result;
    u64 halves;
} run_of_bits;

#define DIGEST 0x01000193u

INLINE u32 all_or_none(u32 form, int bit) { return 0u - (form >> bit & 1u); }

INLINE u32 rank_bits(u64 half, u32 i)
{
    if (i >= 5) return i < 69 ? 0u - (u32)(half >> (i - 5) & 1) : 0u;
    return i == 0 ? 0xAAAAAAAAu : i == 1 ? 0xCCCCCCCCu : i == 2 ? 0xF0F0F0F0u : i == 3 ? 0xFF00FF00u : 0xFFFF0000u;
}

/* The same number for the same seed and place (splitmix64). */
INLINE u64 mixed(u64 seed, u64 place)
{
    u64 z = seed + (place + 1) * 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

INLINE u32 lowest_bit(u32 value)
{
#if defined(__CUDACC__)
    return (u32)__ffs((int)value) - 1;
#else
    return (u32)__builtin_ctz(value);
#endif
}

INLINE gate_of_bits gate_at(const gate_of_bits *gate)
{
#if defined(__CUDACC__)
    uint4 read = __ldg((const uint4 *)gate);
    gate_of_bits found = {read.x, read.y, read.z, read.w};
    return found;
#else
    return *gate;
#endif
}

#define BITS(NAME, WIDTH, GROUP)                                                                                     \
    typedef struct ALIGN(4 * WIDTH) { u32 part[WIDTH]; } cell_##NAME;                                                \
                                                                                                                     \
    INLINE void gates_##NAME(const program_of_bits *program, cell_##NAME *column, u32 stride, u32 *digest)           \
    {                                                                                                                \
        const gate_of_bits *gate = program->gates, *end = gate + program->count;                                     \
        gate_of_bits next[GROUP];                                                                                    \
        UNROLL for (int k = 0; k < GROUP; k++) next[k] = gate_at(gate + k);                                          \
        while (gate < end) {                                                                                         \
            gate_of_bits g[GROUP];                                                                                   \
            cell_##NAME a[GROUP], b[GROUP];                                                                          \
            gate += GROUP;                                                                                           \
            UNROLL for (int k = 0; k < GROUP; k++) g[k] = next[k], next[k] = gate_at(gate + k);                      \
            UNROLL for (int k = 0; k < GROUP; k++) a[k] = column[g[k].a * stride], b[k] = column[g[k].b * stride];   \
            UNROLL for (int k = 0; k < GROUP; k++)                                                                   \
            {                                                                                                        \
                const u32 form = g[k].form;                                                                          \
                const u32 k0 = all_or_none(form, 0), k1 = all_or_none(form, 1);                                      \
                const u32 k2 = all_or_none(form, 2), k3 = all_or_none(form, 3);                                      \
                cell_##NAME value;                                                                                   \
                UNROLL for (int j = 0; j < WIDTH; j++)                                                               \
                    value.part[j] =                                                                                  \
                        k0 ^ (a[k].part[j] & k1) ^ (b[k].part[j] & k2) ^ (a[k].part[j] & b[k].part[j] & k3);         \
                if (form & 256) {                                                                                    \
                    const cell_##NAME c = column[(form >> 9) * stride];                                              \
                    const u32 k4 = all_or_none(form, 4), k5 = all_or_none(form, 5);                                  \
                    const u32 k6 = all_or_none(form, 6), k7 = all_or_none(form, 7);                                  \
                    UNROLL for (int j = 0; j < WIDTH; j++)                                                           \
                        value.part[j] ^= c.part[j] & (k4 ^ (a[k].part[j] & k5) ^ (b[k].part[j] & k6) ^               \
                                                      (a[k].part[j] & b[k].part[j] & k7));                           \
                }                                                                                                    \
                a[k] = value;                                                                                        \
            }                                                                                                        \
            UNROLL for (int k = 0; k < GROUP; k++) column[g[k].out * stride] = a[k];                                 \
            if (digest)                                                                                              \
                UNROLL for (int k = 0; k < GROUP; k++)                                                               \
                    UNROLL for (int j = 0; j < WIDTH; j++) digest[j] = digest[j] * DIGEST + a[k].part[j];            \
        }                                                                                                            \
    }                                                                                                                \
                                                                                                                     \
    INLINE void search_##NAME(const search_of_bits *work, cell_##NAME *column, u32 stride)                           \
    {                                                                                                                \
        u64 tried = 0, step = all_threads() * WIDTH;                                                                 \
        for (u64 half = work->first + own_thread() * WIDTH; half < work->last; half += step) {                       \
            if (!work->digest && half * 32 >= *(volatile u64 *)work->least) break; /* nothing smaller follows */     \
            for (i64 i = 0; i < work->program.reads; i++) {                                                          \
                const input_of_bits input = work->program.read[i];                                                   \
                cell_##NAME value;                                                                                   \
                UNROLL for (int j = 0; j < WIDTH; j++)                                                               \
                {                                                                                                    \
                    const u64 h = half + j;                                                                          \
                    value.part[j] = !work->random                                                                    \
                        ? rank_bits(h, input.number)                                                                 \
                        : (u32)(mixed(work->seed, (h >> 1) * (u64)work->inputs + input.number) >> (h & 1) * 32);     \
                }                                                                                                    \
                column[input.row * stride] = value;                                                                  \
            }                                                                                                        \
            if (work->digest) {                                                                                      \
                u32 digest[WIDTH] = {0};                                                                             \
                gates_##NAME(&work->program, column, stride, digest);                                                \
                for (int j = 0; j < WIDTH; j++)                                                                      \
                    if (half + j < work->last) work->digest[half + j - work->first] = digest[j];                     \
            } else {                                                                                                 \
                gates_##NAME(&work->program, column, stride, 0);                                                     \
            }                                                                                                        \
            const cell_##NAME found = column[work->found * stride];                                                  \
            for (int j = 0; j < WIDTH; j++)                                                                          \
                if (half + j < work->last) {                                                                         \
                    tried++;                                                                                         \
                    if (found.part[j]) LOWER(work->least, (half + j) * 32 + lowest_bit(found.part[j]));              \
                }                                                                                                    \
        }                                                                                                            \
        INCREASE(work->tried, tried);                                                                                \
    }                                                                                                                \
                                                                                                                     \
    INLINE void run_##NAME(const run_of_bits *work, cell_##NAME *column, u32 stride)                                 \
    {                                                                                                                \
        for (u64 half = own_thread() * WIDTH; half < work->halves; half += all_threads() * WIDTH) {                  \
            for (i64 i = 0; i < work->program.reads; i++) {                                                          \
                const input_of_bits input = work->program.read[i];                                                   \
                cell_##NAME value;                                                                                   \
                for (int j = 0; j < WIDTH; j++)                                                                      \
                    value.part[j] = half + j < work->halves ? work->columns[input.number * work->halves + half + j] : 0; \
                column[input.row * stride] = value;                                                                  \
            }                                                                                                        \
            gates_##NAME(&work->program, column, stride, 0);                                                         \
            for (i64 k = 0; k < work->outputs; k++) {                                                                \
                const cell_##NAME value = column[work->output[k] * stride];                                          \
                for (int j = 0; j < WIDTH; j++)                                                                      \
                    if (half + j < work->halves) work->result[k * work->halves + half + j] = value.part[j];          \
            }                                                                                                        \
        }                                                                                                            \
    }                                                                                                                \
                                                                                                                     \
    KERNEL(bits_search_shared_##NAME, search_of_bits)                                                                \
    {                                                                                                                \
        search_##NAME(&work, (cell_##NAME *)shared_state + threadIdx.x, blockDim.x);                                 \
    }                                                                                                                \
    KERNEL(bits_search_global_##NAME, search_of_bits)                                                                \
    {                                                                                                                \
        search_##NAME(&work, (cell_##NAME *)work.program.state + own_thread(), (u32)all_threads());                  \
    }                                                                                                                \
    KERNEL(bits_run_shared_##NAME, run_of_bits)                                                                      \
    {                                                                                                                \
        run_##NAME(&work, (cell_##NAME *)shared_state + threadIdx.x, blockDim.x);                                    \
    }                                                                                                                \
    KERNEL(bits_run_global_##NAME, run_of_bits)                                                                      \
    {                                                                                                                \
        run_##NAME(&work, (cell_##NAME *)work.program.state + own_thread(), (u32)all_threads());                     \
    }

#if defined(BITS_1_1) || defined(EVERYTHING)
BITS(1_1, 1, 1)
#endif
#if defined(BITS_1_4) || defined(EVERYTHING)
BITS(1_4, 1, 4)
#endif
#if defined(BITS_2_1) || defined(EVERYTHING)
BITS(2_1, 2, 1)
#endif
#if defined(BITS_2_4) || defined(EVERYTHING)
BITS(2_4, 2, 4)
#endif
#if defined(BITS_4_1) || defined(EVERYTHING)
BITS(4_1, 4, 1)
#endif
#if defined(BITS_4_4) || defined(EVERYTHING)
BITS(4_4, 4, 4)
#endif

/* ---- numbers: a cell is a few values of one arithmetic ------------------------------------------------------------- */

/* As in kernels.c: value = bias + sum of weight * row, then max(value, slope * value); min(., 1) where capped; (value >= 0) where
 * step. In bytes there are no weights: the first `positive` rows are added, the others subtracted. */
typedef struct { i64 bias, slope; int out, first, count, positive, capped, step; } gate_of_numbers;

/* result[k, c] = output k at column c of columns (inputs, count). read: of each input that is needed its row and number.
 * weight, bias, slope: of the arithmetic. zero: a row that is kept at 0, or -1. state: as above. */
typedef struct {
    const gate_of_numbers *gates;
    i64 count;
    const int *row;
    const void *weight, *bias, *slope;
    const input_of_bits *read;
    i64 reads;
    const u32 *output;
    i64 outputs, zero;
    const void *columns;
    void *result;
    u64 inputs;
    void *state;
} run_of_numbers;

#define NUMBERS(NAME, TYPE, LANES)                                                                                   \
    typedef struct ALIGN(sizeof(TYPE) * LANES) { TYPE part[LANES]; } cell_##NAME;                                    \
                                                                                                                     \
    INLINE void run_##NAME(const run_of_numbers *work, cell_##NAME *column, u32 stride)                              \
    {                                                                                                                \
        const TYPE *columns = (const TYPE *)work->columns, *weight = (const TYPE *)work->weight;                     \
        const TYPE *bias = (const TYPE *)work->bias, *slope = (const TYPE *)work->slope;                             \
        TYPE *result = (TYPE *)work->result;                                                                         \
        for (u64 at = own_thread() * LANES; at < work->inputs; at += all_threads() * LANES) {                        \
            for (i64 i = 0; i < work->reads; i++) {                                                                  \
                const input_of_bits input = work->read[i];                                                           \
                cell_##NAME value;                                                                                   \
                for (int j = 0; j < LANES; j++)                                                                      \
                    value.part[j] = at + j < work->inputs ? columns[input.number * work->inputs + at + j] : 0;       \
                column[input.row * stride] = value;                                                                  \
            }                                                                                                        \
            for (i64 g = 0; g < work->count; g++) {                                                                  \
                const gate_of_numbers *gate = work->gates + g;                                                       \
                const int first = gate->first, last = first + gate->count;                                           \
                const TYPE k = slope[g];                                                                             \
                cell_##NAME value;                                                                                   \
                UNROLL for (int j = 0; j < LANES; j++) value.part[j] = bias[g];                                      \
                for (int t = first; t < last; t++) {                                                                 \
                    const cell_##NAME x = column[work->row[t] * stride];                                             \
                    const TYPE w = weight[t];                                                                        \
                    UNROLL for (int j = 0; j < LANES; j++) value.part[j] += w * x.part[j];                           \
                }                                                                                                    \
                UNROLL for (int j = 0; j < LANES; j++)                                                               \
                {                                                                                                    \
                    TYPE v = value.part[j], other = k * v;                                                           \
                    v = v > other ? v : other;                                                                       \
                    v = !gate->step ? v : v >= 0 ? 1 : 0;                                                            \
                    value.part[j] = gate->capped && v > 1 ? 1 : v;                                                   \
                }                                                                                                    \
                column[gate->out * stride] = value;                                                                  \
            }                                                                                                        \
            for (i64 k = 0; k < work->outputs; k++) {                                                                \
                const cell_##NAME value = column[work->output[k] * stride];                                          \
                for (int j = 0; j < LANES; j++)                                                                      \
                    if (at + j < work->inputs) result[k * work->inputs + at + j] = value.part[j];                    \
            }                                                                                                        \
        }                                                                                                            \
    }                                                                                                                \
    RUNS(NAME)

#define RUNS(NAME)                                                                                                   \
    KERNEL(numbers_##NAME##_shared, run_of_numbers)                                                                  \
    {                                                                                                                \
        run_##NAME(&work, (cell_##NAME *)shared_state + threadIdx.x, blockDim.x);                                    \
    }                                                                                                                \
    KERNEL(numbers_##NAME##_global, run_of_numbers)                                                                  \
    {                                                                                                                \
        run_##NAME(&work, (cell_##NAME *)work.state + own_thread(), (u32)all_threads());                             \
    }

#if defined(INT32) || defined(EVERYTHING)
NUMBERS(int32_1, int, 1)
NUMBERS(int32_4, int, 4)
#endif
#if defined(FLOAT32) || defined(EVERYTHING)
NUMBERS(float32_1, float, 1)
NUMBERS(float32_4, float, 4)
#endif
#if defined(INT64) || defined(EVERYTHING)
NUMBERS(int64_1, i64, 1)
NUMBERS(int64_2, i64, 2)
#endif
#if defined(FLOAT64) || defined(EVERYTHING)
NUMBERS(float64_1, double, 1)
NUMBERS(float64_2, double, 2)
#endif

/* Four bytes in a register, none of them above 127, nor any sum of those that are added or subtracted: sums never carry into a
 * neighbour, and the eighth bit of 128 + p - q says whether p >= q. */
#define EACH 0x01010101u

INLINE u32 positive_part(u32 p, u32 q)
{
    const u32 d = (p | 128 * EACH) - q;
    const u32 not_less = d >> 7 & EACH;
    return d & not_less * 127;
}

#define BYTES(NAME, WIDTH)                                                                                           \
    typedef struct ALIGN(4 * WIDTH) { u32 part[WIDTH]; } cell_##NAME;                                                \
                                                                                                                     \
    INLINE void run_##NAME(const run_of_numbers *work, cell_##NAME *column, u32 stride)                              \
    {                                                                                                                \
        const u8 *columns = (const u8 *)work->columns;                                                               \
        u8 *result = (u8 *)work->result;                                                                             \
        for (u64 at = own_thread() * 4 * WIDTH; at < work->inputs; at += all_threads() * 4 * WIDTH) {                \
            if (work->zero >= 0) {                                                                                   \
                cell_##NAME value = {{0}};                                                                           \
                column[work->zero * stride] = value;                                                                 \
            }                                                                                                        \
            for (i64 i = 0; i < work->reads; i++) {                                                                  \
                const input_of_bits input = work->read[i];                                                           \
                cell_##NAME value = {{0}};                                                                           \
                for (int j = 0; j < 4 * WIDTH; j++)                                                                  \
                    if (at + j < work->inputs)                                                                       \
                        value.part[j / 4] |= (u32)columns[input.number * work->inputs + at + j] << j % 4 * 8;        \
                column[input.row * stride] = value;                                                                  \
            }                                                                                                        \
            for (i64 g = 0; g < work->count; g++) {                                                                  \
                const gate_of_numbers *gate = work->gates + g;                                                       \
                const int *r = work->row + gate->first;                                                              \
                const u32 plus = gate->bias > 0 ? (u32)gate->bias * EACH : 0;                                        \
                const u32 minus = gate->bias < 0 ? (u32)-gate->bias * EACH : 0;                                      \
                const u32 both = gate->slope < 0 ? 0xFFFFFFFFu : 0;                                                  \
                cell_##NAME p, q;                                                                                    \
                UNROLL for (int j = 0; j < WIDTH; j++) p.part[j] = plus, q.part[j] = minus;                          \
                for (int t = 0; t < gate->count; t++) {                                                              \
                    const cell_##NAME x = column[r[t] * stride];                                                     \
                    if (t < gate->positive) {                                                                        \
                        UNROLL for (int j = 0; j < WIDTH; j++) p.part[j] += x.part[j];                               \
                    } else {                                                                                         \
                        UNROLL for (int j = 0; j < WIDTH; j++) q.part[j] += x.part[j];                               \
                    }                                                                                                \
                }                                                                                                    \
                UNROLL for (int j = 0; j < WIDTH; j++)                                                               \
                {                                                                                                    \
                    u32 v = positive_part(p.part[j], q.part[j]) | (positive_part(q.part[j], p.part[j]) & both);      \
                    p.part[j] = gate->capped ? v - positive_part(v, EACH) : v;                                       \
                }                                                                                                    \
                column[gate->out * stride] = p;                                                                      \
            }                                                                                                        \
            for (i64 k = 0; k < work->outputs; k++) {                                                                \
                const cell_##NAME value = column[work->output[k] * stride];                                          \
                for (int j = 0; j < 4 * WIDTH; j++)                                                                  \
                    if (at + j < work->inputs)                                                                       \
                        result[k * work->inputs + at + j] = (u8)(value.part[j / 4] >> j % 4 * 8);                    \
            }                                                                                                        \
        }                                                                                                            \
    }                                                                                                                \
    RUNS(NAME)

#if defined(UINT8) || defined(EVERYTHING)
BYTES(uint8_1, 1)
BYTES(uint8_4, 4)
#endif

/* ---- a limit that a benchmark compares with ------------------------------------------------------------------------- */

/* Row (g mod (rows - 2)) of each column becomes the AND of the next two, for g = 0 .. count-1: no gates are read. */
typedef struct { i64 count; u32 rows; u32 *result; } limit_of_rows;

#if defined(LIMIT) || defined(EVERYTHING)
typedef struct ALIGN(16) { u32 part[4]; } cell_limit;

KERNEL(limit_shared, limit_of_rows)
{
    cell_limit *column = (cell_limit *)shared_state + threadIdx.x;
    const u32 stride = blockDim.x, end = work.rows - 2;
    cell_limit value = {{threadIdx.x, blockIdx.x, 0xFFFFFFFFu, 0xFFFFFFFFu}};
    for (u32 r = 0; r < work.rows; r++) column[r * stride] = value;
    for (i64 g = 0, r = 0; g < work.count; g++) {
        const cell_limit a = column[(u32)(r + 1) * stride], b = column[(u32)(r + 2) * stride];
        UNROLL for (int j = 0; j < 4; j++) value.part[j] = a.part[j] & b.part[j];
        column[(u32)r * stride] = value;
        r = r + 1 < end ? r + 1 : 0;
    }
    work.result[own_thread()] = value.part[0] + value.part[1] + value.part[2] + value.part[3];
}
#endif
