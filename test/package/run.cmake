# Installs BUILD into a folder below WORK, moves it (the tree must be relocatable)
# and uses it there: builds and runs the project in c/ with C_COMPILER, and builds
# the one in cuda/ with the toolkit CUDA_PATH unless that is empty.

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status
                  OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    string(SUBSTRING "${output}" 0 4000 output)
    message(FATAL_ERROR "${command}\nended with ${status}:\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/first)
file(RENAME ${WORK}/first ${WORK}/prefix)

foreach(file bin/reprise
             include/reprise/reprise.h
             include/reprise/reprise_cuda.h
             include/reprise/reprise_interposer.h
             include/reprise/reprise_killable.h
             lib/reprise/reprise-plugin.so
             lib/reprise/cuda/clang.cfg
             lib/reprise/cuda/bin/fatbinary
             lib/reprise/cuda/include/texture_fetch_functions.h
             lib/cmake/reprise/repriseConfigVersion.cmake
             share/man/man1/reprise.1)
  if(NOT EXISTS ${WORK}/prefix/${file})
    message(FATAL_ERROR "not installed: ${file}")
  endif()
endforeach()

run(${WORK}/prefix/bin/reprise --version)

run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/c -B ${WORK}/c -G "${GENERATOR}"
    -DCMAKE_C_COMPILER=${C_COMPILER} -DCMAKE_PREFIX_PATH=${WORK}/prefix)
run(${CMAKE_COMMAND} --build ${WORK}/c)
run(${WORK}/c/shared)
run(${WORK}/c/static)

if(CUDA_PATH)
  run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/cuda -B ${WORK}/cuda
      -G "${GENERATOR}"
      -DCMAKE_TOOLCHAIN_FILE=${WORK}/prefix/lib/cmake/reprise/clang-cuda.cmake
      -DCMAKE_PREFIX_PATH=${WORK}/prefix
      -DCUDAToolkit_ROOT=${CUDA_PATH}
      -DREPRISE_CUDA_SOURCE=${CUDA_SOURCE})
  run(${CMAKE_COMMAND} --build ${WORK}/cuda)
endif()

# A compiler that cannot load the plugin is named as the reason.
file(WRITE ${WORK}/other/CMakeLists.txt
     "cmake_minimum_required(VERSION 3.25)
      project(other LANGUAGES C)
      find_package(reprise REQUIRED)
      add_library(other STATIC ${CMAKE_CURRENT_LIST_DIR}/c/consumer.c)
      set(CMAKE_CUDA_COMPILER_ID NVIDIA)
      reprise_enable(other)")
execute_process(COMMAND ${CMAKE_COMMAND} -S ${WORK}/other -B ${WORK}/other/build
                        -G "${GENERATOR}" -DCMAKE_C_COMPILER=${C_COMPILER}
                        -DCMAKE_PREFIX_PATH=${WORK}/prefix
                RESULT_VARIABLE status OUTPUT_QUIET ERROR_VARIABLE errors)
if(status EQUAL 0 OR NOT errors MATCHES "compiler is NVIDIA")
  message(FATAL_ERROR "reprise_enable accepted a CUDA compiler other than \
clang 19:\n${errors}")
endif()
