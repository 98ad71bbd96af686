//===- mummergpu.cu - Exact matches of sequences (Rodinia mummergpu) ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Threads walk a suffix tree that lies in two textures, as the data leads them.
// Where a thread writes follows from an address that it loads, and from how
// many matches it has found.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// Textures that are read through a handle, and products of 24 bits.
// RUN: %suites --oracle rodinia/mummergpu | FileCheck %s

// CHECK: rodinia/mummergpu mummergpuKernel conditional conditional 1 1 0 0 0 1
// CHECK: rodinia/mummergpu mummergpuRCKernel idempotent idempotent 1 1 0 0 0 1
// CHECK: rodinia/mummergpu printKernel conditional conditional 1 1 0 0 0 1
// CHECK: condition: rodinia/mummergpu mummergpuKernel: disjoint(
// CHECK: condition: rodinia/mummergpu printKernel: disjoint(
// CHECK: problems: 0

#include "Suite.h"

/// A number of three bytes, the lowest first.
using Id = unsigned char[3];

struct Node {
  Id Parent, Suffix, Start, End, Depth;
  unsigned char Pad;
};
struct Children {
  Id To[5]; // By A, C, G, T and the end. Of a leaf, the first is its number.
  char LeafChar; // What comes before the suffix; 0 where this is no leaf.
};
struct Match {
  unsigned ResultsOffset, Query, Node, Leaves;
  unsigned short EdgeMatch, Start;
};
struct Alignment {
  int LeftInRef;
  unsigned short Length;
};
constexpr unsigned Root = 1; // 0 is no node.

#if SUITE_DEVICE

__device__ unsigned number(const Id &id) {
  return id[0] | id[1] << 8 | id[2] << 16;
}

template <class T>
__device__ T fetch(cudaTextureObject_t texture, unsigned node) {
  uint4 data = tex1Dfetch<uint4>(texture, node);
  T pixel;
  memcpy(&pixel, &data, sizeof(T));
  return pixel;
}

__device__ void record(unsigned node, int2 *result, int onEdge, int matched,
                       int least) {
  if (matched > least)
    *result = make_int2(node, onEdge);
}

/// For each start in a query, the node where its longest match ends.
__global__ void mummergpuKernel(cudaTextureObject_t nodetex,
                                cudaTextureObject_t childrentex,
                                void *match_coords, char *queries, char *ref,
                                const int *queryAddrs, const int *queryLengths,
                                int numQueries, int min_match_len) {
  int query = __umul24(blockIdx.x, blockDim.x) + threadIdx.x;
  if (query >= numQueries)
    return;
  int length = queryLengths[query], address = queryAddrs[query];
  int2 *result = static_cast<int2 *>(match_coords) + address -
                 __umul24(query, min_match_len + 1);
  queries += address;
  unsigned node = 0;
  int known = 0; // How much of the next edge is sure to match.
  int matched = 0;
  for (int start = 0; start <= length - min_match_len; ++start, ++result) {
    if (node == 0 || matched < 1) {
      node = Root;
      matched = 1;
      known = 0;
    }
    unsigned before = 0;
    int edge = 0, position = 0;
    bool noEdge = false;
    char c = queries[start + matched];
    while (c != '\0') {
      Children next = fetch<Children>(childrentex, node);
      before = node;
      node = c == 'A'   ? number(next.To[0])
             : c == 'C' ? number(next.To[1])
             : c == 'G' ? number(next.To[2])
             : c == 'T' ? number(next.To[3])
                        : 0;
      if (node == 0) {
        record(before, result, 0, matched, min_match_len);
        noEdge = true;
        break;
      }
      Node below = fetch<Node>(nodetex, node);
      edge = number(below.Start);
      int last = number(below.End);
      if (known) {
        int size = last - edge + 1;
        position = min(edge + known, last + 1);
        matched += min(size, known);
        known = max(known - size, 0);
      } else {
        ++matched;
        position = edge + 1;
      }
      c = queries[start + matched];
      bool differs = false;
      while (position <= last && c != '\0') {
        differs = ref[position] != c;
        if (differs)
          break;
        ++matched;
        ++position;
        c = queries[start + matched];
      }
      if (differs)
        break;
    }
    if (noEdge) {
      matched -= 1;
      known = 0;
    } else {
      record(node, result, position - edge, matched, min_match_len);
      known = position - edge;
      matched -= known + 1;
    }
    node = number(fetch<Node>(nodetex, before).Suffix);
  }
}

/// For the other strand; the original has no body either.
__global__ void mummergpuRCKernel(void *match_coords, char *queries,
                                  const int *queryAddrs,
                                  const int *queryLengths, int numQueries,
                                  int min_match_len) {}

/// For each match, where in the reference it is: the leaves below its node, in
/// order, without a stack.
__global__ void printKernel(cudaTextureObject_t nodetex,
                            cudaTextureObject_t childrentex, Match *matches,
                            int totalMatches, Alignment *alignments,
                            char *queries, const int *queryAddrs,
                            const int *queryLengths, int page_begin,
                            int page_end, int page_shadow_left,
                            int page_shadow_right, int min_match_length) {
  int match = __umul24(blockIdx.x, blockDim.x) + threadIdx.x;
  if (match >= totalMatches)
    return;
  auto NodeAt = [=](unsigned n) { return fetch<Node>(nodetex, n); };
  auto DepthAt = [=](unsigned n) { return int(number(NodeAt(n).Depth)); };
  queries += queryAddrs[matches[match].Query];
  char flanking = queries[matches[match].Start];
  unsigned end = matches[match].Node;

  // The highest node that is a match still.
  unsigned above = end, top = end;
  while (DepthAt(above) > min_match_length) {
    top = above;
    above = number(NodeAt(above).Parent);
  }
  unsigned node = top;
  char letter = 'A';
  bool up = false;
  int length = DepthAt(top) - 1;
  int away = 0; // From the path to the match's end.
  int out = matches[match].ResultsOffset;
  if (top == end) {
    if (matches[match].EdgeMatch > 0)
      length = DepthAt(above) - 1 + matches[match].EdgeMatch;
    away = 1;
  }
  while (node != above) {
    Children here = fetch<Children>(childrentex, node);
    char leaf = here.LeafChar;
    if (leaf || up) {
      int left = int(number(here.To[0])) - 1 + page_begin,
          right = left + length;
      if (leaf && leaf != flanking &&
          (left != page_begin || page_shadow_left == -1) &&
          (right != page_end || page_shadow_right == -1) &&
          !(left > page_begin && right < page_shadow_left)) {
        alignments[out].LeftInRef = left;
        alignments[out].Length = length;
        ++out;
      }
      unsigned parent = number(NodeAt(node).Parent);
      Children siblings = fetch<Children>(childrentex, parent);
      up = false;
      if (number(siblings.To[0]) == node)
        letter = 'C';
      else if (number(siblings.To[1]) == node)
        letter = 'G';
      else if (number(siblings.To[2]) == node)
        letter = 'T';
      else if (number(siblings.To[3]) == node)
        letter = '$';
      else
        up = true;
      node = parent;
      if (away)
        --away;
      if (away == 0)
        length = DepthAt(node) - 1;
      continue;
    }
    char golden = 0; // The child on the path to the match's end.
    if (away == 0)
      golden = queries[matches[match].Start + length + 1];
    unsigned child = 0;
    if (letter == 'A' && !(child = number(here.To[0])))
      letter = 'C';
    if (letter == 'C' && !(child = number(here.To[1])))
      letter = 'G';
    if (letter == 'G' && !(child = number(here.To[2])))
      letter = 'T';
    if (letter == 'T' && !(child = number(here.To[3])))
      letter = '$';
    if (letter == '$')
      child = number(here.To[4]);
    if (!child) {
      up = true;
      continue;
    }
    node = child;
    if (away > 0) {
      ++away;
    } else if (letter != golden) {
      away = 1;
    } else {
      length = DepthAt(node) - 1;
      if (node == end) {
        away = 1;
        if (matches[match].EdgeMatch > 0)
          length = DepthAt(number(NodeAt(node).Parent)) - 1 +
                   matches[match].EdgeMatch;
      }
    }
    letter = 'A';
  }
}

#else

/// All suffixes of a text; each edge has one letter.
class Trie {
public:
  explicit Trie(const std::string &Text) : Nodes(2), Links(2), Leaves(2) {
    set(Nodes[Root].Depth, 1);
    set(Nodes[Root].Suffix, Root);
    for (size_t Suffix = 0; Suffix < Text.size(); ++Suffix)
      insert(Text, Suffix);
    // The suffix of a child is the same child of its parent's suffix. Parents
    // come before their children in every suffix's path.
    for (unsigned N = Root + 1; N < Nodes.size(); ++N) {
      unsigned Parent = get(Nodes[N].Parent);
      unsigned Up = Parent == Root ? Root : get(Nodes[Parent].Suffix);
      if (!Links[N].LeafChar)
        set(Nodes[N].Suffix,
            Parent == Root ? Root : child(Up, Text[get(Nodes[N].Start)]));
    }
  }
  unsigned child(unsigned N, char Letter) const {
    return Links[N].LeafChar ? 0 : get(Links[N].To[slot(Letter)]);
  }
  unsigned leaves(unsigned N) const { return Leaves[N]; }

  std::vector<Node> Nodes;
  std::vector<Children> Links;

private:
  static unsigned get(const Id &I) {
    return unsigned(I[0] | I[1] << 8 | I[2] << 16);
  }
  static void set(Id &I, size_t Value) {
    for (int K = 0; K < 3; ++K)
      I[K] = static_cast<unsigned char>(Value >> (8 * K));
  }
  static size_t slot(char Letter) {
    return std::string_view("ACGT$").find(Letter);
  }
  unsigned add(unsigned Parent, char Letter, size_t Position) {
    auto N = unsigned(Nodes.size());
    Nodes.emplace_back();
    Links.emplace_back();
    Leaves.push_back(0);
    set(Links[Parent].To[slot(Letter)], N);
    set(Nodes[N].Parent, Parent);
    set(Nodes[N].Start, Position);
    set(Nodes[N].End, Position);
    set(Nodes[N].Depth, get(Nodes[Parent].Depth) + 1);
    return N;
  }
  void insert(const std::string &Text, size_t Suffix) {
    unsigned N = Root;
    ++Leaves[N];
    for (size_t I = Suffix; I < Text.size(); ++I) {
      unsigned Next = child(N, Text[I]);
      N = Next ? Next : add(N, Text[I], I);
      ++Leaves[N];
    }
    unsigned Leaf = add(N, '$', Text.size());
    set(Links[Leaf].To[0], Suffix + 1);
    Links[Leaf].LeafChar = Suffix ? Text[Suffix - 1] : 's';
  }
  std::vector<unsigned> Leaves;
};

static char letter(size_t I) { return "ACGT"[(I * I / 3 + I * 5) % 4]; }

static void launches(Host &H) {
  if (!H.reduced())
    H.leavesEmpty("a suffix tree of 5 million bases is not made here");
  size_t Bases = H.size<size_t>(5227293, 40);
  int Queries = H.size(50000, 300), Length = H.size(100, 12);
  int Least = H.size(20, 4), Starts = Length - Least + 1;
  std::string Text;
  for (size_t I = 0; I < Bases && H.reduced(); ++I)
    Text += letter(I);
  Trie Tree(Text);
  // At most two nodes for each base, in the usual, compact tree.
  size_t NodeCount = H.size(2 * Bases, Tree.Nodes.size());

  // Queries are parts of the text, between a letter q and a zero.
  auto QueryLetter = [=](size_t Q, size_t I) {
    return letter((Q * 7 % (Bases - size_t(Length))) + I);
  };
  size_t Stride = size_t(Length) + 2;
  auto *Ref = H.buffer<char>("ref", Bases, letter);
  auto *Nodes = H.buffer<Node>("nodes", NodeCount,
                               [&](size_t I) { return Tree.Nodes[I]; });
  auto *Links = H.buffer<Children>("children", NodeCount,
                                   [&](size_t I) { return Tree.Links[I]; });
  uint64_t NodeTexture = H.texture(Nodes, NodeCount, 4);
  uint64_t LinkTexture = H.texture(Links, NodeCount, 4);
  auto *Text2 = H.buffer<char>(
      "queries", size_t(Queries) * Stride, [=](size_t I) -> char {
        size_t At = I % Stride;
        return At == 0            ? 'q'
               : At == Stride - 1 ? '\0'
                                  : QueryLetter(I / Stride, At - 1);
      });
  auto *Addresses = H.buffer<int>("addrs", size_t(Queries),
                                  [=](size_t Q) { return Q * Stride; });
  auto *Lengths =
      H.buffer<int>("lengths", size_t(Queries), [=](size_t) { return Length; });
  size_t Coords = size_t(Queries) * size_t(Starts);
  auto *Results = H.buffer<int2>("match_coords", Coords);
  auto Block = unsigned(std::min(Queries, 256));
  H.launch("mummergpuKernel", (unsigned(Queries) + 255) / 256, Block,
           NodeTexture, LinkTexture, Results, Text2, Ref, Addresses, Lengths,
           Queries, Least)
      .is(Idempotent);
  // Only where both strands are asked for.
  H.launch("mummergpuRCKernel", (unsigned(Queries) + 255) / 256, Block, Results,
           Text2, Addresses, Lengths, Queries, Least)
      .is(Idempotent);
  H.release(Results);

  // All starts match, as queries are parts of the text. One batch holds them.
  std::vector<Match> Found;
  unsigned Outputs = 0;
  for (size_t I = 0; I < std::min<size_t>(Coords, 400) && H.reduced(); ++I) {
    Match M = {Outputs, unsigned(I) / unsigned(Starts), Root, 0, 1, 0};
    M.Start = static_cast<unsigned short>(I % size_t(Starts));
    unsigned AtLeast = Root; // The match of the least length; its leaves count.
    for (int K = M.Start; K < Length; ++K) {
      M.Node = Tree.child(M.Node, QueryLetter(M.Query, size_t(K)));
      if (K - M.Start < Least)
        AtLeast = M.Node;
    }
    M.Leaves = Tree.leaves(AtLeast);
    Outputs += M.Leaves;
    Found.push_back(M);
  }
  size_t MatchCount = H.size(Coords, Found.size());
  auto *Matches = H.buffer<Match>("matches", MatchCount,
                                  [&](size_t I) { return Found[I]; });
  auto *Alignments =
      H.buffer<Alignment>("alignments", H.size<size_t>(Coords, Outputs));
  H.launch("printKernel", (unsigned(MatchCount) + 255) / 256,
           unsigned(std::min<size_t>(MatchCount, 256)), NodeTexture,
           LinkTexture, Matches, int(MatchCount), Alignments, Text2, Addresses,
           Lengths, 0, int(Bases), -1, -1, Least)
      .is(Idempotent);
}
SUITE(rodinia, mummergpu)

#endif
