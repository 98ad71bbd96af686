; A by-value parameter that the kernel writes is its own copy.
;
; RUN: %reprise audit %s | FileCheck %s

; CHECK: k idempotent

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

%S = type { i32, i32, ptr }
define void @k(ptr byval(%S) align 8 %s) {
  %v = load i32, ptr %s
  %w = add i32 %v, 1
  store i32 %w, ptr %s
  %pp = getelementptr i8, ptr %s, i64 8
  %to = load ptr, ptr %pp
  store i32 %w, ptr %to
  ret void
}

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
