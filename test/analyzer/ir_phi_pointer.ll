; A phi of two parameters is both of them, under the conditions of its edges.
;
; RUN: %reprise check %s --kernel k --grid 1 --block 1 --arg 0x1000 --arg 0x1000 \
; RUN:   --arg 0x2000 --arg 0 --alloc 0x1000:64 --alloc 0x2000:64 \
; RUN:   | FileCheck %s --check-prefix=OTHER
; RUN: not %reprise check %s --kernel k --grid 1 --block 1 --arg 0x1000 \
; RUN:   --arg 0x1000 --arg 0x2000 --arg 1 --alloc 0x1000:64 --alloc 0x2000:64 \
; RUN:   | FileCheck %s --check-prefix=SAME

; OTHER: verdict idempotent
; SAME: verdict clobbers

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @k(ptr %to, ptr %a, ptr %b, i32 %first) {
entry:
  %c = icmp ne i32 %first, 0
  br i1 %c, label %left, label %right
left:
  br label %join
right:
  br label %join
join:
  %p = phi ptr [ %a, %left ], [ %b, %right ]
  %v = load i32, ptr %p
  store i32 %v, ptr %to
  ret void
}

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
