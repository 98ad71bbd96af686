//===- Suite.h - A suite's host code, on a driver -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In place of test/suites/Suite.h: the table of launches becomes a program that
// allocates, copies and launches through the CUDA driver, with the reduced
// sizes. It takes the kernels as PTX and prints a sum of what each buffer holds
// in the end. Textures and names of templates are left out; benchmarks with
// them do not compile or fail.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_LIVE_SUITE_H
#define REPRISE_TEST_LIVE_SUITE_H

#define SUITE_DEVICE 0

#include "../program.h"
#include "HostTypes.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>

namespace live {

enum Truth { Idempotent, Clobbers };

struct Dim3 {
  unsigned X = 1, Y = 1, Z = 1;
  // As dim3: a number is a dimension of one axis. NOLINTNEXTLINE
  Dim3(unsigned X = 1, unsigned Y = 1, unsigned Z = 1) : X(X), Y(Y), Z(Z) {}
};

class Host {
  std::string Ptx;
  CUmodule Module;
  struct Buffer {
    std::string Name;
    CUdeviceptr Address;
    size_t Bytes;
    bool Alive;
  };
  std::vector<Buffer> Buffers;

  /// A launch, made when nothing more is said of it.
  class Launch {
  public:
    Launch(CUfunction Function, Dim3 Grid, Dim3 Block,
           std::vector<std::vector<char>> Arguments)
        : F(Function), G(Grid), B(Block), A(std::move(Arguments)) {}
    Launch(const Launch &) = delete;
    Launch &operator=(const Launch &) = delete;
    ~Launch() {
      std::vector<void *> Params;
      for (std::vector<char> &Each : A)
        Params.push_back(Each.data());
      for (uint64_t I = 0; I < Count; ++I)
        check(cuLaunchKernel(F, G.X, G.Y, G.Z, B.X, B.Y, B.Z, SharedBytes,
                             nullptr, Params.data(), nullptr),
              "cuLaunchKernel");
    }
    Launch &is(Truth) { return *this; }
    Launch &times(uint64_t N) { return Count = N, *this; }
    Launch &shared(unsigned Bytes) { return SharedBytes = Bytes, *this; }

  private:
    CUfunction F;
    Dim3 G, B;
    std::vector<std::vector<char>> A;
    uint64_t Count = 1;
    unsigned SharedBytes = 0;
  };

  /// The kernel's name as the PTX has it.
  CUfunction find(const std::string &Name) {
    const std::string Mangled = "_Z" + std::to_string(Name.size()) + Name;
    for (size_t At = 0; (At = Ptx.find(".entry ", At)) != Ptx.npos;) {
      At += 7;
      const std::string Entry = Ptx.substr(At, Ptx.find('(', At) - At);
      if (Entry != Name && Entry.rfind(Mangled, 0) != 0)
        continue;
      CUfunction Function;
      check(cuModuleGetFunction(&Function, Module, Entry.c_str()),
            Entry.c_str());
      return Function;
    }
    std::printf("no kernel %s\n", Name.c_str());
    std::exit(2);
  }

  template <class T> static std::vector<char> bytesOf(const T &Value) {
    std::vector<char> Bytes(sizeof(T));
    std::memcpy(Bytes.data(), &Value, sizeof(T));
    return Bytes;
  }
  static CUdeviceptr address(const void *P) {
    return reinterpret_cast<CUdeviceptr>(P);
  }

public:
  explicit Host(const char *Path) : Ptx(contents(Path)) {
    newContext();
    Module = load(Ptx);
  }

  bool reduced() const { return true; }
  bool fills() const { return true; }
  void leavesEmpty(const std::string &) {}
  template <class T> T size(T, T Reduced) const { return Reduced; }

  template <class T> T *buffer(const char *Name, size_t Count) {
    CUdeviceptr Address = allocate(Count * sizeof(T));
    check(cuMemsetD8(Address, 0, Count * sizeof(T)), "cuMemsetD8");
    Buffers.push_back({Name, Address, Count * sizeof(T), true});
    return reinterpret_cast<T *>(Address);
  }
  template <class T, class F>
    requires std::is_invocable_v<F, size_t>
  T *buffer(const char *Name, size_t Count, F Content) {
    T *P = buffer<T>(Name, Count);
    auto Values = std::make_unique<T[]>(Count);
    for (size_t I = 0; I < Count; ++I)
      Values[I] = static_cast<T>(Content(I));
    check(cuMemcpyHtoD(address(P), Values.get(), Count * sizeof(T)), "copy");
    return P;
  }
  template <class T>
  T *buffer(const char *Name, const std::vector<T> &Content) {
    return buffer<T>(Name, Content.size(),
                     [&](size_t I) { return Content[I]; });
  }
  void release(const void *P) {
    for (Buffer &B : Buffers)
      if (B.Address == address(P) && B.Alive) {
        check(cuMemFree(B.Address), "cuMemFree");
        B.Alive = false;
      }
  }
  template <class T> void write(T *To, const std::vector<T> &Content) {
    auto Values = std::make_unique<T[]>(Content.size());
    std::copy(Content.begin(), Content.end(), Values.get());
    check(cuMemcpyHtoD(address(To), Values.get(), Content.size() * sizeof(T)),
          "copy");
  }
  void copy(void *To, const void *From, size_t Bytes) {
    check(cuMemcpyDtoD(address(To), address(From), Bytes), "copy");
  }
  void fill(void *To, uint8_t Value, size_t Bytes) {
    check(cuMemsetD8(address(To), Value, Bytes), "fill");
  }
  void setSymbolBytes(const char *Name, const void *From, size_t Bytes,
                      size_t Offset) {
    CUdeviceptr Symbol;
    size_t Size;
    check(cuModuleGetGlobal(&Symbol, &Size, Module, Name), Name);
    check(cuMemcpyHtoD(Symbol + Offset, From, Bytes), Name);
  }
  template <class T> void setSymbol(const char *Name, const T &Value) {
    setSymbolBytes(Name, &Value, sizeof(T), 0);
  }
  template <class T>
  void setSymbol(const char *Name, const std::vector<T> &Values) {
    setSymbolBytes(Name, Values.data(), Values.size() * sizeof(T), 0);
  }

  template <class... Args>
  Launch launch(const char *Kernel, Dim3 Grid, Dim3 Block, const Args &...A) {
    return Launch(find(Kernel), Grid, Block, {bytesOf(A)...});
  }

  void finish() {
    check(cuCtxSynchronize(), "cuCtxSynchronize");
    for (const Buffer &B : Buffers) {
      if (!B.Alive)
        continue;
      std::vector<unsigned char> Bytes(B.Bytes);
      check(cuMemcpyDtoH(Bytes.data(), B.Address, B.Bytes), "copy");
      uint64_t Sum = 0;
      for (unsigned char Each : Bytes)
        Sum = Sum * 31 + Each;
      std::printf("%s: %016llx\n", B.Name.c_str(),
                  static_cast<unsigned long long>(Sum));
      check(cuMemFree(B.Address), "cuMemFree");
    }
    check(cuModuleUnload(Module), "cuModuleUnload");
  }
};

} // namespace live

using namespace live;

#define SUITE(SuiteName, Name)                                                 \
  int main(int, char **argv) {                                                 \
    Host H(argv[1]);                                                           \
    launches(H);                                                               \
    H.finish();                                                                \
  }

#endif // REPRISE_TEST_LIVE_SUITE_H
