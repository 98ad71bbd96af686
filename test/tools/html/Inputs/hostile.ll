; Kernels whose names end the script, are markup, run a script as a link, clear
; a terminal, are no UTF-8, turn the direction of writing, break the line.
target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

define ptx_kernel void @"</script><script>document.title='taken'</script>"(ptr %x) {
  store i32 1, ptr %x
  ret void
}

define ptx_kernel void @"<!--<script><img/src=x onerror=document.title='taken'>"(ptr %x) {
  %v = load i32, ptr %x
  %w = add i32 %v, 1
  store i32 %w, ptr %x
  ret void
}

define ptx_kernel void @"javascript:document.title='taken'"(ptr %x) {
  ret void
}

define ptx_kernel void @"clear\1B[2J\07"(ptr %x) {
  ret void
}

define ptx_kernel void @"bytes\FF\C3("(ptr %x) {
  ret void
}

define ptx_kernel void @"turn\E2\80\AEnrut"(ptr %x) {
  ret void
}

define ptx_kernel void @"line\0Aforged idempotent"(ptr %x) {
  ret void
}

define ptx_kernel void @"gr\C3\BC\C3\9Fe"(ptr %x) {
  ret void
}

define ptx_kernel void @"\22'&amp;\\ %41#q=x&class=y@2"(ptr %x) {
  ret void
}
