//===- Family.cpp - The kernels that sequences are made of ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Family.h"

namespace reprise::window {

const std::vector<Member> &family() {
  using R = Member::Reach;
  static constexpr R None{}, One{1, false, 0, false}, Next{1, false, 1, false},
      Strided{1, true, 0, false}, Row{4, true, 0, false},
      Any{0, false, 0, true}, First{0, false, 1, false},
      Two{2, false, 1, false};
  static const std::vector<Member> All = {
      {"copy", "if (i < n) b[i] = a[i] * 3 + 1;", {One, One, None}},
      {"add", "if (i < n) c[i] = a[i] + b[i];", {One, One, One}},
      {"fill", "if (i < n) a[i] = k;", {One, None, None}},
      {"increment", "if (i < n) a[i] += k;", {One, None, None}},
      {"swap",
       "if (i < n) { int x = a[i]; a[i] = b[i]; b[i] = x; }",
       {One, One, None}},
      {"stencil", "if (i < n) b[i] = a[i] + a[i + 1];", {Next, One, None}},
      {"shift", "if (i < n) a[i] = a[i + 1];", {Next, None, None}},
      {"spread", "if (i < n) b[i * s] = a[i] + k;", {One, Strided, None}},
      {"pick", "if (i < n) b[i] = a[i * s];", {Strided, One, None}},
      {"evens", "if (i < n) a[2 * i] = a[2 * i + 1];", {Two, None, None}},
      {"odds", "if (i < n) a[2 * i + 1] = b[i];", {Two, One, None}},
      {"rows",
       "if (i < n) for (int x = 0; x < 3; ++x) b[i * s * 4 + x] = a[x] + i;",
       {First, Row, None}},
      {"bytes",
       "if (i < n) ((char *)b)[i * s] = ((char *)a)[i * s + 1];",
       {Strided, Strided, None}},
      {"scratch",
       "if (i < n) { b[i] = k; a[i] = b[i] + 1; }",
       {One, One, None}},
      {"half", "if (k > 50 && i < n) b[i] = a[i] - k;", {One, One, None}},
      {"later", "if (i >= k % 4 && i < n) b[i] = a[i];", {One, One, None}},
      {"conditional", "if (i < n && a[i] & 1) b[i] = k;", {One, One, None}},
      {"loop",
       "for (int j = i; j < n; j += gridDim.x * blockDim.x) b[j] = a[j];",
       {One, One, None}},
      {"bounded",
       "if (i == 0) for (int j = 0; j < (a[0] & 7); ++j) b[j] = k;",
       {First, {0, false, 7, false}, None}},
      {"scatter", "if (i < n) b[(unsigned)a[i] % s] = k;", {One, Any, None}},
      {"gather", "if (i < n) c[i] = b[(unsigned)a[i] % s];", {One, Any, One}},
      {"sum", "if (i < n) atomicAdd(&b[0], a[i]);", {One, First, None}},
      {"histogram",
       "if (i < n) atomicAdd(&b[(unsigned)a[i] % s], 1);",
       {One, Any, None}},
      {"largest", "if (i < n) atomicMax(&a[i / 2], k);", {One, None, None}},
      {"mask", "if (i < n) atomicAnd(&a[i], k);", {One, None, None}},
      {"set_bits", "if (i < n) atomicOr(&a[0], b[i]);", {First, One, None}},
      {"exchange", "if (i < n) atomicExch(&a[i], k);", {One, None, None}},
      {"append",
       "if (i < n) b[(unsigned)atomicAdd(a, 1) % s] = i;",
       {First, Any, None},
       true},
      {"winner", "if (i < n) a[0] = i;", {First, None, None}, true},
      {"marks", "if (i < n && a[0] == i) b[i] = k;", {First, One, None}},
      {"last_bits",
       "if (i < n) b[i] = atomicExch(&a[0], i);",
       {First, One, None},
       true},
      {"reduce",
       "__shared__ int sh[32]; sh[threadIdx.x] = i < n ? a[i] : 0;"
       "__syncthreads(); if (threadIdx.x == 0) { int x = 0;"
       "for (int j = 0; j < blockDim.x; ++j) x += sh[j]; b[blockIdx.x] = x; }",
       {One, {0, false, 4, false}, None}},
      {"unknown_read", "if (i < n) b[i] = t[0][i & 7];", {None, One, None}},
      {"unknown_write", "if (i < n) t[1][i & 7] = a[i];", {One, None, None}},
      {"read_constant", "if (i < n) b[i] = fixed[i & 15];", {None, One, None}},
      {"read_variable",
       "if (i < n) b[i] = variable[i & 15];",
       {None, One, None}},
      {"write_variable",
       "if (i < n && i < 16) variable[i] = a[i];",
       {One, None, None}},
  };
  return All;
}

std::string familyText() {
  std::string Text = "#define __constant__ __attribute__((constant))\n"
                     "static __device__ int atomicAnd(int *p, int v) {\n"
                     "  return __nvvm_atom_and_gen_i(p, v); }\n"
                     "extern \"C\" {\n"
                     "__constant__ int fixed[16];\n"
                     "__device__ int variable[16];\n";
  for (const Member &M : family())
    Text += std::string("__global__ void ") + M.Name +
            "(int *a, int *b, int *c, int n, int s, int k, int **t) {\n"
            "  int i = blockIdx.x * blockDim.x + threadIdx.x;\n  " +
            M.Body + "\n}\n";
  return Text + "}\n";
}

} // namespace reprise::window
