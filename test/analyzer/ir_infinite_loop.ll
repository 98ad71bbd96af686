; A loop that never ends: no crash, and no bound on what it touches.
;
; RUN: not %reprise check %s --kernel k --grid 1 --block 1 --arg 0x1000 \
; RUN:   --arg 0x1800 --alloc 0x1000:4096 | FileCheck %s

; CHECK: verdict unknown

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @k(ptr %to, ptr %from) {
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %p = getelementptr i32, ptr %to, i64 %i
  %v = load i32, ptr %from
  store i32 %v, ptr %p
  %next = add i64 %i, 1
  br label %loop
}

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
