; nsw, nuw and inbounds are claims: the launch checks for wraps.
;
; RUN: not %reprise check %s --kernel k --grid 1 --block 1024 --arg 0x10000000000 \
; RUN:   --arg 0x20000000000 --arg 0x7fffffff \
; RUN:   --alloc 0x10000000000:0x10000000000 --alloc 0x20000000000:64 | FileCheck %s

; CHECK: verdict unknown
; CHECK: reason index-may-wrap

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @k(ptr %to, ptr %from, i32 %ld) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x(), !range !8
  %m = mul nuw nsw i32 %t, %ld
  %i = sext i32 %m to i64
  %p = getelementptr inbounds i32, ptr %to, i64 %i
  %v = load i32, ptr %from
  store i32 %v, ptr %p
  ret void
}
declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
!8 = !{i32 0, i32 2}

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
