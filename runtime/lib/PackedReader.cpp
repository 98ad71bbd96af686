//===- PackedReader.cpp - The compact form to kernels ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Json.h"
#include "Packed.h"
#include "PackedFields.h"
#include "Validate.h"

namespace reprise {
namespace {

constexpr std::string_view Magic("\x7fREPRISE");
constexpr size_t HeadSize = 56, KernelSize = 16, StringSize = 8;

/// \p Count bytes at \p At, which the caller knows to be there.
uint64_t fixed(std::string_view Bytes, size_t At, unsigned Count) {
  uint64_t Value = 0;
  for (unsigned I = 0; I < Count; ++I)
    Value |= uint64_t{static_cast<unsigned char>(Bytes[At + I])} << (8 * I);
  return Value;
}
uint32_t fixed32(std::string_view Bytes, size_t At) {
  return static_cast<uint32_t>(fixed(Bytes, At, 4));
}

/// Reads one record. After the first thing that is wrong everything reads as
/// zero or empty, and problem() says what it was.
class Reader {
public:
  Reader(std::string_view Record, const PackedFile &Strings)
      : Rest(Record), Strings(Strings) {}

  const char *problem() const { return Problem; }
  bool atEnd() const { return Rest.empty(); }

  template <typename T> void natural(T &Out) {
    uint64_t Value = number();
    if (Value > static_cast<T>(-1))
      Value = fail("a number is too large");
    Out = static_cast<T>(Value);
  }
  void integer(int64_t &Out) {
    uint64_t Bits = number();
    Out = static_cast<int64_t>(Bits & 1 ? ~(Bits >> 1) : Bits >> 1);
  }
  void id(Id &Out) {
    uint64_t Value = number();
    if (Value > None)
      Value = fail("an index is too large");
    Out = Value ? static_cast<Id>(Value - 1) : None;
  }
  void flag(bool &Out) {
    uint64_t Value = number();
    if (Value > 1)
      Value = fail("a flag is neither 0 nor 1");
    Out = Value;
  }
  template <typename Enum> void choice(Enum &Out, Enum Last) {
    uint64_t Value = number();
    if (Value > static_cast<uint64_t>(Last))
      Value = fail("a name has a number that is not known");
    Out = static_cast<Enum>(Value);
  }
  void text(std::string &Out) {
    uint64_t Value = number();
    std::string_view Found;
    if (Value > UINT32_MAX ||
        !Strings.text(static_cast<uint32_t>(Value), Found))
      fail("a string is not in the table");
    Out = Found;
  }
  template <typename T, typename Fn> void list(std::vector<T> &Out, Fn Each) {
    uint64_t Count = number();
    // An element takes a byte at least: no more memory than the file allows.
    if (Count > Rest.size())
      Count = fail("a list is longer than the record");
    Out.clear();
    for (uint64_t I = 0; I < Count && !Problem; ++I)
      Each(Out.emplace_back());
  }

private:
  uint64_t fail(const char *What) {
    if (!Problem)
      Problem = What;
    Rest = {};
    return 0;
  }

  uint64_t number() {
    uint64_t Value = 0;
    for (unsigned Shift = 0; Shift < 64; Shift += 7) {
      if (Rest.empty())
        return fail("the record is cut");
      auto Byte = static_cast<unsigned char>(Rest.front());
      Rest.remove_prefix(1);
      uint64_t Bits = Byte & 0x7f;
      if (Bits << Shift >> Shift != Bits)
        break;
      Value |= Bits << Shift;
      if (Byte < 0x80)
        return Value;
    }
    return fail("a number is too large");
  }

  std::string_view Rest;
  const PackedFile &Strings;
  const char *Problem = nullptr;
};

} // namespace

bool isPacked(std::string_view Bytes) {
  return Bytes.substr(0, Magic.size()) == Magic;
}

reprise_status PackedFile::open(std::string_view Bytes, std::string &Error) {
  auto Fail = [&](const char *What) {
    Error = std::string("compact summary: ") + What;
    return REPRISE_ERROR_FORMAT;
  };
  if (!isPacked(Bytes))
    return Fail("does not begin as one");
  if (Bytes.size() < HeadSize)
    return Fail("is cut");
  uint32_t Major = fixed32(Bytes, 8);
  if (Major == 0)
    return Fail("version 0");
  if (Major > PackedMajor) {
    Error = "compact summary: version " + std::to_string(Major) +
            " is newer than this reader, which knows " +
            std::to_string(PackedMajor);
    return REPRISE_ERROR_VERSION;
  }
  Minor = fixed32(Bytes, 12);
  if (fixed(Bytes, 16, 8) != Bytes.size())
    return Fail("has another size than it says");
  Count = fixed32(Bytes, 24);
  std::string_view Rest = Bytes.substr(HeadSize);
  auto Take = [&](std::string_view &Table, uint64_t Size) {
    if (Size > Rest.size())
      return false;
    Table = Rest.substr(0, Size);
    Rest.remove_prefix(Size);
    return true;
  };
  if (!Take(Kernels, uint64_t{KernelSize} * Count) ||
      !Take(Strings, uint64_t{StringSize} * fixed32(Bytes, 28)) ||
      !Take(Text, fixed(Bytes, 32, 8)))
    return Fail("is smaller than its tables");
  Records = Rest;
  if (!text(fixed32(Bytes, 40), Producer) ||
      !text(fixed32(Bytes, 44), Source) || !text(fixed32(Bytes, 48), Target))
    return Fail("a string of its head is not in the table");
  for (size_t I = 0; I < Count; ++I) {
    uint64_t Begin = fixed(Kernels, I * KernelSize, 8);
    uint64_t Size = fixed(Kernels, I * KernelSize + 8, 4);
    if (Begin > Records.size() || Size > Records.size() - Begin)
      return Fail("a kernel lies outside of it");
    if (name(I).empty())
      return Fail("a kernel has no name");
  }
  return REPRISE_OK;
}

bool PackedFile::text(uint32_t Number, std::string_view &Out) const {
  if (Number >= Strings.size() / StringSize)
    return false;
  uint64_t Begin =
      Number ? fixed(Strings, (size_t{Number} - 1) * StringSize, 8) : 0;
  uint64_t End = fixed(Strings, size_t{Number} * StringSize, 8);
  if (Begin > End || End > Text.size())
    return false;
  Out = Text.substr(Begin, End - Begin);
  return true;
}

std::string_view PackedFile::name(size_t I) const {
  std::string_view Name;
  text(fixed32(Kernels, I * KernelSize + 12), Name);
  return Name;
}

reprise_status PackedFile::decode(size_t I, Kernel &Result,
                                  std::string &Error) const {
  Result.Name = name(I);
  Reader R(Records.substr(fixed(Kernels, I * KernelSize, 8),
                          fixed(Kernels, I * KernelSize + 8, 4)),
           *this);
  kernelFields(R, Result);
  if (!R.problem() && !R.atEnd()) // Versions 1.0 and 1.1 end here.
    imageFields(R, Result);
  const char *Problem = R.problem();
  // Later minor versions may have more behind what is known.
  if (!Problem && !R.atEnd() && Minor <= PackedMinor)
    Problem = "the record is too long";
  if (Problem) {
    Error = "kernel '" + Result.Name + "': " + Problem;
    return REPRISE_ERROR_FORMAT;
  }
  return REPRISE_OK;
}

reprise_status PackedFile::kernel(size_t I, Kernel &K,
                                  std::string &Error) const {
  Kernel Result;
  if (reprise_status Status = decode(I, Result, Error))
    return Status;
  if (!validateKernel(Result, "kernels[" + std::to_string(I) + "]", Error))
    return REPRISE_ERROR_FORMAT;
  K = std::move(Result);
  return REPRISE_OK;
}

reprise_status readPacked(std::string_view Bytes, Module &M,
                          std::string &Error) {
  PackedFile File;
  if (reprise_status Status = File.open(Bytes, Error))
    return Status;
  Module Result;
  Result.Producer = File.Producer;
  Result.Source = File.Source;
  Result.Target = File.Target;
  for (size_t I = 0; I < File.size(); ++I)
    if (reprise_status Status =
            File.decode(I, Result.Kernels.emplace_back(), Error))
      return Status;
  if (!validateModule(Result, Error))
    return REPRISE_ERROR_FORMAT;
  M = std::move(Result);
  return REPRISE_OK;
}

reprise_status readSummary(std::string_view Bytes, Module &M,
                           std::string &Error) {
  return isPacked(Bytes) ? readPacked(Bytes, M, Error)
                         : readJson(Bytes, M, Error);
}

} // namespace reprise
