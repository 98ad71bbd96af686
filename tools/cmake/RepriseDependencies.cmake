#===- RepriseDependencies.cmake - LLVM, Clang, Z3 and the rest -------------===#
#
# Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# Finds what Reprise is built with, or stops with the line that installs it.
# Defines the interface targets
#   reprise_llvm   headers, definitions and the shared library of LLVM 19
#   reprise_z3     headers and library of Z3
#   reprise_malloc what a program of ours links for a fast malloc; empty where
#                  sanitizers bring their own
# and sets REPRISE_CLANGXX (clang++ 19), REPRISE_LLVM_TOOLS (a folder).
#
#===------------------------------------------------------------------------===#

set(REPRISE_LLVM_MAJOR 19)

function(reprise_missing what)
  list(JOIN ARGN " " packages)
  message(FATAL_ERROR "${what}\nInstall it on Debian 12 or 13 with\n"
          "  apt-get install ${packages}\n"
          "or everything that is missing with\n"
          "  .ci/setup")
endfunction()

# LLVM. The plugin is loaded into clang, which uses the shared library; a second
# copy of LLVM in the same process would not work.
find_package(LLVM CONFIG QUIET
             HINTS /usr/lib/llvm-${REPRISE_LLVM_MAJOR}/lib/cmake/llvm)
if(NOT LLVM_FOUND)
  reprise_missing("LLVM ${REPRISE_LLVM_MAJOR} was not found."
                  llvm-${REPRISE_LLVM_MAJOR}-dev)
elseif(NOT LLVM_VERSION_MAJOR EQUAL REPRISE_LLVM_MAJOR)
  reprise_missing("Reprise needs LLVM ${REPRISE_LLVM_MAJOR}, but ${LLVM_DIR} is \
LLVM ${LLVM_PACKAGE_VERSION}." llvm-${REPRISE_LLVM_MAJOR}-dev)
elseif(NOT TARGET LLVM)
  reprise_missing("The LLVM in ${LLVM_DIR} has no shared library."
                  llvm-${REPRISE_LLVM_MAJOR}-dev)
endif()
set(REPRISE_LLVM_TOOLS "${LLVM_TOOLS_BINARY_DIR}")
message(STATUS "LLVM ${LLVM_PACKAGE_VERSION}: ${LLVM_DIR}")

add_library(reprise_llvm INTERFACE)
separate_arguments(llvm_definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
target_include_directories(reprise_llvm SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS})
target_compile_definitions(reprise_llvm INTERFACE ${llvm_definitions})
target_link_libraries(reprise_llvm INTERFACE LLVM)
if(NOT LLVM_ENABLE_RTTI)
  target_compile_options(reprise_llvm INTERFACE
                         $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)
endif()

# Clang compiles the CUDA sources; the plugin fits only the same version.
find_program(REPRISE_CLANGXX
             NAMES clang++-${REPRISE_LLVM_MAJOR} clang++
             HINTS ${LLVM_TOOLS_BINARY_DIR}
             DOC "clang++ ${REPRISE_LLVM_MAJOR}")
if(NOT REPRISE_CLANGXX)
  reprise_missing("Clang ${REPRISE_LLVM_MAJOR} was not found."
                  clang-${REPRISE_LLVM_MAJOR})
endif()
execute_process(COMMAND ${REPRISE_CLANGXX} -dumpversion
                OUTPUT_VARIABLE clang_version
                OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT clang_version MATCHES "^${REPRISE_LLVM_MAJOR}\\.")
  reprise_missing("Reprise needs Clang ${REPRISE_LLVM_MAJOR}, but \
${REPRISE_CLANGXX} is Clang ${clang_version}." clang-${REPRISE_LLVM_MAJOR})
endif()

# Z3. Debian 12 packages it without CMake files.
set(REPRISE_Z3_MINIMUM 4.8.12)
find_path(REPRISE_Z3_INCLUDE_DIR z3++.h PATH_SUFFIXES z3)
find_library(REPRISE_Z3_LIBRARY z3)
if(NOT REPRISE_Z3_INCLUDE_DIR OR NOT REPRISE_Z3_LIBRARY)
  reprise_missing("Z3 was not found." libz3-dev)
endif()
set(z3_version "")
foreach(part MAJOR_VERSION MINOR_VERSION BUILD_NUMBER)
  file(STRINGS ${REPRISE_Z3_INCLUDE_DIR}/z3_version.h line
       REGEX "#define +Z3_${part} ")
  string(REGEX MATCH "[0-9]+$" number "${line}")
  list(APPEND z3_version ${number})
endforeach()
list(JOIN z3_version "." z3_version)
if(z3_version VERSION_LESS REPRISE_Z3_MINIMUM)
  reprise_missing("Reprise needs Z3 ${REPRISE_Z3_MINIMUM} or newer, but \
${REPRISE_Z3_INCLUDE_DIR} has ${z3_version}." libz3-dev)
endif()
message(STATUS "Z3 ${z3_version}: ${REPRISE_Z3_LIBRARY}")

add_library(reprise_z3 INTERFACE)
target_include_directories(reprise_z3 SYSTEM INTERFACE ${REPRISE_Z3_INCLUDE_DIR})
target_link_libraries(reprise_z3 INTERFACE ${REPRISE_Z3_LIBRARY})

# Compressed images in fatbins.
foreach(library lz4 zstd)
  find_path(REPRISE_${library}_INCLUDE_DIR ${library}.h)
  find_library(REPRISE_${library}_LIBRARY ${library})
  if(NOT REPRISE_${library}_INCLUDE_DIR OR NOT REPRISE_${library}_LIBRARY)
    reprise_missing("The ${library} library was not found." lib${library}-dev)
  endif()
  add_library(reprise_${library} INTERFACE)
  target_include_directories(reprise_${library} SYSTEM INTERFACE
                             ${REPRISE_${library}_INCLUDE_DIR})
  target_link_libraries(reprise_${library} INTERFACE
                        ${REPRISE_${library}_LIBRARY})
endforeach()
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

find_package(nlohmann_json 3.10 QUIET)
if(NOT nlohmann_json_FOUND)
  reprise_missing("nlohmann/json was not found." nlohmann-json3-dev)
endif()

# The emulator's fibers.
find_package(Boost 1.74 QUIET COMPONENTS context)
if(NOT TARGET Boost::context)
  reprise_missing("Boost.Context was not found." libboost-context-dev)
endif()

# An audit of a large library is bound by malloc, LLVM's share included.
add_library(reprise_malloc INTERFACE)
if(NOT REPRISE_SANITIZE)
  find_library(REPRISE_MIMALLOC_LIBRARY mimalloc)
  if(NOT REPRISE_MIMALLOC_LIBRARY)
    reprise_missing("mimalloc was not found." libmimalloc-dev)
  endif()
  target_link_libraries(reprise_malloc INTERFACE
                        -Wl,--no-as-needed ${REPRISE_MIMALLOC_LIBRARY})
endif()

if(BUILD_TESTING)
  find_package(GTest QUIET)
  if(NOT GTest_FOUND)
    reprise_missing("GoogleTest was not found (-DBUILD_TESTING=OFF builds \
without tests)." libgtest-dev)
  endif()
  find_package(benchmark QUIET)
  if(NOT benchmark_FOUND)
    reprise_missing("Google Benchmark was not found (-DBUILD_TESTING=OFF builds \
without tests)." libbenchmark-dev)
  endif()
endif()
