// What would settle an unknown names the member of a struct, and a table of
// pointers that the host gives.

// REQUIRES: cuda
// RUN: %reprise explain %s --kernel members | FileCheck %s --check-prefix=MEMBER
// RUN: %reprise explain %s --kernel tables | FileCheck %s --check-prefix=TABLE

struct Buffers {
  const int *Where;
  int *To;
};

// MEMBER: what would settle what is unknown
// MEMBER-NEXT: indirect-offset: the extent of argument 1 (B.To){{$}}
__global__ void members(Buffers B) { B.To[B.Where[threadIdx.x]] = 1; }

struct Lists {
  const float *In[300];
  float *Out[300];
};

// 300 places are not told apart.
// TABLE: what would settle what is unknown
// TABLE-NEXT: unknown-pointer: nothing at launch: the pointer comes from a
// table in L, of which not every place is followed
__global__ void tables(Lists L) {
  L.Out[blockIdx.x][threadIdx.x] = L.In[blockIdx.x][threadIdx.x];
}
