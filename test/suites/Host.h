//===- Host.h - What a benchmark's host code does -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A table of launches calls a Host as a program calls the CUDA runtime. What it
// does is recorded, and carried out later in the same order. Buffers have their
// contents, and kernels run, with small sizes; or with the usual ones on a GPU,
// whose memory is elsewhere (Placement).
//
// Thread safety: none.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_SUITES_HOST_H
#define REPRISE_TEST_SUITES_HOST_H

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace reprise::suites {

struct Dim3 {
  uint32_t X = 1, Y = 1, Z = 1;
  // As dim3: a number is a dimension of one axis. NOLINTNEXTLINE
  Dim3(uint32_t X = 1, uint32_t Y = 1, uint32_t Z = 1) : X(X), Y(Y), Z(Z) {}
};

/// The truth about a launch.
enum Truth : uint8_t { Idempotent, Clobbers };

/// Sizes of the original's usual run, without contents or with them, or small
/// ones for the oracle.
enum class Scale : uint8_t { Usual, Filled, Reduced };

/// Device memory of one allocation.
struct DeviceRange {
  uint64_t Address = 0, Bytes = 0;
};

/// A texture object over linear memory, whose elements outside read as 0, or
/// over an array, where the nearest one is read. No pointer reaches an array.
struct LinearTexture {
  uint64_t Handle = 0, Address = 0, Elements = 0;
  uint8_t Channels = 1, Bits = 32;
  bool Signed = false, Array = false;
  uint64_t Rows = 0; ///< Of an array of two dimensions; else 0.
};

/// What the host last wrote into a `__constant__` or `__device__` variable,
/// from byte Offset on. Pieces of one variable may overlap where they are
/// equal.
struct SymbolContent {
  std::string Name;
  uint64_t Offset = 0;
  std::vector<uint8_t> Bytes;
};

/// One launch, or several equal ones.
struct HostLaunch {
  std::string Kernel;
  Dim3 Grid, Block;
  uint32_t DynamicShared = 0; ///< Bytes.
  std::vector<std::vector<uint8_t>> Arguments;
  Truth Expected = Idempotent;
  uint64_t Times = 1;
  /// Alive at launch, sorted by address.
  std::shared_ptr<const std::vector<DeviceRange>> Allocations;
  std::shared_ptr<const std::vector<LinearTexture>> Textures;
  std::shared_ptr<const std::vector<SymbolContent>> Contents;
};

/// Something that the host does to device memory.
struct MemoryStep {
  enum class Kind : uint8_t {
    Write, ///< Content goes to To.
    Copy,  ///< Bytes bytes from From to To.
    Fill,  ///< Bytes bytes from To on become Value.
    Symbol ///< Content goes to a variable, from byte Offset on.
  };
  Kind K = Kind::Write;
  uint64_t To = 0, From = 0, Bytes = 0, Offset = 0;
  uint8_t Value = 0;
  std::string Symbol; ///< Mangled.
  std::vector<uint8_t> Content;

  /// Finds a variable of at least Bytes bytes.
  using FindSymbol =
      std::function<uint8_t *(const std::string &Name, uint64_t Bytes)>;
  /// Does it to this process's memory.
  void carryOut(const FindSymbol &Find) const;
};

/// What happened, in order: a launch, or else something done to memory.
struct HostStep {
  std::unique_ptr<HostLaunch> Launch;
  MemoryStep Memory;
};

/// Where buffers are that are not in this process's memory.
struct Placement {
  uint64_t Address = 0; ///< Of the first one, a multiple of 512.
  /// Without, buffers have no contents: for a look at their sizes.
  bool Contents = true;
  /// Makes a texture and gives its handle. Content is that of an array.
  std::function<uint64_t(const LinearTexture &, std::span<const uint8_t>)>
      Texture;
};

/// Refines the launch that was just made.
class LaunchHandle {
public:
  explicit LaunchHandle(HostLaunch &L) : L(L) {}
  LaunchHandle is(Truth T) const { return L.Expected = T, *this; }
  /// As many equal launches in a row.
  LaunchHandle times(uint64_t N) const { return L.Times = N, *this; }
  /// Bytes of dynamic shared memory.
  LaunchHandle shared(uint32_t Bytes) const {
    return L.DynamicShared = Bytes, *this;
  }

private:
  HostLaunch &L;
};

class Host {
public:
  /// Buffers are memory of this process. Those of usual sizes have no contents.
  explicit Host(Scale S);
  /// Buffers are where Where says.
  Host(Scale S, Placement Where);
  ~Host();
  Host(const Host &) = delete;
  Host &operator=(const Host &) = delete;

  bool reduced() const { return S == Scale::Reduced; }
  /// Buffers have contents.
  bool fills() const { return S != Scale::Usual && EmptyBecause.empty(); }
  template <class T> T size(T Usual, T Reduced) const {
    return reduced() ? Reduced : Usual;
  }

  /// cudaMalloc: Count elements, in an allocation of its own. It holds zeros.
  /// Allocations are 512 bytes aligned and follow each other in the order of
  /// the calls, as cudaMalloc often places them.
  template <class T> T *buffer(const char *Name, size_t Count) {
    return static_cast<T *>(allocate(Name, Count * sizeof(T)));
  }
  /// The same; element I is Content(I).
  template <class T, class F>
    requires std::is_invocable_v<F, size_t>
  T *buffer(const char *Name, size_t Count, F Content) {
    T *P = buffer<T>(Name, Count);
    uint8_t *To = content(reinterpret_cast<uint64_t>(P));
    if (fills() && Where.Contents)
      for (size_t I = 0; I < Count; ++I) {
        T Value = static_cast<T>(Content(I));
        std::memcpy(To + I * sizeof(T), &Value, sizeof(T));
      }
    return P;
  }
  template <class T>
  T *buffer(const char *Name, const std::vector<T> &Content) {
    return buffer<T>(Name, Content.size(),
                     [&](size_t I) { return Content[I]; });
  }
  /// cudaFree.
  void release(const void *Buffer);

  /// cudaMemcpy from the host: at this point of the program.
  template <class T> void write(T *To, const std::vector<T> &Content) {
    writeBytes(To, Content.data(), Content.size() * sizeof(T));
  }
  /// cudaMemcpy on the device.
  void copy(void *To, const void *From, size_t Bytes);
  /// cudaMemset.
  void fill(void *To, uint8_t Value, size_t Bytes);
  /// cudaMemcpyToSymbol of a `__device__` or `__constant__` variable, by its
  /// mangled name.
  template <class T> void setSymbol(const char *Name, const T &Value) {
    static_assert(std::is_trivially_copyable_v<T>);
    setSymbolBytes(Name, &Value, sizeof(T), 0);
  }
  template <class T>
  void setSymbol(const char *Name, const std::vector<T> &Values) {
    setSymbolBytes(Name, Values.data(), Values.size() * sizeof(T), 0);
  }
  /// cudaMemcpyToSymbol from Offset bytes on.
  void setSymbolBytes(const char *Name, const void *From, size_t Bytes,
                      size_t Offset);

  /// cudaCreateTextureObject over linear memory: the handle, as a kernel takes
  /// it. Channels of Bits bits; floats are unsigned here.
  uint64_t texture(const void *Data, size_t Elements, unsigned Channels = 1,
                   unsigned Bits = 32, bool Signed = false);
  /// cudaMallocArray and a texture object over it: Height rows of Width
  /// elements, or one dimension if Height is 0. Element I is Content(I).
  template <class T, class F>
  uint64_t arrayTexture(const char *Name, size_t Width, size_t Height,
                        unsigned Channels, F Content) {
    size_t Count = Width * (Height ? Height : 1);
    T *P = buffer<T>(Name, Count, Content);
    return arrayOver(P, Width, Height, Channels, sizeof(T) * 8 / Channels);
  }

  /// One launch. Kernel is a name that `reprise check --kernel` takes. The
  /// arguments have the types of the kernel's parameters.
  template <class... Args>
  LaunchHandle launch(const char *Kernel, Dim3 Grid, Dim3 Block,
                      const Args &...A) {
    std::vector<std::vector<uint8_t>> Bytes;
    (Bytes.push_back(bytesOf(A)), ...);
    return record(Kernel, Grid, Block, std::move(Bytes));
  }

  const std::vector<HostStep> &steps() const { return Steps; }
  std::vector<HostStep> &steps() { return Steps; }
  /// A table says why it has no contents for the usual sizes.
  void leavesEmpty(std::string Why) { EmptyBecause = std::move(Why); }
  const std::string &emptyBecause() const { return EmptyBecause; }

  /// Where this process has what the buffer at this address begins with.
  uint8_t *content(uint64_t Address) const {
    return Space + (Address - Where.Address);
  }
  /// Bytes of all buffers, from the first one on, gaps included.
  uint64_t bytes() const { return Used; }
  /// All buffers that were ever made, with their names.
  struct Named {
    std::string Name;
    DeviceRange Range;
  };
  const std::vector<Named> &buffers() const { return Buffers; }

private:
  template <class T> static std::vector<uint8_t> bytesOf(const T &Value) {
    static_assert(std::is_trivially_copyable_v<T>);
    const auto *P = reinterpret_cast<const uint8_t *>(&Value);
    // A pointer's own bytes are meant.
    // NOLINTNEXTLINE(bugprone-sizeof-expression)
    return {P, P + sizeof(T)};
  }
  void *allocate(const char *Name, uint64_t Bytes);
  uint64_t arrayOver(const void *Data, size_t Width, size_t Height,
                     unsigned Channels, unsigned Bits);
  uint64_t add(LinearTexture T);
  MemoryStep &step(MemoryStep::Kind K);
  void remember(SymbolContent New);
  void writeBytes(void *To, const void *From, size_t Bytes);
  LaunchHandle record(const char *Kernel, Dim3 Grid, Dim3 Block,
                      std::vector<std::vector<uint8_t>> Arguments);

  Scale S;
  Placement Where;
  uint8_t *Space = nullptr; ///< Their contents.
  uint64_t Used = 0;
  std::string EmptyBecause;
  std::vector<HostStep> Steps;
  std::vector<Named> Buffers;
  std::vector<DeviceRange> Alive; ///< Sorted by address.
  std::vector<LinearTexture> Textures;
  std::vector<SymbolContent> Contents;
  /// Of Alive, Textures and Contents, until they change.
  std::shared_ptr<const std::vector<DeviceRange>> AliveNow;
  std::shared_ptr<const std::vector<LinearTexture>> TexturesNow;
  std::shared_ptr<const std::vector<SymbolContent>> ContentsNow;
};

/// One file of a suite.
struct Benchmark {
  std::string Suite, Name;
  void (*Launches)(Host &) = nullptr;
};

/// All that are linked in, sorted by suite and name.
std::vector<Benchmark> allBenchmarks();

class Registration {
public:
  Registration(const char *Suite, const char *Name, void (*Launches)(Host &));
};

} // namespace reprise::suites

#endif // REPRISE_TEST_SUITES_HOST_H
