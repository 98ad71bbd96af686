; A pointer rounded down with a mask keeps no root that it may leave.
;
; RUN: not %reprise check %s --kernel k --grid 1 --block 1 --arg 0x1010 \
; RUN:   --arg 0x1000 --alloc 0x1000:64 | FileCheck %s

; CHECK: verdict {{clobbers|unknown}}

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @k(ptr %to, ptr %from) {
  %i = ptrtoint ptr %to to i64
  %m = and i64 %i, -256
  %p = inttoptr i64 %m to ptr
  %v = load i32, ptr %from
  store i32 %v, ptr %p
  ret void
}

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
