; A module without kernels is an empty table.
;
; RUN: %reprise audit %s | FileCheck %s

; CHECK: 0 kernels:

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @f(ptr %p) {
  ret void
}

