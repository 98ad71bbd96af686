//===- PtxSeeds.cpp - PTX texts that use every kind of statement ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: reprise-ptx-seeds FOLDER
//
//===----------------------------------------------------------------------===//

#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

namespace {

constexpr char Head[] = ".version 9.0\n.target sm_90\n.address_size 64\n";

std::string kernel(const std::string &Body) {
  return std::string(Head) +
         ".visible .entry k(.param .u64 .ptr .global .align 4 a,\n"
         ".param .align 8 .b8 s[24], .param .f32 f)\n.maxntid 128, 1, 1\n"
         ".reqnctapercluster 2\n{\n.reg .pred %p<5>;\n.reg .b16 %h<5>;\n"
         ".reg .b32 %r<9>;\n.reg .b64 %d<9>;\n.reg .f32 %f<5>;\n"
         "ld.param.u64 %d1, [a];\nld.param.u32 %r1, [s+4];\n" +
         Body + "\nret;\n}\n";
}

struct Seed {
  const char *Name;
  std::string Text;
};

std::string moduleScope() {
  return std::string(Head) +
         ".file 1 \"a.cu\", 1, 2\n.extern .shared .align 16 .b8 dyn[];\n"
         ".global .align 8 .u64 t[3] = {x, generic(y)+4, 0xff00(x)};\n"
         ".const .f32 c[2][2] = {{1.0, 0f3F800000}, {-2.5}};\n"
         ".global .u32 x = 3, y[4];\n.weak .global .texref tex;\n"
         ".alias g, f;\n.func (.reg .b32 r) f(.reg .b32 a)\n"
         "{ add.s32 r, a, 1; ret; }\n.pragma \"nounroll\";\n"
         ".section .debug_str { .b8 1, 2 }\n@@DWARF .byte 1\n"
         ".entry k() { .reg .b32 %r<2>; call (%r1), f, (3); exit; }\n";
}

std::string control() {
  return kernel(
      "L0:\nsetp.lt.and.s32 %p1|%p2, %r1, -5, !%p3;\n@%p1 bra L0;\n"
      "@!%p2 bra.uni L1;\nbrx.idx %r1, T;\nT: .branchtargets L0, L1;\n"
      "{ .reg .b32 %q; L2: mov.u32 %q, %tid.x; @%p1 bra L2; }\n"
      "P: .callprototype (.param .b32 _) _ (.param .b64 _);\n"
      "{ .param .b64 in; .param .b32 out; st.param.b64 [in], %d1;\n"
      "call (out), %d2, (in), P; ld.param.b32 %r2, [out]; }\n"
      ".loc 1 3 4, function_name N, inlined_at 1 5 6\nL1: trap;");
}

std::string memory() {
  return kernel(
      ".shared .align 16 .b8 sm[64]; .local .b8 lo[8];\n"
      "cvta.to.global.u64 %d2, %d1; @%p1 ld.global.nc.v2.u32 {%r2, _}, [%d2+8];"
      "st.global.v4.u32 [%d2], {%r1, %r2, %r3, %r4}; mov.u32 %r5, sm;\n"
      "atom.global.cas.b32 %r2, [%d2], 1, 2; red.add.noftz.f16x2 [%d2], %r2;\n"
      "cp.async.ca.shared.global [%r5], [%d2], 4, %r1; cp.async.wait_all;\n"
      "cp.async.bulk.global.shared::cta.bulk_group [%d2], [%r5], 64;\n"
      "ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%r1, %r2}, [%r5];\n"
      "wmma.load.a.sync.aligned.row.m16n16k16.f16 {%r1, %r2}, [%d2], %r3;\n"
      "tex.2d.v4.f32.s32 {%f1, %f2, %f3, %f4}, [%d1, {%r1, %r2}];\n"
      "multimem.red.global.add.u32 [%d2], %r1; discard.L2 [%d2], 128;\n"
      "st.local.u32 [lo+4], %r1; fetch.global.u32 %r1, [%d2];");
}

std::string arithmetic() {
  return kernel(
      "add.cc.u32 %r2, %r1, 1; addc.u32 %r3, %r2, 0; mad.hi.sat.s32 %r2, %r1, "
      "%r2, %r3; bfe.s32 %r2, %r1, %r3, 5; bfi.b64 %d2, %d1, %d3, 4, 8;\n"
      "prmt.b32.f4e %r2, %r1, %r3, 1; lop3.and.b32 %r2|%p1, %r1, %r2, %r3, "
      "0x96, %p2; shf.l.wrap.b32 %r2, %r1, %r3, 9; bmsk.clamp.b32 %r2, 3, "
      "%r1;\n"
      "szext.wrap.s32 %r2, %r1, 4; fns.b32 %r2, %r1, 0, 2; dp2a.hi.s32.u32 "
      "%r2, %r1, %r3, 0; vadd.s32.u32.s32 %r2.b1, %r1.h0, %r3, %r4;\n"
      "vabsdiff4.u32.u32.u32.add %r2, %r1.b7610, %r3, 0; min.relu.s16x2 %r2, "
      "%r1, %r3; mov.b64 {%r1, %r2}, %d1; selp.b32 %r1, 3, (1 + 2) * 3, %p1;\n"
      "set.eq.f32.s32 %f1, %r1, %r2; slct.s32.f32 %r1, 1, 2, %f1;\n"
      "shfl.sync.bfly.b32 %r1|%p1, %r2, 1, 31, -1; vote.sync.ballot.b32 %r1, "
      "!%p1, -1; match.all.sync.b64 %r1|%p1, %d1, -1; redux.sync.add.s32 %r1, "
      "%r2, -1; bar.red.popc.u32 %r1, 0, %p1; barrier.sync 1, 64;");
}

std::string floating() {
  return kernel(
      "fma.rz.ftz.sat.f32 %f1, %f2, %f3, 0f3F800000; add.rn.f16x2 %r1, %r2, "
      "%r3; max.NaN.xorsign.abs.f32 %f1, %f2, %f3; cvt.rn.satfinite.e4m3x2.f32 "
      "%h1, %f1, %f2; cvt.rzi.ftz.s64.f32 %d2, %f1; cvt.rp.f16.f64 %h1, 1.5;\n"
      "cvt.pack.sat.u8.s32.b32 %r1, %r2, %r3, %r4; ex2.approx.ftz.f32 %f1, "
      "%f2; testp.subnormal.f32 %p1, %f1; setp.ltu.ftz.f16x2 %p1|%p2, %r1, "
      "%r2; mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%f1, %f2}, "
      "{%r1}, {%r2}, {%f1, %f2}; div.full.f32 %f1, %f2, -2.0; sqrt.rm.f64 %d1, "
      "%d2; cvt.rn.f16x2.e5m2x2 %r1, %h1;");
}

} // namespace

int main(int Argc, char **Argv) {
  if (Argc != 2) {
    std::cerr << "usage: " << Argv[0] << " FOLDER\n";
    return 2;
  }
  std::filesystem::path Folder = Argv[1];
  std::filesystem::create_directories(Folder);
  for (const Seed &S : {Seed{"module", moduleScope()},
                        {"control", control()},
                        {"memory", memory()},
                        {"arithmetic", arithmetic()},
                        {"floating", floating()}})
    std::ofstream(Folder / S.Name, std::ios::binary) << S.Text;
}
