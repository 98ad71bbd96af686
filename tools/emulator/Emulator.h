//===- Emulator.h - Device code, executed on the CPU ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The oracle: executes kernels from LLVM device IR, however it was made, and
// tells which bytes they touch. It shares no code with the analysis that it
// checks: not the normalisation, not the reading of accesses.
//
//   auto Code = Program::load(Module);            // copies the module
//   auto K = (*Code)->prepare("_Z3addPfi");       // refused by name, or ready
//   Launch L;
//   L.Grid = {4}, L.Block = {128};
//   L.Params = bytes of the argument block;
//   L.Allocations = {{Address, Bytes}};
//   Result R = (*K)->run(L);                      // R.Trace.clobbers()
//
// Device pointers are addresses of this process: allocations are memory that
// the caller owns and keeps alive.
//
// What a run means: threads run one at a time, so a run is one interleaving of
// all threads; barriers and warp operations order them as on a device. The
// machine is sequentially consistent, which is one of the behaviours that CUDA
// allows.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_EMULATOR_EMULATOR_H
#define REPRISE_TOOLS_EMULATOR_EMULATOR_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace llvm {
class Module;
} // namespace llvm

namespace reprise::emulator {

struct Dim3 {
  uint32_t X = 1, Y = 1, Z = 1;
  uint64_t count() const { return uint64_t(X) * Y * Z; }
  bool operator==(const Dim3 &) const = default;
};

/// Bytes from Begin up to but not including End.
struct Range {
  uint64_t Begin = 0, End = 0;
  bool operator==(const Range &) const = default;
};

struct Allocation {
  uint64_t Address = 0, Size = 0;
};

/// A thread of a grid and the instruction that it was at.
struct Place {
  Dim3 Block{0, 0, 0}, Thread{0, 0, 0};
  std::string Source; ///< "file.cu:12:3", empty where the code does not tell.
  /// "block (1,0,0) thread (7,0,0) at file.cu:12:3"
  std::string str() const;
};

//===----------------------------------------------------------------------===//
// Launches
//===----------------------------------------------------------------------===//

enum class TraceLevel : uint8_t {
  None,   ///< Bounds and alignment are checked, nothing is recorded.
  Bytes,  ///< Sets of bytes for the whole instance, who came first.
  Threads ///< Also the sets of each thread; slow, for small launches.
};

/// When a run is stopped. All are consistent cuts: a run is an interleaving,
/// and the cut is one moment of it.
struct Cut {
  enum class Kind : uint8_t {
    None,
    Access,  ///< Before the Nth access to global memory.
    Store,   ///< After the Nth store or atomic to global memory.
    Barrier, ///< After the Nth time that a barrier let its threads go.
    Block    ///< After N blocks have ended, with no other under way.
  };
  Kind K = Kind::None;
  uint64_t N = 0; ///< From 1.
};

/// The order in which threads run. The same seed gives the same order.
struct Schedule {
  enum class Kind : uint8_t {
    Sequential, ///< Blocks in order, threads in order up to a barrier.
    Shuffled,   ///< Blocks and threads in random order, up to a barrier.
    Random      ///< Several blocks at a time, switching at any access.
  };
  Kind K = Kind::Sequential;
  uint64_t Seed = 0;
};

/// A texture or surface object that is bound to memory: linear, with a pitch,
/// or an array that is handed in as a buffer, row after row.
struct LinearTexture {
  uint64_t Handle = 0;                ///< The value that the kernel gets.
  uint64_t Address = 0, Elements = 0; ///< Elements of a row.
  uint8_t Channels = 1;               ///< 1, 2 or 4; the others are 0.
  uint8_t Bits = 32;                  ///< Of a channel: 8, 16 or 32.
  bool Signed = false;
  /// Numbers of 8 or 16 bits are read as fractions of their largest.
  bool Normalized = false;
  bool Float = false; ///< Channels of 16 bits are floats; of 32 they may be.
  /// Rows of a texture of two dimensions and slices of one of three; else 0.
  uint64_t Rows = 0, Slices = 0;
  uint64_t Pitch = 0; ///< Bytes from row to row; 0: without a gap.
  /// Coordinates go from 0 to 1. Wrap and Mirror need that, else they clamp.
  bool UnitCoordinates = false;
  bool Linear = false; ///< Between elements; needs floats or Normalized.
  /// What lies outside: the nearest element, or those of the texture's copies,
  /// or 0, which accesses nothing. tex1Dfetch gives 0 in every mode.
  enum class Mode : uint8_t { Clamp, Wrap, Mirror, Border };
  Mode Outside[3] = {Mode::Clamp, Mode::Clamp, Mode::Clamp};
};

/// What the host does during a run: it writes a word of 32 bits. Threads learn
/// of it by loading that word, so the moment is told by their loads. The word
/// must lie in an allocation that holds nothing else.
struct Signal {
  uint64_t Address = 0; ///< 0: the host does nothing.
  uint32_t Value = 0;
  uint64_t Load = 0; ///< Written before the load of this number, from 1. With
                     ///< 0, loads are only counted.
  /// Not 0: later loads get now the new value, now what was there before, as
  /// from a cache that nobody keeps up to date. A seed.
  uint64_t Stale = 0;
};

struct Launch {
  Dim3 Grid, Block;
  uint32_t DynamicShared = 0; ///< Bytes.
  /// The argument block; each argument at its natural alignment.
  std::vector<uint8_t> Params;
  std::vector<Allocation> Allocations; ///< Must not overlap each other.
  std::vector<LinearTexture> Textures;
  TraceLevel Trace = TraceLevel::None;
  Schedule Order;
  Cut Stop;
  Signal Host;
  /// Instructions of all threads together; a kernel that needs more is faulty.
  uint64_t InstructionLimit = uint64_t(1) << 40;
};

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

enum class Status : uint8_t {
  Finished,
  Stopped, ///< At the cut that the launch asked for.
  Faulted
};

enum class FaultKind : uint8_t {
  None,
  OutOfBounds,
  Misaligned,
  ReadOnly,    ///< A write to constant memory.
  Barrier,     ///< Threads wait for each other and none can go on.
  Trap,        ///< Also failed assertions.
  Limit,       ///< The instruction limit.
  BadLaunch,   ///< The launch's numbers make no sense; nothing ran.
  Unsupported, ///< An operand that only the run reveals.
};

struct Fault {
  FaultKind Kind = FaultKind::None;
  Place Where;
  uint64_t Address = 0; ///< Of the access; 0 where there is none.
  uint32_t Bytes = 0;
  /// A complete message: what, where, which thread.
  std::string Text;
};

/// A byte that is read live-in and written by one instance.
struct Clobber {
  uint64_t Address = 0;
  Place Reader, Writer; ///< The first of each.
};

/// What one thread touched.
struct ThreadTrace {
  Dim3 Block, Thread;
  std::vector<Range> Read, Written, Atomic, LiveIn;
};

/// Sets of bytes of global memory, `__device__` variables included, as sorted
/// ranges that do not touch. Exact for the run's path: no byte is missing, and
/// none too many. A compare-and-swap that fails is a read.
struct Trace {
  std::vector<Range> Read, Written;
  std::vector<Range> Atomic; ///< Also in Read and Written.
  /// Bytes that some thread may read before anybody wrote them, whatever the
  /// order of threads: the read is preceded neither by a write of the same
  /// thread, nor by a write of its block (warp) before a barrier of the whole
  /// block (warp).
  std::vector<Range> LiveIn;
  /// The part of LiveIn that was read before it was written in this very run.
  std::vector<Range> LiveInHere;
  std::vector<ThreadTrace> Threads; ///< With TraceLevel::Threads.

  /// LiveIn and Written at once, as ranges, but for bytes that nothing reads
  /// except atomics of one operator whose old value is unused: all of them min,
  /// say, or all of them or. Stores do no harm beside and, nor beside or: a bit
  /// ends as what the last store leaves, and as before where there is none.
  std::vector<Range> Clobbered;
  std::optional<Clobber> First; ///< The lowest byte of Clobbered.
};

struct Result {
  Status S = Status::Finished;
  Fault Problem;
  uint64_t Instructions = 0; ///< LLVM instructions of all threads.
  uint64_t Accesses = 0;     ///< To global memory; counted in Random only.
  uint64_t Stores = 0;       ///< The part of them that writes.
  uint64_t Barriers = 0;     ///< Times that a barrier let its threads go.
  uint64_t SignalLoads = 0;  ///< Of the word of Launch::Host.
  /// Reads of shared memory that nobody wrote; in traced runs, the first few.
  std::vector<Fault> Uninitialised;
  std::string Output; ///< Of printf.
  emulator::Trace Trace;
};

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

/// A `__device__` or `__constant__` variable. Its memory belongs to the
/// program and counts as allocated in every launch.
struct Symbol {
  std::string Name;
  uint64_t Address = 0, Size = 0;
  bool Constant = false;
};

struct ProgramOptions {
  /// The module was lifted from PTX: accesses need their natural alignment,
  /// which the lifter's instructions do not claim.
  bool FromPtx = false;
};

class Program;

/// An argument's place in the argument block, in bytes.
struct ParameterInfo {
  uint32_t Offset = 0, Size = 0;
};

/// A kernel that is ready to run.
class Kernel {
public:
  virtual ~Kernel() = default;
  virtual llvm::StringRef name() const = 0;
  /// Bytes of the argument block, and of static shared memory.
  virtual uint32_t paramBytes() const = 0;
  virtual std::vector<ParameterInfo> parameters() const = 0;
  virtual uint32_t sharedBytes() const = 0;
  /// Compiles the untraced form now, which else its first run does.
  virtual llvm::Error compile() = 0;
  /// Runs one grid on this thread. Never throws; what goes wrong is in the
  /// result. Kernels compile at their first run in each of the two forms,
  /// traced and untraced.
  /// Thread safety: one run of a program at a time.
  virtual Result run(const Launch &L) = 0;
};

/// The kernels and variables of one device module.
/// Thread safety: one call at a time for each program.
class Program {
public:
  virtual ~Program() = default;
  /// M is copied, and may go. Fails when M is not for an NVIDIA GPU or holds a
  /// variable whose initial value the emulator cannot make.
  static llvm::Expected<std::unique_ptr<Program>>
  load(const llvm::Module &M, const ProgramOptions &Options = {});

  /// Mangled names.
  virtual std::vector<std::string> kernels() const = 0;
  virtual llvm::ArrayRef<Symbol> symbols() const = 0;
  /// Gives all variables their initial values again.
  virtual void reset() = 0;
  /// The kernel with this mangled name, which lives as long as the program.
  /// The error names everything in it that the emulator cannot execute.
  virtual llvm::Expected<Kernel *> prepare(llvm::StringRef Name) = 0;
};

} // namespace reprise::emulator

#endif // REPRISE_TOOLS_EMULATOR_EMULATOR_H
