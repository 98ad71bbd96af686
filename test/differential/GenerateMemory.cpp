//===- GenerateMemory.cpp - Memory that no parameter names ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Generator.h"

#include <functional>

namespace reprise::differential {

namespace {

using Targets = std::vector<int>;

/// Calls Visit with each load.
void eachLoad(Expr &E, const std::function<void(Expr &)> &Visit) {
  if (E.K == Expr::Kind::Load)
    Visit(E);
  for (Expr &Kid : E.Kids)
    eachLoad(Kid, Visit);
}

void each(std::vector<Stmt> &Body, const std::function<void(Stmt &)> &OnStore,
          const std::function<void(Expr &)> &OnLoad) {
  for (Stmt &S : Body) {
    if (S.Buffer != -1)
      OnStore(S);
    for (Expr &E : S.E)
      eachLoad(E, OnLoad);
    each(S.Body, OnStore, OnLoad);
    each(S.Else, OnStore, OnLoad);
  }
}

class MemoryAdder {
public:
  MemoryAdder(Kernel &K, Random &R) : K(K), R(R) {}

  void run() {
    Targets Some = {drawTarget()};
    if (R.percent(40))
      Some.push_back(drawTarget());
    if (R.percent(60))
      moveParameters(Some);
    else
      moveAccesses(Some);
    keepWhatIsUsed();
  }

private:
  int drawTarget() {
    Targets Pointers;
    for (size_t I = 0; I < K.Params.size(); ++I)
      if (K.Params[I].Pointer && !K.Params[I].Table &&
          bytesOf(K.Params[I].T) >= 4)
        Pointers.push_back(static_cast<int>(I));
    auto Pointer = [&] { return Pointers[R.below(Pointers.size())]; };
    int T = R.of<int>({Memory::OwnArray, Memory::Variable, Memory::Variable,
                       Memory::Chosen, Memory::Chosen, Memory::Chosen,
                       Memory::Loaded, Memory::Image, Memory::Image});
    if (T == Memory::Chosen && (Pointers.empty() || K.HasChosen))
      T = Memory::Variable;
    switch (T) {
    case Memory::OwnArray:
      K.HasOwnArray = true;
      break;
    case Memory::Variable:
      K.HasVariable = true;
      break;
    case Memory::Chosen: {
      int First = Pointer(), Other = Pointer();
      choose(First, R.of<int>({Memory::OwnArray, Memory::Variable, Other}));
      break;
    }
    case Memory::Image:
      addImage();
      break;
    default:
      addTable();
    }
    return T;
  }

  void choose(int First, int Second) {
    K.HasChosen = true;
    K.HasOwnArray |= Second == Memory::OwnArray;
    K.HasVariable |= Second == Memory::Variable;
    K.ChosenFrom[0] = First;
    K.ChosenFrom[1] = Second;
    if (R.percent(50))
      std::swap(K.ChosenFrom[0], K.ChosenFrom[1]);
    Expr Thread = special(0, Type::I32), Block = special(3, Type::I32);
    K.ChosenIf =
        R.percent(50)
            ? compare("==", Type::I32,
                      binary("&", Type::I32, Thread, constant(1)), constant(0))
        : R.percent(50)
            ? compare("<", Type::I32, Thread, constant(R.between(1, 8)))
            : compare("<", Type::I32, Block, constant(R.between(1, 2)));
  }

  void addTable() {
    if (K.Table >= 0)
      return;
    Param P;
    P.Pointer = P.Table = true;
    P.T = Type::U64;
    K.Table = static_cast<int>(K.Params.size());
    K.TableByThread = R.percent(50);
    K.Params.push_back(P);
  }

  void addImage() {
    if (K.Image >= 0)
      return;
    Param P;
    P.Image = true;
    P.T = Type::U64;
    K.Image = static_cast<int>(K.Params.size());
    K.Params.push_back(P);
  }

  /// No atomics on a thread's own memory: PTX has none.
  bool mayBeAtomic(int Target) const {
    return Target != Memory::OwnArray &&
           (Target != Memory::Chosen || (K.ChosenFrom[0] != Memory::OwnArray &&
                                         K.ChosenFrom[1] != Memory::OwnArray));
  }
  /// Most accesses of the variable stay inside of it.
  void keepInside(Expr &Index, int Target) {
    if (Target == Memory::Variable && R.percent(70))
      Index = binary("&", Type::I32, Index, constant(VariableElements - 1));
  }
  void move(Stmt &S, int Target) {
    if (Target == Memory::Image ||
        (S.K == Stmt::Kind::Atomic && !mayBeAtomic(Target)))
      return;
    S.Buffer = Target;
    keepInside(S.E[0], Target);
  }
  void move(Expr &Load, int Target) {
    Load.Value = Target;
    keepInside(Load.Kids[0], Target);
  }

  /// What was between two accesses of one buffer stays.
  void moveParameters(const Targets &Some) {
    Targets To(K.Params.size(), 0), Pointers;
    for (size_t I = 0; I < K.Params.size(); ++I)
      if (K.Params[I].Pointer && !K.Params[I].Table)
        Pointers.push_back(static_cast<int>(I));
    for (int T : Some)
      To[static_cast<size_t>(Pointers[R.below(Pointers.size())])] = T;
    each(
        K.Body,
        [&](Stmt &S) {
          if (int T = To[static_cast<size_t>(S.Buffer)])
            move(S, T);
        },
        [&](Expr &E) {
          if (int T = To[static_cast<size_t>(E.Value)])
            move(E, T);
        });
  }

  void moveAccesses(const Targets &Some) {
    auto Target = [&] { return Some[R.below(Some.size())]; };
    each(
        K.Body,
        [&](Stmt &S) {
          if (R.percent(45))
            move(S, Target());
        },
        [&](Expr &E) {
          if (R.percent(40))
            move(E, Target());
        });
  }

  void keepWhatIsUsed() {
    std::set<int64_t> Used;
    each(
        K.Body, [&](Stmt &S) { Used.insert(S.Buffer); },
        [&](Expr &E) { Used.insert(E.Value); });
    auto Feature = [&](bool Has, const char *Name) {
      if (Has)
        K.Features.insert(Name);
    };
    Feature(Used.count(Memory::OwnArray), "local array");
    Feature(Used.count(Memory::Variable), "__device__ variable");
    K.HasChosen &= Used.count(Memory::Chosen) > 0;
    auto From = [&](int Target) {
      return K.HasChosen &&
             (K.ChosenFrom[0] == Target || K.ChosenFrom[1] == Target);
    };
    Feature(From(Memory::OwnArray), "buffer or local array");
    Feature(From(Memory::Variable), "buffer or variable");
    Feature(K.HasChosen && K.ChosenFrom[0] >= 0 && K.ChosenFrom[1] >= 0,
            "one of two buffers");
    K.HasOwnArray &= Used.count(Memory::OwnArray) || From(Memory::OwnArray);
    K.HasVariable &= Used.count(Memory::Variable) || From(Memory::Variable);
    Feature(Used.count(Memory::Loaded), "pointer from memory");
    Feature(Used.count(Memory::Image), "texture");
    // The last parameter first.
    for (int *P : {K.Table > K.Image ? &K.Table : &K.Image,
                   K.Table > K.Image ? &K.Image : &K.Table})
      if (*P >= 0 && *P + 1 == static_cast<int>(K.Params.size()) &&
          !Used.count(P == &K.Table ? Memory::Loaded : Memory::Image)) {
        K.Params.pop_back();
        *P = -1;
      }
  }

  Kernel &K;
  Random &R;
};

} // namespace

void addMemory(Kernel &K, Random R) {
  if (R.percent(45))
    MemoryAdder(K, R).run();
}

} // namespace reprise::differential
