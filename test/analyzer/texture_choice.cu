// A handle that threads choose is each of those that they choose from; one
// that is loaded from memory is not known.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: choose {{.*}}disjoint(to[0 .. 4blockDim.x), texture a) and disjoint(to[0 .. 4blockDim.x), texture b)
__global__ void choose(float *to, cudaTextureObject_t a, cudaTextureObject_t b,
                       int which) {
  int i = threadIdx.x;
  to[i] = tex1Dfetch<float>(i > which ? a : b, i);
}

// CHECK: loaded {{.*}}unknown {{.*}}handle whose binding is not known
__global__ void loaded(float *to, cudaTextureObject_t *all) {
  to[threadIdx.x] = tex1Dfetch<float>(all[threadIdx.x], threadIdx.x);
}
