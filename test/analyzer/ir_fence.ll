; A fence touches no memory.
;
; RUN: %reprise audit %s | FileCheck %s

; CHECK: k idempotent

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @k(ptr %to) {
  store i32 1, ptr %to
  fence seq_cst
  ret void
}

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
