; llvm.assume is a claim: it bounds nothing.
;
; RUN: not %reprise check %s --kernel k --grid 1 --block 64 --arg 0x1000 \
; RUN:   --arg 0x1010 --alloc 0x1000:4096 | FileCheck %s

; CHECK: verdict clobbers

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @k(ptr %to, ptr %from) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %c = icmp ult i32 %t, 4
  call void @llvm.assume(i1 %c)
  %i = zext i32 %t to i64
  %p = getelementptr i32, ptr %to, i64 %i
  %v = load i32, ptr %from
  store i32 %v, ptr %p
  ret void
}
declare void @llvm.assume(i1)
declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
