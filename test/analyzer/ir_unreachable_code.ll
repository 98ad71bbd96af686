; Code that no path reaches is no access.
;
; RUN: %reprise audit %s | FileCheck %s

; CHECK: k idempotent

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @k(ptr %x) {
entry:
  store i32 1, ptr %x
  ret void
dead:
  %v = load i32, ptr %x
  store i32 %v, ptr %x
  br label %dead
}

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
