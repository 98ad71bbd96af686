//===- Buffers.cpp - Device memory for launches that are made up ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Buffers.h"
#include "Fill.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Process.h"

#include <sys/mman.h>

using namespace llvm;

namespace reprise {

template <typename... Parts> static Error failure(const Parts &...P) {
  return createStringError(std::make_error_code(std::errc::invalid_argument),
                           (Twine("") + ... + P));
}

//===----------------------------------------------------------------------===//
// Mappings
//===----------------------------------------------------------------------===//

Mapping::Mapping(Mapping &&Other) noexcept
    : Begin(std::exchange(Other.Begin, 0)), Size(std::exchange(Other.Size, 0)) {
}

Mapping &Mapping::operator=(Mapping &&Other) noexcept {
  std::swap(Begin, Other.Begin);
  std::swap(Size, Other.Size);
  return *this;
}

Mapping::~Mapping() {
  if (Size)
    munmap(memoryAt(Begin), Size);
}

bool Mapping::mapAt(uint64_t Address, uint64_t Bytes) {
  void *P = mmap(memoryAt(Address), Bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (P == MAP_FAILED)
    return false;
  Begin = reinterpret_cast<uint64_t>(P);
  Size = Bytes;
  return Begin == Address; // Old kernels take the address as a hint.
}

bool Mapping::map(uint64_t Bytes) {
  void *P = mmap(nullptr, Bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (P == MAP_FAILED)
    return false;
  Begin = reinterpret_cast<uint64_t>(P);
  Size = Bytes;
  return true;
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

/// Copies are kept beside the buffers and the emulator has shadows of them.
static constexpr uint64_t MostBytes = uint64_t(1) << 30;

/// Where nothing of a process lies on any system that we know.
static constexpr uint64_t FirstAddress = uint64_t(1) << 45;

/// As far apart as allocations of a driver may be: one that runs past its end
/// does not meet the next at once.
static constexpr uint64_t Spacing = uint64_t(1) << 16;

namespace {

/// "NAME=TYPE[COUNT][:INIT]", taken apart.
struct Spec {
  StringRef Name, Init;
  ElementType Type;
  uint64_t Count = 0;
};

} // namespace

static bool isName(StringRef Text) {
  return !Text.empty() && (isAlpha(Text[0]) || Text[0] == '_') &&
         all_of(Text, [](char C) { return isAlnum(C) || C == '_'; });
}

static Expected<Spec> parseSpec(StringRef Text) {
  Spec S;
  auto [Name, What] = Text.split('=');
  auto [Type, Rest] = What.split('[');
  auto [Count, Init] = Rest.split(']');
  S.Name = Name;
  S.Init = "zero";
  bool Ok = isName(Name) && !Count.getAsInteger(0, S.Count) &&
            (Init.empty() || Init.starts_with(":"));
  if (!Ok)
    return failure("--buffer takes NAME=TYPE[COUNT] or NAME=TYPE[COUNT]:INIT, "
                   "not '",
                   Text, "'");
  if (!Init.empty())
    S.Init = Init.drop_front();
  auto T = parseElementType(Type);
  if (!T)
    return failure("--buffer ", Name, ": ", toString(T.takeError()));
  S.Type = *T;
  if (!S.Count)
    return failure("--buffer ", Name, ": a buffer has at least one element");
  if (S.Count > MostBytes / S.Type.Bytes)
    return failure("--buffer ", Name, ": more than 1 GiB");
  return S;
}

const emulator::Allocation *Buffers::find(StringRef Name) const {
  auto It = llvm::find(Names, Name);
  return It == Names.end() ? nullptr : &Allocations[It - Names.begin()];
}

Expected<Buffers> Buffers::create(ArrayRef<std::string> Texts, uint64_t Seed) {
  std::vector<Spec> Specs;
  Buffers B;
  uint64_t Total = 0;
  for (const std::string &Text : Texts) {
    auto S = parseSpec(Text);
    if (!S)
      return S.takeError();
    if (is_contained(B.Names, S->Name))
      return failure("--buffer ", S->Name, ": there are two of that name");
    B.Names.push_back(S->Name.str());
    B.Allocations.push_back({Total, S->Count * S->Type.Bytes});
    Total += alignTo(S->Count * S->Type.Bytes, Spacing) + Spacing;
    if (Total > MostBytes)
      return failure("the buffers have more than 1 GiB together");
    Specs.push_back(*S);
  }
  if (Specs.empty())
    return B;
  Mapping M;
  if (!M.mapAt(FirstAddress, Total)) {
    M = Mapping();
    if (!M.map(Total))
      return failure("there is no memory for the buffers");
  }
  for (emulator::Allocation &A : B.Allocations)
    A.Address += M.address();
  B.Maps.push_back(std::move(M));
  for (size_t I = 0; I < Specs.size(); ++I) {
    const emulator::Allocation &A = B.Allocations[I];
    auto *Bytes = memoryAt(A.Address);
    if (Error E = fill({Bytes, A.Size}, Specs[I].Type, Specs[I].Init, Seed + I,
                       [&](StringRef Name) { return B.reference(Name); }))
      return failure("--buffer ", Specs[I].Name, ": ", toString(std::move(E)));
  }
  return B;
}

Expected<Buffers> Buffers::place(ArrayRef<emulator::Allocation> Where,
                                 StringRef Init, uint64_t Seed) {
  ElementType Type;
  auto [Name, Content] = Init.split(':');
  if (Name.size() < Init.size() && !Name.contains('=')) {
    auto T = parseElementType(Name);
    if (!T)
      return T.takeError();
    Type = *T;
    Init = Content;
  }
  Buffers B;
  B.Allocations.assign(Where.begin(), Where.end());
  llvm::sort(B.Allocations, [](const auto &L, const auto &R) {
    return L.Address < R.Address;
  });
  uint64_t Page = sys::Process::getPageSizeEstimate(), Total = 0;
  // Allocations may share pages.
  std::vector<emulator::Range> Pages;
  for (const emulator::Allocation &A : B.Allocations) {
    Total = SaturatingAdd(Total, A.Size);
    if (Total > MostBytes)
      return failure("its allocations have more than 1 GiB together");
    uint64_t Begin = alignDown(A.Address, Page);
    uint64_t End = alignTo(A.Address + A.Size, Page);
    if (!Pages.empty() && Begin <= Pages.back().End)
      Pages.back().End = std::max(End, Pages.back().End);
    else
      Pages.push_back({Begin, End});
  }
  for (const emulator::Range &P : Pages) {
    Mapping M;
    if (!M.mapAt(P.Begin, P.End - P.Begin))
      return failure("this process cannot have memory at ",
                     "0x" + utohexstr(P.Begin, /*LowerCase=*/true),
                     "; another run may find it free");
    B.Maps.push_back(std::move(M));
  }
  for (size_t I = 0; I < B.Allocations.size(); ++I) {
    const emulator::Allocation &A = B.Allocations[I];
    B.Names.push_back("allocation" + std::to_string(I));
    auto *Bytes = memoryAt(A.Address);
    if (Error E = fill({Bytes, A.Size}, Type, Init, Seed + I,
                       [&](StringRef Each) { return B.reference(Each); }))
      return std::move(E);
  }
  return B;
}

//===----------------------------------------------------------------------===//
// Names and addresses
//===----------------------------------------------------------------------===//

Expected<uint64_t> Buffers::reference(StringRef Text) const {
  size_t Sign = Text.find_first_of("+-");
  StringRef Name = Text.take_front(Sign);
  uint64_t Offset = 0;
  if (Sign != StringRef::npos && Text.substr(Sign + 1).getAsInteger(0, Offset))
    return failure("'", Text, "': the offset is not a number of bytes");
  for (size_t I = 0; I < Names.size(); ++I)
    if (Name == Names[I])
      return Allocations[I].Address +
             (Sign != StringRef::npos && Text[Sign] == '-' ? 0 - Offset
                                                           : Offset);
  return failure("'", Name, "' is no buffer; there are: ",
                 Names.empty() ? std::string("none") : join(Names, ", "));
}

/// The eight bytes of an address, for hex:.
static std::string bytesOf(uint64_t Address) {
  uint8_t Bytes[8];
  support::endian::write64le(Bytes, Address);
  return toHex(Bytes, /*LowerCase=*/true);
}

Expected<std::string> Buffers::resolve(StringRef Value) const {
  if (Value.starts_with("hex:")) {
    std::string Result;
    while (!Value.empty()) {
      auto [Plain, Rest] = Value.split('{');
      Result += Plain;
      if (Plain.size() == Value.size())
        break;
      auto [Name, After] = Rest.split('}');
      auto Address = reference(Name);
      if (!Address)
        return Address.takeError();
      Result += bytesOf(*Address);
      Value = After;
    }
    return Result;
  }
  StringRef Name =
      Value.take_until([](char C) { return C == '+' || C == '-'; });
  // "inf" and "nan" are numbers as long as no buffer has such a name.
  if (!isName(Name) ||
      (!is_contained(Names, Name) &&
       (Name.equals_insensitive("inf") || Name.equals_insensitive("nan"))))
    return Value.str();
  auto Address = reference(Value);
  if (!Address)
    return Address.takeError();
  // As bytes: of machine code, no parameter is known to be a pointer.
  return "hex:" + bytesOf(*Address);
}

std::string Buffers::describe(uint64_t Address) const {
  for (size_t I = 0; I < Allocations.size(); ++I) {
    const auto &[Begin, Size] = Allocations[I];
    // What runs past the end of one does not reach the next.
    uint64_t Reach = alignTo(Size, Spacing) + Spacing;
    if (I + 1 < Allocations.size() && Allocations[I + 1].Address > Begin)
      Reach = std::min(Reach, Allocations[I + 1].Address - Begin);
    if (Address >= Begin && Address - Begin < Reach)
      return Names[I] + "+" + std::to_string(Address - Begin);
  }
  return "0x" + utohexstr(Address, /*LowerCase=*/true);
}

} // namespace reprise
