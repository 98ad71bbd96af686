; %i is the number of the thread in the grid.
;   copy    to[i] = from[i]
;   inc     a[i] += 1
;   last    a[0] = i: the last writer wins
;   sum     a[0] += i, without atomics: a race and a clobber
;   gather  a[list[i]] = a[i + n]: only the data says where it writes
;   heap    needs malloc
;   spin    waits for a[0] != 0
target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
declare ptr @malloc(i64)

define internal i32 @number() alwaysinline {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %n = call i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
  %c = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %m = mul i32 %c, %n
  %i = add i32 %m, %t
  ret i32 %i
}

define ptx_kernel void @copy(ptr %to, ptr %from) {
  %i = call i32 @number()
  %p = getelementptr i32, ptr %from, i32 %i
  %q = getelementptr i32, ptr %to, i32 %i
  %v = load i32, ptr %p, align 4
  store i32 %v, ptr %q, align 4
  ret void
}

define ptx_kernel void @inc(ptr %a) {
  %i = call i32 @number()
  %p = getelementptr i32, ptr %a, i32 %i
  %v = load i32, ptr %p, align 4
  %w = add i32 %v, 1
  store i32 %w, ptr %p, align 4
  ret void
}

define ptx_kernel void @last(ptr %a) {
  %i = call i32 @number()
  store i32 %i, ptr %a, align 4
  ret void
}

define ptx_kernel void @sum(ptr %a) {
  %i = call i32 @number()
  %v = load i32, ptr %a, align 4
  %w = add i32 %v, %i
  store i32 %w, ptr %a, align 4
  ret void
}

define ptx_kernel void @gather(ptr %a, ptr %list, i32 %n) {
  %i = call i32 @number()
  %p = getelementptr i32, ptr %list, i32 %i
  %j = load i32, ptr %p, align 4
  %k = add i32 %i, %n
  %q = getelementptr i32, ptr %a, i32 %k
  %v = load i32, ptr %q, align 4
  %r = getelementptr i32, ptr %a, i32 %j
  store i32 %v, ptr %r, align 4
  ret void
}

define ptx_kernel void @heap(ptr %a) {
  %p = call ptr @malloc(i64 4)
  store ptr %p, ptr %a, align 8
  ret void
}

define ptx_kernel void @spin(ptr %a) {
  br label %loop
loop:
  %v = load volatile i32, ptr %a, align 4
  %wait = icmp eq i32 %v, 0
  br i1 %wait, label %loop, label %out
out:
  ret void
}
