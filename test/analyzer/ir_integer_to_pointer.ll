; A pointer made of an integer parameter may point to what another one does.
;
; RUN: not %reprise check %s --kernel k --grid 1 --block 1 --arg 0x1000 \
; RUN:   --arg 0x1000 --alloc 0x1000:64 | FileCheck %s --check-prefix=SAME

; SAME: verdict {{clobbers|unknown}}

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @k(i64 %to, ptr %from) {
  %p = inttoptr i64 %to to ptr
  %v = load i32, ptr %from
  store i32 %v, ptr %p
  ret void
}

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
