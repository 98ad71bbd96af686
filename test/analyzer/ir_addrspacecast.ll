; A cast to global memory and back keeps the root.
;
; RUN: %reprise audit %s | FileCheck %s

; CHECK: k non-idempotent {{.*}}reads x[0], then writes it

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @k(ptr %x) {
  %g = addrspacecast ptr %x to ptr addrspace(1)
  %v = load i32, ptr addrspace(1) %g
  %w = add i32 %v, 1
  %p = addrspacecast ptr addrspace(1) %g to ptr
  store i32 %w, ptr %p
  ret void
}

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
