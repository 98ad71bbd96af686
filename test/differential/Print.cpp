//===- Print.cpp - Random kernels as CUDA ---------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

namespace reprise::differential {

unsigned bytesOf(Type T) {
  static constexpr unsigned Bytes[] = {1, 1, 2, 4, 4, 8, 8, 8, 16};
  return Bytes[static_cast<unsigned>(T)];
}

const char *nameOf(Type T) {
  static constexpr const char *Names[] = {
      "signed char", "unsigned char",      "short", "int", "unsigned",
      "long long",   "unsigned long long", "int2",  "int4"};
  return Names[static_cast<unsigned>(T)];
}

std::string paramName(const Kernel &K, size_t Index) {
  const Param &P = K.Params[Index];
  return (P.InStruct ? "s." : "") + std::string(P.Pointer ? "a" : "n") +
         std::to_string(Index);
}

size_t layOut(const Kernel &K, std::vector<size_t> &Offsets) {
  auto Place = [&](size_t &At, const Param &P) {
    size_t Size = P.Pointer ? 8 : bytesOf(P.T);
    At = (At + Size - 1) / Size * Size;
    size_t Here = At;
    At += Size;
    return Here;
  };
  Offsets.assign(K.Params.size(), 0);
  size_t At = 0, Inside = 0, Align = 1;
  for (size_t I = 0; I < K.Params.size(); ++I)
    if (!K.Params[I].InStruct)
      Offsets[I] = Place(At, K.Params[I]);
  for (size_t I = 0; I < K.Params.size(); ++I)
    if (const Param &P = K.Params[I]; P.InStruct) {
      Offsets[I] = Place(Inside, P);
      Align = std::max<size_t>(Align, P.Pointer ? 8 : bytesOf(P.T));
    }
  if (!Inside)
    return At;
  At = (At + Align - 1) / Align * Align;
  for (size_t I = 0; I < K.Params.size(); ++I)
    if (K.Params[I].InStruct)
      Offsets[I] += At;
  return At + (Inside + Align - 1) / Align * Align;
}

std::string prelude(bool Plain) {
  std::string Text;
  if (!Plain)
    Text = "#include <__clang_cuda_builtin_vars.h>\n"
           "#define __global__ __attribute__((global))\n"
           "#define __device__ __attribute__((device))\n"
           "#define __shared__ __attribute__((shared))\n"
           "#define __noinline__ __attribute__((noinline))\n"
           "#define __restrict__ __restrict\n"
           "struct __attribute__((aligned(8))) int2 { int x, y; };\n"
           "struct __attribute__((aligned(16))) int4 { int x, y, z, w; };\n"
           "static __device__ int2 make_int2(int x, int y) {\n"
           "  int2 v = {x, y}; return v; }\n"
           "static __device__ int4 make_int4(int x, int y, int z, int w) {\n"
           "  int4 v = {x, y, z, w}; return v; }\n"
           "static __device__ int atomicAdd(int *p, int v) {\n"
           "  return __nvvm_atom_add_gen_i(p, v); }\n"
           "static __device__ int atomicMax(int *p, int v) {\n"
           "  return __nvvm_atom_max_gen_i(p, v); }\n"
           "static __device__ int atomicOr(int *p, int v) {\n"
           "  return __nvvm_atom_or_gen_i(p, v); }\n"
           "static __device__ int atomicExch(int *p, int v) {\n"
           "  return __nvvm_atom_xchg_gen_i(p, v); }\n"
           "static __device__ int atomicCAS(int *p, int c, int v) {\n"
           "  return __nvvm_atom_cas_gen_i(p, c, v); }\n";
  return Text +
         "static __device__ int fmad(int a, int b, int c) {\n"
         "  return a * b + c; }\n"
         "static __device__ __noinline__ int fclamp(int i, int n) {\n"
         "  return i < 0 ? 0 : i >= n ? n - 1 : i; }\n"
         "static __device__ int fmin2(int a, int b) { return a < b ? a : b; }\n"
         "static __device__ int fmax2(int a, int b) { return a > b ? a : b; }\n"
         "template <typename T> static __device__ __noinline__\n"
         "void put(T *p, long long i, T v) { p[i] = v; }\n"
         "static __device__ int fetch(unsigned long long t, int i) {\n"
         "  int x, y, z, w;\n"
         "  asm volatile(\"tex.1d.v4.s32.s32 {%0, %1, %2, %3}, [%4, {%5}];\"\n"
         "               : \"=r\"(x), \"=r\"(y), \"=r\"(z), \"=r\"(w)\n"
         "               : \"l\"(t), \"r\"(i));\n"
         "  return x; }\n"
         "static __device__ int get(int2 v) { return v.x + v.y; }\n"
         "static __device__ int get(int4 v) { return v.x + v.w; }\n"
         "template <typename T> static __device__ T get(T v) { return v; }\n\n";
}

std::string stopPrelude(bool Plain) {
  std::string Text;
  if (!Plain)
    Text = "static __device__ int __syncthreads_or(int p) {\n"
           "  return __nvvm_bar0_or(p); }\n"
           "static __device__ int __syncthreads_and(int p) {\n"
           "  return __nvvm_bar0_and(p); }\n"
           "static __device__ int __syncthreads_count(int p) {\n"
           "  return __nvvm_bar0_popc(p); }\n"
           "static __device__ int __shfl_sync(unsigned m, int v, int l) {\n"
           "  return __nvvm_shfl_sync_idx_i32(m, v, l, 31); }\n"
           "static __device__ unsigned __ballot_sync(unsigned m, int p) {\n"
           "  return __nvvm_vote_ballot_sync(m, p); }\n"
           "static __device__ int __any_sync(unsigned m, int p) {\n"
           "  return __nvvm_vote_any_sync(m, p); }\n"
           "static __device__ int __all_sync(unsigned m, int p) {\n"
           "  return __nvvm_vote_all_sync(m, p); }\n"
           "static __device__ unsigned __reduce_add_sync(unsigned m,\n"
           "                                             unsigned v) {\n"
           "  return __nvvm_redux_sync_add(v, m); }\n"
           "static __device__ void __syncwarp() {\n"
           "  __nvvm_bar_warp_sync(~0u); }\n"
           "static __device__ unsigned __activemask() {\n"
           "  return __nvvm_activemask(); }\n"
           "static __device__ int __popc(unsigned v) {\n"
           "  return __builtin_popcount(v); }\n";
  return Text +
         "static __device__ int flinear() {\n"
         "  return threadIdx.x + blockDim.x *\n"
         "      (threadIdx.y + blockDim.y * threadIdx.z); }\n"
         "static __device__ int fblock() {\n"
         "  return blockIdx.x + gridDim.x *\n"
         "      (blockIdx.y + gridDim.y * blockIdx.z); }\n"
         "static __device__ int fthreads() {\n"
         "  return blockDim.x * blockDim.y * blockDim.z; }\n"
         "static __device__ int fsor(int p) { return __syncthreads_or(p); }\n"
         "static __device__ int fsand(int p) { return __syncthreads_and(p); }\n"
         "static __device__ int fscount(int p) {\n"
         "  return __syncthreads_count(p); }\n"
         "static __device__ __noinline__ int fmeet(int x) {\n"
         "  __syncthreads(); return x + 1; }\n"
         // The lane that is d further among those that exist.
         "static __device__ int fnext(int d) {\n"
         "  int t = flinear(), b = t / 32 * 32, n = fthreads() - b;\n"
         "  return b + (t - b + d) % (n < 32 ? n : 32); }\n"
         "static __device__ int fshfl(int v, int d) {\n"
         "  return __shfl_sync(~0u, v, fnext(d) & 31); }\n"
         "static __device__ int fballot(int p) {\n"
         "  return __popc(__ballot_sync(~0u, p)); }\n"
         "static __device__ int fany(int p) { return __any_sync(~0u, p); }\n"
         "static __device__ int fall(int p) { return __all_sync(~0u, p); }\n"
         "static __device__ int fredux(int v) {\n"
         "  return __reduce_add_sync(~0u, v); }\n"
         "static __device__ int fwarp0() { __syncwarp(); return 0; }\n"
         "static __device__ int fwarp(int v) { __syncwarp(); return v; }\n"
         // Who is active is up to the device, but somebody is.
         "static __device__ int factive(int v) {\n"
         "  return v + (__activemask() == 0); }\n"
         "static __device__ __noinline__ int fsteps(int x) {\n"
         "  unsigned u = x; int n = 0;\n"
         "  while (u > 1 && n < 24) {\n"
         "    u = u & 1 ? 3 * u + 1 : u / 2; ++n; }\n"
         "  return n; }\n\n";
}

namespace {

class Printer {
public:
  explicit Printer(const Kernel &K) : K(K) {}

  std::string run() {
    std::string Members, Args;
    for (size_t I = 0; I < K.Params.size(); ++I) {
      const Param &P = K.Params[I];
      std::string Name = paramName(K, I);
      if (P.InStruct) {
        Members += "  " + declare(P, Name.substr(2)) + ";\n";
        continue;
      }
      Args += (Args.empty() ? "" : ", ") + declare(P, Name);
    }
    std::string Struct = "S_" + K.Name;
    if (!Members.empty()) {
      Args += (Args.empty() ? "" : ", ") + Struct + " s";
      Text += "struct " + Struct + " {\n" + Members + "};\n";
    }
    if (K.HasVariable)
      Text += "__device__ int " + variableName(K) + "[" +
              std::to_string(VariableElements) + "];\n";
    Text += "extern \"C\" __global__ void " + K.Name + "(" + Args + ") {\n";
    if (K.Shared) {
      Text += K.DynamicShared
                  ? "  extern __shared__ int sh[];\n"
                  : "  __shared__ int sh[" + std::to_string(K.Shared) + "];\n";
      // Never runs, but without any store a compiler may give each read another
      // value, and a second run would differ.
      Text += "  if (gridDim.x == 0x7fffffff) sh[0] = 1;\n";
    }
    if (K.Odd)
      Text +=
          "  __shared__ unsigned char odd[" + std::to_string(K.Odd) + "];\n";
    if (K.HasOwnArray)
      Text += "  int own[" + std::to_string(OwnElements) + "] = {};\n";
    if (K.HasChosen)
      line(1, "int *chosen = " + expr(K.ChosenIf) + " ? " +
                  pointer(K.ChosenFrom[0]) + " : " + pointer(K.ChosenFrom[1]) +
                  ";");
    block(K.Body, 1);
    return Text + "}\n\n";
  }

private:
  static std::string declare(const Param &P, const std::string &Name) {
    std::string T = nameOf(P.T);
    if (!P.Pointer)
      return T + " " + Name;
    if (P.Table)
      return "int **" + Name;
    if (P.Const)
      return "const " + T + " *__restrict__ " + Name;
    return T + " *" + Name;
  }

  static std::string var(int64_t V) { return "v" + std::to_string(V); }
  static std::string cast(Type T, const std::string &E) {
    return "(" + std::string(nameOf(T)) + ")" + E;
  }
  static std::string array(const std::string &Op) {
    return Op == "odd" ? "odd" : "sh";
  }
  static bool isVector(Type T) { return T >= Type::Int2; }

  std::string constant(const Expr &E) {
    // As bits, so that every value of every type has a spelling.
    std::string Bits = std::to_string(static_cast<uint64_t>(E.Value)) + "ull";
    if (E.Value >= 0 && E.Value < 1 << 30)
      Bits = std::to_string(E.Value);
    return "(" + cast(E.T, Bits) + ")";
  }

  /// What Chosen may be.
  std::string pointer(int Target) {
    if (Target >= 0)
      return "(int *)" + paramName(K, static_cast<size_t>(Target));
    return Target == Memory::OwnArray ? "own" : variableName(K);
  }
  /// A Memory as a pointer.
  std::string base(int64_t Target) {
    switch (Target) {
    case Memory::OwnArray:
      return "own";
    case Memory::Variable:
      return variableName(K);
    case Memory::Chosen:
      return "chosen";
    default:
      return paramName(K, static_cast<size_t>(K.Table)) +
             (K.TableByThread
                  ? "[threadIdx.x % " + std::to_string(TableEntries) + "]"
                  : "[1]");
    }
  }
  /// An index into it. A local array has nothing around it that may be touched.
  std::string within(int64_t Target, const std::string &Index) {
    bool Own =
        Target == Memory::OwnArray ||
        (Target == Memory::Chosen && (K.ChosenFrom[0] == Memory::OwnArray ||
                                      K.ChosenFrom[1] == Memory::OwnArray));
    return Own ? "(" + Index + ") & " + std::to_string(OwnElements - 1) : Index;
  }

  std::string expr(const Expr &E) {
    auto Kid = [&](size_t I) { return expr(E.Kids[I]); };
    switch (E.K) {
    case Expr::Kind::Const:
      return constant(E);
    case Expr::Kind::Scalar:
      return "(" + cast(E.T, paramName(K, static_cast<size_t>(E.Value))) + ")";
    case Expr::Kind::Var:
      return "(" + cast(E.T, var(E.Value)) + ")";
    case Expr::Kind::Special: {
      static constexpr const char *Names[] = {"threadIdx", "blockIdx",
                                              "blockDim", "gridDim"};
      return "(" +
             cast(E.T,
                  std::string(Names[E.Value / 3]) + "." + "xyz"[E.Value % 3]) +
             ")";
    }
    case Expr::Kind::Binary:
      if (E.Op == "min" || E.Op == "max") {
        std::string A = cast(E.T, Kid(0)), B = cast(E.T, Kid(1));
        return "((" + A + ") " + (E.Op == "min" ? "<" : ">") + " (" + B +
               ") ? " + A + " : " + B + ")";
      }
      // The outer cast ends what C's promotion of small types did.
      return "(" +
             cast(E.T, "(" + cast(E.T, Kid(0)) + " " + E.Op + " " +
                           cast(E.T, Kid(1)) + ")") +
             ")";
    case Expr::Kind::Compare:
      if (E.Op == "&&" || E.Op == "||")
        return "(" + Kid(0) + " " + E.Op + " " + Kid(1) + ")";
      return "(" + cast(E.T, Kid(0)) + " " + E.Op + " " + cast(E.T, Kid(1)) +
             ")";
    case Expr::Kind::Select:
      return "(" + Kid(0) + " ? " + cast(E.T, Kid(1)) + " : " +
             cast(E.T, Kid(2)) + ")";
    case Expr::Kind::Cast:
      return "(" + cast(E.T, Kid(0)) + ")";
    case Expr::Kind::Load:
      if (E.Value == Memory::Image)
        return "(" +
               cast(E.T, "fetch(" + paramName(K, static_cast<size_t>(K.Image)) +
                             ", " + cast(Type::I32, Kid(0)) + ")") +
               ")";
      if (E.Value < 0)
        return "(" +
               cast(E.T, base(E.Value) + "[" + within(E.Value, Kid(0)) + "]") +
               ")";
      return "(" +
             cast(E.T, "get(" + paramName(K, static_cast<size_t>(E.Value)) +
                           "[" + Kid(0) + "])") +
             ")";
    case Expr::Kind::Shared:
      return "(" + cast(E.T, array(E.Op) + "[" + Kid(0) + "]") + ")";
    case Expr::Kind::Call: {
      std::string Args;
      for (const Expr &A : E.Kids)
        Args += (Args.empty() ? "" : ", ") + cast(Type::I32, expr(A));
      return "(" + cast(E.T, E.Op + "(" + Args + ")") + ")";
    }
    }
    return "0";
  }

  std::string valueFor(Type T, const Expr &E) {
    std::string V = cast(Type::I32, expr(E));
    if (T == Type::Int2)
      return "make_int2(" + V + ", 1)";
    if (T == Type::Int4)
      return "make_int4(" + V + ", 1, 2, 3)";
    return cast(T, expr(E));
  }

  void line(unsigned Depth, const std::string &S) {
    Text += std::string(2 * Depth, ' ') + S + "\n";
  }

  void block(const std::vector<Stmt> &Body, unsigned Depth) {
    for (const Stmt &S : Body)
      statement(S, Depth);
  }

  void store(const Stmt &S, unsigned D) {
    Param P; // Of int.
    std::string At = expr(S.E[0]), Name;
    if (S.Buffer < 0) {
      Name = base(S.Buffer);
      At = within(S.Buffer, At);
    } else {
      P = K.Params[static_cast<size_t>(S.Buffer)];
      Name = paramName(K, static_cast<size_t>(S.Buffer));
    }
    // Qualifiers are no evidence; a program may cast them away.
    if (P.Const)
      Name = "((" + std::string(nameOf(P.T)) + " *)" + Name + ")";
    if (S.K == Stmt::Kind::Put) {
      line(D, "put<" + std::string(nameOf(P.T)) + ">(" + Name + ", " + At +
                  ", " + valueFor(P.T, S.E[1]) + ");");
    } else if (S.K == Stmt::Kind::Atomic) {
      std::string V = cast(Type::I32, expr(S.E[1]));
      if (S.Op == "atomicCAS")
        V += ", 7";
      line(D, (S.Used ? "int " + var(S.Var) + " = " : "") + S.Op + "((int *)&" +
                  Name + "[" + At + "], " + V + ");");
    } else if (S.Op == "+=" && isVector(P.T)) {
      line(D,
           Name + "[" + At + "].x += " + cast(Type::I32, expr(S.E[1])) + ";");
    } else {
      line(D,
           Name + "[" + At + "] " + S.Op + " " + valueFor(P.T, S.E[1]) + ";");
    }
  }

  void statement(const Stmt &S, unsigned D) {
    switch (S.K) {
    case Stmt::Kind::Let:
      line(D, std::string(nameOf(S.T)) + " " + var(S.Var) + " = " +
                  expr(S.E[0]) + ";");
      return;
    case Stmt::Kind::Assign:
      line(D, var(S.Var) + " = " + expr(S.E[0]) + ";");
      return;
    case Stmt::Kind::Store:
    case Stmt::Kind::Put:
    case Stmt::Kind::Atomic:
      return store(S, D);
    case Stmt::Kind::SharedStore:
      line(D, array(S.Op) + "[" + expr(S.E[0]) +
                  "] = " + cast(Type::I32, expr(S.E[1])) + ";");
      return;
    case Stmt::Kind::If:
      line(D, "if (" + expr(S.E[0]) + ") {");
      block(S.Body, D + 1);
      if (!S.Else.empty()) {
        line(D, "} else {");
        block(S.Else, D + 1);
      }
      return line(D, "}");
    case Stmt::Kind::For: {
      std::string V = var(S.Var), T = nameOf(S.T);
      line(D, "for (" + T + " " + V + " = " + expr(S.E[0]) + "; " + V + " " +
                  S.Op + " " + cast(S.T, expr(S.E[1])) + "; " + V +
                  " += " + cast(S.T, expr(S.E[2])) + ") {");
      block(S.Body, D + 1);
      return line(D, "}");
    }
    case Stmt::Kind::While: {
      std::string V = var(S.Var);
      line(D, "int " + V + " = 0;");
      line(D, "while (" + V + " < 64 && " + expr(S.E[0]) + ") {");
      block(S.Body, D + 1);
      line(D + 1, V + " += 1;");
      return line(D, "}");
    }
    case Stmt::Kind::Barrier:
      return line(D, "__syncthreads();");
    case Stmt::Kind::Return:
      return line(D, "if (" + expr(S.E[0]) + ") return;");
    case Stmt::Kind::Break:
      return line(D, "if (" + expr(S.E[0]) + ") break;");
    case Stmt::Kind::Continue:
      return line(D, "if (" + expr(S.E[0]) + ") continue;");
    case Stmt::Kind::Switch:
      line(D, "switch (" + expr(S.E[0]) + ") {");
      line(D, "case 0: {");
      block(S.Body, D + 1);
      line(D, S.Used ? "}" : "} break;");
      line(D, "case 1: {");
      block(S.Else, D + 1);
      line(D, "} break;");
      return line(D, "}");
    }
  }

  const Kernel &K;
  std::string Text;
};

} // namespace

std::string print(const Kernel &K) { return Printer(K).run(); }

} // namespace reprise::differential
