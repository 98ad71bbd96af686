#===- Entries.cmake - The names that a CUDA driver library exports ---------===#
#
# Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
#   cmake -DHEADERS=<folder> -DOUTPUT=<file> -P Entries.cmake
#
# Reads the headers of a toolkit and writes one line ENTRY(<number>, <name>) for
# each function of the driver, versions and per-thread variants among them. A
# name too many does no harm: calling it fails as it does where a driver is too
# old to have it. Behind them come lines SPARE(<number>), for functions that have
# no name here.
#
#===------------------------------------------------------------------------===#

set(names)
foreach(header cuda cudaGL cudaEGL cudaVDPAU cudaProfiler)
  if(NOT EXISTS "${HEADERS}/${header}.h")
    continue()
  endif()
  file(STRINGS "${HEADERS}/${header}.h" lines
       REGEX "CUDAAPI|define +cu[A-Z]|__CUDA_API_PT[DS][SZ]|^cu[A-Z]")
  foreach(line IN LISTS lines)
    if(line MATCHES "(CUDAAPI +|^)(cu[A-Z][A-Za-z0-9_]*) *\\(")
      list(APPEND names "${CMAKE_MATCH_2}")
    endif()
    if(line MATCHES
       "define +(cu[A-Z][A-Za-z0-9_]*) +(cu[A-Z][A-Za-z0-9_]*) *$")
      list(APPEND names "${CMAKE_MATCH_1}" "${CMAKE_MATCH_2}")
    endif()
    if(line MATCHES "__CUDA_API_PTDS\\((cu[A-Za-z0-9_]+)\\)")
      list(APPEND names "${CMAKE_MATCH_1}" "${CMAKE_MATCH_1}_ptds")
    elseif(line MATCHES "__CUDA_API_PTSZ\\((cu[A-Za-z0-9_]+)\\)")
      list(APPEND names "${CMAKE_MATCH_1}" "${CMAKE_MATCH_1}_ptsz")
    endif()
  endforeach()
endforeach()

# The same sort of names as functions, and no functions.
list(FILTER names EXCLUDE REGEX "^cuGetProcAddress_v2_ptsz$")
list(REMOVE_DUPLICATES names)
list(SORT names)
list(LENGTH names count)
if(count LESS 400)
  message(FATAL_ERROR "${HEADERS}/cuda.h has ${count} functions; is it the \
header of a CUDA toolkit of version 12 or later?")
endif()
set(text "// Made from the headers of the CUDA toolkit by Entries.cmake.\n")
set(number 0)
foreach(name IN LISTS names)
  string(APPEND text "ENTRY(${number}, ${name})\n")
  math(EXPR number "${number} + 1")
endforeach()
foreach(spare RANGE 1 256)
  string(APPEND text "SPARE(${number})\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE "${OUTPUT}" "${text}")
