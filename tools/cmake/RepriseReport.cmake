# The page of `reprise audit --format html`: puts the style and the scripts of
# tools/report into its page.html and makes a C++ file of the two halves around
# the place for the data. Runs again when one of the files changes.
#
#   reprise_report(<variable>)   sets it to the path of the C++ file

function(reprise_report variable)
  set(folder ${PROJECT_SOURCE_DIR}/tools/report)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
    ${folder}/page.html ${folder}/style.css ${folder}/model.js
    ${folder}/view.js)
  file(READ ${folder}/page.html page)
  file(READ ${folder}/style.css style)
  file(READ ${folder}/model.js model)
  file(READ ${folder}/view.js view)
  string(REPLACE "@STYLE@" "${style}" page "${page}")
  string(REPLACE "@MODEL@" "${model}" page "${page}")
  string(REPLACE "@VIEW@" "${view}" page "${page}")
  string(FIND "${page}" "@DATA@" at)
  string(FIND "${page}" "@DATA@" last REVERSE)
  if(at EQUAL -1 OR NOT at EQUAL last)
    message(FATAL_ERROR "tools/report/page.html has not one place for @DATA@")
  endif()
  string(SUBSTRING "${page}" 0 ${at} head)
  math(EXPR at "${at} + 6")
  string(SUBSTRING "${page}" ${at} -1 tail)
  set(file ${CMAKE_CURRENT_BINARY_DIR}/Report.cpp)
  configure_file(${folder}/Report.cpp.in ${file} @ONLY)
  set(${variable} ${file} PARENT_SCOPE)
endfunction()
