; The cases of a switch on an argument: what none of them reaches is not done.
;
; RUN: not %reprise check %s --kernel k --grid 1 --block 1 --arg 0x1000 --arg 2 \
; RUN:   --alloc 0x1000:64 | FileCheck %s --check-prefix=CASE
; RUN: %reprise check %s --kernel k --grid 1 --block 1 --arg 0x1000 --arg 0 \
; RUN:   --alloc 0x1000:64 | FileCheck %s --check-prefix=DEFAULT

; CASE: verdict {{clobbers|unknown}}
; DEFAULT: verdict idempotent

target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define void @k(ptr %x, i32 %mode) {
entry:
  switch i32 %mode, label %done [
    i32 1, label %set
    i32 2, label %bump
  ]
set:
  store i32 1, ptr %x
  br label %done
bump:
  %v = load i32, ptr %x
  %w = add i32 %v, 1
  store i32 %w, ptr %x
  br label %done
done:
  ret void
}

!nvvm.annotations = !{!0}
!0 = !{ptr @k, !"kernel", i32 1}
