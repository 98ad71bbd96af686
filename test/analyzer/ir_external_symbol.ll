; A variable of another translation unit is a root like any other.
;
; RUN: %reprise audit --format json %s | FileCheck %s

; CHECK: "class": "non-idempotent"

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

@counter = external addrspace(1) global i32
define void @k() {
  %v = load i32, ptr addrspace(1) @counter
  %w = add i32 %v, 1
  store i32 %w, ptr addrspace(1) @counter
  ret void
}

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
