; Code divides by multiplying with a number that the host prepared. What would
; settle an unknown is that this number divides; by what, the offset tells.
;
; RUN: %reprise explain --kernel rows %s | FileCheck %s
; RUN: %reprise explain --kernel rows --format json %s \
; RUN:   | FileCheck %s --check-prefix=JSON
; RUN: %python %S/Inputs/status.py 3 %reprise check %s --kernel rows \
; RUN:   --grid 1 --block 64 --arg 0x10000 --arg hex:0800000000000020 --arg 16 \
; RUN:   --alloc 0x10000:65536 | FileCheck %s --check-prefix=CHECKED
; RUN: %reprise explain --kernel words %s | FileCheck %s --check-prefix=WORDS
; RUN: %reprise explain --kernel apart %s | FileCheck %s --check-prefix=APART
;
; CHECK: what would settle what is unknown
; CHECK-NEXT: may-overlap: that multiplying with bytes 4 to 7 of argument 2 (f) divides by bytes 0 to 3 of argument 2 (f) or argument 3 (pitch), and that the bytes read and written in argument 1 (x) do not meet
; JSON: "reason": "may-overlap",
; JSON-NEXT: "text": "that multiplying with bytes 4 to 7 of argument 2 (f) divides
; CHECKED: reason may-overlap
; CHECKED-NEXT: settle that multiplying with bytes 4 to 7 of argument 2 (f) divides
; WORDS: may-overlap: that multiplying with argument 2 (m) divides, and that
; APART-NOT: settle
target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

%Divider = type { i32, i32 }

declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare i32 @llvm.nvvm.mulhi.ui(i32, i32)

; x[q * pitch + r] = x[q * pitch + r + 4], i = q * f.d + r.
define ptx_kernel void @rows(ptr %x, ptr byval(%Divider) align 4 %f, i32 %pitch) {
  %i = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %d = load i32, ptr %f
  %at = getelementptr i8, ptr %f, i64 4
  %m = load i32, ptr %at
  %q = call i32 @llvm.nvvm.mulhi.ui(i32 %i, i32 %m)
  %whole = mul i32 %q, %d
  %r = sub i32 %i, %whole
  %row = mul i32 %q, %pitch
  %index = add i32 %row, %r
  %long = sext i32 %index to i64
  %to = getelementptr i32, ptr %x, i64 %long
  %from = getelementptr i8, ptr %to, i64 16
  %v = load i32, ptr %from
  store i32 %v, ptr %to
  ret void
}

; The factor is an argument of its own.
define ptx_kernel void @words(ptr %x, i32 %m) {
  %i = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %q = call i32 @llvm.nvvm.mulhi.ui(i32 %i, i32 %m)
  %long = zext i32 %q to i64
  %to = getelementptr i32, ptr %x, i64 %long
  %from = getelementptr i8, ptr %to, i64 16
  %v = load i32, ptr %from
  store i32 %v, ptr %to
  ret void
}

; Two allocations: how the numbers come about does not matter.
define ptx_kernel void @apart(ptr %x, ptr %y, i32 %m) {
  %i = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %q = call i32 @llvm.nvvm.mulhi.ui(i32 %i, i32 %m)
  %long = zext i32 %q to i64
  %to = getelementptr i32, ptr %x, i64 %long
  %from = getelementptr i32, ptr %y, i64 %long
  %v = load i32, ptr %from
  store i32 %v, ptr %to
  ret void
}
