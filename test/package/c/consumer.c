/*===- consumer.c - Calls the installed runtime from C --------------------===*\
|*                                                                            *|
|* Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#include <reprise/reprise.h>

#include <stdio.h>

int main(void) {
  char Error[256] = "";
  reprise_db *Db = NULL;
  reprise_status Status = reprise_db_load_file("/nonexistent/summary.json", &Db,
                                               Error, sizeof Error);
  if (Status != REPRISE_ERROR_IO) {
    fprintf(stderr, "expected REPRISE_ERROR_IO, got %d: %s\n", (int)Status,
            Error);
    return 1;
  }
  return 0;
}
