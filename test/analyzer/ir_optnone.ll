; Functions marked optnone and noinline are analysed like all others.
;
; RUN: %reprise audit %s | FileCheck %s

; CHECK: k conditional {{.*}}disjoint(to[0 .. 4), from[0 .. 4))

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define internal i32 @get(ptr %p) #0 {
  %slot = alloca ptr
  store ptr %p, ptr %slot
  %q = load ptr, ptr %slot
  %v = load i32, ptr %q
  ret i32 %v
}
define void @k(ptr %to, ptr %from) #0 {
  %v = call i32 @get(ptr %from)
  store i32 %v, ptr %to
  ret void
}
attributes #0 = { noinline optnone }

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
