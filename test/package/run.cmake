# Installs BUILD into a folder below WORK, moves it (the tree must be
# relocatable), builds SOURCE against it with GENERATOR and C_COMPILER, and runs
# what was built.

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

run(${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK}/build -G ${GENERATOR}
    -DCMAKE_C_COMPILER=${C_COMPILER} -DCMAKE_PREFIX_PATH=${WORK}/prefix)
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/shared)
run(${WORK}/build/static)
run(${WORK}/prefix/bin/reprise --version)
