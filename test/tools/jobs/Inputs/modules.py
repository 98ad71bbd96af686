"""Writes PTX modules with many kernels, so large that each has several parts.

usage: modules.py FOLDER MODULES KERNELS STATEMENTS

Kernel K of module M copies, adds or increments, by turns, in an unrolled loop
of STATEMENTS statements; every third calls a device function.
"""

import os
import sys

folder, modules, kernels, statements = sys.argv[1], *map(int, sys.argv[2:])
os.makedirs(folder, exist_ok=True)

FUNCTION = """
.func (.param .b32 out) twice(.param .b32 in)
{
  .reg .b32 %r<3>;
  ld.param.b32 %r1, [in];
  add.s32 %r2, %r1, %r1;
  st.param.b32 [out], %r2;
  ret;
}
"""
HEAD = """
.visible .entry {name}(.param .u64 a, .param .u64 b, .param .u32 n)
{{
  .reg .pred %p<2>;
  .reg .b32 %r<9>;
  .reg .b64 %rd<9>;
  ld.param.u64 %rd1, [a];
  ld.param.u64 %rd2, [b];
  ld.param.u32 %r1, [n];
  mov.u32 %r2, %ctaid.x;
  mov.u32 %r3, %ntid.x;
  mov.u32 %r4, %tid.x;
  mad.lo.s32 %r5, %r2, %r3, %r4;
  setp.ge.s32 %p1, %r5, %r1;
  @%p1 bra DONE;
  mul.wide.s32 %rd3, %r5, 4;
  add.s64 %rd4, %rd1, %rd3;
  add.s64 %rd5, %rd2, %rd3;
  mov.u32 %r7, 0;
"""
CALL = """  {{
    .param .b32 in;
    .param .b32 out;
    st.param.b32 [in], %r6;
    call (out), twice, (in);
    ld.param.b32 %r6, [out];
  }}
"""

for m in range(modules):
    with open(os.path.join(folder, f"m{m}.ptx"), "w") as out:
        out.write(".version 8.0\n.target sm_80\n.address_size 64\n" + FUNCTION)
        for k in range(kernels):
            out.write(HEAD.format(name=f"k{k}_of_m{m}"))
            source = ["%rd5", "%rd4"][k % 3 == 1]
            out.write(f"  ld.global.u32 %r6, [{source}];\n")
            if k % 3 == 2:
                out.write(CALL.format())
            for s in range(statements):
                out.write(f"  xor.b32 %r7, %r7, %r6;\n  add.s32 %r6, %r6, {s};\n")
            out.write("  st.global.u32 [%rd4], %r7;\nDONE:\n  ret;\n}\n")
