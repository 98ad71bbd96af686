; An index of one bit is 0 or 1.
;
; RUN: %reprise check %s --kernel k --grid 1 --block 1 --arg 0x1008 --arg 0x1000 \
; RUN:   --arg 0x2000 --alloc 0x1000:64 --alloc 0x2000:64 | FileCheck %s

; CHECK: verdict idempotent

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @k(ptr %to, ptr %from, ptr %data) {
  %d = load i32, ptr %data
  %c = icmp eq i32 %d, 5
  %i = zext i1 %c to i64
  %p = getelementptr i32, ptr %from, i64 %i
  %v = load i32, ptr %p
  store i32 %v, ptr %to
  ret void
}

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
