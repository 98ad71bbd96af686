// Pointers in a struct parameter, picked by the block: the places that the
// grid reaches, and no others.
//
// Bytes: four pointers out, four pointers in, four numbers.
//
// REQUIRES: cuda
// DEFINE: %{unused} = 00000000000000000000000000000000
// DEFINE: %{out} = 00000100000000000000020000000000%{unused}
// DEFINE: %{more} = e80300000a0000000000000000000000
// DEFINE: %{apart} = 00000300000000000000040000000000%{unused}
// DEFINE: %{meet} = 00000300000000002800020000000000%{unused}
// DEFINE: %{next} = 00000300000000002400020000000000%{unused}
// DEFINE: %{check} = %reprise check %s --kernel scale --block 256
// RUN: %reprise audit %s | FileCheck %s
// RUN: %{check} --grid 4,2 --arg hex:%{out}%{apart}%{more} \
// RUN:   | FileCheck --check-prefix=APART %s
// RUN: %{check} --grid 4,2 --arg hex:%{out}%{meet}%{more} \
// RUN:   | FileCheck --check-prefix=APART %s
// RUN: not %{check} --grid 4,2 --arg hex:%{out}%{next}%{more} \
// RUN:   | FileCheck --check-prefix=MEET %s
// RUN: not %{check} --grid 4,3 --arg hex:%{out}%{apart}%{more} \
// RUN:   | FileCheck --check-prefix=NULL %s
// RUN: not %{check} --grid 4,5 --arg hex:%{out}%{apart}%{more} \
// RUN:   | FileCheck --check-prefix=OUTSIDE %s

// CHECK: scale {{ *}}conditional {{.*}}disjoint(p.out[0][0 .. {{.*}}), p.in[0][0 .. {{.*}}))
// APART: verdict {{ *}}idempotent
// MEET: verdict {{ *}}{{clobbers|unknown}}
// NULL: verdict {{ *}}unknown
// NULL-NEXT: reason {{ *}}null-pointer
// OUTSIDE: verdict {{ *}}unknown
struct Batch {
  float *out[4];
  const float *in[4];
  int more[4];
};
__global__ void scale(Batch p) {
  int b = blockIdx.y, i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < 10)
    p.out[b][i] = 2 * p.in[b][i] + p.more[b];
}
