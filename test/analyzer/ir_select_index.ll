; A select of two indices is both of them.
;
; RUN: %reprise explain %s --kernel k | FileCheck %s

; CHECK-DAG: read from[4]
; CHECK-DAG: read from[12]
; CHECK-DAG: write to[0]

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @k(ptr %to, ptr %from, ptr %data) {
  %d = load i32, ptr %data
  %c = icmp sgt i32 %d, 0
  %i = select i1 %c, i64 1, i64 3
  %p = getelementptr i32, ptr %from, i64 %i
  %v = load i32, ptr %p
  store i32 %v, ptr %to
  ret void
}

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
