/*===- count_queries.c - What a program asks Z3 ---------------------------===//
 *
 * Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===//
 *
 * Loaded before libz3, counts and times the checks of a solver, so that any
 * two versions of the tool can be compared, whatever they count themselves:
 *
 *   cc -O2 -shared -fPIC -o count_queries.so test/benchmark/count_queries.c
 *   LD_PRELOAD=./count_queries.so reprise audit -j1 FILE...
 *
 * At the end one line goes to stderr. For programs that ask on one thread.
 *
 *===----------------------------------------------------------------------===*/

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <time.h>

static unsigned long Queries, Undecided;
static double Seconds, Slowest;

static double now(void) {
  struct timespec T;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &T);
  return (double)T.tv_sec + 1e-9 * (double)T.tv_nsec;
}

/* Z3_lbool Z3_solver_check(Z3_context, Z3_solver): 0 is "undecided". */
int Z3_solver_check(void *Context, void *Solver) {
  static int (*Real)(void *, void *);
  if (!Real)
    *(void **)&Real = dlsym(RTLD_NEXT, "Z3_solver_check");
  const double Begin = now();
  const int Answer = Real(Context, Solver);
  const double Took = now() - Begin;
  ++Queries;
  Undecided += Answer == 0;
  Seconds += Took;
  if (Took > Slowest)
    Slowest = Took;
  return Answer;
}

__attribute__((destructor)) static void tell(void) {
  fprintf(stderr,
          "Z3: %lu queries, %lu undecided, %.2f s, slowest query %.2f s\n",
          Queries, Undecided, Seconds, Slowest);
}
