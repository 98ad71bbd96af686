//===- NodePool.h - Memory for the nodes of trees -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The nodes of a tree (Tree.h) of many items lie in many pages, and to find the
// address of a page costs about as much as a cache miss. The pool keeps nodes
// together in chunks as large as a huge page and asks the system for such:
//
//   chunk, 2 MiB, aligned: │ node │ node │ node │ ... │ not yet given │
//                             └──────── free ones of one size, a list
//
// What is given back is used again for nodes of its size, and stays with the
// process: its size is that of the most nodes there ever were. The first chunk
// has small pages, so that a program of few allocations pays for few.
//
// Under a sanitizer it is the plain allocator, which tells of wrong uses.
//
// Thread safety: all functions; they take a lock, so they are not for the
// launch path. Around fork() it is free as long as only updates of the state
// use the pool, since they hold that lock (State.h, lockState).
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_NODEPOOL_H
#define REPRISE_CUDA_NODEPOOL_H

#include <cstddef>

namespace reprise::cuda {

/// Bytes of the largest node.
inline constexpr size_t LargestNode = 4096;

/// \p Size bytes, at most LargestNode, at the start of a cache line. Throws
/// std::bad_alloc.
void *takeNode(size_t Size);

/// Takes back what takeNode(\p Size) gave.
void giveNode(void *Node, size_t Size) noexcept;

} // namespace reprise::cuda

#endif // REPRISE_CUDA_NODEPOOL_H
