; One kernel of each class, overloads and templates, and one with arguments of
; every kind. set, add, copy, copy2, put<float>, put<double>, sink, args.
target datalayout = "e-i64:64-i128:128-v16:16-v32:32-n16:32:64"
target triple = "nvptx64-nvidia-cuda"

%Params = type { i32, i32, i32 }

define ptx_kernel void @_Z3setPi(ptr %x) {
  store i32 1, ptr %x
  ret void
}

define ptx_kernel void @_Z3addPi(ptr %x) {
  %v = load i32, ptr %x
  %w = add i32 %v, 1
  store i32 %w, ptr %x
  ret void
}

define ptx_kernel void @_Z4copyPiPKi(ptr %to, ptr %from) {
  %v = load i32, ptr %from
  store i32 %v, ptr %to
  ret void
}

define ptx_kernel void @_Z5copy2PiPKi(ptr %to, ptr %from) {
  %v = load i64, ptr %from
  store i64 %v, ptr %to
  ret void
}

define ptx_kernel void @_Z3putIfEvPT_(ptr %x) {
  store float 1.0, ptr %x
  ret void
}

define ptx_kernel void @_Z3putIdEvPT_(ptr %x) {
  store double 1.0, ptr %x
  ret void
}

define ptx_kernel void @_Z4sinkPPi(ptr %list) {
  %p = load ptr, ptr %list
  store i32 1, ptr %p
  ret void
}

define ptx_kernel void @_Z4args6ParamsfdahPi(ptr byval(%Params) align 4 %s, float %f, double %d, i8 %c, i8 %u, ptr %to) {
  %v = load i32, ptr %s
  store i32 %v, ptr %to
  ret void
}
