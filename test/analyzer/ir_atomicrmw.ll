; Every atomicrmw reads and writes.
;
; RUN: %reprise audit %s | FileCheck %s

; CHECK: k non-idempotent {{.*}}reads and writes x[0] at once

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @k(ptr %x) {
  %old = atomicrmw fadd ptr %x, float 1.0 monotonic
  ret void
}

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
