; Arithmetic on 128 bits is not read: any element, no crash.
;
; RUN: %reprise audit --format json %s | FileCheck %s

; CHECK: "class": "conditional"
; CHECK: "reasons": [
; CHECK-NEXT: "indirect-offset"

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @k(ptr %to, ptr %from, i128 %n) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %w = zext i32 %t to i128
  %m = mul i128 %w, %n
  %s = lshr i128 %m, 64
  %i = trunc i128 %s to i64
  %p = getelementptr i32, ptr %from, i64 %i
  %v = load i32, ptr %p
  store i32 %v, ptr %to
  ret void
}
declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
