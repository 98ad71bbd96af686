// A floating-point argument decides, by its bits. Both zeros are zero, a NaN is
// not, and a subnormal number only where the code does not flush it.
//
// REQUIRES: cuda
// RUN: split-file %s %t
// RUN: %reprise check %t/scale.cu --kernel scale --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0.0 --alloc 0x10000:128 \
// RUN:   | FileCheck %s --check-prefix=OFF
// RUN: %reprise check %t/scale.cu --kernel scale --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg=-0.0 --alloc 0x10000:128 \
// RUN:   | FileCheck %s --check-prefix=OFF
// RUN: not %reprise check %t/scale.cu --kernel scale --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg nan --alloc 0x10000:128 \
// RUN:   | FileCheck %s --check-prefix=ON
// RUN: not %reprise check %t/scale.cu --kernel scale --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg=-1e-45 --alloc 0x10000:128 \
// RUN:   | FileCheck %s --check-prefix=ON

// RUN: %clangxx_cuda -O2 --cuda-device-only -S %t/scale.cu -o %t/scale.ptx
// RUN: %clangxx_cuda -O2 --cuda-device-only -S -fgpu-flush-denormals-to-zero \
// RUN:   %t/scale.cu -o %t/flushed.ptx
// RUN: not %reprise check %t/scale.ptx --kernel scale --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg=-1e-45 --alloc 0x10000:128 \
// RUN:   | FileCheck %s --check-prefix=ON
// RUN: %reprise check %t/flushed.ptx --kernel scale --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg=-1e-45 --alloc 0x10000:128 \
// RUN:   | FileCheck %s --check-prefix=OFF
// RUN: %reprise check %t/scale.cu --kernel scale --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg=-1e-45 --alloc 0x10000:128 \
// RUN:   -- -fgpu-flush-denormals-to-zero \
// RUN:   | FileCheck %s --check-prefix=OFF
// RUN: not %reprise check %t/flushed.ptx --kernel scale --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg=-1.2e-38 --alloc 0x10000:128 \
// RUN:   | FileCheck %s --check-prefix=ON

// OFF: verdict idempotent
// ON: verdict clobbers
// ON: bytes 0x10000 .. 0x10080 (128 bytes)

//--- scale.cu
__global__ void scale(float *x, float factor) {
  if (factor != 0)
    x[threadIdx.x] *= 2;
}
