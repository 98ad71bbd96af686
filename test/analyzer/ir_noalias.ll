; noalias and readonly are claims.
;
; RUN: %reprise audit %s | FileCheck %s
; RUN: not %reprise check %s --kernel k --grid 1 --block 1 --arg 0x1000 \
; RUN:   --arg 0x1000 --alloc 0x1000:64 | FileCheck %s --check-prefix=SAME

; CHECK: k conditional {{.*}}disjoint(to[0 .. 4), from[0 .. 4))
; SAME: verdict clobbers

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @k(ptr noalias writeonly %to, ptr noalias readonly %from) {
  %v = load i32, ptr %from, !invariant.load !9
  store i32 %v, ptr %to
  ret void
}
!9 = !{}

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
