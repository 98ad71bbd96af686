; Proofs of LLVM IR are counted like those of PTX; of a summary none are known.
;
; RUN: %reprise audit --format json --db %t.json %s > %t.out
; RUN: FileCheck %s < %t.out
; RUN: %reprise audit --format json %t.json | FileCheck %s --check-prefix=SUMMARY
;
; CHECK: "queries": {{[1-9]}}
; SUMMARY-NOT: "queries": {{[1-9]}}
target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()

define ptx_kernel void @odd(ptr %a) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %i = zext i32 %t to i64
  %even = getelementptr [2 x i32], ptr %a, i64 %i, i64 0
  %odd = getelementptr [2 x i32], ptr %a, i64 %i, i64 1
  %v = load i32, ptr %even
  store i32 %v, ptr %odd
  ret void
}
