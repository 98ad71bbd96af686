// Pointers and sizes that the host put into a constant variable. Without its
// content the pointers are not known.
//
// REQUIRES: cuda
// RUN: %reprise explain --kernel move %s | FileCheck %s
// RUN: %reprise check --kernel move --grid 8 --block 256 %s \
// RUN:   --content config=00000100000000000000020000000000d007000000000000 \
// RUN:   | FileCheck --check-prefix=APART %s
// RUN: not %reprise check --kernel move --grid 8 --block 256 %s \
// RUN:   --content config=0000010000000000401f010000000000d107000000000000 \
// RUN:   | FileCheck --check-prefix=MEET %s
// RUN: %reprise check --kernel move --grid 8 --block 256 %s \
// RUN:   --content config=0000010000000000401f010000000000 \
// RUN:   --content config+16=d0070000 | FileCheck --check-prefix=APART %s
// RUN: not %reprise check --kernel move --grid 8 --block 256 %s \
// RUN:   --content config=0000010000000000 \
// RUN:   | FileCheck --check-prefix=LACKING %s

// CHECK: condition {{ *}}disjoint(config@8[0 .. 4config@16), config@0[0 .. 4config@16))
// CHECK: note {{ *}}a launch needs the content of constant variable config
// APART: verdict {{ *}}idempotent
// MEET: verdict {{ *}}clobbers
// LACKING: verdict {{ *}}unknown
// LACKING-NEXT: reason {{ *}}unknown-symbol
struct Config {
  const float *from;
  float *to;
  int n;
};
__constant__ Config config;
__global__ void move() {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < config.n)
    config.to[i] = config.from[i];
}
