//===- Stubs.S - A driver's functions, found when they are first called ---===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each name of the driver is a jump through a table. A place of the table leads
// to the resolver first, which asks Entries.cpp for the function's address,
// stores it there and goes on with all argument registers as they were:
//
//   cuMemAlloc_v2: jmp *table[i]  ──first────►  reprise_entry_resolve(i)
//                                 ──later────►  the follower, or the driver
//                                 ──watched──►  reprise_entry_watch(i), then
//                                               the follower, or the driver
//
// dlsym is here because a call with RTLD_NEXT means the caller's place: what is
// not answered by us goes on to the real one by a jump.
//
// x86-64, System V calling convention.
//
//===----------------------------------------------------------------------===//

// All argument registers are saved for the function and restored after it; what
// it answers is where to go on. Where %rsp is then is a SavedCall (Ordered.h).
.macro CALL_WITH_ARGUMENTS Function
        // The return address and the number: 16 bytes, so %rsp is aligned.
        pushq   %rdi
        pushq   %rsi
        pushq   %rdx
        pushq   %rcx
        pushq   %r8
        pushq   %r9
        subq    $128, %rsp
        movups  %xmm0, (%rsp)
        movups  %xmm1, 16(%rsp)
        movups  %xmm2, 32(%rsp)
        movups  %xmm3, 48(%rsp)
        movups  %xmm4, 64(%rsp)
        movups  %xmm5, 80(%rsp)
        movups  %xmm6, 96(%rsp)
        movups  %xmm7, 112(%rsp)
        movq    176(%rsp), %rdi
        movq    %rsp, %rsi
        callq   \Function
        movups  (%rsp), %xmm0
        movups  16(%rsp), %xmm1
        movups  32(%rsp), %xmm2
        movups  48(%rsp), %xmm3
        movups  64(%rsp), %xmm4
        movups  80(%rsp), %xmm5
        movups  96(%rsp), %xmm6
        movups  112(%rsp), %xmm7
        addq    $128, %rsp
        popq    %r9
        popq    %r8
        popq    %rcx
        popq    %rdx
        popq    %rsi
        popq    %rdi
        addq    $8, %rsp
        jmpq    *%rax
.endm

#define PLACE(Index)                                                           \
  .Lentry##Index: endbr64;                                                     \
  jmpq *(reprise_entry_targets + 8 * Index)(%rip);                             \
  .Lresolve##Index: pushq $Index;                                              \
  jmp .Lresolve;                                                               \
  .Lwatch##Index: pushq $Index;                                                \
  jmp .Lwatch;

#define ENTRY(Index, Name)                                                     \
  .globl Name;                                                                 \
  .type Name, @function;                                                       \
  .p2align 4;                                                                  \
  Name: PLACE(Index)                                                           \
  .size Name, . - Name;
#define SPARE(Index) .p2align 4; PLACE(Index)

        .text
        .p2align 4
.Lresolve:
        CALL_WITH_ARGUMENTS reprise_entry_resolve
        .p2align 4
.Lwatch:
        CALL_WITH_ARGUMENTS reprise_entry_watch

#include "Entries.inc"

        .globl  dlsym
        .type   dlsym, @function
        .p2align 4
dlsym:  endbr64
        pushq   %rdi
        pushq   %rsi
        subq    $8, %rsp
        callq   reprise_dlsym_answer
        addq    $8, %rsp
        popq    %rsi
        popq    %rdi
        testq   %rax, %rax
        je      1f
        retq
1:      jmpq    *reprise_real_dlsym(%rip)
        .size   dlsym, . - dlsym

#undef ENTRY
#undef SPARE
#define ENTRY(Index, Name) .quad .Lresolve##Index;
#define SPARE(Index) .quad 0;

        .section .data.rel,"aw",@progbits
        .p2align 3
        .hidden reprise_entry_targets
        .globl  reprise_entry_targets
        .type   reprise_entry_targets, @object
reprise_entry_targets:
#include "Entries.inc"
        .size   reprise_entry_targets, . - reprise_entry_targets

// The addresses of our own functions, whoever else has the names.
#undef ENTRY
#undef SPARE
#define ENTRY(Index, Name) .quad .Lentry##Index;
#define SPARE(Index) .quad .Lentry##Index;

        .section .data.rel.ro,"aw",@progbits
        .p2align 3
        .hidden reprise_entry_exports
        .globl  reprise_entry_exports
        .type   reprise_entry_exports, @object
reprise_entry_exports:
#include "Entries.inc"
        .size   reprise_entry_exports, . - reprise_entry_exports

// The ways through the watchers.
#undef ENTRY
#undef SPARE
#define ENTRY(Index, Name) .quad .Lwatch##Index;
#define SPARE(Index) .quad .Lwatch##Index;

        .p2align 3
        .hidden reprise_entry_watches
        .globl  reprise_entry_watches
        .type   reprise_entry_watches, @object
reprise_entry_watches:
#include "Entries.inc"
        .size   reprise_entry_watches, . - reprise_entry_watches

        .section .note.GNU-stack,"",@progbits
