; A function is a kernel by its annotation or by its calling convention, and no
; other one is.
;
; RUN: %reprise audit %s | FileCheck %s

; CHECK: annotated idempotent
; CHECK: convention idempotent
; CHECK: 2 kernels:

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @annotated(ptr %p) {
  store i32 1, ptr %p
  ret void
}
define ptx_kernel void @convention(ptr %p) {
  store i32 1, ptr %p
  ret void
}
define void @neither(ptr %p) {
  store i32 1, ptr %p
  ret void
}

!nvvm.annotations = !{!0}
!0 = !{ptr @annotated, !"kernel", i32 1}
