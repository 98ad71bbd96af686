; An invoke of a function without a body may do anything.
;
; RUN: %reprise audit --format json %s | FileCheck %s

; CHECK: "class": "unknown"
; CHECK: "reasons": [
; CHECK-NEXT: "unresolved-call"

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

declare void @elsewhere()
declare i32 @personality(...)
define void @k(ptr %to) personality ptr @personality {
entry:
  invoke void @elsewhere() to label %fine unwind label %thrown
fine:
  store i32 1, ptr %to
  ret void
thrown:
  %pad = landingpad { ptr, i32 } cleanup
  ret void
}

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
