; A loop with two entries: no crash, and the store in it counts.
;
; RUN: %reprise audit %s | FileCheck %s
; RUN: not %reprise check %s --kernel k --grid 1 --block 1 --arg 0x1000 \
; RUN:   --arg 0x1000 --arg 1 --arg 9 --alloc 0x1000:64 \
; RUN:   | FileCheck %s --check-prefix=LAUNCH

; CHECK-NOT: {{^}}k idempotent
; CHECK: {{^}}k {{conditional|unknown|non-idempotent}}
; LAUNCH: verdict {{clobbers|unknown}}

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @k(ptr %to, ptr %from, i1 %c, i64 %n) {
entry:
  br i1 %c, label %one, label %two
one:
  %i = phi i64 [ 0, %entry ], [ %j1, %two ]
  %p = getelementptr i32, ptr %from, i64 %i
  %v = load i32, ptr %p
  br label %two
two:
  %j = phi i64 [ 5, %entry ], [ %i, %one ]
  %j1 = add i64 %j, 1
  %q = getelementptr i32, ptr %to, i64 %j
  store i32 7, ptr %q
  %more = icmp slt i64 %j1, %n
  br i1 %more, label %one, label %exit
exit:
  ret void
}

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
