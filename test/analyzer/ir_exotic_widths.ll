; Widths that no C type has: bytes as the store has them.
;
; RUN: %reprise explain %s --kernel k | FileCheck %s

; CHECK: read p[0] 1
; CHECK: read p[8] 1
; CHECK: read p[16] 3
; CHECK: read p[32] 16
; CHECK: read p[64] 2
; CHECK: read p[72] 12

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @k(ptr %p, ptr %to) {
  %a = load i1, ptr %p
  %p8 = getelementptr i8, ptr %p, i64 8
  %b = load i8, ptr %p8
  %p16 = getelementptr i8, ptr %p, i64 16
  %c = load i24, ptr %p16
  %p32 = getelementptr i8, ptr %p, i64 32
  %d = load i128, ptr %p32
  %p64 = getelementptr i8, ptr %p, i64 64
  %e = load half, ptr %p64
  %p72 = getelementptr i8, ptr %p, i64 72
  %f = load <3 x i32>, ptr %p72, align 4
  store i32 0, ptr %to
  ret void
}

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
