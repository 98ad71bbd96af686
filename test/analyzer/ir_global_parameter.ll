; Parameters may be pointers to global memory.
;
; RUN: %reprise audit %s | FileCheck %s

; CHECK: k conditional disjoint(to[0 .. 4), from[0 .. 4))

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @k(ptr addrspace(1) %to, ptr addrspace(1) %from) {
  %v = load i32, ptr addrspace(1) %from
  store i32 %v, ptr addrspace(1) %to
  ret void
}

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
