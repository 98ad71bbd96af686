// Products of small matrices, as libraries compute them: through ldmatrix and
// mma.sync, and in fragments.

#include <mma.h>

/// d = a * b + d; a is 16 x 16 and b 16 x 8, of halves, in rows.
__global__ void halves(float *d, const unsigned *a, const unsigned *b) {
  __shared__ __align__(16) unsigned left[16 * 8], right[16 * 4];
  int lane = threadIdx.x;
  for (int i = lane; i < 128; i += 32)
    left[i] = a[i];
  for (int i = lane; i < 64; i += 32)
    right[i] = b[i];
  __syncwarp();
  unsigned x[4], y[2];
  auto from = static_cast<unsigned>(
      __cvta_generic_to_shared(&left[lane % 16 * 8 + lane / 16 * 4]));
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(x[0]), "=r"(x[1]), "=r"(x[2]), "=r"(x[3])
               : "r"(from));
  from = static_cast<unsigned>(__cvta_generic_to_shared(&right[lane % 16 * 4]));
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0,%1}, [%2];"
               : "=r"(y[0]), "=r"(y[1])
               : "r"(from));
  float *c = d + lane / 4 * 8 + lane % 4 * 2;
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "
               "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
               : "+f"(c[0]), "+f"(c[1]), "+f"(c[64]), "+f"(c[65])
               : "r"(x[0]), "r"(x[1]), "r"(x[2]), "r"(x[3]), "r"(y[0]),
                 "r"(y[1]));
}

/// The same for bytes: a is 16 x 32 with signs, b 32 x 8 without, in columns.
__global__ void bytes(int *d, const unsigned *a, const unsigned *b) {
  int lane = threadIdx.x, row = lane / 4, part = lane % 4;
  int *c = d + row * 8 + part * 2;
  asm volatile("mma.sync.aligned.m16n8k32.row.col.satfinite.s32.s8.u8.s32 "
               "{%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
               : "+r"(c[0]), "+r"(c[1]), "+r"(c[64]), "+r"(c[65])
               : "r"(a[row * 8 + part]), "r"(a[(row + 8) * 8 + part]),
                 "r"(a[row * 8 + part + 4]), "r"(a[(row + 8) * 8 + part + 4]),
                 "r"(b[row * 8 + part]), "r"(b[row * 8 + part + 4]));
}

/// And of doubles: a is 8 x 4 in rows, b 4 x 8 in columns.
__global__ void doubles(double *d, const double *a, const double *b) {
  double *c = d + threadIdx.x * 2;
  asm volatile("mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 "
               "{%0,%1}, {%2}, {%3}, {%0,%1};"
               : "+d"(c[0]), "+d"(c[1])
               : "d"(a[threadIdx.x]), "d"(b[threadIdx.x]));
}

/// d = 2 * a * b + d; a is M x 16 in rows, b 16 x N in columns, d M x N in
/// columns with two rows to spare.
template <int M, int N, typename Number>
__device__ void fragments(Number *d, const half *a, const half *b) {
  using namespace nvcuda::wmma;
  fragment<matrix_a, M, N, 16, half, row_major> left;
  fragment<matrix_b, M, N, 16, half, col_major> right;
  fragment<accumulator, M, N, 16, Number> sum;
  load_matrix_sync(left, a, 16);
  load_matrix_sync(right, b, 16);
  load_matrix_sync(sum, d, M + 2, mem_col_major);
  for (int i = 0; i < left.num_elements; ++i)
    left.x[i] = left.x[i] + left.x[i];
  mma_sync(sum, left, right, sum);
  store_matrix_sync(d, sum, M + 2, mem_col_major);
}

__global__ void square(float *d, const half *a, const half *b) {
  fragments<16, 16>(d, a, b);
}
__global__ void tall(float *d, const half *a, const half *b) {
  fragments<32, 8>(d, a, b);
}
__global__ void wide(half *d, const half *a, const half *b) {
  fragments<8, 32>(d, a, b);
}

/// d = a * b of bytes with signs, 16 x 16, all in rows.
__global__ void small(int *d, const signed char *a, const signed char *b) {
  using namespace nvcuda::wmma;
  fragment<matrix_a, 16, 16, 16, signed char, row_major> left;
  fragment<matrix_b, 16, 16, 16, signed char, row_major> right;
  fragment<accumulator, 16, 16, 16, int> sum;
  fill_fragment(sum, 0);
  load_matrix_sync(left, a, 16);
  load_matrix_sync(right, b, 16);
  mma_sync(sum, left, right, sum);
  store_matrix_sync(d, sum, 16, mem_row_major);
}
